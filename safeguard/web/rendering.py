"""How pages are drawn: template loaders, the words for dates, and what every page may use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, url_for
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError

from safeguard.access.policy import permits
from safeguard.kernel.clock import LONDON, london_date
from safeguard.kernel.database import db
from safeguard.kernel.dates import long_date
from safeguard.kernel.deployment import kind_of_data
from safeguard.web.navigation import navigation

_PHONE = "safeguard_front_door_phone"


def phone_told_by(app: Flask, told: Callable[[], str]) -> None:
    """Have `told` say which phone number of the front door the pages of `app` give; empty: the one it was set up with."""
    app.extensions[_PHONE] = told


def furnish(app: Flask) -> None:
    """Give the templates of `app` their loaders, filters and globals."""
    if app.jinja_loader is None:
        raise RuntimeError("the application has no template folder")
    packages = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    app.jinja_loader = ChoiceLoader([app.jinja_loader, PrefixLoader(packages)])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    WTFormsHelpers(app)
    app.jinja_env.filters.update(
        day=day_words, moment=moment_words, short_day=short_day, paragraphs=paragraphs, plural=plural
    )

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        actor = None if g.get("hidden") else g.get("actor")
        return {
            "actor": actor,
            "hidden": g.get("hidden", False),
            "settings": app.config["SETTINGS"],
            "navigation_items": navigation(actor),
            "front_door_phone": front_door_phone,
            "synthetic_data": _holds_synthetic_data(app),
            "can": lambda permission: permits(actor, permission),
            "csp_nonce": g.get("csp_nonce", ""),
            "asset": lambda name: url_for("static", filename=name, v=_stamp(app.static_folder or "", name)),
        }


def front_door_phone() -> str:
    """The phone number of the front door that pages give, asked for once a request."""
    if "front_door_phone" not in g:
        told = current_app.extensions.get(_PHONE)
        try:
            g.front_door_phone = (told() if told else "") or current_app.config["SETTINGS"].front_door_phone
        except SQLAlchemyError:  # the page that says so still gives a number to call
            g.front_door_phone = current_app.config["SETTINGS"].front_door_phone
    return str(g.front_door_phone)


def _holds_synthetic_data(app: Flask) -> bool:
    """Whether to say so on every page. The mark never changes once set, so it is asked for once."""
    kind = app.extensions.get("safeguard_kind_of_data")
    if kind is None and app.config["SETTINGS"].allows_synthetic_data:
        kind = app.extensions["safeguard_kind_of_data"] = kind_of_data(db.session())
    return kind == "synthetic"


def day_words(day: date | datetime | None) -> str:
    """3 March 2026"""
    if day is None:
        return "Not known"
    if isinstance(day, datetime):
        day = london_date(day)
    return long_date(day)


def short_day(day: date | datetime | None) -> str:
    """3 Mar 2026"""
    if day is None:
        return "Not known"
    if isinstance(day, datetime):
        day = london_date(day)
    return f"{day.day} {day:%b %Y}"


def moment_words(at: datetime | None) -> str:
    """3 March 2026, 4:50pm"""
    if at is None:
        return "Not known"
    local = at.astimezone(LONDON) if at.tzinfo else at.replace(tzinfo=UTC).astimezone(LONDON)
    clock = f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"
    return f"{local.day} {local:%B %Y}, {clock}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 child`, `2 children`"""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def paragraphs(text: str | None) -> Markup:
    """What somebody typed, escaped, with its paragraphs and line breaks as they wrote them."""
    parts = [part.strip() for part in (text or "").split("\n\n") if part.strip()]
    breaks = Markup("<br>")
    return Markup("").join(
        Markup('<p class="govuk-body app-said">{}</p>').format(breaks.join(escape(line) for line in part.split("\n")))
        for part in parts
    )


@lru_cache(maxsize=64)
def _stamp(folder: str, name: str) -> str:
    path = Path(folder) / name
    return format(int(path.stat().st_mtime), "x") if path.exists() else "0"
