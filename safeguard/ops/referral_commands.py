"""`flask referrals`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from safeguard.agencies.model import Agency
from safeguard.agencies.service import agency_named
from safeguard.kernel.clock import now, told_time
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.kernel.text import clean_line
from safeguard.ops.group import Commands
from safeguard.referrals.sent_document import sent_document
from safeguard.referrals.submission import Submission, receive

referrals = Commands("referrals", help="Take referrals from files.")

_LONGEST_SLUG = 80
# The day before the Children Act 1989 came into force: no referral under it can be older, in any time zone.
_EARLIEST = datetime(1991, 10, 13, tzinfo=UTC)


@referrals.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Take the referrals in FILE, one JSON document a line (see docs/referral-json.md).

    Prints a line for each: its reference, how many people were matched, possible and new, and the flags raised.
    A line that is refused stops nothing; the command then ends with status 1.
    """
    taken = refused = 0
    for number, line in _lines(file):
        try:
            submission = _take(line)
        except (RuleBroken, Conflict) as error:
            refused += 1
            for problem in error.problems if isinstance(error, RuleBroken) else [Problem("line", str(error))]:
                click.echo(f"line {number}: refused: {problem.field}: {problem.message}", err=True)
        else:
            taken += 1
            click.echo(f"line {number}: {_words(submission)}")
    click.echo(f"{taken} taken, {refused} refused.")
    if refused:
        raise SystemExit(1)


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as handle:
        for number, line in enumerate(handle, 1):
            if line.strip():
                yield number, line


def _take(line: bytes) -> Submission:
    document = sent_document(line, field="line")
    with ExitStack() as stack:
        at = _received_at(document)
        if at:
            stack.enter_context(told_time(at))
        session = stack.enter_context(transaction())
        return receive(session, _agency(session, document), document, at=now())


def _agency(session: Session, document: dict[str, Any]) -> Agency:
    said = document.pop("agency", None)
    slug = clean_line(said[:_LONGEST_SLUG]) if isinstance(said, str) else ""
    agency = agency_named(session, slug) if slug else None
    if agency is None:
        words = f"No agency has the short name “{slug}”" if slug else "Give the short name of the agency that refers, as text"
        raise RuleBroken([Problem("agency", words)])
    return agency


def _received_at(document: dict[str, Any]) -> datetime | None:
    """When the sender's front door received it, for history; it may not lie ahead."""
    text = document.pop("received_at", None)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise RuleBroken(
            [Problem("received_at", "Give the moment as 2026-11-20T15:04:00+00:00, or leave it out")]
        ) from error
    if at.tzinfo is None:
        raise RuleBroken([Problem("received_at", "Give the moment with its time zone, such as +00:00")])
    if at > now():
        raise RuleBroken([Problem("received_at", "The moment lies in the future")])
    if at < _EARLIEST:
        raise RuleBroken([Problem("received_at", "The moment must be on 14 October 1991 or later")])
    return at.astimezone(UTC)


def _words(submission: Submission) -> str:
    reference = submission.referral.reference
    if submission.repeated:
        return f"{reference}: already received, nothing changed"
    bands = [one.decision.band for one in submission.people]
    possible = bands.count("possible") + bands.count("many")
    counts = f"{bands.count('match')} matched, {possible} possible, {bands.count('low') + bands.count('none')} new"
    raised = Counter(f"{flag.signal} {flag.severity}" for flag in submission.flags)
    flags = ", ".join(f"{flag} for {times}" if times > 1 else flag for flag, times in raised.items()) or "none"
    return f"{reference}: people {counts}; flags {flags}"
