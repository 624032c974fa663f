"""The desk's pages about people: what is known of a person and the family, and what is flagged."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import record as audit
from safeguard.concerns.care_standing import standings_of
from safeguard.concerns.deaths import life_words
from safeguard.concerns.genogram.tree import family_tree_of
from safeguard.concerns.history import history_of
from safeguard.concerns.nearby_risk import nearby_risks, people_of_risks
from safeguard.concerns.neighbourhood import Neighbourhood, neighbourhood
from safeguard.concerns.network import enrolled
from safeguard.concerns.picture import picture_of
from safeguard.concerns.warnings import notes_on
from safeguard.kernel.clock import today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import NotFound
from safeguard.mash.answering import opened_case
from safeguard.mash.comparison import compare
from safeguard.mash.shown import flags_citing, people_of_flags
from safeguard.mash.views import bp
from safeguard.people.changes import asked_for
from safeguard.people.claims import claimants
from safeguard.people.identity_history import identity_history
from safeguard.people.matching.phone import phone_figures
from safeguard.people.model import Person
from safeguard.people.possible import possibly_same
from safeguard.risk.flag_queries import flags_in_full
from safeguard.risk.protective import factors_of
from safeguard.risk.signals import SIGNAL_CARDS


@bp.get("/referrals/<uuid:referral_id>/family")
@requires("person.view")
def family(referral_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        opened = opened_case(session, referral_id)
        people = list(dict.fromkeys(opened.person_id(record) for record in opened.subjects))
        around = neighbourhood(session, people, hops=2)
        picture, history = picture_of(around, at=today()), history_of(around, at=today())
        tree = family_tree_of(around, at=today())
        nearby = nearby_risks(around, people, on=today())
        audit(
            session, actor(), "family.viewed", subject_kind="referral", subject_id=referral_id,
            shown={*people, *picture.people, *history.people, *tree.people, *people_of_risks(nearby)},
        )
        care = standings_of(around.events, _first(people, history.people), on=today())
    return render_template(
        "mash/family.html", case=opened, picture=picture, history=history, tree=tree, nearby=nearby, care=care, agencies=around.agencies,
        people=around.people,
    )  # fmt: skip


def _first(focus: Iterable[uuid.UUID], others: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Those a page is about, then the others it tells of."""
    return list(dict.fromkeys([*focus, *sorted(others)]))


@bp.get("/people/<uuid:person_id>")
@requires("person.view")
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        around = _around(session, person_id)
        if around is None:
            return redirect(url_for("mash.person_identity", person_id=person_id))
        flags = flags_in_full(session, actor(), [person_id])
        factors = factors_of(session, [person_id]).get(person_id, ())
        wishes = asked_for(session, person_id)
        maybe = possibly_same(session, person_id, [record.id for record in around.records[person_id]])
        claimed = claimants(session, around.people[person_id].nhs_number) - {person_id}
        citing = flags_citing(session, around, person_id)
        home = around.homes(today()).get(person_id)
        warnings = [note for note in notes_on(session, [person_id], [home] if home else []) if not note.ended]
        picture, history = picture_of(around, at=today()), history_of(around, at=today())
        nearby = nearby_risks(around, {person_id}, on=today())
        care = standings_of(around.events, _first([person_id], history.people), on=today())
        audit(
            session, actor(), "person.viewed", subject_kind="person", subject_id=person_id,
            shown={*picture.people, *history.people, *people_of_flags(session, [*((one.flag, one.evidence) for one in flags), *citing]),
                   *(flag.person_id for flag, _evidence in citing), *people_of_risks(nearby)} - {person_id},
        )
    identity = around.people[person_id]
    return render_template(
        "mash/person.html",
        person_id=person_id,
        identity=identity,
        life=life_words(identity, around.deaths.get(person_id), today()),
        death=around.deaths.get(person_id),
        nearby=nearby,
        care=care,
        attends=_attends(around, person_id),
        phone_of=next((one.id for one in reversed(around.records[person_id]) if phone_figures(one.phone)), None),
        said=list(reversed(around.records[person_id])),
        agencies=around.agencies,
        facts=compare(around.records[person_id][-1], around.records[person_id]),
        picture=picture,
        history=history,
        flags=flags,
        factors=factors,
        warnings=warnings,
        today_is=today(),
        home=home,
        citing=citing,
        people=around.people,
        cards=SIGNAL_CARDS,
        wishes=wishes,
        claimed=sorted(claimed),
        maybe=maybe,
    )


def _attends(around: Neighbourhood, person_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """The schools and practices a person is at now, by name."""
    at = [around.places[link.other] for link in enrolled(around, today()) if link.one == person_id and link.holds(today())]
    return sorted(((place.id, place.name) for place in at), key=lambda one: one[1])


def _around(session: Session, person_id: uuid.UUID) -> Neighbourhood | None:
    """What is known around a person; None where every record was moved to somebody else, and only a history is left.

    Raises:
        NotFound: there never was such a person, or with whom their records are now is hidden.
    """
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    around = neighbourhood(session, [person_id], hops=2)
    if person_id in around.people:
        return around
    identity_history(session, person_id)
    return None
