"""The policy as it is written down: the documentation says what the policy says, and every role is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeguard.access.actor import Role
from safeguard.access.matrix import as_markdown, matrix
from safeguard.access.policy import POLICY

_DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
# What only looks after the platform works with no record of a child.
_CASEWORK = (
    "referral.", "desk.", "check.", "discussion.", "risk.", "flag.", "protective.", "person.", "chronology.", "summary.", "item.",
    "glass.break",
)  # fmt: skip


def test_the_documentation_is_the_policy() -> None:
    assert _DOCUMENT.read_text(encoding="utf-8").splitlines() == list(as_markdown()), (
        "write it again: flask --app wsgi access matrix > docs/permissions.md"
    )


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_looks_after_the_service_does_no_casework(role: Role) -> None:
    held = {line.permission for line in matrix() if role in line.roles}
    assert not [one for one in held if one.startswith(_CASEWORK)]


def test_a_machine_sends_and_asks_and_no_person_uses_its_door() -> None:
    held = {line.permission: line.roles for line in matrix() if Role.MACHINE in line.roles}
    assert set(held) == {"referral.send", "referral.status"}
    assert set(held.values()) == {frozenset({Role.MACHINE})}


def test_nobody_holds_everything() -> None:
    """There is no role above the table."""
    for role in Role:
        assert {line.permission for line in matrix() if role in line.roles} != set(POLICY)
