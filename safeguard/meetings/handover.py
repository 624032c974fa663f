"""Files that leave the service locked: a password that the service makes, shown once, and the PDF that it opens.

The password is kept nowhere. It travels in the page that shows it, signed, for one document and one account, and for a
quarter of an hour; whoever comes later gets another one.
"""

from __future__ import annotations

import io
import secrets
import uuid
from collections.abc import Mapping

from flask import Response, current_app, render_template, request
from itsdangerous import BadData, URLSafeTimedSerializer

from safeguard.meetings.handing.rules import ALPHABET, GROUP, GROUPS

MINUTES = 15  # for how long the password that was shown gets the file


def new_password() -> str:
    """A fresh password, such as `K7FQ-M2XW-9TRP-HB4Z-C8ND`: 99 random bits. The hyphens are part of it."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def password_page(
    document: uuid.UUID, account: uuid.UUID, *, what: str, reference: str, to: str, back: tuple[str, str], again: bool
) -> str:
    """The page that shows a new password once, with the button that gets the file.

    Args:
        what: the file in words. `reference`: of the case or request.
        to: the address that the button posts to, which asks `sent_password`.
        back: the address of the page before, and its name.
        again: it was asked for with a password that is good no longer.
    """
    password = new_password()
    carried = _seal().dumps([password, str(document), str(account)])
    return render_template(
        "meetings/password.html", what=what, reference=reference, to=to, back=back[0], back_words=back[1],
        password=password, carried=carried, again=again, minutes=MINUTES,
    )  # fmt: skip


def sent_password(document: uuid.UUID, account: uuid.UUID) -> str | None:
    """The password that this request brings back; None where it brings none, or one too old, changed, or for something else."""
    try:
        password, *whose = _seal().loads(request.form.get("password", ""), max_age=MINUTES * 60)
    except BadData:
        return None
    return str(password) if whose == [str(document), str(account)] else None


def locked(pdf: bytes, password: str, attached: Mapping[str, bytes] | None = None) -> bytes:
    """`pdf` under AES-256 (revision 6 of ISO 32000-2), with the JSON files `attached` inside by name.

    Its metadata is encrypted too. Whoever has the password may print, copy and have it read out.
    """
    # Every command would pay for its import.
    import pikepdf

    whole = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name, data in (attached or {}).items():
            opened.attachments[name] = pikepdf.AttachedFileSpec(opened, data, filename=name, description=name, mime_type="application/json")
        # An owner's password that is empty would open the file to everybody.
        opened.save(whole, encryption=pikepdf.Encryption(owner=password, user=password, R=6, aes=True, metadata=True))
    return whole.getvalue()


def attached(body: bytes, kind: str, name: str) -> Response:
    """The answer that gives a file to be kept, as MIME type `kind` under `name`."""
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="password of a download")
