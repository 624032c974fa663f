"""Every command group, in one place."""

from __future__ import annotations

from flask import Flask

from safeguard.ops.audit_commands import audit
from safeguard.ops.demo_commands import demo
from safeguard.ops.matching_commands import matching
from safeguard.ops.referral_commands import referrals
from safeguard.ops.risk_commands import risk


def register(app: Flask) -> None:
    """Give `app` its commands: `flask audit`, `flask demo`, `flask matching`, `flask referrals`, `flask risk`."""
    for group in (audit, demo, matching, referrals, risk):
        app.cli.add_command(group)
