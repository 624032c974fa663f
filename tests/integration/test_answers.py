"""What every answer carries, whatever was asked and however it went wrong; whose address counts; what the log may hold."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from safeguard import create_app
from safeguard.kernel.database import db
from tests.conftest import settings_for

ASKED: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/sign-in", {}), ("GET", "/queue", {}), ("GET", "/nothing-here", {}), ("DELETE", "/sign-in", {}), ("POST", "/sign-in", {}),
    ("GET", "/sign-in", {"Host": "evil.example"}), ("POST", "/api/referrals", {"Authorization": "Bearer sgt_wrong"}),
    ("GET", "/static/app/passkey.js", {}), ("HEAD", "/sign-in", {}), ("OPTIONS", "/sign-in", {"Origin": "https://evil.example"}),
    ("GET", "/sign-in/second-step", {}), ("GET", "/api/v1/nothing", {"Accept": "application/json"}), ("GET", "/fails", {}),
)  # fmt: skip


@pytest.fixture
def real(database_url: str) -> Iterator[Flask]:
    app = create_app(replace(settings_for(database_url), environment="production", proxies=1))

    def fails() -> Any:
        raise RuntimeError("Maya")

    from safeguard.access.guard import public

    app.add_url_rule("/fails", view_func=public(fails))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_answer_promises_tls_and_shuts_others_out(real: Flask) -> None:
    statuses = set()
    for method, path, more in ASKED:
        answer = real.test_client().open(path, method=method, headers=more, base_url="https://localhost")
        statuses.add(answer.status_code)
        headers = answer.headers
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains", (method, path)
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == ("public, max-age=3600" if path.startswith("/static") else "no-store"), (method, path)
        assert not [name for name, _value in headers if name.lower().startswith("access-control-")]
        assert not answer.mimetype.startswith("text/") or "charset=utf-8" in headers["Content-Type"], (method, path)
        assert b"Maya" not in answer.data
    assert {200, 302, 400, 404, 405, 500, 503} <= statuses  # 503: this database is of made-up people


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_address_takes_a_method_that_nobody_wrote_it_for(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        path = str(rule).replace("<uuid:", "<").replace(">", "").replace("<", "x")
        for method in {"TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"} - (rule.methods or set()):
            assert client.open(path, method=method).status_code in {401, 404, 405}, (method, path)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_address_counts_only_as_the_proxy_in_front_tells_it(real: Flask, app: Flask) -> None:
    """Whoever guesses passwords cannot say of themselves that they come from elsewhere."""
    seen: list[str | None] = []
    for one, expected in ((real, "203.0.113.9"), (app, "127.0.0.1")):
        one.before_request_funcs.setdefault(None, []).insert(0, lambda: seen.append(request.remote_addr))
        one.test_client().get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1, 203.0.113.9", "X-Real-IP": "192.0.2.2"})
        assert seen[-1] == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_log_is_one_line_an_event_and_nothing_that_was_sent(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    sent = {"User-Agent": "Maya\x0bagent", "X-Forwarded-For": "Maya", "Referer": "https://localhost/Maya"}
    with caplog.at_level(logging.INFO, logger="safeguard"):
        app.test_client().get("/sign-in%0a%7b%22event%22:%22Maya%22%7d?next=Maya%0aMaya", headers=sent)
        app.test_client().post("/sign-in", data={"email": "Maya\n@x", "password": "Maya\r\nMaya"})
    lines = [one.getMessage() for one in caplog.records if one.name == "safeguard"]
    assert len(lines) == 2
    for line in lines:
        assert json.loads(line)["event"] == "request"
        assert "Maya" not in line
        assert line.isprintable()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_page_alone_takes_a_file(app: Flask) -> None:
    """The draft of a risk policy. What is told of files in the table of requirements rests on it."""
    root = Path(app.root_path).parent
    pages = [one.name for one in (root / "templates").rglob("*.html") if 'type="file"' in one.read_text(encoding="utf-8")]
    code = [one.name for one in (root / "safeguard").rglob("*.py") if re.search("request.files|FileField", one.read_text(encoding="utf-8"))]
    assert (pages, code) == (["policy_try.html"], ["policy_forms.py"])
