// Draws the rankings as columns, joins the same document between neighbours, and shows the selected document.
// Everything from outside goes in as textContent: a document can't become markup.

const ROW = 46
const GAP = 36
const SVG = "http://www.w3.org/2000/svg"

const make = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined && text !== null) element.textContent = text
  return element
}

const header = (lane) => {
  const box = make("div", "head")
  const name = make("div", "name", lane.name)
  name.title = lane.name
  if (lane.baseline) name.append(make("span", "badge", "baseline"))
  box.append(name, make("div", "dim", lane.model), make("div", "dim", lane.line))
  return box
}

const glyph = (item) => {
  if (item.state === "failed") return "failed"
  if (item.move === null) return ""
  if (item.move === 0) return "="
  return (item.move > 0 ? "▲" : "▼") + Math.abs(item.move)
}

const spoken = (item, lane) => {
  const move = item.move ? `, ${item.move > 0 ? "up" : "down"} ${Math.abs(item.move)}` : ""
  const grade = item.grade === null ? "" : `, grade ${item.grade}`
  const state = item.state ? `, ${item.state}` : ""
  return `${item.title}, rank ${item.rank} in ${lane.name}${move}${grade}${state}`
}

const card = (item, lane, selected, choose, light) => {
  const button = make("button", "card")
  button.type = "button"
  button.dataset.id = item.id
  button.setAttribute("aria-label", spoken(item, lane))
  button.setAttribute("aria-pressed", String(item.id === selected))
  button.title = item.title
  if (item.state) button.classList.add(item.state)
  if (item.grade !== null) button.append(make("span", `grade g${Math.min(item.grade, 3)}`))
  button.append(make("span", "rank", item.state === "failed" ? "–" : item.rank), make("span", "title", item.title))
  const move = make("span", "move", glyph(item))
  if (item.state === "cut" || item.state === "tied" || item.state === "repaired") {
    move.prepend(make("span", "state", `${item.state} `))
  }
  button.append(move)
  if (item.share !== null) {
    const bar = make("i", "bar")
    bar.style.width = `${Math.round(4 + item.share * 96)}%`
    button.append(bar)
  }
  button.onclick = () => choose(item.id)
  button.onmouseenter = button.onfocus = () => light(item.id)
  button.onmouseleave = button.onblur = () => light(null)
  return button
}

const wires = (left, right, height) => {
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("width", GAP)
  svg.setAttribute("height", height)
  svg.setAttribute("aria-hidden", "true")
  const place = new Map(left.items.map((item, at) => [item.id, at]))
  right.items.forEach((item, at) => {
    if (!place.has(item.id)) return
    const from = place.get(item.id)
    const [y1, y2] = [from * ROW + 20, at * ROW + 20]
    const path = document.createElementNS(SVG, "path")
    path.setAttribute("d", `M0 ${y1} C ${GAP / 2} ${y1} ${GAP / 2} ${y2} ${GAP} ${y2}`)
    path.style.opacity = String(Math.max(0.16, 0.62 - Math.min(from, at) * 0.07))
    path.dataset.id = item.id
    svg.append(path)
  })
  return svg
}

const drawer = (detail) => {
  const box = make("aside", "drawer")
  box.setAttribute("aria-label", "Selected document")
  box.append(make("h3", "", detail.title), make("div", "dim", detail.about))
  const text = make("div", "text")
  for (const piece of detail.text) text.append(piece.mark ? make("mark", "", piece.text) : piece.text)
  box.append(text)
  for (const reason of detail.reasons) {
    const entry = make("div", "reason")
    const line = make("div", "line")
    line.append(make("b", "", reason.lane), make("span", "", reason.model), make("span", "right", reason.place))
    entry.append(line)
    entry.append(make("p", reason.text ? "" : "dim", reason.text || reason.none))
    if (reason.quote) {
      entry.append(make("p", "quote", `“${reason.quote}”`))
      entry.append(make("div", reason.found ? "found" : "lost", reason.checked))
    }
    if (reason.note) entry.append(make("div", "note", reason.note))
    box.append(entry)
  }
  return box
}

const isDark = (element) => {
  const [red, green, blue] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number)
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128
}

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".stage")
  root.classList.toggle("dark", isDark(root))
  const scrolled = root.querySelector(".ladder")?.scrollLeft ?? 0
  const focused = parentElement.activeElement?.dataset?.id ?? root.querySelector(":focus")?.dataset.id
  const choose = (id) => setStateValue("selected", id)

  const ladder = make("div", "ladder")
  const light = (id) => {
    const shown = id ?? data.selected
    for (const element of ladder.querySelectorAll("[data-id]")) {
      element.classList.toggle("lit", element.dataset.id === shown)
    }
  }
  data.lanes.forEach((lane, at) => {
    if (at > 0) {
      const height = Math.max(lane.items.length, data.lanes[at - 1].items.length) * ROW
      const gap = make("div", "gap")
      gap.append(make("div", "head"), wires(data.lanes[at - 1], lane, height))
      ladder.append(gap)
    }
    const column = make("div", "column")
    column.append(header(lane))
    if (lane.error) column.append(make("p", "error", lane.error))
    if (lane.waiting) column.append(make("p", "dim", lane.waiting))
    for (const item of lane.items) column.append(card(item, lane, data.selected, choose, light))
    ladder.append(column)
  })
  root.replaceChildren(ladder)
  if (data.detail) root.append(drawer(data.detail))
  ladder.scrollLeft = scrolled
  light(null)
  if (focused) ladder.querySelector(`button[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
}
