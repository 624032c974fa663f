"""The page that asks what a file is opened for."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.accounts import unsent
from safeguard.accounts.views import plain_path
from safeguard.concerns.model import WarningNote
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.checks.model import AgencyCheck
from safeguard.mash.purpose.forms import PurposeForm
from safeguard.mash.purpose.gate import Finds, ask_page, of_referral, opens, stands_before
from safeguard.mash.purpose.queries import File, file_of_person, reason_for
from safeguard.mash.purpose.service import say
from safeguard.mash.views import bp
from safeguard.people.model import IdentityChange, Person, PersonLink, SourceRecord
from safeguard.referrals.model import Addendum
from safeguard.risk.model import Flag, ProtectiveFactor
from safeguard.web.refusals import refusals_shown

stands_before(bp)


def _person_of(record_id: Any) -> Any:
    """The person to whom a source record belongs now, as a query."""
    return select(PersonLink.person_id).where(PersonLink.source_record_id == record_id, PersonLink.superseded_at.is_(None))


def _person(session: Session, query: Any) -> File | None:
    found = session.scalar(query)
    return File("person", found) if found else None


def _of_record(session: Session, record_id: uuid.UUID) -> File | None:
    """A record that a referral stated is that referral's; one of a register its person's."""
    referral_id = session.scalar(select(SourceRecord.referral_id).where(SourceRecord.id == record_id))
    return File("referral", referral_id) if referral_id else _person(session, _person_of(record_id))


def _of_node(session: Session, node_id: uuid.UUID) -> File | None:
    """Of what joins children, a person is a file, and a record that gives a telephone number leads to one; a place is none."""
    if session.scalar(select(Person.id).where(Person.id == node_id)) is not None:
        return file_of_person(session, node_id)
    return _of_record(session, node_id)


def _of_change(column: Any) -> Finds:
    """One of the two people of a joining."""

    def finds(session: Session, change_id: uuid.UUID) -> File | None:
        found = session.scalar(select(column).where(IdentityChange.id == change_id))
        return file_of_person(session, found) if found else None

    return finds


opens("record_id", _of_record)
opens("node_id", _of_node)
opens("change_id", _of_change(IdentityChange.person_id))
opens("change_id", _of_change(IdentityChange.other_person_id))
opens("flag_id", lambda session, key: _person(session, select(Flag.person_id).where(Flag.id == key)))
opens("note_id", lambda session, key: _person(session, _person_of(_record_of(WarningNote, key))))
opens("factor_id", lambda session, key: _person(session, _person_of(_record_of(ProtectiveFactor, key))))
opens("check_id", lambda session, key: of_referral(session, select(AgencyCheck.referral_id).where(AgencyCheck.id == key)))
opens("addendum_id", lambda session, key: of_referral(session, select(Addendum.referral_id).where(Addendum.id == key)))


def _record_of(entity: Any, key: uuid.UUID) -> Any:
    return select(entity.source_record_id).where(entity.id == key).scalar_subquery()


@bp.route("/people/<uuid:person_id>/purpose", methods=["GET", "POST"])
@requires("purpose.say")
def say_purpose_of_person(person_id: uuid.UUID) -> ResponseReturnValue:
    return _say(File("person", person_id), url_for("mash.person", person_id=person_id))


@bp.route("/referrals/<uuid:referral_id>/purpose", methods=["GET", "POST"])
@requires("purpose.say")
def say_purpose_of_referral(referral_id: uuid.UUID) -> ResponseReturnValue:
    return _say(File("referral", referral_id), url_for("mash.case", referral_id=referral_id))


def _say(file: File, start: str) -> ResponseReturnValue:
    """Ask what `file` is opened for, and go on to where they were going, or to `start`."""
    form, kept = PurposeForm.of(actor()), request.form.get("unsent", "")
    then = plain_path(request.args.get("next", "")) or ""
    if form.validate_on_submit():
        with refusals_shown(form, "purpose"):
            with transaction() as session:
                say(session, actor(), file, purpose=form.purpose.data or "", words=form.words.data or "", at=now())
            if found := unsent.opened(kept, actor().account_id):
                return render_template("accounts/resume.html", unsent=found, purpose=True)
            return redirect(then or start)
    with transaction() as session:
        if not reason_for(session, actor(), file, at=now()).there:
            raise NotFound(file.kind)
    return ask_page(form, file, kept=kept, then=then), form.page_status
