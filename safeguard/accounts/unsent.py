"""What somebody typed and could not send, because their session had ended: carried through signing in again.

It travels in the sign-in page itself, signed, and opens only for the account that typed it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

_LONGEST_WAIT_SECONDS = 12 * 60 * 60
_NOT_CARRIED = frozenset({"csrf_token", "password", "code", "unsent"})


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was sent: where to, and each field with its answer, in order."""

    path: str
    answers: tuple[tuple[str, str], ...]


def seal(account_id: uuid.UUID) -> str:
    """The form of this request as text that only `account_id` can open again."""
    path = request.full_path if request.query_string else request.path
    answers = [[name, said] for name, said in request.form.items(multi=True) if name not in _NOT_CARRIED]
    return str(_seal().dumps({"account": str(account_id), "path": path, "answers": answers}))


def opened(text: str, account_id: uuid.UUID) -> Unsent | None:
    """The form sealed in `text`; None where it is not whole, too old, or somebody else's."""
    try:
        kept = _seal().loads(text, max_age=_LONGEST_WAIT_SECONDS)
    except BadData:
        return None
    if kept["account"] != str(account_id):
        return None
    return Unsent(kept["path"], tuple((name, said) for name, said in kept["answers"]))


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="unsent answers")
