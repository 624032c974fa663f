"""The family network: an interactive picture of who and what is around some people, its table, and the days it grew by."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.network_events import ALL
from safeguard.concerns.network_picture import GROUPS, HIDDEN_AT_FIRST, NetworkPicture, network_picture_of
from safeguard.concerns.questions.around import MOST_HOPS, answered
from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.kernel.numbers import pages_of
from safeguard.mash.answering import opened_case
from safeguard.mash.case import Case
from safeguard.mash.graph_views import day_asked
from safeguard.mash.paging import page_number
from safeguard.mash.views import bp
from safeguard.people.model import Person
from safeguard.web.headers import allow_graph_style

A_PAGE = 100


@bp.get("/referrals/<uuid:referral_id>/network")
@requires("person.view")
def case_network(referral_id: uuid.UUID) -> ResponseReturnValue:
    """Around the children of a referral."""
    with transaction() as session:
        opened = opened_case(session, referral_id)
        people = list(dict.fromkeys(opened.person_id(record) for record in opened.subjects))
        picture, hops, on = _picture(session, people)
        audit(session, actor(), "network.viewed", subject_kind="referral", subject_id=referral_id, hops=hops, shown=picture.people)
    return _page(picture, hops, on, "mash.case_network", {"referral_id": referral_id}, case=opened)


@bp.get("/people/<uuid:person_id>/network")
@requires("person.view")
def person_network(person_id: uuid.UUID) -> ResponseReturnValue:
    """Around one person."""
    with transaction() as session:
        if session.get(Person, person_id) is None:
            raise NotFound("person")
        picture, hops, on = _picture(session, [person_id])
        audit(
            session, actor(), "network.viewed", subject_kind="person", subject_id=person_id, hops=hops, shown=picture.people - {person_id}
        )
    return _page(picture, hops, on, "mash.person_network", {"person_id": person_id})


def _picture(session: Session, people: Sequence[uuid.UUID]) -> tuple[NetworkPicture, int, tuple[date, str]]:
    """The picture, how far it looks, and the day it is of with what is wrong with the day asked for."""
    asked = request.args.get("hops", "1")
    if asked not in {str(number) for number in range(1, MOST_HOPS + 1)}:
        abort(404)
    hops = int(asked)
    around = neighbourhood(session, people, hops=hops, thorough=True)
    if not any(key in around.people for key in people):
        raise NotFound("person")
    on = day_asked("on", today())
    found = answered(around, hops=hops, on=on[0], today=today())
    return network_picture_of(around, found, opened=_opened()), hops, on


def _opened() -> str:
    """The group of concerns and events to draw one by one: its id, or all; a group that is not there opens nothing."""
    asked = request.args.get("open", "")
    if asked in {"", ALL}:
        return asked
    try:
        return str(uuid.UUID(asked))
    except ValueError:
        abort(404)


def _page(
    picture: NetworkPicture, hops: int, on: tuple[date, str], endpoint: str, ids: dict[str, Any], *, case: Case | None = None
) -> ResponseReturnValue:
    tabled = [line for line in picture.lines if not line.told_elsewhere]
    page, pages = page_number(), pages_of(len(tabled), A_PAGE)
    if not 1 <= page <= pages:
        abort(404)
    allow_graph_style()
    page_of = render_template(
        "mash/network.html", on=on[0], problem=on[1], today=today(), picture=picture, case=case, hops=hops, most_hops=MOST_HOPS,
        groups=GROUPS, hidden=HIDDEN_AT_FIRST,
        used={line.group for line in picture.lines}, page=page, pages=pages, lines=tabled[(page - 1) * A_PAGE : page * A_PAGE],
        data=_data(picture), endpoint=endpoint, ids=ids, here=url_for(endpoint, **ids),
        asked=ids | {"hops": hops, "on": on[0].isoformat()}, opened=_opened(),
    )  # fmt: skip
    return page_of, 400 if on[1] else 200


def _data(picture: NetworkPicture) -> dict[str, Any]:
    """What the script of the page draws: the same nodes, places and links as the picture that is there without it."""
    return {
        "width": picture.width, "height": picture.height,
        "steps": [day.isoformat() for day in picture.steps],
        "nodes": [
            {"id": str(spot.id), "shape": spot.shape, "label": "\n".join(spot.lines), "name": spot.label, "focus": spot.focus,
             "x": spot.x, "y": spot.y, "gone": spot.gone,
             "goneKnown": spot.gone_known.isoformat() if spot.gone_known else "", "plain": "\n".join(spot.plain),
             "opens": str(spot.id) if spot.opens else "",
             "holds": [[item.day.isoformat(), item.kind] for item in spot.group.items if item.day] if spot.group else []}
            for spot in picture.spots
        ],
        "links": [
            {"id": line.key, "source": str(line.one), "target": str(line.other), "group": line.group, "kind": line.kind,
             "words": line.words, "dates": line.dates, "standing": line.standing, "said": list(line.said_by),
             "known": line.known.isoformat(), "ends": line.ends.isoformat() if line.ends else "",
             "spared": line.spared}
            for line in picture.lines
            if line.drawn
        ],
    }  # fmt: skip
