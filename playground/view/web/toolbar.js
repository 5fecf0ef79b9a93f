// The sentence, and what can be chosen above the drawing.

const say = (parts, pick) => {
  const line = make("p", "say")
  line.setAttribute("role", "status")
  for (const part of parts) line.append(part.id === null ? part.text : named(part.text, () => pick(part.id)))
  return line
}

const segments = (label, options, chosen, choose) => {
  const group = make("div", "segments")
  group.setAttribute("role", "group")
  group.setAttribute("aria-label", label)
  for (const [value, text, help] of options) {
    const one = button("", value === chosen, () => choose(value), text)
    one.dataset.focus = `${label}:${value}`
    if (help) one.title = help
    group.append(one)
  }
  return group
}

const toggle = (text, help, on, set) => {
  const box = make("input")
  box.type = "checkbox"
  box.checked = on
  box.dataset.focus = `toggle:${text}`
  box.onchange = () => set(box.checked)
  const label = make("label", "toggle", box, text)
  label.title = help
  return label
}

const pickOne = (text, options, chosen, set) => {
  const select = make("select")
  select.dataset.focus = `select:${text}`
  for (const [value, words] of options) {
    const option = make("option", "", words)
    option.value = String(value)
    option.selected = value === chosen
    select.append(option)
  }
  select.onchange = () => set(options[select.selectedIndex][0])
  return make("label", "toggle", text, select)
}

const columnMenu = (data, choice, set, isOpen, opened) => {
  const menu = make("details", "menu")
  menu.open = isOpen
  menu.ontoggle = () => opened(menu.open)
  const summary = make("summary", "", choice.hidden.length ? `Columns (${plural(choice.hidden.length, "hidden")})` : "Columns")
  summary.dataset.focus = "columns"
  const list = make("div", "list")
  data.columns.forEach((column, at) => {
    const box = toggle(column.name, "", !choice.hidden.includes(at), (on) =>
      set({ hidden: on ? choice.hidden.filter((other) => other !== at) : [...choice.hidden, at] }),
    )
    box.querySelector("input").disabled = at === choice.baseline
    if (at === choice.baseline) box.title = "The baseline can't be hidden."
    box.querySelector("input").dataset.focus = `column:${at}`
    list.append(box)
  })
  menu.append(summary, list)
  return menu
}

const toolbar = (data, choice, set, menus) => {
  const bar = make("div", "toolbar")
  const views = [
    ["ladder", "Ladder", "A column a lane; lines join the same document."],
    ["matrix", "Matrix", "A row a document, a column a lane; where the lanes differ most comes first."],
    ["details", "Details", "Every lane's reason for every document, side by side."],
  ]
  bar.append(segments("View", views, choice.view, (view) => set({ view })))
  const metrics = Object.entries(data.metrics).map(([name, help]) => [name, name, help])
  if (metrics.length) bar.append(segments("Metric", metrics, choice.metric, (metric) => set({ metric })))
  const count = Object.keys(data.documents).length
  if (choice.view === "ladder" && count > 5) {
    const options = [[0, count <= FIT ? "all" : `${ROWS} and movers`], ...[3, 5, 10, 20, 30, 50].filter((k) => k < count).map((k) => [k, String(k)])]
    bar.append(pickOne("Top", options, choice.k, (k) => set({ k })))
  }
  bar.append(toggle("Movers only", "Leave out the documents that no lane moves.", choice.movers, (movers) => set({ movers })))
  if (metrics.length) {
    const help = "Show a move by what it adds to nDCG@10 or takes from it, in place of its places."
    bar.append(toggle("Moves as nDCG", help, choice.gains, (gains) => set({ gains })))
  }
  bar.append(columnMenu(data, choice, set, menus.columns, (open) => (menus.columns = open)))
  const grades = new Set(Object.values(data.documents).map((document) => document.grade))
  grades.delete(null)
  if (grades.size) {
    const legend = make("div", "legend")
    const words = { 3: "answers it", 2: "helps", 1: "touches it", 0: "irrelevant" }
    for (const grade of [...grades].sort((a, b) => b - a)) legend.append(make("span", "", gradeOf(grade), words[grade] ?? ""))
    bar.append(legend)
  }
  return bar
}
