"""Importing referrals: no line, however odd, ends the file or leaves a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from safeguard.kernel.database import db
from safeguard.referrals.model import Referral
from tests.documents import siblings


@pytest.fixture
def take(context: Flask, tmp_path: Path) -> Callable[..., Result]:
    """Import these lines, as text or as documents."""

    def import_lines(*lines: str | dict[str, Any]) -> Result:
        file = tmp_path / "referrals.jsonl"
        file.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines), encoding="utf-8")
        return context.test_cli_runner().invoke(args=["referrals", "import", str(file)])

    return import_lines


def _from(agency: Any = "police", **changes: Any) -> dict[str, Any]:
    return {**siblings(**changes), "agency": agency}


@pytest.mark.parametrize(
    ("hostile", "field", "words"),
    [
        (_from("\ud800"), "agency", "No agency has the short name"),
        (_from("pol\u0000ice\ud800"), "agency", "No agency has the short name"),
        (_from("\u0000"), "agency", "Give the short name"),
        (_from(7), "agency", "Give the short name"),
        (_from("x" * 5000), "agency", "No agency"),
        (_from(received_at="0001-01-01T00:00:00+14:00"), "received_at", "14 October 1991 or later"),
        (_from(received_at="9999-12-31T23:59:59-14:00"), "received_at", "future"),
        (_from(received_at="1000-01-01T00:00:00+00:00"), "received_at", "14 October 1991 or later"),
        (_from(received_at=20), "received_at", "Give the moment"),
        (_from(client_reference="\u0000\ud800"), "", ""),
        (_from(**{"\ud800": 1}), "\ufffd", "no such answer"),
    ],
)
def test_an_odd_line_never_ends_the_file(take: Callable[..., Result], hostile: dict[str, Any], field: str, words: str) -> None:
    done = take(hostile, _from(client_reference="AFTER-IT"))
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "line 2: SR-" in done.output
    if field:
        assert f"line 1: refused: {field}: " in done.output
        assert words in done.output


def test_what_is_given_twice_is_refused_by_name(take: Callable[..., Result]) -> None:
    """The last one would win in silence: a referral could say "yes" and be taken as "no"."""
    text = json.dumps(_from())
    outer = text.replace('"immediate_danger": "no"', '"immediate_danger": "yes", "immediate_danger": "no"')
    inner = text.replace('"surname": "Fernsby"', '"surname": "Fernsby", "surname": "Other"', 1)
    assert text not in {outer, inner}
    done = take(outer, inner)
    assert done.exit_code == 1
    assert "line 1: refused: immediate_danger: This is given twice" in done.output
    assert "line 2: refused: surname: This is given twice" in done.output
    assert db.session.execute(select(func.count()).select_from(Referral)).scalar_one() == 0
