"""The matcher's settings for the people of this database: the more there are, the more a chance likeness is worth doubting."""

from __future__ import annotations

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from safeguard.people.matching.settings import MatchSettings

# How many there are changes slowly, and only by doublings does it matter.
_AGAIN_SECONDS = 3600.0
# Near enough and at once: source records are never taken out, and a count would read them all.
_ABOUT_HOW_MANY = {
    "sqlite": text("SELECT max(rowid) FROM source_record"),
    "postgresql": text("SELECT CAST(reltuples AS bigint) FROM pg_class WHERE oid = CAST('source_record' AS regclass)"),
}
_counted: dict[str, tuple[float, int]] = {}


def settings_for(session: Session) -> MatchSettings:
    """The settings in use, with the odds for as many people as are stored, as of an hour ago at most."""
    bind = session.get_bind()
    place, at = str(bind.engine.url), time.monotonic()
    counted = _counted.get(place)
    if counted is None or at - counted[0] > _AGAIN_SECONDS:
        counted = (at, session.scalar(_ABOUT_HOW_MANY[bind.dialect.name]) or 0)
        _counted[place] = counted
    return MatchSettings.load().for_people(counted[1])
