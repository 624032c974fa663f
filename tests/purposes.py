"""Everybody has said what they need every file for: for tests of what lies behind the question, as whole as it can be tried."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, select

from safeguard.access.actor import Role
from safeguard.agencies.model import Account
from safeguard.kernel.clock import wall_clock
from safeguard.kernel.database import db, new_id, transaction
from safeguard.mash.purpose.model import LookingPurpose
from safeguard.mash.purpose.words import choices
from safeguard.people.model import Person
from safeguard.referrals.model import Referral


def say_everything(app: Flask, *, only: Collection[str] = ()) -> None:
    """A purpose of every account (or those with these addresses) for every person and referral that there is, for years."""
    at = wall_clock() - timedelta(days=400)
    with app.app_context():
        with transaction() as session:
            accounts = [one for one in session.scalars(select(Account)) if choices(Role(one.role)) and (not only or one.email in only)]
            files = [("person_id", key) for key in session.scalars(select(Person.id))]
            files += [("referral_id", key) for key in session.scalars(select(Referral.id).where(Referral.status == "submitted"))]
            rows = [
                {"id": new_id(), "account_id": one.id, "person_id": None, "referral_id": None, column: key,
                 "purpose": choices(Role(one.role))[0][0], "said_at": at, "until": at + timedelta(days=4000)}
                for one in accounts
                for column, key in files
            ]  # fmt: skip
            if rows:
                session.execute(insert(LookingPurpose), rows)
        db.session.remove()
