"""One line of an explanation: what one kind of fact says for or against two statements being one person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """Evidence from one field.

    Attributes:
        field: given_name, surname, birth, number, home, phone, family, sex or kind.
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
