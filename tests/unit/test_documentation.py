"""What the documentation lists is what the code knows."""

from __future__ import annotations

from pathlib import Path

from safeguard.ops.code_commands import codes_in_words

DOCS = Path(__file__).parents[2] / "docs"


def test_the_referral_form_lists_every_code() -> None:
    """Made by `flask codes list`; run it again where this fails."""
    assert codes_in_words() in (DOCS / "referral-json.md").read_text(encoding="utf-8")
