"""Promises about lanes in words: what is written is what is built, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.domains import domains
from playground.errors import InputError, PlaygroundError
from playground.lanes import Lane, build, default_name, in_words, lane, parse
from playground.strategies import strategies
from playground.strategies.base import Strategy, options
from playground.strategies.cascade import Cascade
from playground.strategies.fusion import Fusion
from playground.strategies.listwise import Listwise
from playground.strategies.pointwise import Pointwise
from playground.strategies.score import Score
from playground.types import ModelRef

LUNA = ModelRef("openai", "gpt-6-luna")

# words, the strategy they mean
WORDS: list[tuple[str, Strategy]] = [
    ("bm25", Score(model=ModelRef("bm25"))),
    ("embedding", Score(model=ModelRef("embedding"))),
    ("cross-encoder:some/model", Score(model=ModelRef("cross-encoder", "some/model"))),
    ("score model=bm25", Score(model=ModelRef("bm25"))),
    ("score model='cross-encoder:/my models/x'", Score(model=ModelRef("cross-encoder", "/my models/x"))),
    ("bm25 top_k=3", Score(model=ModelRef("bm25"), top_k=3)),
    ("pointwise model=local", Pointwise(model=ModelRef("local"))),
    ("pointwise model=openai:gpt-6-luna reasons=no", Pointwise(model=LUNA, reasons=False)),
    ("listwise model=ollama:qwen3:0.6b window=all", Listwise(model=ModelRef("ollama", "qwen3:0.6b"), window=None)),
    ("listwise model=OpenAI:gpt-6-luna window=4 stride=2 passes=3", Listwise(model=LUNA, window=4, stride=2, passes=3)),
    ("listwise model=openai:gpt-6-luna domain=legal", Listwise(model=LUNA, domain=domains()["legal"])),
    ("listwise model=openai:gpt-6-luna temperature=0.5 chars=900", Listwise(model=LUNA, temperature=0.5, chars=900)),
    ("listwise model=openai:gpt-6-luna effort=none", Listwise(model=LUNA, effort="none")),
    ("listwise model=openai:gpt-6-luna effort=low", Listwise(model=LUNA, effort="low")),
    ("listwise model=openai:gpt-6-luna effort=default", Listwise(model=LUNA)),
    ("listwise model='compatible:my (own) model'", Listwise(model=ModelRef("compatible", "my (own) model"))),
    ('listwise model="openai:gpt-6-luna"', Listwise(model=LUNA)),
    ("  ( listwise   model=openai:gpt-6-luna )  ", Listwise(model=LUNA)),
    (
        "cascade first=embedding then=(listwise model=openai:gpt-6-luna) keep=10",
        Cascade(first=Score(model=ModelRef("embedding")), then=Listwise(model=LUNA), keep=10),
    ),
    (
        "cascade first=embedding then=pointwise model=openai:gpt-6-luna",
        Cascade(first=Score(model=ModelRef("embedding")), then=Pointwise(model=LUNA)),
    ),
    (
        "cascade first=embedding then=pointwise model='compatible:a b'",
        Cascade(first=Score(model=ModelRef("embedding")), then=Pointwise(model=ModelRef("compatible", "a b"))),
    ),
    (
        "cascade keep=auto first=(cascade first=bm25 then=embedding keep=50) then=(pointwise model=local)",
        Cascade(
            first=Cascade(first=Score(model=ModelRef("bm25")), then=Score(model=ModelRef("embedding")), keep=50),
            then=Pointwise(model=ModelRef("local")),
        ),
    ),
    (
        "cascade first=bm25 then=(listwise model='compatible:a)b')",
        Cascade(first=Score(model=ModelRef("bm25")), then=Listwise(model=ModelRef("compatible", "a)b"))),
    ),
]


@pytest.mark.parametrize(("words", "strategy"), WORDS, ids=[row[0] for row in WORDS])
def test_words_mean_what_they_say_and_come_back(words: str, strategy: Strategy) -> None:
    """Words are read as that strategy, and its own words are read as it again, name and all."""
    made = parse(words)
    assert made == Lane(name=default_name(strategy), strategy=strategy)
    assert parse(made.words) == made
    assert parse(f"({made.words})") == made


NAMES = [
    "My lane",
    "it's",
    '"quoted"',
    "a (b",
    "b) c",
    "x=y",
    "é → ü",
    "  spaces  inside  ",
    "tab\there",
    "back\\slash",
    "-",
    "'",
    "a#b",
    "$HOME",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("words", ["bm25", "cascade first=bm25 then=(pointwise model=local) keep=3"])
def test_a_name_survives_the_way_through_words(name: str, words: str) -> None:
    """Whatever a person calls a lane, its words give that name back."""
    named = lane(parse(words).strategy, name)
    assert parse(named.words) == named


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=15))
def test_any_name_survives_the_way_through_words(name: str) -> None:
    """The same for names that nobody would think of."""
    named = lane(Score(model=ModelRef("bm25")), name)
    assert parse(named.words) == named


def test_a_given_model_is_for_strategies_that_name_none() -> None:
    """The caller's model fills in where one is needed, never overrides a named one, and reaches the stages."""
    assert parse("pointwise", model=LUNA).strategy == Pointwise(model=LUNA)
    assert parse("pointwise model=local", model=LUNA).strategy == Pointwise(model=ModelRef("local"))
    assert parse("cascade first=bm25 then=listwise", model=LUNA).strategy.models() == (ModelRef("bm25"), LUNA)
    assert parse("cascade first=bm25 then=listwise model=local", model=LUNA).strategy.models()[1] == ModelRef("local")


