"""Whatever is sent to the pages that prove who somebody is: an answer in words, nobody let in, never a server error."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from tests.pages import Visitor, hidden_of

_ID = "AAAA"
_ANSWERS: tuple[Any, ...] = (
    "", "null", "[]", "5", '"x"', "{", "{}" * 3, "[" * 5000, "{" * 30_000, "\x00", "٣٤", "\ud83d",
    {"rawId": 5}, {"rawId": None}, {"rawId": "*"}, {"rawId": "A" * 5}, {"rawId": "é"}, {"id": _ID, "rawId": _ID, "type": "public-key"},
    {"id": _ID, "rawId": _ID, "type": "public-key", "response": 5}, {"id": _ID, "rawId": _ID, "type": "public-key", "response": {}},
    {"id": _ID, "rawId": _ID, "type": "public-key",
     "response": {"clientDataJSON": _ID, "authenticatorData": _ID, "signature": _ID}},
    {"id": _ID, "rawId": _ID, "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    {"id": _ID, "rawId": _ID, "type": "public-key", "response": {"clientDataJSON": "W10", "attestationObject": "//8"}},
    {"id": [], "rawId": {}, "type": 7, "response": [[]]},
)  # fmt: skip
_TYPED = ("", " ", "\x00", "０１２３４５", "²²²²²²", "3-AAAA", "9" * 5000, "<b>",
          "' OR 1=1 --", "3-OOOO-OOOO-OOOO", "A-0000-0000-0000", "😀")  # fmt: skip


def _said(answer: Any) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer)


def test_no_answer_of_a_passkey_breaks_or_opens_anything(app: Flask, sign_in: Any) -> None:
    stranger, screener = Visitor(app.test_client()), sign_in("screener")
    token = hidden_of(stranger.get("/sign-in").get_data(as_text=True))["csrf_token"]
    own = hidden_of(screener.get("/account/passkeys").get_data(as_text=True))["csrf_token"]
    for answer in _ANSWERS:
        said = _said(answer).encode("utf-8", "replace").decode()
        assert stranger.client.post("/sign-in/passkey/options", headers={"X-CSRFToken": token}).status_code == 200
        refused = stranger.post("/sign-in/passkey", {"csrf_token": token, "credential": said})
        assert (refused.status_code, refused.headers["Location"]) == (302, "/sign-in"), said[:80]
        assert stranger.get("/account").status_code == 302
        assert screener.client.post("/account/passkeys/options", headers={"X-CSRFToken": own}).status_code == 200
        made = screener.post("/account/passkeys", {"csrf_token": own, "credential": said, "name": "x"})
        assert made.status_code == 400, said[:80]
        assert screener.client.post("/sign-in/passkey/options", headers={"X-CSRFToken": own}).status_code == 200
        assert screener.post("/prove/passkey", {"csrf_token": own, "credential": said}).headers["Location"] == "/prove"
    assert "You have none yet" in screener.get("/account/passkeys").get_data(as_text=True)


def test_nothing_typed_as_a_code_or_an_address_breaks_anything(app: Flask, sign_in: Any) -> None:
    screener = sign_in("screener")
    for typed in _TYPED:
        visitor = Visitor(app.test_client())
        assert visitor.submit("/link", {"code": typed, "password": "violet harbour kettle"}).status_code in {400, 429}, typed
        assert visitor.submit("/forgotten", {"email": typed}).status_code in {200, 400, 429}, typed
        assert visitor.submit("/sign-in", {"email": typed, "password": typed}).status_code in {400, 429}, typed
        assert screener.submit("/account/authenticator", {"code": typed}).status_code == 400, typed
        assert screener.submit("/account/password", {"password": typed}).status_code == 400, typed
        assert screener.get(f"/accounts?page={typed}").status_code == 403
