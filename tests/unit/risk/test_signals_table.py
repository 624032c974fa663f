"""docs/signals.md is what the code says, and every signal has its tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNALS, Signal
from safeguard.risk.signals.table import module_of, placed, where_tested

ROOT = Path(__file__).parents[3]


def test_the_page_is_up_to_date() -> None:
    page = (ROOT / "docs/signals.md").read_text(encoding="utf-8")
    assert placed(page, Policy.load()) == page


def test_there_are_38_in_order() -> None:
    assert [signal.CODE for signal in SIGNALS] == [f"S{number:02d}" for number in range(1, 39)]


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda one: one.CODE)
def test_each_has_edges_and_a_story_that_fools_the_obvious_rule(signal: Signal) -> None:
    code = signal.CODE.lower()
    assert module_of(signal).startswith(code)
    text = (ROOT / where_tested(signal)).read_text(encoding="utf-8")
    assert f"def test_{code}_edges" in text
    assert re.search(rf"def test_{code}_\w*_where_\w+_would_\w+", text), "name the obvious wrong rule: ..._where_X_would_fire"
