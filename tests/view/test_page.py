"""The report: one file that needs nothing but a browser, whatever stands in the documents."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

from playground.checks import Check
from playground.events import Failure, RunFinished
from playground.runs import Record, dump, load
from playground.types import Document, Domain, Earlier, Judgment, Quote, Ranked, Ranking, Repair, Usage
from playground.view import page
from playground.view.outcome import Outcome
from playground.view.stage import Choice, stage
from tests.view.looking import answered, call, came_to, looked_at

HOSTILE = (
    "</script x><!--<script ></script></style></title></noscript></table><script src=https://evil.example/x.js></script>"
    "</SCRIPT/><img src=x onerror=alert(1)><!-- ]]> <base href=//evil.example> \"'`&lt;\u2028\u2029{{x}}"
)


def record(words: str) -> Record:
    """A run in which every field that comes from outside holds these words."""
    ids = [f"{at}{words}" for at in "abcd"]
    documents = [Document(id=id, content=words, title=words, metadata={words: words}) for id in ids]
    quotes = [Quote(text=words, start=0, end=len(words)), Quote(text=words), None, None]
    items = tuple(
        Ranked(
            id=id,
            rank=rank,
            score=0.5,
            reason=words,
            quote=quote,
            provenance=("repaired", "tied") if rank < 4 else ("failed",),
            stage=words,
            earlier=(Earlier(stage=words, rank=1),),
            why=words,
            seen=2,
        )
        for rank, (id, quote) in enumerate(zip(reversed(ids), quotes, strict=True), 1)
    )
    judgment = Judgment(verdict="unreadable", repairs=(Repair(kind="fenced"),), why=words)
    made = call(content=words, model=words, stop=words, cost_usd=Decimal("0.01"), usage=Usage(input=9))
    duel = {"wins": 1, "losses": 1, "ties": 0, "beat": ids[0], "lost_to": ids[1]}
    lanes = {
        words: Ranking(items=items, details={"duels": {ids[0]: duel}}),
        f"2{words}": Failure(kind=words, message=words, hint=words),
    }
    outcome = looked_at(
        lanes,
        given=documents,
        query=words,
        qrels={ids[0]: 3, ids[1]: 0},
        before=[answered(made, shown=ids, form=words, judgment=judgment), answered(made, shown=ids, phase="explain")],
        halted=words,
        checks=(Check(kind="reversed", number=1, order=tuple(ids), events=tuple(came_to(0, Ranking(items=items)))),),
    )
    made_of = outcome.record
    over = RunFinished(at=2.0, halted=words, warnings=(words,))
    return replace(
        made_of,
        task=replace(made_of.task, domain=Domain(name=words, title=words, role=words)),
        lanes=tuple(replace(lane, model=words, strategy=words, words=words) for lane in made_of.lanes),
        events=(*made_of.events[:-1], over),
        warnings=(words,),
    )


class Markup(HTMLParser):
    """What a file is made of: its tags with their attributes in order, and its text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.texts: list[tuple[str, str]] = []
        self.unusual: list[str] = []
        self._last = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        self._last = tag

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)
        self._last = ""

    def handle_data(self, data: str) -> None:
        self.texts.append((self._last, data))

    def handle_comment(self, data: str) -> None:
        self.unusual.append(data)

    def handle_pi(self, data: str) -> None:
        self.unusual.append(data)


def test_what_documents_and_models_say_stays_text() -> None:
    """Tags, attributes and comments are those of a harmless run, though every field tries to be markup; and all of it
    can be read where it belongs."""
    hostile, harmless = Markup(page.html(record(HOSTILE))), Markup(page.html(record("harmless")))
    assert hostile.tags == harmless.tags
    assert not hostile.unusual
    cells = [data for tag, data in hostile.texts if tag in ("h1", "td", "p", "title")]
    assert sum(HOSTILE in data for data in cells) > 10


def test_the_file_draws_what_the_page_draws() -> None:
    """The data in it are the stage with every document's details, to the last character, spelled without any that
    markup begins or ends with."""
    made = record(HOSTILE)
    text = page.html(made).partition('<script type="application/json" id="data">')[2].partition("</script>\n")[0]
    assert not set("<>&\u2028") & set(text)
    data = json.loads(text)
    drawn = stage(Outcome(record=made, board=made.board), Choice(), everything=True)
    assert data == json.loads(json.dumps({**drawn, "token": "report"}))
    assert set(data["details"]) == {document.id for document in made.task.documents}


def test_the_file_asks_nobody_for_anything() -> None:
    """No element refers to another file; a policy forbids it besides, inline script and style aside; neither of these
    fetches anything."""
    text = page.html(record("harmless"))
    attributes = [(name, value) for tag in Markup(text).tags if isinstance(tag, tuple) for name, value in tag[1]]
    assert not {"src", "href", "srcset", "action", "data", "poster", "background", "style"} & {
        name for name, _ in attributes
    }
    assert not [name for name, _ in attributes if name.startswith("on")]
    assert ("content", "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'") in attributes
    assert not re.search(r"@import|url\(|\bimport\b|\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|innerHTML", text)


def test_a_saved_run_gives_the_same_report() -> None:
    """Nothing in it is from anywhere but the record."""
    made = record(HOSTILE)
    assert page.html(load(dump(made))) == page.html(made)


def test_a_run_without_any_ranking_can_be_reported() -> None:
    """What is missing is missing, and the rest is there."""
    text = page.html(looked_at({"one": None}).record)
    assert "No lane came to a ranking." in text and "<h2>Rankings</h2>" not in text
