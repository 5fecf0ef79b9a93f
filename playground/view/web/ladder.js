// A column a lane, lines between neighbours that join the same document.

const ROW = 46
const GAP = 30

const badge = (text, help) => {
  const element = make("span", "badge", text)
  if (help) element.title = help
  return element
}

const STATES = {
  partial: "Some questions got no answer; those documents are marked failed.",
  repaired: "Some replies had to be mended before they could be read.",
  failed: "This lane came to no ranking.",
  provisional: "The ranking so far: what has not been answered yet stands last.",
}

const header = (column, choice, set) => {
  const metric = column.metrics[choice.metric] ? `${choice.metric} ${column.metrics[choice.metric]}` : ""
  const alike = column.isBaseline || !column.against?.tau ? "" : `τ ${column.against.tau} · RBO ${column.against.rbo}`
  const name = make("span", "name", column.name)
  const top = make("span", "line", name)
  if (column.isBaseline) top.append(badge("baseline"))
  const state = column.provisional ? "provisional" : column.state
  if (STATES[state]) top.append(badge(state, STATES[state]))
  const box = button("head", column.isBaseline, () => set({ baseline: column.at }), top, make("span", "dim", column.model))
  const line = make("span", "dim", alike)
  line.title = "τ: Kendall's, how alike the whole orders are, 1 = the same, −1 = reversed. RBO: how alike the tops are, 1 = the same."
  box.append(make("span", "dim", metric), line)
  box.dataset.focus = `head:${column.at}`
  box.disabled = column.against === null
  box.title = column.isBaseline ? `${column.name}: what the others are compared with` : `${column.name}: compare the others with it`
  return box
}

const card = (data, item, column, choice, pick, light) => {
  const { title, grade } = data.documents[item.id]
  const element = button("card", item.id === choice.selected, () => pick(item.id))
  element.dataset.id = item.id
  element.dataset.column = column.at
  element.dataset.focus = `card:${column.at}:${item.id}`
  element.tabIndex = -1
  element.setAttribute("aria-label", spoken(data, item, column, choice))
  element.title = title
  if (item.state) element.classList.add(item.state)
  element.append(
    gradeOf(grade) ?? "",
    make("span", "rank", rankWords(item)),
    make("span", "title", title),
  )
  const move = make("span", "move")
  if (markOf(item)) move.append(make("span", "state", `${markOf(item)} `))
  if (bandWords(item)) {
    const band = make("span", "state", `${bandWords(item)} `)
    band.title = "ranks over the repeats"
    move.append(band)
  }
  const words = make("span", "", moveWords(item, column, choice))
  const gain = choice.gains && !column.isBaseline && column.against ? own(column.against.gains, item.id) : undefined
  if (gain) words.className = gain > 0 ? "gain" : "loss"
  move.append(words)
  element.append(move, barOf(item))
  element.onmouseenter = () => light(item.id)
  element.onmouseleave = () => light(null)
  element.onfocus = () => light(item.id)
  element.onblur = () => light(null)
  return element
}

const wires = (left, right) => {
  const height = Math.max(left.items.length, right.items.length) * ROW
  const svg = draw("svg", { width: GAP, height, "aria-hidden": "true" })
  const place = new Map(left.items.map((item, at) => [item.id, at]))
  right.items.forEach((item, at) => {
    if (item.gap || !place.has(item.id)) return
    const from = place.get(item.id)
    const [y1, y2] = [from * ROW + 20, at * ROW + 20]
    const path = draw("path", { d: `M0 ${y1} C ${GAP / 2} ${y1} ${GAP / 2} ${y2} ${GAP} ${y2}` })
    path.style.opacity = String(Math.max(0.16, 0.62 - Math.min(from, at) * 0.07))
    path.dataset.id = item.id
    svg.append(path)
  })
  return svg
}

// Where a document's rank swung between over the repeats, beside its card.
const bandOf = (item, at, items) => {
  const [low, high] = item.band
  const rows = items.map((other, row) => [other.rank, row]).filter(([rank]) => rank >= low && rank <= high)
  const band = make("i", "band")
  const first = Math.min(at, ...rows.map(([, row]) => row))
  const last = Math.max(at, ...rows.map(([, row]) => row))
  band.style.top = `${first * ROW}px`
  band.style.height = `${(last - first) * ROW + 40}px`
  band.dataset.id = item.id
  return band
}

const cutLine = (found) => {
  const line = make("div", "cutline", make("span", "", `keep ${found.keep}`))
  line.title = `Keep these ${found.keep}: ${found.why}`
  line.style.top = `${found.keep * ROW - 3}px`
  return line
}

const columnOf = (data, { column, items }, choice, act) => {
  const box = make("div", "column", header(column, choice, act.set))
  if (column.error) box.append(make("p", "error", column.error))
  else if (column.isLane && !items.length) box.append(make("p", "dim", column.state === "waiting" ? "waiting…" : "no rank yet…"))
  const stack = make("div", "stack")
  items.forEach((item, at) => {
    if (item.gap) {
      stack.append(make("div", "more", item.left ? `${item.left} more` : ""))
      return
    }
    stack.append(card(data, item, column, choice, act.pick, act.light))
    if (bandWords(item)) stack.append(bandOf(item, at, items))
  })
  const cut = column.cutoff
  if (cut && !choice.movers && items.slice(0, cut.keep).every((item) => !item.gap) && items.length > cut.keep) stack.append(cutLine(cut))
  box.append(stack)
  return box
}

// Up and down within a column, left and right along a document's path.
const arrows = (event, ladder) => {
  const card = event.target.closest?.(".card")
  const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0], Home: [0, -1e6], End: [0, 1e6] }[event.key]
  if (!card || !step || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  const columns = [...ladder.querySelectorAll(".column")].map((column) => [...column.querySelectorAll(".card")])
  const across = columns.findIndex((cards) => cards.includes(card))
  const down = columns[across].indexOf(card)
  let target = null
  if (step[0]) {
    for (let at = across + step[0]; at >= 0 && at < columns.length && !target; at += step[0]) {
      target = columns[at].find((other) => other.dataset.id === card.dataset.id) ?? columns[at][Math.min(down, columns[at].length - 1)]
    }
  } else {
    target = columns[across][Math.max(0, Math.min(down + step[1], columns[across].length - 1))]
  }
  target?.focus()
}

const ladderView = (data, choice, act) => {
  const ladder = make("div", "ladder")
  ladder.setAttribute("role", "group")
  ladder.setAttribute("aria-label", "Rankings side by side. Arrow keys move, Enter selects.")
  const shown = places(data, choice, act.columns)
  shown.forEach((one, at) => {
    if (at > 0) ladder.append(make("div", "gap", make("div", "head"), wires(shown[at - 1], one)))
    ladder.append(columnOf(data, one, choice, act))
  })
  const cards = [...ladder.querySelectorAll(".card")]
  const entry = cards.find((card) => card.dataset.id === choice.selected) ?? cards[0]
  if (entry) entry.tabIndex = 0
  ladder.onkeydown = (event) => arrows(event, ladder)
  return ladder
}
