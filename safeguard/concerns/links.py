"""One link of the concern graph: stated of two people or places, or derived from what was stated. Pure."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.link_status import OVERTURNED

STATED = CodeSet(
    "stated link",
    {
        "relationship": "Relationship",
        "home": "Home",
        "belongs": "School or practice",
        "names": "Place named",
        "number": "Phone number given",
        "sent": "Who referred or told",
        "about": "Whom it was about",
        "named": "Also named in a referral",
        "holds": "Concern or event told",
        "recorded": "Decision recorded",
        "regards": "Whom a concern or event is about",
        "added": "Who added to a referral",
        "adds": "Added to a referral",
    },
)
# Worked out anew each time, and never stored as if somebody had said them.
DERIVED = CodeSet(
    "derived link",
    {
        "shared_address": "Same address at the same time",
        "shared_phone": "Same phone number",
        "shared_email": "Same email address",
        "shared_adult": "Same adult said to have harmed both",
        "shared_parent": "Same parent",
        "co_missing": "Missing at the same time",
        "shared_mark": "Same place, online space, vehicle or phone named",
    },
)
LINKS = CodeSet("link", dict([*STATED.choices(), *DERIVED.choices()]))
# By these the graph is walked from person to person; the other derived links say more of people who are there anyway.
STEPS = frozenset({"relationship", "shared_address", "shared_phone", "shared_email", "shared_mark"})


@dataclass(frozen=True, slots=True)
class Source:
    """One row that says so: what it is (relationship, residence, enrolment, event, record, addition), who said it, and on which day."""

    kind: str
    id: uuid.UUID
    agency_id: uuid.UUID
    on: date


@dataclass(frozen=True, slots=True)
class Link:
    """`one` and `other` are joined. People come before addresses and places; mutual links have the lower id first.

    `code` says more by kind: the relationship's kind (`one` is the `code` of `other`), or what is shared. It counts
    from `since` (None: from the beginning) until `until` (the first day no more; None: it goes on). `sources` are all
    rows it rests on; `via` the address, adult or parent through which a derived link runs.
    """

    kind: str
    one: uuid.UUID
    other: uuid.UUID
    code: str
    standing: str
    since: date | None
    until: date | None
    sources: tuple[Source, ...]
    via: tuple[uuid.UUID, ...] = ()
    label: str = ""
    against: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()

    @property
    def derived(self) -> bool:
        return self.kind in DERIVED

    @property
    def key(self) -> str:
        """The same for the same link, whoever asks and when."""
        through = ":".join(["", *map(str, self.via), self.label] if self.derived else [])
        start = f":{self.since}" if self.kind in {"home", "belongs", "shared_address"} else ""
        return f"{self.kind}:{self.code}:{self.one}:{self.other}{through}{start}"

    @property
    def ends(self) -> frozenset[uuid.UUID]:
        return frozenset((self.one, self.other))

    def holds(self, on: date) -> bool:
        """Whether it counts on the day `on`, as far as is known now."""
        if self.standing == OVERTURNED or (self.until is not None and self.until <= on):
            return False
        return self.since is None or self.since <= on

    @property
    def known_since(self) -> date:
        """The first day on which anybody said so."""
        return min(source.on for source in self.sources)

    @property
    def last_said(self) -> date:
        return max(source.on for source in self.sources)
