"""Whether a professional has seen the child, and which attempts did not reach the child. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from safeguard.concerns.fact_codes import PROFESSIONS
from safeguard.kernel.dates import long_date
from safeguard.risk.categories import INJURY
from safeguard.risk.course import is_closure, known
from safeguard.risk.incidents import is_opinion
from safeguard.risk.timeline import Event

_NOT_SEEN = (
    "child_not_seen", "refused_access", "missing_from_home", "non_engagement", "medical_neglect_not_brought",
    "missing_education", "concealed_pregnancy", "home_education",
)  # fmt: skip
_UNREACHED = frozenset({"not_seen", "no_answer", "refused", "wrong_address"})
# Schools, health and social care see the injuries they report; the police and housing may pass them on.
_SEES = ("2", "3", "5")


def is_sighting(event: Event) -> bool:
    """Whether a professional saw the child. Facts say so; without them an observation, an injury seen, or usual contact do."""
    visit, appointment = event.fact("visit"), event.fact("appointment")
    if event.fact("seen") is not None:
        return True
    if visit is not None:
        return visit.get("result") == "child_seen"
    if appointment is not None:
        return appointment.get("result") == "attended"
    if not event.professional or event.facts or event.coded(*_NOT_SEEN) or is_closure(event):
        return _saw_the_injury(event)
    if event.kind == "professional_observation" or event.coded("routine_contact"):
        return True
    return event.is_concern and event.coded(*INJURY) and event.source_code.startswith(_SEES)


def _saw_the_injury(event: Event) -> bool:
    """Whether an injury was recorded by somebody who sees children. An opinion on it may be given from a letter."""
    looked = event.fact("injury") is not None and (event.coded(*INJURY) or not is_opinion(event))
    return looked and event.professional and event.source_code.startswith(_SEES)


def is_failed_contact(event: Event) -> bool:
    """A visit or call that did not reach the child."""
    visit = event.fact("visit")
    if visit is not None:
        return visit.get("result") in _UNREACHED
    return event.coded("child_not_seen", "refused_access") and event.fact("seen") is None


def last_sighting(events: Iterable[Event], at: date) -> Event | None:
    """The newest event in which a professional saw the child."""
    return max((one for one in known(events, at) if is_sighting(one)), key=lambda one: (one.on, one.id), default=None)


def seen_by(event: Event) -> str:
    """Who saw the child, in words: "a social worker" where recorded, otherwise the agency."""
    fact = event.fact("seen") or event.fact("visit")
    by = str(fact.get("by")) if fact else ""
    return f"{PROFESSIONS.label(by)} ({event.agency_name})" if by in PROFESSIONS else event.agency_name


def not_seen_since(name: str, events: Iterable[Event], since: date, at: date) -> tuple[str, ...]:
    """The gap to show where no professional is recorded as having seen the child on or after `since`."""
    last = last_sighting(events, at)
    if last is not None and last.on >= since:
        return ()
    return (f"No record that any professional has seen {name} since {long_date(since)}.",)
