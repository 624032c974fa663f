"""One line of an explanation: what one kind of fact says for or against two statements being one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

# What each field is called in an explanation.
LABELS: Mapping[str, str] = {
    "given_name": "First name",
    "surname": "Family name",
    "birth": "Date of birth",
    "number": "NHS number",
    "pupil_number": "Unique pupil number",
    "home_office_ref": "Home Office reference",
    "local_id": "Local number",
    "home": "Address",
    "street": "Street",
    "place": "Place",
    "phone": "Telephone",
    "email": "Email",
    "family": "Family",
    "sex": "Sex",
    "kind": "Child or adult",
    "life": "Death",
    "country": "Country",
    "household": "Household",
}


class Finding(NamedTuple):
    """How far one field agrees, and its weights in bits against strangers, relatives and twins."""

    field: str
    level: str
    bits: float
    relative: float
    twin: float


@dataclass(frozen=True, slots=True)
class Line:
    """Evidence from one field.

    Attributes:
        field: one of `LABELS`; "household" is what is taken off because a household shares what agrees.
        ours, theirs: what each side says, as stated.
        level: how far they agree, such as "exact", "slip" or "different".
        weight: in bits; above 0 speaks for one person, below 0 against.
        words: the finding in plain English.
    """

    field: str
    ours: str
    theirs: str
    level: str
    weight: float
    words: str

    def told(self) -> str:
        """The line as pages, audit and interfaces print it: "Date of birth: day and month swapped, +6.1"."""
        return f"{LABELS.get(self.field, self.field)}: {self.words[:1].lower()}{self.words[1:]}, {self.weight:+.1f}"
