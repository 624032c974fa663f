"""A statement made ready to compare: every field folded and checked once, however often it is compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from anyascii import anyascii

from safeguard.kernel.dates import age_on
from safeguard.people.identifiers import is_nhs_number, is_pseudo_postcode, normalise_nhs_number, normalise_postcode, upn_problem
from safeguard.people.matching.lore import NameLore
from safeguard.people.matching.names import Names, names_in, names_of, tokens
from safeguard.people.matching.phone import phone_figures
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import FamilyMember, Statement

_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[a-z0-9]+")
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_PARENTS = frozenset({"mother", "father", "parent", "adoptive_parent"})
_STREET_WORDS = {
    "street": "st", "road": "rd", "avenue": "ave", "close": "cl", "drive": "dr", "lane": "ln", "place": "pl", "court": "ct",
    "crescent": "cres", "gardens": "gdns", "terrace": "tce", "square": "sq", "circuit": "cct", "parade": "pde",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kin:
    """A parent, child, brother or sister as named on one side; `side` is parent, child, sibling or relative."""

    member: FamilyMember
    side: str
    names: Names
    nhs: str


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """One statement, folded. Empty strings are "not stated or of no use".

    `nhs` is the number without spaces, `numbers` it and those it replaced, where they pass the check; `pupil_checked` says
    that the check letter of `pupil` fits, `numbered` that any number names the person; `pseudo` is a postcode
    that stands for no place; `street` and `place` are small words without house numbers. `kin` is worked out when it is first
    asked for: most pairs are told apart without.
    """

    said: Statement
    names: Names
    sex: str
    nhs: str
    numbers: frozenset[str]
    pupil: str
    pupil_checked: bool
    home_office: str
    local: str
    numbered: bool
    postcode: str
    outward: str
    pseudo: bool
    house: str
    street: str
    place: str
    phone: str
    email: str
    country: str
    lore: NameLore
    _kin: tuple[Kin, ...] | None = None

    @property
    def kin(self) -> tuple[Kin, ...]:
        """The family that the statement names."""
        if self._kin is None:
            object.__setattr__(self, "_kin", tuple(_kin(member, self.lore) for member in self.said.family))
        return self._kin or ()


@lru_cache(maxsize=16_384)
def profile_of(statement: Statement, settings: MatchSettings) -> Profile:
    """`statement` made ready to compare under `settings`."""
    names = names_of(statement, settings.names)
    nhs = normalise_nhs_number(statement.nhs_number) if statement.nhs_number else ""
    numbers = {nhs, *map(normalise_nhs_number, statement.superseded_numbers)} - {""}
    pupil = _code(statement.upn)
    postcode = _postcode(statement.postcode)
    address = " ".join(statement.address_lines)
    house, street = _address(address)
    home_office, local = _code(statement.home_office_ref), _code(statement.local_id)
    return Profile(
        said=statement,
        names=names,
        sex=_sex(statement, names, settings),
        nhs=nhs,
        numbers=frozenset(filter(is_nhs_number, numbers)),
        pupil=pupil,
        pupil_checked=bool(pupil) and upn_problem(pupil) is None,
        home_office=home_office,
        local=local,
        numbered=bool(nhs or numbers or pupil or home_office or local),
        postcode=postcode,
        outward=postcode.split()[0] if " " in postcode else postcode[:-1],
        pseudo=is_pseudo_postcode(postcode),
        house=house,
        street=street,
        place=" ".join(_words(statement.place)) if statement.place else "",
        phone=phone_figures(statement.phone),
        email=(statement.email or "").strip().lower(),
        country=" ".join(tokens(statement.country)),
        lore=settings.names,
    )


def _postcode(text: str | None) -> str:
    """A British postcode as it is written, or a foreign one in capitals without spaces."""
    if not text:
        return ""
    return normalise_postcode(text) or _NOT_WORD.sub("", anyascii(text).upper())


def _code(text: str | None) -> str:
    """A reference without spaces and strokes; nothing where it is one character repeated, as placeholders are."""
    if not text:
        return ""
    plain = _NOT_WORD.sub("", anyascii(text).upper())
    return "" if len(set(plain)) <= 1 or plain in {"UNKNOWN", "NOTKNOWN", "NONE", "NA", "NK", "TBC"} else plain


def _words(text: str) -> list[str]:
    return _WORDS.findall(anyascii(text).lower())


def _address(text: str) -> tuple[str, str]:
    """The numbers of the house, or else the first word of its name; and the other words."""
    words = _words(text)
    numbers = [found for word in words for found in _NUMBER.findall(word)]
    names = [_STREET_WORDS.get(word, word) for word in words if not word[0].isdigit()]
    return ("-".join(numbers) or next(iter(words), "")), " ".join(names)


def _sex(statement: Statement, names: Names, settings: MatchSettings) -> str:
    """The sex as stated, or as a title such as Kaur or Begum says it."""
    if statement.sex in {"F", "M"}:
        return str(statement.sex)
    told = {settings.names.title_sex[word] for word in names.title if word in settings.names.title_sex}
    return told.pop() if len(told) == 1 and statement.sex is None else ""


def _kin(member: FamilyMember, lore: NameLore) -> Kin:
    number = normalise_nhs_number(member.nhs_number or "")
    names = names_in(member.given_names, None, member.surname, lore)
    return Kin(member, _side(member.relation), names, number if is_nhs_number(number) else "")


def _side(relation: str) -> str:
    if relation in _PARENTS:
        return "parent"
    return "child" if relation == "child_of" else "sibling" if "sibling" in relation else "relative"


def age_of(statement: Statement, on: date) -> int | None:
    """The age in years on the later of `on` and the day of the statement; None where nothing tells it."""
    day = max(on, statement.stated_on)
    if statement.birth_date:
        return age_on(statement.birth_date, day)
    if statement.birth_year:
        return day.year - statement.birth_year
    if statement.estimated_age is not None:
        return statement.estimated_age + (day - statement.stated_on).days // 365
    return None
