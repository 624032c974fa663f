"""S22: an adult around the child is linked to earlier harm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from safeguard.concerns.fact_codes import ADULT_FACTS
from safeguard.risk.course import is_plan, is_removal, known
from safeguard.risk.earlier_children import overturned_words, status_words
from safeguard.risk.policy import Policy, SignalSettings, setting
from safeguard.risk.signals.finding import Evidence, Finding, Group, Severity, SignalCard, of_event
from safeguard.risk.timeline import Adult, ChildTimeline, Event

CODE = "S22"
CARD = SignalCard(
    name="Adult linked to earlier harm",
    why="A partner's history was on record elsewhere and nobody joined it to this child.",
    source="National review into the murders of two children, Child Safeguarding Practice Review Panel, 2022; local reviews",
    group=Group.ADULTS,
    reads="what is recorded of adults around the child, with its status; plans and removals of other children they are "
    "linked with; links as a person alleged to have caused harm",
    approximated="the fact and its status: the category for an adult with earlier concerns, shown as status not known",
)
_TOLD_OF_CHILDREN = frozenset({"removal", "plan_other_child"})


@dataclass(frozen=True, slots=True)
class Settings(SignalSettings):
    """When this signal speaks."""

    told_within: int = setting("A category without further facts counts for", unit="days")
    alleged: bool = setting("An allegation about another child counts")
    coded_amber: bool = setting("AMBER where a category is all that tells of it")


@dataclass(frozen=True, slots=True)
class _Harm:
    who: str
    what: str
    year: int
    status: str
    evidence: tuple[Evidence, ...]
    coded: bool = False


def find(timeline: ChildTimeline, *, at: date, policy: Policy) -> Finding | None:
    """A finding, conviction, order or marker, or a plan, removal or allegation about a child outside this family.

    It does not grow old. What was overturned is shown as overturned and fires nothing.
    """
    settings = policy.of(CODE, Settings)
    harms = [harm for adult in timeline.adults if adult.links for harm in _of_adult(adult, timeline, at, settings)]
    harms += _told_here(timeline, at, settings)
    if not harms:
        return None
    coded = settings.coded_amber and all(harm.coded for harm in harms)
    evidence = {(item.kind, item.id): item for harm in harms for item in harm.evidence}
    sentences = dict.fromkeys(f"{harm.who}: {harm.what}, {harm.year}, {harm.status}." for harm in harms)
    return Finding(
        signal=CODE,
        severity=min(Severity.AMBER, Severity[settings.severity]) if coded else Severity[settings.severity],
        sentence=" ".join([*sentences, *_of_the_dead(timeline, at, settings)]),
        evidence=tuple(evidence.values()),
        clears="Clears when the adult is no longer linked with this child, or the record is corrected or overturned. It does not grow old.",
        policy_version=policy.version,
        gaps=overturned_words(timeline, at),
    )


def _of_adult(adult: Adult, timeline: ChildTimeline, at: date, settings: Settings) -> Iterable[_Harm]:
    who = adult.called
    edges = tuple(Evidence("edge", link.id, f"{adult.name} and {timeline.child.name}: {adult.role}") for link in adult.links)
    for event in known(adult.events, at):
        fact = event.fact("adult_history")
        if fact is not None:
            if fact.get("status") != "overturned" and not (adult.parent and fact.get("fact") in _TOLD_OF_CHILDREN):
                year = fact.number("year") or event.known_on.year
                what = ADULT_FACTS.label(str(fact.get("fact"))).lower()
                yield _Harm(who, what, year, f"status {status_words(str(fact.get('status')))}", (of_event(event, adult.name), *edges))
        elif event.coded("adult_prior_harm_concern", "criminality_violence_adult"):
            yield _Harm(who, "earlier concerns of harm or violence", event.known_on.year, "status not known",
                        (of_event(event, adult.name), *edges), coded=True)  # fmt: skip
    if not adult.professional:
        yield from _of_other_children(adult, who, edges, timeline, at, settings)


def _of_the_dead(timeline: ChildTimeline, at: date, settings: Settings) -> list[str]:
    """What to say of adults who have died and of whom harm is recorded: no link with them is current."""
    return [
        f"{adult.called} {adult.died}: what is recorded of them is not counted."
        for adult in timeline.dead
        if adult.links and any(_of_adult(adult, timeline, at, settings))
    ]


def _of_other_children(
    adult: Adult, who: str, edges: tuple[Evidence, ...], timeline: ChildTimeline, at: date, settings: Settings
) -> Iterable[_Harm]:
    """Plans, removals and allegations about children outside this family; a parent's own earlier children are another signal's."""
    family = {timeline.child.id, *(one.child.id for one in timeline.siblings)}
    for other in adult.children:
        links = [link for link in other.links if not link.overturned]
        if other.child.id in family or not links or (adult.parent and other.parent):
            continue
        joins = tuple(Evidence("edge", link.id, f"{adult.name} and {other.child.name}") for link in links)
        for event in known(other.events, at):
            if (is_plan(event) or is_removal(event)) and not adult.kin_carer:
                what = f"another child, {other.child.name}, {'removed' if is_removal(event) else 'on a plan'}"
                yield _Harm(who, what, event.known_on.year, "status stated", (of_event(event, other.child.name), *joins, *edges))
        accused = [link for link in links if link.kind == "alleged_victim_of"]
        if accused and (settings.alleged or any(link.status == "proven" for link in accused)):
            link = accused[-1]
            yield _Harm(who, f"said to have harmed another child, {other.child.name}", link.stated_on.year,
                        f"status {status_words(link.status)}", (*joins, *edges))  # fmt: skip


def _told_here(timeline: ChildTimeline, at: date, settings: Settings) -> list[_Harm]:
    """Told on this child's own record, about an adult who may not be named."""
    found = []
    for event in known(timeline.events, at):
        fact = event.fact("adult_history")
        if fact is not None and fact.get("status") != "overturned" and fact.get("fact") not in _TOLD_OF_CHILDREN:
            what = ADULT_FACTS.label(str(fact.get("fact"))).lower()
            year = fact.number("year") or event.known_on.year
            found.append(_Harm("An adult", what, year, f"status {status_words(str(fact.get('status')))}", (of_event(event),)))
        elif fact is None and _by_category(event, at, settings.told_within):
            told = (of_event(event),)
            found.append(_Harm("An adult", "earlier concerns of harm", event.known_on.year, "status not known", told, coded=True))
    return found


def _by_category(event: Event, at: date, days: int) -> bool:
    return event.coded("adult_prior_harm_concern") and (at - event.known_on).days < days
