// Every lane's reason for every document, side by side, in the baseline's order.

const DETAIL_ROWS = 10

const detailsView = (data, choice, act) => {
  const within = kept(data, choice, act.columns)
  const order = data.columns[choice.baseline].items.map((item) => item.id).filter((id) => within.has(id))
  const part = pageOf(order, DETAIL_ROWS, act.page)
  const lanes = act.columns.filter((column) => column.isLane)
  const entries = lanes.map((column) => new Map(column.items.map((item) => [item.id, item])))
  const body = make("tbody")
  for (const id of part.rows) {
    const row = make("tr", id === choice.selected ? "chosen" : "", rowHead(data, id, choice, act, "details"))
    lanes.forEach((column, at) => row.append(reasonCell(entries[at].get(id), column, choice)))
    body.append(row)
  }
  const table = make("table", "details", headRow(lanes, choice, act), body)
  table.onkeydown = (event) => rowArrows(event, table)
  return scrolled(table, pager(part, act.turn))
}

const reasonCell = (item, column, choice) => {
  if (!item) return make("td", "dim", absence(column))
  const line = make("div", "line", make("b", "", rankWords(item)))
  if (item.score) line.append(make("span", "", item.score))
  if (markOf(item)) line.append(make("span", "", markOf(item)))
  line.append(make("span", "right", moveWords(item, column, choice)))
  const cell = make("td", item.state || "", line)
  if (item.reason) cell.append(make("p", "", item.reason))
  if (item.quote) {
    cell.append(make("p", "quote", `“${item.quote}”`))
    cell.append(make("div", item.found ? "found" : "lost", item.found ? "✓ quote found" : "△ quote not found in document"))
  }
  return cell
}
