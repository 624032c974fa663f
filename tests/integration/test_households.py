"""S25 on real records: who lives with whom, and what makes a second household."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from safeguard.risk.model import Flag
from tests.documents import siblings
from tests.integration.help import agency, transaction_at

_OLD = {"key": "h1", "lines": ["14 Willow Close", "Aldermoor"], "postcode": "AM4 3QQ"}
_NEW = {"key": "h2", "lines": ["3 Canal Street", "Aldermoor"], "postcode": "AM2 1AB"}


def _family(given: str, surname: str, born: str, home: dict[str, Any], uncle_kind: str = "aunt_or_uncle", **uncle: str) -> dict[str, Any]:
    """A child, the child's own mother, and Dean Okafor, who comes to several families."""
    return siblings(
        children=[{"key": "c1", "given_names": given, "surname": surname, "birth": {"kind": "born", "date": born}, "sex": "F",
                   "address": home["key"], "concerns": ["sexual"]}],
        people=[
            {"key": "p1", "kind": "adult", "given_names": f"Mother of {given}", "surname": surname, "address": home["key"]},
            {"key": "p2", "kind": "adult", "given_names": "Dean", "surname": "Okafor", "sex": "M",
             "birth": {"kind": "born", "date": "1984-07-21"}, "nhs_number": "9990000018", "phone": "01632 960777"},
        ],
        relationships=[{"from": "p1", "to": "c1", "kind": "mother"}, {"from": "p2", "to": "c1", "kind": uncle_kind, **uncle}],
        addresses=[home],
    )  # fmt: skip


def _raised(context: Flask, *documents: dict[str, Any]) -> list[str]:
    """The sentences of the S25 flags that stand after these referrals, a month apart."""
    for month, document in enumerate(documents, 3):
        with transaction_at(datetime(2026, month, 16, 10, tzinfo=UTC)) as (session, at):
            receive(session, agency(session), {**document, "client_reference": f"H-{month}"}, at=at)
    open_ones = select(Flag).where(Flag.signal == "S25", Flag.status == "open")
    return [flag.sentence for flag in db.session.scalars(open_ones)]


def test_a_brother_without_an_address_is_no_second_household(context: Flask) -> None:
    document = siblings()
    document["children"][1].pop("address")
    document["relationships"].pop()  # not even said to be siblings: the mother joins them
    assert _raised(context, document) == []


def test_a_family_that_moves_is_no_second_household(context: Flask) -> None:
    moved = siblings(addresses=[_NEW])
    moved["children"] = [{**moved["children"][0], "address": "h2"}]
    moved["people"] = [{**moved["people"][0], "address": "h2"}]
    moved["relationships"] = [{"from": "p1", "to": "c1", "kind": "mother"}]
    assert _raised(context, siblings(), moved) == []


@pytest.mark.parametrize(
    ("kind", "more", "fires"),
    [
        ("aunt_or_uncle", {}, True),
        ("family_friend", {}, True),
        ("aunt_or_uncle", {"lives_with": "yes"}, False),
        ("special_guardian", {}, False),
    ],
)
def test_an_adult_in_two_homes(context: Flask, kind: str, more: dict[str, str], fires: bool) -> None:
    """A relative who visits counts; one who brings the child up does not."""
    one = _family("Ellie", "Hartwell", "2016-03-14", _OLD, kind, **more)
    other = _family("Zofia", "Kowalska", "2017-06-30", _NEW, kind, **more)
    sentences = _raised(context, one, other)
    assert bool(sentences) is fires
    for sentence in sentences:
        assert "Dean Okafor" in sentence
        assert "linked to 2 households" in sentence
        assert "the home of Ellie Hartwell at 14 Willow Close" in sentence
