"""A provider of OpenID Connect on this machine, which answers as it is told to: honestly, or in any of the ways that must be refused."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "safeguard-client", "a-secret-for-tests-only"
_KEY = RSAKey.generate_key(2048, {"kid": "one"})
_STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "one"})


class Provider:
    """`claims` are added to every ID token; `trick` is what is wrong with it. What it was asked is kept in `asked`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.claims: dict[str, Any] = {"sub": "person-1"}
        self.trick = ""
        self.asked: dict[str, str] = {}
        self.tokens_given = 0

    def id_token(self) -> str:
        at = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "auth_time": at, "nonce": self.asked["nonce"], **self.claims
        }  # fmt: skip
        claims.update(_TRICKS.get(self.trick, lambda _at: {})(at))
        for name in [name for name, value in claims.items() if value is None]:
            del claims[name]
        if self.trick == "none":
            return ".".join((_plain(b'{"alg":"none"}'), _plain(_json(claims)), ""))
        if self.trick == "unsigned":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, _KEY).rpartition(".")[0] + "."
        if self.trick == "symmetric":  # signed with the public key as if it were a shared secret
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(_KEY.as_pem(private=False)))
        if self.trick == "client secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))
        if self.trick == "embedded key":
            return jwt.encode({"alg": "RS256", "jwk": _STRANGE_KEY.as_dict(private=False)}, claims, _STRANGE_KEY)
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, _STRANGE_KEY if self.trick == "strange key" else _KEY)


_TRICKS: dict[str, Any] = {
    "issuer": lambda at: {"iss": "https://evil.example"},
    "no issuer": lambda at: {"iss": None},
    "audience": lambda at: {"aud": "another-client"},
    "no audience": lambda at: {"aud": None},
    "two audiences": lambda at: {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
    "expired": lambda at: {"iat": at - 600, "exp": at - 300},
    "no expiry": lambda at: {"exp": None},
    "not yet": lambda at: {"nbf": at + 600},
    "from the future": lambda at: {"iat": at + 600, "exp": at + 900},
    "nonce": lambda at: {"nonce": "another"},
    "no nonce": lambda at: {"nonce": None},
    "no subject": lambda at: {"sub": None},
    "empty subject": lambda at: {"sub": ""},
    "subject no text": lambda at: {"sub": ["person-1"]},
    "long subject": lambda at: {"sub": "x" * 300},
    "subject with a control": lambda at: {"sub": "person\x00"},
}
# What is wrong with the answer as a whole.
OTHER_TRICKS = ("none", "unsigned", "symmetric", "client secret", "embedded key", "strange key", "no id token", "verifier", "error",
                "server error")  # fmt: skip
TRICKS = (*_TRICKS, *OTHER_TRICKS)


@contextmanager
def a_provider() -> Iterator[Provider]:
    """A provider on a port of its own."""
    app = Flask("provider")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    _routes(app, provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()


def _routes(app: Flask, provider: Provider) -> None:
    @app.get("/.well-known/openid-configuration")
    def describe() -> Any:
        here = provider.address
        return jsonify(
            issuer="https://evil.example" if provider.trick == "described as another" else here,
            authorization_endpoint=f"{here}/authorize", token_endpoint=f"{here}/token", jwks_uri=f"{here}/keys",
            id_token_signing_alg_values_supported=["RS256", "HS256", "none"], code_challenge_methods_supported=["S256"],
        )  # fmt: skip

    @app.get("/authorize")
    def authorize() -> Any:
        provider.asked = request.args.to_dict()
        return redirect(f"{provider.asked['redirect_uri']}?code=the-code&state={provider.asked['state']}")

    @app.post("/token")
    def token() -> Any:
        if provider.trick == "error":
            return jsonify(error="invalid_grant"), 400
        if provider.trick == "server error":
            return Response("<h1>Sorry</h1>", 500)
        verifier = request.form.get("code_verifier", "")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if provider.asked.get("code_challenge") != challenge or provider.trick == "verifier":
            return jsonify(error="invalid_grant"), 400
        provider.tokens_given += 1
        told = {} if provider.trick == "no id token" else {"id_token": provider.id_token()}
        return jsonify(access_token="an-access-token", token_type="Bearer", expires_in=300, **told)

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[_KEY.as_dict(private=False)])


def through(provider: Provider, location: str) -> str:
    """What the provider's own page answers to a browser that was sent there: the path back to us, with its query."""
    import requests

    back = requests.get(location, allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def asked_of(location: str) -> dict[str, str]:
    """The parameters of an address that a browser was sent to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _json(claims: dict[str, Any]) -> bytes:
    import json

    return json.dumps(claims).encode()
