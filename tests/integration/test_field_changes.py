"""The history of fields: in the flush of the change, by whom, sealed, and never changed itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from safeguard.access.actor import Role
from safeguard.agencies.model import Account
from safeguard.audit.changes import FieldChange, changes_page, followed
from safeguard.kernel.database import db, transaction


def _account(email: str = "screener@demo.example") -> Account:
    return db.session.scalars(select(Account).where(Account.email == email)).one()


def test_each_field_that_changes_leaves_what_stood_there(context: Flask) -> None:
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.email == "screener@demo.example")).one()
        account.name, account.phone, account.active = "Robin Other", account.phone, False
    with transaction() as session:
        account = session.scalars(select(Account).where(Account.email == "screener@demo.example")).one()
        account.name = "Robin Again"
        session.flush()
        account.name = "Robin Other"
        session.rollback()
    rows = changes_page(db.session(), entity="account", entity_id=_account().id).rows
    assert {(one.field, one.old, one.new, one.account_id) for one in rows} == {
        ("name", "Robin Example", "Robin Other", None), ("active", "yes", "no", None)
    }  # fmt: skip
    with db.engine.connect() as connection:
        held = [bytes(one) for one in connection.execute(text("SELECT new_sealed FROM field_change")).scalars()]
    assert not [one for one in held if b"Robin" in one]


def test_nobody_changes_what_was_changed_but_keys_turn(context: Flask) -> None:
    with transaction() as session:
        session.scalars(select(Account).where(Account.email == "screener@demo.example")).one().name = "Robin Other"
    for statement in ("UPDATE field_change SET field = 'x'", "DELETE FROM field_change"):
        with db.engine.connect() as connection, pytest.raises(Exception, match="never changed"):
            connection.execute(text(statement))
    with transaction() as session:
        change = session.scalars(select(FieldChange)).one()
        change.new_sealed = bytes(change.new_sealed or b"")


def test_every_followed_field_is_there_and_none_is_a_secret() -> None:
    tables = {mapper.local_table.name: mapper for mapper in db.Model.registry.mappers}  # type: ignore[attr-defined]
    assert {"account", "agency", "service_token", "legal_hold", "retention_review"} == followed().keys()
    for name, fields in followed().items():
        assert fields.keys() <= set(tables[name].columns.keys())
        assert not [field for field in fields if "hash" in field or "sha256" in field or "sealed" in field]


def test_the_page_says_who_changed_what(app: Flask, sign_in: Callable[[str], Any]) -> None:
    manager, auditor, school = sign_in("manager"), sign_in("auditor"), sign_in("school")
    with app.app_context():
        whose = _account("decider@demo.example").id
        db.session.remove()
    page = f"/accounts/{whose}"
    assert manager.submit(page, {"role": "screener"}, to=f"{page}/role").status_code == 302
    said = auditor.get("/audit/changes").get_data(as_text=True)
    assert "Max Example" in said
    assert "Account</a> of Drew Example: role" in said
    assert Role.DECISION_MAKER.label in said
    assert "decision_maker" not in said
    assert "Drew Example: role" in auditor.get(f"/audit/changes?of={whose}").get_data(as_text=True)
    assert auditor.get("/audit/changes?of=nobody").status_code == 400
    assert school.get("/audit/changes").status_code == 403
