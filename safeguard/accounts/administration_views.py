"""The accounts that somebody looks after: inviting, closing, another role, a lost telephone."""

from __future__ import annotations

import uuid

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from safeguard.access.actor import Role
from safeguard.access.guard import actor, requires
from safeguard.accounts import administration, agreement, sessions
from safeguard.accounts.administration import Invitation
from safeguard.accounts.factors import factors_of
from safeguard.accounts.forms import InviteForm, RoleForm
from safeguard.accounts.giving import MAY_GIVE, of_every_agency
from safeguard.accounts.step_up import freshly
from safeguard.accounts.views import bp
from safeguard.agencies.model import Account
from safeguard.agencies.passwords import NO_PASSWORD
from safeguard.audit.service import record
from safeguard.kernel.database import db, transaction
from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.kernel.numbers import whole_number


@bp.get("/accounts")
@requires("account.administer")
def list_accounts() -> ResponseReturnValue:
    page = whole_number(request.args.get("page"), 5) or 1
    with transaction() as session:
        found, pages = administration.accounts_page(session, actor(), page)
        record(session, actor(), "account.listed", page=page, rows=len(found))
    return render_template(
        "accounts/list.html", accounts=found, page=page, of=pages, every=of_every_agency(actor()), labels=_LABELS, state=_state,
    )  # fmt: skip


@bp.route("/accounts/invite", methods=["GET", "POST"])
@requires("account.administer")
@freshly
def invite() -> ResponseReturnValue:
    form = InviteForm()
    form.role.choices = _roles()
    agencies = administration.agencies_for(db.session(), actor())
    form.agency.choices = [(str(one.id), one.name) for one in agencies]
    if not form.is_submitted() or not form.validate():
        return render_template("accounts/invite.html", form=form, many=len(agencies) > 1), 400 if form.is_submitted() else 200
    try:
        asked = Invitation(
            name=form.name.data, email=form.email.data.lower(), role=_role(form.role.data), job_title=form.job_title.data or "",
            agency_id=_id(form.agency.data) if of_every_agency(actor()) else actor().agency_id,
        )
        with transaction() as session:
            account_id = administration.invite(session, actor(), asked).id
    except RuleBroken as refused:
        form.show_problems(refused.problems)
        return render_template("accounts/invite.html", form=form, many=len(agencies) > 1), 400
    except IntegrityError:
        form.show_problems([Problem("email", "This address has an account already")])
        return render_template("accounts/invite.html", form=form, many=len(agencies) > 1), 400
    flash("They are invited: an email is on its way.")
    return redirect(url_for("accounts.show_account", account_id=account_id))


@bp.get("/accounts/<uuid:account_id>")
@requires("account.administer")
def show_account(account_id: uuid.UUID) -> ResponseReturnValue:
    return _account_page(account_id, RoleForm(formdata=None), 200)


def _account_page(account_id: uuid.UUID, form: RoleForm, status: int) -> ResponseReturnValue:
    settings = current_app.config["SETTINGS"]
    form.role.choices = _roles()
    with transaction() as session:
        account = administration.account_for(session, actor(), account_id)
        found = sessions.open_sessions(session, account.id, idle=settings.idle_timeout, absolute=settings.absolute_timeout)
        has, given = factors_of(session, account.id), agreement.given_by(session, account.id)
        record(session, actor(), "account.viewed", subject_kind="account", subject_id=account.id)
    page = render_template(
        "accounts/other.html", account=account, sessions=found, given=given, has=has, form=form, state=_state(account),
        role=_LABELS[account.role],
    )  # fmt: skip
    return page, status


@bp.post("/accounts/<uuid:account_id>/close")
@requires("account.administer")
@freshly
def close_account(account_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        administration.close(session, actor(), administration.account_for(session, actor(), account_id))
    return _back(account_id, "The account is closed, and signed out everywhere.")


@bp.post("/accounts/<uuid:account_id>/role")
@requires("account.administer")
@freshly
def change_role(account_id: uuid.UUID) -> ResponseReturnValue:
    form = RoleForm()
    form.role.choices = _roles()
    if not form.validate():
        return _account_page(account_id, form, 400)
    try:
        with transaction() as session:
            administration.give_role(session, actor(), administration.account_for(session, actor(), account_id), _role(form.role.data))
    except RuleBroken as refused:
        form.show_problems(refused.problems)
        return _account_page(account_id, form, 400)
    return _back(account_id, "The role is changed. They sign in again before they do anything in it.")


@bp.post("/accounts/<uuid:account_id>/sign-out")
@requires("account.administer")
@freshly
def sign_out_account(account_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        administration.sign_out_everywhere(session, actor(), administration.account_for(session, actor(), account_id))
    return _back(account_id, "They are signed out everywhere.")


@bp.post("/accounts/<uuid:account_id>/invite")
@requires("account.administer")
@freshly
def invite_again(account_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        administration.invite_again(session, actor(), administration.account_for(session, actor(), account_id))
    return _back(account_id, "Another email is on its way. The ones before open nothing any longer.")


@bp.post("/accounts/<uuid:account_id>/factors")
@requires("account.administer")
@freshly
def take_factors(account_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        administration.take_factors(session, actor(), administration.account_for(session, actor(), account_id))
    return _back(account_id, "Their second factors are taken away, and they are signed out everywhere.")


def _back(account_id: uuid.UUID, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("accounts.show_account", account_id=account_id))


_LABELS = {role.value: role.label for role in Role}


def _state(account: Account) -> str:
    if not account.active:
        return "Closed"
    return "Invited" if account.password_hash == NO_PASSWORD else "Open"


def _roles() -> list[tuple[str, str]]:
    given = MAY_GIVE.get(actor().role, frozenset())
    return [(role.value, role.label) for role in Role if role in given]


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise RuleBroken([Problem("role", "Choose a role from the list")]) from error


def _id(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError as error:
        raise RuleBroken([Problem("agency", "Choose an agency from the list")]) from error
