// A row a document, a column a lane: rank, move and the score within its lane. Where the lanes differ most comes first.

const MATRIX_ROWS = 25

const matrixView = (data, choice, act) => {
  const spread = spreadOf(act.columns)
  const within = kept(data, choice, act.columns)
  const order = data.columns[choice.baseline].items.map((item) => item.id).filter((id) => within.has(id))
  if (act.sort === "spread") order.sort((a, b) => spread(b) - spread(a))
  const part = pageOf(order, MATRIX_ROWS, act.page)
  const entries = act.columns.map((column) => new Map(column.items.map((item) => [item.id, item])))
  const body = make("tbody")
  for (const id of part.rows) {
    const row = make("tr", id === choice.selected ? "chosen" : "", rowHead(data, id, choice, act, "matrix"))
    act.columns.forEach((column, at) => row.append(matrixCell(entries[at].get(id), column, choice)))
    const last = make("td", "number", String(spread(id)))
    row.append(last)
    body.append(row)
  }
  const head = headRow(act.columns, choice, act)
  const title = make("th", "dim", "Spread")
  title.title = "Places between the best and the worst rank that a lane gives it."
  head.firstChild.append(title)
  const table = make("table", "matrix", head, body)
  table.onkeydown = (event) => rowArrows(event, table)
  const sort = pickOne("Sort by", [["spread", "spread"], ["baseline", "baseline rank"]], act.sort, act.sortBy)
  return scrolled(table, make("div", "under", sort, pager(part, act.turn)))
}

const matrixCell = (item, column, choice) => {
  if (!item) return make("td", "dim", absence(column))
  const cell = make("td", item.state || "", make("span", "rank", rankWords(item)))
  if (markOf(item)) cell.append(make("span", "state", markOf(item)))
  if (item.score) cell.append(make("span", "dim", item.score))
  if (bandWords(item)) cell.append(make("span", "state", bandWords(item)))
  cell.append(make("span", "move", moveWords(item, column, choice)), barOf(item))
  return cell
}
