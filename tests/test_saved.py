"""Saved runs: whole or not there, found by their id and by nothing else."""

from __future__ import annotations

import re
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from playground import runs
from playground.errors import InputError
from playground.facade import compare
from playground.models import Access
from playground.runs import Record
from playground.saved import load, save


@pytest.fixture(scope="module")
def record() -> Record:
    return compare("do whales sleep", ["Whales doze. 🐋", "Boats."], ["bm25"], access=Access()).record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "runs"


def there(root: Path) -> dict[Path, bytes]:
    """Every file under a folder with its content."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes: the system refuses to write on, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_saved_run_comes_back_as_it_was(record: Record, folder: Path) -> None:
    """Under the id that saving gave, in a folder that was not there before, as one file that its owner alone reads."""
    id = save(record, folder)
    assert re.fullmatch(r"[0-9a-f]{16}", id)
    assert load(id, folder) == record
    (file,) = folder.iterdir()
    assert file.name == f"{id}.json" and file.stat().st_mode & 0o077 == 0


def test_a_run_saved_twice_is_two_runs(record: Record, folder: Path) -> None:
    """No id is given out again: what was saved before stays."""
    first, second = save(record, folder), save(record, folder)
    assert first != second
    assert load(first, folder) == load(second, folder) == record


def test_many_may_save_at_once(record: Record, folder: Path) -> None:
    """Runs saved at the same moment into a folder that nobody has made yet are all there, and nothing else is."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: save(record, folder), range(24)))
    assert {file.name for file in folder.iterdir()} == {f"{id}.json" for id in ids} and len(set(ids)) == 24
    assert all(load(id, folder) == record for id in ids)


def test_a_run_that_does_not_fit_leaves_nothing_behind(record: Record, folder: Path) -> None:
    """Where writing fails half-way the error says why and what to do, and there is no half a file."""
    kept = save(record, folder)
    with room_for(1_000), pytest.raises(InputError, match="can't be saved: ") as caught:
        save(record, folder)
    assert "PLAYGROUND_CACHE_DIR" in caught.value.hint
    assert [file.name for file in folder.iterdir()] == [f"{kept}.json"]
    assert load(kept, folder) == record


def test_a_folder_that_cannot_be_made_is_an_error_with_the_mend(record: Record, tmp_path: Path) -> None:
    """A file stands in its way: the error doesn't tell a visitor the server's paths."""
    (tmp_path / "data").write_text("mine")
    for folder in (tmp_path / "data", tmp_path / "data" / "runs"):
        with pytest.raises(InputError, match="can't be saved: ") as caught:
            save(record, folder)
        assert caught.value.hint and str(tmp_path) not in str(caught.value)
    assert (tmp_path / "data").read_text() == "mine"


GOOD = "0123456789abcdef"
HOSTILE = [
    *("", " ", ".", "..", "/", "\\", "\0", "\n", "~", "*", "%", "-", "--help"),
    *("../secret", "..\\secret", "../../secret", "../secret.json", "..%2fsecret", "%2e%2e/secret", "....//secret"),
    *("/etc/passwd", "/dev/zero", "file:///etc/passwd", "C:\\secret", "\\\\host\\share", "~/secret", "$HOME", "`ls`"),
    *(
        f"{GOOD}{end}"
        for end in ("\n", "\r\n", "\0", " ", ".json", "/", "/.", "/..", "/../secret", "0", "\t", "\u2028")
    ),
    *(f"{start}{GOOD}" for start in ("\n", "\0", " ", "./", "../", "/", "0", "0x", "+", "\ufeff", "\u200b", "\u202e")),
    *(GOOD.upper(), GOOD.title(), GOOD[:-1], GOOD[:-1] + "g", GOOD[:-1] + "F", GOOD[:8], GOOD * 2, GOOD[:-1] + "\n"),
    *(
        "０１２３４５６７８９ａｂｃｄｅｆ",
        "٠١٢٣٤٥٦٧٨٩abcdef",
        "०१२३४५६७८९abcdef",
        "0123456789abcde\u0301",
        "аbcdef0123456789",
    ),
    *("0" * size for size in (1, 15, 17, 32, 255, 256, 4_096, 100_000)),
    *("a" * 1_000_000, "../" * 1_000, "\0" * 16, "." * 16, "/" * 16, "\\" * 16, "\ud800" * 16, "🐋" * 16, " " * 16),
    *("con", "nul", "aux.json", "secret", "secret.json", ".unfinished", f"{GOOD}.unfinished", "None", "null", "[]"),
    *(
        "' or 1=1",
        "<script>",
        "{GOOD}",
        "0123456789abcd_f",
        "-123456789abcdef",
        "+123456789abcdef",
        "1e15",
        "0x123456",
        "é",
        "\x7f" * 16,
    ),
]


def test_only_an_id_is_ever_made_a_path(record: Record, folder: Path) -> None:
    """A hundred ids that nobody was given, of files that exist and of none: one and the same clean error, which repeats
    none of them; nothing outside the folder is read or made, and nothing in it."""
    assert len(set(HOSTILE)) >= 100
    folder.mkdir(parents=True)
    for secret in (folder.parent / "secret.json", folder / "secret.json", folder / f"{GOOD}0.json"):
        secret.write_text(runs.dump(record))  # each would be read by a path that is made of its name
    before = there(folder.parents[1])
    said = set()
    for id in HOSTILE:
        with pytest.raises(InputError) as caught:
            load(id, folder)
            pytest.fail(f"read: {id[:50]!r}")
        said.add((caught.value.message, caught.value.hint))
    with pytest.raises(InputError) as caught:
        load(GOOD, folder)  # well made, and nobody's
    assert said == {(caught.value.message, caught.value.hint)}
    assert caught.value.message.startswith("There is no saved run") and caught.value.hint
    assert there(folder.parents[1]) == before


def test_without_a_folder_there_is_no_saved_run(tmp_path: Path) -> None:
    """Before the first run is saved, and loading makes no folder."""
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(InputError, match="There is no saved run"):
            load(GOOD, folder)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_that_was_damaged_is_said_to_be(record: Record, folder: Path) -> None:
    """Cut short, not text, or a folder in its place: the error names the run, and no path."""
    id = save(record, folder)
    file = folder / f"{id}.json"
    for damaged in (file.read_bytes()[:500], b"", b"\xff\xfe", b"{}"):
        file.write_bytes(damaged)
        with pytest.raises(InputError, match=f"The saved run {id}") as caught:
            load(id, folder)
        assert caught.value.hint and str(folder) not in str(caught.value)
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match=f"The saved run {id} can't be read"):
        load(id, folder)
