"""The desk's pages that ask the concern graph: ways between two people, children reached, groups, changes."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns import answer_json as plain
from safeguard.concerns.neighbourhood import neighbourhood
from safeguard.concerns.questions.changes import changes
from safeguard.concerns.questions.connect import connect
from safeguard.concerns.questions.groups import groups
from safeguard.concerns.questions.reach import reach
from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.views import bp
from safeguard.people.identity import age_words

_LATELY = timedelta(days=90)


@bp.get("/people/<uuid:person_id>/changes")
@requires("person.view")
def person_changes(person_id: uuid.UUID) -> ResponseReturnValue:
    since, problem = day_asked("since", today() - _LATELY)
    with transaction() as session:
        answer = changes(session, [person_id], since=since, today=today())
        people = {key for one in answer.changes for key in one.people}
        audit(session, actor(), "graph.asked", subject_kind="person", subject_id=person_id, shown=people - {person_id}, question="changes")
    name = answer.network.nodes[person_id].label
    told = plain.changes_json(answer)
    page = render_template(
        "mash/graph_changes.html", told=told, answer=answer, name=name, person_id=person_id, since=since, problem=problem
    )
    return page, 400 if problem else 200


@bp.get("/people/<uuid:person_id>/connection")
@requires("person.view")
def connect_with(person_id: uuid.UUID) -> ResponseReturnValue:
    """Choose the other person: somebody near, or anybody found by a search."""
    asked = request.args.get("other", "")
    with transaction() as session:
        around = neighbourhood(session, [person_id], hops=2, thorough=True)
        if person_id not in around.people:
            raise NotFound("person")
        near = {str(key): f"{one.name}, {age_words(one, today())}" for key, one in around.people.items() if key != person_id}
        shown = around.people.keys() - {person_id}
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id, shown=shown)
    if asked in near:
        return redirect(url_for("mash.connection", person_id=person_id, other_id=asked))
    people = sorted(near.items(), key=lambda one: (one[1], one[0]))
    problem = "Choose somebody from the list" if "other" in request.args else ""
    page = render_template(
        "mash/graph_connect.html", person_id=person_id, name=around.people[person_id].name, people=people, problem=problem
    )
    return page, 400 if problem else 200


@bp.get("/people/<uuid:person_id>/connection/<uuid:other_id>")
@requires("person.view")
def connection(person_id: uuid.UUID, other_id: uuid.UUID) -> ResponseReturnValue:
    if person_id == other_id:
        abort(404)
    with transaction() as session:
        answer = connect(session, person_id, other_id, on=None, today=today())
        shown = {key for path in answer.paths for key in path.people} | {other_id}
        audit(session, actor(), "graph.asked", subject_kind="person", subject_id=person_id, shown=shown - {person_id}, question="connect")
    names = [answer.network.nodes[key].label for key in (person_id, other_id)]
    told = plain.connection_json(answer, on=today())
    return render_template("mash/graph_connection.html", told=told, names=names, person_id=person_id)


@bp.get("/reach/<uuid:node_id>")
@requires("person.view")
def reach_of(node_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        answer = reach(session, node_id, on=today(), today=today())
        shown = {one.child for one in answer.children}
        audit(
            session, actor(), "graph.asked", subject_kind=answer.kind if answer.kind in {"person", "address"} else "place",
            subject_id=node_id, shown=shown, question="reach",
        )  # fmt: skip
    return render_template("mash/graph_reach.html", told=plain.reach_json(answer, on=today()), answer=answer, node_id=node_id)


@bp.get("/groups")
@requires("person.view")
def child_groups() -> ResponseReturnValue:
    since, problem = day_asked("since", today() - _LATELY)
    with transaction() as session:
        answer = groups(session, since=since, today=today())
        shown = {key for group in answer.groups for key in group.children}
        audit(session, actor(), "graph.asked", shown=shown, question="groups")
    page = render_template("mash/graph_groups.html", told=plain.groups_json(answer, on=today()), since=since, problem=problem)
    return page, 400 if problem else 200


def day_asked(name: str, usual: date) -> tuple[date, str]:
    """The day asked for in the address as 2026-03-27, else `usual`; and what is wrong with it."""
    typed = request.args.get(name, "").strip()[:20]
    if not typed:
        return usual, ""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return usual, "Enter the day as year, month and day, like 2026-03-27"
    if not date(1990, 1, 1) <= day <= today():
        return usual, "The day must be today or in the past, and after 1989"
    return day, ""


