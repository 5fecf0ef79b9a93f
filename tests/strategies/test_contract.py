"""What every strategy promises, whatever it does inside. A new strategy needs an entry in ``FACTORIES``."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domain
from playground.errors import InputError, Overloaded
from playground.forms.grade import Grade
from playground.forms.order import Order
from playground.lanes import build
from playground.strategies import Strategy, strategies
from playground.strategies.cascade import Cascade
from playground.strategies.fusion import Fusion
from playground.strategies.listwise import Listwise, windows
from playground.strategies.pointwise import Pointwise
from playground.strategies.score import Score
from playground.strategies.tournament import Tournament, stages
from playground.testing import (
    SIZES,
    NoisyOracle,
    Oracle,
    Scripted,
    check_strategy,
    play,
)
from playground.testing import check_ranking as check
from playground.testing import sample_task as task
from playground.types import Ask, Judgment, ModelRef, Ranking, Reply, Task, unanswered
from tests.remembering import remembered

GENERAL, _ = domain("general")
CHAT = ModelRef("test", "chat")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A strategy with its options; the least and most calls it may make for n documents of which k are wanted; the top
    it must vouch for at (n, k). ``order_free``: the order of the input can't matter. ``sorts``: ``top_k`` saves calls.
    """

    strategy: Strategy
    calls: Callable[[int, int], tuple[int, int]]
    exact: Callable[[int, int], int]
    order_free: bool = False
    sorts: bool = False


def whole(n: int, k: int) -> int:
    return min(n, k)


def exactly(count: Callable[[int], int]) -> Callable[[int, int], tuple[int, int]]:
    return lambda n, k: (count(n), count(n))


def score(provider: str, batch: int | None = None) -> Case:
    return Case(
        strategy=Score(model=ModelRef(provider)),
        calls=exactly(lambda n: 0 if n < 2 else math.ceil(n / (batch or n))),
        exact=whole,
        order_free=True,
    )


def pointwise(reasons: bool = True, scale: str = "text") -> Case:
    made = build("pointwise", {"model": CHAT, "reasons": reasons, "scale": scale})
    return Case(strategy=made, calls=exactly(lambda n: n), exact=whole, order_free=True)


def listwise(
    window: int | None = 20, stride: int = 10, passes: int = 1, reasons: bool = True, shuffles: int = 1
) -> Case:
    def calls(n: int) -> int:
        if n < 2:
            return 0
        w = window or n
        return shuffles * passes * (1 if n <= w else 1 + math.ceil((n - w) / stride))

    def exact(n: int, k: int) -> int:
        return min(n, k) if window is None or n <= window else min(n, k, passes * (window - stride))

    made = Listwise(
        model=CHAT, window=window, stride=stride, passes=passes, reasons=reasons, shuffles=shuffles, seed=shuffles
    )
    return Case(strategy=made, calls=exactly(calls), exact=exact)


