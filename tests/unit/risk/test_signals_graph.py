"""Family and places: S24 to S28, at the edges, and where an obvious wrong rule fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safeguard.risk.timeline import Child, Peer, PeerLink, Place
from tests.unit.risk.story import (
    LEO,
    MAYA,
    TODAY,
    adult,
    decision,
    event,
    fact,
    find,
    home,
    household,
    level,
    note,
    on,
    sibling,
    told,
)


@pytest.mark.parametrize(("days", "expected"), [(10, "AMBER"), (729, "AMBER"), (730, None)])
def test_s24_edges(days: int, expected: str | None) -> None:
    assert level("S24", siblings=(sibling(event(days, "neglect", of=LEO)),)) == expected


@pytest.mark.parametrize(("own", "expected"), [(24, None), (25, "AMBER"), (10, None)])
def test_s24_an_entry_near_it_mirrors_it(own: int, expected: str | None) -> None:
    assert level("S24", note(own, "routine_contact"), siblings=(sibling(event(10, "neglect", of=LEO)),)) == expected


def test_s24_before_the_child_was_expected_where_every_old_concern_would_fire() -> None:
    old = sibling(event(400, "neglect", of=LEO))
    assert level("S24", siblings=(old,), child=Child("new", "New", TODAY, None)) is None
    assert level("S24", siblings=(old,)) == "AMBER"


def test_s24_two_records_of_one_name_and_birthday_are_no_siblings_where_a_shared_home_would_fire() -> None:
    told_of_her = event(10, "neglect", of=MAYA)
    assert level("S24", siblings=(sibling(told_of_her, child=Child("again", "MAYA Fernsby", MAYA.birth_date, None)),)) is None
    twin = Child("twin", "Mia Fernsby", MAYA.birth_date, None)
    assert level("S24", siblings=(sibling(told_of_her, child=twin),)) == "AMBER"
    assert level("S24", siblings=(sibling(told_of_her, child=Child("cousin", "Maya Fernsby", on(9), None)),)) == "AMBER"


@pytest.mark.parametrize(("days", "expected"), [(364, "AMBER"), (365, None)])
def test_s25_edges(days: int, expected: str | None) -> None:
    homes = (household("a", event(20, "neglect")), household("b", event(days, "neglect", of=LEO)))
    assert level("S25", adults=(adult(households=homes),)) == expected
    assert level("S25", adults=(adult(households=homes[:1]),)) is None


def test_s25_a_worker_or_grandmother_is_no_thread_where_counting_homes_would_fire() -> None:
    homes = (household("a", event(20, "neglect")), household("b", event(90, "neglect", of=LEO)))
    assert level("S25", adults=(adult(households=homes, professional=True),)) is None
    assert level("S25", adults=(adult(households=homes, kin_carer=True),)) is None
    quiet = (household("a", event(20, "neglect")), household("b", note(90, "routine_contact", of=LEO)))
    assert level("S25", adults=(adult(households=quiet),)) is None


def test_s26_edges() -> None:
    worries = [event(300, "neglect", id="w1"), event(100, "neglect", id="w2")]
    homes = (home("a", 900, 300), home("b", 250, 200), home("c", 60, 60))
    assert level("S26", *worries, homes=homes) == "RED"
    assert level("S26", *worries, homes=homes[:2]) is None
    assert level("S26", *worries, homes=(*homes[:2], home("c", 9, 9))) is None, "91 days after the concern"
    assert level("S26", *worries, homes=(*homes[:2], home("c", 10, 10))) == "RED", "90 days after it"
    assert level("S26", *worries, homes=(home("a", 900, 600), home("b", 380, 300), home("c", 60, 60))) is None, "over a year ago"


def test_s26_two_addresses_told_side_by_side_are_two_views_where_each_new_address_would_fire() -> None:
    worries = [event(300, "neglect"), event(100, "neglect")]
    views = (home("a", 900, 5), home("a, flat 1", 250, 200), home("a flat one", 60, 60))
    assert level("S26", *worries, homes=views) is None
    same_report = [event(250, "neglect"), event(60, "neglect")]
    moved = (home("a", 900, 400), home("b", 250, 200), home("c", 60, 60))
    assert level("S26", *same_report, homes=moved) is None, "the concern that told of a move is not near it"


def test_s26_an_address_told_once_is_no_move_where_every_new_address_would_fire() -> None:
    worries = [event(300, "neglect"), event(100, "neglect")]
    moved = (home("a", 900, 300), home("b", 250, 200), home("c", 60, 60))
    assert level("S26", *worries, homes=moved) == "RED"
    assert level("S26", *worries, homes=(*moved[:2], replace(moved[2], confirmed=False))) is None, "where a partner lives"


@pytest.mark.parametrize(("gap", "expected"), [(90, "RED"), (91, None), (0, "RED"), (-1, None)])
def test_s26_away_after_serious_work(gap: int, expected: str | None) -> None:
    move = note(20, facts=(fact("move", reach="other_area", told="no"),))
    assert level("S26", decision(20 + gap, "s47"), move) == expected
    assert level("S26", event(20 + gap, "neglect"), move) is None
    near_home = note(20, facts=(fact("move", reach="same_area"),))
    assert level("S26", decision(20 + gap, "s47"), near_home) is None


def _family(name: str, *days: int, code: str = "neglect") -> tuple[Peer, ...]:
    child = Child(name, name.title(), None, None)
    return (Peer(child, tuple(event(one, code, of=child) for one in days)),)


@pytest.mark.parametrize(("third", "expected"), [(179, "AMBER"), (180, None)])
def test_s27_edges(third: int, expected: str | None) -> None:
    place = Place("The arcade", (_family("ann", 20), _family("ben", third)), ())
    assert level("S27", event(5, "neglect"), places=(place,)) == expected
    assert level("S27", places=(place,)) is None, "no concern about this child"


def test_s27_three_sisters_are_one_family_where_counting_children_would_fire() -> None:
    sisters = (*_family("ann", 20), *_family("eve", 20), *_family("ida", 20))
    assert level("S27", event(5, "neglect"), places=(Place("A flat", (sisters,), ()),)) is None
    worse = Place("A flat", (sisters, _family("ben", 9, code="exploitation_sexual")), ("edge-home",))
    assert level("S27", event(5, "neglect"), places=(worse,)) == "RED"


def _link(one: str, other: str, days: int, basis: str = "phone") -> PeerLink:
    return PeerLink(one, other, basis, "the phone 07700900123", on(days), (("event", f"x-{one}"), ("event", f"x-{other}")))


def _peers(code: str = "exploitation_criminal") -> tuple[Peer, ...]:
    return (*_family("ann", 20, code=code), *_family("ben", 20))


@pytest.mark.parametrize(("days", "expected"), [(179, "RED"), (180, None)])
def test_s28_edges(days: int, expected: str | None) -> None:
    links = (_link("maya", "ann", 10), _link("ann", "ben", days))
    assert level("S28", event(9, "neglect"), peer_links=links, peers=_peers()) == expected
    assert level("S28", peer_links=links[:1], peers=_peers()) is None
    assert level("S28", peer_links=links, peers=_peers("emotional")) is None, "no exploitation among them"


def test_s28_follows_links_where_looking_at_the_child_s_own_would_miss_the_group() -> None:
    links = (_link("maya", "ben", 10), _link("ann", "ben", 20))
    found = find("S28", told(peer_links=links, peers=_peers()))
    assert found is not None
    assert {item.id for item in found.evidence} >= {"x-maya", "x-ben", "x-ann"}, "the links are shown, not just the group"


def test_s28_two_pupils_in_one_referral_about_a_quarrel_are_no_group() -> None:
    links = (_link("maya", "ann", 10, "together"), _link("ann", "ben", 20, "together"))
    assert level("S28", event(9, "emotional"), peer_links=links, peers=_peers()) is None
    about = [replace(event(10, "missing_from_home"), id="x-maya"), replace(event(11, "missing_from_home"), id="x-ann")]
    known_before = _family("ann", 20, code="exploitation_sexual")[0].events
    ann = Peer(Child("ann", "Ann", None, None), (replace(about[1], person_id="ann"), *known_before))
    together = level("S28", about[0], peer_links=links, peers=(ann, *_family("ben", 20)))
    assert together == "RED"
