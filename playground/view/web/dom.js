// Everything from outside goes in as textContent or an attribute: a document can't become markup.

const SVG = "http://www.w3.org/2000/svg"

const make = (tag, className, ...children) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  for (const child of children) if (child !== null && child !== undefined) element.append(child)
  return element
}

const button = (className, pressed, act, ...children) => {
  const element = make("button", className, ...children)
  element.type = "button"
  if (pressed !== null) element.setAttribute("aria-pressed", String(pressed))
  element.onclick = act
  return element
}

// A word in running text that can be pressed; a button would not break across lines.
const named = (text, act) => {
  const element = make("span", "named", text)
  element.role = "button"
  element.tabIndex = 0
  element.onclick = act
  element.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    act()
  }
  return element
}

const draw = (name, attributes) => {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

// A value by a key from outside: a document may be called "constructor".
const own = (values, key) => (Object.hasOwn(values, key) ? values[key] : undefined)

const plural = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`

// Colour is for grades alone, and never without the number.
const gradeOf = (grade) => {
  if (grade === null || grade === undefined) return null
  const chip = make("span", `grade g${Math.max(0, Math.min(grade, 3))}`, String(grade))
  chip.title = `human grade ${grade}`
  return chip
}

// A score's share of its lane's best.
const barOf = (item) => {
  if (typeof item.share !== "number") return ""
  const bar = make("i", "bar")
  bar.style.width = `${Math.round(4 + item.share * 96)}%`
  return bar
}
