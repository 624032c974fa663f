"""What another system shows instead of a session: a bearer token (RFC 6750), and how it is refused."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Request
from werkzeug.exceptions import HTTPException

from safeguard.access.actor import Actor
from safeguard.access.assurance import Proof


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that was shown and holds: its id, for whom, with which proof, and the permissions it is for."""

    id: uuid.UUID
    actor: Actor
    proof: Proof
    scopes: frozenset[str]


def bears_token(request: Request) -> bool:
    """Whether a request shows a bearer token, right or wrong: then it acts for that alone, whatever cookies come with it."""
    return request.headers.get("Authorization", "")[:7].lower() in {"bearer", "bearer "}


class TokenRefused(HTTPException):
    """A bearer token was asked for or looked at, and does not open this. Its answer says why, as RFC 6750 has it."""

    def __init__(self, code: int, **why: str) -> None:
        """`why`: what the header says besides, in words of our own, since nothing in it is escaped."""
        super().__init__()
        self.code = code
        self.told = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in {"realm": "safeguard", **why}.items())

    def get_headers(self, *args: Any, **kwargs: Any) -> list[tuple[str, str]]:
        return [*super().get_headers(*args, **kwargs), ("WWW-Authenticate", self.told)]


def not_known(*, shown: bool) -> TokenRefused:
    """The refusal of a request whose token opens nothing, or that showed none."""
    return TokenRefused(401, error="invalid_token") if shown else TokenRefused(401)


def out_of_scope(permission: str) -> TokenRefused:
    """The refusal of a token that holds and is not for this."""
    return TokenRefused(403, error="insufficient_scope", scope=permission)
