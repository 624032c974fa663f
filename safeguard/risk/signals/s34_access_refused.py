"""S34: doors stay shut, or staff are kept away, while a concern is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.risk.categories import is_note
from safeguard.risk.course import known, open_since
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.seen import is_failed_contact, not_seen_since
from safeguard.risk.signals.finding import Finding, Group, Severity, SignalCard, day, of_events, span
from safeguard.risk.timeline import ChildTimeline, Event

CODE = "S34"
CARD = SignalCard(
    name="Access refused, or hostility",
    why="Professionals were kept at the door, or stopped going. What frightens a worker frightens a child more.",
    source="Local reviews in England, 2002, 2010 and 2013",
    group=Group.VISIBILITY,
    reads="visits and whether they reached the child, limits on visiting, open concerns",
    approximated="visits: the categories for refused access, child not seen and hostility of a parent",
)


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    window: int = setting("Looks back", unit="days")
    contacts: int = setting("Contacts refused or failed", unit="contacts", least=2)
    open_window: int = setting("A concern counts as open for", unit="days")


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """Two or more contacts on different days refused or failed in 60 days, with work open; or visiting limited for safety.

    Hostility counts as a contact beside one that failed, never alone: families may be angry and let people in.
    """
    settings = policy.of(CODE, Settings)
    concern = open_since(timeline.events, at, settings.open_window)
    events = known(timeline.events, at, settings.window)
    failed = [one for one in events if is_failed_contact(one)]
    hostile = [one for one in events if is_note(one) and one.coded("parental_hostility") and one not in failed]
    limited = [one for one in events if _limited(one)]
    contacts = [*failed, *hostile] if failed else []
    enough = concern is not None and len({(one.on, one.agency_id) for one in contacts}) >= settings.contacts
    if not enough and not limited:
        return None
    fired = [*contacts, *limited]
    first = min(one.on for one in fired)
    return Finding(
        signal=CODE,
        severity=Severity[settings.severity],
        sentence=(
            f"{len(failed)} {'visit' if len(failed) == 1 else 'visits'} did not reach the child since {day(first)}. "
            f"Visiting restrictions recorded: {'yes' if limited else 'no'}."
        ),
        evidence=of_events([*([concern] if concern else []), *fired]),
        clears=f"Clears when fewer than {settings.contacts} failed contacts remain within {span(settings.window)}, or the work is closed.",
        policy_version=policy.version,
        gaps=not_seen_since(timeline.child.name, timeline.events, max(one.on for one in fired), at),
    )


def _limited(event: Event) -> bool:
    fact = event.fact("visit")
    return fact is not None and fact.get("restricted") == "yes"
