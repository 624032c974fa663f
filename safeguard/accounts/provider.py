"""The conversation with the provider of single sign-on: OpenID Connect's code flow with PKCE, by Authlib.

Authlib checks state, nonce and signature. What it takes from the provider's own description is narrowed here: the issuer is
the one in our settings, and a signature is by a public key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests import RequestException

from safeguard.access.single_sign_on import SingleSignOn
from safeguard.accounts.single_sign_on import Told

_EXTENSION = "safeguard_provider"
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_SECONDS = 10
_LEEWAY_SECONDS = 60
_LONGEST_SUBJECT = 255


class NotVouched(Exception):
    """The provider's answer does not hold, or it could not be reached; `kind` is the name of what went wrong."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(kind)


@dataclass(frozen=True, slots=True)
class _Provider:
    settings: SingleSignOn
    client: Any


def connect(app: Flask, settings: SingleSignOn | None) -> None:
    """Let `app` talk to its provider, if it has one. Nothing is fetched before somebody signs in."""
    if settings is None:
        return
    client = OAuth(app).register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        server_metadata_url=f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "default_timeout": _SECONDS},
    )
    app.extensions[_EXTENSION] = _Provider(settings, client)


def provider() -> SingleSignOn | None:
    """The provider of this installation, if it has one."""
    found: _Provider | None = current_app.extensions.get(_EXTENSION)
    return found.settings if found else None


def send_to(callback: str, *, again: bool) -> Any:
    """The redirect to the provider, which sends people back to `callback`. `again`: they are to prove anew who they are.

    Raises:
        NotVouched: the provider cannot be reached, or describes itself as another.
    """
    found: _Provider = current_app.extensions[_EXTENSION]
    try:
        _checked_description(found)
        return found.client.authorize_redirect(callback, **({"prompt": "login", "max_age": "0"} if again else {}))
    except _WRONG as error:
        raise NotVouched(type(error).__name__) from error


def told() -> Told:
    """What the provider vouches for in its answer, which is the present request.

    Raises:
        NotVouched: state, code, nonce, signature, issuer, audience or time do not hold.
    """
    found: _Provider = current_app.extensions[_EXTENSION]
    only = {
        "iss": {"essential": True, "values": [found.settings.issuer]},
        "aud": {"essential": True, "values": [found.settings.client_id]},
        "sub": {"essential": True},
        "exp": {"essential": True},
        "iat": {"essential": True},
        "nonce": {"essential": True},
    }
    try:
        _checked_description(found)
        token = found.client.authorize_access_token(claims_options=only, leeway=_LEEWAY_SECONDS)
        claims = token.get("userinfo")
    except _WRONG as error:
        raise NotVouched(type(error).__name__) from error
    subject = claims.get("sub") if claims else None
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise NotVouched("NoIdToken")
    return Told(subject, dict(claims))


def _checked_description(found: _Provider) -> None:
    described = found.client.load_server_metadata()
    if described.get("issuer") != found.settings.issuer:
        raise NotVouched("OtherIssuer")
    offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = [one for one in offered if one in _SIGNED_BY] or ["RS256"]


_WRONG = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, RuntimeError)
