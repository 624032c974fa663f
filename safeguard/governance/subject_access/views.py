"""Requests for one's own data: the list, one request, one part, and the bundle."""

from __future__ import annotations

import json
import uuid
from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from safeguard.access.guard import actor, requires
from safeguard.audit.service import for_purpose
from safeguard.audit.service import record as audit
from safeguard.governance.subject_access import service
from safeguard.governance.subject_access.bundle import bundle_and_person, bundle_files, bundle_for, make_bundle
from safeguard.governance.subject_access.exemptions import EXEMPTIONS
from safeguard.governance.subject_access.forms import BundleForm, CloseForm, DecideForm, ExtendForm, OpenForm
from safeguard.governance.subject_access.gathering import others_about
from safeguard.governance.subject_access.held import KINDS
from safeguard.governance.subject_access.redaction import hide, suggestions
from safeguard.kernel.clock import now, today
from safeguard.kernel.database import transaction
from safeguard.kernel.errors import Conflict, NotFound, RuleBroken
from safeguard.mash.answering import seen_of, version_of
from safeguard.mash.paging import page_number
from safeguard.meetings.handing.pages import Shown, hand_page, listed, take_back, unprotected_page
from safeguard.meetings.handing.service import Document, handing_of
from safeguard.meetings.handover import attached, locked, password_page, sent_password
from safeguard.people.queries import names_of
from safeguard.web.refusals import refusals_shown

bp = Blueprint("subject_access", __name__, url_prefix="/subject-access")

# Whoever opens one of these pages has said so by that, and the audit keeps it with the view.
bp.before_request(partial(for_purpose, "rights"))

MANAGE = "subject_access.manage"
MEANWHILE = "Somebody changed this request while you were writing. What you typed is kept: look again, then save"


