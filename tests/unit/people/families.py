"""Invented families put through every way in which a form goes wrong, each with the verdict a data steward would defend."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

Record = dict[str, Any]

# given, short or other form, another given name of the family, surname, surname as heard, sex, born, mother.
_FAMILIES: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    ("Elizabeth", "Lizzie", "Tobias", "Harcastle", "Hardcastle", "F", "2013-05-11", "Judith"),
    ("Mohammed Bilal", "Bilal", "Hamza", "Chaudhry", "Choudhury", "M", "2014-11-02", "Rukhsana"),
    ("Katarzyna", "Kasia", "Szymon", "Wróblewska", "Wróblewski", "F", "2012-02-09", "Beata"),
    ("Oluwatobi", "Tobi", "Folasade", "Akintola", "Akintolla", "M", "2015-06-12", "Yetunde"),
    ("Fadumo", "Fatima", "Liban", "Warsame", "Warsama", "F", "2010-10-07", "Ubah"),
    ("Caoimhe", "Keeva", "Diarmuid", "O'Shaughnessy", "Shaughnessy", "F", "2016-09-03", "Gráinne"),
    ("Alexandru", "Alex", "Mihaela", "Ciobanu", "Ciobanou", "M", "2011-12-05", "Ileana"),
    ("Harpreet", "Harprit", "Jagdeep", "Dhaliwal", "Dhalival", "F", "2014-08-10", "Balwinder"),
    ("Guto", "Gutto", "Mari", "Prydderch", "Pryderch", "M", "2017-04-06", "Nia"),
    ("Thảo", "Thao", "Quang", "Trịnh", "Trinh", "F", "2013-10-04", "Huong"),
    ("Inés", "Ines", "Gonzalo", "Etxeberria", "Echeberria", "F", "2012-07-08", "Rocío"),
    ("Peregrine", "Perry", "Araminta", "Oakapple", "Oakaple", "M", "2018-03-02", "Cordelia"),
    ("Yusuf", "Yousef", "Maryam", "Al-Bayati", "Albayati", "M", "2015-01-09", "Shaima"),
    ("Zuzanna", "Zuzia", "Igor", "Kovaľová", "Kovaľ", "F", "2016-05-12", "Darina"),
    ("Nkemdilim", "Nkem", "Obinna", "Okereke", "Okerekke", "F", "2011-11-10", "Ngozi"),
    ("Theodore", "Teddy", "Beatrix", "Wolstenholme", "Wolstenholm", "M", "2014-04-12", "Harriet"),
)
_NUMBERS = ("9990012016", "9990012571", "9990020019")


def family_pairs() -> list[Record]:
    """Pairs in the form of the evaluation file."""
    made = []
    for place, family in enumerate(_FAMILIES):
        for kind, expect, one, other in _pairs(place, *family):
            made.append({"id": f"{kind}-{place}", "expect": expect, "a": one, "b": other})
    return made


def _pairs(
    place: int, given: str, form: str, sibling: str, surname: str, heard: str, sex: str, born: str, mother: str
) -> Iterator[tuple[str, str, Record, Record]]:
    day = date.fromisoformat(born)
    child: Record = {
        "given": given, "surname": surname, "dob": born, "sex": sex, "postcode": f"QQ{place % 9 + 1} {place % 8 + 1}AB",
        "address": f"{place + 3} Quarry Lane",
    }  # fmt: skip
    mothers = {"mother": f"{mother} {surname}", "mother_dob": f"{day.year - 27}-0{place % 8 + 1}-17"}
    home = {"address": child["address"], "postcode": child["postcode"], "phone": f"077009{place:05}"}
    elsewhere = {"postcode": f"ZE{place % 9 + 1} {place % 7 + 1}XY", "address": "40 Harbour Road"}
    yield from _one_child(child, form, heard, day, elsewhere, mothers)
    yield from _numbers(child, elsewhere, sibling)
    yield from _household(child, sibling, day, {**home, **mothers}, mothers)
    yield from _pregnancies(child, surname, day, mothers)


def _one_child(
    child: Record, form: str, heard: str, day: date, elsewhere: Record, mothers: Record
) -> Iterator[tuple[str, str, Record, Record]]:
    yield "as-it-is", "same", child, dict(child)
    yield "short-form", "same", child, {**child, "given": form}
    yield "surname-heard", "same", child, {**child, "surname": heard}
    yield "both-heard", "same", child, {**child, "given": form, "surname": heard}
    yield "turned", "same", child, {**child, "given": child["surname"], "surname": child["given"]}
    yield "one-box", "same", child, {**_less(child, "surname"), "given": f"{child['given']} {child['surname']}"}
    yield "capitals", "same", child, {**child, "given": child["given"].upper(), "surname": f" {child['surname'].upper()} "}
    yield "titled", "same", child, {**child, "given": f"{'Miss' if child['sex'] == 'F' else 'Master'} {child['given']}"}
    yield "barrel", "same", child, {**child, "surname": f"{child['surname']}-Featherstonehaugh"}
    yield "middle", "same", child, {**child, "middle": "Evergreen"}
    yield "known-as", "same", {**child, "given": "Evergreen", "known_as": child["given"].split()[-1]}, child
    yield "moved", "same", child, {**child, **elsewhere}
    yield "no-address", "same", child, _less(child, "address", "postcode")
    yield "no-sex", "same", child, _less(child, "sex")
    yield "no-date", "review", child, _less(child, "dob")
    yield "other-house", "same", child, {**child, "address": "51 Quarry Lane"}
    swapped = _swapped(day)
    yield "day-and-month", "same", child, {**child, "dob": swapped}
    yield "digit", "same", child, {**child, "dob": (day + timedelta(days=-1 if day.day in {9, 12} else 1)).isoformat()}
    yield "year", "same", child, {**child, "dob": f"{day.year - 1}-{day:%m-%d}"}
    yield "decade", "same", child, {**child, "dob": f"{day.year - 10}-{day:%m-%d}"}
    yield "new-years-day", "review", child, {**child, "dob": f"{day.year}-01-01"}
    yield "nineteen-hundred", "review", child, {**child, "dob": "1900-01-01"}
    yield "typed-today", "review", child, {**child, "dob": "2026-01-05", "referral_date": "2026-01-05"}
    yield "age-fits", "same", child, {**_less(child, "dob"), "estimated_age": 2026 - day.year, "referral_date": "2026-06-30"}
    yield "age-far", "different", {**child, **elsewhere}, {**_less(child, "dob"), "estimated_age": 2026 - day.year + 9}
    yield "renamed", "same", {**child, **mothers}, {**child, **elsewhere, **mothers, "surname": "Featherstonehaugh"}
    yield "renamed-at-home", "review", child, {**child, "surname": "Featherstonehaugh"}
    yield "restricted", "review", child, {**child, "restricted": "adoption"}
    yield "name-alone", "review", {"given": child["given"], "surname": child["surname"]}, child
    yield "first-name-alone", "different", {"given": child["given"]}, child
    yield "nobody-alike", "different", child, {
        "given": "Bartholomew", "surname": "Featherstonehaugh", "dob": "2009-02-23", "sex": "M", **elsewhere}  # fmt: skip
    yield "date-alone", "different", child, {"given": "Bartholomew", "surname": "Featherstonehaugh", "dob": child["dob"], **elsewhere}


def _numbers(child: Record, elsewhere: Record, sibling: str) -> Iterator[tuple[str, str, Record, Record]]:
    one, other, third = _NUMBERS
    numbered = {**child, "nhs_number": one}
    spaced = f"{one[:3]} {one[3:6]} {one[6:]}"
    yield "number", "same", numbered, {**child, **elsewhere, "surname": "Featherstonehaugh", "nhs_number": spaced}
    yield "number-transposed", "same", numbered, {**child, "nhs_number": one[:5] + one[6] + one[5] + one[7:]}
    yield "number-superseded", "same", numbered, {**child, **elsewhere, "nhs_number": other, "superseded_nhs_numbers": [one]}
    yield "two-numbers", "review", numbered, {**child, "nhs_number": other}
    yield "number-placeholder", "same", {**child, "nhs_number": "0000000000"}, {**child, "nhs_number": "9999999999"}
    yield "siblings-number", "review", {**child, "nhs_number": third}, {
        **child, "given": sibling, "dob": "2009-02-23", "sex": "M" if child["sex"] == "F" else "F", "nhs_number": third}  # fmt: skip
    yield "pupil-number", "same", {**child, "upn": "H801200001001"}, {
        **child, **elsewhere, "surname": "Featherstonehaugh", "upn": "h801200001001"}  # fmt: skip
    yield "home-office", "same", {**child, "home_office_ref": "X1234567"}, {
        **child, **elsewhere, "dob": "2010-01-01", "home_office_ref": "x 1234567"}  # fmt: skip


def _household(child: Record, sibling: str, day: date, shared: Record, mothers: Record) -> Iterator[tuple[str, str, Record, Record]]:
    full = {**child, **shared}
    brother = {**full, "given": sibling, "dob": (day + timedelta(days=731)).isoformat()}
    other_sex = "M" if child["sex"] == "F" else "F"
    yield "sibling", "different", full, brother
    yield "sibling-other-sex", "different", full, {**brother, "sex": other_sex}
    yield "sibling-no-date", "different", full, _less({**brother, "sex": other_sex}, "dob")
    yield "twin", "different", full, {**full, "given": sibling}
    yield "twin-other-sex", "different", full, {**full, "given": sibling, "sex": other_sex}
    yield "twin-own-numbers", "different", {**full, "nhs_number": _NUMBERS[0]}, {**full, "given": sibling, "nhs_number": _NUMBERS[1]}
    yield "twin-names-child", "review", full, {
        **full, "given": f"{child['given'][0]}", "siblings": [{"given": child["given"], "dob": child["dob"]}]}  # fmt: skip
    yield "named-after-the-dead", "different", full, {
        **full, "dob": (day - timedelta(days=900)).isoformat(), "date_of_death": (day - timedelta(days=300)).isoformat()}  # fmt: skip
    yield "parent-of-one-name", "different", full, {**child, "dob": f"{day.year - 29}-{day.month % 12 + 1:02}-03"}
    yield "mother-as-child", "different", full, {
        **child, "given": mothers["mother"].split()[0], "dob": mothers["mother_dob"], "sex": "F"}  # fmt: skip
    yield "hostel", "different", full, {
        "given": "Bartholomew", "surname": "Featherstonehaugh", "sex": child["sex"], "dob": "2009-02-23",
        **{name: shared[name] for name in ("address", "postcode", "phone")}}  # fmt: skip
    yield "born-before-mother-was-ten", "different", _less({**child, "dob": f"{day.year - 20}-02-23"}, "address"), full


def _pregnancies(child: Record, surname: str, day: date, mothers: Record) -> Iterator[tuple[str, str, Record, Record]]:
    by_number = {**mothers, "mother_nhs": "9990030014"}
    due = (day + timedelta(days=16)).isoformat()
    unborn = {"given": "Unborn", "surname": surname, "postcode": child["postcode"], "edd": due, **by_number}
    later = (day + timedelta(days=21)).isoformat()
    yield "pregnancy", "same", unborn, {**unborn, "given": f"Unborn baby {surname}", "edd": later}
    yield "born", "same", {**child, **by_number}, unborn
    yield "earlier-pregnancy", "different", {**unborn, "edd": (day - timedelta(days=500)).isoformat()}, unborn
    yield "older-child", "different", {**child, **by_number}, {**unborn, "edd": (day + timedelta(days=700)).isoformat()}
    yield "expected-twins", "different", {**unborn, "given": "Twin 1"}, {**unborn, "given": "Twin 2"}
    yield "not-named-yet", "same", {**child, **by_number}, {**child, **by_number, "given": f"Baby of {mothers['mother']}"}
    yield "not-named-no-mother", "review", child, {**child, "given": "Baby"}
    other = {"mother": f"Featherstone {surname}", "mother_dob": "1999-12-30"}
    yield "other-mother", "different", {**unborn, **mothers, "mother_nhs": None}, {
        **unborn, "mother_nhs": None, "edd": (day + timedelta(days=40)).isoformat(), **other}  # fmt: skip
    twins = {**child, **by_number, "siblings": [{"given": "Evergreen", "dob": child["dob"]}]}
    yield "one-of-two", "review", twins, unborn


def _less(record: Record, *fields: str) -> Record:
    return {name: value for name, value in record.items() if name not in fields}


def _swapped(day: date) -> str:
    return f"{day.year}-{day.day:02}-{day.month:02}"
