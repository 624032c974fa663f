"""Register files as people save them: every row comes out, read or refused with its line, whatever stands in it."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.people.identifiers import make_nhs_number
from safeguard.registers.file import LONGEST_LINE, Row, encoding_of, rows_of
from safeguard.registers.intake import Checked, Intake

# The same examples in every run, however slow the machine.
_STEADY = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 11, 24)


def _rows(text: str, *, ignored: tuple[str, ...] = ()) -> list[Row]:
    return list(rows_of(io.StringIO(text, newline=""), ignored=ignored))


def _checked(text: str) -> list[Checked]:
    intake = Intake(TODAY)
    return [intake.check(row) for row in _rows(text)]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("local_id,given_names\n1,Zoë\n".encode(), "utf-8"),
        ("\ufefflocal_id,given_names\n1,Zoë\n".encode(), "utf-8"),
        ("local_id,given_names\r\n1,Zoë\r\n".encode("latin-1"), "cp1252"),
        (b"\xef\xbb\xbf" + "local_id,given_names\r\n1,Zoë\r\n".encode("latin-1"), "cp1252"),
        ("local_id,given_names\n1,Zoë\n".encode("utf-16"), "utf-16"),
        ("local_id,given_names\n1,Zoë\x81\n".encode("latin-1"), "latin-1"),
    ],
    ids=["utf-8", "bom", "latin", "bom and latin", "utf-16", "no windows"],
)
def test_however_it_was_saved(tmp_path: Path, content: bytes, encoding: str) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(content)
    assert encoding_of(file) == encoding
    with file.open(encoding=encoding, newline="") as handle:
        (row,) = rows_of(handle)
    assert row.values["local_id"] == "1"
    assert row.values["given_names"].startswith("Zoë")


@pytest.mark.parametrize(
    ("header", "field", "words"),
    [
        ("local_id,given_names,shoe_size", "shoe_size", "--ignore shoe_size"),
        ("given_names,surname", "local_id", "needs this column"),
        ("local_id,surname,surname", "surname", "2 times"),
        ("local_id;surname", "header", "not separated by commas"),
        ("local_id,,surname", "header", "Column 2 has no name"),
        ("local_id,postcode", "header", "names nobody"),
        ("", "header", "first line must name the columns"),
        ('"local_id', "header", "first line must name the columns"),
    ],
)
def test_a_header_that_cannot_be_used_says_why(header: str, field: str, words: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        _rows(f"{header}\n1,2\n")
    assert [problem.message for problem in refused.value.problems if problem.field == field and words in problem.message]


def test_ragged_rows_null_bytes_and_open_quotes_are_refused_by_line_and_the_rest_is_read() -> None:
    rows = _rows(
        "Local ID,Given names,surname\n"
        "1,Maya,Fernsby\n"
        "2,Leo\n"
        "3,Ada,Fernsby,extra\n"
        '4,"Zoë,Fernsby\n'
        "5,Ida,Fernsby\n"
        "6,No\0or,Fernsby\n"
        "\n"
        '7,"Two\nlines",Fernsby\n'
        '8,"Abby" Jo,Fernsby\n'
        "9,Eve,Fernsby,,\n"
        f"10,{'x' * LONGEST_LINE * 2},Fernsby\n"
        "11,Last,Fernsby"
    )
    found = {row.line: [problem.field for problem in row.problems] for row in rows}
    refused = {3: ["line"], 4: ["line"], 5: ["line"], 7: ["given_names"], 11: ["line"], 13: ["line"]}
    assert found == {2: [], 6: [], 9: [], 12: [], 14: [], **refused}
    assert rows[-1].values["surname"] == "Fernsby"


_PLAIN = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@_STEADY
@given(st.lists(st.tuples(st.integers(1, 9999), _PLAIN, _PLAIN), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back_word_for_word(said: list[tuple[int, str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["local_id", "given_names", "surname"])
    writer.writerows(said)
    rows = _rows(out.getvalue())
    assert [(row.values["local_id"], row.values["given_names"], row.values["surname"]) for row in rows if not row.problems] == [
        (str(number), given_names, surname) for number, given_names, surname in said
    ]


@_STEADY
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    for row in _checked("local_id,given_names\n" + text):
        assert (row.entry is None) == bool(row.problems)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"local_id": ""}, "local_id", "own number"),
        ({"given_names": "x" * 300}, "given_names", "120 characters or fewer. This has 300"),
        ({"given_names": "", "surname": ""}, "given_names", "who it is"),
        ({"nhs_number": "9990000019"}, "nhs_number", "one of its digits is wrong"),
        ({"mother_nhs_number": "12"}, "mother_nhs_number", "10 digits"),
        ({"upn": "A123"}, "upn", "13 characters"),
        ({"birth_date": "31/02/2016"}, "birth_date", "no such date"),
        ({"birth_date": "2099-01-01"}, "birth_date", "today or in the past"),
        ({"birth_date": "1950-01-01"}, "birth_date", "put adult in kind"),
        ({"birth_date": "March"}, "birth_date", "2015-03-27 or 27/03/2015"),
        ({"expected_date": "2031-01-01"}, "expected_date", "42 weeks"),
        ({"birth_date": "2015-03-27", "expected_date": "2027-01-01"}, "expected_date", "not both"),
        ({"sex": "X"}, "sex", "F, M, U"),
        ({"kind": "horse"}, "kind", "child, adult"),
        ({"postcode": "nowhere"}, "postcode", "full UK postcode"),
        ({"phone": "none"}, "phone", "phone number"),
        ({"uprn": "12a"}, "uprn", "12 digits"),
        ({"ethnicity": "QQQQ"}, "ethnicity", "QQQQ"),
    ],
)
def test_a_row_that_breaks_a_rule_names_its_column(change: dict[str, str], field: str, words: str) -> None:
    said = {"local_id": "1", "given_names": "Maya", "surname": "Fernsby", **change}
    (row,) = _checked(",".join(said) + "\n" + ",".join(said.values()) + "\n")
    assert row.entry is None
    assert [problem for problem in row.problems if problem.field == field and words in problem.message], row.problems


def test_usual_ways_of_writing_are_taken() -> None:
    number = make_nhs_number(4)
    (row,) = _checked(
        "local_id,kind,given_names,birth_date,sex,nhs_number,postcode,mother_given_names,mother_birth_date\n"
        f" 7 ,Child, Maya ,27/3/2015,f,{number[:3]} {number[3:6]} {number[6:]},am43qq,Carla,1990-05-14\n"
    )
    assert row.entry is not None
    facts = row.entry.facts
    assert (row.entry.local_id, facts["given_names"], facts["birth_date"], facts["sex"]) == ("7", "Maya", date(2015, 3, 27), "F")
    assert (facts["nhs_number"], facts["postcode"], facts["role"]) == (number, "AM4 3QQ", "child")
    assert facts["family"] == [
        {"relation": "mother", "given_names": "Carla", "surname": None, "birth_date": "1990-05-14", "nhs_number": None}
    ]


def test_a_number_used_twice_in_one_file_is_said() -> None:
    number = make_nhs_number(5)
    rows = _checked(f"local_id,given_names,nhs_number\n1,Maya,{number}\n1,Leo,\n2,Ada,{number}\n")
    assert [bool(row.entry) for row in rows] == [True, False, True]
    assert "Line 2 has the same number" in rows[1].problems[0].message
    assert rows[2].note == "The NHS number is on line 2 of this file as well"
