"""A person at a browser without a screen: gets pages, fills in the form that is there, follows where it leads."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_HIDDEN = re.compile(
    r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"'
    r'|<input[^>]*name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"'
)


class Visitor:
    """Wraps a test client. `submit` sends a page's own hidden fields (token, version) with the answers."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.client.get(path, **kwargs)

    def say_purpose(self, path: str, purpose: str = "case") -> None:
        """Say what the file behind `path` is opened for, where the service asks."""
        asked = self.client.get(path)
        assert asked.status_code == 302, f"{path} asks nothing: {asked.status_code}"
        assert self.submit(asked.location, {"purpose": purpose}).status_code == 302

    def submit(self, page: str, answers: dict[str, Any], *, to: str | None = None, follow: bool = False) -> TestResponse:
        """Open `page`, then post `answers` with its hidden fields to it or to the address `to`."""
        shown = self.client.get(page).get_data(as_text=True)
        return self.post(to or page, {**hidden_of(shown), **answers}, follow=follow)

    def post(self, path: str, answers: dict[str, Any], *, follow: bool = False) -> TestResponse:
        return self.client.post(path, data=answers, follow_redirects=follow)


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of a page, the last form's winning: sign-out has a token too, the same one."""
    return {one or other: value or second for one, value, other, second in _HIDDEN.findall(page)}
