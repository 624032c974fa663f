"""A group of commands that says what went wrong in plain words."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from safeguard.kernel.errors import SafeguardError


class Commands(AppGroup):
    """Ends with the words of a refusal and status 1, never with a traceback of one."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SafeguardError as refused:
            words = str(refused)
            raise click.ClickException(f"{words[:1].upper()}{words[1:]}.") from refused
