"""A request for a host name that is not ours is refused, calmly."""

from __future__ import annotations

from flask import Flask


def test_another_host_name_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.get_data(as_text=True)
