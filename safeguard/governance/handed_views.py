"""The pages where somebody opens what was handed to them: one for people outside, one for whoever has an account."""

from __future__ import annotations

import uuid

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.access.guard import actor, public, requires
from safeguard.governance.subject_access.bundle import bundle_and_person, bundle_files
from safeguard.governance.views import bp
from safeguard.kernel.deployment import kind_of_data
from safeguard.kernel.errors import NotFound, NotPermitted
from safeguard.meetings.handing.pages import Opened, open_page
from safeguard.meetings.handing.service import Found
from safeguard.meetings.handover import attached, locked
from safeguard.meetings.service import file_name, summary_and_people
from safeguard.people.sight import acting_for


@bp.route("/handed", methods=["GET", "POST"])
@public
def handed() -> ResponseReturnValue:
    """Open a file by link, for somebody without an account. The code stands behind # in the address, so no server on the way logs it."""
    return _answer(None)


@bp.route("/handed/mine", methods=["GET", "POST"])
@requires("account.self")
def handed_to_me() -> ResponseReturnValue:
    """Open a file by link, as the account it was sent to."""
    return _answer(actor())


def _answer(opener: Actor | None) -> ResponseReturnValue:
    given = open_page(opener, _file_of)
    if isinstance(given, tuple) and isinstance(given[1], bytes):
        name, body = given
        return attached(body, "application/pdf", str(name))
    return given


def _file_of(session: Session, found: Found) -> Opened | None:
    """The file of a link, as its sender may see it now; None where it is not theirs to hand over any more."""
    handing, sender = found.handing, found.sender
    if handing is None or sender is None:
        return None
    draw = _summary if handing.kind == "summary" else _bundle
    try:
        with acting_for(session, sender):
            return draw(session, sender, handing.document_id)
    except (NotFound, NotPermitted):
        return None


def _summary(session: Session, sender: Actor, summary_id: uuid.UUID) -> Opened:
    made, people = summary_and_people(session, sender, summary_id)
    synthetic = kind_of_data(session) == "synthetic"

    def drawn(password: str) -> tuple[str, bytes]:
        # WeasyPrint takes half a second to import, which every command would pay for.
        from safeguard.meetings.pdf import pdf_of

        return file_name(made, "-protected"), locked(pdf_of(made, synthetic=synthetic), password)

    return Opened(frozenset(people), drawn)


def _bundle(session: Session, sender: Actor, bundle_id: uuid.UUID) -> Opened:
    bundle, person_id = bundle_and_person(session, sender, bundle_id)

    def drawn(password: str) -> tuple[str, bytes]:
        name, body, text = bundle_files(bundle)
        return f"{name}-protected.pdf", locked(body, password, {f"{name}.json": text})

    return Opened(frozenset({person_id}), drawn)
