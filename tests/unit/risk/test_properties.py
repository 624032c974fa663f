"""What holds of every signal, on stories made by chance."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.fact_schema import FactKind, Question
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNALS, Finding, Severity, evaluate_all
from safeguard.risk.timeline import Child, ChildTimeline, Event, Fact
from tests.unit.risk.firing import FIRES
from tests.unit.risk.story import LEO, MAYA, POLICY, TODAY, adult, elsewhere, event, fact, home, household, link, note, sibling, told

_AGENCIES = st.sampled_from(["school", "health", "hospital", "health visitor", "police", "social care", "public", "anonymous", "housing"])
_KINDS = st.sampled_from(["inbound_concern", "inbound_concern", "professional_observation", "decision_or_activity"])
_OUTCOMES = st.sampled_from([None, None, None, "NFA", "s47", "cp_plan", "SINGLE_ASSESSMENT", "removed"])


def _answer(question: Question) -> st.SearchStrategy[Any]:
    codes = question.codes.codes if question.codes else ()
    return {
        "one": st.sampled_from(codes) if codes else st.none(),
        "many": st.lists(st.sampled_from(codes), unique=True, max_size=3).map(tuple) if codes else st.none(),
        "number": st.integers(0, min(question.highest, 100)),
        "day": st.integers(0, 900).map(lambda days: (TODAY - timedelta(days=days)).isoformat()),
        "words": st.just("said by chance"),
    }[question.form]


@st.composite
def _facts(draw: st.DrawFn) -> tuple[Fact, ...]:
    if draw(st.booleans()):
        return ()
    kind: FactKind = FACT_KINDS[draw(st.sampled_from(sorted(FACT_KINDS)))]
    answers = {one.name: draw(_answer(one)) for one in kind.questions if one.needed or draw(st.booleans())}
    return (Fact(kind.code, tuple(sorted(answers.items()))),)


@st.composite
def _event(draw: st.DrawFn, of: Child = MAYA) -> Event:
    kind, outcome = draw(_KINDS), draw(_OUTCOMES)
    codes = draw(st.lists(st.sampled_from(CONCERN_CATEGORIES.codes), unique=True, max_size=3))
    days = draw(st.integers(0, 900))
    key = draw(st.uuids(version=4))
    return event(
        days, *codes, agency=draw(_AGENCIES), kind=kind, facts=draw(_facts()), of=of, id=str(key),
        outcome=outcome if kind == "decision_or_activity" else None, closes=outcome == "NFA" and kind == "decision_or_activity",
        referral=draw(st.sampled_from([None, "r1", "r2", "r3"])), happened=draw(st.sampled_from([None, days, days + 3])),
    )  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> ChildTimeline:
    """A child of any age with a family, moves and up to eight events."""
    born = TODAY - timedelta(days=draw(st.sampled_from([-60, 50, 200, 500, 800, 1500, 4000])))
    child = replace(MAYA, birth_date=born if born <= TODAY else None, expected_date=None if born <= TODAY else born)
    events = draw(st.lists(_event(), max_size=8))
    brother = sibling(*draw(st.lists(_event(LEO), max_size=2)))
    homes = (home("a", 900, 300), home("b", 250, 200), home("c", 60, 60)) if draw(st.booleans()) else ()
    man = adult(
        link(days_ago=draw(st.integers(0, 400))), children=(elsewhere(*draw(st.lists(_event(LEO), max_size=1))),),
        households=(household("x", *events[:1]), household("y", *draw(st.lists(_event(LEO), max_size=1)))),
    )  # fmt: skip
    mother = adult(parent=True, person_id="mum", children=(elsewhere(*draw(st.lists(_event(LEO), max_size=1)), parent=True, child=LEO),))
    return told(*events, child=child, siblings=(brother,), adults=(man, mother), homes=homes)


def _found(timeline: ChildTimeline, at: date = TODAY) -> dict[str, Finding]:
    return {one.signal: one for one in evaluate_all(timeline, at=at, policy=POLICY)}


def _outline(timeline: ChildTimeline, at: date = TODAY) -> dict[str, tuple[Severity, frozenset[tuple[str, str]]]]:
    return {code: (one.severity, frozenset((e.kind, e.id) for e in one.evidence)) for code, one in _found(timeline, at).items()}


def anything() -> st.SearchStrategy[ChildTimeline]:
    """A story made by chance, or one in which a signal is known to fire: chance alone meets half of them never."""
    return st.one_of(stories(), st.sampled_from(list(FIRES.values())))


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.CODE)
def test_each_fires_in_its_story_on_the_same_days_ago_whenever_that_is(signal: Any) -> None:
    story = FIRES[signal.CODE]
    fires = _outline(story)
    assert signal.CODE in fires
    for days in (-3653, -59, 1, 40, 366, 1461):
        by = timedelta(days=days)
        assert _outline(_shifted(story, by), TODAY + by) == fires


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.CODE)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(data=st.data())
def test_in_its_story_too_a_benign_event_raises_nothing_and_what_comes_later_changes_nothing(signal: Any, data: st.DataObject) -> None:
    story = FIRES[signal.CODE]
    before = _found(story)
    days = data.draw(st.integers(0, 900))
    benign = replace(data.draw(_BENIGN), id="benign", known_on=TODAY - timedelta(days=days))
    for code, finding in _found(replace(story, events=(*story.events, benign))).items():
        assert code in before, finding
        assert finding.severity <= before[code].severity, finding
    later = replace(data.draw(_event()), known_on=TODAY + timedelta(days=1), happened_on=None)
    assert _outline(replace(story, events=(*story.events, later))) == _outline(story)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(anything())
def test_every_finding_shows_its_facts(story: ChildTimeline) -> None:
    for finding in _found(story).values():
        assert finding.evidence, finding
        assert len({(one.kind, one.id) for one in finding.evidence}) == len(finding.evidence), finding
        assert finding.sentence.endswith("."), finding.sentence
        assert "None" not in finding.sentence, finding.sentence
        assert finding.clears.startswith("Clears")
        assert finding.policy_version == POLICY.version
        assert all(gap.endswith(".") for gap in finding.gaps)


def _shifted(value: Any, by: timedelta) -> Any:
    """Every date of a timeline moved, however deep it lies; dates within facts too."""
    if isinstance(value, date):
        return value + by
    if isinstance(value, Fact):
        days = {question.name for question in FACT_KINDS[value.kind].questions if question.form == "day"}
        moved = [(name, (date.fromisoformat(str(said)) + by).isoformat() if name in days else said) for name, said in value.answers]
        return Fact(value.kind, tuple(moved))
    if isinstance(value, tuple):
        return tuple(_shifted(one, by) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return replace(value, **{one.name: _shifted(getattr(value, one.name), by) for one in fields(value)})
    return value


@settings(max_examples=60, deadline=None, derandomize=True)
@given(anything(), st.integers(-4000, 4000))
def test_moving_every_date_moves_the_findings(story: ChildTimeline, days: int) -> None:
    by = timedelta(days=days)
    assert _outline(_shifted(story, by), TODAY + by) == _outline(story)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(anything(), st.randoms(use_true_random=False))
def test_the_order_of_writing_changes_nothing(story: ChildTimeline, chance: Any) -> None:
    """But for decisions: of two on one referral, the one written later stands."""
    story = replace(story, events=tuple(one for one in story.events if one.kind != "decision_or_activity"))
    events = list(story.events)
    chance.shuffle(events)
    assert _outline(replace(story, events=tuple(events))) == _outline(story)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(anything(), _event())
def test_what_is_not_known_yet_changes_nothing(story: ChildTimeline, later: Event) -> None:
    unknown = replace(later, known_on=TODAY + timedelta(days=1), happened_on=None)
    assert _outline(replace(story, events=(*story.events, unknown))) == _outline(story)


_BENIGN = st.sampled_from(
    [
        note(0, "routine_contact", agency="health"), note(0, "routine_contact", agency="school"),
        note(0, facts=(fact("seen", by="social_worker"),)), note(0, facts=(fact("visit", result="child_seen"),)),
        note(0, facts=(fact("appointment", result="attended", service="gp"),)),
        note(0, facts=(fact("registration", service="gp", standing="registered"),)),
    ]
)  # fmt: skip


@settings(max_examples=100, deadline=None, derandomize=True)
@given(anything(), _BENIGN, st.integers(0, 900))
def test_a_benign_event_never_raises_a_severity(story: ChildTimeline, benign: Event, days: int) -> None:
    before = _found(story)
    added = replace(benign, id="benign", known_on=TODAY - timedelta(days=days))
    for code, finding in _found(replace(story, events=(*story.events, added))).items():
        assert code in before, finding
        assert finding.severity <= before[code].severity, finding


_HURT = st.sampled_from(["physical_injury", "head_injury", "fracture", "burn_scald", "unexplained_bruising", "inconsistent_explanation"])
# Who may have seen an injury. Without a place, nothing is recorded but who told of it.
_PLACES = st.sampled_from(["school", "health", "hospital", "health visitor", "police", "social care"])
_POLICIES = [POLICY, *(Policy.named(name) for name in ("six-a-week", "three-a-week", "two-a-week"))]


@st.composite
def _injuries(draw: st.DrawFn) -> tuple[Event, ...]:
    """Injuries close together, told by several, with and without a category, a fact, a day or a referral in common."""
    days = st.integers(0, 6)
    told = []
    for number in range(draw(st.integers(2, 4))):
        codes = draw(st.lists(_HURT, unique=True, max_size=2))
        fact_of_it = fact("injury", **({"opinion": draw(_OPINIONS)} if draw(st.booleans()) else {"mobility": "mobile"}))
        known = draw(days)
        told.append(event(
            known, *codes, agency=draw(_PLACES), kind=draw(_KINDS), facts=(fact_of_it,) if not codes or draw(st.booleans()) else (),
            id=f"{draw(st.integers(0, 9))}-hurt-{number}", happened=draw(st.sampled_from([None, known, known + 1])),
            referral=draw(st.sampled_from([None, "r1", "r2"])),
        ))  # fmt: skip
    return tuple(told)


_OPINIONS = st.sampled_from(["accident", "accident", "medical", "inflicted", "undetermined"])


@st.composite
def _opinions(draw: st.DrawFn) -> Event:
    """What a clinician thinks of an injury: in a note or a referral, on any day, in any words."""
    known = draw(st.integers(0, 8))
    return event(
        known, *draw(st.lists(_HURT, unique=True, max_size=2)), agency=draw(_PLACES),
        kind=draw(st.sampled_from(["professional_observation", "inbound_concern"])),
        facts=(fact("injury", opinion=draw(_OPINIONS)), *((fact("seen", by="paediatrician"),) if draw(st.booleans()) else ())),
        id=f"{draw(st.integers(0, 9))}-explained", happened=draw(st.sampled_from([None, 0, known, known + 1])),
        referral=draw(st.sampled_from([None, "r1", "r2", "r3"])),
    )  # fmt: skip


@pytest.mark.parametrize("policy", _POLICIES, ids=lambda one: one.version)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(stories(), _injuries(), _opinions())
def test_a_doctor_s_opinion_never_switches_off_a_red(policy: Policy, story: ChildTimeline, hurt: tuple[Event, ...], opinion: Event) -> None:
    """S08 asks whether anybody saw the child: who examined an injury or met the child answers that, an opinion does not."""
    story = replace(story, events=tuple(sorted((*story.events, *hurt), key=lambda one: (one.known_on, one.id))))
    added = tuple(sorted((*story.events, opinion), key=lambda one: (one.known_on, one.id)))
    reds = {one.signal for one in evaluate_all(story, at=TODAY, policy=policy) if one.severity == Severity.RED}
    after = {one.signal for one in evaluate_all(replace(story, events=added), at=TODAY, policy=policy) if one.severity == Severity.RED}
    examined = opinion.fact("seen") is not None or opinion.categories
    assert reds - ({"S08"} if examined else set()) <= after


def test_the_view_has_no_place_for_what_may_not_be_read() -> None:
    """Ethnicity, religion, nationality, deprivation, benefits and a parent's own childhood are not fields of anything seen."""
    from safeguard.risk import timeline

    names = {one.name for kind in vars(timeline).values() if hasattr(kind, "__dataclass_fields__") for one in fields(kind)}
    questions = {question.name for kind in FACT_KINDS.values() for question in kind.questions}
    for forbidden in ("ethnic", "religi", "national", "postcode", "depriv", "benefit", "childhood", "language"):
        assert not [name for name in names | questions if forbidden in name]


def test_a_signal_that_is_off_stays_quiet() -> None:
    story = told(event(5, "disclosure_by_child"))
    off = replace(POLICY, settings={**POLICY.settings, "S33": replace(POLICY.settings["S33"], on=False)})
    assert "S33" in _found(story)
    assert "S33" not in {one.signal for one in evaluate_all(story, at=TODAY, policy=off)}


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.CODE)
def test_nothing_known_raises_nothing(signal: Any) -> None:
    assert signal.find(told(), at=TODAY, policy=POLICY) is None
