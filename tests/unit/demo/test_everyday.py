"""The everyday layers of the demo keep to the base rates they were made from."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import lru_cache
from random import Random

from safeguard.concerns.fact_kinds import check_facts
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.errors import Problem
from safeguard.ops.demo.everyday import Seen, everyday, told
from safeguard.ops.demo.hard_negatives import HABITS, ROUTINE
from safeguard.ops.demo.households import Household, Households
from safeguard.ops.demo.occurrences import Occurrence, occurrences
from safeguard.ops.demo.places import Places

TODAY = date(2026, 11, 20)
START = date(2024, 11, 20)


@lru_cache(maxsize=1)
def town() -> tuple[list[Household], list[Occurrence], list[Seen]]:
    random = Random(11)
    maker = Households(random, Places(random, 3000), TODAY)
    households = [maker.make() for _ in range(1800)]
    found = occurrences(random, households, START, TODAY)
    referred = {child.place for one in found for child in one.children}
    seen = [
        one
        for household in households
        for one in everyday(random, household, START, TODAY, referred=any(child.place in referred for child in household.children))
    ]
    return households, found, seen


def test_contacts_are_several_times_the_referrals_and_mostly_domestic_incidents() -> None:
    _households, found, seen = town()
    contacts = [one for one in seen if one.kind == "inbound_concern"]
    referrals = sum(len(one.children) for one in found)
    assert 3 < len(contacts) / referrals < 7
    shares = Counter(one.categories[0] for one in contacts)
    assert shares["domestic_abuse"] / len(contacts) > 0.3
    assert max(shares, key=lambda code: shares[code]) == "domestic_abuse"


def test_babies_are_seen_most_and_most_of_what_is_recorded_is_well() -> None:
    households, _found, seen = town()
    routine = Counter(one.child.place for one in seen if one.kind == "professional_observation" and one.categories == ROUTINE)
    children = [child for household in households for child in household.children if child.born]
    rates = {}
    for name, oldest, youngest in (("baby", 1, 0), ("toddler", 5, 3), ("older", 17, 7)):
        group = [child for child in children if youngest <= (TODAY - child.born).days / 365.25 < oldest]  # type: ignore[operator]
        rates[name] = sum(routine[child.place] for child in group) / len(group)
    assert rates["baby"] > rates["older"]
    assert rates["toddler"] > rates["older"]
    notes = [one for one in seen if one.kind == "professional_observation"]
    assert sum(one.categories == ROUTINE for one in notes) / len(notes) > 0.7


def test_at_least_fifteen_in_a_hundred_referred_families_look_worse_than_they_are() -> None:
    households, found, _seen = town()
    referred = {child.place for one in found for child in one.children}
    families = [one for one in households if any(child.place in referred for child in one.children)]
    assert sum(one.hard_negative in HABITS for one in families) / len(families) > 0.15


def test_everything_is_coded_as_the_service_codes_it_and_lies_in_the_period() -> None:
    _households, _found, seen = town()
    for one in seen:
        problems: list[Problem] = []
        check_facts(one.facts, "facts", problems)
        assert not problems, (one.facts, problems)
        assert all(code in CONCERN_CATEGORIES or code in ROUTINE for code in one.categories)
        assert START <= one.day < TODAY
        assert one.child.born is None or one.child.born <= one.day


def test_records_slip_and_some_are_told_twice() -> None:
    _households, _found, seen = town()
    contacts = [one for one in seen if one.kind == "inbound_concern"]
    kept = list(told(contacts, Random(3)))
    assert 1.01 < len(kept) / len(contacts) < 1.1
    assert sum(one.agency == "early-help" and one.source_code == "5D" for one in kept) > 0.02 * len(contacts)
