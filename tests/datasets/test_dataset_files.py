"""Promises about files of queries and documents."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.datasets import Example, load_examples, paste, read_examples, samples
from playground.errors import InputError
from playground.limits import LIMITS
from playground.types import Document

DOC = {"id": "a", "content": "x"}


def written(example: Example) -> str:
    """An example as one line of a query-set file."""
    shown = {
        "query_id": example.query_id, "query": example.query, "qrels": example.qrels, "domain": example.domain,
        "name": example.name, "note": example.note,
        "documents": [
            {
                "id": d.id, "title": d.title, "content": d.content, "metadata": d.metadata,
                "first_stage_score": d.first_stage_score,
            }
            for d in example.documents
        ],
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False)


def line(**fields: Any) -> bytes:
    """One query as a line, some of its fields replaced."""
    return json.dumps({"query_id": "q", "query": "why", "documents": [DOC], **fields}).encode()


# Round trips

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
words = texts.map(str.strip).filter(bool)


@st.composite
def examples(draw: st.DrawFn, query_id: str) -> Example:
    ids = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    made = tuple(
        Document(
            id=name, content=draw(words), title=draw(texts), metadata=draw(st.dictionaries(texts, texts, max_size=3)),
            first_stage_score=draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
        )
        for name in ids
    )  # fmt: skip
    return Example(
        query_id=query_id, query=draw(words), documents=made, name=draw(texts), note=draw(texts),
        qrels=draw(st.dictionaries(st.sampled_from(ids), st.integers(0, 4))), domain=draw(st.none() | words),
    )  # fmt: skip


@settings(deadline=None)
@given(st.integers(1, 3).flatmap(lambda n: st.tuples(*(examples(f"id{i}") for i in range(n)))))
def test_what_is_written_as_json_lines_reads_back_equal(given_examples: tuple[Example, ...]) -> None:
    """Nothing is lost or invented between a file and the examples, whatever characters the texts hold."""
    data = "\n".join(map(written, given_examples)).encode()
    assert read_examples(data, "set.jsonl") == list(given_examples)
    assert read_examples(f"[{','.join(map(written, given_examples))}]".encode(), "set.json") == list(given_examples)


# JSON


def test_json_lines_take_a_bom_blank_lines_and_windows_ends() -> None:
    """A file from any system reads the same; queries without an id are called by position."""
    data = b"\xef\xbb\xbf" + line(query_id=None) + b"\r\n\r\n" + line(query_id=7) + b"\n\n"
    assert [example.query_id for example in read_examples(data, "s.jsonl")] == ["q1", "7"]


def test_a_line_separator_inside_a_text_is_text() -> None:
    """U+2028 and U+0085 end no line."""
    data = '{"query": "a\u2028b\x85c", "documents": ["x"]}'.encode()
    assert read_examples(data, "s.jsonl")[0].query == "a\u2028b\x85c"


@pytest.mark.parametrize("value", [["x", "y"], [{"content": "x"}, {"text": "y", "id": "d2"}], ["x", {"content": "y"}]])
def test_a_json_list_of_documents_is_an_example_without_a_query(value: Any) -> None:
    """Documents alone are enough; the page asks for the query."""
    (example,) = read_examples(json.dumps(value).encode(), "docs.json")
    assert (example.query, [d.id for d in example.documents], example.qrels) == ("", ["d1", "d2"], {})


def test_a_query_set_line_keeps_all_it_says() -> None:
    """Domain, name, note and grades arrive, graded ids stripped like the documents'; unknown keys are ignored."""
    data = line(domain=" legal ", name="N", note="T", qrels={" a": 3.0}, meta={"x": [1]})
    (example,) = read_examples(data, "s.json")
    assert (example.domain, example.name, example.note, example.qrels) == ("legal", "N", "T", {"a": 3})
    assert isinstance(example.qrels["a"], int)


def test_warnings_reach_the_example() -> None:
    """What was changed on reading is said, for the query as for the documents."""
    (example,) = read_examples(line(query="w\0hy", documents=[""]), "s.jsonl")
    assert example.query == "why"
    assert example.warnings == (
        "Query: 1 NUL character removed.",
        "Document d1 is empty; no strategy can judge it.",
    )


def test_nesting_as_deep_as_the_limit_reads() -> None:
    """32 levels are accepted and brackets inside strings don't count."""
    deep = "[" * 31 + "]" * 31
    data = f'{{"query": "{"[" * 99}", "documents": ["x"], "meta": {deep}}}'.encode()
    assert read_examples(data, "s.json")[0].query == "[" * 99