@bp.get("")
@requires(MANAGE)
def requests() -> ResponseReturnValue:
    page = page_number()
    with transaction() as session:
        found, total = service.requests_page(session, actor(), page)
        if not found and page > 1:
            abort(404)
        names = names_of(session, {one.person_id for one in found})
        audit(session, actor(), "subject_access.listed", rows=len(found), shown=names)
    pages = -(-total // service.PAGE)
    return render_template("governance/subject_access/list.html", found=found, names=names, page=page, pages=pages, today=today())


@bp.route("/people/<uuid:person_id>", methods=["GET", "POST"])
@requires(MANAGE)
def open_request(person_id: uuid.UUID) -> ResponseReturnValue:
    form = OpenForm()
    if form.validate_on_submit():
        with refusals_shown(form, "proof"):
            with transaction() as session:
                made = service.open_request(
                    session, actor(), person_id, asker=form.asker.data, proof=form.proof.data or "",
                    received_on=form.received_on.data, at=now(),
                )
            flash("The request is open, and what is held was found")
            return redirect(url_for("subject_access.request", request_id=made.id))
    with transaction() as session:
        names = names_of(session, {person_id})
        if person_id not in names:
            raise NotFound("person")
        audit(session, actor(), "person.viewed", subject_kind="person", subject_id=person_id)
    return render_template("governance/subject_access/open.html", form=form, name=names[person_id]), form.page_status


@bp.get("/<uuid:request_id>")
@requires(MANAGE)
def request(request_id: uuid.UUID) -> ResponseReturnValue:
    return _request_page(request_id, {}, 200)


@bp.post("/<uuid:request_id>/gather")
@requires(MANAGE)
def gather(request_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with transaction() as session:
            added = service.gather(session, actor(), request_id, at=now())
        flash(f"{added} parts were added" if added else "Nothing is new")
    except Conflict:
        flash("The request is closed: nothing was added")
    return redirect(url_for("subject_access.request", request_id=request_id))


@bp.post("/<uuid:request_id>/extend")
@requires(MANAGE)
def extend(request_id: uuid.UUID) -> ResponseReturnValue:
    form = ExtendForm(prefix="extend")
    if form.validate():
        with refusals_shown(form, "reason"):
            with transaction() as session:
                service.extend(session, actor(), request_id, reason=form.reason.data or "", version=version_of(form), at=now())
            flash("Two months more were taken. Tell the person why")
            return redirect(url_for("subject_access.request", request_id=request_id))
    return _request_page(request_id, {"extend": form}, form.page_status)


@bp.post("/<uuid:request_id>/close")
@requires(MANAGE)
def close(request_id: uuid.UUID) -> ResponseReturnValue:
    form = CloseForm(prefix="close")
    if form.validate():
        with refusals_shown(form, "how", moved_on=MEANWHILE):
            with transaction() as session:
                service.close(
                    session, actor(), request_id, how=form.how.data, reason=form.reason.data or "", version=version_of(form), at=now()
                )
            flash("The request is closed")
            return redirect(url_for("subject_access.requests"))
    return _request_page(request_id, {"close": form}, form.page_status)


@bp.post("/<uuid:request_id>/bundles")
@requires(MANAGE)
def make(request_id: uuid.UUID) -> ResponseReturnValue:
    try:
        with transaction() as session:
            made = make_bundle(session, actor(), request_id, authority=current_app.config["SETTINGS"].authority_name, at=now())
        flash(f"Version {made.number} is ready to download")
    except RuleBroken as refusal:
        flash(f"No bundle was made: {refusal.problems[0].message[:1].lower()}{refusal.problems[0].message[1:]}")
    except Conflict:
        flash("The request is closed: no bundle was made")
    return redirect(url_for("subject_access.request", request_id=request_id))


@bp.route("/parts/<uuid:item_id>", methods=["GET", "POST"])
@requires(MANAGE)
def part(item_id: uuid.UUID) -> ResponseReturnValue:
    form = DecideForm()
    if form.validate_on_submit():
        with refusals_shown(form, "choice", moved_on=MEANWHILE):
            with transaction() as session:
                service.decide(
                    session, actor(), item_id, choice=form.choice.data, exemption=form.exemption.data or None,
                    reason=form.reason.data or "", phrases=form.phrases, seen=seen_of(form), at=now(),
                )
                following = _after(session, item_id)
            flash("Your choice is kept")
            return redirect(following)
    return _part_page(item_id, form, form.page_status)


@bp.route("/bundles/<uuid:bundle_id>/unprotected", methods=["GET", "POST"])
@requires(MANAGE)
def bundle_unprotected(bundle_id: uuid.UUID) -> ResponseReturnValue:
    """The bundle without a password, as PDF or JSON, for a reason that is kept."""
    form = BundleForm()

    def file(why: str) -> ResponseReturnValue:
        if form.file_type.data == "json":
            with transaction() as session:
                bundle, content = bundle_for(session, actor(), bundle_id, form="json", why=why)
            return attached((bundle.content or "").encode(), "application/json", f"{content['reference']}-{bundle.number}.json")
        name, body, _text = _bundle_drawn(bundle_id, "subject_access.downloaded", why=why)
        return attached(body, "application/pdf", f"{name}.pdf")

    return unprotected_page(_shown(bundle_id), file, form)


@bp.route("/bundles/<uuid:bundle_id>/hand", methods=["GET", "POST"])
@requires("subject_access.hand")
def bundle_hand(bundle_id: uuid.UUID) -> ResponseReturnValue:
    """Hand a bundle to the person who asked, or whoever acts for them, by link."""

    def document_in(session: Session) -> Document:
        bundle, person_id = bundle_and_person(session, actor(), bundle_id)
        return Document("bundle", bundle_id, bundle.request_id, [person_id])

    return hand_page(_shown(bundle_id), document_in)


@bp.post("/handed/<uuid:handing_id>/take-back")
@requires(MANAGE)
def take_link_back(handing_id: uuid.UUID) -> ResponseReturnValue:
    with transaction() as session:
        about = handing_of(session, handing_id, "bundle").about_id
    back = url_for("subject_access.request", request_id=about)
    return take_back(handing_id, "bundle", lambda session, key: bundle_and_person(session, actor(), key), back)


@bp.post("/bundles/<uuid:bundle_id>/password")
@requires(MANAGE)
def bundle_password(bundle_id: uuid.UUID) -> ResponseReturnValue:
    return _password_page(bundle_id), 200


@bp.post("/bundles/<uuid:bundle_id>/protected.pdf")
@requires(MANAGE)
def bundle_protected(bundle_id: uuid.UUID) -> ResponseReturnValue:
    shown = sent_password(bundle_id, actor().account_id)
    if shown is None:
        return _password_page(bundle_id, again=True), 409
    name, body, text = _bundle_drawn(bundle_id, "export.bundle")
    return attached(locked(body, shown, {f"{name}.json": text}), "application/pdf", f"{name}-protected.pdf")


def _shown(bundle_id: uuid.UUID) -> Shown:
    with transaction() as session:
        bundle, _person = bundle_and_person(session, actor(), bundle_id)
        content = json.loads(bundle.content or "{}")
    return Shown(
        f"version {bundle.number} of the bundle", content["reference"], url_for("subject_access.request", request_id=bundle.request_id),
        "Subject access request",
    )  # fmt: skip


def _bundle_drawn(bundle_id: uuid.UUID, noted_as: str, **details: str) -> tuple[str, bytes, bytes]:
    """The name for a bundle's files, its PDF, and its JSON."""
    with transaction() as session:
        bundle, _content = bundle_for(session, actor(), bundle_id, form="pdf", noted_as=noted_as, **details)
    return bundle_files(bundle)


def _password_page(bundle_id: uuid.UUID, *, again: bool = False) -> str:
    with transaction() as session:
        bundle, content = bundle_for(session, actor(), bundle_id, form="pdf", noted_as="export.password_made")
    return password_page(
        bundle_id, actor().account_id, reference=content["reference"],
        what=f"version {bundle.number} of the bundle, a PDF with the JSON attached to it",
        to=url_for("subject_access.bundle_protected", bundle_id=bundle_id),
        back=(url_for("subject_access.request", request_id=bundle.request_id), "Subject access request"), again=again,
    )  # fmt: skip


def _request_page(request_id: uuid.UUID, typed: dict[str, ExtendForm | CloseForm], status: int) -> ResponseReturnValue:
    with transaction() as session:
        opened = service.request_for(session, actor(), request_id)
        names = names_of(session, {opened.request.person_id})
        bundle = service.newest_bundle(session, request_id)
        audit(
            session, actor(), "subject_access.viewed", subject_kind="person", subject_id=opened.request.person_id,
            request=str(request_id),
        )  # fmt: skip
        titles = {one.item.id: one.item.words[0] for one in opened.parts}
        handings = listed(session, service.bundle_numbers(session, request_id), page_number())
    forms = {
        "extend": typed.get("extend") or ExtendForm(prefix="extend", formdata=None),
        "close": typed.get("close") or CloseForm(prefix="close", formdata=None),
    }
    if status != 400:
        for one in forms.values():
            one.version.data = str(opened.request.version)
    return render_template(
        "governance/subject_access/request.html", opened=opened, name=names.get(opened.request.person_id, "Not known"), bundle=bundle,
        titles=titles, kinds=KINDS, forms=forms, form=next(iter(typed.values()), None), today=today(), exemptions=EXEMPTIONS,
        choices=service.CHOICES, askers=service.ASKERS, handings=handings,
    ), status  # fmt: skip


def _part_page(item_id: uuid.UUID, form: DecideForm, status: int) -> ResponseReturnValue:
    with transaction() as session:
        found = service.part_for(session, actor(), item_id)
        opened = service.request_for(session, actor(), found.item.request_id)
        title, lines = found.item.words
        others = others_about(session, opened.request.person_id)
        audit(
            session, actor(), "subject_access.part_viewed", subject_kind="person", subject_id=opened.request.person_id,
            item=str(item_id),
        )  # fmt: skip
        chosen = found.choice.phrases if found.choice else ()
    named = suggestions(lines, others)
    form.suggested.choices = [(name, f"{name} ({count} {'time' if count == 1 else 'times'})") for name, count in named]
    if not form.is_submitted():
        form.seen.data = str(found.choice.place if found.choice else 0)
        if found.choice:
            form.choice.data, form.exemption.data, form.reason.data = found.choice.choice, found.choice.exemption or "", found.choice.reason
        form.suggested.data = [name for name, _count in named if name in chosen]
        form.more.data = "\n".join(one for one in chosen if one not in dict(named))
    return render_template(
        "governance/subject_access/part.html", found=found, opened=opened, title=title, lines=lines, form=form, kinds=KINDS,
        preview=hide(lines, chosen) if found.choice and found.choice.choice == "redact" else None, exemptions=EXEMPTIONS,
        choices=service.CHOICES,
    ), status  # fmt: skip


def _after(session: Session, item_id: uuid.UUID) -> str:
    """The next part that nobody has decided about, from the beginning again at the end; the request where there is none."""
    here = service.part_for(session, actor(), item_id).item
    waiting = [one.item for one in service.parts_of(session, here.request_id) if one.choice is None]
    following = next((one for one in waiting if one.place > here.place), waiting[0] if waiting else None)
    if following is None:
        return url_for("subject_access.request", request_id=here.request_id)
    return url_for("subject_access.part", item_id=following.id)
