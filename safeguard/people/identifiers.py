"""NHS numbers, unique pupil numbers and postcodes: whether they can be right, and their usual form. Pure.

Sources: NHS Data Dictionary, NHS NUMBER (modulus 11); DfE, Unique pupil numbers (check letter); Royal Mail postcode
forms; NHS Organisation Data Service, pseudo-postcodes (ZZ99).
"""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s\-–.]+")
_DIGITS = re.compile(r"[0-9]{10}")
_UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-HJ-NP-Z]?)([0-9][A-Z]{2})")
# Typed to get past a form; each would pass or be taken for a number.
_PLACEHOLDERS = frozenset({*(str(digit) * 10 for digit in range(10)), "1234567890", "9876543210"})
_TEST_RANGE = 999_000_000


def nhs_number_problem(text: str) -> str | None:
    """What is wrong with an NHS number as typed, in words that say how to mend it; None where nothing is."""
    number = normalise_nhs_number(text)
    if not _DIGITS.fullmatch(number):
        return "An NHS number has 10 digits, like 999 000 0018. Leave it empty if you do not know it"
    if number in _PLACEHOLDERS or _nhs_check_digit(number[:9]) != number[9]:
        return "This is not a possible NHS number: one of its digits is wrong. Check it, or leave it empty"
    return None


def is_nhs_number(number: str | None) -> bool:
    """Whether `number` (10 digits, no spaces) passes its check and is nobody's placeholder."""
    return bool(number) and nhs_number_problem(str(number)) is None


def normalise_nhs_number(text: str) -> str:
    """`text` without spaces and hyphens."""
    return _SEPARATORS.sub("", text)


def _nhs_check_digit(first_nine: str) -> str | None:
    # Written out: matching asks this of every number it compares.
    a, b, c, d, e, f, g, h, i = map(int, first_nine)
    total = 10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i
    check = (11 - total % 11) % 11
    return None if check == 10 else str(check)


def make_nhs_number(stem: int) -> str:
    """The NHS number numbered `stem` of the range that is never issued (999 000 0000 upwards), for made-up people.

    Args:
        stem: 0 to 899,998. Stems give different numbers, in order, without the ones that have no check digit.

    Raises:
        ValueError: the range has no such number.
    """
    if not 0 <= stem < 899_999:
        raise ValueError("made-up NHS numbers are numbered from 0 to 899,998")
    # One stem in eleven has no check digit: each block of ten uses the first nine that have one.
    block, place = divmod(stem, 9)
    usable = [body for body in (str(_TEST_RANGE + block * 10 + n) for n in range(10)) if _nhs_check_digit(body)]
    body = usable[place]
    return f"{body}{_nhs_check_digit(body)}"


def upn_problem(text: str) -> str | None:
    """What is wrong with a unique pupil number as typed; None where nothing is."""
    upn = normalise_upn(text)
    if not _UPN.fullmatch(upn):
        return "A unique pupil number has 13 characters: a letter and 12 digits, like H801200001001"
    values = [int(character) if character.isdigit() else _UPN_LETTERS.find(character) for character in upn[1:]]
    if -1 in values or _UPN_LETTERS[sum(v * w for v, w in zip(values, range(2, 14), strict=True)) % 23] != upn[0]:
        return "This is not a possible unique pupil number: one of its characters is wrong. Check it, or leave it empty"
    return None


def normalise_upn(text: str) -> str:
    """`text` in capitals without spaces."""
    return _SEPARATORS.sub("", text).upper()


def normalise_postcode(text: str) -> str | None:
    """`text` as a postcode is written ("ls9o1aa" is LS90 1AA), or None where it can be none.

    The letter O where only a digit fits is read as zero, and I as one.
    """
    plain = _SEPARATORS.sub("", text).upper()
    found = _POSTCODE.fullmatch(plain) or _POSTCODE.fullmatch(_digits_mended(plain))
    return f"{found[1]} {found[2]}" if found else None


def _digits_mended(plain: str) -> str:
    """The first character of the second half must be a digit, and so must the last of a first half like LS9O."""
    outward, inward = plain[:-3], plain[-3:]
    mended = str.maketrans("OI", "01")
    return outward[:2] + outward[2:].translate(mended) + inward[:1].translate(mended) + inward[1:]


def is_pseudo_postcode(postcode: str | None) -> bool:
    """Whether `postcode` stands for no place at all, such as ZZ99 3VZ (no fixed abode)."""
    return bool(postcode) and str(postcode).upper().startswith("ZZ99")
