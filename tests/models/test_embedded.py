"""The embedded models: no key, no network."""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from playground.errors import LaneError, ModelUnavailable
from playground.models import local
from playground.models.access import Access
from playground.models.bm25 import Bm25
from playground.models.cross_encoder import CrossEncoder
from playground.models.embedding import Embedding
from playground.models.inprocess import InProcess, ScoreBatch, Scores
from playground.models.likelihood import Likelihood
from playground.text import sentences
from playground.types import Completion, Model, Reply, Score

QUERY = "How long can a landlord keep a security deposit?"
TEXTS = (
    "The recipe calls for two eggs, a cup of flour and a pinch of salt.",
    "A landlord must return the security deposit within 30 days after the tenant moves out.",
    "Deposits earn interest at the bank's published rate.",
    "",
    "Solar panels lose about half a percent of their output each year.",
)
LONG = "The tenant shall keep the garden tidy and water the roses twice a week. " * 700


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cross-encoder with random weights: it knows nothing, but goes through all the motions."""
    from sentence_transformers import CrossEncoder as Original
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + letter for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        num_labels=1,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    Original(str(folder), local_files_only=True).save_pretrained(str(folder / "whole"))
    return str(folder / "whole")


@pytest.fixture(scope="session")
def access(tmp_path_factory: pytest.TempPathFactory) -> Access:
    """The user's own cache folder, so that the language model is converted once a machine, not once a run."""
    return Access.from_env()


@pytest.fixture(scope="session", params=["bm25", "embedding", "likelihood", "cross-encoder"])
def model(request: pytest.FixtureRequest, access: Access) -> Model:
    if request.param == "cross-encoder":
        return CrossEncoder(access, request.getfixturevalue("tiny"))
    return {"bm25": Bm25, "embedding": Embedding, "likelihood": lambda: Likelihood(access)}[request.param]()


def ask(model: Model, texts: Sequence[str], query: str = QUERY) -> Reply:
    return asyncio.run(model.answer(Score(query=query, texts=tuple(texts))))


def numbers(reply: Reply) -> list[float]:
    assert isinstance(reply.content, tuple)
    return [math.nan if value is None else value for value in reply.content]


def best(model: Model) -> str:
    values = numbers(ask(model, TEXTS))
    return TEXTS[values.index(max(values))]


def test_every_text_gets_one_finite_number(model: Model) -> None:
    """A scorer answers each text, also an empty one, with one finite number, and says what it read."""
    reply = ask(model, TEXTS)
    values = numbers(reply)
    assert len(values) == len(TEXTS)
    assert all(map(math.isfinite, values))
    assert reply.seen == tuple(map(len, TEXTS))
    assert reply.seconds > 0
    assert reply.model


def test_no_texts_no_numbers(model: Model) -> None:
    """Asked about nothing, a scorer answers nothing."""
    assert ask(model, ()).content == ()


def test_odd_texts_are_scored(model: Model) -> None:
    """An empty query, a blank text, one text alone, other scripts and control characters don't break a scorer."""
    for query, texts in (
        ("", ("a", "b")),
        (QUERY, ("   \n ",)),
        ("日本", ("日本語の文。" * 60, "\x00\u200b")),
        ("?", ("!",)),
    ):
        reply = ask(model, texts, query)
        assert all(map(math.isfinite, numbers(reply))), (query, texts)
        assert reply.seen is not None
        assert all(0 <= seen <= len(text) for seen, text in zip(reply.seen, texts, strict=True))


@pytest.mark.parametrize("make", [lambda _: Bm25(), lambda _: Embedding(), Likelihood])
def test_the_obvious_answer_comes_first(make: Callable[[Access], Model], access: Access) -> None:
    """The text that answers the query beats those about other things."""
    assert best(make(access)) == TEXTS[1]


def test_order_of_the_texts_does_not_matter(model: Model) -> None:
    """Permuting the texts permutes their scores, though they share batches and padding."""
    texts = [*TEXTS, f"{TEXTS[0]} {TEXTS[4]}"]
    forth, back = numbers(ask(model, texts)), numbers(ask(model, texts[::-1]))
    assert forth == pytest.approx(back[::-1], abs=1e-4)


def test_a_long_text_is_said_to_be_cut(model: Model) -> None:
    """What a model did not read of 50,000 characters is not claimed; BM25 reads all of it."""
    (seen,) = ask(model, [LONG]).seen or ()
    if model.name == Bm25().name:  # type: ignore[attr-defined]
        assert seen == len(LONG)
    else:
        assert 100 < seen < len(LONG)


@pytest.mark.parametrize("make", [lambda _: Embedding(), Likelihood])
def test_what_is_seen_counts_and_nothing_else(make: Callable[[Access], Model], access: Access) -> None:
    """Text behind the characters that were seen has no influence; the end of the seen part has."""
    scorer = make(access)
    reply = ask(scorer, [LONG])
    (seen,) = reply.seen or ()
    answer = " " + TEXTS[1]
    behind, within = LONG[: seen + 2] + answer, LONG[: seen - len(answer) - 80] + answer + LONG[:400]
    (clean,) = numbers(reply)
    after, inside = numbers(ask(scorer, [behind + LONG[:400], within]))
    assert after == pytest.approx(clean, abs=2e-2)
    assert inside > clean + 5e-2


