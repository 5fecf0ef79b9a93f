// The selected document: its text with the evidence marked, and each lane's word on it.

const marked = (pieces) => {
  const text = make("div", "text")
  for (const piece of pieces) {
    const inner = piece.term ? make("span", "term", piece.text) : piece.text
    if (!piece.marks.length) {
      text.append(inner)
      continue
    }
    const mark = make("mark", "", inner)
    mark.title = `quoted by ${piece.marks.join(", ")}`
    mark.dataset.marks = piece.marks.join("")
    text.append(mark)
  }
  // A quote may lie in several pieces; its letters stand once, where it ends.
  const marks = [...text.querySelectorAll("mark")]
  marks.forEach((mark, at) => {
    const next = marks[at + 1]
    const goesOn = next && mark.nextSibling === next
    const ended = [...mark.dataset.marks].filter((letter) => !goesOn || !next.dataset.marks.includes(letter))
    if (ended.length) mark.append(make("sup", "", ended.join(" ")))
  })
  return text
}

const meter = ([seen, total]) => {
  if (seen >= total) return null
  const bar = make("i")
  bar.style.width = `${Math.round((100 * seen) / total)}%`
  const box = make("div", "meter", bar)
  box.setAttribute("role", "img")
  box.setAttribute("aria-label", `read ${seen} of ${total} characters`)
  return make("div", "", box, make("div", "note", `read ${seen.toLocaleString("en")} of ${total.toLocaleString("en")} characters (${Math.round((100 * seen) / total)}%)`))
}

const foldable = (className, key, title) => {
  const summary = make("summary", "", title)
  summary.dataset.focus = key
  return make("details", className, summary)
}

const unfold = (key, title, text) => {
  const box = foldable("", key, title)
  // What may be long is laid out only when somebody looks.
  box.ontoggle = () => {
    if (box.open && box.children.length === 1) box.append(make("pre", "", text))
  }
  return box
}

const callsOf = (lane) => {
  if (!lane.calls.length) return null
  const key = `calls:${lane.column}`
  const box = foldable("calls", key, plural(lane.calls.length + lane.more, "call"))
  lane.calls.forEach((call, at) => {
    const entry = make("div", "call", make("div", "", call.what))
    if (call.took) entry.append(make("div", "dim", call.took))
    if (call.repairs) entry.append(make("div", "lost", `repaired: ${call.repairs}`))
    if (call.prompt) entry.append(unfold(`${key}:${at}:prompt`, "Prompt", call.prompt))
    entry.append(unfold(`${key}:${at}:reply`, "Reply", call.reply || "(empty)"))
    box.append(entry)
  })
  if (lane.more) box.append(make("div", "dim", `… and ${lane.more} more in the run record`))
  return box
}

const laneEntry = (lane) => {
  const line = make("div", "line", make("span", "letter", lane.mark), make("b", "", lane.name), make("span", "", lane.model), make("span", "right", lane.place))
  const entry = make("div", "reason", line)
  if (lane.reason || lane.none) entry.append(make("p", lane.reason ? "" : "dim", lane.reason || lane.none))
  if (lane.quote) {
    entry.append(make("p", "quote", `“${lane.quote}”`), make("div", lane.found ? "found" : "lost", lane.checked))
  }
  if (lane.seen) entry.append(meter(lane.seen) ?? "")
  if (lane.note) entry.append(make("div", "note", lane.note))
  entry.append(callsOf(lane) ?? "")
  return entry
}

const drawer = (data, choice) => {
  const box = make("aside", "drawer")
  box.setAttribute("aria-label", "Selected document")
  box.tabIndex = 0
  const found = own(data.details, choice.selected)
  if (!found) {
    const { title } = own(data.documents, choice.selected) ?? { title: "" }
    box.append(make("h3", "", title), make("div", "dim", "loading…"))
    return box
  }
  box.append(make("h3", "", found.title))
  if (found.grade !== null) box.append(make("div", "about", gradeOf(found.grade), make("span", "dim", "human grade")))
  box.append(make("div", "dim", found.about), marked(found.text))
  const whole = found.lanes.length > 0 && found.lanes.every((lane) => lane.seen && lane.seen[0] >= lane.seen[1])
  if (whole) box.append(make("div", "note", "Read whole by every lane."))
  for (const lane of found.lanes) box.append(laneEntry(lane))
  return box
}
