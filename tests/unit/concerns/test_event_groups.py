"""Concerns and events as nodes and as groups: what each is called, and what stands when it was corrected or withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from safeguard.concerns.contacts import contacts_of
from safeguard.concerns.event_groups import EventGroup, counted
from safeguard.concerns.network import Node
from safeguard.concerns.occurrences import occurrences_of
from safeguard.concerns.stated import KnownEvent
from tests.unit.concerns.made import MARCH, key, noon


def _event(number: int, **said: Any) -> KnownEvent:
    given = {
        "person_id": key(1), "kind": "inbound_concern", "known_on": MARCH, "happened_on": None, "agency_id": key(900), "source_code": "3A",
        "categories": (), "referral_id": None, "reference": None, "outcome": None, "closes": False, "summary": "Something",
        "recorded_at": noon(MARCH), **said,
    }  # fmt: skip
    return KnownEvent(id=key(number), **given)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ({}, "Concern of 1 March 2026"),
        ({"categories": ("neglect", "emotional")}, "Concern of 1 March 2026: neglect, emotional abuse"),
        (
            {"categories": ("neglect", "emotional", "sexual", "young_carer", "an_old_code")},
            "Concern of 1 March 2026: neglect, emotional abuse, sexual abuse, 2 more",
        ),
        ({"categories": ("an_old_code",)}, "Concern of 1 March 2026: an_old_code"),
        ({"categories": ("neglect",), "facts": {"injury": {}}}, "Concern of 1 March 2026: neglect"),
        ({"kind": "professional_observation", "facts": {"visit": {}}, "categories": ("neglect",)}, "Observation of 1 March 2026: visit"),
        ({"kind": "decision_or_activity", "reference": "SR-1"}, "Decision of 1 March 2026 on referral SR-1"),
    ],
)
def test_what_it_is_called(said: dict[str, Any], label: str) -> None:
    assert [one.label for one in occurrences_of([_event(1, **said)])] == [label]


def test_what_was_told_of_two_children_alike_is_one() -> None:
    alike = [_event(number, person_id=key(number), referral_id=key(70)) for number in (1, 2)]
    assert [len(one.events) for one in occurrences_of(alike)] == [2]
    assert [len(one.events) for one in occurrences_of([alike[0], _event(2, referral_id=key(70), summary="Another thing")])] == [1, 1]
    assert [len(one.events) for one in occurrences_of([_event(1), _event(2)])] == [1, 1], "the same words of two contacts are two"


def test_what_was_corrected_or_made_in_error_is_neither_an_event_nor_a_contact() -> None:
    first = _event(1, kind="professional_observation", facts={"visit": {}})
    corrected = _event(2, kind="professional_observation", facts={"visit": {"result": "refused"}}, supersedes_id=key(1))
    withdrawn = _event(2, kind="decision_or_activity", supersedes_id=key(1))
    assert [one.id for one in occurrences_of([first, corrected])] == [key(2)]
    assert occurrences_of([first, withdrawn]) == []
    assert contacts_of([first, withdrawn]) == []


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (["concern"], "1 concern"), (["concern"] * 5, "5 concerns"), (["addition"] * 2, "2 additions"),
        (["concern"] * 3 + ["decision"] * 2 + ["observation"] * 9, "14 events of 3 kinds: 3 concerns, 9 observations, 2 decisions"),
        (["decision", "concern"], "2 events of 2 kinds: 1 concern, 1 decision"),
    ],
)  # fmt: skip
def test_how_many_of_which_kind(kinds: list[str], words: str) -> None:
    assert counted(kinds) == words


@pytest.mark.parametrize(("newest", "alone", "older"), [(0, 0, 5), (2, 2, 3), (4, 4, 1), (5, 5, 0), (9, 5, 0)])
def test_the_newest_are_drawn_and_the_others_stay_together(newest: int, alone: int, older: int) -> None:
    items = tuple(Node(key(number), "concern", "", day=date(2026, 3, 1) + timedelta(number)) for number in range(5))
    drawn, rest = EventGroup((key(1),), items).parted(newest)
    assert drawn == items[5 - alone :]
    assert (len(rest.items) if rest else 0) == older
