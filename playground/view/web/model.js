// What is derived from the data and a person's choice; nothing here draws.

const ROWS = 20 // places a column shows where there are more documents than fit
const FIT = 30
const MOVERS = 5

const ranksOf = (column) => new Map(column.items.map((item) => [item.id, item.rank]))

const seenFrom = (data, choice) => {
  const baseline = data.columns[choice.baseline]
  const before = ranksOf(baseline)
  const base = data.bases[choice.baseline]
  const columns = data.columns
    .map((column, at) => ({ ...column, at, isBaseline: at === choice.baseline, against: base.columns[at] }))
    .filter((column) => !choice.hidden.includes(column.at))
  for (const column of columns) {
    column.isLane = column.state !== undefined
    const judged = column.against !== null
    column.moves = new Map(
      column.items.map((item) => [
        item.id,
        judged && before.has(item.id) && item.state !== "failed" ? before.get(item.id) - item.rank : null,
      ]),
    )
  }
  return columns
}

const lanesOf = (columns) => columns.filter((column) => column.isLane && column.items.length > 0)

// The documents in question: all, or those that any lane moves.
const kept = (data, choice, columns) => {
  const all = Object.keys(data.documents)
  if (!choice.movers) return new Set(all)
  return new Set(all.filter((id) => lanesOf(columns).some((column) => column.moves.get(id))))
}

// The first places of every column, and the documents that move most, wherever they stand.
const places = (data, choice, columns) => {
  const count = Object.keys(data.documents).length
  const limit = choice.k || (count <= FIT ? count : ROWS)
  const within = kept(data, choice, columns)
  const far = new Map()
  for (const column of lanesOf(columns)) {
    for (const [id, move] of column.moves) far.set(id, Math.max(far.get(id) ?? 0, Math.abs(move ?? 0)))
  }
  const movers = [...far].filter(([, most]) => most > 0).sort((a, b) => b[1] - a[1]).slice(0, MOVERS)
  const beyond = new Set([...movers.map(([id]) => id), choice.selected])
  return columns.map((column) => {
    const items = column.items.filter((item) => within.has(item.id))
    const top = items.filter((item) => item.rank <= limit)
    const rest = items.filter((item) => item.rank > limit)
    const more = rest.filter((item) => beyond.has(item.id))
    const left = rest.length - more.length
    return { column, items: [...top, ...(rest.length ? [{ gap: true, left }] : []), ...more] }
  })
}

const spreadOf = (columns) => {
  const found = new Map()
  for (const column of lanesOf(columns)) {
    for (const item of column.items) {
      const [low, high] = found.get(item.id) ?? [Infinity, -Infinity]
      found.set(item.id, [Math.min(low, item.rank), Math.max(high, item.rank)])
    }
  }
  return (id) => (found.has(id) ? found.get(id)[1] - found.get(id)[0] : 0)
}

const moveWords = (item, column, choice) => {
  if (item.state === "failed") return "failed"
  if (item.state === "waiting") return "not yet"
  if (column.isBaseline || column.against === null) return ""
  const gain = own(column.against.gains, item.id)
  if (choice.gains) return gain === undefined ? "·" : `${gain > 0 ? "+" : "−"}${Math.abs(gain).toFixed(2).replace(/^0/, "")}`
  const move = column.moves.get(item.id)
  if (move === null || move === undefined) return ""
  return move === 0 ? "=" : (move > 0 ? "▲" : "▼") + Math.abs(move)
}

const rankWords = (item) => (item.state === "failed" || item.state === "waiting" ? "–" : String(item.rank))

// How a document came to its place, where that is out of the ordinary and it has a rank all the same.
const markOf = (item) => (["cut", "tied", "repaired"].includes(item.state) ? item.state : "")

const bandWords = (item) => (item.band && item.band[0] !== item.band[1] ? item.band.join("–") : "")

// Why a column has no place for a document.
const absence = (column) => (column.error ? "lane failed" : column.items.length ? "absent" : "not yet")

const spoken = (data, item, column, choice) => {
  const { title, grade } = data.documents[item.id]
  const move = column.moves.get(item.id)
  const parts = [title, `rank ${item.rank} in ${column.name}`]
  if (move && !column.isBaseline) parts.push(`${move > 0 ? "up" : "down"} ${Math.abs(move)}`)
  if (choice.gains && column.against && own(column.against.gains, item.id)) parts.push(`${moveWords(item, column, choice)} nDCG`)
  if (grade !== null) parts.push(`grade ${grade}`)
  if (bandWords(item)) parts.push(`ranks ${item.band.join(" to ")} over the repeats`)
  if (item.state) parts.push(item.state)
  return parts.join(", ")
}
