"""Text as people type it, made safe to keep."""

from __future__ import annotations

import re
import unicodedata

# Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{4,}")


def clean_text(text: str) -> str:
    """`text` in NFC without control, zero-width and direction-override characters; lines and words as typed.

    What a person can see is kept letter for letter: only what could hide or reorder it goes.
    """
    kept = _LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANK_LINES.sub("\n\n\n", _INVISIBLE.sub("", unicodedata.normalize("NFC", kept))).strip()


def clean_line(text: str) -> str:
    """Like `clean_text`, on one line with single spaces: names, numbers, addresses."""
    return _SPACES.sub(" ", clean_text(text).replace("\n", " ")).strip()
