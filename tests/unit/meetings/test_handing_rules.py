"""What a link to a file may be made with, how it stands, and passwords as people type them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.meetings.handing.rules import ALPHABET, Proposed, password_typed, problems_of, state_of
from safeguard.meetings.handover import new_password

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = Proposed(inside=False, name="Alex Morgan, solicitor", email="alex@chambers.example", purpose="Asked by the court", days=7)


def _fields(**changed: object) -> list[str]:
    said = {name: getattr(GOOD, name) for name in Proposed.__slots__} | changed
    return [one.field for one in problems_of(Proposed(**said))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"days": 1}, []),
        ({"days": 30}, []),
        ({"days": 0}, ["days"]),
        ({"days": 31}, ["days"]),
        ({"days": None}, ["days"]),
        ({"name": ""}, ["name"]),
        ({"name": "", "inside": True}, []),
        ({"name": "x" * 201}, ["name"]),
        ({"purpose": ""}, ["purpose"]),
        ({"purpose": "x" * 2_001}, ["purpose"]),
    ],
)
def test_what_is_missing_is_named(changed: dict[str, object], fields: list[str]) -> None:
    assert _fields(**changed) == fields


@pytest.mark.parametrize(
    "email",
    [
        "", "alex", "alex@", "@chambers.example", "alex@chambers", "alex@.", "a@b@c.example", "a b@c.example", "alex;b@c.example",
        "alex@chambers.example,b@c.example", "alex@chambers.example\nBcc: b@c.example", "Alex <alex@chambers.example>", "é@c.example",
        "x" * 250 + "@c.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(email: str) -> None:
    assert _fields(email=email) == ["email"]


@pytest.mark.parametrize(
    ("sent", "opened", "revoked", "left", "state"),
    [
        (False, None, None, 1, "unsent"),
        (True, None, None, 1, "waiting"),
        (True, None, None, 0, "expired"),
        (False, None, None, -1, "expired"),
        (True, None, NOW, 1, "revoked"),
        (True, None, NOW, -1, "revoked"),
        (True, NOW, None, -1, "opened"),
    ],
)
def test_how_a_link_stands(sent: bool, opened: datetime | None, revoked: datetime | None, left: int, state: str) -> None:
    assert state_of(sent=sent, opened_at=opened, revoked_at=revoked, expires_at=NOW + timedelta(seconds=left), at=NOW) == state


@given(st.text(alphabet=ALPHABET, min_size=20, max_size=20))
def test_a_password_is_known_however_it_is_typed(letters: str) -> None:
    made = "-".join(letters[place : place + 4] for place in range(0, 20, 4))
    assert len(made) == len(new_password())
    for typed in (made, made.lower(), letters, f" {made.replace('-', ' ')} ", made.replace("-", "–")):
        assert password_typed(typed) == made


@given(st.text(max_size=40))
def test_what_is_no_password_stays_as_it_is(text: str) -> None:
    read = password_typed(text)
    assert read == text or set(read) <= {*ALPHABET, "-"}
