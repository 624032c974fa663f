"""The rows of one file checked one after the other, and against each other. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from safeguard.kernel.errors import Problem
from safeguard.registers.file import Row
from safeguard.registers.row import Entry, read_row


@dataclass(frozen=True, slots=True)
class Checked:
    """A row that makes an entry, or the problems for which it is refused. `note` is a warning beside an entry."""

    line: int
    local_id: str
    entry: Entry | None
    problems: tuple[Problem, ...] = ()
    note: str = ""


class Intake:
    """Checks the rows of one file in their order; keeps no more of each than what two rows may not share."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._lines: dict[tuple[str, str], int] = {}

    def check(self, row: Row) -> Checked:
        """Refuse what breaks a rule, or a `local_id` used before in this file; note a number that two rows claim."""
        local_id = row.values.get("local_id", "").strip()[:80]
        entry, problems = (None, list(row.problems)) if row.problems else read_row(row.values, self._today)
        if entry is None:
            return Checked(row.line, local_id, None, tuple(problems))
        before = self._lines.setdefault(("local_id", entry.local_id), row.line)
        if before != row.line:
            words = f"Line {before:,} has the same number. A register lists each person once: keep one of the two rows"
            return Checked(row.line, local_id, None, (Problem("local_id", words),))
        return Checked(row.line, local_id, entry, (), self._claimed(entry, row.line))

    def _claimed(self, entry: Entry, line: int) -> str:
        for name, words in (("nhs_number", "NHS number"), ("upn", "unique pupil number")):
            if entry.facts[name]:
                before = self._lines.setdefault((name, entry.facts[name]), line)
                if before != line:
                    return f"The {words} is on line {before:,} of this file as well"
        return ""
