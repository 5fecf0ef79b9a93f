"""Saved runs: they come back as they were, are found by what people wrote, and belong to who saved them."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from playground.errors import InputError
from playground.facade import compare
from playground.runs import Record
from playground.store import Label, RunRow, Store
from tests.provider import Answer, Provider
from tests.store.conftest import Opened, connected
from tests.store.hostile import GOOD, HOSTILE

KEY = "sk-sentinel-5f3a9c1e7b"


def asking(record: Record, query: str) -> Record:
    return replace(record, task=replace(record.task, query=query))


def notes(rows: list[RunRow]) -> list[str]:
    return [row.note for row in rows]


def test_a_saved_run_comes_back_as_it_was(record: Record, store: Store, opened: Opened) -> None:
    """Under the id that saving gave, also from the database opened anew; saved twice it is two runs."""
    id, again = store.save_run(record), store.save_run(record)
    assert re.fullmatch(r"[0-9a-f]{16}", id) and again != id
    store.close()
    assert opened().run(id) == opened().run(again) == record


def test_a_list_shows_what_a_run_was_the_last_saved_first(record: Record, store: Store) -> None:
    """Query, domain, number of documents, lanes with how they ended, note; a page of so many at a time."""
    ids = [store.save_run(asking(record, f"whales {number}"), note=f"note {number}") for number in range(5)]
    assert [row.id for row in store.runs()] == ids[::-1]
    assert store.runs(limit=1) == [
        RunRow(
            id=ids[4],
            made=record.made,
            query="whales 4",
            domain="general",
            documents=2,
            lanes=("bm25",),
            states=("complete",),
            note="note 4",
        )
    ]
    assert [row.id for row in store.runs(limit=2, offset=3)] == ids[1::-1]
    assert store.runs(offset=5) == []


def test_a_search_looks_through_query_note_and_lanes(record: Record, store: Store) -> None:
    """Every word must be found, in whichever of them, in any order; in capitals or not, in any alphabet; every
    character stands for itself; a new note is found, the old no more."""
    store.save_run(asking(record, "Straße in ΑΘΗΝΑ"), note="100% sure")
    id = store.save_run(asking(record, "boats"), note="under_score [a] \\ /")
    found = {
        "STRASSE": ["100% sure"],
        "αθηνα": ["100% sure"],
        "0%": ["100% sure"],
        "%": ["100% sure"],
        "_": ["under_score [a] \\ /"],
        "r_s": ["under_score [a] \\ /"],
        "[A] \\ /": ["under_score [a] \\ /"],
        "bm25 sure athens": [],
        " ΑΘΗΝΑ\tbm25\n100% ": ["100% sure"],
        "/ boats": ["under_score [a] \\ /"],
        "boats sure": [],
        "100_": [],
        "0%s": [],
        "BM25": ["under_score [a] \\ /", "100% sure"],
        "": ["under_score [a] \\ /", "100% sure"],
        "nowhere": [],
    }
    assert {words: notes(store.runs(words)) for words in found} == found
    store.set_note(id, "Whales!")
    assert notes(store.runs("whales")) == ["Whales!"] and store.runs("under") == []
    assert notes(store.runs("BOATS")) == ["Whales!"]


def test_a_whole_query_can_be_searched_for(record: Record, store: Store) -> None:
    """Hundreds of words; where a database could not take as many, that is said."""
    query = " ".join(f"word{number}" for number in range(400))
    id = store.save_run(asking(record, query))
    assert [row.id for row in store.runs(f"{query} {query[:900]}")] == [id]
    assert store.runs(f"{query} missing") == []
    with pytest.raises(InputError, match="The search has 501 words; at most 500"):
        store.runs(" ".join(map(str, range(501))))
    assert store.runs(" ".join(map(str, range(500)))) == []


def test_the_same_record_is_known_again_and_no_other(record: Record, opened: Opened) -> None:
    """To the letter and of the same user; of several the last saved, whatever their notes."""
    ada, bob = opened("ada"), opened("bob")
    assert ada.find_run(record) is None
    first = ada.save_run(record)
    assert ada.find_run(record) == first
    last = ada.save_run(record, note="again")
    assert ada.find_run(record) == last and bob.find_run(record) is None
    ended = replace(record, events=record.events[:-1])
    assert (ended.made, ended.task) == (record.made, record.task)
    assert ada.find_run(ended) is ada.find_run(asking(record, "other")) is None


def test_a_run_has_a_place_in_its_users_list(record: Record, opened: Opened) -> None:
    """Counted from 0; another's runs don't count and have none."""
    ada, bob = opened("ada"), opened("bob")
    first, his, last = ada.save_run(record), bob.save_run(record), ada.save_run(record)
    assert [ada.place(last), ada.place(first), bob.place(his)] == [0, 1, 0]
    with pytest.raises(InputError, match="There is no saved run of this id"):
        ada.place(his)


def test_a_deleted_run_is_gone_and_no_other(record: Record, store: Store) -> None:
    gone, kept = store.save_run(record), store.save_run(record)
    store.delete_run(gone)
    assert [row.id for row in store.runs()] == [kept]
    for use in (store.run, store.delete_run, lambda given: store.set_note(given, "x")):
        with pytest.raises(InputError, match="There is no saved run of this id"):
            use(gone)
    assert store.run(kept) == record


def test_with_a_run_go_the_grades_that_were_given_together_to_it(record: Record, opened: Opened) -> None:
    """Of this run alone, and only where it is deleted; everybody's own stay."""
    ada, bob = opened("ada"), opened("bob")
    gone, kept = ada.save_run(record), ada.save_run(record)
    label = Label(query="q", document="d1", content="hash", grade=2, grader="bob")
    for book in (bob.book(gone), bob.book(kept), bob, ada):
        book.put_label(label)
    with pytest.raises(InputError, match="no saved run"):
        bob.delete_run(gone)
    assert ada.book(gone).labels() == [label]
    ada.delete_run(gone)
    assert ada.book(gone).labels() == []
    assert ada.book(kept).labels() == bob.labels() == ada.labels() == [label]


