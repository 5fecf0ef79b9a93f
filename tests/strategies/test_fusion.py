"""Promises about several lanes' rankings as one: reciprocal ranks worked by hand, and whose word counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.errors import InputError
from playground.lanes import parse
from playground.strategies.fusion import Fusion
from playground.strategies.listwise import Listwise
from playground.strategies.pairwise import Pairwise
from playground.strategies.pointwise import Pointwise
from playground.strategies.score import Score
from playground.strategies.setwise import Setwise
from playground.testing import Oracle, check_ranking, play, sample_task
from playground.types import Ask, Judgment, ModelRef, Quote, Ranking, unanswered

ONE, TWO = ModelRef("bm25"), ModelRef("embedding")
CHAT = ModelRef("test", "chat")


def fused(lanes: Fusion, n: int, answers: dict[ModelRef, Callable[[Ask], Judgment]]) -> Ranking:
    """The fused ranking of d0..d(n-1); each model answers for itself."""
    ranking, _ = play(lanes.rank(sample_task(n)), lambda ask: answers[ask.model](ask))
    check_ranking(ranking, sample_task(n))
    return ranking


def in_order(*ids: str) -> Callable[[Ask], Judgment]:
    """A scorer that puts these first, in this order, and all others last, apart from each other."""
    return Oracle({id: 100.0 - at for at, id in enumerate(ids)}).judge


def scores(ranking: Ranking) -> dict[str, float | None]:
    return {item.id: item.score for item in ranking.items}


@pytest.mark.parametrize("k", [60, 1, 1_000])
def test_reciprocal_ranks_add_up(k: int) -> None:
    """1 / (k + rank), summed over the lanes; worked by hand for three documents and two lanes."""
    lanes = Fusion(lanes=(Score(model=ONE), Score(model=TWO)), k=k)
    ranking = fused(lanes, 3, {ONE: in_order("d0", "d1", "d2"), TWO: in_order("d1", "d2", "d0")})
    assert scores(ranking) == {
        "d1": pytest.approx(1 / (k + 2) + 1 / (k + 1)),
        "d0": pytest.approx(1 / (k + 1) + 1 / (k + 3)),
        "d2": pytest.approx(1 / (k + 3) + 1 / (k + 2)),
    }
    assert ranking.ids == ("d1", "d0", "d2")


def test_a_smaller_k_lets_the_first_ranks_count_more() -> None:
    """First in one lane and last in two others of five, against third in all: k decides who is above."""
    orders = {
        ONE: in_order("d0", "d1", "d2", "d3", "d4"),
        TWO: in_order("d3", "d4", "d2", "d1", "d0"),
        CHAT: in_order("d4", "d3", "d2", "d1", "d0"),
    }
    lanes = (Score(model=ONE), Score(model=TWO), Score(model=CHAT))
    few, many = fused(Fusion(lanes=lanes, k=1), 5, orders), fused(Fusion(lanes=lanes, k=60), 5, orders)
    assert few.ids.index("d0") < few.ids.index("d2")
    assert many.ids.index("d2") < many.ids.index("d0")


def test_tied_documents_share_a_rank() -> None:
    """Two that a lane can't tell apart count by the rank of the first of them; the next one's rank is not moved up."""
    lanes = Fusion(lanes=(Score(model=ONE), Score(model=TWO)))
    judge = Oracle({"d0": 5, "d1": 5, "d2": 1, "d3": 0}).judge
    ranking = fused(lanes, 4, {ONE: judge, TWO: judge})
    assert scores(ranking) == {
        "d0": pytest.approx(2 / 61),
        "d1": pytest.approx(2 / 61),
        "d2": pytest.approx(2 / 63),
        "d3": pytest.approx(2 / 64),
    }
    assert [item.provenance for item in ranking.items] == [("judged", "tied")] * 2 + [("judged",)] * 2


def test_what_a_lane_left_unsorted_shares_a_rank() -> None:
    """Below a lane's top k the input order is no vote: those documents count alike."""
    lanes = Fusion(lanes=(Setwise(model=CHAT, top_k=1), Pairwise(model=TWO, sort="heap", top_k=1)))
    oracle = Oracle({f"d{at}": at for at in range(5)})
    ranking = fused(lanes, 5, {CHAT: oracle.judge, TWO: oracle.judge})
    assert ranking.ids == ("d4", "d0", "d1", "d2", "d3")
    assert scores(ranking) == {"d4": pytest.approx(2 / 61)} | {f"d{at}": pytest.approx(2 / 62) for at in range(4)}


