"""Errors: one design, a reference, what to do next; JSON for who asks for it; nothing personal in the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from safeguard.referrals import views


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/nowhere", 404, "Page not found"), ("/queue", 403, "You cannot open this page"), ("/sign-out", 405, "cannot be used in this way")],
)
def test_pages_say_what_to_do_next(sign_in: Callable[[str], Any], path: str, status: int, words: str) -> None:
    answer = sign_in("school").get(path)
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert answer.headers["X-Request-Id"] in answer.get_data(as_text=True)


def test_too_large_a_request(sign_in: Callable[[str], Any]) -> None:
    answer = sign_in("school").post("/referrals/new", {"words": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "too much to send at once" in answer.get_data(as_text=True)


def test_json_for_who_asks_for_it(sign_in: Callable[[str], Any]) -> None:
    answer = sign_in("school").get("/nowhere", headers={"Accept": "application/json"})
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.data)["status"] == 404


def test_the_unforeseen_is_a_calm_page_and_tells_the_log_nothing_personal(
    app: Flask, sign_in: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    school = sign_in("school")

    def fails(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("SELECT 'Maya Fernsby'", {}, Exception("Maya Fernsby"))

    monkeypatch.setattr(views, "followed_page", fails)
    app.testing = False
    answer = school.get("/referrals")
    assert answer.status_code == 500
    assert "problem with the service" in answer.get_data(as_text=True)
    said = answer.get_data(as_text=True) + "".join(capsys.readouterr())
    assert "Maya" not in said
