"""What somebody typed to find a known person, in any order, read into terms: names, dates, numbers, places. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from safeguard.kernel.references import read_reference
from safeguard.kernel.text import clean_line
from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_postcode, upn_problem

Kind = Literal["reference", "nhs_number", "pupil_number", "phone", "postcode", "birth", "year", "name"]
KINDS: dict[Kind, str] = {
    "reference": "referral reference",
    "nhs_number": "NHS number",
    "pupil_number": "unique pupil number",
    "phone": "phone number",
    "postcode": "postcode",
    "birth": "date of birth",
    "year": "year of birth",
    "name": "name",
}
LONGEST = 200
MOST_NAMES = 6
_LONGEST_SPAN = 5
_EARLIEST = 1900
# A child may be due.
_LATEST = timedelta(days=300)
_BETWEEN = re.compile(r"[\s,;|]+")
_DIGITS = re.compile(r"[0-9]+")
_REFERENCE = re.compile(r"(SR)?[\s-]*[A-Z0-9]{4}[\s-]?[A-Z0-9]{4}")
_PHONE = re.compile(r"(?:\+44|0044|0)(?:0)?([1-9][0-9]{8,9})")
_DATE = re.compile(r"([0-9]{1,2})[\s/.\-]+([0-9]{1,2})[\s/.\-]+([0-9]{4}|[0-9]{2})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_WORDED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[\s\-]+([a-z]{3,9})\.?[\s\-]+([0-9]{4}|[0-9]{2})", re.IGNORECASE)
_WORDED_FIRST = re.compile(r"([a-z]{3,9})\.?[\s\-]+([0-9]{1,2})(?:st|nd|rd|th)?[\s\-]+([0-9]{4})", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: `value` in its usual form (a date as 2015-03-27, a name as typed)."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was read, and in plain English what was not."""

    terms: tuple[Term, ...]
    problems: tuple[str, ...]

    def of(self, kind: Kind) -> tuple[str, ...]:
        """The values of one kind, in the order typed."""
        return tuple(term.value for term in self.terms if term.kind == kind)

    def first(self, kind: Kind) -> str | None:
        return next(iter(self.of(kind)), None)

    @property
    def birth(self) -> date | None:
        """The date of birth asked for."""
        value = self.first("birth")
        return date.fromisoformat(value) if value else None


@dataclass(frozen=True, slots=True)
class _Misread:
    """Meant as something, and cannot be it."""

    words: str


_Read = Callable[[str, date], "Term | _Misread | None"]


def read_terms(text: str, *, today: date) -> Asked:
    """Read `text`, of which the first `LONGEST` characters count; takes anything, and raises nothing."""
    words = [word for word in _BETWEEN.split(clean_line(text)[:LONGEST]) if word]
    terms: dict[Term, None] = {}
    problems: dict[str, None] = {}
    at = 0
    while at < len(words):
        found, length = _next(words, at, today)
        at += length
        if isinstance(found, Term):
            terms.setdefault(found)
        else:
            problems.setdefault(found.words)
    names = [term for term in terms if term.kind == "name"]
    for extra in names[MOST_NAMES:]:
        del terms[extra]
        problems.setdefault(f"Only the first {MOST_NAMES} names were used")
    return Asked(tuple(terms), tuple(problems))


def _next(words: Sequence[str], at: int, today: date) -> tuple[Term | _Misread, int]:
    """The term that begins at word `at`, the longest that can be read, and how many words it takes."""
    misread: tuple[_Misread, int] | None = None
    for length in range(min(_LONGEST_SPAN, len(words) - at), 0, -1):
        span = " ".join(words[at : at + length])
        # Names have no digits, and are tried as nothing else; SR- is how a reference begins.
        if not any(character.isdigit() for character in span) and not span.upper().startswith(("SR-", "SR ")):
            continue
        for read in _READERS:
            found = read(span, today)
            if isinstance(found, Term):
                return found, length
            if found is not None and misread is None:
                misread = (found, length)
    if misread:
        return misread
    return _name(words[at]), 1


