"""A data key for each record that is frozen: what was said stays as it is, and the small key beside it is what turns and what is destroyed.

A trigger refuses any change to a submitted referral, so its text cannot be wrapped again when the ring turns. It is sealed
under a key of the record's own, which hangs on the ring in a row beside it. `flask keys rotate` wraps that row again;
deleting it destroys the words for good, in every copy made later, while the row that they stood in stays.

A sealed text: version (1 byte), nonce (12), ciphertext with its tag, bound to its table, column and row.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Callable, Collection
from typing import Any, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, String, Uuid, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from safeguard.kernel.database import Base, new_id
from safeguard.kernel.errors import NotFound
from safeguard.kernel.key_ring import KeyRing, SealBroken
from safeguard.kernel.sealed import SEALED, place_of, ring

_VERSION = b"\x01"
_NONCE = 12
_KEY = 32
# Every column sealed under the key of a record, for tests and `flask keys`.
UNDER_RECORD_KEYS: list[tuple[type[Base], str]] = []


class Destroyed(NotFound):
    """The key of a record was destroyed, and its words with it. For whoever asks it is not there."""


class RecordKey(Base):
    """The key of one record: `id` is the record's own, `kind` its table, `wrapped` the key as it hangs on the ring."""

    __tablename__ = "record_key"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)

    @classmethod
    def made_for(cls, kind: str, record_id: uuid.UUID) -> RecordKey:
        """A new key for a record."""
        return cls(id=record_id, kind=kind, wrapped=wrapped_key(ring(), record_id, os.urandom(_KEY)))

    @classmethod
    def of(cls, session: Session, kind: str, record_id: uuid.UUID) -> RecordKey:
        """The key of a record, made where it has none yet. Two that make it at once get the same."""
        found = session.get(cls, record_id)
        return cls.of_all(session, kind, [record_id])[record_id] if found is None else found

    @classmethod
    def of_all(cls, session: Session, kind: str, record_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, RecordKey]:
        """The keys of several records by their ids, made where they have none yet."""
        wanted = select(cls).where(cls.id.in_(record_ids))
        found = {one.id: one for one in session.scalars(wanted)}
        if missing := set(record_ids) - found.keys():
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            made = [{"id": one, "kind": kind, "wrapped": wrapped_key(ring(), one, os.urandom(_KEY))} for one in sorted(missing)]
            session.execute(insert(cls).on_conflict_do_nothing(index_elements=["id"]), made)
            found |= {one.id: one for one in session.scalars(wanted)}
        return found

    def seal(self, plain: bytes, place: str) -> bytes:
        """`plain`, to be kept in `place` alone."""
        return seal_with(self._opened(), plain, place)

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`.

        Raises:
            SealBroken: it was changed, or moved, or the key does not hang on this ring.
        """
        return open_with(self._opened(), sealed, place)

    def fingerprint(self, words: str) -> str:
        """A keyed digest by which the same words are known again, and which tells nothing without the key."""
        return fingerprint_with(self._opened(), words)

    def _opened(self) -> bytes:
        kept = self.wrapped
        wrapped, known = self.__dict__.get("_key", (None, b""))
        if wrapped is not kept:
            known = unwrapped_key(ring(), self.id, bytes(kept))
            self.__dict__["_key"] = (kept, known)
        key: bytes = known
        return key


SEALED.append((RecordKey, "wrapped"))


def wrapped_key(on: KeyRing, record_id: uuid.UUID, key: bytes) -> bytes:
    """The key of a record as it hangs on the ring."""
    return on.seal(key, place_of(RecordKey.__tablename__, "wrapped", record_id))


def unwrapped_key(on: KeyRing, record_id: uuid.UUID, wrapped: bytes) -> bytes:
    """The key of a record.

    Raises:
        SealBroken: it hangs on no key of this ring, or belongs to another record.
    """
    return on.open(wrapped, place_of(RecordKey.__tablename__, "wrapped", record_id))


def seal_with(key: bytes, plain: bytes, place: str) -> bytes:
    """`plain` sealed under a record's key for `place`."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, place.encode())


def open_with(key: bytes, sealed: bytes, place: str) -> bytes:
    """What `seal_with` sealed for `place`.

    Raises:
        SealBroken: it does not open there.
    """
    if sealed[:1] != _VERSION:
        raise SealBroken(place)
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(place) from error


def fingerprint_with(key: bytes, words: str) -> str:
    """The keyed digest of `words`, in hexadecimal."""
    return hmac.new(key, b"fingerprint:" + words.encode(), hashlib.sha256).hexdigest()


class UnderRecordKey:
    """The text kept sealed in the column `column`, under the key that the row has as `key`.

    `words = UnderRecordKey("words_sealed")` beside the column, and `key` a relationship to `RecordKey`. Reading text whose
    key is gone raises `Destroyed`.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self._read, self._change = f"_read_{column}", f"_change_{column}"

    def __set_name__(self, owner: type[Base], name: str) -> None:
        UNDER_RECORD_KEYS.append((owner, self.column))

    @overload
    def __get__(self, row: None, owner: type[Any]) -> UnderRecordKey: ...
    @overload
    def __get__(self, row: Any, owner: type[Any]) -> str | None: ...

    def __get__(self, row: Any, owner: type[Any]) -> UnderRecordKey | str | None:
        if row is None:
            return self
        kept = getattr(row, self.column)
        if kept is None:
            return None
        # What was opened holds for the very value that was loaded, and for no other.
        known, text = row.__dict__.get(self._read, (None, ""))
        if known is not kept:
            if row.key is None:
                raise Destroyed(row.__tablename__)
            text = row.key.open(bytes(kept), place_of(row.__tablename__, self.column, row.id)).decode()
            covered, change = row.__dict__.get(self._change, (None, None))
            text = change(text) if covered is kept else text
            row.__dict__[self._read] = (kept, text)
        said: str = text
        return said

    def __set__(self, row: Any, text: str | None) -> None:
        if row.id is None:
            row.id = new_id()
        if row.key is None:
            raise RuntimeError("the key of the record is given before its words")
        sealed = None if text is None else row.key.seal(text.encode(), place_of(row.__tablename__, self.column, row.id))
        setattr(row, self.column, sealed)

    def read_as(self, row: Any, change: Callable[[str], str]) -> None:
        """Have the text be read as `change` makes it, on this object until it is loaded anew and never in the database.

        For what is covered as it is loaded: `change` is asked when somebody reads, since no key is there before.
        """
        row.__dict__[self._change] = (getattr(row, self.column), change)


class ObjectUnderRecordKey:
    """A JSON object kept sealed in the column `column`, as `UnderRecordKey` keeps a text; {} while there is none.

    Not to be changed in place: it is set anew. Reading one whose key is gone raises `Destroyed`.
    """

    def __init__(self, column: str) -> None:
        self._text = UnderRecordKey(column)

    def __set_name__(self, owner: type[Base], name: str) -> None:
        self._text.__set_name__(owner, name)

    @overload
    def __get__(self, row: None, owner: type[Any]) -> ObjectUnderRecordKey: ...
    @overload
    def __get__(self, row: Any, owner: type[Any]) -> dict[str, Any]: ...

    def __get__(self, row: Any, owner: type[Any]) -> ObjectUnderRecordKey | dict[str, Any]:
        if row is None:
            return self
        found: dict[str, Any] = json.loads(self._text.__get__(row, owner) or "{}")
        return found

    def __set__(self, row: Any, said: dict[str, Any]) -> None:
        self._text.__set__(row, as_text(said))

    def read_as(self, row: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Have the object be read as `change` makes it, as `UnderRecordKey.read_as` does."""
        self._text.read_as(row, lambda text: as_text(change(json.loads(text))))


def as_text(said: dict[str, Any]) -> str:
    """A JSON object as it is sealed."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