# CSV


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_reads_whatever_a_spreadsheet_makes_of_it(separator: str, bom: bytes, end: str) -> None:
    """Separator, BOM and line ends make no difference; quoted cells may hold any of them."""
    rows = [
        ["ID", " Content ", "Title", "grade", "Year", "first_stage_score"],
        ["a", f'"one{separator} ""two""{end}three"', "T", "3", "1999", "0.5"],
        ["", "second", "", "", "", ""],
    ]
    data = bom + (end.join(separator.join(row) for row in rows) + end + separator * 5 + end).encode()
    (example,) = read_examples(data, "docs.csv")
    assert example.documents == (
        Document(
            id="a", content=f'one{separator} "two"{end}three', title="T", metadata={"Year": "1999"},
            first_stage_score=0.5,
        ),
        Document(id="d2", content="second"),
    )  # fmt: skip
    assert (example.query, example.qrels, example.warnings) == ("", {"a": 3}, ())


def test_rows_are_grouped_by_query_id() -> None:
    """Rows of a query belong together wherever they stand, and need to say the query once."""
    data = b"query_id,query,text,label\nb,second,x,1\na,first,y,2.0\nb,,z,0\n"
    second, first = read_examples(data, "docs.csv")
    assert (second.query_id, second.query, second.qrels) == ("b", "second", {"d1": 1, "d2": 0})
    assert (first.query_id, first.query, first.qrels) == ("a", "first", {"d1": 2})


def test_rows_are_grouped_by_query_where_there_is_no_id() -> None:
    """The query itself is enough to group by; ids are given by position."""
    found = read_examples(b"query,text\nwhy,x\nhow,y\nwhy,z\n", "docs.csv")
    assert [(e.query_id, e.query, len(e.documents)) for e in found] == [("q1", "why", 2), ("q2", "how", 1)]


def test_a_huge_cell_is_cut_like_any_long_text_and_the_csv_limit_is_put_back() -> None:
    """A cell over csv's own limit reads; the limit other code sees is as before, also after an error."""
    csv.field_size_limit(131_072)
    (example,) = read_examples(b"text\n" + b"x" * 300_000 + b"\n", "docs.csv")
    assert "first 50,000 of 300,000" in example.warnings[0]
    with pytest.raises(InputError):
        read_examples(b'text\n"open\n', "docs.csv")
    assert csv.field_size_limit() == 131_072


