"""Which group each signal of the catalogue belongs to: two AMBER count together only where their groups differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping

_GROUPS = {
    "history": "S01 S02 S03 S04 S05 S06 S07",
    "visibility": "S08 S17 S34",
    "injury": "S09 S10 S11 S12 S13",
    "health": "S14 S15 S16",
    "education": "S18 S19 S20",
    "adults": "S21 S22 S23 S31 S32 S36",
    "graph": "S24 S25 S26 S27 S28",
    "exploitation": "S29 S30",
    "voice": "S33 S35 S37",
    "process": "S38",
}
GROUP_OF: Mapping[str, str] = {code: group for group, codes in _GROUPS.items() for code in codes.split()}


def group_of(signal: str) -> str:
    """The group of a signal; a signal that is in the catalogue no longer is a group of its own."""
    return GROUP_OF.get(signal, signal)
