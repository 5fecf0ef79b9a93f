"""How long the server takes for what must feel instant, with 100 documents and six lanes. Prints measured times and
what most of each went into; asserts nothing. Run: make bench-page

Each time is one rerun of the whole page. In a browser most of these rerun only the part below the inputs, and the
drawing has changed before the server hears of it. The processor's time doesn't depend on what else the machine does.
"""

from __future__ import annotations

import logging
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count, cycle
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from playground import datasets, runs
from playground.domains import domain
from playground.lanes import parse
from playground.live import LiveRun
from playground.models import Access
from playground.testing import NoisyOracle
from playground.types import ModelRef, Task
from tests.provider import Hang, Provider
from tests.saving import saved

ROOT = Path(__file__).parents[2]
TIMES, PROFILED = 15, 4
DOCUMENTS = 100
ENOUGH = 200  # ms
MODEL = "openai:gpt-4o"
LANES = (
    "bm25",
    f"pointwise model={MODEL}",
    f"listwise model={MODEL} window=20 stride=10",
    f"setwise model={MODEL} top_k=10",
    f"cascade first=bm25 then=(pointwise model={MODEL} reasons=false) keep=20",
    f"fusion lanes=bm25,(listwise model={MODEL} window=all)",
)
WANTED = "comparison_wanted"
"""Where the page keeps what it wants the browser to show; a browser's own choice takes the same way through."""


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """``act`` does something to the page; the rerun after it is what is measured."""

    name: str
    act: Callable[[AppTest], None]


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Milliseconds of one rerun: on the clock, and of the processor's time in all threads of this process."""

    wall: float
    processor: float


def main() -> None:
    logging.disable(logging.WARNING)  # a page without a browser says so again and again
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    load = "/".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{machine}, {time.strftime('%Y-%m-%d')}, load {load}")
    print(f"{DOCUMENTS} documents, {len(LANES)} lanes, {TIMES} times each; more than {ENOUGH} ms is marked.\n")
    print(f"{'interaction, ms':<42}{'median':>8}{'max':>8}{'processor':>11}     what most of it went into")
    with tempfile.TemporaryDirectory() as folder, Provider() as provider:
        os.environ["PLAYGROUND_CACHE_DIR"] = folder
        os.environ["PLAYGROUND_REPLIES"] = str(Path(folder) / "replies.sqlite")
        id = saved(made(), Path(folder))
        for interaction in interactions():
            measured(opened(id), interaction)
        running(id, provider)


def made() -> runs.Record:
    """A run of the lanes, judged by noisy oracles."""
    examples = [datasets.load_examples(path)[0] for path in datasets.samples().values()]
    pool = [(document, example.qrels.get(document.id, 0)) for example in examples for document in example.documents]
    chosen = [each for _, each in zip(range(DOCUMENTS), cycle(pool), strict=False)]
    documents = tuple(replace(document, id=f"d{place}") for place, (document, _) in enumerate(chosen, 1))
    qrels = {document.id: grade for document, (_, grade) in zip(documents, chosen, strict=True)}
    task = Task(query=examples[1].query, documents=documents, domain=domain("legal")[0])
    oracle = NoisyOracle({id: float(grade) for id, grade in qrels.items()}, error=0.2)
    lanes = [parse(words) for words in LANES]
    live = LiveRun(task, lanes, Access(), given={ModelRef.parse(MODEL): oracle})
    live.join()
    return runs.record(task, lanes, live.events, qrels=qrels)


