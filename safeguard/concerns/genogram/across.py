"""How far from the left each member stands: children below the middle of their parents, nobody too close to a neighbour."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from safeguard.concerns.genogram.unions import Unions

_SWEEPS = 10


def across_of(orders: Sequence[Sequence[uuid.UUID]], unions: Unions, step: int) -> dict[uuid.UUID, int]:
    """The middle of each member, at least `step` from the next of their row, the leftmost at 0."""
    spot = {key: (place - (len(row) - 1) / 2) * step for row in orders for place, key in enumerate(row)}
    for sweep in range(2 * _SWEEPS):
        downwards = sweep % 2 == 1
        for row in orders if downwards else reversed(orders):
            wish = _wishes(row, spot, unions, downwards=downwards)
            spot.update(_apart(row, wish, step))
    left = min(spot.values(), default=0.0)
    return {key: round(value - left) for key, value in spot.items()}


def _wishes(
    row: Sequence[uuid.UUID], spot: dict[uuid.UUID, float], unions: Unions, *, downwards: bool
) -> dict[uuid.UUID, tuple[float, float]]:
    """Where each member of a row would stand best, and how much that counts."""
    here = set(row)
    pulls: dict[uuid.UUID, list[tuple[float, float]]] = {key: [] for key in row}
    for ship in unions.sibships:
        children = [key for key, _kind in ship.children]
        weight = 0.2 if ship.loose else 1.0
        shift = _middle(ship.parents, spot) - _middle(children, spot)
        if downwards and here & set(children):
            for key in here & set(children):
                pulls[key].append((spot[key] + shift, weight))
        elif not downwards and here & set(ship.parents):
            for key in here & set(ship.parents):
                pulls[key].append((spot[key] - shift, weight))
    for key in row:
        pulls[key].append((spot[key], 0.15))
    return {
        key: (sum(place * weight for place, weight in found) / sum(weight for _place, weight in found), sum(weight for _p, weight in found))
        for key, found in pulls.items()
    }


def _middle(keys: Sequence[uuid.UUID], spot: dict[uuid.UUID, float]) -> float:
    found = [spot[key] for key in keys]
    return (min(found) + max(found)) / 2


def _apart(row: Sequence[uuid.UUID], wish: dict[uuid.UUID, tuple[float, float]], step: int) -> dict[uuid.UUID, float]:
    """The places nearest to what is wished, in the least squares, that keep the order and the distance (pool adjacent violators)."""
    blocks: list[list[float]] = []  # place, weight, members
    for number, key in enumerate(row):
        place, weight = wish[key]
        blocks.append([place - number * step, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            later, earlier = blocks.pop(), blocks.pop()
            weight = earlier[1] + later[1]
            blocks.append([(earlier[0] * earlier[1] + later[0] * later[1]) / weight, weight, earlier[2] + later[2]])
    places = [block[0] for block in blocks for _member in range(int(block[2]))]
    return {key: place + number * step for number, (key, place) in enumerate(zip(row, places, strict=True))}
