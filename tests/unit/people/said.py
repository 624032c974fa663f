"""What one source record says of a person, for tests that need no database: nothing but what a test gives it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Said:
    role: str = "subject"
    given_names: str | None = None
    surname: str | None = None
    known_as: str | None = None
    birth_date: date | None = None
    expected_date: date | None = None
    estimated_age: int | None = None
    sex: str | None = None
    nhs_number: str | None = None
