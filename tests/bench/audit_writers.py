"""How far writers of the audit wait for each other: commits a second with one writer and with several, on each database.

python -m tests.bench.audit_writers
"""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from safeguard import create_app
from safeguard.agencies.model import Agency
from safeguard.audit.service import record, verify
from safeguard.kernel.database import db, transaction
from tests.conftest import prepared, settings_for
from tests.databases import PostgresCopies, SqliteCopies

WRITERS = (1, 2, 4, 8)
SECONDS = 2.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, copies in (("sqlite", SqliteCopies(Path(folder), prepared)), ("postgresql", PostgresCopies(prepared))):
            app = create_app(settings_for(str(copies.copy())))
            alone = 0.0
            for writers in WRITERS:
                with_audit, without = (_commits(app, writers, audited=audited) / SECONDS for audited in (True, False))
                alone = alone or with_audit
                print(
                    f"{name:<11} {writers} writers: {with_audit:7.0f} audited commits/s ({with_audit / alone:4.1f} x one writer), "
                    f"{without:7.0f} without the audit, ratio {with_audit / without:4.2f}"
                )
            with app.app_context(), transaction() as session:
                read, broken = verify(session)
                print(f"{name:<11} {read:,} rows verified: {broken.words if broken else 'one chain, whole'}")
            copies.stop()


def _commits(app: Any, writers: int, *, audited: bool) -> int:
    """Commits made in `SECONDS` by so many threads, each inserting one row, with an audit row or without."""
    done = [0] * writers
    until = time.monotonic() + SECONDS

    def write(number: int) -> None:
        with app.app_context():
            while time.monotonic() < until:
                with transaction() as session:
                    slug = uuid.uuid4().hex
                    session.add(Agency(slug=slug, name=slug, kind="x", sector="x", source_code="2A"))
                    if audited:
                        record(session, None, "queue.viewed", subject_kind="person", subject_id=uuid.uuid4(), rows=1)
                done[number] += 1
            db.session.remove()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sum(done)


if __name__ == "__main__":
    main()
