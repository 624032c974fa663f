"""The guard at the door: every endpoint is public or stamped with a permission, or it is not served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for

from safeguard.access.actor import Actor
from safeguard.access.assurance import Proof
from safeguard.access.bearer import Bearer, bears_token, not_known, out_of_scope
from safeguard.access.policy import POLICY, is_for_machines, is_proven, permits
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
    token_shown: Callable[[], Bearer | None]
    is_hidden: Callable[[], bool]
    agreement_waits: Callable[[], bool]
    ask_to_agree: Callable[[], Any]
    always_open: frozenset[str]


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


def bearer() -> Bearer:
    """The token that this request of another system acts under.

    Raises:
        NotPermitted: it shows none.
    """
    found = g.get("bearer")
    if not isinstance(found, Bearer):
        raise NotPermitted("no token was shown")
    return found


def watch(app: Flask, doors: Doors) -> None:
    """Check every request to `app` against its endpoint's stamp, and serve nothing that has none."""
    public(app.view_functions["static"])

    @app.before_request
    def check() -> Any:
        stamp = stamp_of(current_app, request.endpoint) if request.endpoint else PUBLIC  # 404 or 405, answered by the error pages
        if bears_token(request) or is_for_machines(stamp):
            return _check_machine(doors, stamp)
        g.actor = doors.current_actor()
        if stamp == PUBLIC:
            return None
        if stamp is None:
            return _refuse(doors, stamp)
        if g.actor is None:
            if request.method == "POST":
                return doors.sign_in_again()
            return redirect(url_for(doors.sign_in_endpoint, next=request.full_path))
        asked_first = _asked_first(doors)
        if asked_first is not None:
            return asked_first
        if not permits(g.actor, stamp):
            return _refuse(doors, stamp)
        return None if is_proven(doors.current_proof(), stamp, now()) else doors.prove_again()  # not refused: asked who they are


def _asked_first(doors: Doors) -> Any:
    """What somebody is asked before any page: who they are where the screen was hidden, and whether they agree. None: nothing."""
    g.hidden = doors.is_hidden()
    if request.endpoint in doors.always_open:
        return None
    if g.hidden:
        return doors.prove_again()
    # A form that is being sent changes nothing before that; what was typed comes along.
    return doors.ask_to_agree() if doors.agreement_waits() else None


def _check_machine(doors: Doors, stamp: str | None) -> None:
    """The door of a request that shows a token, or of an endpoint that is for those alone: no cookie counts there."""
    g.actor = None
    if stamp == PUBLIC:
        return
    bearer = doors.token_shown()
    if bearer is None:
        raise not_known(shown=bears_token(request))
    g.actor, g.bearer = bearer.actor, bearer
    if stamp is None or not permits(bearer.actor, stamp) or not is_proven(bearer.proof, stamp, now()):
        _refuse(doors, stamp)
    elif stamp not in bearer.scopes:
        doors.record_denial(bearer.actor, str(request.endpoint), stamp)
        raise out_of_scope(stamp)


def _refuse(doors: Doors, stamp: str | None) -> None:
    doors.record_denial(g.actor, str(request.endpoint), stamp or "unstamped")
    abort(403)
