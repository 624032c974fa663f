"""Whole referral documents for tests, made up, each different from the last only where a test says so."""

from __future__ import annotations

import copy
from typing import Any

_SIBLINGS: dict[str, Any] = {
    "client_reference": "T-1",
    "immediate_danger": "no",
    "referrer": {"name": "Sam Example", "role": "Safeguarding lead", "phone": "01632 960200"},
    "children": [
        {"key": "c1", "given_names": "Maya", "surname": "Fernsby", "birth": {"kind": "born", "date": "2015-03-27"}, "sex": "F",
         "address": "h1", "concerns": ["neglect"]},
        {"key": "c2", "given_names": "Leo", "surname": "Fernsby", "birth": {"kind": "born", "date": "2018-11-02"}, "sex": "M",
         "address": "h1", "concerns": ["neglect"]},
    ],
    "people": [
        {"key": "p1", "kind": "adult", "given_names": "Carla", "surname": "Fernsby", "sex": "F",
         "birth": {"kind": "born", "date": "1990-05-14"}, "address": "h1"},
    ],
    "relationships": [
        {"from": "p1", "to": "c1", "kind": "mother"},
        {"from": "p1", "to": "c2", "kind": "mother"},
        {"from": "c2", "to": "c1", "kind": "sibling"},
    ],
    "addresses": [{"key": "h1", "lines": ["14 Willow Close", "Aldermoor"], "postcode": "AM4 3QQ"}],
    "concern": {"narrative": "The children came to school hungry and cold three days running."},
    "voice": {"seen": "yes", "seen_alone": "yes", "views": "Maya said there is no food at home."},
    "awareness": {"parents_told": "yes", "agreement": "agreed"},
}  # fmt: skip


def siblings(**changes: Any) -> dict[str, Any]:
    """A referral about Maya and Leo Fernsby, with whole parts of it changed."""
    return {**copy.deepcopy(_SIBLINGS), **changes}


def about(given_names: str, surname: str, born: str, **changes: Any) -> dict[str, Any]:
    """A referral about one child alone."""
    document = siblings(people=[], relationships=[], **changes)
    child = {**document["children"][0], "given_names": given_names, "surname": surname, "birth": {"kind": "born", "date": born}}
    child.pop("sex")
    return {**document, "children": [child]}
