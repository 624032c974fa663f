"""The token that a request shows: looked up, counted, and the wrong ones noted."""

from __future__ import annotations

from flask import request

from safeguard.access.bearer import Bearer, bears_token
from safeguard.accounts import tokens
from safeguard.kernel.database import db, transaction


def token_shown() -> Bearer | None:
    """What this request's token opens; None where it opens nothing, or none was shown.

    Raises:
        TooManyTries: it was used, or wrong ones were shown from this network, too often in a short time.
    """
    if not bears_token(request):
        return None
    found = tokens.shown(db.session(), request.headers.get("Authorization"))
    with transaction() as session:
        if found is None:
            tokens.refuse(session, request.remote_addr or "")
        else:
            tokens.use(session, found)
    return found
