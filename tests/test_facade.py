"""The contract that outsiders use: ``rerank`` and ``compare``."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from playground import Document, compare, rerank
from playground.domains import domains
from playground.errors import InputError, LaneError, PlaygroundError
from playground.lanes import parse
from playground.live import LiveRun
from playground.models import Access
from playground.testing import Oracle, Scripted
from playground.types import Usage
from tests.provider import Hang, Provider

DOCUMENTS: list[Any] = [
    "Trains to Boston leave hourly.",
    {"id": "b", "title": "Whales", "content": "Whales breathe air."},
    Document(id="c", content="Do whales sleep? Whales sleep near the surface."),
]
GRADES = {"d1": 1, "b": 2, "c": 3}


def test_rerank_with_an_oracle() -> None:
    """Text, mappings and documents go in; out comes a whole ranking by the judge's word. An oracle costs no call."""
    result = rerank("how do whales sleep", DOCUMENTS, strategy="pointwise", model=Oracle(GRADES))
    assert result.ids == ("c", "b", "d1")
    assert [item.score for item in result] == [3, 2, 1]
    assert [item.rank for item in result] == [1, 2, 3]
    assert (result.state, result.calls, result.rounds, result.usage) == ("complete", 0, 1, Usage())
    assert result.cost_usd == Decimal(0) and result.repairs == () and result.seconds > 0
    assert len(result) == 3 and result[0].id == "c"


def test_rerank_with_a_scorer() -> None:
    """A scorer needs no model; its one call, its price and its time are told."""
    result = rerank("do whales sleep", DOCUMENTS, strategy="bm25")
    assert result.ids[0] == "c"
    assert (result.calls, result.rounds, result.cost_usd, result.state) == (1, 1, Decimal(0), "complete")


def test_top_k_is_a_prefix() -> None:
    """``top_k`` cuts what the result holds as a sequence; ``ranking`` stays whole, in the same order."""
    whole = rerank("do whales sleep", DOCUMENTS, strategy="bm25")
    cut = rerank("do whales sleep", DOCUMENTS, strategy="bm25", top_k=2)
    assert cut.ids == whole.ids[:2] and len(cut) == 2
    assert cut.ranking.ids == whole.ids
    assert rerank("do whales sleep", DOCUMENTS, strategy="bm25", top_k=99).ids == whole.ids


def test_a_scripted_model_is_read_like_any_other() -> None:
    """A model of one's own is worded to and read from: grades, reasons and repairs come from its text."""
    model = Scripted(['{"quote": "", "reason": "Dull.", "grade": 1}', "no idea", '{"grade": 99}', "7/10"])
    result = rerank("whales", DOCUMENTS, strategy="pointwise", model=model)
    assert len(model.payloads) == result.calls == 4
    assert "Whales breathe air." in model.payloads[1].messages[-1].content
    assert result.state == "repaired" and result.cost_usd is None
    assert {repair.kind for repair in result.repairs} == {"retried", "clamped"}
    assert [item.reason for item in result if item.id == "d1"] == ["Dull."]


def test_options_are_keywords() -> None:
    """A strategy's options are given as keywords, typed or in the command line's words."""
    for reasons in (False, "false"):
        model = Scripted(['{"ranking": [2, 1]}'])
        result = rerank("q", DOCUMENTS, strategy="listwise", model=model, window=2, stride=1, reasons=reasons)
        assert result.rounds == 2 and "reason" not in model.payloads[0].messages[0].content
    cascade = rerank(
        "do whales sleep", DOCUMENTS, strategy="cascade", first="bm25", then="pointwise", keep=2, model=Oracle(GRADES)
    )
    assert cascade.ids == ("c", "b", "d1")
    assert "cut" in cascade[2].provenance


@pytest.mark.parametrize(
    ("query", "documents", "options", "told"),
    [
        ("", DOCUMENTS, {}, "no query"),
        ("  \n", DOCUMENTS, {}, "no query"),
        ("q", [], {}, "no documents"),
        ("q", "one text", {}, "must be a list"),
        ("q", [{"id": "x", "content": "1"}, {"id": "x", "content": "2"}], {}, '"x"'),
        ("q", ["1", {"id": "d1", "content": "2"}], {}, '"d1"'),
        ("q", [7], {}, "Document 1"),
        ("q", DOCUMENTS, {"strategy": "pointwyse", "model": "local"}, "Did you mean pointwise"),
        ("q", DOCUMENTS, {"strategy": "local"}, "chat model"),
        ("q", DOCUMENTS, {"strategy": "pointwise"}, "needs a model"),
        ("q", DOCUMENTS, {"strategy": "pointwise", "model": "bm25"}, "needs a chat model"),
        ("q", DOCUMENTS, {"strategy": "pointwise", "model": "nobody:x"}, "no provider"),
        ("q", DOCUMENTS, {"strategy": "bm25", "children": 3}, "no option 'children'"),
        ("q", DOCUMENTS, {"strategy": "bm25", "top_k": 0}, "top_k=0"),
        ("q", DOCUMENTS, {"strategy": "bm25", "model": "openai:gpt-6-luna"}, "takes no other"),
        ("q", DOCUMENTS, {"model": Oracle({})}, "takes no other"),
        ("q", DOCUMENTS, {"strategy": "bm25", "explain": -1}, "explain=-1"),
    ],
)
def test_what_cannot_be_used_is_refused(query: str, documents: Any, options: dict[str, Any], told: str) -> None:
    """Unusable input raises before anything is asked, with what is wrong and a hint; nothing is silently ignored."""
    with pytest.raises(PlaygroundError) as caught:
        rerank(query, documents, **options)
    assert told in str(caught.value)
    assert caught.value.hint


