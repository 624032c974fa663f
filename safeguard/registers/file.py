"""Reading a register file line by line, however it was saved: nothing is held in memory, nothing dropped in silence."""

from __future__ import annotations

import codecs
import csv
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.registers.columns import header_of, header_problems

LONGEST_LINE = 100_000
# An address typed with line breaks spans a few lines; a quotation mark that is never closed would span them all.
MOST_LINES = 8
_CHUNK = 1 << 20
_BOM = "\ufeff"
# A byte order mark before text that is not UTF-8 after all, as Windows-1252 and Latin-1 show it.
_BOM_MISREAD = "\u00ef\u00bb\u00bf"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file, or the problem that keeps it from being read. `line` counts from 1."""

    line: int
    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def encoding_of(file: Path) -> str:
    """How the text of `file` is encoded: UTF-8 or UTF-16 where it can be, else Windows-1252, else Latin-1."""
    with file.open("rb") as handle:
        start = handle.read(2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    return next((name for name in ("utf-8", "cp1252") if _decodes(file, name)), "latin-1")


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def rows_of(handle: TextIO, *, ignored: Collection[str] = ()) -> Iterator[Row]:
    """The rows below the header of an open file (`newline=""`), read as they are asked for.

    Args:
        ignored: columns that are left unread.

    Raises:
        RuleBroken: the header cannot be used.
    """
    lines = _Lines(handle)
    header = header_of(_first(lines))
    problems = header_problems(header, ignored)
    if problems:
        raise RuleBroken(problems)
    while (found := lines.next_record(len(header))) is not None:
        if found.problem is not None:
            yield Row(found.line, {}, (found.problem,))
        elif any(cell.strip() for cell in found.cells):
            values = {name: cell for name, cell in zip(header, found.cells, strict=False) if name not in ignored}
            yield Row(found.line, values, _spoilt(values))


def _first(lines: _Lines) -> list[str]:
    found = lines.next_record(None)
    if found is None or not found.cells:
        raise RuleBroken([Problem("header", "The first line must name the columns, separated by commas")])
    return [found.cells[0].removeprefix(_BOM).removeprefix(_BOM_MISREAD), *found.cells[1:]]


def _spoilt(values: Mapping[str, str]) -> tuple[Problem, ...]:
    words = "This holds a null byte, which no text has. Export the file again"
    return tuple(Problem(name, words) for name, cell in values.items() if "\0" in cell)


def _cells(text: str) -> list[str] | None:
    """The values of one record; None where its quotation marks make no sense."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return None


def _ragged(cells: list[str], wanted: int | None) -> Problem | None:
    """What is wrong with a record of another length than the header's; empty values at its end are no matter."""
    if wanted is None or (len(cells) >= wanted and not any(cell.strip() for cell in cells[wanted:])) or not any(cells):
        return None
    return Problem("line", f"This row has {len(cells):,} values and the header {wanted:,}. Check for a missing or an extra comma")


@dataclass(frozen=True, slots=True)
class _Record:
    """A record with the line it starts on: its values, or what is wrong with it."""

    line: int
    cells: list[str]
    problem: Problem | None = None


class _Lines:
    """Puts lines together into records: a value in quotation marks may hold line breaks."""

    def __init__(self, handle: TextIO) -> None:
        self._handle = handle
        self._waiting: deque[tuple[int, str]] = deque()
        self._read = 0

    def next_record(self, wanted: int | None) -> _Record | None:
        """The next record, `wanted` values long, or what is wrong with the next line; None at the end of the file."""
        first = self._next()
        if first is None:
            return None
        line, text = first
        if len(text) > LONGEST_LINE:
            return _Record(line, [], Problem("line", f"A row may have {LONGEST_LINE:,} characters; this one has more"))
        if text.count('"') % 2:
            return self._several(line, text, wanted)
        cells = _cells(text)
        if cells is None:
            return _Record(line, [], Problem("line", "A quotation mark stands where none can be. Double it, or take it out"))
        return _Record(line, cells, _ragged(cells, wanted))

    def _several(self, line: int, text: str, wanted: int | None) -> _Record:
        """A record that goes on over the next lines; where none comes of it, they are read again on their own.

        So one mark that was never closed does not swallow the rows below it.
        """
        more: list[tuple[int, str]] = []
        while len(more) < MOST_LINES and (another := self._next()) is not None:
            more.append(another)
            text += another[1]
            cells = None if text.count('"') % 2 else _cells(text)
            if cells is not None and _ragged(cells, wanted) is None:
                return _Record(line, cells)
        self._waiting.extendleft(reversed(more))
        return _Record(line, [], Problem("line", "A quotation mark is opened on this line and not closed. Close it, or take it out"))

    def _next(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        text = self._handle.readline(LONGEST_LINE + 1)
        if not text:
            return None
        self._read += 1
        rest = text
        while not rest.endswith(("\n", "\r")) and (rest := self._handle.readline(LONGEST_LINE)):
            text = text[:LONGEST_LINE] + "\n\n"  # too long already: what follows on this line is passed over, and said so
        return self._read, text
