"""What became of every row of a register file, as lines of a CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from safeguard.registers.intake import Checked
from safeguard.registers.service import Taken


class ReportRow(NamedTuple):
    """One line of the report: a row of the file, or one of the problems for which it is refused."""

    line: int
    local_id: str
    outcome: str
    field: str
    reason: str
    record: str
    person: str


REPORT_COLUMNS = ReportRow._fields


def report_rows(batch: Sequence[Checked], taken: Mapping[int, Taken]) -> Iterator[ReportRow]:
    """The lines for a batch of rows, in their order; `taken` holds what became of the good ones, by line."""
    for row in batch:
        local_id = _plain(row.local_id)
        if row.entry is None:
            for problem in row.problems:
                yield ReportRow(row.line, local_id, "refused", problem.field, problem.message, "", "")
            continue
        became = taken[row.line]
        reason = f"{became.reason.rstrip('.')}. {row.note}" if row.note else became.reason
        yield ReportRow(row.line, local_id, became.result, "", _plain(reason), _id(became.record_id), _id(became.person_id))


def _plain(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _id(key: object) -> str:
    return str(key) if key else ""
