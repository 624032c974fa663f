"""The policy as a table that people read: worked out from the policy itself, so it cannot say anything else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safeguard.access.actor import Actor, Role
from safeguard.access.assurance import FRESH_FOR, Assurance
from safeguard.access.policy import POLICY, permits

_NOBODY = uuid.UUID(int=0)
_PROOFS = {
    Assurance.MACHINE: "a machine's token",
    Assurance.PASSWORD: "a password",
    Assurance.SECOND_FACTOR: "a second factor",
    Assurance.FRESH: f"a proof given in the last {int(FRESH_FOR.total_seconds() // 60)} minutes",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One permission: what it lets somebody do, the proof it asks for, and the roles that hold it."""

    permission: str
    words: str
    proof: str
    roles: frozenset[Role]


def matrix() -> Sequence[Line]:
    """Every permission of the policy, asked for every role."""
    actors = {role: Actor(_NOBODY, _NOBODY, "", "", role) for role in Role}
    return [
        Line(name, rule.words, _PROOFS[rule.need], frozenset(role for role, actor in actors.items() if permits(actor, name)))
        for name, rule in POLICY.items()
    ]


def as_markdown() -> Iterator[str]:
    """The lines of docs/permissions.md."""
    yield "# Who may do what"
    yield ""
    yield "Written from the policy by `flask access matrix`; a test holds the two together. What is not here is refused, to"
    yield "everybody. A permission opens a door; which records lie behind it is decided by the queries (see [security.md](security.md))."
    yield ""
    for role in Role:
        held = [line for line in matrix() if role in line.roles]
        yield f"## {role.label}"
        yield ""
        yield from (f"- {line.words} (`{line.permission}`{_proof(line)})" for line in held)
        if not held:
            yield "- Nothing by a page."
        yield ""
    yield "## The table"
    yield ""
    yield "| Permission | " + " | ".join(role.label for role in Role) + " |"
    yield "|---" * (len(Role) + 1) + "|"
    for line in matrix():
        yield f"| `{line.permission}` | " + " | ".join("yes" if role in line.roles else "" for role in Role) + " |"


def _proof(line: Line) -> str:
    return "" if line.proof == "a password" else f", with {line.proof}"
