"""Being asked again who one is, before a step that would be worth stealing a session for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, render_template, request, url_for

from safeguard.access.assurance import is_fresh
from safeguard.access.guard import actor
from safeguard.accounts import signed_in, unsent
from safeguard.accounts.factors import factors_of
from safeguard.accounts.forms import ProveForm
from safeguard.kernel.clock import now
from safeguard.kernel.database import db

View = TypeVar("View", bound=Callable[..., Any])


def freshly(view: View) -> View:
    """Serve `view` only to somebody who proved in the last ten minutes who they are; what they typed comes along."""

    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        if is_fresh(signed_in.current_proof(), now()):
            return view(*args, **kwargs)
        return prove_again()

    return cast(View, asked)


def prove_again() -> Any:
    """The answer to a request that asks for a fresh proof: the page that asks for one, and leads back."""
    if request.method != "POST":
        return redirect(url_for("accounts.prove", next=request.full_path.rstrip("?")))
    kept = unsent.seal(actor().account_id)
    has = factors_of(db.session(), actor().account_id)
    return render_template("accounts/prove.html", form=ProveForm(formdata=None), unsent=kept, has=has), 401
