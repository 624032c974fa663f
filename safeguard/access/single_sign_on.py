"""Single sign-on, as it is told from outside: the provider, and what its claims mean here.

A claim counts only where the settings say what it means. An account is known by issuer and subject; never by email.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from safeguard.access.actor import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleSignOn:
    """A provider of OpenID Connect. `roles` and `agencies` say what values of two claims stand for, the first that fits counts."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str = "your organisation's account"
    role_claim: str = "roles"
    roles: Mapping[str, Role] = field(default_factory=dict)
    agency_claim: str = "organisation"
    agencies: Mapping[str, str] = field(default_factory=dict)
    second_factor: tuple[str, ...] = ("mfa",)

    @property
    def origin(self) -> str:
        """Where people are sent: scheme, host and port of the issuer."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def role_in(self, claims: Mapping[str, Any]) -> Role | None:
        """The role that the claims stand for; None where none does."""
        held = _values(claims, self.role_claim)
        return next((role for value, role in self.roles.items() if value in held), None)

    def agency_in(self, claims: Mapping[str, Any]) -> str | None:
        """The short name of the agency that the claims stand for; None where none does."""
        held = _values(claims, self.agency_claim)
        return next((slug for value, slug in self.agencies.items() if value in held), None)

    def had_second_factor(self, claims: Mapping[str, Any]) -> bool:
        """Whether the provider says, in `amr` or `acr`, that a second factor was given."""
        return any(one in _values(claims, "amr") | _values(claims, "acr") for one in self.second_factor)


def read(environ: Mapping[str, str], *, loopback: bool = False) -> SingleSignOn | None:
    """The provider that `SAFEGUARD_OIDC_...` describe; None where no issuer is given. `loopback`: plain HTTP on this machine will do.

    Raises:
        ValueError: in words, what is missing or unsafe.
    """
    issuer = environ.get("SAFEGUARD_OIDC_ISSUER", "")
    if not issuer:
        return None
    here = loopback and issuer.startswith(("http://127.0.0.1:", "http://localhost:"))
    if not (issuer.startswith("https://") or here):
        raise ValueError("SAFEGUARD_OIDC_ISSUER must begin with https://.")
    client_id, secret = environ.get("SAFEGUARD_OIDC_CLIENT_ID", ""), environ.get("SAFEGUARD_OIDC_CLIENT_SECRET", "")
    if not client_id or len(secret) < 16:
        raise ValueError("SAFEGUARD_OIDC_CLIENT_ID and SAFEGUARD_OIDC_CLIENT_SECRET must be those that the provider gave.")
    roles = _pairs(environ, "SAFEGUARD_OIDC_ROLES")
    unknown = [role for role in roles.values() if role not in {one.value for one in Role if one is not Role.MACHINE}]
    if unknown:
        raise ValueError(f"SAFEGUARD_OIDC_ROLES names {unknown[0]!r}, which is not a role that a person can have.")
    return SingleSignOn(
        issuer=issuer, client_id=client_id, client_secret=secret,
        name=environ.get("SAFEGUARD_OIDC_NAME", "your organisation's account"),
        role_claim=environ.get("SAFEGUARD_OIDC_ROLE_CLAIM", "roles"),
        roles={value: Role(role) for value, role in roles.items()},
        agency_claim=environ.get("SAFEGUARD_OIDC_AGENCY_CLAIM", "organisation"),
        agencies=_pairs(environ, "SAFEGUARD_OIDC_AGENCIES"),
        second_factor=tuple(one.strip() for one in environ.get("SAFEGUARD_OIDC_SECOND_FACTOR", "mfa").split(",") if one.strip()),
    )  # fmt: skip


def _pairs(environ: Mapping[str, str], name: str) -> dict[str, str]:
    """`value=meaning,value=meaning`"""
    pairs = [part.rpartition("=") for part in environ.get(name, "").split(",") if part.strip()]
    if any(not value.strip() or not meaning.strip() for value, _, meaning in pairs):
        raise ValueError(f"{name} must be pairs, such as: value=meaning,value=meaning.")
    return {value.strip(): meaning.strip() for value, _, meaning in pairs}


def _values(claims: Mapping[str, Any], name: str) -> set[str]:
    found = claims.get(name)
    if isinstance(found, str):
        return {found}
    return {one for one in found if isinstance(one, str)} if isinstance(found, list) else set()
