"""Delivering emails: by SMTP with TLS, or as files in a folder."""

from __future__ import annotations

import smtplib
import ssl
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from safeguard.accounts.outbox import Letter

_TIMEOUT_SECONDS = 20


def postbox(where: str, sender: str) -> Callable[[Letter], None]:
    """What delivers to `where`: `smtp://user:password@host:587` (STARTTLS is demanded), `smtps://...`, or `file:/folder`.

    What is returned raises OSError where an email could not be handed over.

    Raises:
        ValueError: `where` is none of these.
    """
    parts = urlsplit(where)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        return lambda letter: _into_folder(folder, _message(letter, sender))
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return lambda letter: _by_smtp(where, _message(letter, sender))
    raise ValueError("emails go to smtp://, smtps:// or file:/")


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _into_folder(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4()}.eml"
    path.touch(mode=0o600)
    path.write_bytes(message.as_bytes())


def _by_smtp(where: str, message: EmailMessage) -> None:
    parts = urlsplit(where)
    trust = ssl.create_default_context()
    try:
        with _connected(parts.scheme, parts.hostname or "", parts.port, trust) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPException as error:
        raise OSError("the mail server refused") from error


def _connected(scheme: str, host: str, port: int | None, trust: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=trust)
    server = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT_SECONDS)
    try:
        server.starttls(context=trust)
    except smtplib.SMTPException:
        server.close()
        raise
    return server
