"""A short name made of words, for files and forms. Pure."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 30
SHORT_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{_LONGEST - 1}}}", re.ASCII)


def short_name(words: str) -> str:
    """ "Attendance this term" as `attendance_this_term`: small letters, digits and underscores, at most 30, cut between words."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_0123456789")
    return (found if len(found) <= _LONGEST else found[: _LONGEST + 1].rpartition("_")[0] or found[:_LONGEST]).strip("_")
