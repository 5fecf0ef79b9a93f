"""A comparison as one file that opens without a server, a network or a key."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from playground.runs import Record
from playground.view import tables, web
from playground.view.outcome import Outcome
from playground.view.sentence import sentence, text
from playground.view.stage import Choice, stage

# Nothing is loaded from anywhere, whatever a document says.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
_THEME = """
:root {
  color-scheme: light;
  --st-background-color: #fbfbf9; --st-secondary-background-color: #f3f2ee; --st-text-color: #16181d;
  --st-border-color: #e2e1db; --st-link-color: #4338ca;
  --st-font: Inter, "Source Sans 3", "Noto Sans", system-ui, sans-serif;
}
:root.dark {
  color-scheme: dark;
  --st-background-color: #14161a; --st-secondary-background-color: #21252c; --st-text-color: #e8e9ec;
  --st-border-color: #2f343d; --st-link-color: #9aa2ff;
}
body { margin: 0; background: var(--st-background-color); color: var(--st-text-color); font: 14px/1.5 var(--st-font); }
main { max-width: 1440px; margin: 0 auto; padding: 24px 28px 60px; }
main > header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; margin-bottom: 18px; }
h1 { margin: 0; font-size: 20px; font-weight: 600; overflow-wrap: anywhere; }
h2 { margin: 28px 0 8px; font-size: 15px; font-weight: 600; }
#theme { margin-left: auto; text-decoration: underline; }
main > p { overflow-wrap: anywhere; }
.plain { overflow-x: auto; }
.plain td, .plain th { white-space: pre-line; }
"""


def html(record: Record) -> str:
    """The report: the query, the whole comparison with every document's details, and the same as plain tables."""
    outcome = Outcome(record=record, board=record.board)
    data = {**stage(outcome, Choice(), everything=True), "token": "report"}
    query = escape(record.task.query)
    made = f"Run of {record.made}, {len(record.task.documents)} documents, domain {record.task.domain.title}."
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Reranking: {query}</title>",
        f"<style>{_THEME}{web.style()}</style>",
        "</head>",
        "<body>",
        "<main>",
        f'<header><h1>{query}</h1><span class="dim">{escape(made)}</span>'
        '<button id="theme" type="button" class="dim">Light or dark</button></header>',
        f"<noscript><p>{escape(text(sentence(outcome)))}</p></noscript>",
        '<div class="comparison"></div>',
        *(_table(title, rows) for title, rows in tables.all_of(outcome).items()),
        *(f"<p>{escape(warning)}</p>" for warning in (*record.warnings, *outcome.board.warnings)),
        "</main>",
        f'<script type="application/json" id="data">{_inert(data)}</script>',
        f'<script type="module">{web.script("report")}</script>',
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _inert(data: Any) -> str:
    """JSON in which nothing can end the element around it."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028")


def _table(title: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in rows[0])
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}</td>" for cell in row.values()) + "</tr>"
        for row in rows
    )
    return (
        f'<h2>{escape(title)}</h2><div class="plain"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