# Text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one\ntwo", ["one", "two"]),
        ("one\r\ntwo\rthree", ["one", "two", "three"]),
        ("one\nmore\n\ntwo", ["one\nmore", "two"]),
        ("one\n \t\n\n\ntwo\nmore\n", ["one", "two\nmore"]),
        ("\n\none\ntwo\n\n", ["one", "two"]),
        ("one", ["one"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_pasted_text_is_parted_by_blank_lines_or_else_by_lines(text: str, pieces: list[str]) -> None:
    """A blank line between two documents decides; blank lines around the whole text do not. A file agrees."""
    assert paste(text) == pieces
    if pieces:
        (example,) = read_examples(text.encode(), "docs.txt")
        assert [document.content for document in example.documents] == pieces


# Samples and paths


def test_every_sample_loads_without_a_warning() -> None:
    """What ships is in order: graded, with a name and a note, every query in its place."""
    found = samples()
    assert found
    for path in found.values():
        (example,) = load_examples(path)
        assert example.warnings == ()
        assert example.query and example.name and example.note and example.domain
        assert set(example.qrels) <= {document.id for document in example.documents}


def test_samples_are_offered_general_first() -> None:
    """The known ones come in their order, the others after them by name."""
    order = ["general", "legal", "medical", "ecommerce", "finance", "support", "multihop"]
    names = list(samples())
    known = [name for name in order if name in names]
    assert names == known + sorted(set(names) - set(order))


def test_a_path_reads_as_its_bytes_do(tmp_path: Path) -> None:
    """Loading a path is reading its bytes under its name; the ending's case does not matter."""
    path = tmp_path / "Set.JSONL"
    path.write_bytes(line())
    assert load_examples(path) == read_examples(line(), "set.jsonl")


@pytest.mark.parametrize("name", ["missing.json", "", "nul\0.json"])
def test_a_path_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """A missing file, a folder or an impossible name is an input error."""
    with pytest.raises(InputError, match="can't be read"):
        load_examples(tmp_path / name)


# What is refused

JSONL = "queries.jsonl"
GOOD = line()


def third(bad: bytes) -> bytes:
    """A file whose third line is bad."""
    return line(query_id="q1") + b"\n" + line(query_id="q2") + b"\n" + bad + b"\n"


BAD_LINES: list[tuple[str, bytes, tuple[str, ...]]] = [
    ("not json", b"{oops}", ("not JSON",)),
    ("cut json", GOOD[:-5], ("not JSON",)),
    ("two on a line", GOOD + GOOD, ("not JSON", "Extra data")),
    ("over two lines", GOOD.replace(b", ", b",\n", 1), ("not JSON",)),
    ("nan", line(meta=float("nan")), ("NaN", "finite")),
    ("infinity", line(meta=float("-inf")), ("-Infinity", "finite")),
    ("key twice", b'{"query": "w", "query": "v", "documents": ["x"]}', ('"query"', "twice")),
    ("33 deep on a line", b'{"a":' * 33 + b"1" + b"}" * 33, ("32 deep",)),
    ("list line", b'["x"]', ("a list",)),
    ("document line", json.dumps(DOC).encode(), ('"query"', "missing", '"id", "content"')),
    ("no documents field", b'{"query": "w"}', ('field "documents"', "missing")),
    ("empty query", line(query=" "), ('field "query"', "no query")),
    ("null query", line(query=None), ('field "query"', "null")),
    ("long query", line(query="x" * 5_000), ('field "query"', "5,000")),
    ("documents as object", line(documents={"a": "x"}), ('field "documents"', "an object")),
    ("documents as text", line(documents="x"), ('field "documents"', "text")),
    ("no document", line(documents=[]), ('field "documents"', "no documents")),
    ("too many", line(documents=["x"] * 1_001), ('field "documents"', "1,001")),
    ("null content", line(documents=[DOC, {"content": None}]), ('field "documents"', "Document 2", '"content"')),
    ("same ids", line(documents=[DOC, DOC]), ('field "documents"', '"a"')),
    ("same query ids", line(query_id="q1"), ('field "query_id"', '"q1"', "queries.jsonl, line 1")),
    ("list query id", line(query_id=["q"]), ('field "query_id"', "a list")),
    ("true query id", line(query_id=True), ('field "query_id"', "true or false")),
    ("number domain", line(domain=5), ('field "domain"', "a number")),
    ("list name", line(name=[]), ('field "name"', "a list")),
    ("object note", line(note={}), ('field "note"', "an object")),
    ("qrels list", line(qrels=["a"]), ('field "qrels"', "a list")),
    ("qrels of strangers", line(qrels={"b": 1, "a": 1, "c": 1}), ('field "qrels"', '"b", "c"')),
    ("grade 5", line(qrels={"a": 5}), ('field "qrels"', '"a"', "5 is not", "0 to 4")),
    ("grade -1", line(qrels={"a": -1}), ('field "qrels"', "-1 is not")),
    ("grade 1.5", line(qrels={"a": 1.5}), ('field "qrels"', "1.5 is not")),
    ("grade true", line(qrels={"a": True}), ('field "qrels"', "true or false")),
    ("grade text", line(qrels={"a": "2"}), ('field "qrels"', "text")),
    ("grade null", line(qrels={"a": None}), ('field "qrels"', "null")),
    ("graded twice", line(qrels={"a": 1, " a": 2}), ('field "qrels"', '"a"', "twice")),
]  # fmt: skip

BAD: list[tuple[str, str, bytes, tuple[str, ...]]] = [
    *((name, JSONL, third(bad), ("queries.jsonl, line 3", *words)) for name, bad, words in BAD_LINES),
    ("zip", "a.csv", b"PK\x03\x04rest", ("a.csv", "zip", ".jsonl")),
    ("empty zip", "a.zip", b"PK\x05\x06" + bytes(18), ("a.zip", "zip")),
    ("gzip", "a.jsonl", b"\x1f\x8b\x08rest", ("a.jsonl", "gzip")),
    ("pdf", "a.txt", b"%PDF-1.7 rest", ("a.txt", "PDF")),
    ("7z", "a.txt", b"7z\xbc\xaf\x27\x1crest", ("a.txt", "7-Zip")),
    ("xz", "a.txt", b"\xfd7zXZ\x00rest", ("a.txt", "xz")),
    ("zstd", "a.txt", b"\x28\xb5\x2f\xfdrest", ("a.txt", "Zstandard")),
    ("xls", "a.csv", b"\xd0\xcf\x11\xe0rest", ("a.csv", "Office")),
    ("utf-16", "a.csv", "content\nx".encode("utf-16"), ("a.csv", "UTF-16")),
    ("nul", "a.txt", b"one\0two", ("a.txt", "byte 4", "NUL")),
    ("latin-1", "a.csv", "content\ncaf\xe9\n".encode("latin-1"), ("a.csv, line 2", "byte 12", "0xE9", "UTF-8")),
    ("utf-8 surrogate", "a.txt", b"x\xed\xa0\x80", ("a.txt, line 1", "byte 2")),
    ("cut utf-8", "a.txt", "é".encode()[:1], ("a.txt", "byte 1 ")),
    ("no ending", "README", b"x", ("README", ".jsonl, .json, .csv, .txt")),
    ("unknown ending", "a.xml", b"<x/>", ("a.xml", ".jsonl, .json, .csv, .txt")),
    ("folder in the name", "../x\\y/e.xml", b"<x/>", ("e.xml has",)),
    ("control in the name", "a\n\x1b.xml", b"<x/>", ("a\ufffd\ufffd.xml",)),
    ("empty", "a.txt", b"", ("a.txt", "empty")),
    ("only space", "a.csv", b" \n\t\n", ("a.csv", "empty")),
    ("only a BOM", "a.json", b"\xef\xbb\xbf", ("a.json", "empty")),
    ("too large", "a.json", b" " * (LIMITS.file_bytes + 1), ("a.json", "10 MiB")),
    # JSON grammar
    ("json lines as json", "s.json", line() + b"\n" + line(), ("s.json, line 2", "not JSON", ".jsonl")),
    ("closing first", "s.json", b"]{}", ("s.json, line 1", "not JSON")),
    ("only a quote", "s.json", b'"', ("s.json, line 1", "not JSON")),
    ("bad escape in a key", "s.json", b'{"\\q": 1}', ("s.json, line 1", "not JSON")),
    ("bad number", "s.json", b"[1.2.3]", ("s.json, line 1", "not JSON")),
    ("1e999", "s.json", b'{"query": "w",\n "x": 1e999}', ("s.json, line 2", "1e999", "finite")),
    ("endless int", "s.json", b"[" + b"9" * 5_000 + b"]", ("s.json, line 1", "999", "finite")),
    ("escaped key twice", "s.json", b'{"a": 1,\n\n"\\u0061": 2}', ("s.json, line 3", '"a"', "twice")),
    ("inner key twice", "s.json", b'[{"a": {"b": 1}, "c": [{"d": 1, "d": 2}]}]', ("s.json, line 1", '"d"')),
    ("33 deep", "s.json", b"[\n" * 33 + b"]" * 33, ("s.json, line 33", "32 deep")),
    ("very deep", "s.json", b"[" * 400_000, ("s.json", "32 deep")),
    ("many values", "s.json", b"[" + b"{}," * 600_000 + b"{}]", ("s.json", "500,000")),
    ("many strings", JSONL, b'["' + b'","' * 600_000 + b'"]', ("queries.jsonl", "500,000")),
    # JSON shapes
    ("a number", "s.json", b"5", ("s.json", "an object", "a number")),
    ("null", "s.json", b"null", ("s.json", "null")),
    ("empty list", "s.json", b"[]", ("s.json", "no documents")),
    ("numbers", "s.json", b'["x", 5]', ("s.json", "Document 2", "a number")),
    ("mixed list", "s.json", b"[" + GOOD + b', "x"]', ("s.json, item 2", "text")),
    # CSV
    ("no content column", "d.csv", b"id,body\n1,x\n", ("d.csv, line 1", '"content"', '"id", "body"')),
    ("no header", "d.csv", b"some text\nmore text\n", ("d.csv, line 1", '"some text"')),
    ("header only", "d.csv", b"id,content\n", ("d.csv, line 2", "no row")),
    ("column twice", "d.csv", b"content,ID,id\nx,1,2\n", ("d.csv, line 1", '"id"')),
    ("many cells", "d.csv", b"id,content\na,x\n\nb,hello, world\n", ("d.csv, line 4", "3 cells", "2 columns")),
    ("few cells", "d.csv", b"id,content\na,x\nb\n", ("d.csv, line 3", "1 cells", "2 columns")),
    ("after a long cell", "d.csv", b'id,content\na,"x\ny\nz"\nb\n', ("d.csv, line 5", "1 cells")),
    ("open quote", "d.csv", b'id,content\na,x\nb,"open\nc,y\n', ("d.csv, line 3", "quotes")),
    ("text after a quote", "d.csv", b'id,content\na,"x"y\n', ("d.csv, line 2", "quotes")),
    ("many commas", "d.csv", b"content\n" + b"," * 600_000, ("d.csv, line 2", "500,000")),
    ("wide header", "d.csv", b"," * 600_000, ("d.csv, line 1", "500,000")),
    ("wide", "d.csv", ",".join(map(str, range(99_999))).encode(), ("d.csv, line 1", "99,979 more")),
    ("word as grade", "d.csv", b"content,grade\nx,1\ny,high\n", ("d.csv, line 3", 'field "grade"', '"high"', "0 to 4")),
    ("grade 9", "d.csv", b"content,label\nx,9\n", ("d.csv, line 2", 'field "label"', "9 is not")),
    ("nan grade", "d.csv", b"content,relevance\nx,nan\n", ("d.csv, line 2", 'field "relevance"', "nan")),
    ("word as score", "d.csv", b"content,first_stage_score\nx,top\n", ("line 2", 'field "first_stage_score"', '"top"')),
    ("score without end", "d.csv", b"content,first_stage_score\nx,inf\n", ("d.csv, line 2", '"inf"')),
    ("same id", "d.csv", b"id,content\na,x\nb,y\na,z\n", ("d.csv, line 4", 'field "id"', '"a"', "line 2")),
    ("id of a position", "d.csv", b"id,content\nd2,x\n,y\n", ("d.csv, line 3", 'field "id"', '"d2"', "position")),
    ("two queries, one id", "d.csv", b"query_id,query,text\n1,a,x\n1,b,y\n", ("d.csv, line 3", 'field "query"', '"1"')),
    ("query missing", "d.csv", b"query,text\nwhy,x\n,y\n", ("d.csv, line 3", 'field "query"', "missing")),
    ("long csv query", "d.csv", b"query,text\n" + b"x" * 5_000 + b",y\n", ("d.csv, line 2", "5,000")),
    ("too many rows", "d.csv", b"text\n" + b"x\n" * 1_001, ("d.csv, line 2", "1,001")),
    # Text
    ("too many lines", "d.txt", b"x\n" * 1_001, ("d.txt", "1,001")),
    ("endless lines", "d.txt", b"x\n" * 600_000, ("d.txt", "500,000")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_file_is_refused_by_name_line_and_field(name: str, data: bytes, words: tuple[str, ...]) -> None:
    """A file that can't be used gives one clean error that says where, what and what to do."""
    with pytest.raises(InputError) as caught:
        read_examples(data, name)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert caught.value.hint
    assert len(str(caught.value)) < 800


FULL = LIMITS.file_bytes
BOMBS = {
    "objects.json": b"[" + b"{}," * (FULL // 3 - 1) + b"{}]",
    "strings.jsonl": b'{"query":"\xe6\x97\xa5","documents":[' + b'"ab",' * 499_000 + b'"x"]}',
    "escapes.json": b'"' + b'\\"' * (FULL // 2 - 1),
    "newlines.jsonl": b"\n" * (FULL - 1) + b"x",
    "commas.csv": b"," * FULL,
    "rows.csv": b"query_id,content\n" + b"".join(b"%d,\xe6\x97\xa5x\n" % (n % 240) for n in range(240_000)),
    "documents.jsonl": (b'{"query":"w","documents":[' + b'"ab",' * 999 + b'"x"]}\n') * 490,
    "cell.csv": b'content\n"' + b"x" * (FULL - 20) + b'"',
    "lines.txt": b"ab\n" * (FULL // 3),
    "spaces.txt": b"x\n" + b" " * (FULL - 3) + b"x",
}  # fmt: skip


_PEAK = """
import sys
from pathlib import Path
from playground.datasets import load_examples
from playground.errors import InputError
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = peak()
try:
    load_examples(Path(sys.argv[1]))
except InputError as error:
    assert Path(sys.argv[1]).name in str(error)
print(peak() - before)
"""


def added_kib(path: Path) -> int:
    """What loading the file, or refusing it by name, adds to the peak memory of a fresh process."""
    command = [sys.executable, "-c", _PEAK, str(path)]
    root = Path(__file__).parents[2]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout)


linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's peak of resident memory")


@linux
@pytest.mark.parametrize("name", BOMBS)
def test_no_file_within_the_size_limit_costs_over_200_mib(name: str, tmp_path: Path) -> None:
    """Whatever a file of 10 MiB holds, reading or refusing it adds at most 200 MiB to the process."""
    path = tmp_path / name
    path.write_bytes(BOMBS[name])
    assert added_kib(path) < 200 * 1024


@linux
def test_a_file_on_disk_is_never_read_beyond_the_limit(tmp_path: Path) -> None:
    """A sparse gigabyte costs no more than the limit does."""
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    assert added_kib(path) < 50 * 1024
    with pytest.raises(InputError, match=r"big\.txt is larger than 10 MiB"):
        load_examples(path)