# words, what the message must say is wrong, what its hint must say is right
WRONG: list[tuple[str, str, str]] = [
    ("", "There is no strategy ''", "bm25"),
    ("()", "There is no strategy ''", "listwise"),
    ("listwize model=local", "There is no strategy 'listwize'", "Did you mean listwise?"),
    ("embeding", "There is no strategy 'embeding'", "Did you mean embedding?"),
    ("xyzzy", "There is no strategy 'xyzzy'", "pointwise"),
    ("local", "'local' is a chat model", "pointwise model=local"),
    ("openai:gpt-6-luna", "'openai:gpt-6-luna' is a chat model", "pointwise model=openai:gpt-6-luna"),
    ("openai", "OpenAI needs a model's name", "openai:gpt-6-luna"),
    ("nobody:model", "There is no provider 'nobody'", "openai"),
    ("pointwise", "pointwise needs a model", "model=local"),
    ("score", "score needs a model", "model=embedding"),
    ("score model=local", "score needs a scoring model; local is none", "another"),
    ("pointwise model=bm25", "pointwise needs a chat model; bm25 is none", "another"),
    ("pointwise model=nobody:x", "There is no provider 'nobody'", "ollama"),
    ("pointwise model=ollama", "Ollama needs a model's name", "ollama:qwen3:0.6b"),
    ("pointwise model=local windw=3", "pointwise has no option 'windw'", "reasons"),
    ("bm25 window=3", "score has no option 'window'", "top_k"),
    ("listwise model=local window=1", "window=1 is out of range", "from 2 to 1000"),
    ("listwise model=local window=20.5", "window=20.5 is no whole number", "window=10"),
    ("listwise model=local window=many", "window=many is no whole number", "window=10"),
    ("listwise model=local stride=20", "stride=20 is not smaller than window=20", "smaller stride"),
    ("listwise model=local stride=4 window=4", "stride=4 is not smaller than window=4", "smaller stride"),
    ("listwise model=local passes=0", "passes=0 is out of range", "from 1 to 10"),
    ("listwise model=local temperature=3", "temperature=3.0 is out of range", "from 0 to 2"),
    ("listwise model=local temperature=nan", "temperature=nan is out of range", "from 0 to 2"),
    ("listwise model=local temperature=inf", "temperature=inf is out of range", "from 0 to 2"),
    ("listwise model=local temperature=warm", "temperature=warm is no number", "temperature="),
    ("listwise model=local effort=huge", "effort=huge is no choice", "none, low, medium, high"),
    ("listwise model=local reasons=maybe", "reasons=maybe is neither yes nor no", "reasons=true or reasons=false"),
    ("listwise model=local domain=astrology", "There is no domain 'astrology'", "legal"),
    ("bm25 top_k=0", "top_k=0 is out of range", "from 1"),
    ("listwise model=local window=3 window=4", "window is given twice", "Keep one"),
    ("bm25 name=a name=b", "name is given twice", "Keep one"),
    ("listwise model=local window", "'window' is no option", "key=value"),
    ("listwise model=local =3", "'=3' is no option", "key=value"),
    ("cascade first=bm25 then=(listwise model=local", "parenthesis is not closed", "Close it"),
    ("cascade first=bm25 then=listwise) model=local", "closed that was never opened", "Remove it"),
    ("bm25 name='my lane", "quote is not closed", "Close it"),
    ("cascade", "cascade needs first and then", "first="),
    ("cascade first=bm25", "cascade needs then", "then="),
    ("cascade first=bm25 then=listwise", "listwise needs a model", "model=local"),
    ("cascade first=bm25 then=listwise model=nobody:x", "There is no provider 'nobody'", "ollama"),
    ("cascade first=bm25 then=listwise model=bm25", "listwise needs a chat model; bm25 is none", "another"),
    ("cascade first=bm25 then=local", "'local' is a chat model", "pointwise model=local"),
    ("cascade first=bm25 then=(listwise model=local stride=30)", "stride=30 is not smaller than window=20", "smaller"),
    ("cascade first=bm25 then=embedding keep=0", "keep=0 is out of range", "from 1"),
]


@pytest.mark.parametrize(("words", "wrong", "right"), WRONG, ids=[row[0] for row in WRONG])
def test_an_error_says_what_is_wrong_and_what_would_be_right(words: str, wrong: str, right: str) -> None:
    """The message names the part that can't be used; the hint names the mend."""
    with pytest.raises(PlaygroundError) as caught:
        parse(words)
    assert wrong in caught.value.message
    assert right in caught.value.hint
    assert not caught.value.retryable


