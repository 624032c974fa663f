"""Keeping that a page was printed: the browser says so, and names the page by its request."""

from __future__ import annotations

import re
from datetime import timedelta

from flask import request
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.accounts.views import bp
from safeguard.audit.service import note_printed
from safeguard.kernel.database import transaction

# A page is not older than a session.
_OLDEST = timedelta(hours=12)
_PAGE = re.compile(r"[0-9a-f]{16}")


@bp.post("/printed")
@requires("account.self")
def printed() -> ResponseReturnValue:
    """The same answer whatever page is named: one that showed nobody, or was somebody else's, leaves nothing behind."""
    page = request.form.get("page", "")
    if _PAGE.fullmatch(page):
        with transaction() as session:
            note_printed(session, actor(), page, within=_OLDEST)
    return "", 204
