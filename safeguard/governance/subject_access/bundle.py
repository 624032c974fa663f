"""What is given to the person: each part as it was decided, numbered, with what was kept back named."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from safeguard.access.actor import Actor
from safeguard.audit.service import record as audit
from safeguard.governance.subject_access.exemptions import GIVEN
from safeguard.governance.subject_access.held import KINDS
from safeguard.governance.subject_access.model import SubjectAccessBundle
from safeguard.governance.subject_access.redaction import hide
from safeguard.governance.subject_access.service import Part, newest_bundle, request_for
from safeguard.kernel.database import new_id
from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.web.rendering import day_words


def content_of(reference: str, parts: Iterable[Part], *, authority: str) -> dict[str, Any]:
    """The words of a bundle: nothing of a part kept back but its number, kind, day and the ground in short."""
    given = []
    for number, part in enumerate(parts, 1):
        day = part.item.day and day_words(part.item.day)
        row: dict[str, Any] = {"number": number, "kind": KINDS[part.item.kind], "day": day}
        if part.choice is None:
            raise ValueError("a part is not decided")
        title, lines = part.item.words
        if part.choice.choice == "withhold":
            row["withheld"] = GIVEN[part.choice.exemption or ""]
        else:
            phrases = part.choice.phrases if part.choice.choice == "redact" else ()
            row |= {"title": hide([("", title)], phrases)[0][1], "lines": [list(line) for line in hide(lines, phrases)]}
            if phrases:
                row["hidden"] = GIVEN[part.choice.exemption or ""]
        given.append(row)
    return {"authority": authority, "reference": reference, "parts": given}


def make_bundle(session: Session, actor: Actor, request_id: uuid.UUID, *, authority: str, at: datetime) -> SubjectAccessBundle:
    """Make what is given, as every part was decided.

    Raises:
        RuleBroken: a part is not decided yet, or nothing is held.
        Conflict: the request is closed.
    """
    opened = request_for(session, actor, request_id)
    if opened.request.status != "open":
        raise Conflict("the request is closed")
    if opened.undecided or not opened.parts:
        missing = f"{opened.undecided} parts are not decided yet" if opened.parts else "Nothing is held to give"
        raise RuleBroken([Problem("bundle", missing)])
    text = json.dumps(content_of(opened.request.reference, opened.parts, authority=authority), ensure_ascii=False, sort_keys=True)
    last = newest_bundle(session, request_id)
    bundle = SubjectAccessBundle(
        id=new_id(), request_id=request_id, number=last.number + 1 if last else 1,
        content_sha256=hashlib.sha256(text.encode()).hexdigest(), made_by=actor.account_id, made_at=at,
    )  # fmt: skip
    bundle.content = text
    session.add(bundle)
    session.flush()
    audit(
        session, actor, "subject_access.bundled", subject_kind="person", subject_id=opened.request.person_id,
        request=str(request_id), bundle=str(bundle.id), sha256=bundle.content_sha256, parts=len(opened.parts),
    )
    return bundle


def bundle_for(
    session: Session, actor: Actor, bundle_id: uuid.UUID, *, form: str, noted_as: str = "subject_access.downloaded", **details: str
) -> tuple[SubjectAccessBundle, dict[str, Any]]:
    """A bundle and its words, for download as `form` ("pdf" or "json"); the audit notes it as `noted_as`, with `details`.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    bundle, person_id = bundle_and_person(session, actor, bundle_id)
    audit(
        session, actor, noted_as, subject_kind="person", subject_id=person_id, shown=(),
        bundle=str(bundle.id), form=form, **details,
    )  # fmt: skip
    return bundle, json.loads(bundle.content or "{}")


def bundle_and_person(session: Session, actor: Actor, bundle_id: uuid.UUID) -> tuple[SubjectAccessBundle, uuid.UUID]:
    """A bundle, and the person it is about. It notes nothing: whoever shows it does.

    Raises:
        NotFound: there is none that `actor` may see.
    """
    bundle = session.get(SubjectAccessBundle, bundle_id)
    if bundle is None:
        raise NotFound("bundle")
    return bundle, request_for(session, actor, bundle.request_id).request.person_id


def bundle_files(bundle: SubjectAccessBundle) -> tuple[str, bytes, bytes]:
    """The name for a bundle's files, its PDF, and its JSON."""
    # WeasyPrint takes half a second to import, which every command would pay for.
    from safeguard.meetings.pdf import drawn

    text = bundle.content or "{}"
    content = json.loads(text)
    page = render_template("governance/subject_access/bundle.html", content=content, bundle=bundle)
    return f"{content['reference']}-{bundle.number}", drawn(page), text.encode()
