"""New passwords: what is refused in which words, and what is not asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from safeguard.accounts.common_passwords import is_listed, problem_of

_AROUND = ("Robin Example", "robin@oakfield.example", "Oakfield Primary School", "safeguarding")


_HARD = (
    "willow-lantern-42", "three purple otters", "correcthorsebatterystaple", "ünd drei blaue Krüge",
    "kq8WzR3vLm5tBn2xHs7dJf4gYp9cQe6aUi1oKw0lXr5vTz8bNm3hGd6fSj2yPc4",
)  # fmt: skip


@pytest.mark.parametrize("password", _HARD)
def test_three_words_or_anything_hard_to_guess_will_do(password: str) -> None:
    assert problem_of(password, _AROUND) is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short-one", "at least 12"), ("", "at least 12"), ("x" * 201, "200 characters"),
        ("password1234", "easy to guess"), ("Password2026!", "easy to guess"), ("qwertyuiop123", "easy to guess"),
        ("aaaaaaaaaaaaaaaa", "easy to guess"), ("123456789012", "easy to guess"), ("iloveyou1234", "easy to guess"),
        ("oakfieldschool", "easy to guess"), ("robinexample1", "easy to guess"), ("safeguarding1", "easy to guess"),
        ("p@55w0rdp@55w0rd", "easy to guess"),
    ],
)  # fmt: skip
def test_what_a_guesser_tries_first_is_refused(password: str, words: str) -> None:
    assert words in (problem_of(password, _AROUND) or "")


def test_the_words_around_a_person_count() -> None:
    assert problem_of("thistledownprimary") is None
    assert problem_of("thistledownprimary", ("Thistledown Primary",)) is not None


def test_every_password_of_a_breach_is_found_in_its_file_and_no_other(tmp_path: Path) -> None:
    held = [f"held {number} purple otters" for number in range(300)]
    lines = sorted(f"{hashlib.sha1(one.encode()).hexdigest().upper()}:{number % 97}" for number, one in enumerate(held))
    path = tmp_path / "breached.txt"
    for end in ("\n", "\r\n"):
        path.write_bytes(end.join(lines).encode() + end.encode())
        assert all(is_listed(path, one) for one in held)
        assert not any(is_listed(path, f"free {number} purple otters") for number in range(300))
    assert "breach" in (problem_of(held[7], (), path) or "")
    path.write_bytes(b"")
    assert not is_listed(path, held[0])
