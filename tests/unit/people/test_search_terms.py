"""Reading what somebody typed to find a person: every kind, in any order, and anything at all without an exception."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from safeguard.kernel.references import read_reference
from safeguard.people.identifiers import make_nhs_number
from safeguard.people.matching.keys import blocking_keys
from safeguard.people.search_statements import statements_of
from safeguard.people.search_terms import KINDS, LONGEST, MOST_NAMES, Asked, read_terms

TODAY = date(2026, 11, 16)


def _read(text: str) -> Asked:
    return read_terms(text, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("27/03/2015", "birth", "2015-03-27"),
        ("27.3.15", "birth", "2015-03-27"),
        ("27 3 2015", "birth", "2015-03-27"),
        ("2015-03-27", "birth", "2015-03-27"),
        ("27 March 2015", "birth", "2015-03-27"),
        ("27th mar 2015", "birth", "2015-03-27"),
        ("March 27 2015", "birth", "2015-03-27"),
        ("3/27/2015", "birth", "2015-03-27"),
        ("14-5-90", "birth", "1990-05-14"),
        ("29/2/2016", "birth", "2016-02-29"),
        ("2015", "year", "2015"),
        ("999 000 0018", "nhs_number", "9990000018"),
        ("999-000-0018", "nhs_number", "9990000018"),
        ("9990000018", "nhs_number", "9990000018"),
        ("01632 960200", "phone", "01632960200"),
        ("+44 1632 960 200", "phone", "01632960200"),
        ("(01632) 960-200", "phone", "01632960200"),
        ("07700 900 123", "phone", "07700900123"),
        ("am4 3qq", "postcode", "AM4 3QQ"),
        ("AM43QQ", "postcode", "AM4 3QQ"),
        ("H801200001001", "pupil_number", "H801200001001"),
        ("Fernsby", "name", "Fernsby"),
        ("O’Brien-Smith", "name", "O’Brien-Smith"),
        ("李", "name", "李"),
        ("مريم", "name", "مريم"),
    ],
)
def test_one_thing_alone_is_read(typed: str, kind: str, value: str) -> None:
    asked = _read(typed)
    assert [(term.kind, term.value) for term in asked.terms] == [(kind, value)]
    assert asked.problems == ()


@pytest.mark.parametrize(
    "words",
    list(itertools.permutations(["Maya", "27 March 2015", "AM4 3QQ", "01632 960200", "999 000 0018"]))[::7],
)
def test_any_order_reads_the_same(words: tuple[str, ...]) -> None:
    assert {(term.kind, term.value) for term in _read(" ".join(words)).terms} == {
        ("name", "Maya"), ("birth", "2015-03-27"), ("postcode", "AM4 3QQ"), ("phone", "01632960200"), ("nhs_number", "9990000018"),
    }  # fmt: skip


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=7, max_size=7))
@example("ABCDEFG")
@example("2015000")
@example("9990000")
def test_every_reference_is_read_however_typed(body: str) -> None:
    reference = next(found for last in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if (found := read_reference(f"SR-{body}{last}")))
    for typed in (reference, reference.lower(), reference.replace("-", " ")):
        assert _read(f"Fernsby {typed}").first("reference") == reference


@pytest.mark.parametrize("name", ["Margaret", "Danielle", "Charlott", "Mary Anne", "Soiian", "Loo Ian", "Sam Page", "Rees Dean"])
def test_names_are_never_taken_for_references_or_postcodes(name: str) -> None:
    assert {term.kind for term in _read(name).terms} == {"name"}


@given(st.integers(0, 800_000))
def test_every_nhs_number_is_read(stem: int) -> None:
    assert _read(make_nhs_number(stem)).first("nhs_number") == make_nhs_number(stem)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("31/2/2015", "not a possible date of birth"),
        ("1/1/1850", "not a possible date of birth"),
        ("27/3/2199", "not a possible date of birth"),
        ("999 000 0019", "one of its digits is wrong"),
        ("SR-0000-0001", "one of its characters is wrong"),
        ("ZZ99 3VZ", "stands for no place"),
        ("🙂", "was not understood"),
        ("14", "was not understood"),
        ("%", "was not understood"),
        ("a b c d e f g h", f"Only the first {MOST_NAMES} names"),
    ],
)
def test_what_cannot_be_is_said(typed: str, words: str) -> None:
    assert any(words in problem for problem in _read(typed).problems)


@given(st.text(max_size=300))
@example("\u202e\u200bMaya\u200f Fernsby")
@example("x" * 10_000)
@example("%_%' OR 1=1 --")
@example("٢٧/٣/٢٠١٥")
@example("² ³ ½ 𝟗𝟗𝟗 000 0018")
@example("9" * 5_000)
@example("SR-" * 80)
@example("\ud800 \x00 \n")
@example("0/0/0 00/00/0000 99 99 9999")
def test_anything_typed_is_taken(text: str) -> None:
    asked = _read(text)
    assert all(term.kind in KINDS and term.value and len(term.value) <= LONGEST for term in asked.terms)
    assert len(asked.of("name")) <= MOST_NAMES
    assert len(asked.terms) == len(set(asked.terms))
    for statement in statements_of(asked, today=TODAY):
        blocking_keys(statement)
    if asked.first("reference"):
        assert read_reference(str(asked.first("reference")))


@given(
    st.lists(st.sampled_from(["Maya", "Fernsby", "27/3/2015", "AM4 3QQ", "Khan"]), max_size=5),
    st.sampled_from([" ", ", ", " ; ", "  \t"]),
)
def test_separators_do_not_matter(words: list[str], between: str) -> None:
    assert _read(between.join(words)) == _read(" ".join(words))


def test_names_are_cut_both_ways() -> None:
    cuts = {(one.given_names, one.surname) for one in statements_of(_read("Ahmed Mohamed Ali"), today=TODAY)}
    assert cuts == {("Ahmed Mohamed", "Ali"), ("Mohamed Ali", "Ahmed"), ("Ahmed", "Mohamed Ali")}
    assert {(one.given_names, one.surname) for one in statements_of(_read("Maya"), today=TODAY)} == {("Maya", None), (None, "Maya")}
