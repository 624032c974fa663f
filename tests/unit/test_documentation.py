"""What the documentation lists is what the code knows."""

from __future__ import annotations

import re
from pathlib import Path

from safeguard.ops.code_commands import codes_in_words

DOCS = Path(__file__).parents[2] / "docs"


def test_the_referral_form_lists_every_code() -> None:
    """Made by `flask codes list`; run it again where this fails."""
    assert codes_in_words() in (DOCS / "referral-json.md").read_text(encoding="utf-8")


def test_every_test_and_file_that_the_table_of_requirements_names_is_there() -> None:
    root = DOCS.parent
    said = (DOCS / "asvs.md").read_text(encoding="utf-8")
    files = list((root / "tests").rglob("test_*.py"))
    names, tests = {path.name for path in files}, "".join(path.read_text(encoding="utf-8") for path in files)
    for name in re.findall(r"test_[a-z_]+\.py", said):
        assert name in names, name
    for name in re.findall(r"::(test_[a-z_0-9]+)", said):
        assert f"def {name}(" in tests, name
    for name in re.findall(r"`([a-z_]+/[a-z_]+\.py)`", said):
        assert (root / "safeguard" / name).exists() or (root / "tests" / name).exists(), name
