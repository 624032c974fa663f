"""`flask mail`: sending the emails that wait."""

from __future__ import annotations

import time

import click
from flask import current_app

from safeguard.accounts.outbox import sent, take
from safeguard.accounts.postbox import postbox
from safeguard.kernel.database import transaction
from safeguard.ops.group import Commands

mail = Commands("mail", help="The emails that the service sends.")


@mail.command("send")
@click.option("--every", type=click.IntRange(1, 3600), help="Go on, and look again after this many seconds.")
def send(every: int | None) -> None:
    """Send every email that waits. What could not be handed over is tried again later, five times in all."""
    while True:
        counts = _send_all()
        if every is None or counts["sent"] or counts["failed"]:
            click.echo(f"Sent {counts['sent']}, not handed over {counts['failed']}.")
        if every is None:
            break
        time.sleep(every)
    if counts["failed"]:
        raise SystemExit(1)


def _send_all() -> dict[str, int]:
    settings = current_app.config["SETTINGS"]
    deliver = postbox(settings.mail, settings.mail_from)
    counts = {"sent": 0, "nobody": 0, "failed": 0}
    while True:
        with transaction() as session:
            taken = take(session, settings.address)
        if taken is None:
            return counts
        try:
            if taken.letter:
                deliver(taken.letter)
        except OSError:
            counts["failed"] += 1
            continue
        with transaction() as session:
            sent(session, taken.id)
        counts["sent" if taken.letter else "nobody"] += 1
