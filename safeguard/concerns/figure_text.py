"""Breaking words into lines that fit a box of the picture, by how wide letters are rather than how many."""

from __future__ import annotations

import unicodedata

# Widths in Arial, in parts of the font size; what is not named is taken to be as wide as most small letters.
_NARROW = dict.fromkeys("iljtfrI.,:;'’!|()[] -", 0.36)
_WIDE = dict.fromkeys("mwMWOQGCD@%", 0.92)
_CAPITAL, _USUAL, _FULL = 0.74, 0.57, 1.02


def width_of(text: str) -> float:
    """How wide `text` is drawn, in parts of the font size; never less than it is in Arial Bold."""
    return sum(map(_letter, text))


def _letter(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0x1F000:
        return _FULL
    return _NARROW.get(letter) or _WIDE.get(letter) or (_CAPITAL if letter.isupper() or letter.isdigit() else _USUAL)


def lines_of(text: str, widest: float, most: int) -> tuple[str, ...]:
    """`text` in at most `most` lines no wider than `widest`; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}") <= widest:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines += _pieces(word, widest)
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while width_of(f"{last}…") > widest:
        last = last[:-1]
    return (*lines[: most - 1], f"{last}…")


def _pieces(word: str, widest: float) -> list[str]:
    """A word in pieces that fit, one in all but the longest names."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter) > widest:
            # A double-barrelled name parts where it is joined.
            whole, joint, rest = pieces[-1].rpartition("-")
            pieces[-1:] = [whole + joint, rest] if joint and rest else [pieces[-1], ""]
        pieces[-1] += letter
    return pieces
