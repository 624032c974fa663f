"""A thousand ways to change the audit behind its back: each is found, and the first row that does not hold is named."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safeguard.audit.chain import GENESIS, Break, Link, first_break, mac, read_seal, seal

KEY, NOT_THE_KEY = "the-key-that-is-kept-elsewhere", "a-guess-of-the-key"
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ROWS, TIMES = 40, 1000
Rows = list[tuple[Link, str]]


def _link(seq: int) -> Link:
    return Link(
        seq=seq, at=START + timedelta(seconds=seq), actor_id=f"00000000-0000-0000-0000-{seq % 7:012d}", actor_role="screener",
        agency_id=None, action="person.viewed" if seq % 3 else "flag.viewed", subject_kind="person",
        subject_id=f"10000000-0000-0000-0000-{seq % 11:012d}", details={"rows": seq % 5}, request_id=f"r{seq}",
    )  # fmt: skip


def _sealed(links: list[Link], key: str = KEY, previous: str = GENESIS) -> Rows:
    rows = []
    for link in links:
        previous = mac(key, previous, link)
        rows.append((link, previous))
    return rows


CHAIN = _sealed([_link(seq) for seq in range(1, ROWS + 1)])
ANCHOR = read_seal(KEY, seal(KEY, {0: (ROWS, CHAIN[-1][1])}, START)).ends[0]


def _edit(rows: Rows, chance: random.Random) -> None:
    place = chance.randrange(ROWS)
    link, stored = rows[place]
    changes = [
        {"at": link.at + timedelta(microseconds=1)}, {"actor_id": None}, {"actor_role": "manager"}, {"agency_id": "x"},
        {"action": "queue.viewed"}, {"subject_kind": "referral"}, {"subject_id": "someone else"}, {"details": {**link.details, "x": 1}},
        {"request_id": None},
    ]  # fmt: skip
    rows[place] = (replace(link, **chance.choice(changes)), stored)


def _edit_and_hash(rows: Rows, chance: random.Random) -> None:
    """Whoever can write the database, and does not have the key, changes a row and makes the rest anew."""
    place = chance.randrange(ROWS)
    _edit_at = [link for link, _stored in rows[place:]]
    _edit_at[0] = replace(_edit_at[0], subject_id="someone else")
    rows[place:] = _sealed(_edit_at, NOT_THE_KEY, rows[place - 1][1] if place else GENESIS)


def _delete(rows: Rows, chance: random.Random) -> None:
    del rows[chance.randrange(ROWS - 1)]


def _delete_and_number(rows: Rows, chance: random.Random) -> None:
    place = chance.randrange(ROWS - 1)
    del rows[place]
    rows[place:] = [(replace(link, seq=link.seq - 1), stored) for link, stored in rows[place:]]


def _swap(rows: Rows, chance: random.Random) -> None:
    one, other = chance.sample(range(ROWS), 2)
    (here, his), (there, hers) = rows[one], rows[other]
    rows[one], rows[other] = (replace(there, seq=here.seq), hers), (replace(here, seq=there.seq), his)


def _insert(rows: Rows, chance: random.Random) -> None:
    place = chance.randrange(ROWS)
    link, stored = rows[place]
    later = [(replace(one, seq=one.seq + 1), old) for one, old in rows[place + 1 :]]
    rows[place + 1 :] = [(replace(link, seq=link.seq + 1), stored), *later]


def _truncate(rows: Rows, chance: random.Random) -> None:
    del rows[chance.randrange(ROWS) :]


def _truncate_and_go_on(rows: Rows, chance: random.Random) -> None:
    """Take the end away and write as many innocent rows with the service's own key: only the anchor tells."""
    place = chance.randrange(ROWS)
    innocent = [replace(link, action="queue.viewed", subject_id=None) for link, _stored in rows[place:]]
    rows[place:] = _sealed(innocent, KEY, rows[place - 1][1] if place else GENESIS)


WAYS: list[Callable[[Rows, random.Random], None]] = [
    _edit, _edit_and_hash, _delete, _delete_and_number, _swap, _insert, _truncate, _truncate_and_go_on
]  # fmt: skip


def _found(rows: Rows) -> Break | None:
    """What verifying finds, with the anchor that was kept elsewhere."""
    broken = first_break(KEY, rows)
    stored = {link.seq: one for link, one in rows}
    if broken is None and stored.get(ANCHOR[0]) != ANCHOR[1]:
        return Break(ANCHOR[0], "the anchor's row")
    return broken


def test_the_chain_as_it_was_holds() -> None:
    assert _found(list(CHAIN)) is None


def test_every_tampering_is_found() -> None:
    chance = random.Random(2026)
    missed = []
    for number in range(TIMES):
        rows = list(CHAIN)
        way = WAYS[number % len(WAYS)]
        way(rows, chance)
        if _found(rows) is None:
            missed.append((number, way.__name__))
    assert not missed


def test_the_first_row_that_does_not_hold_is_named() -> None:
    rows = list(CHAIN)
    rows[16] = (replace(rows[16][0], action="queue.viewed"), rows[16][1])
    assert first_break(KEY, rows) == Break(17, "row 17 was changed, or a row before it was replaced")


@pytest.mark.parametrize("after", [0, 1, 20, ROWS - 1, ROWS])
def test_reading_since_an_anchor_finds_what_came_after(after: int) -> None:
    start = (after, CHAIN[after - 1][1] if after else GENESIS)
    assert first_break(KEY, CHAIN[after:], after=start) is None
    if after < ROWS:
        rows = [(replace(link, action="x"), stored) if link.seq == ROWS else (link, stored) for link, stored in CHAIN[after:]]
        found = first_break(KEY, rows, after=start)
        assert found is not None
        assert found.seq == ROWS
        assert first_break(KEY, CHAIN[after:], after=(after, "f" * 64)) is not None


def test_a_row_of_one_chain_holds_in_no_other() -> None:
    beside = [replace(link, chain=2, counted=link.seq, seq=100 + link.seq) for link, _stored in CHAIN]
    rows = _sealed(beside, previous=CHAIN[-1][1])
    start = (0, CHAIN[-1][1])
    assert first_break(KEY, rows, after=start) is None
    assert first_break(KEY, [(replace(link, chain=3), stored) for link, stored in rows], after=start) is not None
    assert first_break(KEY, rows, after=(0, CHAIN[-2][1])) is not None, "the end of the first chain was cut off"
    assert first_break(KEY, rows[:7] + rows[8:], after=start) == Break(109, "row 8 of chain 2 is missing")


def test_an_anchor_covers_every_chain_and_an_old_one_is_still_read() -> None:
    ends = {0: (ROWS, CHAIN[-1][1]), 3: (7, "a" * 64)}
    line = seal(KEY, ends, START)
    assert read_seal(KEY, line).ends == ends
    changed = (line.replace("3:7:", "3:6:"), line.replace(",3:7", ",4:7"))
    for wrong in (*changed, line.replace("audit-anchor", "audit"), "audit-anchor 0:x:y z s"):
        with pytest.raises(ValueError, match="anchor"):
            read_seal(KEY, wrong)
    said = f"audit-anchor {ROWS} {CHAIN[-1][1]} {START.isoformat(timespec='seconds')}"
    old = f"{said} {hmac.new(KEY.encode(), f'anchor:{said}'.encode(), hashlib.sha256).hexdigest()}"
    assert read_seal(KEY, old).ends == {0: ends[0]}
