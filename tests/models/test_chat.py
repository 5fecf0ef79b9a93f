"""What both SDK clients put on the wire, how they read what comes back, and that a key stays where it belongs."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from playground import report, runs
from playground.errors import BadReply, KeyRefused, Overloaded, PlaygroundError
from playground.facade import task_of
from playground.lanes import parse
from playground.limits import Limits
from playground.live import LiveRun
from playground.models import Access, Models
from playground.types import Chat, Message, ModelRef, Reply, Usage
from tests.provider import Answer, Drip, Flood, Hang, Provider, Reset, Say, Step, hashed

SENTINEL = "sk-sentinel-5f3a9c1e7b"
SCHEMA = {"type": "object", "properties": {"grade": {"type": "number"}}}
CHAT = Chat(
    messages=(
        Message(role="system", content="Be fair."),
        Message(role="user", content="Grade it."),
        Message(role="assistant", content="Hm."),
        Message(role="user", content="As JSON."),
    ),
    max_tokens=40,
    expected=8,
    schema=SCHEMA,
    temperature=0.3,
)
BOTH = pytest.mark.parametrize("ref", ["openai:m", "anthropic:m"])


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def asked(access: Access, ref: str, payload: Chat = CHAT) -> Reply:
    """One question through the client behind the reference."""

    async def ask() -> Reply:
        models = Models(access)
        try:
            return await models(ModelRef.parse(ref)).answer(payload)
        finally:
            await models.close()

    return asyncio.run(ask())


def test_openai_wire(provider: Provider) -> None:
    """OpenAI gets the model, every message, a strict schema, its own name of the output limit, the temperature, and no
    reasoning unless the lane asks for it."""
    asked(provider.access("sk-one"), "openai:m")
    (seen,) = provider.journal
    assert seen.path == "/v1/chat/completions" and seen.key_hash == hashed("sk-one")
    assert seen.body == {
        "model": "m",
        "messages": [{"role": message.role, "content": message.content} for message in CHAT.messages],
        "max_completion_tokens": 40,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
        },
        "temperature": 0.3,
        "reasoning_effort": "none",
    }


def test_compatible_wire(provider: Provider) -> None:
    """A compatible server gets the older name of the limit, and nothing that nobody chose; a key isn't needed, and the
    keys of other providers stay away from it."""
    payload = Chat(messages=CHAT.messages[:2], max_tokens=7, expected=1, effort="low")
    asked(provider.access("sk-one"), "compatible:qwen3:0.6b", payload)
    (seen,) = provider.journal
    assert set(seen.body) == {"model", "messages", "max_tokens", "reasoning_effort"}
    assert (seen.body["model"], seen.body["max_tokens"]) == ("qwen3:0.6b", 7)
    assert seen.key_hash == hashed("none")


def test_anthropic_wire(provider: Provider) -> None:
    """Claude gets the system text apart, the schema, room to think on top of the answer's, and no temperature."""
    asked(provider.access("sk-one"), "anthropic:m")
    (seen,) = provider.journal
    assert seen.path == "/v1/messages" and seen.key_hash == hashed("sk-one")
    assert seen.body == {
        "model": "m",
        "system": "Be fair.",
        "messages": [{"role": message.role, "content": message.content} for message in CHAT.messages[1:]],
        "max_tokens": 2_040,
        "output_config": {"format": {"type": "json_schema", "schema": SCHEMA}},
    }


@pytest.mark.parametrize(
    ("effort", "sent"),
    [
        ("none", {"max_tokens": 40, "thinking": {"type": "disabled"}}),
        ("low", {"max_tokens": 2_040, "output_config": {"effort": "low"}}),
    ],
)
def test_anthropic_effort(provider: Provider, effort: str, sent: dict[str, Any]) -> None:
    """An effort is passed on; "none" switches thinking off, and then no room is left for it."""
    payload = Chat(messages=CHAT.messages[1:2], max_tokens=40, expected=8, effort=effort)
    asked(provider.access(), "anthropic:m", payload)
    assert provider.journal[0].body == {"model": "m", "messages": [{"role": "user", "content": "Grade it."}], **sent}


