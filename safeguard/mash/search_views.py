"""Search for a known person: one box, and results under an address that holds no name."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound, RuleBroken
from safeguard.mash.forms import SearchForm
from safeguard.mash.paging import page_number
from safeguard.mash.queries import referral_called
from safeguard.mash.views import bp
from safeguard.people.identity import age_words, identity_of
from safeguard.people.queries import record_ids_of_referral
from safeguard.people.search import found_page, search
from safeguard.people.search_terms import read_terms


@bp.get("/search")
@requires("person.search")
def search_form() -> ResponseReturnValue:
    return render_template("mash/search.html", form=SearchForm(), page=None, beside=_beside())


def _beside() -> dict[str, Any]:
    """What somebody searches for, as the address says it: a record they compare, or a person (`connect`) to be connected."""
    try:
        if "connect" in request.args:
            return {"connect": uuid.UUID(request.args["connect"])}
        return {name: uuid.UUID(request.args[name]) for name in ("referral_id", "record_id")}
    except (KeyError, ValueError):
        return {}


@bp.post("/search")
@requires("person.search")
def search_people() -> ResponseReturnValue:
    """Look, keep the result under an id, and show it by that: what was typed never enters an address."""
    form = SearchForm()
    if form.validate():
        try:
            with transaction() as session:
                typed = form.typed.data or ""
                kept = search(session, actor(), typed, named=_named(session, typed), at=now())
            return redirect(url_for("mash.search_results", search_id=kept.id, **_beside()))
        except RuleBroken as refusal:
            form.show_problems(refusal.problems)
    return render_template("mash/search.html", form=form, page=None, beside=_beside()), 400


def _named(session: Session, typed: str) -> dict[str, list[uuid.UUID]]:
    """The people of each referral whose reference was typed, where this actor may open it."""
    named = {}
    for reference in read_terms(typed, today=today()).of("reference"):
        referral_id = referral_called(session, actor(), reference)
        if referral_id:
            named[reference] = record_ids_of_referral(session, referral_id)
    return named


@bp.get("/search/<uuid:search_id>")
@requires("person.search")
def search_results(search_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with transaction() as session:
            page = found_page(session, actor(), search_id, page=page_number(), at=now())
    except NotFound:
        flash("That search is no longer kept. Search again", "problem")
        return redirect(url_for("mash.search_form"))
    people = [(found, identity_of(said), said) for found, said in page.found]
    form = SearchForm(typed=page.typed)
    return render_template(
        "mash/search.html", form=form, page=page, people=people, today=today(), age_words=age_words, beside=_beside()
    )