def test_asking_again_reads_the_same() -> None:
    """A question does not change how the next one is read: the same tokens, characters and scores."""
    scorer = Embedding()
    texts = (LONG[:6000], *TEXTS)
    first, again = ask(scorer, texts), ask(scorer, texts)
    assert (first.usage, first.seen) == (again.usage, again.seen)
    assert numbers(first) == pytest.approx(numbers(again), abs=1e-4)


def test_a_scorer_does_not_chat(model: Model) -> None:
    """Asked for words, a scorer ends its lane and says so, rather than make something up."""
    chat = Completion(prompt="Hi", max_tokens=5)
    with pytest.raises(LaneError, match="numbers only"):
        asyncio.run(model.answer(chat))


class Gated:
    """A blocking scorer under the test's control: it tells when a batch begins and waits for leave to end it."""

    def __init__(self) -> None:
        self.begun, self.leave = threading.Semaphore(0), threading.Semaphore(0)
        self.batches: list[Sequence[str]] = []

    def load(self) -> ScoreBatch:
        return self.score

    def score(self, query: str, texts: Sequence[str]) -> Scores:
        self.batches.append(texts)
        self.begun.release()
        self.leave.acquire()
        return Scores(values=[float(len(text)) for text in texts], seen=[len(text) for text in texts])


def test_a_cancelled_question_stops_early() -> None:
    """Cancelled, a question ends at once for who asked it, and its thread does not begin another batch."""
    gated = Gated()
    model = InProcess("cancel", gated.load, name="gated", batch=1, worker="cancel")

    async def scene() -> Reply:
        asked = asyncio.create_task(model.answer(Score(query="q", texts=("a", "b", "c"))))
        await asyncio.to_thread(gated.begun.acquire)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert len(gated.batches) == 1
        gated.leave.release(2)
        return await model.answer(Score(query="q", texts=("next",)))

    assert asyncio.run(scene()).content == (4.0,)
    assert gated.batches == [["a"], ["next"]]


def test_a_question_cancelled_in_the_queue_is_never_begun() -> None:
    """Two questions to one model queue, and one that is cancelled while it waits costs nothing."""
    gated = Gated()
    first, second = (InProcess("queue", gated.load, name="gated", batch=None, worker="queue") for _ in range(2))

    async def scene() -> Reply:
        running = asyncio.create_task(first.answer(Score(query="q", texts=("a",))))
        await asyncio.to_thread(gated.begun.acquire)
        waiting = asyncio.create_task(second.answer(Score(query="q", texts=("b",))))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        gated.leave.release(2)
        return await running

    assert asyncio.run(scene()).content == (1.0,)
    assert gated.batches == [["a"]]


def test_a_failed_load_is_tried_again_and_a_good_one_kept() -> None:
    """After a model was missing, the next question looks again; once loaded it is not loaded a second time."""
    loads: list[int] = []

    def load() -> ScoreBatch:
        loads.append(1)
        if len(loads) == 1:
            raise ModelUnavailable("Not here.", hint="Get it.")
        return lambda query, texts: Scores(values=[math.nan] * len(texts), seen=[0] * len(texts))

    model = InProcess("flaky", load, name="flaky", batch=2, worker="flaky")
    with pytest.raises(ModelUnavailable):
        ask(model, TEXTS)
    assert ask(model, TEXTS).content == (None,) * len(TEXTS)
    assert ask(model, TEXTS).content == (None,) * len(TEXTS)
    assert len(loads) == 2


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        (QUERY, ("", "")),
        (QUERY, ("the of and", "is a")),
        ("zyzzyva", TEXTS),
        ("the", TEXTS),
        ("", TEXTS),
    ],
)
def test_without_a_shared_word_bm25_is_zero(query: str, texts: tuple[str, ...]) -> None:
    """Where query and texts share no word that counts, all scores are zero."""
    assert numbers(ask(Bm25(), texts, query)) == [0.0] * len(texts)


def test_bm25_of_one_text_is_finite() -> None:
    """A collection of one text is a collection."""
    (value,) = numbers(ask(Bm25(), ["security deposit"]))
    assert 0 < value < math.inf


def test_an_absent_cross_encoder_is_not_downloaded_unasked(tmp_path: Path) -> None:
    """A cross-encoder that isn't on the machine fails at once, saying how to get it."""
    with pytest.raises(ModelUnavailable) as caught:
        ask(CrossEncoder(Access(), cache_folder=tmp_path), TEXTS)
    assert "settings" in caught.value.hint
    assert "--download" in caught.value.hint
    assert not caught.value.retryable


def test_the_cross_encoder_stays_within_bounds(access: Access, tiny: str) -> None:
    """Its scores are probabilities, and tell texts apart."""
    values = numbers(ask(CrossEncoder(access, tiny), TEXTS))
    assert all(0 <= value <= 1 for value in values)
    assert len(set(values)) == len(TEXTS)


