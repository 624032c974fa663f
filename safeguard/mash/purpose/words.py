"""The purposes for which a file is opened, and who may say which. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from safeguard.access.actor import Role
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem

# A working day: whoever comes back to a family the day after says it again.
HOLDS = timedelta(hours=12)
LONGEST, SHORTEST = 500, 10
OTHER = "other"

# What the service knows by itself.
EVIDENT = CodeSet(
    "evident purpose",
    {
        "work": "A referral that names them is not decided yet",
        "flag": "A flag about them is open",
        "same": "It is asked whether they are the same as somebody else",
        "emergency": "A restricted record, opened in an emergency",
        "part": "They had done something about it in the four weeks before",
    },
)
SAID = CodeSet(
    "purpose",
    {
        "contact": "Somebody told us something about them, or asked about them",
        "case": "They belong to a case that I am working on",
        "strategy": "A strategy discussion",
        "quality": "Supervision, an audit of practice, or a complaint",
        "rights": "Somebody’s rights over their own data, a restriction, or how long records are kept",
        OTHER: "Something else",
    },
)
PURPOSES = CodeSet("purpose", {**dict(EVIDENT.choices()), **dict(SAID.choices())})

_WORKS_ON_CASES = ("contact", "case", "strategy", "quality", OTHER)
_CHOICES: Mapping[Role, tuple[str, ...]] = {
    Role.SCREENER: _WORKS_ON_CASES,
    Role.DECISION_MAKER: _WORKS_ON_CASES,
    Role.MANAGER: (*_WORKS_ON_CASES[:-1], "rights", OTHER),
    Role.PARTNER: ("contact", "case", "strategy", OTHER),
    Role.CHAIR: ("strategy", "quality", OTHER),
    Role.MINUTE_TAKER: ("strategy", OTHER),
    Role.GOVERNANCE: ("rights", OTHER),
}
# For whom an open referral, flag or question of who is who is work: the desk, and those who sit at the hub beside it.
FOR_WHOM_WORK_IS_EVIDENT = frozenset({Role.SCREENER, Role.DECISION_MAKER, Role.MANAGER, Role.PARTNER})


def choices(role: Role) -> list[tuple[str, str]]:
    """The purposes that somebody of this role may say, as pairs of code and label."""
    return [(code, SAID.label(code)) for code in _CHOICES.get(role, ())]


def problems(role: Role, purpose: str, words: str) -> list[Problem]:
    """What is wrong with a purpose as it was said."""
    found = []
    if purpose not in _CHOICES.get(role, ()):
        found.append(Problem("purpose", "Choose what you need the file for"))
    if len(words) > LONGEST:
        found.append(Problem("words", f"Use {LONGEST} characters or fewer. You entered {len(words):,}"))
    elif purpose == OTHER and len(words.strip()) < SHORTEST:
        found.append(Problem("words", f"Say in {SHORTEST} characters or more what you need it for"))
    return found