def test_everybody_lists_their_own_and_opens_what_they_have_a_link_to(record: Record, opened: Opened) -> None:
    """Another's run can be opened by its id, and neither listed, found, noted nor deleted: nor by way of the same
    connections."""
    ada = opened("ada")
    bob = ada.as_user("bob")
    hers, his = ada.save_run(record, note="hers"), bob.save_run(record, note="his")
    assert [row.id for row in ada.runs()] == [hers]
    assert [row.id for row in bob.runs()] == [his]
    assert bob.runs("hers") == opened().runs() == []
    assert bob.run(hers) == record
    assert (ada.note(hers), bob.note(hers)) == ("hers", "")
    for use in (bob.delete_run, lambda given: bob.set_note(given, "mine")):
        with pytest.raises(InputError, match="no saved run"):
            use(hers)
    assert notes(ada.runs()) == ["hers"]


def test_only_an_id_finds_a_run(record: Record, store: Store) -> None:
    """A hundred ids that nobody was given: one and the same error, which repeats none of them; nothing is changed."""
    assert len(set(HOSTILE)) >= 100
    id = store.save_run(record)
    said = set()
    for hostile in [*HOSTILE, GOOD]:
        for use in (store.run, store.delete_run, lambda given: store.set_note(given, "x")):
            with pytest.raises(InputError) as caught:
                use(hostile)
            said.add((caught.value.message, caught.value.hint))
    assert len(said) == 1 and all(said.pop())
    assert [row.id for row in store.runs()] == [id] and store.run(id) == record


def test_hostile_words_are_words(record: Record, store: Store, tmp_path: Path) -> None:
    """A hundred texts as notes and as searches: each is kept but for what no database holds, found again, and finds
    nothing that doesn't hold it; no file appears."""
    before = {path.name for path in tmp_path.iterdir()}
    id, other = store.save_run(asking(record, "plain")), store.save_run(asking(record, "other"))
    for hostile in HOSTILE:
        store.set_note(id, hostile)
        kept = store.runs("plain")[0].note
        assert kept == hostile.replace("\0", "").replace("\ud800", "\ufffd")
        if len(hostile) > 4_000:
            with pytest.raises(InputError, match="The search has"):
                store.runs(hostile)
            continue
        words = hostile.replace("\0", "").replace("\ud800", "\ufffd").casefold().split()
        wanted = [other] if all(word in "other\n\nbm25" for word in words) else []
        assert [row.id for row in store.runs(hostile)] == [*wanted, id], hostile
    assert store.run(id) == asking(record, "plain")
    assert {path.name for path in tmp_path.iterdir()} == before


def test_no_key_gets_into_the_database(store: Store, url: URL, tmp_path: Path) -> None:
    """Not into a file, not into the log that SQLite writes ahead, not into a row."""
    with Provider() as provider:
        provider.script(Answer('{"quote": "", "reason": "It says so.", "grade": 7}'))
        made = compare("q", ["sentinel text"], ["pointwise model=openai:gpt-6-luna"], access=provider.access(KEY))
    assert made.board.lanes[0].state in ("complete", "repaired")
    store.save_run(made.record, note="kept")
    if url.drivername == "sqlite":
        text = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        with sqlite3.connect(tmp_path / "playground.sqlite") as connection:
            assert connection.execute("SELECT count(*) FROM runs").fetchone() == (1,)
    else:
        with connected(url) as rows:
            text = str(rows.execute("SELECT * FROM runs").fetchall()).encode()
    assert b"sentinel text" in text and b"It says so." in text
    assert KEY.encode() not in text and KEY[:14].encode() not in text
