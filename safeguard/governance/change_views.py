"""The page of what was changed, field by field."""

from __future__ import annotations

import uuid

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from safeguard.access.actor import Role
from safeguard.access.guard import actor, requires
from safeguard.agencies.model import Account, Agency
from safeguard.audit.changes import changes_page, followed
from safeguard.audit.service import record
from safeguard.governance.views import bp
from safeguard.kernel.database import transaction
from safeguard.mash.paging import page_number


@bp.get("/audit/changes")
@requires("audit.read")
def changes() -> ResponseReturnValue:
    """All changes, or with `of` those of one row."""
    page, of = page_number(), None
    if "of" in request.args:
        try:
            of = uuid.UUID(request.args["of"])
        except ValueError:
            abort(400)
    with transaction() as session:
        found = changes_page(session, entity_id=of, page=page)
        ids = {one.account_id for one in found.rows} | {one.entity_id for one in found.rows}
        names: dict[uuid.UUID, str] = {
            key: name
            for kind in (Account, Agency)
            for key, name in session.execute(select(kind.id, kind.name).where(kind.id.in_(ids))).tuples()
        }
        record(session, actor(), "changes.viewed", subject_kind="row" if of else None, subject_id=of, rows=len(found.rows))
    roles = {role.value: role.label for role in Role}
    return render_template("governance/changes.html", found=found, names=names, fields=followed(), roles=roles, page=page, of=of)
