"""No statement on the hot path reads a whole table: what costs nothing in a test costs a second at a million people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from safeguard.kernel.database import db
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.integration.help import agency, transaction_at

# As many rows as the partnership has agencies, policies, accounts or restricted records, whatever the number of children.
SMALL = {"agency", "risk_policy", "policy_adoption", "matcher_version", "restriction_step", "hidden_restriction"}


# Tables and partial indexes that hold only what waits for somebody at the desk: what is answered leaves them.
WAITING = {"risk_standing", "risk_standing_agency", "probable_duplicate", "ix_match_proposal_waiting"}


def _bounded(step: str, statement: str) -> bool:
    """Whether a scan is of rows already found, of a small table, of what waits, or of the first rows in an index's order."""
    words = step.split()
    return words[1].startswith(("CONSTANT", "(", "anon_")) or words[1] in SMALL or not WAITING.isdisjoint(words) or (
        "VIRTUAL TABLE" in step or (" USING " in step and " LIMIT " in statement)
    )


@contextmanager
def _whole_tables(app: Flask) -> Iterator[list[str]]:
    """The steps of the plans of all statements run inside that read a table from end to end."""
    found: list[str] = []

    def asked(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if many or not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
            return
        plan = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        for *_ids, step in plan:
            if step.startswith("SCAN ") and not _bounded(step, statement):
                found.append(f"{step}: {' '.join(statement.split())[:300]}")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", asked)


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL reads small tables whole


@ON_SQLITE
def test_a_submission_reads_no_whole_table(context: Flask) -> None:
    with transaction_at() as (session, at):
        receive(session, agency(session), siblings(), at=at)
    with _whole_tables(context) as found, transaction_at() as (session, at):
        receive(session, agency(session), siblings(client_reference="T-2"), at=at)
    assert not found, "\n".join(found)


@ON_SQLITE
@pytest.mark.parametrize(
    "page", ["/queue", "/search", "/risk", "/matches", "/duplicates", "referral", "family", "person", "identity"]
)
def test_a_page_of_the_desk_reads_no_whole_table(app: Flask, sign_in: Callable[[str], Any], page: str) -> None:
    with app.app_context(), transaction_at() as (session, at):
        sent = receive(session, agency(session), siblings(), at=at)
        own = {
            "referral": f"/referrals/{sent.referral.id}/case",
            "family": f"/referrals/{sent.referral.id}/family",
            "person": f"/people/{sent.people[0].person_id}",
            "identity": f"/people/{sent.people[0].person_id}/identity",
        }
    screener = sign_in("screener")
    with _whole_tables(app) as found:
        assert screener.get(own.get(page, page)).status_code == 200
    assert not found, "\n".join(found)
