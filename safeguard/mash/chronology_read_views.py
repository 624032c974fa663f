"""The chronology page: for a chosen set of people, narrowed and paged; and what somebody makes of an entry."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.genogram.known import known_family
from safeguard.concerns.history import Entry
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.kernel.numbers import pages_of
from safeguard.mash.chronology_read import Wanted, chronology_of, narrowed
from safeguard.mash.chronology_remarks import LONGEST_ANALYSIS, SIGNIFICANCE, remark, remark_on_row
from safeguard.mash.chronology_sources import KINDS
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.people.identity import age_words
from safeguard.people.model import Person
from safeguard.web.fields import Answered, Form, Limit, prose
from safeguard.web.refusals import refusals_shown

A_PAGE = 50


class RemarkForm(Form):
    significance = RadioField(
        "Is this significant?", widget=GovRadioInput(), choices=SIGNIFICANCE.choices(), validate_choice=False,
        validators=[Answered("Choose whether the entry is significant")],
    )  # fmt: skip
    analysis = TextAreaField(
        "Analysis", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST_ANALYSIS, "The analysis")],
        description="What it means for the child, in your own words. The entry itself stays as it is.",
    )  # fmt: skip


@bp.get("/people/<uuid:person_id>/chronology")
@requires("person.view")
def chronology(person_id: uuid.UUID) -> ResponseReturnValue:
    problems: dict[str, str] = {}
    wanted = Wanted(
        kinds=frozenset(request.args.getlist("kind")) & frozenset(KINDS),
        agencies=frozenset(filter(None, request.args.getlist("agency"))),
        since=_day("since", problems),
        until=_day("until", problems),
        significant=request.args.get("significant") == "yes",
    )
    with transaction() as session:
        around = _around(session, person_id)
        family = known_family(around, at=today()).family.members
        chosen = _chosen(person_id, [one.id for one in family])
        told = chronology_of(session, actor(), around, at=today(), person_ids=chosen)
        entries = narrowed(told, wanted)
        page, pages = page_number(), pages_of(len(entries), A_PAGE)
        if not 1 <= page <= pages:
            abort(404)
        shown = entries[(page - 1) * A_PAGE : page * A_PAGE]
        people = {key for entry in shown for key in entry.people}
        audit(
            session, actor(), "chronology.viewed", subject_kind="person", subject_id=person_id, rows=len(shown), page=page,
            shown={*people, *chosen} - {person_id},
        )  # fmt: skip
    return render_template(
        "mash/chronology.html", person_id=person_id, identity=around.people[person_id], entries=shown, total=len(entries),
        whole=len(told.entries), family=[(one.id, one.name, one.note or age_words(around.people[one.id], today())) for one in family],
        chosen=chosen, kinds=_kinds(told.entries), agencies=sorted({entry.agency for entry in told.entries}), wanted=wanted,
        page=page, pages=pages, problems=problems, typed=request.args, asked=_asked(),
    ), 400 if problems else 200  # fmt: skip


@bp.route("/people/<uuid:person_id>/chronology/<uuid:event_id>/remark", methods=["GET", "POST"])
@requires("chronology.write")
def remark_on_entry(person_id: uuid.UUID, event_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody makes of an event."""
    def save(session: Session, said: Mapping[str, str]) -> None:
        remark(session, actor(), person_id, event_id, significance=said["significance"], analysis=said["analysis"], at=now())

    return _remark(person_id, lambda entry: event_id in entry.events, save)


@bp.route("/people/<uuid:person_id>/chronology/<code>/<uuid:row_id>/remark", methods=["GET", "POST"])
@requires("chronology.write")
def remark_on_other(person_id: uuid.UUID, code: str, row_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody makes of a move, a rating, a flag or anything else that is no event."""
    def save(session: Session, said: Mapping[str, str]) -> None:
        remark_on_row(session, actor(), person_id, code, row_id, significance=said["significance"], analysis=said["analysis"], at=now())

    return _remark(person_id, lambda entry: entry.code == code and row_id in entry.rows, save)


def _remark(
    person_id: uuid.UUID, wanted: Callable[[Entry], bool], save: Callable[[Session, Mapping[str, str]], None]
) -> ResponseReturnValue:
    """The page on which something is said of the entry that is `wanted`, once it was found in the person's chronology."""
    form = RemarkForm()
    with transaction() as session:
        around = _around(session, person_id)
        told = chronology_of(session, actor(), around, at=today(), person_ids=[person_id])
        entry = next((one for one in told.entries if wanted(one)), None)
        if entry is None:
            raise NotFound("entry")
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    if form.validate_on_submit():
        with refusals_shown(form, "analysis"):
            with transaction() as session:
                save(session, {"significance": form.significance.data or "", "analysis": form.analysis.data or ""})
            flash("Your analysis stands beside the entry, which is unchanged")
            return redirect(url_for("mash.chronology", person_id=person_id))
    page = render_template(
        "mash/chronology_remark.html", form=form, person_id=person_id, identity=around.people[person_id], entry=entry
    )
    return page, form.page_status


def _around(session: Session, person_id: uuid.UUID) -> Neighbourhood:
    """What is known around a person.

    Raises:
        NotFound: there is no such person, or nothing is left of them.
    """
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    around = neighbourhood(session, [person_id], hops=2)
    if person_id not in around.people:
        raise NotFound("person")
    return around


def _chosen(person_id: uuid.UUID, family: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The people asked for of those that may be chosen; the whole family where nobody was."""
    asked = set(request.args.getlist("who"))
    return [key for key in family if str(key) in asked] or [person_id, *(key for key in family if key != person_id)]


def _day(name: str, problems: dict[str, str]) -> date | None:
    typed = request.args.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        problems[name] = "Enter a day that exists, like 2026-03-27"
        return None


def _kinds(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    used = {entry.code for entry in entries}
    return [(code, label) for code, label in KINDS.choices() if code in used]


def _asked() -> dict[str, Any]:
    """What was asked for, to stay in the addresses of other pages."""
    names = ("who", "kind", "agency", "since", "until", "significant")
    return {name: request.args.getlist(name) for name in names if request.args.get(name)}
