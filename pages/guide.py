"""Guide: is an LLM reranker worth it, which lane, at what price, and how to ship it."""

from playground.ui import entry, header, session
from playground.ui.guide import calculator, candidates, choice, methods, noise, production, sheet, signs, strategies

entry.through()
session.start()
sheet.style()

header.draw("Guide")

signs.draw()
methods.draw()
asked = calculator.draw()
found = choice.draw(asked) if asked is not None else None
strategies.draw(calculator.documents())
noise.draw()
production.draw(candidates.chosen(), found.lane if found is not None else None)