def test_importing_the_models_loads_no_heavy_library() -> None:
    """The modules can be imported in the page's script thread: what takes seconds waits for the first question."""
    modules = ("bm25", "cross_encoder", "embedding", "inprocess", "likelihood", "local", "smollm2")
    heavy = ("torch", "transformers", "sentence_transformers", "bm25s", "xllamacpp", "numpy")
    code = (
        "import sys\n"
        + "".join(f"import playground.models.{name}\n" for name in modules)
        + f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def fetched(address: str) -> Any:
    """As a page of another origin asks for it."""
    request = urllib.request.Request(address, headers={"Origin": "http://elsewhere.example"})  # noqa: S310
    return urllib.request.urlopen(request, timeout=30)  # noqa: S310


def test_the_embedded_llm_answers_on_loopback_and_nowhere_else() -> None:
    """Its server speaks the OpenAI protocol, is started once, and lets no other origin's page read it; a question
    has room for 4,096 tokens."""

    async def twice() -> list[str]:
        return await asyncio.gather(local.base_url(), local.base_url())

    first, second = asyncio.run(twice())
    assert first == second
    assert first.startswith("http://127.0.0.1:")
    with fetched(f"{first}/models") as answer:
        assert not answer.headers["Access-Control-Allow-Origin"]
        assert [row["id"] for row in json.load(answer)["data"]] == [local.MODEL_NAME]
    with fetched(f"{first.removesuffix('/v1')}/props") as answer:
        assert json.load(answer)["default_generation_settings"]["n_ctx"] == 4096


def test_the_embedded_llm_is_quiet_and_ends_with_its_process() -> None:
    """A process that asked it something ends by itself, cleanly, with nothing on its outputs but its own words."""
    code = """
import asyncio, json, urllib.request
from playground.models import local
address = asyncio.run(local.base_url())
body = {"messages": [{"role": "user", "content": "Say hi."}], "max_tokens": 1}
headers = {"Content-Type": "application/json"}
request = urllib.request.Request(address + "/chat/completions", json.dumps(body).encode(), headers)
print(json.load(urllib.request.urlopen(request, timeout=50))["usage"]["completion_tokens"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_a_process_ends_while_a_model_is_still_busy() -> None:
    """A scorer at work does not keep the interpreter from its exit."""
    code = """
import asyncio, threading
from playground.models.inprocess import InProcess, Scores
from playground.types import Score
begun = threading.Event()
def score(query, texts):
    begun.set()
    threading.Event().wait()
async def main():
    model = InProcess("stuck", lambda: score, name="stuck", batch=1)
    asked = asyncio.create_task(model.answer(Score(query="", texts=("a",))))
    await asyncio.to_thread(begun.wait)
    asked.cancel()
asyncio.run(main())
print("done")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Roe v. Wade was decided. It was 1973.", ["Roe v. Wade was decided.", "It was 1973."]),
        ("The U.S. Senate met. Then it left.", ["The U.S. Senate met.", "Then it left."]),
        ("See No. 5, e.g. the 3.5 percent. Done.", ["See No. 5, e.g. the 3.5 percent.", "Done."]),
        ("He said no. They left.", ["He said no.", "They left."]),
        ("One\nTwo\n\n  Three ", ["One", "Two", "Three"]),
        ("Dr. J. Smith came! “Why?” she asked.", ["Dr. J. Smith came!", "“Why?” she asked."]),
        ("第一句。第二句！", ["第一句。", "第二句！"]),
        ("  ", []),
    ],
)
def test_sentences_end_where_readers_say_so(text: str, expected: list[str]) -> None:
    """Abbreviations, initials, decimals and numbered labels don't end a sentence; line breaks do."""
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize("text", ["x" * 1000, "a clause, " * 200, "word " * 400, "。" * 900, "." * 9000 + "x"])
def test_no_sentence_is_longer_than_a_model_reads(text: str) -> None:
    """A longer one is cut, in order, and nothing but space is lost."""
    spans = sentences(text)
    assert all(0 < end - start <= 400 for start, end in spans)
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")


def test_equal_texts_get_equal_scores_whatever_batch_they_are_in() -> None:
    """The last digits of a batch depend on its company; two documents of one text must not be told apart by them."""
    calls: list[list[str]] = []

    def load() -> ScoreBatch:
        def score(query: str, texts: Sequence[str]) -> Scores:
            calls.append(list(texts))
            return Scores(values=[len(calls) + at / 10 for at in range(len(texts))], seen=[len(text) for text in texts])

        return score

    model = InProcess("equal texts", load, name="m", batch=2, worker="test-equal")
    reply = asyncio.run(model.answer(Score(query="q", texts=("aa", "b", "aa", "cccc", "b", "aa"))))
    assert sorted(text for batch in calls for text in batch) == ["aa", "b", "cccc"]
    values = reply.content
    assert values[0] == values[2] == values[5] and values[1] == values[4]
    assert reply.seen == (2, 1, 2, 4, 1, 2)
