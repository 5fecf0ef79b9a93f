"""What each rerank API is sent, how its scores come back to their texts, and what goes wrong on the way."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from playground import compare
from playground.catalog import PROVIDERS
from playground.errors import (
    BadReply,
    KeyMissing,
    KeyRefused,
    LaneError,
    Lost,
    Overloaded,
    PlaygroundError,
    RateLimited,
    Refused,
    UnknownModel,
    Unreachable,
)
from playground.facade import task_of
from playground.lanes import parse
from playground.limits import Limits
from playground.live import LiveRun
from playground.models import Access, Models, is_remote
from playground.models.rerank_api import WIRES
from playground.types import ModelRef, Reply, Score, Usage
from tests.provider import RERANK, Drip, Flood, Grades, Hang, Provider, Reset, Say, Step, hashed

SENTINEL = "sk-sentinel-5f3a9c1e7b"
TEXTS = ("a whale", "a train", "two whales and a train")
ASKED = Score(query="whales", texts=TEXTS)
HOSTED = ("cohere", "jina", "voyage", "mixedbread")
EVERY = pytest.mark.parametrize("api", list(RERANK))


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def asked(access: Access, ref: str, payload: Score = ASKED) -> Reply:
    """One question through the model behind the reference."""

    async def ask() -> Reply:
        models = Models(access)
        try:
            return await models(ModelRef.parse(ref)).answer(payload)
        finally:
            await models.close()

    return asyncio.run(ask())


def replied(provider: Provider, body: Any) -> Reply:
    """What is read from a reply of Jina's: the others differ by names only."""
    provider.script(Say(body if isinstance(body, str) else json.dumps(body)))
    return asked(provider.access(), "jina:m")


def test_every_rerank_provider_has_a_wire_and_a_route() -> None:
    """Each scoring provider outside this process is spoken to in a way that is known here and tested below."""
    rows = {row.name for row in PROVIDERS.values() if row.kind == "scores" and not row.embedded}
    assert rows - {"openai-decisions"} == set(WIRES) == set(RERANK)


REQUESTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "cohere": ("/cohere/v2/rerank", {"model": "m", "query": "whales", "documents": list(TEXTS)}),
    "jina": (
        "/jina/v1/rerank",
        {"model": "m", "query": "whales", "documents": list(TEXTS), "return_documents": False},
    ),
    "voyage": ("/voyage/v1/rerank", {"model": "m", "query": "whales", "documents": list(TEXTS)}),
    "mixedbread": ("/mixedbread/v1/reranking", {"model": "m", "query": "whales", "input": list(TEXTS)}),
    "tei": ("/tei/rerank", {"query": "whales", "texts": list(TEXTS), "truncate": True}),
    "vllm-rerank": (
        "/vllm-rerank/v1/rerank",
        {"model": "m", "query": "whales", "documents": list(TEXTS), "truncate_prompt_tokens": -1},
    ),
    "llamacpp-rerank": ("/llamacpp-rerank/v1/rerank", {"model": "m", "query": "whales", "documents": list(TEXTS)}),
}


@EVERY
def test_the_request_is_as_documented(provider: Provider, api: str) -> None:
    """Each API gets its own path and field names, the key as a bearer token, and nothing else."""
    provider.script(Grades({"whale": 0.5}))
    asked(provider.access("sk-one"), f"{api}:m")
    (seen,) = provider.journal
    assert (seen.path, seen.body) == REQUESTS[api]
    assert seen.headers["authorization"] == "Bearer sk-one"


@pytest.mark.parametrize("api", ["tei", "llamacpp-rerank"])
def test_a_server_with_one_model_needs_no_name_and_no_key(provider: Provider, api: str) -> None:
    """One's own server is asked by its bare name; no model and no authorization are sent where there are none."""
    provider.script(Grades({"whale": 0.5}))
    address = provider.access().base_urls[api]
    asked(Access(base_urls={api: address}), api)
    (seen,) = provider.journal
    assert "model" not in seen.body and "authorization" not in seen.headers


USAGE = {
    "cohere": Usage(searches=1),
    "tei": None,
    **dict.fromkeys(("jina", "voyage", "mixedbread", "vllm-rerank", "llamacpp-rerank"), Usage(input=400)),
}


@EVERY
def test_scores_come_back_to_their_texts(provider: Provider, api: str) -> None:
    """Replies are best first; each score is given to the text that its index names, as it is, with what was billed."""
    provider.script(Grades({"two": 7.25, "train": -3.5, "whale": 0.125}))
    reply = asked(provider.access(), f"{api}:m")
    assert reply.content == (0.125, -3.5, 7.25)
    assert reply.usage == USAGE[api]
    assert reply.model == "m" and 0 < reply.seconds < 5


