"""The gate before a file: every request that opens one has a purpose, evident or said, or is asked for one first.

Whose the work is hears of it here too, whatever the page.

A room says once which file an argument of its addresses opens (`opens`). What is not there for the actor passes, so that the
page itself answers as it does for what never was.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.guard import actor as actor_of_request
from safeguard.access.guard import stamp_of
from safeguard.access.policy import permits
from safeguard.accounts import unsent
from safeguard.audit.service import for_purpose
from safeguard.kernel.clock import now
from safeguard.kernel.database import transaction
from safeguard.mash.looking import tell_owners
from safeguard.mash.purpose.forms import PurposeForm
from safeguard.mash.purpose.queries import File, file_of_person, people_of, reason_for
from safeguard.mash.purpose.words import FOR_WHOM_WORK_IS_EVIDENT
from safeguard.people.restricted.conflicts import suspect_opener

Finds = Callable[[Session, uuid.UUID], File | None]
_OPENS: dict[str, list[Finds]] = {}
# Answering for one's agency shows what it was asked, and no file; saying that one knows a family must not open it first.
_OPEN_NONE = frozenset({"purpose.say", "check.answer", "conflict.declare"})


def opens(argument: str, finds: Finds) -> None:
    """Say which file the id in an argument of an address opens; `finds` gives None where there is none for the actor.

    An argument of which it is said twice opens both files.
    """
    _OPENS.setdefault(argument, []).append(finds)


def of_referral(session: Session, query: Any) -> File | None:
    """The file of the referral whose id `query` finds, if any."""
    found = session.scalar(query)
    return File("referral", found) if found else None


def stands_before(bp: Blueprint) -> None:
    """Have every page of a room's blueprint pass the gate."""
    bp.before_request(_check)


opens("person_id", file_of_person)
opens("other_id", file_of_person)
opens("referral_id", lambda _session, key: File("referral", key))


def _check() -> Any:
    actor = g.get("actor")
    if not isinstance(actor, Actor) or not permits(actor, "purpose.say"):
        return None
    if request.endpoint is None or request.method == "OPTIONS" or stamp_of(current_app, request.endpoint) in _OPEN_NONE:
        return None
    asked = [(finds, value) for argument, value in (request.view_args or {}).items() for finds in _OPENS.get(argument, ())]
    for finds, value in asked:
        with transaction() as session:
            file = finds(session, value)
            reason = reason_for(session, actor, file, at=now()) if file else None
            if file is None or reason is None or not reason.there:
                continue
            person_id, referral_id = (file.id, None) if file.kind == "person" else (None, file.id)
            if suspect_opener(session, actor, person_id=person_id, referral_id=referral_id, at=now()):
                # Kept from them as of now, so that the page answers as it does for nobody.
                continue
            if reason.purpose:
                for_purpose(reason.purpose, file.id)
                tell_owners(session, actor, people_of(session, file), at=now())
        if not reason.purpose:
            return _ask(actor, file)
    return None


def _ask(actor: Actor, file: File) -> Any:
    """Ask what the file is for, and lead on to where they were going, with what they sent."""
    if request.method in {"GET", "HEAD"}:
        return redirect(asking(file, request.full_path.rstrip("?")))
    return ask_page(PurposeForm.of(actor, formdata=None), file, kept=unsent.seal(actor.account_id)), 403


def ask_page(form: PurposeForm, file: File, *, kept: str, then: str = "") -> str:
    """The page that asks; `kept` is what was sent to where they were going, sealed, and `then` where that is."""
    came_from_here = request.endpoint is not None and stamp_of(current_app, request.endpoint) == "purpose.say"
    return render_template(
        "mash/purpose.html", form=form, file=file, unsent=kept, to=asking(file, then), stopped=bool(kept) and not came_from_here,
        evident=actor_of_request().role in FOR_WHOM_WORK_IS_EVIDENT,
    )  # fmt: skip


def asking(file: File, then: str) -> str:
    """The address of the page that asks what `file` is for, and leads on to the path `then`."""
    if file.kind == "person":
        return url_for("mash.say_purpose_of_person", person_id=file.id, next=then or None)
    return url_for("mash.say_purpose_of_referral", referral_id=file.id, next=then or None)


