"""Test collections of ir_datasets as query sets: here such as lie in files, so that nothing is downloaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from playground.datasets import from_ir_datasets
from playground.errors import InputError
from tests.collecting import DOCS, QRELS, ir_datasets, registered

Register = Callable[..., str]


@pytest.fixture
def library(tmp_path: Path) -> Any:
    return ir_datasets(tmp_path)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Registers a collection, and returns its id."""
    return partial(registered, tmp_path)


def test_the_collections_own_ranking_gives_the_candidates(register: Register) -> None:
    """The best of it, sorted as trec_eval does: by score, of equal ones the greater id first. Grades of others are left
    out, and told where they are of relevant documents; a grade below 0 counts 0."""
    run = "q1 Q0 a 1 7 x\nq1 Q0 c 2 9 x\nq1 Q0 d 3 7 x\nq2 Q0 c 1 1.5 x\nq3 Q0 a 1 1 x\n"
    first, second = from_ir_datasets(register(run=run), depth=2)
    assert (first.query_id, first.query) == ("q1", "who barks")
    assert [(each.id, each.content, each.first_stage_score) for each in first.documents] == [
        ("c", "cows moo", 9.0),
        ("d", DOCS["d"], 7.0),
    ]
    assert first.qrels == {"d": 0}
    assert first.warnings == (
        "1 relevant document is not among the candidates: measures are of the candidates alone.",
        "Grades below 0 count 0.",
    )
    assert [each.id for each in second.documents] == ["c"]
    assert second.qrels == {"c": 2}


def test_who_has_no_text_leaves_its_place_to_the_next(register: Register) -> None:
    """So that there are as many candidates as were wanted, if there are so many; and it is counted."""
    run = "q1 Q0 gone 1 9 x\nq1 Q0 c 2 8 x\nq1 Q0 lost 3 7 x\nq1 Q0 d 4 6 x\nq1 Q0 b 5 5 x\n"
    run += "q2 Q0 c 1 1 x\nq2 Q0 gone 2 0 x\n"
    first, second = from_ir_datasets(register(run=run, qrels="q1 0 c 1\nq2 0 c 2\n"), depth=2)
    assert [(each.id, each.first_stage_score) for each in first.documents] == [("c", 8.0), ("d", 6.0)]
    assert first.warnings == ("Candidates left out for want of a text: 2.",)
    assert [each.id for each in second.documents] == ["c"]
    assert second.warnings == ("Candidates left out for want of a text: 1.",)


def test_judged_documents_without_a_text_are_counted_too(register: Register) -> None:
    """They can't be ranked by their words."""
    first, second = from_ir_datasets(register())
    assert not any("want of a text" in warning for warning in first.warnings)
    assert "Candidates left out for want of a text: 1." in second.warnings


def test_without_a_ranking_judged_documents_stand_in_bm25s_order(register: Register) -> None:
    """Which is said. Those without a text can't stand there."""
    first, second = from_ir_datasets(register())
    assert [each.id for each in first.documents] == ["d", "b", "a"]
    scores = [each.first_stage_score for each in first.documents]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert first.qrels == {"a": 0, "b": 3, "d": 0}
    assert [each.id for each in second.documents] == ["c"]
    assert all(any("BM25" in warning for warning in each.warnings) for each in (first, second))


def test_a_ranking_without_scores_gets_bm25s(register: Register) -> None:
    """MS MARCO's has none: what comes first in it comes first by chance."""
    (found,) = from_ir_datasets(register(run="q1 a\nq1 c\nq1 b\n"), depth=1)
    assert [each.id for each in found.documents] == ["b"]
    assert "no scores" in found.warnings[-1]


def test_queries_without_grades_are_no_part_of_a_graded_collection(register: Register) -> None:
    """They could not be measured. Without any grades all queries are there to be ranked."""
    run = "q1 Q0 a 1 7 x\nq3 Q0 b 1 9 x\n"
    assert [each.query_id for each in from_ir_datasets(register(run=run))] == ["q1"]
    assert [each.query_id for each in from_ir_datasets(register(run=run, qrels=""))] == ["q1", "q3"]


def test_what_is_left_out_is_counted(register: Register) -> None:
    """A query without candidates, and one that is too long, which nobody can mend."""
    id = register(queries=f"q1\twho barks\nq2\t{'moo ' * 1_001}\nq4\twho else\n", qrels=f"{QRELS}q4 0 nowhere 1\n")
    (found,) = from_ir_datasets(id)
    assert found.query_id == "q1"
    assert found.warnings[:2] == (
        "Queries left out for want of candidates: 1.",
        "Queries left out for having no words, or over 4,000 characters: 1.",
    )


