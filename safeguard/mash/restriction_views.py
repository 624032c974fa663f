"""Pages about restricted records: restrict people, protect an address, seal an entry; review and lift."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.graph import place_words
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, Problem
from safeguard.local.in_use import versions_by_id
from safeguard.mash.answering import seen_of
from safeguard.mash.chronology import entry_of
from safeguard.mash.restriction_forms import LiftForm, ProtectForm, ReadersForm, RestrictForm, ReviewForm, SealForm
from safeguard.mash.views import bp
from safeguard.people.identity import age_words
from safeguard.people.queries import names_of
from safeguard.people.restricted import placing
from safeguard.people.restricted.notices import mark_read, notices_of
from safeguard.people.restricted.placing import InFull, Proposed
from safeguard.people.sight import whole
from safeguard.web.refusals import refusals_shown

_MEANWHILE = "Somebody reviewed or lifted this restriction while you were writing. What you typed is kept: look again, then answer"
_ALREADY = "This is restricted already"


@bp.route("/people/<uuid:person_id>/restrict", methods=["GET", "POST"])
@requires("restriction.place")
def restrict_person(person_id: uuid.UUID) -> ResponseReturnValue:
    form = RestrictForm()
    with transaction() as session:
        name, family = family_of_person(session, person_id)
        form.readers.choices = _accounts(session)
    form.people.choices = [(str(key), words) for key, words in family]
    if not form.is_submitted():
        form.people.data, form.readers.data = [str(person_id)], [str(actor().account_id)]
    if form.validate_on_submit():
        chosen = _ids(form.people.data)
        if not chosen or not chosen <= {key for key, _words in family}:
            form.show_problems([Problem("people", "Choose who it is about")])
        else:
            proposed = Proposed(
                form.reason.data or "", form.review_on.data, _ids(form.readers.data), form.roles.data or (), people=sorted(chosen)
            )
            placed = _placed(form, proposed)
            if placed:
                return placed
    return render_template("mash/restrict.html", form=form, name=name, person_id=person_id), form.page_status


@bp.route("/people/<uuid:person_id>/addresses/<uuid:address_id>/protect", methods=["GET", "POST"])
@requires("restriction.place")
def protect_address(person_id: uuid.UUID, address_id: uuid.UUID) -> ResponseReturnValue:
    form = ProtectForm()
    with transaction() as session:
        name, words = _home(session, person_id, address_id)
        form.readers.choices = _accounts(session)
    if not form.is_submitted():
        form.readers.data = [str(actor().account_id)]
    if form.validate_on_submit():
        proposed = Proposed(form.reason.data or "", form.review_on.data, _ids(form.readers.data), address_id=address_id)
        placed = _placed(form, proposed)
        if placed:
            return placed
    return render_template("mash/protect.html", form=form, name=name, words=words, person_id=person_id), form.page_status


@bp.route("/people/<uuid:person_id>/chronology/<uuid:event_id>/seal", methods=["GET", "POST"])
@requires("item.seal")
def seal_entry(person_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    form = SealForm()
    with transaction() as session:
        name, _family_of = family_of_person(session, person_id)
        event = entry_of(session, person_id, event_id)
        form.readers.choices = _accounts(session)
    if not form.is_submitted():
        form.readers.data = [str(actor().account_id)]
    if form.validate_on_submit():
        proposed = Proposed(
            form.reason.data or "", form.review_on.data, _ids(form.readers.data), event_id=event_id, instead=form.instead.data or ""
        )
        placed = _placed(form, proposed)
        if placed:
            return placed
    return render_template("mash/seal.html", form=form, name=name, event=event, person_id=person_id), form.page_status


def _placed(form: Any, proposed: Proposed) -> ResponseReturnValue | None:
    """Where to go once it is placed; None where it is not, and the form says why."""
    with refusals_shown(form, "reason", moved_on=_ALREADY):
        with transaction() as session:
            made = placing.place(session, actor(), proposed, at=now())
            named = actor().account_id in proposed.readers or actor().role.value in proposed.roles
        flash("The record is restricted. Nobody who is not named sees that it is there")
        # Who did not name themselves has just restricted it from themselves as well.
        return redirect(url_for("mash.restriction", restriction_id=made.id) if named else url_for("mash.show_queue"))
    return None


@bp.get("/restrictions")
@requires("restriction.manage")
def list_restrictions() -> ResponseReturnValue:
    with transaction() as session:
        found = placing.restrictions(session, actor())
        about = _about(session, found)
        audit(
            session, actor(), "restriction.listed", rows=len(found), shown={key for one in found for key in one.people}
        )
    return render_template("mash/restrictions.html", found=found, about=about, today=today())


@bp.get("/restrictions/<uuid:restriction_id>")
@requires("restriction.manage")
def restriction(restriction_id: uuid.UUID) -> ResponseReturnValue:
    return _restriction_page(restriction_id, {}, 200)


@bp.post("/restrictions/<uuid:restriction_id>/review")
@requires("restriction.manage")
def review_restriction(restriction_id: uuid.UUID) -> ResponseReturnValue:
    form = ReviewForm(prefix="review")
    if form.validate():
        with refusals_shown(form, "reason", moved_on=_MEANWHILE):
            with transaction() as session:
                placing.review(
                    session, actor(), restriction_id, reason=form.reason.data or "", review_on=form.review_on.data,
                    seen=seen_of(form), at=now(),
                )
            flash("The restriction stays, and your reason with it")
            return redirect(url_for("mash.restriction", restriction_id=restriction_id))
    return _restriction_page(restriction_id, {"review": form}, form.page_status)


@bp.post("/restrictions/<uuid:restriction_id>/lift")
@requires("restriction.lift")
def lift_restriction(restriction_id: uuid.UUID) -> ResponseReturnValue:
    form = LiftForm(prefix="lift")
    if form.validate():
        with refusals_shown(form, "reason", moved_on=_MEANWHILE):
            with transaction() as session:
                placing.lift(session, actor(), restriction_id, reason=form.reason.data or "", seen=seen_of(form), at=now())
            flash("The restriction is lifted. That it was there stays on the record")
            return redirect(url_for("mash.list_restrictions"))
    return _restriction_page(restriction_id, {"lift": form}, form.page_status)


@bp.post("/restrictions/<uuid:restriction_id>/readers")
@requires("restriction.lift")
def change_restriction_readers(restriction_id: uuid.UUID) -> ResponseReturnValue:
    form = ReadersForm(prefix="named")
    if form.validate():
        with refusals_shown(form, "reason", moved_on=_MEANWHILE):
            with transaction() as session:
                placing.change_readers(
                    session, actor(), restriction_id, _ids(form.readers.data), reason=form.reason.data or "", seen=seen_of(form), at=now()
                )
            flash("Who may see the record is changed")
            return redirect(url_for("mash.list_restrictions"))
    return _restriction_page(restriction_id, {"named": form}, form.page_status)


def _restriction_page(restriction_id: uuid.UUID, typed: dict[str, Any], status: int) -> ResponseReturnValue:
    with transaction() as session:
        found = placing.restriction_for(session, actor(), restriction_id)
        about = _about(session, [found])[found.restriction.id]
        accounts = _accounts(session)
        audit(
            session, actor(), "restriction.viewed", subject_kind="restriction", subject_id=restriction_id, shown=found.people
        )
    forms = {
        "review": typed.get("review") or ReviewForm(prefix="review", formdata=None),
        "lift": typed.get("lift") or LiftForm(prefix="lift", formdata=None),
        "named": typed.get("named") or ReadersForm(prefix="named", formdata=None),
    }
    forms["named"].readers.choices = accounts
    if "named" not in typed:
        forms["named"].readers.data = [
            str(reader.account_id) for reader, _who in found.readers if reader.account_id and reader.ended_at is None
        ]
    if status != 400:
        for one in forms.values():
            one.seen.data = str(len(found.steps))
    return render_template(
        "mash/restriction.html", found=found, about=about, forms=forms, form=next(iter(typed.values()), None), today=today()
    ), status


@bp.get("/notices")
@requires("account.self")
def notices() -> ResponseReturnValue:
    with transaction() as session:
        found = notices_of(session, actor())
        versions = versions_by_id(session, [notice.about_id for notice, _words in found if notice.kind.startswith("local_")])
        mark_read(session, actor(), at=now())
        audit(session, actor(), "notices.viewed", rows=len(found))
    return render_template("mash/notices.html", found=found, versions=versions)


def _accounts(session: Session) -> list[tuple[str, str]]:
    return [(str(key), words) for key, words in placing.people_to_name(session)]


def _ids(values: Iterable[str] | None) -> set[uuid.UUID]:
    """What was ticked; a value that no box of ours has is left out, and so chooses nobody."""
    found = set()
    for value in values or ():
        try:
            found.add(uuid.UUID(value))
        except ValueError:
            continue
    return found


def family_of_person(session: Session, person_id: uuid.UUID) -> tuple[str, Sequence[tuple[uuid.UUID, str]]]:
    """The name of a person, and whom the family is made of, they themselves first."""
    around = neighbourhood(session, [person_id], hops=1)
    if person_id not in around.people:
        raise NotFound("person")
    near = {key for edge in around.relationships for key in (edge.from_person, edge.to_person)} | around.household([person_id], today())
    audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id, shown=near - {person_id})
    words = {key: f"{around.people[key].name}, {age_words(around.people[key], today()).lower()}" for key in {*near, person_id}}
    rest = sorted(near - {person_id}, key=lambda key: (words[key], key))
    return around.people[person_id].name, [(key, words[key]) for key in (person_id, *rest)]


def _home(session: Session, person_id: uuid.UUID, address_id: uuid.UUID) -> tuple[str, str]:
    """The name of a person and one of their addresses in words."""
    around = neighbourhood(session, [person_id], hops=0)
    if person_id not in around.people or address_id not in around.addresses:
        raise NotFound("address")
    audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    return around.people[person_id].name, place_words(around, address_id)


def _about(session: Session, found: Sequence[InFull]) -> dict[uuid.UUID, str]:
    """What each restriction covers, in words, for somebody who passes it."""
    people = {key for one in found for key in one.people}
    with whole(session):
        names = names_of(session, people)
    kinds = {"address": "An address", "event": "An entry of a chronology"}
    covered = {one.restriction.id: sorted(names[key] for key in one.people if key in names) for one in found}
    return {one.restriction.id: ", ".join(covered[one.restriction.id]) or kinds.get(one.restriction.kind, "A person") for one in found}


