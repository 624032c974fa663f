"""The columns of a register file, and what is wrong with a header. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from safeguard.kernel.errors import Problem
from safeguard.kernel.text import clean_line

ADDRESS_LINES = ("address_1", "address_2", "address_3", "address_4")
PARENTS = ("mother", "father")

COLUMNS: Mapping[str, str] = {
    "local_id": "the register's own number for the person; needed, and used once in a file",
    "kind": "child or adult; child where it is empty",
    "given_names": "first and middle names",
    "surname": "family name",
    "known_as": "another name the person is known by",
    "birth_date": "2015-03-27 or 27/03/2015",
    "expected_date": "for a child not born yet, the date the baby is expected",
    "sex": "F, M or U",
    "nhs_number": "10 digits, spaces allowed",
    "upn": "unique pupil number",
    "ethnicity": "a DfE ethnicity code",
    "phone": "a telephone number",
    **{name: f"line {number} of the address" for number, name in enumerate(ADDRESS_LINES, 1)},
    "postcode": "a full UK postcode",
    "uprn": "unique property reference number",
    "school": "the school's name",
    "gp_practice": "the practice's name",
    **{
        f"{parent}_{name}": words.format(parent)
        for parent in PARENTS
        for name, words in (
            ("given_names", "the {}'s first names"),
            ("surname", "the {}'s family name"),
            ("birth_date", "the {}'s date of birth"),
            ("nhs_number", "the {}'s NHS number"),
        )
    },
}


def header_of(cells: Sequence[str]) -> list[str]:
    """The column names of a header row as we write them: small letters, underscores for spaces."""
    return [clean_line(cell).lower().replace(" ", "_") for cell in cells]


def header_problems(header: Sequence[str], ignored: Collection[str]) -> list[Problem]:
    """What keeps a file with this header from being read. `ignored` are columns that may be left unread."""
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        return [Problem("header", "The columns are not separated by commas. Export the file again as CSV with commas")]
    problems = []
    for name, times in Counter(name for name in header if name).items():
        if times > 1:
            problems.append(Problem(name, f"The header has this column {times} times. Keep one of them"))
        elif name not in COLUMNS and name not in ignored:
            shown = name.replace("\0", "\ufffd")[:60]
            problems.append(
                Problem(shown, f"There is no such column. Check its spelling, or leave it unread with --ignore {shown}")
            )
    if "" in header:
        problems.append(Problem("header", f"Column {header.index('') + 1} has no name"))
    if "local_id" not in header:
        problems.append(Problem("local_id", "The file needs this column: the register's own number for each person"))
    if not {"given_names", "surname", "known_as", "nhs_number", "expected_date"} & set(header):
        problems.append(Problem("header", "The file names nobody: give at least given_names and surname"))
    return problems
