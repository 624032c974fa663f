"""A whole referral document about two siblings and an unborn child, for the tests of this room."""

from __future__ import annotations

from datetime import date
from typing import Any

TODAY = date(2026, 11, 24)


def whole() -> dict[str, Any]:
    """A fresh document that breaks no rule on `TODAY`."""
    return {
        "source_code": "2A",
        "referrer": {
            "name": "Priya Sandhurst",
            "role": "Designated safeguarding lead",
            "phone": "01632 960201",
            "email": "priya@oakfield.example",
            "relationship_to_children": "Head of their school's pastoral team",
            "safeguarding_lead_consulted": "not_applicable",
        },
        "immediate_danger": "no",
        "children": [
            {
                "key": "c1",
                "given_names": "Maya",
                "surname": "Fernsby",
                "birth": {"kind": "born", "date": "2015-03-02"},
                "sex": "F",
                "ethnicity": "WBRI",
                "disabilities": ["NONE"],
                "address": "h1",
                "concerns": ["neglect", "domestic_abuse"],
            },
            {
                "key": "c2",
                "given_names": "Leo",
                "surname": "Fernsby",
                "birth": {"kind": "estimated", "age": 7},
                "address": "h1",
                "concerns": ["neglect"],
            },
            {"key": "c3", "birth": {"kind": "unborn", "expected_date": "2027-02-01"}, "concerns": ["domestic_abuse"]},
        ],
        "people": [
            {
                "key": "p1",
                "kind": "adult",
                "given_names": "Dana",
                "surname": "Fernsby",
                "birth": {"kind": "born", "date": "1990-06-05"},
                "address": "h1",
            },
            {"key": "p2", "kind": "adult", "birth": {"kind": "unknown"}},
        ],
        "relationships": [
            {"from": "p1", "to": "c1", "kind": "mother", "parental_responsibility": "yes", "lives_with": "yes"},
            {"from": "p1", "to": "c2", "kind": "mother", "parental_responsibility": "yes", "lives_with": "yes"},
            {"from": "p1", "to": "c3", "kind": "mother"},
            {"from": "p2", "to": "c1", "kind": "parents_partner", "parental_responsibility": "not_known"},
            {"from": "c2", "to": "c1", "kind": "sibling"},
        ],
        "addresses": [{"key": "h1", "lines": ["14 Willow Close", "Aldermoor"], "postcode": "QQ1 1AA"}],
        "concern": {"narrative": "Maya came to school hungry again.", "happened_on": "2026-11-20"},
        "voice": {"seen": "yes", "seen_alone": "yes", "views": "“I look after Leo.”"},
        "awareness": {"parents_told": "yes", "agreement": "agreed"},
    }
