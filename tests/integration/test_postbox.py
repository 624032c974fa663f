"""Emails handed to a real mail server: over TLS or not at all, with the right password, and tried again where it refuses."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from safeguard.accounts.outbox import Letter
from safeguard.accounts.postbox import postbox

_LETTER = Letter("sam@school.example", "You are asked for information", "Please sign in to the service.\n\nIt says no more – ever.\n")


class _Kept:
    """What a mail server took."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuses:
            return "451 Not now"
        self.taken.append((session.ssl is not None, envelope))
        return "250 Taken"


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for localhost that signs itself, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(today - dt.timedelta(days=1)).not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    file, private = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serves = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serves.load_cert_chain(file, private)
    return file, serves


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, _Kept]]:
    """A mail server that asks for TLS and a password, and whose certificate this machine trusts."""
    file, serves = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    kept = _Kept()

    def opens(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        # Not handled: the server itself then answers no, and at once.
        return AuthResult(success=(told.login, told.password) == (b"sender", b"p@ss word"), handled=False)

    running = Controller(
        kept, hostname="localhost", port=_free_port(), tls_context=serves, require_starttls=True, auth_required=True, authenticator=opens
    )
    running.start()
    yield running.port, kept
    running.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_an_email_is_handed_over_by_tls_to_the_one_it_is_for(server: tuple[int, _Kept]) -> None:
    port, kept = server
    postbox(f"smtp://sender:p%40ss%20word@localhost:{port}", "service@hub.example")(_LETTER)
    ((secure, envelope),) = kept.taken
    assert secure
    assert (envelope.mail_from, envelope.rcpt_tos) == ("service@hub.example", ["sam@school.example"])
    assert b"Subject: You are asked for information" in envelope.content
    assert b"Auto-Submitted: auto-generated" in envelope.content


@pytest.mark.parametrize("who", ["sender:wrong", "nobody:p%40ss%20word"])
def test_a_wrong_password_hands_nothing_over(server: tuple[int, _Kept], who: str) -> None:
    port, kept = server
    with pytest.raises(OSError, match="refused"):
        postbox(f"smtp://{who}@localhost:{port}", "service@hub.example")(_LETTER)
    assert kept.taken == []


def test_a_server_that_refuses_is_an_error_and_the_email_waits(server: tuple[int, _Kept]) -> None:
    port, kept = server
    kept.refuses = True
    with pytest.raises(OSError, match="refused"):
        postbox(f"smtp://sender:p%40ss%20word@localhost:{port}", "service@hub.example")(_LETTER)


def test_nothing_goes_to_a_server_that_this_machine_does_not_trust(server: tuple[int, _Kept], monkeypatch: pytest.MonkeyPatch) -> None:
    port, kept = server
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        postbox(f"smtp://sender:p%40ss%20word@localhost:{port}", "service@hub.example")(_LETTER)
    assert kept.taken == []


def test_nothing_goes_in_clear() -> None:
    """A server without TLS, as an attacker in between would have it."""
    kept = _Kept()
    plain = Controller(kept, hostname="localhost", port=_free_port())
    plain.start()
    try:
        with pytest.raises(OSError, match="refused"):
            postbox(f"smtp://localhost:{plain.port}", "service@hub.example")(_LETTER)
    finally:
        plain.stop()
    assert kept.taken == []
