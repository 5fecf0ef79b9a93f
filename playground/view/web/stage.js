// The whole comparison: a person's choice, and its drawing. ``tell`` is called with every new choice.

const stages = new WeakMap()

// What there is to draw, apart from the choice: of that the person's own copy counts.
const contentOf = ({ choice, ...rest }) => JSON.stringify(rest)

const mount = (root, data, tell) => {
  const held = stages.get(root)
  const content = contentOf(data)
  if (held && held.token === data.token) {
    // The host calls also when nothing is new: drawing anew would take elements away under the pointer.
    if (held.content === content) return
    Object.assign(held, { data, content })
    // What is selected may be gone; everything else is the person's.
    if (!own(data.documents, held.choice.selected)) held.choice.selected = data.choice.selected
    held.render()
    return
  }
  const now = { token: data.token, data, content, choice: { ...data.choice }, page: 0, sort: "spread", menus: { columns: false } }
  stages.set(root, now)

  const change = (some) => {
    if ("view" in some || "baseline" in some || "movers" in some) now.page = 0
    now.choice = { ...now.choice, ...some }
    now.render()
    tell(now.choice)
  }
  const turn = (page) => {
    now.page = page
    now.render()
  }
  const sortBy = (sort) => {
    now.sort = sort
    turn(0)
  }
  const light = (id) => {
    const shown = id ?? now.choice.selected
    for (const element of root.querySelectorAll(".ladder [data-id]")) element.classList.toggle("lit", element.dataset.id === shown)
  }

  now.render = () => {
    const { data, choice } = now
    if (!data.bases[choice.baseline]) choice.baseline = 0
    const active = root.getRootNode().activeElement
    const focused = root.contains(active) ? active?.dataset?.focus : undefined
    const left = root.querySelector(".ladder, .scroll")?.scrollLeft ?? 0
    const [reading, scrolledTo] = [root.dataset.reading, root.querySelector(".drawer")?.scrollTop ?? 0]
    const unfolded = [...root.querySelectorAll(".drawer details[open] > summary")].map((summary) => summary.dataset.focus)
    const columns = seenFrom(data, choice)
    const act = {
      columns, set: change, pick: (selected) => change({ selected }), light,
      page: now.page, turn, sort: now.sort, sortBy,
    }
    const drawn = { ladder: ladderView, matrix: matrixView, details: detailsView }[choice.view](data, choice, act)
    root.replaceChildren(
      say(data.bases[choice.baseline].sentence, act.pick),
      toolbar(data, choice, change, now.menus),
      make("div", "stage", drawn, drawer(data, choice)),
    )
    drawn.scrollLeft = left
    const scroll = drawn.querySelector(".scroll")
    if (scroll) scroll.scrollLeft = left
    root.dataset.reading = choice.selected
    if (reading === choice.selected) {
      for (const summary of root.querySelectorAll(".drawer summary")) summary.parentElement.open = unfolded.includes(summary.dataset.focus)
      root.querySelector(".drawer").scrollTop = scrolledTo
    }
    light(null)
    if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
  }
  now.render()
}

const isDark = (element) => {
  const [red, green, blue] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g).map(Number)
  return 0.3 * red + 0.6 * green + 0.1 * blue < 128
}