def test_anthropic_takes_long_answers(provider: Provider) -> None:
    """An answer that may grow long is asked for like any other: how long is too long is the runner's to say."""
    payload = Chat(messages=CHAT.messages[:2], max_tokens=60_000, expected=1)
    assert asked(provider.access(), "anthropic:m", payload).content == '{"grade": 5}'
    assert provider.journal[0].body["max_tokens"] == 62_000


def test_thinking_is_not_the_answer(provider: Provider) -> None:
    """Of Claude's blocks only text is read; what it thinks isn't what it says."""
    blocks = [
        {"type": "thinking", "thinking": "Grade 1?", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "text", "text": '{"grade":'},
        {"type": "text", "text": " 8}"},
    ]
    provider.script(Answer(more={"content": blocks}))
    assert asked(provider.access(), "anthropic:m").content == '{"grade": 8}'


@BOTH
def test_a_reply_tells_who_answered_and_how_long_it_took(provider: Provider, ref: str) -> None:
    """The model is the name that the server gives; the seconds are this call's."""
    provider.script(Answer(more={"model": "m-2026-11-01"}))
    reply = asked(provider.access(), ref)
    assert (reply.model, reply.stop, reply.content) == ("m-2026-11-01", "end", '{"grade": 5}')
    assert 0 < reply.seconds < 5


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}, Usage(input=100, output=10)),
        (
            {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 64}},
            Usage(input=36, cached=64, output=10),
        ),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 10,
                "prompt_tokens_details": {"cached_tokens": 20, "cache_write_tokens": 30},
            },
            Usage(input=50, cached=20, cache_write=30, output=10),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 50, "completion_tokens_details": {"reasoning_tokens": 42}},
            Usage(input=5, output=8, reasoning=42),
        ),
        (
            {
                "prompt_tokens": 9,
                "completion_tokens": None,
                "prompt_tokens_details": None,
                "completion_tokens_details": {"reasoning_tokens": None},
            },
            Usage(input=9),
        ),
        ({"prompt_tokens": 0, "completion_tokens": 0}, Usage()),
        ({"prompt_tokens": 9, "completion_tokens": -3}, Usage(input=9)),
        ({"prompt_tokens": 9, "completion_tokens": "many"}, Usage(input=9)),
        ({"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": [1]}, Usage(input=9, output=2)),
        ({"prompt_tokens": None, "completion_tokens": None}, None),
        (None, None),
    ],
    ids=[
        "plain",
        "cached",
        "written",
        "reasoning",
        "none inside",
        "zero",
        "negative",
        "text",
        "list",
        "all none",
        "absent",
    ],
)
def test_openai_usage(provider: Provider, counts: Any, usage: Usage | None) -> None:
    """OpenAI counts cached tokens as input and reasoning as output: the buckets part them, so that their sum is the
    bill. Unsaid is None, and nonsense costs nobody the reply."""
    provider.script(Answer(usage=counts))
    assert asked(provider.access(), "openai:m").usage == usage


@pytest.mark.parametrize(
    ("counts", "usage"),
    [
        ({"input_tokens": 100, "output_tokens": 10}, Usage(input=100, output=10)),
        (
            {
                "input_tokens": 36,
                "output_tokens": 10,
                "cache_read_input_tokens": 64,
                "cache_creation_input_tokens": 7,
            },
            Usage(input=36, cached=64, cache_write=7, output=10),
        ),
        (
            {"input_tokens": 9, "output_tokens": None, "cache_read_input_tokens": None},
            Usage(input=9),
        ),
        ({"input_tokens": 9, "output_tokens": -3, "cache_read_input_tokens": "x"}, Usage(input=9)),
        ({"input_tokens": None, "output_tokens": 1}, None),
        (None, None),
    ],
    ids=["plain", "cached", "none inside", "nonsense", "input none", "absent"],
)
def test_anthropic_usage(provider: Provider, counts: Any, usage: Usage | None) -> None:
    """Anthropic's own buckets are disjoint already; thinking is part of the output."""
    provider.script(Answer(usage=counts))
    assert asked(provider.access(), "anthropic:m").usage == usage