def test_the_mend_that_an_error_names_works() -> None:
    """What a hint tells a person to write can be parsed."""
    for words in ("openai:gpt-6-luna", "local"):
        with pytest.raises(InputError) as caught:
            parse(words)
        assert parse(caught.value.hint.split('"')[1])
    for words in ("score", "pointwise", "listwise"):
        with pytest.raises(InputError) as caught:
            parse(words)
        for part in caught.value.hint.rstrip(".").split():
            if part.startswith("model=") and "PROVIDER" not in part:
                assert parse(f"{words} {part}")


FRAGMENTS = st.sampled_from(
    [
        *("listwise", "cascade", "score", "bm25", "local", "openai:x", "first=", "then=", "model=", "model=local"),
        *("window=", "keep=", "domain=", "legal", "name=", "effort=none", "temperature=", "4", "all", "nan", "1e999"),
        *("-1", "9" * 20, "(", ")", "'", '"', " ", "=", "\x00", "\n", "\\", ":"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(FRAGMENTS, max_size=14).map("".join),
        st.lists(FRAGMENTS, max_size=14).map(" ".join),
    )
)
def test_no_text_brings_anything_but_a_lane_or_our_own_error(words: str) -> None:
    """What a person types is a lane whose words lead back to it, or a PlaygroundError with a hint."""
    try:
        made = parse(words)
    except PlaygroundError as error:
        assert error.message
        assert error.hint
        return
    assert parse(made.words) == made


def test_stages_nested_beyond_reason_are_refused() -> None:
    """A text of two thousand stages is an error of ours, not a crash; ten are fine, and so are spare parentheses."""

    def nested(depth: int) -> str:
        return "cascade first=(" * depth + "bm25" + ") then=embedding" * depth

    assert len(parse(nested(10)).strategy.models()) == 2
    for depth in (21, 2_000):
        with pytest.raises(InputError, match="nested more than 20 deep"):
            parse(nested(depth))
    assert parse("(" * 200 + "bm25" + ")" * 200) == parse("bm25")


REF = st.builds(ModelRef, st.just("compatible"), st.text(min_size=1, max_size=8).map(str.strip).filter(bool))


PROMPTS = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=20).map(
    lambda text: f"Say:\n{text} {{query}} {{documents}} {{answer}}"
)


@st.composite
def any_strategy(draw: st.DrawFn, depth: int = 2) -> Strategy:
    """Any registered strategy with any options within their ranges, stages inside stages."""
    known = strategies()
    kind = draw(st.sampled_from([name for name in known if depth or name not in ("cascade", "fusion")]))
    if kind == "score":
        return Score(
            model=ModelRef(draw(st.sampled_from(["bm25", "embedding"]))), top_k=draw(st.none() | st.integers(1, 1_000))
        )
    if kind == "cascade":
        inner = any_strategy(depth - 1)
        return Cascade(first=draw(inner), then=draw(inner), keep=draw(st.none() | st.integers(1, 1_000)))
    if kind == "fusion":
        lanes = draw(st.lists(any_strategy(depth - 1), min_size=2, max_size=3))
        return Fusion(lanes=tuple(lanes), k=draw(st.integers(1, 1_000)))
    values: dict[str, Any] = {"model": draw(REF), "domain": draw(st.none() | st.sampled_from(list(domains().values())))}
    for name, about in options(known[kind]).items():
        wanted: st.SearchStrategy[Any] = st.just(about.default)
        if about.choices:
            wanted = st.sampled_from(about.choices)
        elif isinstance(about.default, bool):
            wanted = st.booleans()
        elif name == "temperature":
            wanted = st.floats(0, 2)
        elif name == "prompt":
            wanted = PROMPTS
        elif about.high is not None:
            wanted = st.integers(int(about.low or 0), int(about.high))
        values[name] = draw(st.none() | wanted if about.default is None or name == "window" else wanted)
    # What must be smaller than something else.
    if kind == "listwise":
        values["stride"] = draw(st.integers(1, (values["window"] or 1_000) - 1))
    if kind == "tournament":
        values["keep"] = draw(st.integers(1, values["group"] - 1))
    made: Strategy = known[kind](**values)
    return made


@settings(max_examples=100, deadline=None)
@given(any_strategy())
def test_every_strategy_can_be_written_down_and_read_again(strategy: Strategy) -> None:
    """Any options at all: the words of a strategy give that strategy back."""
    assert parse(in_words(strategy)).strategy == strategy


def test_typed_values_are_taken_as_they_are() -> None:
    """From Python, options come as values: the same strategy as from words, the same checks."""
    assert build("listwise", {"model": LUNA, "window": None, "reasons": False}) == Listwise(
        model=LUNA, window=None, reasons=False
    )
    with pytest.raises(InputError, match="window=1 is out of range"):
        build("listwise", {"model": LUNA, "window": 1})