def _name(word: str) -> Term | _Misread:
    kept = word.strip(".\"'’()[]{}<>*%_?!&#/\\:=+-")
    if any(unicodedata.category(character).startswith("L") for character in kept):
        return Term("name", kept)
    return _Misread(f"“{word[:40]}” was not understood and was left out")


def _reference(span: str, _today: date) -> Term | _Misread | None:
    plain = span.upper()
    if not _REFERENCE.fullmatch(plain):
        return None
    found = read_reference(plain)
    if found:
        return Term("reference", found)
    if plain.startswith(("SR-", "SR ")):
        return _Misread(f"“{span}” is not a referral reference: one of its characters is wrong")
    return None


def _nhs_number(span: str, _today: date) -> Term | _Misread | None:
    digits = span.replace(" ", "").replace("-", "")
    if not (len(digits) == 10 and _DIGITS.fullmatch(digits)):
        return None
    if is_nhs_number(digits):
        return Term("nhs_number", digits)
    if not digits.startswith("0"):
        return _Misread(f"“{span}” is not a possible NHS number: one of its digits is wrong")
    return None


def _phone(span: str, _today: date) -> Term | None:
    found = _PHONE.fullmatch(re.sub(r"[\s().-]", "", span))
    return Term("phone", f"0{found[1]}") if found else None


def _pupil_number(span: str, _today: date) -> Term | None:
    plain = span.upper()
    return Term("pupil_number", plain) if len(plain) == 13 and upn_problem(plain) is None else None


def _postcode(span: str, _today: date) -> Term | _Misread | None:
    found = normalise_postcode(span)
    if found is None:
        return None
    if is_pseudo_postcode(found):
        return _Misread(f"“{span}” stands for no place, so nobody can be found by it")
    return Term("postcode", found)


def _birth(span: str, today: date) -> Term | _Misread | None:
    parts = _date_parts(span)
    if parts is None:
        return None
    day, month, year_typed = parts
    if month is None:
        return None
    year = int(year_typed)
    if len(year_typed) == 2:
        year += 2000 if 2000 + year <= today.year + 1 else 1900
    for one, other in ((month, day), (day, month)):
        try:
            found = date(year, one, other)
        except ValueError:
            continue
        if date(_EARLIEST, 1, 1) <= found <= today + _LATEST:
            return Term("birth", found.isoformat())
    return _Misread(f"“{span}” is not a possible date of birth")


def _date_parts(span: str) -> tuple[int, int | None, str] | None:
    """Day, month and year as typed; a month of None is a word that names no month."""
    if found := _DATE.fullmatch(span):
        return int(found[1]), int(found[2]), found[3]
    if found := _ISO_DATE.fullmatch(span):
        return int(found[3]), int(found[2]), found[1]
    if found := _WORDED.fullmatch(span):
        return int(found[1]), _month(found[2]), found[3]
    if found := _WORDED_FIRST.fullmatch(span):
        return int(found[2]), _month(found[1]), found[3]
    return None


def _month(word: str) -> int | None:
    return next((at for at, name in enumerate(_MONTHS, 1) if name.startswith(word.lower())), None)


def _year(span: str, today: date) -> Term | None:
    if len(span) == 4 and _DIGITS.fullmatch(span) and _EARLIEST <= int(span) <= today.year + 1:
        return Term("year", span)
    return None


# In this order: what can hardly be anything else comes first.
_READERS: tuple[_Read, ...] = (_nhs_number, _birth, _phone, _pupil_number, _postcode, _reference, _year)


def written_forms(phone: str) -> tuple[str, ...]:
    """The ways in which people write a phone number (as `Term` has it): with and without +44, spaced in the usual places."""
    national = phone[1:]
    cuts = ((), (2,), (3,), (4,), (2, 6), (3, 6), (3, 7), (4, 7))
    parts = [" ".join(national[start:end] for start, end in zip((0, *cut), (*cut, len(national)), strict=True)) for cut in cuts]
    return tuple(dict.fromkeys(f"{prefix}{rest}" for prefix in ("0", "+44", "+44 ", "0044 ") for rest in parts))
