"""Which group a signal belongs to: two AMBER count together only where their groups differ. Pure."""

from __future__ import annotations

from safeguard.risk.signals import SIGNAL_CARDS


def group_of(signal: str) -> str:
    """The group of a signal; a signal that is in the catalogue no longer is a group of its own."""
    card = SIGNAL_CARDS.get(signal)
    return str(card.group) if card else signal
