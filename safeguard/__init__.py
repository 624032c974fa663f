"""The safeguarding referral service. This file alone knows the whole house."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from config import Settings

_ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Settings) -> Flask:
    """The application for `settings`, ready to serve; its database must be migrated already.

    Raises:
        SettingsError: the settings of the matcher that they name cannot be used.
    """
    from config import SettingsError
    from safeguard.access import guard
    from safeguard.accounts import provider, signed_in, token_shown
    from safeguard.accounts.agreement_views import agreement_waits, ask_to_agree
    from safeguard.accounts.step_up import prove_again
    from safeguard.accounts.views import sign_in_again
    from safeguard.agencies import passwords
    from safeguard.audit import service as audit
    from safeguard.kernel import database, deployment, sealed
    from safeguard.people.matching.settings import MatchSettings, SettingsProblem
    from safeguard.web import errors, headers, log, rendering

    app = Flask("safeguard", template_folder=str(_ROOT / "templates"), static_folder="web/static")
    _configure(app, settings)
    if settings.matching_settings:
        try:
            MatchSettings.adopt(settings.matching_settings)
        except (SettingsProblem, OSError) as error:
            raise SettingsError(f"SAFEGUARD_MATCHING_SETTINGS cannot be used: {settings.matching_settings}: {error}.") from error
    log.keep_log(app)
    database.connect(app, settings.database_url)
    if not settings.allows_synthetic_data:
        database.check_first(app, deployment.admit_real_data)
    single_sign_on = settings.single_sign_on
    headers.protect(app, https=settings.environment == "production", forms_lead_to=single_sign_on.origin if single_sign_on else "")
    provider.connect(app, single_sign_on)
    csrf = CSRFProtect(app)
    signed_in.recognise(app, idle=settings.idle_timeout, absolute=settings.absolute_timeout)
    passwords.keep(app, memory_kib=settings.password_memory_kib)
    sealed.keep(app, settings.data_keys)
    audit.keep(app, settings.audit_key)
    doors = guard.Doors(
        signed_in.current_actor, signed_in.current_proof, _record_denial, "accounts.sign_in", sign_in_again, prove_again,
        token_shown.token_shown, signed_in.is_hidden, agreement_waits, ask_to_agree,
        frozenset(f"accounts.{one}" for one in ("prove", "prove_by_passkey", "prove_by_single_sign_on", "agree", "hide", "sign_out")),
    )  # fmt: skip
    guard.watch(app, doors)
    errors.answer(app)
    rendering.furnish(app)
    _open_rooms(app, csrf)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        TESTING=settings.environment == "test",
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MIGRATIONS_DIR=_ROOT / "migrations",
        MAX_CONTENT_LENGTH=settings.largest_request,
        MAX_FORM_MEMORY_SIZE=settings.largest_request,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=int(settings.absolute_timeout.total_seconds()),
        WTF_CSRF_SSL_STRICT=True,
        PROPAGATE_EXCEPTIONS=False,
    )


def _record_denial(actor: object, endpoint: str, permission: str) -> None:
    from safeguard.access.actor import Actor
    from safeguard.audit.service import record
    from safeguard.kernel.database import transaction

    with transaction() as session:
        record(
            session,
            actor if isinstance(actor, Actor) else None,
            "access.denied",
            endpoint=endpoint,
            permission=permission,
        )


def _open_rooms(app: Flask, csrf: CSRFProtect) -> None:
    """Every room's tables, pages and commands. Commands come last: they sit on top of the house."""
    from safeguard.accounts import (  # noqa: F401  their pages
        administration_views,
        link_views,
        passkey_views,
        password_views,
        printed_views,
        second_step_views,
        session_views,
        single_sign_on_views,
    )
    from safeguard.accounts.outbox import written_by
    from safeguard.accounts.views import bp as accounts
    from safeguard.concerns import additions
    from safeguard.governance import change_views  # noqa: F401  its page
    from safeguard.governance import handed_views as handed  # noqa: F401  its pages
    from safeguard.governance import review_views as reviews  # noqa: F401  its pages
    from safeguard.governance.local.views import bp as local
    from safeguard.governance.retention.views import bp as retention
    from safeguard.governance.subject_access.views import bp as subject_access
    from safeguard.governance.views import bp as governance
    from safeguard.mash import addendum_views as desk_addenda  # noqa: F401  its pages
    from safeguard.mash import (  # noqa: F401  their pages
        chronology_read_views,
        chronology_sources,
        chronology_views,
        death_views,
        duplicate_views,
        emergency_views,
        flag_views,
        graph_views,
        identity_views,
        merge_views,
        network_views,
        people_views,
        policy_views,
        relating_views,
        restriction_views,
        review_views,
        risk_views,
        search_views,
        split_views,
        undo_views,
        warning_views,
    )
    from safeguard.mash.allocation import views as allocation  # noqa: F401  its pages
    from safeguard.mash.checks import agency_views, desk_views  # noqa: F401  their pages
    from safeguard.mash.checks.told import checks_told
    from safeguard.mash.purpose import views as purpose  # noqa: F401  its pages, and the gate before every file
    from safeguard.mash.standing import standings
    from safeguard.mash.views import bp as mash
    from safeguard.meetings.discussions import views as discussions  # noqa: F401  its pages
    from safeguard.meetings.handing.service import MAIL, letter
    from safeguard.meetings.told import discussions_told, summaries_told
    from safeguard.meetings.views import bp as meetings
    from safeguard.ops import commands
    from safeguard.people.restricted import model as restricted  # noqa: F401  its tables
    from safeguard.referrals import addendum_views  # noqa: F401  its page
    from safeguard.referrals import withheld as withheld_addresses  # noqa: F401  what it covers
    from safeguard.referrals.addenda import additions_told
    from safeguard.referrals.api_views import bp as api
    from safeguard.referrals.guidance_in_use import front_door_phone
    from safeguard.referrals.standing import told_by
    from safeguard.referrals.views import bp as referrals
    from safeguard.registers import model  # noqa: F401  its table
    from safeguard.risk import withheld as withheld_flags  # noqa: F401  what it covers
    from safeguard.web.rendering import phone_told_by

    told_by(app, standings)
    phone_told_by(app, front_door_phone)
    additions.told_by(app, additions_told)
    chronology_sources.told_by(app, checks_told)
    chronology_sources.told_by(app, discussions_told)
    chronology_sources.told_by(app, summaries_told)
    written_by(app, MAIL, letter)
    for room in (accounts, referrals, api, mash, meetings, governance, local, retention, subject_access):
        app.register_blueprint(room)
    csrf.exempt(api)  # a token in a header is sent by nobody's browser by itself, and the guard looks at no cookie there
    commands.register(app)
