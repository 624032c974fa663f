"""The desk's list of children with open flags."""

from __future__ import annotations

import re
import uuid

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.deaths import life_words
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.numbers import whole_number
from safeguard.mash.views import bp
from safeguard.risk.age_band import AGE_BANDS
from safeguard.risk.dashboard import VIEWS, ChildRow, Filters, dashboard
from safeguard.risk.signals import SIGNAL_CARDS

_OUTWARD = re.compile(r"[A-Z0-9]{2,5}", re.ASCII)
_NAMES = ("agency", "outward", "signal", "age")


@bp.get("/risk")
@requires("risk.view")
def risk() -> ResponseReturnValue:
    filters, page = _asked()
    at = now()
    with transaction() as session:
        found = dashboard(session, actor(), filters, page=page, at=at)
        audit(
            session, actor(), "risk.viewed", view=filters.view, page=found.page,
            children=[str(child.person_id) for family in found.families for child in family.children],
        )
    asked = {name: request.args[name] for name in _NAMES if request.args.get(name)}
    return render_template(
        "mash/risk.html", found=found, filters=filters, asked=asked, views=VIEWS, bands=AGE_BANDS, at=at, today=today(),
        life_of=_life_of,
    )


def _life_of(child: ChildRow) -> str:
    """The child's age, or when the child died, to follow the name and a comma."""
    words = life_words(child.identity, child.death, today())
    return words[:1].lower() + words[1:]


def _asked() -> tuple[Filters, int]:
    """The filters in the address; what nobody could have chosen is not found."""
    args = {name: request.args.get(name, "")[:60] for name in ("view", "page", *_NAMES)}
    page = whole_number(args["page"] or "1", 6)
    try:
        agency = uuid.UUID(args["agency"]) if args["agency"] else None
    except ValueError:
        abort(404)
    wrong = (
        (args["view"] and args["view"] not in VIEWS)
        or (args["signal"] and args["signal"] not in SIGNAL_CARDS)
        or (args["age"] and args["age"] not in AGE_BANDS)
        or (args["outward"] and not _OUTWARD.fullmatch(args["outward"]))
    )
    if wrong or page is None:
        abort(404)
    filters = Filters(
        view=args["view"] or "review", agency=agency, outward=args["outward"] or None,
        signal=args["signal"] or None, age=args["age"] or None,
    )
    return filters, page