def test_no_more_than_a_thousand_queries_are_taken(register: Register) -> None:
    """And that there are more is said, unless no more were wanted."""
    many = range(1_005)
    id = register(
        queries="".join(f"{at}\twho {at}\n" for at in many),
        qrels="".join(f"{at} 0 a 1\n" for at in many),
        run="".join(f"{at} Q0 a 1 1 x\n" for at in many),
    )
    found = from_ir_datasets(id)
    assert len(found) == 1_000
    assert found[0].warnings == ("The first 1,000 queries were taken; the collection has more.",)
    assert from_ir_datasets(id, limit=1_003)[0].warnings == found[0].warnings
    assert from_ir_datasets(id, limit=1_000)[0].warnings == ()
    assert [each.warnings for each in from_ir_datasets(id, limit=2)] == [(), ()]


def test_a_title_is_told_apart_from_the_text(library: Any) -> None:
    """Where the collection counts it as part of the text, as BEIR does; every document has a text of some kind."""
    from playground.datasets.collection import _document

    beir = library.datasets.beir.BeirTitleDoc("a", "dogs bark", "Dogs")
    made = _document("a", beir)
    assert (made.title, made.content) == ("Dogs", "dogs bark")
    code = library.datasets.codesearchnet.CodeSearchNetDoc("a", "repo", "path", "bark", "def bark(): ...", "python")
    assert "def bark(): ..." in _document("a", code).content


@pytest.mark.parametrize(
    ("files", "said", "hint"),
    [
        ({"docs": None}, "can't be downloaded or read. FileNotFoundError", "Is there a network?"),
        ({"qrels": "q1 0 a 5\n"}, 'query "q1": 5 is not a grade', "up to 4"),
        ({"qrels": "q9 0 a 1\n"}, "has no query with candidates", "Choose another"),
        ({"qrels": ""}, "has no qrels or scoreddocs", "A part of it"),
        ({"queries": "q1\ta\tb\n"}, "can't be downloaded or read. RuntimeError", "Is there a network?"),
    ],
)
def test_a_collection_that_cannot_be_used_is_refused(
    register: Register, files: dict[str, Any], said: str, hint: str
) -> None:
    """In words, with the mend; what a download or a file's reader complained of is passed on."""
    with pytest.raises(InputError) as caught:
        from_ir_datasets(register(**files))
    assert said in caught.value.message
    assert hint in caught.value.hint


def test_a_mistake_of_ours_is_not_blamed_on_the_network(library: Any, tmp_path: Path) -> None:
    """What the library hands over whole and we can't take is no failed download; what it fails to hand over is."""

    class Odd(library.formats.TrecQrels):
        def qrels_iter(self) -> Iterator[Any]:
            yield library.formats.TrecQrel("q1", "a", "high", "0")

    class Broken(library.formats.TrecQrels):
        def qrels_iter(self) -> Iterator[Any]:
            yield library.formats.TrecQrel("q1", "a", 1, "0")
            raise TypeError("half a file")

    def collection(kind: Any) -> str:
        parts = library.load(registered(tmp_path))
        id = f"{tmp_path.name}/{kind.__name__}"
        handlers = [parts.docs_handler(), parts.queries_handler(), kind(parts.qrels_handler().qrels_path, {})]
        library.registry.register(id, library.Dataset(*handlers))
        return id

    with pytest.raises(TypeError, match="not supported between"):
        from_ir_datasets(collection(Odd))
    with pytest.raises(InputError, match=r"can't be downloaded or read\. TypeError: half a file"):
        from_ir_datasets(collection(Broken))


def test_an_unknown_id_gets_those_like_it(library: Any) -> None:
    """And the list of all."""
    with pytest.raises(InputError, match='no "antique/tset"') as caught:
        from_ir_datasets("antique/tset")
    assert '"antique/test"' in caught.value.hint


def test_a_whole_of_which_only_parts_have_queries_is_refused(library: Any) -> None:
    """Before anything is downloaded."""
    with pytest.raises(InputError, match="beir has no docs, no queries, no qrels or scoreddocs"):
        from_ir_datasets("beir")


@pytest.mark.parametrize("how", [{"depth": 0}, {"limit": 0}])
def test_a_set_of_nothing_is_refused(how: dict[str, int]) -> None:
    """Before anything is downloaded."""
    with pytest.raises(InputError, match="no query, or no candidate"):
        from_ir_datasets("antique/test", **how)


def test_without_the_library_it_is_said_how_to_get_it() -> None:
    """It is no part of what the app needs."""
    code = (
        "import sys; sys.modules['ir_datasets'] = None\n"
        "from playground.datasets import from_ir_datasets\nfrom playground.errors import InputError\n"
        "try:\n    from_ir_datasets('antique/test')\nexcept InputError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        "ir_datasets is not installed. Install it beside the playground: .venv/bin/pip install ir_datasets"
    )
