"""`flask graph` on a family told of by two agencies."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask import Flask

from safeguard.kernel.clock import told_time
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, transaction_at


@pytest.fixture
def family(context: Flask) -> dict[str, uuid.UUID]:
    """Two children and their mother, whom the police call their aunt."""
    with transaction_at() as (session, at):
        sent = receive(session, agency(session), siblings(), at=at)
        other = siblings(client_reference="P-1")
        other["relationships"] = [{**one, "kind": "aunt_or_uncle"} if one["kind"] == "mother" else one for one in other["relationships"]]
        receive(session, agency(session, "police"), other, at=at)
    return {one.record.document_key or "": one.person_id for one in sent.people}


def _ask(context: Flask, *words: Any) -> Any:
    with told_time(MONDAY):
        return context.test_cli_runner().invoke(args=["graph", *map(str, words)])


def test_every_question_has_an_answer(context: Flask, family: dict[str, uuid.UUID]) -> None:
    child, brother, mother = family["c1"], family["c2"], family["p1"]
    around = json.loads(_ask(context, "around", child, "--json").output)
    assert {node["id"] for node in around["nodes"] if node.get("steps") == 1} >= {str(brother), str(mother)}
    said = {(link["code"], link["standing"]) for link in around["links"] if str(mother) in {link["one"], link["other"]}}
    assert {("mother", "disputed"), ("aunt_or_uncle", "disputed")} <= said
    assert all(link["sources"] and link["words"] and link["said_by"] for link in around["links"])
    assert [(group["words"], set(group["of"])) for group in around["event_groups"]] == [("2 concerns", {str(child), str(brother)})]
    assert {node["on"] for node in around["nodes"] if node["kind"] == "concern"} == {"2026-11-16"}
    assert "2 concerns, 2026-11-16 to 2026-11-16: " in _ask(context, "around", child).output
    path = json.loads(_ask(context, "connect", child, brother, "--json").output)["paths"][0]
    assert [one["id"] for one in path["people"]] == [str(child), str(brother)]
    reached = json.loads(_ask(context, "reach", mother, "--json").output)
    assert {one["id"] for one in reached["children"]} == {str(child), str(brother)}
    assert all(one["concerns"] == 2 for one in reached["children"])
    assert json.loads(_ask(context, "groups", "--since", "2026-01-01", "--json").output)["groups"] == []
    changed = json.loads(_ask(context, "changes", child, "--since", "2026-11-01", "--json").output)["changes"]
    assert {"new_link", "event", "person"} <= {one["kind"] for one in changed}
    doubts = json.loads(_ask(context, "merged", child, brother, "--json").output)["doubts"]
    assert any("themselves" in doubt for doubt in doubts)
    for words in (("around", child), ("connect", child, mother), ("reach", mother), ("changes", child, "--since", "2026-11-01")):
        told = _ask(context, *words)
        assert told.exit_code == 0
        assert "Fernsby" in told.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("around", uuid.UUID(int=7)), "There is no such person"),
        (("around", "c1", "--hops", "9"), "from 1 to 3 steps"),
        (("around", "c1", "--on", "2199-01-01"), "today or in the past"),
        (("connect", "c1", "c1"), "two different people"),
        (("reach", uuid.UUID(int=7)), "There is no such person, address, place or phone"),
        (("around", "c1", "--as", "nobody@demo.example"), "no such account"),
        (("around", "c1", "--as", "school@demo.example"), "may not open"),
    ],
)
def test_what_makes_no_sense_is_said(context: Flask, family: dict[str, uuid.UUID], words: tuple[Any, ...], says: str) -> None:
    told = _ask(context, *(family.get(str(word), word) for word in words))
    assert told.exit_code != 0
    assert says in told.output
    assert "Traceback" not in told.output