@EVERY
def test_a_lane_from_end_to_end(provider: Provider, api: str) -> None:
    """A comparison ranks by the scores; what it cost is known, or known to be unknown - never zero."""
    provider.script(Grades({"two": 3.0, "whale": 2.0, "train": 1.0}))
    model = PROVIDERS[api].models[0] if PROVIDERS[api].models else ""
    done = compare(
        "whales", ["a train", "a whale", "two whales"], [str(ModelRef(api, model))], access=provider.access()
    )
    (result,) = done.results
    assert result.ids == ("d3", "d2", "d1")
    assert [item.score for item in result] == [3.0, 2.0, 1.0]
    assert (result.state, result.calls, result.rounds) == ("complete", 1, 1)
    costs = {"voyage": Decimal("0.00002"), "mixedbread": Decimal("0.00006")}
    assert result.cost_usd == costs.get(api)
    assert len(provider.journal) == 1 and provider.until(lambda: provider.open == 0, 2)


def test_searches_are_billed(provider: Provider) -> None:
    """Cohere's bill is its search units times the price of one; the report tells them apart from tokens."""
    provider.script(Grades())
    documents = [f"text {at}" for at in range(101)]
    (result,) = compare("whales", documents, ["cohere:rerank-v4.0-pro"], access=provider.access()).results
    assert result.usage == Usage(searches=2) and result.usage.total == 0
    assert result.cost_usd == Decimal("0.0050")