def test_a_lane_that_failed_has_no_vote() -> None:
    """Its input order counts for nothing, whole or for one document; what the others say stands."""
    lanes = Fusion(lanes=(Score(model=ONE), Listwise(model=CHAT)))
    ranking = fused(lanes, 3, {ONE: in_order("d2", "d1", "d0"), CHAT: lambda ask: unanswered("lost")})
    assert ranking.ids == ("d2", "d1", "d0")
    assert scores(ranking) == {f"d{at}": pytest.approx(1 / (63 - at)) for at in range(3)}
    assert not any("failed" in item.provenance for item in ranking.items)
    assert [len(item.earlier) for item in ranking.items] == [1, 1, 1]

    lanes = Fusion(lanes=(Score(model=ONE), Pointwise(model=CHAT)))
    ranking = fused(
        lanes,
        2,
        {
            ONE: in_order("d0", "d1"),
            CHAT: lambda ask: unanswered("lost") if ask.shown[0].id == "d0" else Oracle({"d1": 3}).judge(ask),
        },
    )
    assert scores(ranking) == {"d1": pytest.approx(1 / 62 + 1 / 61), "d0": pytest.approx(1 / 61)}


def test_where_every_lane_failed_the_document_failed() -> None:
    """No score, the input order, and the first lane's word why."""
    lanes = Fusion(lanes=(Score(model=ONE), Listwise(model=CHAT)))
    ranking = fused(lanes, 3, {ONE: lambda ask: unanswered("no server"), CHAT: lambda ask: unanswered("lost")})
    assert ranking.ids == ("d0", "d1", "d2")
    assert {(item.score, item.provenance, item.why) for item in ranking.items} == {(None, ("failed",), "no server")}


def test_reasons_and_every_lanes_word_are_carried() -> None:
    """The reason and its quote come from the first lane that gave one; each lane's rank and score stand beside."""

    def reasoned(ask: Ask) -> Judgment:
        id = ask.shown[0].id
        found = Quote(text="text", start=0, end=4)
        return Judgment(
            verdict="ranked",
            order=(id,),
            grades={id: 7.0 if id == "d0" else 9.0},
            reasons={id: f"{ask.model} on {id}"},
            quotes={id: found},
            seen={id: 5},
        )

    other = ModelRef("test", "other")
    lanes = Fusion(lanes=(Score(model=ONE), Pointwise(model=CHAT), Pointwise(model=other)))
    ranking = fused(lanes, 2, {ONE: in_order("d0", "d1"), CHAT: reasoned, other: reasoned})
    first = ranking.items[0]
    assert (first.id, first.reason, first.quote_found, first.seen) == ("d1", "test:chat on d1", True, 5)
    assert [(word.stage, word.rank, word.score) for word in first.earlier] == [
        ("bm25", 2, 99.0),
        ("pointwise test:chat", 1, 9.0),
        ("pointwise test:other", 1, 9.0),
    ]


def test_fewer_than_two_lanes_are_no_fusion() -> None:
    """The error says how lanes are written, and that works."""
    for lanes in ((), (Score(model=ONE),)):
        with pytest.raises(InputError, match="two lanes or more") as caught:
            Fusion(lanes=lanes)
    assert parse(f"fusion {caught.value.hint.rstrip('.').split()[-1]}").strategy == Fusion(
        lanes=(Score(model=ONE), Score(model=TWO))
    )


def test_the_lanes_share_their_rounds() -> None:
    """As many rounds as the longest lane needs alone, so that fusion costs calls but no time."""
    lanes = (Score(model=ONE), Listwise(model=CHAT, window=4, stride=2), Pairwise(model=CHAT))
    oracle = Oracle({f"d{at}": 20 - at for at in range(20)})
    alone = [play(lane.rank(sample_task(20)), oracle.judge)[1] for lane in lanes]
    _, rounds = play(Fusion(lanes=lanes).rank(sample_task(20)), oracle.judge)
    assert len(rounds) == max(map(len, alone))
    assert sum(map(len, rounds)) == sum(len(asks) for each in alone for asks in each)
