"""Each signal on the shortest story that raises it, and on the one next to it that must stay quiet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNAL_CARDS, evaluate_all
from safeguard.risk.timeline import Adult, Child, ChildTimeline, Event, HouseholdConcern, Sibling

TODAY = date(2026, 11, 20)
POLICY = Policy.load()
MAYA = Child("maya", "Maya Fernsby", date(2015, 3, 27), None)
LEO = Child("leo", "Leo Fernsby", date(2018, 11, 2), None)


def concern(days_ago: int, *, of: Child = MAYA, agency: str = "school", category: str = "neglect", number: int | None = None) -> Event:
    return Event(
        id=f"{of.id}-{days_ago}-{agency}", person_id=of.id, kind="inbound_concern", known_on=TODAY - timedelta(days=days_ago),
        happened_on=None, agency_id=agency, agency_name=agency.title(), professional=True, source_code="2A", categories=(category,),
        referral_id=f"r{days_ago if number is None else number}", referral_reference=None, outcome=None, closes=False, summary=category,
    )  # fmt: skip


def closure(days_ago: int, number: int) -> Event:
    return replace(
        concern(days_ago, number=number), id=f"closed-{days_ago}", kind="decision_or_activity", outcome="NFA", closes=True, categories=()
    )


def timeline(*events: Event, siblings: tuple[Sibling, ...] = (), adults: tuple[Adult, ...] = ()) -> ChildTimeline:
    ordered = tuple(sorted(events, key=lambda event: (event.known_on, event.id)))
    return ChildTimeline(MAYA, ordered, siblings, adults)


def raised(told: ChildTimeline) -> dict[str, str]:
    return {finding.signal: finding.severity.name for finding in evaluate_all(told, at=TODAY, policy=POLICY)}


def test_referred_again_within_a_year() -> None:
    assert "S01" in raised(timeline(concern(10), concern(200)))
    assert "S01" not in raised(timeline(concern(10)))
    assert "S01" not in raised(timeline(concern(10), concern(400)))
    assert "S01" not in raised(timeline(concern(10), concern(11, agency="police"))), "one incident told by two agencies is one"


def test_concerns_coming_faster() -> None:
    assert "S02" in raised(timeline(concern(5), concern(30), concern(60), concern(300)))
    steady = [concern(days) for days in (20, 110, 200, 290)]
    assert "S02" not in raised(timeline(*steady)), "a family long known at an even rate is not growing worse"


def test_several_agencies_worried() -> None:
    three = [concern(5, agency="school"), concern(40, agency="police"), concern(90, agency="health")]
    assert "S03" in raised(timeline(*three))
    assert "S03" not in raised(timeline(*three[:2]))
    assert "S03" not in raised(timeline(concern(5), concern(40), concern(90))), "one agency thrice is one agency"


def test_new_concern_soon_after_closing() -> None:
    once = [concern(100, number=1), closure(95, 1), concern(50, number=2)]
    assert raised(timeline(*once))["S05"] == "AMBER"
    assert raised(timeline(*once, closure(45, 2), concern(5, number=3)))["S05"] == "RED"
    assert "S05" not in raised(timeline(concern(200, number=1), closure(195, 1), concern(50, number=2)))


def test_a_brother_s_concern_without_trace_here() -> None:
    leo = Sibling(LEO, "stated brother or sister", (concern(10, of=LEO, agency="hospital"),), ("edge",))
    assert "S24" in raised(timeline(siblings=(leo,)))
    mirrored = timeline(concern(10, agency="hospital", number=10), siblings=(leo,))
    assert "S24" not in raised(mirrored)
    long_ago = replace(leo, events=(concern(400, of=LEO),))
    newborn = replace(timeline(siblings=(long_ago,)), child=Child("new", "New", TODAY, None))
    assert "S24" not in raised(newborn), "nothing could be noted of a child nobody expected"


def _man(*, professional: bool = False) -> Adult:
    other = Child("zoe", "Zoe Marsh", date(2016, 1, 1), None)
    homes = (
        HouseholdConcern("address:1", "the household of Maya", (MAYA,), (concern(20),)),
        HouseholdConcern("address:2", "the household of Zoe", (other,), (concern(90, of=other),)),
    )
    return Adult("dale", "Dale Prentice", "Partner of a parent", professional, False, ("edge",), homes)


def test_one_adult_in_two_worried_households() -> None:
    assert "S25" in raised(timeline(concern(20), adults=(_man(),)))
    assert "S25" not in raised(timeline(concern(20), adults=(_man(professional=True),))), "a carer or worker is not a thread"


def test_every_finding_shows_its_facts() -> None:
    told = timeline(concern(5), concern(40, agency="police"), concern(90, agency="health"), adults=(_man(),))
    found = evaluate_all(told, at=TODAY, policy=POLICY)
    assert found
    for finding in found:
        assert finding.evidence
        assert finding.clears
        assert finding.policy_version == POLICY.version
        assert SIGNAL_CARDS[finding.signal].why


@given(st.lists(st.tuples(st.integers(0, 800), st.sampled_from(["school", "police", "health"])), max_size=12))
def test_the_order_things_were_written_in_changes_nothing(story: list[tuple[int, str]]) -> None:
    events = [replace(concern(days, agency=agency), id=f"e{n}", referral_id=f"r{n}") for n, (days, agency) in enumerate(story)]
    assert raised(timeline(*events)) == raised(timeline(*reversed(events)))


@given(st.lists(st.integers(0, 300), max_size=8), st.integers(0, 300))
def test_one_more_concern_never_takes_a_re_referral_away(days: list[int], more: int) -> None:
    before = raised(timeline(*(replace(concern(d), id=f"e{n}", referral_id=f"r{n}") for n, d in enumerate(days))))
    after = raised(timeline(*(replace(concern(d), id=f"e{n}", referral_id=f"r{n}") for n, d in enumerate([*days, more]))))
    assert not ("S01" in before and "S01" not in after)


def test_one_night_told_by_three_agencies_is_one_incident() -> None:
    """Each agency names what it saw: violence, an injury, what the child said. The day says it is one night."""
    night = TODAY - timedelta(days=10)
    told = [
        replace(concern(9, agency=agency, category=category, number=number), happened_on=night)
        for number, (agency, category) in enumerate(
            (("police", "domestic_abuse"), ("hospital", "physical_injury"), ("school", "disclosure_by_child"))
        )
    ]
    assert not {"S01", "S02"} & set(raised(timeline(*told)))
    another = replace(told[0], id="another", referral_id="r9", happened_on=night - timedelta(days=30))
    assert "S01" in raised(timeline(*told, another)), "another day is another incident"


def test_a_closure_that_was_replaced_closed_nothing() -> None:
    closed = closure(30, 1)
    instead = replace(closed, id="instead", outcome="STRATEGY_DISCUSSION", closes=False)
    assert "S05" in raised(timeline(closed, concern(10)))
    assert "S05" not in raised(ChildTimeline(MAYA, (closed, instead, concern(10)), (), ()))
    assert "S05" in raised(ChildTimeline(MAYA, (instead, closed, concern(10)), (), ())), "the later decision stands"
