"""The key ring: AES-256-GCM in envelopes.

Each value has a random key of its own, wrapped by the ring's current key and named in the value, so turning to a new ring
key wraps that small key again and never touches what was said; destroying the wrapped key destroys the value. Both layers
are bound to the *place* of the value (table, column and row): moved to any other, it does not open.

A sealed value: version (1 byte), length of the key's name (1), the name, nonce (12) and wrapped key (48), nonce (12),
ciphertext with its tag.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_NONCE = 12
_KEY = 32
_WRAPPED = _KEY + 16
_LONGEST_NAME = 40


class SealBroken(Exception):
    """A sealed value does not open: it was changed, or moved from another place, or its key is not on the ring."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Ring keys by name, newest first: the first seals, all open."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def read(cls, text: str) -> KeyRing:
        """The ring that `text` describes: `name:key,name:key`, each key 32 bytes in base64.

        Raises:
            ValueError: it names no key, a name twice, or something that is not such a key.
        """
        keys = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, encoded = part.partition(":")
            if not (name.isascii() and name.replace("-", "").isalnum() and len(name) <= _LONGEST_NAME):
                raise ValueError("each key needs a name of letters, digits and hyphens")
            keys.append((name, _key(name, encoded)))
        if not keys:
            raise ValueError("it names no key")
        if len({name for name, _ in keys}) < len(keys):
            raise ValueError("two keys have the same name")
        return cls(tuple(keys))

    @property
    def current(self) -> str:
        """The name of the key that seals."""
        return self.keys[0][0]

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, to be kept in `place` alone."""
        key = os.urandom(_KEY)
        nonce = os.urandom(_NONCE)
        return self._wrap(key, place) + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`.

        Raises:
            SealBroken: it does not open there.
        """
        key, rest = self._unwrap(sealed, place)
        try:
            return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(place) from error

    def rewrap(self, sealed: bytes, place: str) -> bytes:
        """The same value under the current key: its own key is wrapped again, its content is not touched.

        Raises:
            SealBroken: it does not open there.
        """
        key, rest = self._unwrap(sealed, place)
        return self._wrap(key, place) + rest

    def _wrap(self, key: bytes, place: str) -> bytes:
        name, ring_key = self.keys[0]
        head = bytes((_VERSION, len(name))) + name.encode()
        nonce = os.urandom(_NONCE)
        return head + nonce + AESGCM(ring_key).encrypt(nonce, key, head + place.encode())

    def _unwrap(self, sealed: bytes, place: str) -> tuple[bytes, bytes]:
        name = key_of(sealed)
        end = 2 + len(name or "") + _NONCE + _WRAPPED
        ring_key = dict(self.keys).get(name or "")
        if ring_key is None or len(sealed) < end + _NONCE:
            raise SealBroken(place)
        head, wrapped, rest = sealed[: 2 + len(name or "")], sealed[end - _NONCE - _WRAPPED : end], sealed[end:]
        try:
            return AESGCM(ring_key).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], head + place.encode()), rest
        except InvalidTag as error:
            raise SealBroken(place) from error


def key_of(sealed: bytes) -> str | None:
    """The name of the ring key that a sealed value hangs on; None where it is no sealed value."""
    if len(sealed) < 2 or sealed[0] != _VERSION or len(sealed) < 2 + sealed[1]:
        return None
    return sealed[2 : 2 + sealed[1]].decode("ascii", errors="replace")


def new_key() -> str:
    """A random key for the ring, in base64."""
    return base64.urlsafe_b64encode(os.urandom(_KEY)).decode()


def start_of(name: str) -> bytes:
    """How every value begins that hangs on the ring key `name`."""
    return bytes((_VERSION, len(name))) + name.encode()


def _key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"the key {name} is not base64") from error
    if len(key) != _KEY:
        raise ValueError(f"the key {name} is not 32 bytes long")
    if len(set(key)) < 12:
        raise ValueError(f"the key {name} is not random")
    return key


def same_material(ring: KeyRing, secrets: Iterable[str]) -> bool:
    """Whether a key of the ring is one of these other secrets written again."""
    return any(base64.urlsafe_b64encode(key).decode().rstrip("=") in secret for _, key in ring.keys for secret in secrets if secret)