@EVERY
def test_documents_are_cut_to_the_limit_of_the_api(provider: Provider, api: str) -> None:
    """No request holds more documents than the API takes; every document is in one of them and has its own score."""
    provider.script(Grades({f"({at})": float(at) for at in range(150)}))
    documents = [f"text ({at})" for at in range(150)]
    (result,) = compare("whales", documents, [f"{api}:m"], access=provider.access()).results
    assert [item.score for item in result] == [float(at) for at in reversed(range(150))]
    size = PROVIDERS[api].batch or 150
    held = [len(seen.body[WIRES[api].texts]) for seen in provider.journal]
    assert sum(held) == 150 and max(held) == min(size, 150) and len(held) == -(-150 // size)


ONE = {"index": 1, "relevance_score": 0.5}
SCORES: list[tuple[str, Any, tuple[float | None, ...]]] = [
    ("missing", [ONE], (None, 0.5, None)),
    ("negative", [ONE, {"index": -1, "relevance_score": 9}], (None, 0.5, None)),
    ("beyond", [ONE, {"index": 3, "relevance_score": 9}], (None, 0.5, None)),
    ("boolean", [{"index": 0, "relevance_score": 0.5}, {"index": True, "relevance_score": 9}], (0.5, None, None)),
    ("float", [ONE, {"index": 2.0, "relevance_score": 9}], (None, 0.5, None)),
    ("text", [ONE, {"index": "2", "relevance_score": 9}], (None, 0.5, None)),
    ("no index", [ONE, {"relevance_score": 9}, 7, None, [2, 9]], (None, 0.5, None)),
    ("twice", [ONE, {"index": 2, "relevance_score": 9}, {"index": 2, "relevance_score": 1}], (None, 0.5, None)),
    ("nan", [ONE, {"index": 2, "relevance_score": float("nan")}], (None, 0.5, None)),
    ("infinite", [ONE, {"index": 2, "relevance_score": float("inf")}], (None, 0.5, None)),
    ("huge", [ONE, {"index": 2, "relevance_score": 10**400}], (None, 0.5, None)),
    ("words", [ONE, {"index": 2, "relevance_score": "0.9"}], (None, 0.5, None)),
    ("null", [ONE, {"index": 2, "relevance_score": None}], (None, 0.5, None)),
    ("true", [ONE, {"index": 2, "relevance_score": True}], (None, 0.5, None)),
    ("other name", [ONE, {"index": 2, "score": 9}], (None, 0.5, None)),
    ("whole", [{"index": 1, "relevance_score": 0}], (None, 0.0, None)),
]


@pytest.mark.parametrize(("results", "scores"), [case[1:] for case in SCORES], ids=[case[0] for case in SCORES])
def test_a_bad_entry_costs_no_other_text_its_score(
    provider: Provider, results: Any, scores: tuple[float | None, ...]
) -> None:
    """An index that is none is ignored; a text that is named twice, or whose score is no finite number, has none. No
    score ever moves to another text."""
    assert replied(provider, {"results": results}).content == scores


def test_a_document_without_a_score_fails_alone(provider: Provider) -> None:
    """What the API leaves out is shown as failed, behind all others."""
    provider.script(Grades({"two": 3.0, "train": None, "whale": 2.0}))
    (result,) = compare("q", ["a train", "a whale", "two whales"], ["jina:m"], access=provider.access()).results
    assert result.ids == ("d3", "d2", "d1") and result.state == "partial"
    assert [item.provenance for item in result] == [("judged",), ("judged",), ("failed",)]
    assert result[2].score is None


@pytest.mark.parametrize(
    ("more", "usage"),
    [
        ({"usage": {"total_tokens": 9}}, Usage(input=9)),
        ({"usage": {"total_tokens": 0}}, Usage()),
        ({"usage": {"total_tokens": -9}}, Usage()),
        ({"usage": {"total_tokens": "many"}}, Usage()),
        ({"usage": {"total_tokens": None}}, None),
        ({"usage": 9}, None),
        ({"usage": None}, None),
        ({}, None),
    ],
)
def test_usage_that_is_not_told_is_unknown(provider: Provider, more: dict[str, Any], usage: Usage | None) -> None:
    """Unsaid is None, and nonsense costs nobody the reply."""
    assert replied(provider, {"results": [ONE], **more}).usage == usage


DEEP = "[" * 200_000
NO_SCORES = [
    "<html>Bad gateway</html>",
    '{"results": [{"ind',
    "",
    "null",
    "[]",
    "7",
    "{}",
    '{"results": []}',
    '{"results": null}',
    '{"results": {"0": 0.5}}',
    '{"data": [{"index": 0, "relevance_score": 0.5}]}',
    '{"results": [{"index": 0, "relevance_score": NaN}]}',
    '{"results": [{"index": 9, "relevance_score": 0.5}]}',
    '{"results": [' + "9" * 5_000 + "]}",
    DEEP,
    "\x00",
]


@pytest.mark.parametrize("body", NO_SCORES, ids=lambda body: body[:20])
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_reply_that_is_none(provider: Provider, body: str, kind: str) -> None:
    """A 200 without a single score for a text of ours is a BadReply: the question failed, and may be tried again."""
    provider.script(Say(body, headers={"Content-Type": kind}))
    with pytest.raises(BadReply) as caught:
        asked(provider.access(), "jina:m")
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Say({"message": "invalid api token"}, status=401), KeyRefused),
        (Say({"message": "no access"}, status=403), KeyRefused),
        (Say({"message": "invalid token"}, status=498), KeyRefused),
        (Say({"message": "no such model"}, status=404), UnknownModel),
        (Say({"detail": "Balance is used up"}, status=402), LaneError),
        (Say({"detail": "Too many documents"}, status=400), Refused),
        (Say({"error": "Input validation error"}, status=422), Refused),
        (Say({"message": "slow down"}, status=429), RateLimited),
        (Say("<html>", status=502), Overloaded),
        (Say(status=307, headers={"Location": "/elsewhere"}), LaneError),
        (Reset(), Lost),
        (Reset(inside=True), Lost),
        (Flood(5), BadReply),
    ],
)
@EVERY
def test_faults_are_told_apart(provider: Provider, api: str, step: Step, error: type[PlaygroundError]) -> None:
    """What the SDKs' faults are translated to, an API without one gets too: refused, unknown, overloaded, broken."""
    provider.script(step)
    with pytest.raises(PlaygroundError) as caught:
        asked(provider.access(), f"{api}:m")
    assert type(caught.value) is error
    assert len(provider.journal) == 1


def test_the_servers_pause_is_told(provider: Provider) -> None:
    """A 429 carries the wait that the server asks for."""
    provider.script(Say(status=429, headers={"Retry-After": "7"}))
    with pytest.raises(Overloaded) as caught:
        asked(provider.access(), "voyage:m")
    assert caught.value.retry_after == 7


def test_an_overloaded_server_is_asked_again(provider: Provider) -> None:
    """A lane survives a 429: the same question is sent once more, and its answer counts."""
    provider.script(Say(status=429, headers={"Retry-After": "0"}), Grades({"two": 1.0}))
    (result,) = compare("q", ["a train", "two whales"], ["cohere:m"], access=provider.access()).results
    assert result.ids == ("d2", "d1") and result.state == "complete"
    assert len(provider.journal) == 2 and provider.journal[0].body == provider.journal[1].body