PAIRS: dict[str, Callable[[int, int], tuple[int, int]]] = {
    # Least and most comparisons for n documents, k wanted; n > 1.
    "allpair": lambda n, k: (n * (n - 1) // 2, n * (n - 1) // 2),
    "sliding": lambda n, k: (n - 1, 10 * (n - 1)),
    "bubble": lambda n, k: (n - 1, k * (2 * n - k - 1) // 2),
    "heap": lambda n, k: (n // 2, 2 * n + 2 * k * math.ceil(math.log2(n))),
    "parallel": lambda n, k: (n - 1, n * (n - 1) // 2),
    "tournament": lambda n, k: (n - 1, n - 1 + (k - 1) * (1 + math.ceil(math.log2(n)))),
}


def pairwise_(sort: str, orders: str = "both", scale: str = "text") -> Case:
    def calls(n: int, k: int) -> tuple[int, int]:
        ways = 2 if orders == "both" else 1
        low, high = PAIRS[sort](n, min(n, k)) if n > 1 else (0, 0)
        return low * ways, high * ways

    def exact(n: int, k: int) -> int:
        return min(n, k, 10 if sort == "sliding" and n > 11 else n)

    made = build("pairwise", {"model": CHAT, "sort": sort, "orders": orders, "scale": scale})
    return Case(strategy=made, calls=calls, exact=exact, sorts=sort not in ("allpair", "sliding"))


def setwise(children: int, variant: str = "heap") -> Case:
    def calls(n: int, k: int) -> tuple[int, int]:
        if n < 2:
            return 0, 0
        depth = math.ceil(math.log(max(n, 2), children)) + 1 if children > 1 else n
        return math.ceil((n - 1) / children) if k > 1 else 1, 2 * n + k * depth

    made = build("setwise", {"model": CHAT, "children": children, "variant": variant})
    return Case(strategy=made, calls=calls, exact=whole, sorts=True)


def tournament(group: int = 20, keep: int = 10, rounds: int = 2) -> Case:
    def calls(n: int) -> int:
        """A question for each group of two or more, level by level."""
        sizes = [n, *(kept for _, kept in stages(n, group, keep))]
        asked = [min(groups, size // 2) for (groups, _), size in zip(stages(n, group, keep), sizes, strict=False)]
        return rounds * sum(asked)

    made = Tournament(model=CHAT, group=group, keep=keep, rounds=rounds)
    return Case(strategy=made, calls=exactly(calls), exact=lambda n, k: 0)


def cascade(first: Case, then: Case, keep: int | None = None) -> Case:
    def kept(n: int) -> int:
        return min(n, keep or (15 if n > 15 else 10))

    def exact(n: int, k: int) -> int:
        return min(first.exact(n, kept(n)), then.exact(kept(n), min(k, kept(n))))

    return Case(
        strategy=Cascade(first=first.strategy, then=then.strategy, keep=keep),
        calls=lambda n, k: added(first.calls(n, n), then.calls(kept(n), kept(n))),
        exact=exact,
    )


def fusion(*lanes: Case) -> Case:
    return Case(
        strategy=Fusion(lanes=tuple(lane.strategy for lane in lanes)),
        calls=lambda n, k: added(*(lane.calls(n, n) for lane in lanes)) if n > 1 else (0, 0),
        exact=lambda n, k: min(lane.exact(n, k) for lane in lanes),
    )


def added(*ranges: tuple[int, int]) -> tuple[int, int]:
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


FACTORIES: dict[str, dict[str, Case]] = {
    "score": {
        "one batch": score("bm25"),
        "batches of 4": score("likelihood", 4),
        "batches of 32": score("cross-encoder", 32),
    },
    "pointwise": {
        "with reasons": pointwise(),
        "without": pointwise(reasons=False),
        "logprobs": pointwise(scale="logprobs"),
    },
    "listwise": {
        "default": listwise(),
        "window 4 stride 2": listwise(4, 2),
        "window 4 stride 1": listwise(4, 1),
        "window 5 stride 4": listwise(5, 4),
        "all": listwise(None),
        "two passes": listwise(4, 2, passes=2),
        "three passes": listwise(6, 1, passes=3),
        "ids only": listwise(reasons=False),
        "five shuffles": listwise(None, shuffles=5),
        "shuffled windows": listwise(6, 3, shuffles=3),
    },
    "pairwise": {
        **{sort: pairwise_(sort) for sort in PAIRS},
        **{f"{sort}, one random order": pairwise_(sort, "random") for sort in ("allpair", "heap", "parallel")},
        "parallel, logprobs": pairwise_("parallel", scale="logprobs"),
    },
    "setwise": {
        "heap of 3": setwise(3),
        "heap of 2": setwise(2),
        "heap of 9": setwise(9),
        "rounds of 5": setwise(4, "rounds"),
        "rounds of 3": setwise(2, "rounds"),
        "rounds of 20": setwise(19, "rounds"),
    },
    "tournament": {
        "default": tournament(),
        "one round": tournament(rounds=1),
        "groups of 2": tournament(2, 1, 3),
        "groups of 5": tournament(5, 2),
    },
    "cascade": {
        "score then listwise": cascade(score("embedding"), listwise()),
        "score then pointwise, keep 3": cascade(score("bm25"), pointwise(), keep=3),
        "score then one": cascade(score("bm25"), listwise(), keep=1),
        "pointwise then windows": cascade(pointwise(reasons=False), listwise(4, 2), keep=12),
        "windows then pointwise": cascade(listwise(4, 2), pointwise()),
        "windows then narrower windows": cascade(listwise(10, 4), listwise(4, 2), keep=10),
        "score then pairwise": cascade(score("bm25"), pairwise_("parallel")),
        "three stages": cascade(cascade(score("bm25"), score("likelihood", 4), keep=30), listwise(4, 2), keep=10),
    },
    "fusion": {
        "two scorers": fusion(score("bm25"), score("embedding")),
        "scorer, windows and a cascade": fusion(
            score("bm25"), listwise(4, 2), cascade(score("bm25"), pointwise(), keep=3)
        ),
    },
}
# Strategies that came from elsewhere are held to what they say of themselves.
ELSEWHERE = [kind for name, kind in strategies().items() if name not in FACTORIES]
CASES = {f"{name}: {variant}": case for name, variants in FACTORIES.items() for variant, case in variants.items()}
every = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


SMALL = [n for n in SIZES if n < 50]


def ids(given: Task) -> list[str]:
    return [document.id for document in given.documents]


def test_every_strategy_of_the_package_is_under_contract() -> None:
    """A strategy in the package without a case here is a strategy nobody has promised anything about."""
    assert set(FACTORIES) <= set(strategies())
    for kind in ELSEWHERE:
        assert not kind.__module__.startswith("playground.strategies"), kind


def test_a_strategy_from_elsewhere_keeps_the_promises() -> None:
    """Whatever an entry point names, built with nothing but a model, is held to the same promises. (Here there may be
    none; test_toy.py brings one.)"""
    for kind in ELSEWHERE:
        check_strategy(build(kind.name, {"model": CHAT}))


@every
def test_every_strategy_keeps_the_promises(case: Case) -> None:
    """The public check that is offered for strategies of one's own holds for each of ours."""
    check_strategy(case.strategy, sizes=(0, 1, 2, 3, 9, 20, 25), seeds=3)


@every
@pytest.mark.parametrize("n", SIZES)
def test_a_perfect_judge_makes_the_guaranteed_top_exact(case: Case, n: int) -> None:
    """60 seeded inputs up to 21 documents, 5 above (`make bench-strategies` plays 60 everywhere), and the reversed
    one, for each k of 1, 3, 10 and n: calls as the formula says, or within its bounds where they depend on the answers;
    the guaranteed part exact."""
    perfect = [f"d{at}" for at in range(n)]
    judge = remembered(Oracle({id: n - at for at, id in enumerate(perfect)}))
    inputs = [task(n, seed) for seed in range(60 if n <= 21 else 5)] + [
        replace(task(n), documents=task(n).documents[::-1])
    ]
    for k in sorted({1, 3, 10, max(n, 1)} if case.sorts else {max(n, 1)}):
        strategy = replace(case.strategy, top_k=k) if case.sorts else case.strategy  # type: ignore[type-var]
        low, high = case.calls(n, k)
        sure = [strategy.guaranteed(n, wanted) for wanted in {1, 3, 10, n}]
        for asked in inputs:
            ranking, rounds = play(strategy.rank(asked), judge)
            assert low <= sum(map(len, rounds)) <= high
            for exact in sure:
                assert list(ranking.ids[:exact]) == perfect[:exact]


@every
def test_the_guarantee_is_as_large_as_it_can_be_said_to_be(case: Case) -> None:
    """Never more than k or n, and what the algorithm is known to give."""
    for n in SIZES:
        for k in {1, 3, 10, n, n + 5}:
            assert case.strategy.guaranteed(n, k) == case.exact(n, k), k


@every
def test_ties_keep_the_input_order(case: Case) -> None:
    """Where nothing tells documents apart, they stay as they came."""
    for n in SMALL:
        given = task(n, seed=1)
        ranking, _ = play(case.strategy.rank(given), Oracle({}).judge)
        assert list(ranking.ids) == ids(given)


@every
def test_tied_scores_are_called_tied(case: Case) -> None:
    """Equal scores of one stage show as *tied*, others don't."""
    given = task(9)
    ranking, _ = play(case.strategy.rank(given), Oracle({"d3": 9, "d4": 9, "d5": 5}).judge)
    for item in ranking.items:
        twins = [other for other in ranking.items if other.stage == item.stage and other.score == item.score]
        if item.score is not None and item.stage == ranking.items[0].stage:
            assert ("tied" in item.provenance) == (len(twins) > 1), item


@every
@pytest.mark.parametrize("verdict", ["unanswered", "unreadable"])
def test_nothing_answered_is_shown_as_failed_in_input_order(case: Case, verdict: str) -> None:
    """No input order poses as a ranking: every document that a question was about says *failed* and why."""
    nothing = unanswered("no key") if verdict == "unanswered" else Judgment(verdict="unreadable", why="no key")
    for n in SMALL:
        given = task(n, seed=2)
        ranking, rounds = play(case.strategy.rank(given), lambda ask: nothing)
        check(ranking, given)
        assert list(ranking.ids) == ids(given)
        asked = {document.id for asks in rounds for ask in asks for document in ask.shown}
        for item in ranking.items:
            assert ("failed" in item.provenance) == (item.id in asked)
            assert "judged" not in item.provenance or item.id not in asked
            assert item.why == ("no key" if item.id in asked else "")
            assert (item.score, item.grade, item.reason) == (None, None, None)


class Faulty:
    """Every second question is lost; ``failed`` and ``judged`` say which documents were in which."""

    def __init__(self, oracle: Oracle, odd: int) -> None:
        self.oracle, self.count = oracle, odd
        self.failed: set[str] = set()
        self.judged: set[str] = set()

    def __call__(self, ask: Ask) -> Judgment:
        self.count += 1
        fails = self.count % 2 == 0
        (self.failed if fails else self.judged).update(document.id for document in ask.shown)
        return unanswered("overloaded") if fails else self.oracle.judge(ask)


@every
@pytest.mark.parametrize("odd", [0, 1])
def test_every_second_question_failing_leaves_a_whole_ranking(case: Case, odd: int) -> None:
    """All documents are there; who was never judged says *failed*, and nobody else does without a failed question."""
    for n in SMALL:
        asked = task(n, seed=3)
        judge = Faulty(Oracle({id: at for at, id in enumerate(ids(asked))}), odd)
        ranking, _ = play(case.strategy.rank(asked), judge)
        check(ranking, asked)
        for item in ranking.items:
            if item.id in judge.failed - judge.judged:
                assert "failed" in item.provenance
                assert item.why == "overloaded"
            if "failed" in item.provenance:
                assert item.id in judge.failed
                assert item.score is None


@pytest.mark.parametrize("strategy", [Pointwise(model=CHAT), Score(model=ModelRef("likelihood"))])
def test_a_document_without_a_grade_comes_last_and_says_so(strategy: Strategy) -> None:
    """No number is no 0 and no 5: an ungraded document stands below one graded -3, without a score."""
    grades = {"d0": 1.0, "d2": -3.0, "d3": 0.0}

    def answer(ask: Ask) -> Judgment:
        known = {document.id: grades[document.id] for document in ask.shown if document.id in grades}
        return Judgment(verdict="ranked", order=tuple(known), grades=known)

    ranking, _ = play(strategy.rank(task(4)), answer)
    assert ranking.ids == ("d0", "d3", "d2", "d1")
    last = ranking.items[-1]
    assert (last.score, last.provenance, last.why) == (None, ("failed",), "The model gave no number for it.")


@every
def test_no_document_is_no_question(case: Case) -> None:
    """Nothing in, nothing out, nothing paid."""
    ranking, rounds = play(case.strategy.rank(task(0)), Oracle({}).judge)
    assert (ranking.items, sum(map(len, rounds))) == ((), 0)


@every
def test_one_document_is_asked_about_only_where_a_grade_is_owed(case: Case) -> None:
    """One document has its rank already; only pointwise still owes a grade and a reason."""
    ranking, rounds = play(case.strategy.rank(task(1)), Oracle({"d0": 7}).judge)
    kinds = [ask.form.kind for asks in rounds for ask in asks]
    assert kinds in ([], ["grade"], ["label"])
    item = ranking.items[0]
    assert item.score == (7 if kinds else None)
    for stage in (item.stage, *(word.stage for word in item.earlier)):
        assert not stage.endswith(". "), "a stage that asked nothing has no name and decides nothing"


@every
def test_no_question_is_about_too_few_or_the_same_documents(case: Case) -> None:
    """An order needs two documents at least, a question shows no document twice, and models() names whom it asks."""
    for n in SMALL:
        given = task(n, seed=4)
        _, rounds = play(case.strategy.rank(given), Oracle({}).judge)
        for ask in (ask for asks in rounds for ask in asks):
            shown = [document.id for document in ask.shown]
            assert len(set(shown)) == len(shown)
            assert len(shown) >= (2 if ask.form.kind in ("order", "pick") else 1)
            assert len(shown) == 2 or ask.form.kind != "duel"
            assert ask.model in case.strategy.models()
            assert hash(ask) is not None
        if case.calls(n, n)[0]:
            assert {document.id for asks in rounds for ask in asks for document in ask.shown} == set(ids(given))


@every
def test_the_wanted_number_is_a_prefix(case: Case) -> None:
    """The top k are the first k of the whole ranking, and asking for k never makes the guaranteed part worse."""
    for n in SMALL:
        given = task(n, seed=5)
        oracle = Oracle({f"d{at}": n - at for at in range(n)})
        for k in {1, 3, 10, max(n, 1), n + 5}:
            wanted = replace(case.strategy, top_k=k)  # type: ignore[type-var]
            ranking, _ = play(wanted.rank(given), oracle.judge)
            check(ranking, given)
            assert ranking.top(k) == ranking.items[:k]
            exact = case.strategy.guaranteed(n, k)
            assert list(ranking.ids[:exact]) == [f"d{at}" for at in range(exact)]
        assert ranking.top(None) == ranking.items
        assert ranking.top(0) == ()


FREE = [case for case in CASES.values() if case.order_free]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FREE), st.permutations(range(12)), st.integers(0, 5))
def test_who_grades_alone_is_not_swayed_by_the_input_order(case: Case, shuffled: list[int], seed: int) -> None:
    """Pointwise and scorers rank the same documents alike in any order, also with a noisy judge."""
    given = task(12)
    judge: Oracle = Oracle({f"d{at}": at * 1.5 for at in range(12)})
    if isinstance(case.strategy, Pointwise):
        judge = NoisyOracle({f"d{at}": at * 1.5 for at in range(12)}, error=0.3, seed=seed)
    ranking, _ = play(case.strategy.rank(given), judge.judge)
    other, _ = play(
        case.strategy.rank(replace(given, documents=tuple(given.documents[at] for at in shuffled))), judge.judge
    )
    assert [item.score for item in other.items] == [item.score for item in ranking.items]
    assert {item.id: item.score for item in other.items} == {item.id: item.score for item in ranking.items}
    if len({item.score for item in ranking.items}) == 12:
        assert other.ids == ranking.ids


@settings(max_examples=1_000, deadline=None)
@given(
    st.sampled_from(list(CASES.values())),
    st.lists(st.integers(0, 4), max_size=40),
    st.floats(0, 0.5),
    st.integers(0, 1_000),
    st.sets(st.integers(0, 40)),
)
def test_any_judge_at_all_gives_a_whole_ranking(
    case: Case, grades: list[int], error: float, seed: int, fails: set[int]
) -> None:
    """Any grades, any noise, any questions failing or "none of these": a permutation with orderly scores."""
    given = task(len(grades), seed)
    oracle = NoisyOracle({f"d{at}": grade for at, grade in enumerate(grades)}, error=error, seed=seed)
    asked = iter(range(10_000))

    def answer(ask: Ask) -> Judgment:
        at = next(asked)
        if at not in fails:
            return oracle.judge(ask)
        return Judgment(verdict="none_relevant") if at % 2 and ask.form.kind == "order" else unanswered("lost")

    ranking, _ = play(case.strategy.rank(given), answer)
    check(ranking, given)


# Regression tests: defects seen in widely used engines.


def played(window: int | None, stride: int, n: int, passes: int = 1) -> tuple[Ranking, list[Ask]]:
    oracle = Oracle({f"d{at}": at for at in range(n)})  # the input comes in reversed
    ranking, rounds = play(
        Listwise(model=CHAT, window=window, stride=stride, passes=passes).rank(task(n)), oracle.judge
    )
    return ranking, [ask for asks in rounds for ask in asks]


@pytest.mark.parametrize("window", range(2, 21))
def test_few_documents_are_still_asked_about(window: int) -> None:
    """Defect 1: exactly w-s documents, or any number below the window, made no call and returned the input order."""
    for stride in range(1, window):
        for n in {window - stride, window - 1, window} - {0, 1}:
            ranking, asks = played(window, stride, n)
            assert len(asks) == 1
            assert list(ranking.ids) == [f"d{at}" for at in reversed(range(n))]


@pytest.mark.parametrize("n", range(60))
def test_no_paid_call_is_about_nothing(n: int) -> None:
    """Defect 2: a default end of 0 paid for a call about "0 passages"."""
    for window, stride in ((20, 10), (4, 2), (3, 2), (None, 10)):
        assert all(len(ask.shown) >= 2 for ask in played(window, stride, n)[1])


def test_every_document_is_seen_whatever_the_window() -> None:
    """Defect 3: with n=25, w=20, s=10 the first five documents were never shown. All n, w, s up to 30, 12, 11."""
    assert windows(25, 20, 10) == [(5, 25), (0, 20)]
    for n in range(2, 31):
        for window in range(2, 13):
            for stride in range(1, window):
                found = windows(n, window, stride)
                assert len(found) == (1 if n <= window else 1 + math.ceil((n - window) / stride))
                assert {at for start, end in found for at in range(start, end)} == set(range(n))
                assert all(end - start == min(n, window) for start, end in found)
                assert all(nearer[1] - further[0] >= window - stride for further, nearer in pairwise(found))


@pytest.mark.parametrize("passes", [1, 2, 3, 5])
def test_each_pass_brings_as_many_again_into_order(passes: int) -> None:
    """K sliding passes make exactly K(w-s) of the top exact, for every window and stride up to 7 and any input."""
    for window in range(2, 8):
        for stride in range(1, window):
            for n in (8, 13, 20):
                strategy = Listwise(model=CHAT, window=window, stride=stride, passes=passes)
                exact = strategy.guaranteed(n, n)
                for seed in range(6):
                    ranking, _ = play(strategy.rank(task(n, seed)), Oracle({f"d{at}": n - at for at in range(n)}).judge)
                    assert list(ranking.ids[:exact]) == [f"d{at}" for at in range(exact)], (window, stride, n, seed)


@pytest.mark.parametrize(
    "content", ["Error code: 401 - bad key 2", "ERROR::429", "There are 3 passages and 2 are fine.", "HTTP 503"]
)
def test_digits_of_errors_and_prose_are_no_votes(content: str) -> None:
    """Defect 5: number scraping turned error strings and prose into rankings. Here the documents are *failed*."""
    reply = Reply(content=content, model="m", seconds=0.0)
    for strategy in (Listwise(model=CHAT), Pointwise(model=CHAT)):
        ranking, _ = play(strategy.rank(task(3)), lambda ask: ask.form.read(reply, ask.shown))
        assert [item.provenance for item in ranking.items] == [("failed",)] * 3
        assert list(ranking.ids) == ["d0", "d1", "d2"]


def test_decimals_bounds_and_label_zero_are_read_as_meant() -> None:
    """Defect 6: 8.5 read as 8, a score out of range parsed as 0, document 0 indexing the last one."""
    shown = task(3).documents

    def said(content: str) -> Reply:
        return Reply(content=content, model="m", seconds=0.0)

    assert Grade().read(said("8.5"), shown[:1]).grades == {"d0": 8.5}
    assert Grade().read(said("Score: 11"), shown[:1]).grades == {"d0": 10}
    assert Order().read(said("[0] > [1]"), shown).order == ("d0",)


def test_windows_that_do_not_overlap_are_refused() -> None:
    """A stride as large as the window would carry nothing forward."""
    for stride in (4, 5):
        with pytest.raises(InputError, match=f"stride={stride} is not smaller than window=4"):
            Listwise(model=CHAT, window=4, stride=stride)


def test_a_later_window_that_failed_does_not_unsay_an_earlier_one() -> None:
    """n=6, w=4, s=2: the second window fails, so its two new documents are *failed* and the four others stay judged."""
    oracle = Oracle({f"d{at}": at for at in range(6)})
    answers = iter([True, False])
    ranking, _ = play(
        Listwise(model=CHAT, window=4, stride=2).rank(task(6)),
        lambda ask: oracle.judge(ask) if next(answers) else unanswered("lost"),
    )
    assert list(ranking.ids) == ["d0", "d1", "d5", "d4", "d3", "d2"]
    assert ["failed" in item.provenance for item in ranking.items] == [True, True, False, False, False, False]


def test_a_cascade_shows_who_decided_what() -> None:
    """Each document names its deciding stage; the kept ones carry the first stage's word, the cut ones say *cut*."""
    lane = Cascade(first=Score(model=ModelRef("bm25")), then=Pointwise(model=CHAT), keep=2)
    ranking, _ = play(lane.rank(task(4)), Oracle({"d0": 1, "d1": 2, "d2": 4, "d3": 3}).judge)
    assert ranking.ids == ("d2", "d3", "d1", "d0")
    assert [item.stage for item in ranking.items] == ["2. test:chat"] * 2 + ["1. bm25"] * 2
    assert [[(word.stage, word.rank, word.score) for word in item.earlier] for item in ranking.items] == [
        [("1. bm25", 1, 4.0)],
        [("1. bm25", 2, 3.0)],
        [],
        [],
    ]
    assert ["cut" in item.provenance for item in ranking.items] == [False, False, True, True]


# The public judges that these tests, and those of others, rest on.


def test_a_noisy_oracle_errs_as_often_as_it_says_and_always_alike() -> None:
    """The same ask gets the same answer, another trial may differ, and two documents are mistaken at the given rate."""
    shown = task(2).documents
    asks = [Ask(form=Order(), shown=shown, model=CHAT, trial=trial) for trial in range(2_000)]
    oracle = NoisyOracle({"d0": 2, "d1": 1}, error=0.25, seed=3)
    orders = [oracle.judge(ask).order for ask in asks]
    assert orders == [NoisyOracle({"d0": 2, "d1": 1}, error=0.25, seed=3).judge(ask).order for ask in asks]
    assert orders.count(("d1", "d0")) / len(orders) == pytest.approx(0.25, abs=0.03)
    assert NoisyOracle({"d0": 2, "d1": 1}, error=0).judge(asks[0]) == Oracle({"d0": 2, "d1": 1}).judge(asks[0])


def test_a_scripted_model_repeats_its_last_reply_and_remembers_what_it_was_asked() -> None:
    """Replies come in order, exceptions are raised, and the payloads are kept."""
    broken = Overloaded("busy")
    model = Scripted(["one", broken, Reply(content="two", model="m", seconds=1.0)])

    async def conversation() -> list[str]:
        first = await model.answer("a")
        with pytest.raises(Overloaded):
            await model.answer("b")
        return [str(reply.content) for reply in (first, await model.answer("c"), await model.answer("d"))]

    assert asyncio.run(conversation()) == ["one", "two", "two"]
    assert model.payloads == ["a", "b", "c", "d"]
