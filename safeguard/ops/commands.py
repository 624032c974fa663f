"""Every command group, in one place."""

from __future__ import annotations

from flask import Flask

from safeguard.ops.access_commands import access
from safeguard.ops.account_commands import accounts, agencies
from safeguard.ops.audit_commands import audit
from safeguard.ops.code_commands import codes
from safeguard.ops.demo_commands import demo
from safeguard.ops.graph_commands import graph
from safeguard.ops.key_commands import keys
from safeguard.ops.mail_commands import mail
from safeguard.ops.matching_commands import matching
from safeguard.ops.people_commands import people
from safeguard.ops.referral_commands import referrals
from safeguard.ops.retention_commands import retention
from safeguard.ops.risk_commands import risk
from safeguard.ops.token_commands import tokens


def register(app: Flask) -> None:
    """Give `app` its groups of commands; `flask --help` lists them."""
    for group in (access, accounts, agencies, audit, codes, demo, graph, keys, mail, matching, people, referrals, retention, risk, tokens):
        app.cli.add_command(group)
