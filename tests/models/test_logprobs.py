"""Log-probabilities on the wire: how they are asked for, how they are read, and what a server without them costs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from playground import compare
from playground.models import Access, Models
from playground.types import Chat, Message, ModelRef, Reply
from tests.provider import Answer, Provider, Say

CHAT = Chat(messages=(Message(role="user", content="A or B?"),), max_tokens=4, expected=1, logprobs=20)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        yield server


def asked(access: Access, ref: str, *payloads: Chat) -> list[Reply]:
    """Questions one after another through the client behind the reference."""

    async def ask() -> list[Reply]:
        models = Models(access)
        try:
            return [await models(ModelRef.parse(ref)).answer(payload) for payload in payloads]
        finally:
            await models.close()

    return asyncio.run(ask())


def telling(*tokens: dict[str, float], text: str = "A") -> Answer:
    """An answer in OpenAI's format, each token with its alternatives."""
    content = [
        {
            "token": next(iter(each)),
            "logprob": -0.1,
            "bytes": None,
            "top_logprobs": [{"token": token, "logprob": value, "bytes": None} for token, value in each.items()],
        }
        for each in tokens
    ]
    return with_logprobs({"content": content, "refusal": None}, text)


def with_logprobs(told: Any, text: str = "A") -> Answer:
    message = {"role": "assistant", "content": text}
    return Answer(more={"choices": [{"index": 0, "finish_reason": "stop", "message": message, "logprobs": told}]})


def test_they_are_asked_for_with_twenty_alternatives_and_without_a_schema(provider: Provider) -> None:
    """OpenAI's two fields, whole; a question that wants none sends neither."""
    asked(provider.access(), "openai:wire", CHAT, Chat(messages=CHAT.messages, max_tokens=4, expected=1))
    body, plain = (seen.body for seen in provider.journal)
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)
    assert "response_format" not in body
    assert not {"logprobs", "top_logprobs"} & set(plain)


def test_alternatives_come_back_token_by_token(provider: Provider) -> None:
    """As the server told them, in its order."""
    provider.script(telling({"A": -0.25, " B": -1.5}, {".": -0.5}))
    (reply,) = asked(provider.access(), "openai:m", CHAT)
    assert reply.logprobs == ((("A", -0.25), (" B", -1.5)), ((".", -0.5),))
    assert (reply.content, reply.stop) == ("A", "end")


@pytest.mark.parametrize(
    "told",
    [None, {}, {"content": None}, {"content": 7}, {"content": [7]}, {"content": [{"token": "A", "logprob": -1}]}, "A"],
    ids=str,
)
def test_nonsense_in_their_place_costs_nobody_the_reply(provider: Provider, told: Any) -> None:
    """A server that was asked and tells none, or something else: the reply stands, without them."""
    provider.script(with_logprobs(told))
    (reply,) = asked(provider.access(), "openai:m", CHAT)
    assert (reply.content, reply.logprobs) == ("A", None)


REFUSALS = [
    "Unsupported parameter: 'logprobs' is not supported with this model.",
    "You are not allowed to request logprobs from this model",
    "top_logprobs is not supported",
]


@pytest.mark.parametrize("message", REFUSALS)
def test_a_server_that_refuses_them_is_asked_once(provider: Provider, message: str) -> None:
    """The first question is answered "unsupported" and so is every other, without a request; questions that want none
    go on being asked."""
    provider.script(Say({"error": {"message": message}}, status=400), about='"logprobs"')
    plain = Chat(messages=CHAT.messages, max_tokens=4, expected=1)
    model = f"openai:refuses-{REFUSALS.index(message)}"
    replies = asked(provider.access(), model, CHAT, CHAT, plain)
    assert [reply.stop for reply in replies] == ["unsupported", "unsupported", "end"]
    assert ["logprobs" in seen.body for seen in provider.journal] == [True, False]
    assert all(reply.usage is not None and reply.usage.total == 0 for reply in replies[:2])
    # Nor does another run ask, but another model of the same server is.
    assert asked(provider.access(), model, CHAT)[0].stop == "unsupported"
    assert len(provider.journal) == 2
    assert asked(provider.access(), f"{model}-not", CHAT)[0].stop == "unsupported"
    assert len(provider.journal) == 3


def test_another_refusal_is_still_an_error(provider: Provider) -> None:
    """A 400 that doesn't name them is about something else, and is not taken for a model that lacks them."""
    provider.script(Say({"error": {"message": "This content is not allowed."}}, status=400))
    with pytest.raises(Exception, match="not allowed"):
        asked(provider.access(), "openai:other-refusal", CHAT)
    assert len(provider.journal) == 1


def test_claude_tells_none_and_is_not_asked_for_them(provider: Provider) -> None:
    """Its API has none: "unsupported" at once, without any request."""
    (reply,) = asked(provider.access(), "anthropic:m", CHAT)
    assert (reply.stop, reply.content, reply.logprobs) == ("unsupported", "", None)
    assert provider.journal == []


LANES = ["pointwise scale=logprobs", "pairwise scale=logprobs sort=allpair"]


@pytest.mark.parametrize("words", LANES)
def test_a_lane_over_the_wire_ranks_by_the_chances(provider: Provider, words: str) -> None:
    """Grades 4 and 1, or A and B, by what a document says: the chances decide, not the letter that was written."""
    if words.startswith("pointwise"):
        provider.script(telling({"4": -0.1, "0": -3.0}, text="0"), about="whale")
        provider.script(telling({"1": -0.1, "4": -3.0}, text="4"), about="mouse")
        calls = 2
    else:
        # The mouse stands first: B is the whale; the other way round A is.
        provider.script(telling({"B": -0.1, "A": -3.0}, text="A"), about='[A]\\">\\na mouse')
        provider.script(telling({"A": -0.1, "B": -3.0}, text="B"), about='[A]\\">\\na whale')
        calls = 2
    lane = f"{words} model=openai:ranks"
    (result,) = compare("large", ["a mouse", "a whale"], [lane], access=provider.access()).results
    assert (result.ids, result.state, result.calls) == (("d2", "d1"), "complete", calls)
    assert all("logprobs" in seen.body for seen in provider.journal)


@pytest.mark.parametrize("words", LANES)
@pytest.mark.parametrize("ref", ["openai:lane-refuses", "anthropic:m"])
def test_a_lane_whose_model_tells_none_is_complete_in_words(provider: Provider, words: str, ref: str) -> None:
    """Nothing fails and nothing is paid for what was refused; the ranking says what the words said."""
    text = '{"grade": 7}' if words.startswith("pointwise") else '{"better": "A"}'
    provider.script(Answer(text))
    provider.script(Say({"error": {"message": "logprobs: not supported"}}, status=400), about='"logprobs"')
    lane = f"{words} model={ref}"
    (result,) = compare("large", ["a mouse", "a whale"], [lane], access=provider.access()).results
    assert result.state == "complete"
    assert all("tied" in item.provenance for item in result.ranking.items)
    in_words = [seen for seen in provider.journal if "logprobs" not in seen.body]
    assert len(in_words) == 2
    if ref.startswith("anthropic"):
        assert len(provider.journal) == 2
