"""The flags of one child over time: raised, renewed by news, gone with their facts, as the service would have kept them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from safeguard.risk.alerts import Stood
from safeguard.risk.groups import group_of
from safeguard.risk.renewal import Known, is_news, known_from, mark
from safeguard.risk.signals import Finding


class Story:
    """Takes the findings of one day after the other, oldest first."""

    def __init__(self) -> None:
        self._flags: list[Stood] = []
        self._open: dict[str, tuple[int, Known]] = {}

    @property
    def flags(self) -> tuple[Stood, ...]:
        """Every flag so far, in the order they were raised."""
        return tuple(self._flags)

    def read(self, day: date, findings: Iterable[Finding], signals: frozenset[str] | None = None) -> None:
        """Keep the flags in step with what was found on `day`.

        Args:
            signals: those that were evaluated, where not all were; the flags of others stay as they are.
        """
        found = {finding.signal: finding for finding in findings}
        for signal in [one for one in self._open if one not in found and (signals is None or one in signals)]:
            self._end(signal, day)
        for finding in found.values():
            self._keep(day, finding)

    def _keep(self, day: date, finding: Finding) -> None:
        marks = [mark(item) for item in finding.evidence]
        standing = self._open.get(finding.signal)
        if not is_news(finding.severity.name, marks, standing[1] if standing else None):
            return
        if standing:
            self._end(finding.signal, day)
        known = known_from([(finding.severity.name, marks)])
        if known is not None:
            self._open[finding.signal] = len(self._flags), known
        self._flags.append(Stood(finding.signal, group_of(finding.signal), finding.severity.name, day))

    def _end(self, signal: str, day: date) -> None:
        place, _known = self._open.pop(signal)
        self._flags[place] = replace(self._flags[place], until=day)
