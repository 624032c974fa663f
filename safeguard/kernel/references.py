"""References that people read out over the telephone.

Eight characters of Crockford's base 32 (no I, L, O or U), shown as `SR-XXXX-XXXX`; the last one checks the
other seven with the Luhn algorithm for base N, so that one wrong character or two swapped neighbours are noticed.
"""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE = len(_ALPHABET)
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
_PREFIX = "SR"
_BODY = 7


def new_reference() -> str:
    """A fresh random reference, such as `SR-7K3F-9Q2X`. The caller's unique constraint settles collisions."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_BODY))
    return _shown(body + _check_character(body))


def read_reference(text: str) -> str | None:
    """The reference that `text` means, however it was typed; None where its check character is wrong."""
    plain = "".join(text.upper().split()).replace("-", "").removeprefix(_PREFIX).translate(_MISREAD)
    if len(plain) != _BODY + 1 or any(character not in _ALPHABET for character in plain):
        return None
    return _shown(plain) if _check_character(plain[:-1]) == plain[-1] else None


def _shown(plain: str) -> str:
    return f"{_PREFIX}-{plain[:4]}-{plain[4:]}"


def _check_character(body: str) -> str:
    total = 0
    for place, character in enumerate(reversed(body)):
        value = _ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // _BASE + value % _BASE
    return _ALPHABET[-total % _BASE]