def opened(id: str) -> AppTest:
    """The page with the saved run on it, drawn once before anything is measured."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.query_params["run"] = id
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def interactions() -> Iterator[Interaction]:
    """Each is done in another way every time, so that nothing is at hand from the time before."""
    turn = count(1)

    def show(**wanted: Callable[[int], Any]) -> Callable[[AppTest], None]:
        def act(app: AppTest) -> None:
            at = next(turn)
            token, choice = app.session_state[WANTED]
            app.session_state[WANTED] = (token + 1, replace(choice, **{name: of(at) for name, of in wanted.items()}))

        return act

    def sample(app: AppTest) -> None:
        names = list(datasets.samples())
        if app.segmented_control(key="source").value != "Sample":
            app.segmented_control(key="source").set_value("Sample")
            ran(app)
        app.selectbox(key="sample").set_value(names[next(turn) % len(names)])

    def option(words: str, place: int) -> Callable[[AppTest], None]:
        def act(app: AppTest) -> None:
            columns = list(app.session_state.columns)
            columns[place] = replace(columns[place], lane=parse(words.format(2 + next(turn) % 18)))
            app.session_state.columns = columns

        return act

    yield Interaction(name="load a sample", act=sample)
    yield Interaction(name="estimate: an option of a setwise lane", act=option(LANES[3] + " children={}", 3))
    yield Interaction(name="estimate: an option of a pointwise lane", act=option(LANES[1] + " chars=1{:02}", 1))
    yield Interaction(name="change the baseline", act=show(baseline=lambda at: at % 7))
    yield Interaction(name="switch the view", act=show(view=lambda at: ("ladder", "matrix", "details")[at % 3]))
    yield Interaction(name="open a document's reasons", act=show(selected=lambda at: f"d{1 + at % DOCUMENTS}"))
    yield Interaction(name="change k", act=show(k=lambda at: (5, 10, 20, 50)[at % 4]))
    yield Interaction(name="change the metric", act=show(metric=lambda at: ("nDCG@10", "RR", "P@1")[at % 3]))
    yield Interaction(name="hide a lane", act=show(hidden=lambda at: (1 + at % 6,)))
    yield Interaction(name="movers only", act=show(movers=lambda at: at % 2 == 0))


def running(id: str, provider: Provider) -> None:
    """What is drawn again and again during a run of a lane that has heard half of its answers, and Stop."""
    os.environ["PLAYGROUND_REPLIES"] = "off"
    provider.script(Hang(), about="Bayline")  # in one document, and in whatever is asked about it among others
    times: dict[str, list[Taken]] = {"a look at a run under way": [], "Stop is acknowledged": []}
    for _ in range(TIMES):
        provider.journal.clear()
        app = opened(id)
        app.session_state.typed_keys = dict(provider.access().keys)
        app.session_state.typed_urls = dict(provider.access().base_urls)
        app.button(key="run").click()
        ran(app)
        live = app.session_state.shown.live
        assert provider.until(lambda: len(provider.journal) > DOCUMENTS, 20)
        live.join(4)  # until all that is left to be asked hangs
        times["a look at a run under way"].append(timed(app))
        app.button(key="stop").click()
        times["Stop is acknowledged"].append(timed(app))
        live.join(10)
    for name, taken in times.items():
        line(name, taken, "")


def measured(app: AppTest, interaction: Interaction) -> None:
    taken = []
    for _ in range(TIMES):
        interaction.act(app)
        taken.append(timed(app))
    with Sampler() as sampler:
        for _ in range(PROFILED):
            interaction.act(app)
            ran(app)
    line(interaction.name, taken, sampler.said())


def timed(app: AppTest) -> Taken:
    """One rerun."""
    begun, at_work = time.perf_counter(), time.process_time()
    ran(app)
    return Taken(wall=1_000 * (time.perf_counter() - begun), processor=1_000 * (time.process_time() - at_work))


def line(name: str, taken: list[Taken], more: str) -> None:
    walls = [each.wall for each in taken]
    median, processor = statistics.median(walls), statistics.median(each.processor for each in taken)
    late = "!" if median > ENOUGH else " "
    print(f"{name:<42}{median:>8.0f}{max(walls):>8.0f}{processor:>11.0f}  {late}  {more}", flush=True)


class Sampler:
    """Looks every 2 ms at what the threads of the page are doing, and counts it by our own function that does it."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def said(self) -> str:
        """The three that took most, with their share."""
        all_of = sum(self._seen.values()) or 1
        return ", ".join(f"{name} {round(100 * times / all_of)}%" for name, times in self._seen.most_common(3))

    def _look(self) -> None:
        while not self._end.wait(0.002):
            for frame in sys._current_frames().values():
                where = _where(frame)
                if where:
                    self._seen[where] += 1


def _where(frame: Any) -> str:
    """The innermost function of ours on this stack, "" where the thread is none of the page's."""
    found = ""
    at = frame
    while at is not None:
        file = at.f_code.co_filename
        if not found and (f"{ROOT}/playground" in file or f"{ROOT}/pages" in file):
            found = f"{Path(file).stem}.{at.f_code.co_name}"
        if file.endswith("script_runner.py"):
            return found or "streamlit"
        at = at.f_back
    return ""


if __name__ == "__main__":
    main()
