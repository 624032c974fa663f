"""Pages about who a person is: the history of their identity, and a record as it was stated."""

from __future__ import annotations

import uuid

from flask import render_template
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.kernel.database import transaction
from safeguard.kernel.numbers import pages_of
from safeguard.mash.comparison import compare
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.people.identity_history import identity_history
from safeguard.people.source_record import source_record as find_record
from safeguard.people.verdicts import VERDICTS

_PAGE = 25


@bp.get("/people/<uuid:person_id>/identity")
@requires("person.view")
def person_identity(person_id: uuid.UUID) -> ResponseReturnValue:
    page = page_number()
    with transaction() as session:
        history = identity_history(session, person_id)
        audit(session, actor(), "person.identity_viewed", subject_kind="person", subject_id=person_id)
    pages = pages_of(len(history.entries), _PAGE)
    number = min(max(page, 1), pages)
    return render_template(
        "mash/identity.html",
        history=history,
        entries=history.entries[(number - 1) * _PAGE : number * _PAGE],
        page=number,
        pages=pages,
        verdict_words=VERDICTS,
    )


@bp.get("/records/<uuid:record_id>")
@requires("person.view")
def source_record(record_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        found = find_record(session, record_id)
        audit(
            session, actor(), "record.viewed", subject_kind="source_record", subject_id=record_id,
            shown=[found.person_id], person=str(found.person_id),
        )
    return render_template("mash/record.html", found=found, facts=compare(found.record, [found.record]))