def choice(reason: Any, **message: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", **message}}]}


@pytest.mark.parametrize(
    ("ref", "more", "stop", "content"),
    [
        ("openai:m", choice("stop", content="hi"), "end", "hi"),
        ("openai:m", choice("length", content="hi"), "length", "hi"),
        ("openai:m", choice("content_filter", content=None), "refusal", ""),
        ("openai:m", choice("stop", content=None, refusal="I won't."), "refusal", ""),
        ("openai:m", choice(None, content="hi"), "end", "hi"),
        ("openai:m", choice(["odd"], content="hi"), "end", "hi"),
        ("anthropic:m", {"stop_reason": "max_tokens"}, "length", '{"grade": 5}'),
        ("anthropic:m", {"stop_reason": "refusal", "content": []}, "refusal", ""),
        ("anthropic:m", {"stop_reason": None}, "end", '{"grade": 5}'),
        ("anthropic:m", {"stop_reason": {}}, "end", '{"grade": 5}'),
    ],
)
def test_stop_reasons(provider: Provider, ref: str, more: dict[str, Any], stop: str, content: str) -> None:
    """Both protocols' reasons come down to three: end, length, refusal. A refusal has no content."""
    provider.script(Answer(more=more))
    reply = asked(provider.access(), ref)
    assert (reply.stop, reply.content) == (stop, content)


DEEP = "[" * 200_000
NO_ANSWERS = [
    "<html>Bad gateway</html>",
    '{"choices": [{"mess',
    "",
    "null",
    "[]",
    "7",
    "{}",
    '{"choices": []}',
    '{"choices": [7]}',
    '{"choices": [{"message": 7}]}',
    '{"choices": null, "content": null}',
    '{"content": [{"type": "text", "text": null}]}',
    '{"content": [7]}',
    DEEP,
    '"\\ud800"',
]


@BOTH
@pytest.mark.parametrize("body", NO_ANSWERS, ids=lambda body: body[:20])
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_a_reply_that_is_none(provider: Provider, ref: str, body: str, kind: str) -> None:
    """Whatever stands in a 200 that isn't the protocol's answer is a BadReply: one question failed, and may be tried
    again."""
    provider.script(Say(body, headers={"Content-Type": kind}))
    with pytest.raises(BadReply) as caught:
        asked(provider.access(), ref)
    assert caught.value.retryable


@BOTH
def test_text_that_no_file_can_hold_is_mended(provider: Provider, ref: str) -> None:
    """Half of a surrogate pair in a reply can't be written to any file: it is replaced, or the record would be lost."""
    provider.script(Answer("half \ud83d of it", more={"model": "m\ud83d"}))
    reply = asked(provider.access(), ref)
    assert reply.content == "half ? of it"
    assert reply.model == "m?"


@BOTH
@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk one", "sk-\u00e9", "sk-\x00", "sk-\u200b"])
def test_an_impossible_key_is_refused_before_any_request(provider: Provider, ref: str, key: str) -> None:
    """A key with a line break, space or foreign character in it never gets to an SDK, nor into the message."""
    with pytest.raises(KeyRefused) as caught:
        asked(provider.access(key), ref)
    assert provider.journal == [] and key not in str(caught.value)


@BOTH
def test_space_around_a_key_is_taken_off(provider: Provider, ref: str) -> None:
    """Copied with a line break behind it, a key works all the same."""
    asked(provider.access(" sk-one\n"), ref)
    assert provider.journal[0].key_hash == hashed("sk-one")


@pytest.mark.parametrize("variable", ["OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "VLLM_BASE_URL"])
def test_addresses_from_the_environment(provider: Provider, variable: str) -> None:
    """``OPENAI_BASE_URL`` and its like lead to another server, as the SDKs' users expect."""
    name = variable.removesuffix("_BASE_URL").lower()
    env = {variable: provider.root if name == "anthropic" else provider.url, f"{name.upper()}_API_KEY": "sk-env"}
    asked(Access.from_env(env), f"{name}:m")
    assert provider.journal[0].key_hash == hashed("sk-env")


FAULTS: list[Step] = [
    Say({"error": {"message": "Incorrect API key provided: {key}."}}, status=401),
    Say({"error": {"message": "No access for {key}."}}, status=403),
    Say({"error": {"message": "No model for {key}."}}, status=404),
    Say({"error": {"message": "Bad request by {key}, dear {key}."}}, status=400),
    Say("Bad request by {key}", status=400),
    Say({"error": "x" * 290 + "{key}"}, status=422),
    Say({"error": {"message": "x" * 270 + "{key}"}}, status=422),
    Say({"error": {"message": "Slow down, {key}."}}, status=429, headers={"Retry-After": "0"}),
    Say("<html>{key}</html>", status=500, headers={"Retry-After": "0"}),
    Say("<html>{key}</html>", headers={"Content-Type": "text/html"}),
    Say('{"choices": "{key}", "content": "{key}"}'),
    Say('{"choices": [{"key": "{key}'),
    Say(status=307, headers={"Location": "/{key}"}),
    Reset(),
    Reset(inside=True),
    Hang(),
    Drip(),
    Flood(5),
]


@BOTH
@pytest.mark.parametrize("step", FAULTS, ids=[f"{at}-{type(step).__name__}" for at, step in enumerate(FAULTS)])
def test_a_key_never_shows(
    provider: Provider, ref: str, step: Step, caplog: pytest.LogCaptureFixture, recwarn: pytest.WarningsRecorder
) -> None:
    """Whatever goes wrong, and even where the server echoes it, the key is in no exception, traceback, event, board,
    report, record, warning or log line - not even half of it, nor at the most talkative log level."""
    provider.script(step)
    access, limits = provider.access(SENTINEL), Limits(call_seconds=0.5, run_seconds=2, attempts=1)
    with caplog.at_level(logging.DEBUG):
        task, _ = task_of("whales", ["whale"])
        live = LiveRun(task, [parse(f"pointwise model={ref}")], access, limits=limits)
        board = live.join(10)
        told = [repr(live.events), repr(board), repr(access), repr(report.comparison("whales", board, {}))]
        told.append(runs.dump(runs.record(task, live.lanes, live.events)))
        if not isinstance(step, Hang | Drip):
            with pytest.raises(PlaygroundError) as caught:
                asked(access, ref)
            told += [str(caught.value), repr(caught.value), repr(vars(caught.value))]
            told.append("".join(traceback.format_exception(caught.value)))
            assert caught.value.__cause__ is None
    assert provider.journal[0].key_hash == hashed(SENTINEL)
    assert board.lanes[0].state in ("partial", "failed")
    everything = "\n".join([*told, caplog.text, *(str(warning.message) for warning in recwarn)])
    assert SENTINEL[:12] not in everything


def test_the_message_of_a_refusal_is_shown_without_the_key(provider: Provider) -> None:
    """What the provider says of a question it refuses helps to mend it: it is passed on, the key taken out."""
    provider.script(Say({"error": {"message": "Too long for {key}."}}, status=400))
    with pytest.raises(PlaygroundError, match=r"Too long for \[key\]\."):
        asked(provider.access(SENTINEL), "openai:m")


@BOTH
def test_a_broken_connection_may_be_tried_again(provider: Provider, ref: str) -> None:
    """A reset is the network's fault, not the question's."""
    provider.script(Reset())
    with pytest.raises(Overloaded) as caught:
        asked(provider.access(), ref)
    assert caught.value.retryable


@BOTH
def test_sockets_are_closed(provider: Provider, ref: str) -> None:
    """When the models are closed no connection stays open."""
    asked(provider.access(), ref)
    assert provider.until(lambda: provider.open == 0, 2)
