"""The matcher's evidence for one candidate as it is shown: under the fact it speaks of, with its weight in bits. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safeguard.people.model import MatchProposal, PersonLink

OTHER = "Other evidence"
# Which fact of the comparison each field of the matcher speaks of.
_FACT_OF = {
    "given_name": "Name", "surname": "Name", "birth": "Date of birth", "sex": "Sex", "number": "NHS number",
    "pupil_number": "Unique pupil number", "home": "Address", "street": "Address", "place": "Address", "phone": "Phone",
    "family": "Family",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One finding in words; `weight` in bits, above 0 for one person, below 0 against."""

    words: str
    weight: float

    @property
    def signed(self) -> str:
        return signed(self.weight)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All findings by fact, their sum, and what the sum starts from; `probability` is None where a person joined the two."""

    by_fact: Mapping[str, Sequence[EvidenceLine]]
    band: str
    reason: str
    lines: float
    start: float
    weight: float
    probability: float | None
    version: str | None
    at: datetime | None

    @property
    def probability_words(self) -> str:
        """Three decimals, and never a certainty."""
        shown = self.probability or 0.0
        return "more than 0.999" if shown > 0.9995 else "less than 0.001" if shown < 0.0005 else f"{shown:.3f}"


def evidence_of(proposal: MatchProposal | None, link: PersonLink | None) -> Evidence:
    """What was found when the proposal was made, or else when the link was."""
    lines: Sequence[Mapping[str, Any]] = proposal.lines if proposal else link.lines if link else []
    by_fact: dict[str, list[EvidenceLine]] = {}
    for line in lines:
        by_fact.setdefault(fact_of(line), []).append(EvidenceLine(line["words"], line["weight"]))
    total = sum(line["weight"] for line in lines)
    if proposal:
        return Evidence(
            by_fact, proposal.band, proposal.reason, total, proposal.weight - total, proposal.weight,
            proposal.probability, proposal.matcher_version, proposal.proposed_at,
        )
    return Evidence(
        by_fact, link.band if link else "", link.why if link else "", total, 0.0, total, None,
        link.matcher_version if link else None, link.made_at if link else None,
    )


def signed(weight: float) -> str:
    """"+6.1", "0", or "−3.0" with a minus that a screen reader says."""
    return f"{weight:+.1f}".replace("-", "−") if abs(weight) >= 0.05 else "0"


def fact_of(line: Mapping[str, Any]) -> str:
    """The fact of the comparison that a line of evidence stands under."""
    if line["field"] == "number" and "pupil" in line["words"]:
        return "Unique pupil number"
    return _FACT_OF.get(line["field"], OTHER)