def test_a_lane_that_cannot_work_raises() -> None:
    """``rerank`` has one lane: where it fails as a whole there is no result, but an error that says what to do."""
    with pytest.raises(LaneError, match="needs a key"):
        rerank("q", DOCUMENTS, strategy="pointwise", model="openai:gpt-6-luna", access=Access())


def test_an_unknown_domain_warns() -> None:
    """An unknown domain is answered with the general one and a warning that names those there are."""
    for warnings in (
        rerank("q", DOCUMENTS, strategy="bm25", domain="wizardry").warnings,
        compare("q", DOCUMENTS, ["bm25"], domain="wizardry").warnings,
    ):
        assert len(warnings) == 1 and "'wizardry'" in warnings[0] and "legal" in warnings[0]
    assert rerank("q", DOCUMENTS, strategy="bm25", domain="legal").warnings == ()


def test_the_domain_is_told_to_the_model() -> None:
    """A domain, by name or one's own, changes what the model is told."""
    for domain in ("legal", domains()["legal"]):
        model = Scripted(['{"grade": 1}'])
        rerank("q", DOCUMENTS, strategy="pointwise", model=model, domain=domain)
        assert domains()["legal"].role in model.payloads[0].messages[0].content


def test_inside_a_running_event_loop() -> None:
    """The calls are synchronous and work where an event loop runs already: in a notebook, say."""

    async def notebook() -> tuple[str, ...]:
        return rerank("do whales sleep", DOCUMENTS, strategy="bm25").ids

    assert asyncio.run(notebook())[0] == "c"


def test_input_is_left_alone() -> None:
    """What is handed over is the caller's; it is not changed."""
    mapping = {"id": "b", "content": "Whales.", "year": 1999}
    before = dict(mapping)
    rerank("q", [mapping, "two"], strategy="bm25")
    assert mapping == before


def test_compare_keeps_the_lanes_apart() -> None:
    """Lanes come back in the order given; one that fails says so and leaves the others alone."""
    done = compare(
        "do whales sleep", DOCUMENTS, ["bm25", "pointwise model=openai:x", parse("bm25 name=again")], access=Access()
    )
    assert [result.state for result in done.results] == ["complete", "failed", "complete"]
    assert [row.name for row in done.board.lanes] == ["bm25", "pointwise openai:x", "again"]
    assert done.results[0].ids == done.results[2].ids
    failed = done.results[1]
    assert failed.ids == () and failed.ranking.items == () and failed.row.error is not None
    assert done.record.board == done.board


def test_compare_refuses_bad_words_before_anything_runs() -> None:
    """One lane in words that can't be read stops the whole call."""
    with pytest.raises(InputError, match="no option"):
        compare("q", DOCUMENTS, ["bm25", "pointwise model=local wings=2"])


def test_an_interrupted_call_stops_its_run() -> None:
    """Ctrl-C while waiting ends the run too: nothing goes on spending behind the caller's back."""
    runs: list[LiveRun] = []

    def interrupted(live: LiveRun) -> None:
        runs.append(live)
        assert provider.until(lambda: len(provider.journal) == 3)
        raise KeyboardInterrupt

    with Provider() as provider:
        provider.script(Hang())
        with pytest.raises(KeyboardInterrupt):
            compare("q", DOCUMENTS, ["pointwise model=openai:x"], access=provider.access(), watch=interrupted)
        assert runs[0].join(2).halted == "stopped"
        assert provider.until(lambda: provider.hung_up() == 3)


@pytest.mark.parametrize("count", [1, 2])
def test_hardly_any_documents(count: int) -> None:
    """One document, or two of the same text, are ranked like any other number."""
    result = rerank("q", ["same text"] * count, strategy="bm25")
    assert result.ids == ("d1", "d2")[:count]
