"""Text as people type it, made safe to keep."""

from __future__ import annotations

import re
import unicodedata

# Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Letters and symbols with nothing to see: fillers of Hangul, and the Braille pattern without dots.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Spaces, controls, and marks that need a letter to stand on.
_NEVER_SEEN_ALONE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})
# Vietnamese stacks two, Devanagari and Arabic three, pointed Hebrew four, Tibetan five.
_MOST_MARKS = 6
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{4,}")


def clean_text(text: str) -> str:
    """`text` in NFC without control, zero-width and direction-override characters; lines and words as typed.

    What a person can see is kept letter for letter: only what could hide or reorder it goes, and marks stacked higher
    than any script stacks them. Where nothing can be seen, nothing was said.
    """
    kept = _LONE_SURROGATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    tidy = _BLANK_LINES.sub("\n\n\n", _INVISIBLE.sub("", unicodedata.normalize("NFC", kept))).strip()
    if tidy.isascii():
        return tidy
    return _unstacked(tidy) if any(map(_can_be_seen, tidy)) else ""


def _can_be_seen(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character) not in _NEVER_SEEN_ALONE


def _unstacked(text: str) -> str:
    """`text` with at most `_MOST_MARKS` marks on one letter."""
    kept, height = [], 0
    for character in text:
        height = height + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if height <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean_line(text: str) -> str:
    """Like `clean_text`, on one line with single spaces: names, numbers, addresses."""
    return _SPACES.sub(" ", clean_text(text).replace("\n", " ")).strip()
