"""A throw-away database with the whole service around it. The database of the application is never opened."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from config import Settings
from safeguard.access.actor import Actor, Role
from safeguard.agencies.model import Agency
from safeguard.agencies.service import actor_for, open_account, open_agency
from safeguard.kernel.database import db, transaction
from safeguard.kernel.deployment import mark_data
from safeguard.kernel.key_ring import KeyRing, new_key
from safeguard.ops.replay.vocabulary import AGENCIES, OTHER_AGENCY

_DESK = "desk@replay.example"


@dataclass(frozen=True, slots=True)
class Stage:
    """An empty, migrated database with one agency for each word of the format, and somebody at the desk."""

    agencies: Mapping[str, uuid.UUID]
    desk: Actor

    def agency(self, session: Session, word: str) -> Agency:
        """The agency that stands for `word`."""
        found = session.get(Agency, self.agencies[word])
        if found is None:
            raise LookupError(word)
        return found


class Theatre:
    """Makes a fresh stage for every case, in a temporary folder that is gone afterwards."""

    def __init__(self, folder: Path, words: frozenset[str]) -> None:
        self._file, self._prepared = folder / "replay.sqlite3", folder / "prepared.sqlite3"
        self._app = _app(f"sqlite:///{self._file}")
        with self._app.app_context():
            self._stage = _prepare(words)
        shutil.copyfile(self._file, self._prepared)

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """An empty stage; inside the block the service works on it."""
        for stale in self._file.parent.glob(f"{self._file.name}*"):
            stale.unlink()
        shutil.copyfile(self._prepared, self._file)
        with self._app.app_context():
            try:
                yield self._stage
            finally:
                db.session.remove()


@contextmanager
def theatre(words: frozenset[str]) -> Iterator[Theatre]:
    """A theatre whose partnership has an agency for each of `words`."""
    with tempfile.TemporaryDirectory(prefix="safeguard-replay-") as folder:
        yield Theatre(Path(folder), words)


def _app(url: str) -> Flask:
    from safeguard import create_app

    app = create_app(
        Settings(
            environment="test",
            secret_key="for-a-throw-away-database-only-0123456789",  # noqa: S106  opens nothing
            audit_key="for-a-throw-away-database-only-9876543210",
            database_url=url,
            trusted_hosts=("localhost",),
            data_keys=KeyRing.read(f"throw-away:{new_key()}"),
        )
    )
    with app.app_context():
        engine = db.engine

        @event.listens_for(engine, "connect")
        def _in_a_hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode = MEMORY")
            connection.execute("PRAGMA synchronous = OFF")  # nothing here is worth keeping

    return app


def _prepare(words: frozenset[str]) -> Stage:
    from flask_migrate import upgrade

    upgrade()
    with transaction() as session:
        mark_data(session, "synthetic")
        agencies = {}
        named: dict[str, Agency] = {}
        for word in sorted({*words, "childrens_social_care"}):
            name, kind, sector, source = AGENCIES.get(word, OTHER_AGENCY)
            if word not in AGENCIES:
                name = word.replace("_", " ").capitalize()
            if name not in named:
                named[name] = open_agency(
                    session, slug=word.replace("_", "-"), name=name, kind=kind, sector=sector, source_code=source
                )
            agencies[word] = named[name].id
        session.flush()
        desk = named["Children's social care"]
        open_account(session, desk, name="Replay", email=_DESK, role=Role.SCREENER, password=uuid.uuid4().hex, job_title="Replay")
        session.flush()
        actor = actor_for(session, _DESK)
    db.session.remove()
    return Stage(agencies, actor)
