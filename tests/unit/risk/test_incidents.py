"""Which reports are of one incident, and what a doctor's opinion does to them."""

from __future__ import annotations

from itertools import permutations

import pytest

from safeguard.risk.incidents import incidents_of
from safeguard.risk.timeline import Event
from tests.unit.risk.story import event, fact, level, note

_ACCIDENT = (fact("injury", opinion="accident"),)


def _apart(*events: Event) -> list[list[str]]:
    ordered = sorted(events, key=lambda one: (one.known_on, one.id))
    return [[one.id for one in incident.reports] for incident in incidents_of(ordered, 2)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (event(10, "fracture", id="a"), event(12, "fracture", agency="police", id="b"), True),
        (event(10, "fracture", id="a"), event(13, "fracture", agency="police", id="b"), False),
        (event(10, "fracture", id="a"), event(11, "fracture", id="b"), False),
        (event(10, "fracture", id="a"), event(11, "burn_scald", agency="police", id="b"), False),
        (event(10, "fracture", id="a"), event(11, agency="police", id="b"), True),
        (event(10, "fracture", happened=20, id="a"), event(3, "burn_scald", agency="police", happened=20, id="b"), True),
        (event(10, "fracture", happened=20, id="a"), event(10, "fracture", agency="police", happened=21, id="b"), False),
        (event(10, "fracture", referral="r", id="a"), event(80, "neglect", agency="police", referral="r", id="b"), True),
    ],
)  # fmt: skip
def test_two_reports(one: Event, other: Event, same: bool) -> None:
    assert (len(_apart(one, other)) == 1) is same


def test_an_opinion_joins_no_two_incidents_whichever_comes_first() -> None:
    """Joining whatever fits would make one incident of the three, or two that the hospital had seen both of."""
    for one, other, opinion in permutations("123"):
        burn = event(10, "burn_scald", id=one)
        break_ = event(10, "fracture", agency="hospital", id=other)
        said = note(10, agency="hospital", facts=_ACCIDENT, id=opinion)
        assert len(_apart(burn, break_, said)) == 2
        assert level("S10", burn, break_) == level("S10", burn, break_, said) == "RED"


def test_an_opinion_stands_last_so_that_the_day_stays_the_day_it_was_told() -> None:
    told = _apart(note(11, agency="hospital", facts=_ACCIDENT, id="opinion"), event(10, "fracture", id="told"))
    assert told == [["told", "opinion"]]


def test_opinions_alone_count_by_the_day_they_are_about() -> None:
    """A hospital that treats three accidents records three injuries; its letter on one of them is not a fourth."""
    three = [note(days, "fracture", agency="hospital", facts=_ACCIDENT, id=f"{days}") for days in (10, 40, 80)]
    assert len(_apart(*three)) == 3
    assert len(_apart(*three, note(9, agency="health", facts=_ACCIDENT, happened=40, id="letter"))) == 3
    assert level("S10", *three) == "RED"
