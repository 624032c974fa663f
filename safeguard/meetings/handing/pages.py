"""The pages of handing a file over that case summaries and subject-access bundles share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.guard import actor
from safeguard.accounts import throttle
from safeguard.accounts.sessions import sha256
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, Problem
from safeguard.meetings.handing import service
from safeguard.meetings.handing.forms import OUTSIDE, HandForm, OpenForm, UnprotectedForm
from safeguard.meetings.handing.rules import STATES, password_typed, problems_of
from safeguard.web.refusals import refusals_shown

OPENS_NOTHING = (
    "This code and password open nothing. The link may have been opened before, taken back or run out, or one of the two was typed "
    "wrong. Ask whoever sent it for another"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A file in the words of a page: what it is, the reference of its case or request, and the page it is listed on."""

    what: str
    reference: str
    back: str
    back_words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that a link opened: whom it tells of, and what draws it, under a password, with its name."""

    people: frozenset[uuid.UUID]
    drawn: Callable[[str], tuple[str, bytes]]


def hand_page(shown: Shown, document_in: Callable[[Session], service.Document]) -> ResponseReturnValue:
    """Ask who is given a file, and hand it over; the password is shown in the answer, this once.

    Args:
        document_in: the file, for somebody who may have it; it notes nothing.
    """
    form = HandForm()
    page = form.page()
    if form.validate_on_submit():
        with refusals_shown(form, "who", moved_on="This page was sent before: the list says what became of it"):
            try:
                with transaction() as session:
                    made = service.hand_over(
                        session, actor(), document_in(session), form.proposed, handing_id=uuid.UUID(page), at=now()
                    )
            except IntegrityError as twice:
                raise Conflict("the page was sent twice at once") from twice
            return render_template("meetings/handed_over.html", shown=shown, made=made)
    elif form.is_submitted():
        # Everything that is wrong at once; who they are is asked only of somebody outside.
        form.show_problems([one for one in problems_of(form.proposed) if one.field != "name" or form.who.data == OUTSIDE])
    return render_template("meetings/hand.html", shown=shown, form=form), form.page_status


def take_back(handing_id: uuid.UUID, kind: str, may: Callable[[Session, uuid.UUID], object], back: str) -> ResponseReturnValue:
    """Have a link open nothing from now on.

    Args:
        may: raises NotFound where the actor may not have the file of that id.
        back: the page that lists it.
    """
    try:
        with transaction() as session:
            handing = service.handing_of(session, handing_id, kind)
            may(session, handing.document_id)
            service.take_back(session, actor(), handing, at=now())
        flash("The link is taken back. It opens nothing from now on")
    except Conflict:
        flash("It was opened already, so it cannot be taken back", "problem")
    return redirect(back)


def listed(session: Session, documents: dict[uuid.UUID, int], page: int) -> dict[str, object]:
    """What `meetings/_handings.html` shows: a page of the links to these documents, given with their version numbers."""
    rows, pages = service.page_of(session, documents, page, at=now())
    return {"rows": rows, "page": page, "pages": pages, "numbers": documents, "states": STATES}


def unprotected_page(shown: Shown, file: Callable[[str], ResponseReturnValue], form: UnprotectedForm) -> ResponseReturnValue:
    """Ask why a file is taken without a password, and give it by `file`, which notes the reason."""
    if form.validate_on_submit():
        return file(form.why.data)
    return render_template("meetings/unprotected.html", shown=shown, form=form), form.page_status


def open_page(opener: Actor | None, file_of: Callable[[Session, service.Found], Opened | None]) -> tuple[str, bytes] | ResponseReturnValue:
    """Ask for a code and a password, and give the file that they open, under that password; every try is noted.

    Args:
        opener: whoever is signed in, for a link to somebody with an account.
        file_of: the file of a link that holds, as its sender may see it now; None where they may not.
    """
    form = OpenForm()
    if not form.is_submitted() or not form.validate():
        return render_template("meetings/open.html", form=form, inside=opener is not None), 400 if form.is_submitted() else 200
    code, password, at = form.code.data or "", form.password.data or "", now()
    limited = (
        (f"handed code {sha256(code)}", throttle.CODE_OF_ACCOUNT),
        (f"handed network {throttle.network_of(request.remote_addr or '')}", throttle.LINK_FROM_NETWORK),
    )
    with transaction() as session:
        tries = throttle.spend(session, *limited)
        found = service.looked_up(session, code, password, opener, at=at)
        file = file_of(session, found) if not found.refused else None
        if file is None or service.is_kept_from(session, opener, file.people):
            over = throttle.is_spent(session, *limited[0])
            service.refuse(session, found if found.refused else replace(found, refused="withheld"), opener, over=over, at=at)
            file = None
    body = file.drawn(password_typed(password)) if file else None
    with transaction() as session:
        if file and body and service.use_up(session, found, opener, file.people, at=now()):
            throttle.give_back(session, tries)
            return body
        if file:
            service.refuse(session, replace(found, refused="opened"), opener, over=False, at=at)
    form.show_problems([Problem("code", OPENS_NOTHING)])
    return render_template("meetings/open.html", form=form, inside=opener is not None), 400
