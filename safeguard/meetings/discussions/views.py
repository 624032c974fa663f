"""The pages of strategy discussions: begin a record, write its parts, agree it, and what follows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import pairwise

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.clock import LONDON, london_date, now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, Problem
from safeguard.mash.answering import opened_case, version_of
from safeguard.mash.case import open_case
from safeguard.mash.purpose.gate import of_referral, opens
from safeguard.meetings.discussions import service
from safeguard.meetings.discussions.forms import AddWordsForm, AgreeForm, PartForm, Pressed, ReasonForm, WhenForm, part_form
from safeguard.meetings.discussions.model import DiscussionAction, StrategyDiscussion
from safeguard.meetings.discussions.queries import Discussion, discussion_in_full, discussions_of
from safeguard.meetings.discussions.rules import PARTS, conference_due, problems_of_record
from safeguard.meetings.discussions.words import SECTORS
from safeguard.meetings.views import bp
from safeguard.web.refusals import refusals_shown

_REFERRAL = select(StrategyDiscussion.referral_id)
opens("discussion_id", lambda session, key: of_referral(session, _REFERRAL.where(StrategyDiscussion.id == key)))
opens(
    "action_id",
    lambda session, key: of_referral(
        session, _REFERRAL.join(DiscussionAction, DiscussionAction.discussion_id == StrategyDiscussion.id).where(DiscussionAction.id == key)
    ),
)

_MOVED_ON = "Somebody changed or agreed this record while you were writing. What you typed is kept: look at the record, then save again"


@bp.get("/referrals/<uuid:referral_id>/discussions")
@requires("desk.view")
def discussions(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        case = opened_case(session, referral_id)
        found = discussions_of(session, referral_id)
        audit(
            session, actor(), "discussion.viewed", subject_kind="referral", subject_id=referral_id,
            shown={key for one in found for key in one.children},
        )  # fmt: skip
    return render_template("meetings/discussions.html", case=case, found=found, button=Pressed(), today=today())


@bp.post("/referrals/<uuid:referral_id>/discussions/start")
@requires("discussion.write")
def start_discussion(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        made = service.start(session, actor(), referral_id, at=now())
    return redirect(url_for("meetings.discussion_part", discussion_id=made.id, part="when"))


@bp.route("/discussions/<uuid:discussion_id>/parts/<part>", methods=["GET", "POST"])
@requires("discussion.write")
def discussion_part(discussion_id: uuid.UUID, part: str) -> ResponseReturnValue:
    if part not in PARTS:
        raise NotFound("part of the record")
    with transaction() as session:
        found = _opened(session, discussion_id)
        form = part_form(part, found.content)
        if isinstance(form, ReasonForm):
            offered = service.children_to_cover(session, open_case(session, actor(), found.row.referral_id, at=now()))
            form.children.choices = offered
            if not form.is_submitted():
                chosen = {str(key) for key in service.covered(session, discussion_id)}
                form.children.data = [key for key, _name in offered if key in chosen]
    if found.agreed:
        flash("The record is agreed, and is not changed any more", "problem")
        return redirect(url_for("meetings.discussion", discussion_id=discussion_id))
    if form.is_submitted():
        if _saved(form, discussion_id):
            flash("Saved")
            following = part if request.form.get("more") else _next(part)
            there = url_for("meetings.discussion_part", discussion_id=discussion_id, part=following) if following else None
            return redirect(there or url_for("meetings.discussion", discussion_id=discussion_id))
    else:
        form.version.data = str(found.row.version)
        if isinstance(form, WhenForm) and found.row.held_at:
            local = found.row.held_at.astimezone(LONDON)
            form.held_on.data, form.held_time.data = local.date(), f"{local:%H:%M}"
            form.held_on.typed = (str(local.day), str(local.month), str(local.year))
    return render_template("meetings/discussion_part.html", one=found, form=form, part=part, parts=PARTS), form.page_status


def _next(part: str) -> str | None:
    """The part after this one; None after the last."""
    names = list(PARTS)
    return dict(pairwise(names)).get(part)


def _saved(form: PartForm, discussion_id: uuid.UUID) -> bool:
    """Save a part; False where it is not kept, and the form says why."""
    if not form.validate():
        return False
    held_at = None
    if isinstance(form, WhenForm):
        try:
            held_at = form.held_at()
        except ValueError:
            form.show_problems([Problem("held_time", "Enter the time as hours and minutes, like 14:30")])
            return False
        if form.held_time.data and form.held_on.data is None:
            form.show_problems([Problem("held_on", "Enter the day with the time")])
            return False
        if form.held_on.data and held_at is None:
            form.show_problems([Problem("held_time", "Enter the time with the day")])
            return False
    field = form.questions()[0].name if form.questions() else "version"
    with refusals_shown(form, field, moved_on=_MOVED_ON):
        with transaction() as session:
            children = (form.children.data or []) if isinstance(form, ReasonForm) else []
            service.save_part(
                session, actor(), discussion_id, form.part, form.said(), version=version_of(form), at=now(), held_at=held_at,
                children=children,
            )  # fmt: skip
        return True
    return False


@bp.get("/discussions/<uuid:discussion_id>")
@requires("desk.view")
def discussion(discussion_id: uuid.UUID) -> ResponseReturnValue:
    """The record; as a draft with what is still missing."""
    return _record(discussion_id, AgreeForm(), AddWordsForm(), None), 200


@bp.post("/discussions/<uuid:discussion_id>/agree")
@requires("discussion.agree")
def agree_discussion(discussion_id: uuid.UUID) -> ResponseReturnValue:
    form = AgreeForm()
    if form.validate():
        with refusals_shown(form, "override", moved_on=_MOVED_ON):
            with transaction() as session:
                service.agree(session, actor(), discussion_id, override=form.override.data or "", version=version_of(form), at=now())
            flash("The record is agreed")
            return redirect(url_for("meetings.discussion", discussion_id=discussion_id))
    return _record(discussion_id, form, AddWordsForm(), form), form.page_status


@bp.post("/discussions/<uuid:discussion_id>/add")
@requires("discussion.write")
def add_to_discussion(discussion_id: uuid.UUID) -> ResponseReturnValue:
    form = AddWordsForm()
    if form.validate():
        with refusals_shown(form, "words", moved_on="The record is a draft still. Change the draft"):
            with transaction() as session:
                service.add_words(session, actor(), discussion_id, form.words.data or "", at=now())
            flash("It is added. The record stays as it was agreed")
            return redirect(url_for("meetings.discussion", discussion_id=discussion_id))
    return _record(discussion_id, AgreeForm(), form, form), form.page_status


@bp.post("/discussions/actions/<uuid:action_id>/done")
@requires("discussion.write")
def action_done(action_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        discussion_id = service.mark_done(session, actor(), action_id, at=now()).discussion_id
    flash("Noted as done today")
    return redirect(url_for("meetings.discussion", discussion_id=discussion_id))


def _opened(session: Session, discussion_id: uuid.UUID) -> Discussion:
    found = discussion_in_full(session, discussion_id)
    if found is None:
        raise NotFound("strategy discussion")
    audit(
        session, actor(), "discussion.viewed", subject_kind="referral", subject_id=found.row.referral_id, discussion=str(discussion_id),
        shown=set(found.children),
    )  # fmt: skip
    return found


def _record(discussion_id: uuid.UUID, agreeing: AgreeForm, adding: AddWordsForm, refused: AgreeForm | AddWordsForm | None) -> str:
    with transaction() as session:
        found = _opened(session, discussion_id)
    if not agreeing.is_submitted() or refused is not agreeing:
        agreeing.version.data = str(found.row.version)
    held_at = found.row.held_at
    missing = problems_of_record(
        found.content, held_at=held_at, children=found.children, override="-", at=now() + timedelta(minutes=1)
    )
    gaps: dict[str, list[str]] = {}
    for part, problem in missing:
        gaps.setdefault(part, []).append(problem.message)
    return render_template(
        "meetings/discussion.html", one=found, agreeing=agreeing, adding=adding, form=refused, gaps=gaps, parts=PARTS, today=today(),
        sectors=dict(SECTORS.choices()), conference=conference_due(london_date(held_at)) if held_at else None, button=Pressed(),
    )  # fmt: skip
