"""What a password may not be: short, known from breaches, or soon guessed by somebody who knows the words around it.

There are no rules about capitals or digits (NCSC: three random words). Guesses are counted by zxcvbn, which ships the
30,000 commonest passwords of breaches and sees through "Pa55word2026!". A council may add the whole of Pwned Passwords as a
file of SHA-1 hashes in order, one a line, which is searched without a network and without reading it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from zxcvbn import zxcvbn

SHORTEST = 12
LONGEST = 200
# Of what zxcvbn reads; longer ones are judged by their beginning.
_READ = 72
# Fewer than a thousand million guesses: what a slow hash no longer makes up for.
_FEWEST_GUESSES = 10**9
_HASH = 40


def problem_of(password: str, around: Sequence[str] = (), breached: Path | None = None) -> str | None:
    """What is wrong with a new password, in words; None where nothing is.

    Args:
        around: words that a guesser knows: names, the agency, the service.
        breached: SHA-1 hashes in upper-case hexadecimal, in order, one a line; what follows the 40 digits is not read.

    Raises:
        OSError: the file cannot be read.
    """
    if len(password) < SHORTEST:
        return f"The password must have at least {SHORTEST} characters. Three words that do not belong together are easy to keep in mind"
    if len(password) > LONGEST:
        return f"The password must have {LONGEST} characters or fewer"
    words = [part for text in around for part in text.lower().replace("@", " ").replace(".", " ").split() if len(part) > 2]
    if zxcvbn(password[:_READ], user_inputs=words)["guesses"] < _FEWEST_GUESSES:
        return "The password is too easy to guess. Use three words that do not belong together, and not a name or a place"
    if breached and is_listed(breached, password):
        return "The password is known from a breach elsewhere, so it is tried first. Use another one, also where you had it before"
    return None


def is_listed(path: Path, password: str) -> bool:
    """Whether the hash of `password` stands in the ordered file at `path`: about forty short reads, whatever its size."""
    sought = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()  # to the beginning of the next line
            line = file.readline()
            if line and line[:_HASH].upper() < sought:
                low = middle + 1
            else:
                high = middle
        file.seek(low)
        if low:
            file.readline()
        return file.readline()[:_HASH].upper() == sought
