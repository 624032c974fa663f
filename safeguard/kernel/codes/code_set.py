"""A code set: codes in their order, each with the words people read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType


class CodeSet:
    """An ordered, unchangeable set of codes with labels."""

    def __init__(self, name: str, labels: Mapping[str, str]) -> None:
        self.name = name
        self._labels: Mapping[str, str] = MappingProxyType(dict(labels))

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._labels

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._labels)

    def label(self, code: str) -> str:
        """The words for `code`.

        Raises:
            KeyError: the set has no such code.
        """
        return self._labels[code]

    def choices(self) -> list[tuple[str, str]]:
        """Pairs of code and label, in the order of the set."""
        return list(self._labels.items())
