// A long list a page at a time.

const pageOf = (list, size, at) => {
  const last = Math.max(0, Math.ceil(list.length / size) - 1)
  const page = Math.min(at, last)
  return { page, last, rows: list.slice(page * size, (page + 1) * size) }
}

const pager = ({ page, last }, turn) => {
  if (!last) return null
  const back = button("", null, () => turn(page - 1), "Previous")
  const on = button("", null, () => turn(page + 1), "Next")
  back.dataset.focus = "page:back"
  on.dataset.focus = "page:on"
  back.disabled = page === 0
  on.disabled = page === last
  return make("div", "pager", back, make("span", "dim", `page ${page + 1} of ${last + 1}`), on)
}

// Up and down through the rows of a table.
const rowArrows = (event, table) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  const rows = [...table.querySelectorAll("tbody button.named")]
  const at = rows.indexOf(event.target)
  if (!step || at < 0) return
  event.preventDefault()
  rows[Math.max(0, Math.min(at + step, rows.length - 1))].focus()
}

const rowHead = (data, id, choice, act, view) => {
  const { title, grade } = data.documents[id]
  const name = button("named", id === choice.selected, () => act.pick(id), title)
  name.dataset.focus = `${view}:${id}`
  const head = make("th", "", make("div", "about", gradeOf(grade), name))
  head.scope = "row"
  return head
}

const headRow = (columns, choice, act) => {
  const row = make("tr", "", make("th", "dim", "Document"))
  for (const column of columns) {
    const cell = make("th", "", header(column, choice, act.set))
    cell.scope = "col"
    row.append(cell)
  }
  return make("thead", "", row)
}

const scrolled = (table, ...after) => {
  const box = make("div", "tabled", make("div", "scroll", table))
  for (const element of after) if (element) box.append(element)
  return box
}
