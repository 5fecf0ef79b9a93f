"""Promises about quotes that differ a little from the document: found where they stand, never where the sense isn't."""

from __future__ import annotations

import time

import pytest

from playground.forms import quotes
from playground.types import Document, Quote

LEASE = (
    "Preamble. The tenant must give notice of three months, and must not sublet the flat. "
    "It costs 1,200 euros a year, payable in 12 parts. It isn't due before 2026."
)


def checked(quoted: str, content: str = LEASE) -> Quote:
    quote = quotes.check(quoted, Document(id="d", content=content), len(content))
    assert quote is not None
    return quote


# what the model gives as its quote, the words of the document it stands for
NEAR = [
    ("The tenant must give a notice of three months", "The tenant must give notice of three months"),
    ("tenant must gives notice of three months", "tenant must give notice of three months"),
    ("The tenants must give notice of three months and must not sublet the flat.",
     "The tenant must give notice of three months, and must not sublet the flat"),
    ("It cost 1,200 euros a year, payable in 12 parts", "It costs 1,200 euros a year, payable in 12 parts"),
    ("It costs 1,200 euros per year, payable in 12 parts", "It costs 1,200 euros a year, payable in 12 parts"),
]  # fmt: skip


@pytest.mark.parametrize(("quoted", "words"), NEAR)
def test_words_that_differ_a_little_are_found_where_they_stand(quoted: str, words: str) -> None:
    """The place is the document's own words, whole ones, and the quote says that it is not to the letter."""
    quote = checked(quoted)
    assert (quote.found, quote.exact, quote.text) == (True, False, quoted)
    assert LEASE[quote.start : quote.end] == words


@pytest.mark.parametrize(
    "quoted",
    [
        "The tenant must give notice of four months",
        "The tenant must give notice of 3 months",
        "It costs 1,300 euros a year, payable in 12 parts",
        "It costs 1200 euros a year, payable in 12 parts",
        "It costs euros a year, payable in 12 parts",
        "It costs 1,200 euros a year, payable in 13 parts",
        "notice of three months, and must sublet the flat",
        "notice of three months, and must never sublet the flat",
        "payable in 12 parts. It is due before 2026",
    ],
)
def test_a_changed_number_or_negation_is_not_found(quoted: str) -> None:
    """As like as the letters may be: three months are not four, and "must" is not "must not"."""
    assert not checked(quoted).found


@pytest.mark.parametrize(
    ("quoted", "content"),
    [
        ("the tenant may leave before the third month of the lease ends", "The tenant may leave after the third month "
         "of the lease ends."),
        ("this drug is safe for children under the care of a doctor", "This drug is unsafe for children under the care "
         "of a doctor."),
        ("the landlord may repair the heating within a week of the notice", "The landlord must repair the heating "
         "within a week of the notice."),
        ("the claim is admissible in the courts of the Commonwealth", "The claim is inadmissible in the courts of the "
         "Commonwealth."),
    ],
)  # fmt: skip
def test_another_word_or_its_opposite_is_not_found(quoted: str, content: str) -> None:
    """One word can turn a sentence round though all its other letters agree."""
    assert not checked(quoted, content).found


@pytest.mark.parametrize("quoted", ["give notce of", "sublet the flats", "payable in 12 part."])
def test_a_short_quote_must_be_there_to_the_letter(quoted: str) -> None:
    """So few letters are like something anywhere."""
    assert len(quoted) < quotes.SHORTEST
    assert checked(quoted).found is (quoted.rstrip(".") in LEASE)


def test_words_from_two_places_are_no_quote() -> None:
    """What a model joins from far apart stands nowhere."""
    assert not checked("The tenant must give notice of three months. It isn't due before 2026.").found


def test_an_exact_quote_says_so() -> None:
    """Folded case and typographic marks are still to the letter."""
    quote = checked("the TENANT must give notice")
    assert (quote.found, quote.exact) == (True, True)


def test_the_longest_document_is_searched_at_once() -> None:
    """50,000 characters that hold nothing like it: far less than a second, or reading replies would hold up a run."""
    started = time.perf_counter()
    assert not checked(
        "a sentence that stands nowhere in all of this text " * 8, "lorem ipsum dolor sit " * 2_300
    ).found
    assert time.perf_counter() - started < 1