def test_nobody_there() -> None:
    """An address where no server answers ends the lane with what to check."""
    with Provider() as provider:
        access = provider.access()
    with pytest.raises(Unreachable):
        asked(access, "tei")


@pytest.mark.parametrize("api", HOSTED)
def test_a_hosted_api_needs_its_key_and_a_model(provider: Provider, api: str) -> None:
    """Without a key, or without a model's name, nothing is sent; the hint says what to do."""
    urls = provider.access().base_urls
    with pytest.raises(KeyMissing, match=PROVIDERS[api].key):
        asked(Access(base_urls=urls), f"{api}:m")
    with pytest.raises(UnknownModel, match=f"{api}:"):
        asked(provider.access(), api)
    with pytest.raises(KeyRefused):
        asked(Access(base_urls=urls, keys={api: "sk one"}), f"{api}:m")
    assert provider.journal == []


@EVERY
def test_keys_and_addresses_from_the_environment(provider: Provider, api: str) -> None:
    """Each row's key and address are read from the environment; dashes in a name are underscores there."""
    row = PROVIDERS[api]
    variable = f"{api.upper().replace('-', '_')}_BASE_URL"
    provider.script(Grades({"whale": 0.5}))
    asked(Access.from_env({row.key: "sk-env", variable: provider.access().base_urls[api] + "/"}), f"{api}:m")
    assert provider.journal[0].key_hash == hashed("sk-env")
    assert provider.journal[0].path == REQUESTS[api][0]


@EVERY
def test_text_that_leaves_the_machine_is_known(api: str) -> None:
    """A hosted API is remote; one's own server is not, until its address says so."""
    ref = ModelRef(api, "m")
    assert is_remote(ref, Access()) == (api in HOSTED)
    assert is_remote(ref, Access(base_urls={api: "https://example.org"}))


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "127.0.0.1:80", "http://", "http://127.0.0.1:0"])
def test_an_address_that_is_none(address: str) -> None:
    """An address that can't be one is refused before anything is sent."""
    with pytest.raises(Unreachable, match="no web address"):
        asked(Access(base_urls={"tei": address}), "tei")


FAULTS: list[Step] = [
    Say({"message": "invalid api token {key}"}, status=401),
    Say({"message": "No model for {key}."}, status=404),
    Say({"message": "Bad request by {key}, dear {key}."}, status=400),
    Say({"message": "x" * 270 + "{key}"}, status=422),
    Say({"message": "Slow down, {key}."}, status=429, headers={"Retry-After": "0"}),
    Say("<html>{key}</html>", status=500, headers={"Retry-After": "0"}),
    Say("<html>{key}</html>"),
    Say('{"results": "{key}"}'),
    Say('{"results": [{"key": "{key}'),
    Say(status=307, headers={"Location": "/{key}"}),
    Reset(),
    Hang(),
    Drip(),
    Flood(5),
]


@pytest.mark.parametrize("step", FAULTS, ids=[f"{at}-{type(step).__name__}" for at, step in enumerate(FAULTS)])
def test_a_key_never_shows(provider: Provider, step: Step, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever goes wrong, and even where the server echoes it, the key is in no exception, traceback, event, board or
    log line, and no error is chained to one that holds it."""
    provider.script(step)
    access, limits = provider.access(SENTINEL), Limits(call_seconds=0.5, run_seconds=2, attempts=1)
    with caplog.at_level("DEBUG"):
        task, _ = task_of("whales", ["whale", "train"])
        live = LiveRun(task, [parse("cohere:m")], access, limits=limits)
        board = live.join(10)
        told = [repr(live.events), repr(board), repr(access)]
        if not isinstance(step, Hang | Drip):
            with pytest.raises(PlaygroundError) as caught:
                asked(access, "cohere:m")
            told += [str(caught.value), repr(vars(caught.value))]
            told.append("".join(traceback.format_exception(caught.value)))
            assert caught.value.__cause__ is None
    assert provider.journal[0].key_hash == hashed(SENTINEL)
    assert board.lanes[0].state in ("partial", "failed")
    assert SENTINEL[:12] not in "\n".join([*told, caplog.text])


def test_the_message_of_a_refusal_is_shown_without_the_key(provider: Provider) -> None:
    """What the API says of a question it refuses helps to mend it: it is passed on, the key taken out."""
    provider.script(Say({"message": "Too long for {key}."}, status=400))
    with pytest.raises(Refused, match=r"Too long for \[key\]\."):
        asked(provider.access(SENTINEL), "cohere:m")
