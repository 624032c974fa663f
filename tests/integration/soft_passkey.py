"""A device with a passkey that answers as it is told to: honestly, or in any of the ways that must be refused."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HOLDS_KEY = 0x01, 0x04, 0x40
HOST, ORIGIN = "localhost", "http://localhost"


class Device:
    """One key pair (ES256). `count` is what it says of how often it was used."""

    def __init__(self) -> None:
        self.id, self.count = b"a device's own name for it", 5
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public_key(self) -> bytes:
        """The public half, as COSE has it."""
        point = self._key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})

    def made(self, challenge: str, *, flags: int = PRESENT | VERIFIED, origin: str = ORIGIN, host: str = HOST) -> str:
        """The answer to being asked for a new passkey."""
        kept = bytes(16) + len(self.id).to_bytes(2) + self.id + self.public_key
        said = self._about(flags | HOLDS_KEY, host) + kept
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        return self._told(clientDataJSON=_client("webauthn.create", challenge, origin), attestationObject=attested)

    def answered(
        self, challenge: str, *, flags: int = PRESENT | VERIFIED, origin: str = ORIGIN, host: str = HOST, kind: str = "webauthn.get"
    ) -> str:
        """The answer to being asked who is there."""
        said, client = self._about(flags, host), _client(kind, challenge, origin)
        signature = self._key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._told(clientDataJSON=client, authenticatorData=said, signature=signature)

    def _about(self, flags: int, host: str) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _told(self, **response: bytes) -> str:
        told: dict[str, Any] = {name: _text(value) for name, value in response.items()}
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": told})


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
