"""A chronology as it was read: one child, what became known and when, and the incident it led to, if any. See docs/replay.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

CHILD, UNBORN = "child", "unborn_child"


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a chronology. It became known to an agency on some day from `earliest` to `latest`.

    Roles stand for people ("mother", "sibling1"), keys for addresses ("A1"); `outcome` is "none" where nothing was decided.
    """

    id: str
    on: date
    earliest: date
    latest: date
    agency: str
    subject: str
    others: tuple[str, ...]
    address: str | None
    categories: tuple[str, ...]
    narrative: str
    outcome: str
    kind: str
    visibility: str

    @property
    def reached_social_care(self) -> bool:
        return self.visibility == "referral"

    @property
    def is_concern(self) -> bool:
        return self.kind == "inbound_concern"


@dataclass(frozen=True, slots=True)
class Chronology:
    """One case. `born` is the first day of the month of birth; `incident` is None where nothing grave came of it."""

    id: str
    born: date
    persons: tuple[str, ...]
    addresses: Mapping[str, str]
    incident: date | None
    usable_for: str
    events: tuple[Told, ...]
