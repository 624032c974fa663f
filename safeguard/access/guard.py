"""The guard at the door: every endpoint is public or stamped with a permission, or it is not served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for

from safeguard.access.actor import Actor
from safeguard.access.assurance import Proof
from safeguard.access.policy import POLICY, is_proven, permits
from safeguard.kernel.clock import now
from safeguard.kernel.errors import NotPermitted

View = TypeVar("View", bound=Callable[..., Any])
_STAMP = "safeguard_stamp"
PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Doors:
    """What the root hands the guard, which sits beneath the rooms that know these things."""

    current_actor: Callable[[], Actor | None]
    current_proof: Callable[[], Proof | None]
    record_denial: Callable[[Actor | None, str, str], None]
    sign_in_endpoint: str
    sign_in_again: Callable[[], Any]
    prove_again: Callable[[], Any]


def requires(permission: str) -> Callable[[View], View]:
    """Stamp a view with the permission it asks for.

    Raises:
        ValueError: the permission is not in the policy.
    """
    if permission not in POLICY:
        raise ValueError(f"{permission!r} is not in the policy")
    return _stamped(permission)


def public(view: View) -> View:
    """Stamp a view as open to anybody."""
    return _stamped(PUBLIC)(view)


def _stamped(stamp: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _STAMP, stamp)
        return view

    return decorate


def stamp_of(app: Flask, endpoint: str) -> str | None:
    """The permission stamped on an endpoint, `"public"`, or None where it bears none."""
    return getattr(app.view_functions[endpoint], _STAMP, None)


def actor() -> Actor:
    """The signed-in person of this request.

    Raises:
        NotPermitted: nobody is signed in.
    """
    found = g.get("actor")
    if not isinstance(found, Actor):
        raise NotPermitted("nobody is signed in")
    return found


def watch(app: Flask, doors: Doors) -> None:
    """Check every request to `app` against its endpoint's stamp, and serve nothing that has none."""
    public(app.view_functions["static"])

    @app.before_request
    def check() -> Any:
        g.actor = doors.current_actor()
        if request.endpoint is None:
            return None  # 404 or 405, answered by the error pages
        stamp = stamp_of(current_app, request.endpoint)
        if stamp == PUBLIC:
            return None
        if stamp is None:
            doors.record_denial(g.actor, request.endpoint, "unstamped")
            abort(403)
        if g.actor is None:
            if request.method == "POST":
                return doors.sign_in_again()
            return redirect(url_for(doors.sign_in_endpoint, next=request.full_path))
        if not permits(g.actor, stamp):
            doors.record_denial(g.actor, request.endpoint, stamp)
            abort(403)
        if not is_proven(doors.current_proof(), stamp, now()):
            return doors.prove_again()  # not refused: asked once more who they are
        return None
