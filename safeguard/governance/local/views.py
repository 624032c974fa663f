"""Local settings: what is in use, proposing a version with a preview, and answering one as a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.governance.local.forms import AnswerForm, Pressed, VersionForm
from safeguard.governance.local.pages import PAGES, Page
from safeguard.governance.local.telling import tell_that_it_waits, tell_what_came_of_it
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.kernel.numbers import whole_number
from safeguard.local import versions
from safeguard.local.in_use import Stored, content_of, in_use
from safeguard.local.in_use import versions as stored_versions
from safeguard.local.model import LocalVersion
from safeguard.local.setting import Change, Setting, changes
from safeguard.mash.answering import seen_of
from safeguard.web.refusals import refusals_shown

bp = Blueprint("local", __name__, url_prefix="/local-settings")

VIEW, PROPOSE, APPROVE = "local.view", "local.propose", "local.approve"
_MOVED_ON = "Somebody proposed another version while you were writing. What you typed is kept: look at theirs first"
_ANSWERED = "This version was answered while you were reading. Look at it again"


def _page(code: str) -> Page:
    if code not in PAGES:
        raise NotFound("setting")
    return PAGES[code]


@bp.get("")
@requires(VIEW)
def settings() -> ResponseReturnValue:
    with transaction() as session:
        at = now()
        rows = [(one.setting, in_use(session, one.setting, at), versions.waiting(session, one.setting)) for one in PAGES.values()]
        audit(session, actor(), "local.viewed", rows=len(rows))
    return render_template("governance/local/list.html", rows=rows)


@bp.get("/<setting>")
@requires(VIEW)
def one_setting(setting: str) -> ResponseReturnValue:
    page = _page(setting)
    with transaction() as session:
        at = now()
        used, stored = in_use(session, page.setting, at), stored_versions(session, page.setting)
        audit(session, actor(), "local.viewed", setting=setting)
    return render_template(
        "governance/local/setting.html", setting=page.setting, used=used, stored=stored, at=at,
        lines=page.setting.lines(used.content), waits=any(one.version.answer is None for one in stored),
        preview=page.preview, **page.previewed(used.content),
    )  # fmt: skip


@bp.route("/<setting>/new", methods=["GET", "POST"])
@requires(PROPOSE)
def new_version(setting: str) -> ResponseReturnValue:
    """Write a version, from the one in use or with `?from=` from an older one; look at it, then put it before a second person."""
    page = _page(setting)
    if request.method == "GET":
        with transaction() as session:
            content = _start_from(session, page.setting)
            kind = page.form(content)
            form = kind(data=kind.shown(content))
            form.from_day.typed = (str(today().day), str(today().month), str(today().year))
            form.seen.data = str(versions.newest_number(session, page.setting))
            return _writing(session, page, form, None)
    form = page.form(None)()
    looked_at: list[Change] | None = None
    if form.validate() or "look" in request.form:
        if "look" in request.form:
            form.reason.errors = ()
            looked_at = _looked_at(page, form)
        else:
            with refusals_shown(form, "reason", moved_on=_MOVED_ON):
                with transaction() as session:
                    made = versions.propose(
                        session, actor(), page.setting, form.content(), reason=form.reason.data or "", from_day=form.from_day.data,
                        seen=seen_of(form), at=now(),
                    )  # fmt: skip
                    tell_that_it_waits(session, made, by=actor(), at=now())
                flash("The version waits for a second person. Nothing changes until they approve it")
                return redirect(url_for("local.version", setting=setting, number=made.number))
    with transaction() as session:
        status = 200 if looked_at is not None and not form.errors else form.page_status
        return _writing(session, page, form, looked_at), status


def _looked_at(page: Page, form: VersionForm) -> list[Change] | None:
    """What a version would change, where it makes sense; otherwise the form says what to mend."""
    try:
        clean = page.setting.read(form.content())
    except RuleBroken as refused:
        form.show_problems(refused.problems)
        return None
    with transaction() as session:
        used = in_use(session, page.setting, now())
    return changes(page.setting.lines(used.content), page.setting.lines(clean))


def _writing(session: Session, page: Page, form: VersionForm, looked_at: list[Change] | None) -> str:
    audit(session, actor(), "local.viewed", setting=page.setting.code, page="new")
    preview = page.previewed(page.setting.read(form.content())) if looked_at is not None else {}
    return render_template(
        "governance/local/new.html", setting=page.setting, form=form, looked_at=looked_at, preview=page.preview, **preview
    )


def _start_from(session: Session, setting: Setting) -> Mapping[str, Any]:
    number = request.args.get("from", "")
    return content_of(session, setting, _number(number)) if number else in_use(session, setting, now()).content


@bp.get("/<setting>/<int(max=99999):number>")
@requires(VIEW)
def version(setting: str, number: int) -> ResponseReturnValue:
    return _version_page(setting, number, AnswerForm(formdata=None))


@bp.post("/<setting>/<int(max=99999):number>/approve")
@requires(APPROVE)
def approve(setting: str, number: int) -> ResponseReturnValue:
    return _answered(setting, number, versions.approve)


@bp.post("/<setting>/<int(max=99999):number>/decline")
@requires(APPROVE)
def decline(setting: str, number: int) -> ResponseReturnValue:
    return _answered(setting, number, versions.decline)


def _answered(setting: str, number: int, act: Callable[..., LocalVersion]) -> ResponseReturnValue:
    page, form = _page(setting), AnswerForm()
    if form.validate():
        with refusals_shown(form, "reason", moved_on=_ANSWERED):
            with transaction() as session:
                row = act(session, actor(), page.setting, number, reason=form.reason.data or "", at=now())
                tell_what_came_of_it(session, row, by=actor(), at=now())
            flash("The version is approved" if row.answer == "approved" else "The version is declined. It is kept, and never used")
            return redirect(url_for("local.version", setting=setting, number=number))
    return _version_page(setting, number, form)


@bp.post("/<setting>/<int(max=99999):number>/withdraw")
@requires(PROPOSE)
def withdraw(setting: str, number: int) -> ResponseReturnValue:
    page, form = _page(setting), Pressed()
    if form.validate():
        with transaction() as session:
            versions.withdraw(session, actor(), page.setting, number, at=now())
        flash("The version is withdrawn. It is kept, and never used")
    return redirect(url_for("local.version", setting=setting, number=number))


def _version_page(code: str, number: int, form: AnswerForm) -> ResponseReturnValue:
    page = _page(code)
    setting = page.setting
    with transaction() as session:
        at = now()
        one = _stored(session, setting, number)
        used = in_use(session, setting, at)
        before = content_of(session, setting, one.version.based_on)
        audit(session, actor(), "local.viewed", subject_kind="local_version", subject_id=one.version.id, setting=code, number=number)
    said = one.version.content
    return render_template(
        "governance/local/version.html", setting=setting, one=one, form=form, button=Pressed(formdata=None), state=one.state(used, at),
        mine=one.version.proposed_by == actor().account_id, changes=changes(setting.lines(before), setting.lines(said)),
        lines=setting.lines(said), preview=page.preview, **page.previewed(said),
    ), form.page_status  # fmt: skip


def _stored(session: Session, setting: Setting, number: int) -> Stored:
    found = next((one for one in stored_versions(session, setting) if one.version.number == number), None)
    if found is None:
        raise NotFound("version")
    return found


def _number(text: str | None) -> int:
    """The number of a version as the pages write it.

    Raises:
        NotFound: it is no such number.
    """
    number = whole_number(text, 5)
    if number is None:
        raise NotFound("version")
    return number
