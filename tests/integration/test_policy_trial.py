"""Trying a policy and adopting it, on both databases: plain errors, steps that may be taken twice, one policy everywhere at once."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard import create_app
from safeguard.audit.model import AuditEvent
from safeguard.kernel.clock import told_time
from safeguard.kernel.database import db
from safeguard.kernel.errors import Conflict, NotFound, NotPermitted, RuleBroken
from safeguard.referrals.submission import receive
from safeguard.risk import policy_trial
from safeguard.risk.model import Flag, PolicyAdoption, PolicyTrial, PolicyTrialChild
from safeguard.risk.policy import Policy
from safeguard.risk.policy_adoption import adopt, adoptions, place_in_force, read_draft
from safeguard.risk.policy_in_force import policy_in_force, sha256_of
from safeguard.risk.trial_summary import summary_of
from tests.conftest import settings_for
from tests.documents import siblings
from tests.integration.help import MONDAY, agency, somebody, transaction_at
from tests.pages import hidden_of

pytestmark = pytest.mark.usefixtures("catalogue")


def draft_text(version: str = "test-2", **changes: str) -> str:
    """The catalogue under a new version, with parts of its text changed."""
    shipped = Policy.named("catalogue")
    text = shipped.text.replace(f'version = "{shipped.version}"', f'version = "{version}"')
    for old, new in {"[S03]\non = true": "[S03]\non = false", **changes}.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _told_of_by_three() -> None:
    """A family that the police, a health visitor and the school were worried about within a month."""
    for back, slug in ((80, "police"), (70, "health-visiting"), (60, "oakfield-primary-school")):
        with transaction_at(MONDAY - timedelta(days=back)) as (session, at):
            receive(session, agency(session, slug), siblings(client_reference=f"Y-{back}"), at=at)


def _trial(text: str) -> uuid.UUID:
    with transaction_at(MONDAY) as (session, at):
        return policy_trial.start(session, somebody(session, "manager"), read_draft(session, text), at=at).id


def _run(trial_id: uuid.UUID, *, twice: bool = False) -> int:
    steps = 0
    while True:
        trial = db.session.get_one(PolicyTrial, trial_id, populate_existing=True)
        step = policy_trial.next_step(db.session(), trial)
        if step is None:
            return steps
        for _again in range(2 if twice else 1):
            with transaction_at(MONDAY) as (session, at):
                policy_trial.keep_step(session, step, at=at)
        steps += 1
        assert steps < 50


def _adopt(trial_id: uuid.UUID, *, who: str = "manager", seen: int = 0, reason: str = "Agreed by the partnership.") -> PolicyAdoption:
    with transaction_at(MONDAY) as (session, at):
        return adopt(session, somebody(session, who), trial_id, reason=reason, seen_place=seen, at=at)


def test_a_trial_shows_what_vanishes_and_raises_nothing(context: Flask) -> None:
    _told_of_by_three()
    flags = db.session.scalar(select(func.count()).select_from(Flag))
    trial_id = _trial(draft_text())
    _run(trial_id, twice=True)  # a step that is taken again leaves the same
    trial = db.session.get_one(PolicyTrial, trial_id)
    assert trial.finished_at is not None
    summary = summary_of((str(child), found) for child, found in policy_trial.results_of(db.session(), trial))
    (gone,) = (one for one in summary.signals if one.signal == "S03")
    assert (gone.load.now, gone.load.draft, gone.vanish, gone.appear) == (2, 0, 2, 0)
    assert {one.signal for one in summary.vanish} == {"S03"}
    assert not summary.appear
    assert None not in summary.by_agency
    assert db.session.scalar(select(func.count()).select_from(Flag)) == flags


def test_a_trial_of_the_same_policy_changes_nothing(context: Flask) -> None:
    _told_of_by_three()
    trial_id = _trial(Policy.load().text)
    _run(trial_id)
    trial = db.session.get_one(PolicyTrial, trial_id)
    summary = summary_of((str(child), found) for child, found in policy_trial.results_of(db.session(), trial))
    assert summary.red.now == summary.red.draft
    assert summary.amber.now == summary.amber.draft > 0
    assert not summary.appear
    assert not summary.vanish


def test_an_authority_without_records_can_try_too(context: Flask) -> None:
    trial_id = _trial(draft_text())
    _run(trial_id)
    assert db.session.get_one(PolicyTrial, trial_id).finished_at is not None
    assert db.session.scalar(select(func.count()).select_from(PolicyTrialChild)) == 0


def test_an_adopted_policy_is_in_force_on_every_process_at_once(context: Flask, database_url: str) -> None:
    _told_of_by_three()
    trial_id = _trial(draft_text())
    with pytest.raises(RuleBroken, match="not been tried to the end"):
        _adopt(trial_id)
    _run(trial_id)
    with pytest.raises(NotPermitted):
        _adopt(trial_id, who="screener")
    with pytest.raises(RuleBroken, match="Enter why"):
        _adopt(trial_id, reason=" ")
    with pytest.raises(NotFound):
        _adopt(uuid.uuid4())
    row = _adopt(trial_id)
    assert (row.place, row.version, row.sha256) == (1, "test-2", sha256_of(row.text))
    other = create_app(settings_for(database_url))
    with other.app_context():
        assert policy_in_force(db.session()).version == "test-2"
        db.session.remove()
        db.engine.dispose()
    with pytest.raises(Conflict):
        _adopt(trial_id, seen=0)
    with transaction_at(MONDAY) as (session, at):
        raised = receive(session, agency(session, "police"), siblings(client_reference="Y-1"), at=at).flags
    assert raised
    assert {flag.policy_version for flag in raised} == {"test-2"}
    assert "S03" not in {flag.signal for flag in raised}
    gone = db.session.scalars(select(Flag).where(Flag.signal == "S03", Flag.status == "withdrawn")).all()
    assert {flag.closed_reason for flag in gone} == {"policy"}
    assert [name for _row, name in adoptions(db.session(), somebody(db.session(), "auditor"))] == [somebody(db.session(), "manager").name]


def test_a_version_means_one_text(context: Flask) -> None:
    trial_id = _trial(draft_text())
    _run(trial_id)
    _adopt(trial_id)
    shipped = Policy.load()
    assert read_draft(db.session(), shipped.text).version == shipped.version  # back to the shipped one
    for text in (draft_text(**{"recent = 90": "recent = 60"}), draft_text(version=shipped.version)):
        with pytest.raises(RuleBroken, match="Give the draft a new version"):
            read_draft(db.session(), text)
    assert place_in_force(db.session()) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter or upload the draft policy"),
        ("not toml at all = = =", "not valid TOML"),
        (draft_text() + "\n[S77]\non = true\n", "S77"),
        (draft_text(**{"recent = 90": 'recent = "soon"'}), "S02.recent: This must be a whole number"),
        (draft_text(**{"recent = 90": "recent = -4"}), "S02.recent: This must lie between"),
        (draft_text(**{"recent = 90\n": ""}), "S02.recent: This setting is missing"),
        (draft_text().replace('version = "test-2"', ""), "Give the policy a version"),
        ("a = " + "[" * 20_000, "nested too deeply"),
        ("a = " + "9" * 5_000, "not valid TOML: a number in it has too many digits"),
        ("x" * 120_000, "100,000 characters or fewer"),
    ],
)
def test_a_draft_that_makes_no_sense_says_where_and_is_kept(app: Flask, sign_in: Callable[[str], Any], text: str, words: str) -> None:
    manager = sign_in("manager")
    answer = manager.submit("/risk/policy/try", {"text": text})
    assert answer.status_code == 400
    said = answer.get_data(as_text=True)
    assert words in said
    if text:
        assert text[-30:].replace('"', "&#34;").strip() in said


def test_trying_and_adopting_through_the_pages(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        _told_of_by_three()
        db.session.remove()
    with told_time(MONDAY):
        manager, second = sign_in("manager"), sign_in("manager")
        assert sign_in("screener").get("/risk/policy/try").status_code == 403
        binary = manager.client.post(
            "/risk/policy/try",
            data={**hidden_of(manager.get("/risk/policy/try").get_data(as_text=True)), "file": (io.BytesIO(b"\xff\xfe\x00x"), "x.toml")},
        )
        assert binary.status_code == 400
        assert "must be text in UTF-8" in binary.get_data(as_text=True)
        upload = {"text": "", "file": (io.BytesIO(draft_text().encode()), "draft.toml")}
        page = manager.submit("/risk/policy/try", upload).headers["Location"]
        found = second.get("/risk/policy").get_data(as_text=True)
        assert page in found, "a trial that was left is found again"
        assert "Not finished" in found
        assert page not in sign_in("auditor").get("/risk/policy").get_data(as_text=True)
        for _step in range(20):
            if "Adopt this policy" in manager.get(page).get_data(as_text=True):
                break
            manager.submit(page, {}, to=f"{page}/go-on")
        said = manager.get(f"{page}?minutes=45").get_data(as_text=True)
        for words in ("at 45 minutes a review", "raises (2)", "Several agencies are worried", "Neither policy asks for a review"):
            assert words in said, words
        assert "Not finished" not in second.get("/risk/policy").get_data(as_text=True)
        stale = hidden_of(second.get(page).get_data(as_text=True))
        assert manager.submit(page, {"reason": ""}, to=f"{page}/adopt").status_code == 400
        assert manager.submit(page, {"reason": "Agreed in November."}, to=f"{page}/adopt").status_code == 302
        late = second.post(f"{page}/adopt", {**stale, "reason": "Mine."})
        assert late.status_code == 409
        assert "Mine." in late.get_data(as_text=True)
        policy = sign_in("auditor").get("/risk/policy").get_data(as_text=True)
        assert "Risk policy test-2" in policy
        assert "Agreed in November." in policy
        assert "Not in use" in policy
        assert "Several agencies are worried" in manager.get("/risk/policy/1").get_data(as_text=True)
        assert manager.get("/risk/policy/2").status_code == 404
        assert manager.get(f"/risk/policy/trials/{uuid.uuid4()}").status_code == 404
    with app.app_context():
        assert {"policy.tried", "policy.adopted", "policy.viewed"} <= set(db.session.scalars(select(AuditEvent.action)))


def test_old_trials_are_deleted_with_what_they_read_of_children_but_not_the_adopted_one(context: Flask) -> None:
    _told_of_by_three()
    kept, gone = _trial(draft_text("kept-1")), _trial(draft_text("gone-1"))
    _run(kept)
    _run(gone)
    _adopt(kept)
    for days, left in ((90, {kept, gone}), (91, {kept})):
        with transaction_at(MONDAY + timedelta(days=days)) as (session, at):
            policy_trial.prune(session, at=at)
        assert set(db.session.scalars(select(PolicyTrial.id))) == left
    assert set(db.session.scalars(select(PolicyTrialChild.trial_id))) == {kept}


def test_a_draft_is_tried_by_command_as_on_the_pages(context: Flask, tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(draft_text("draft-9"), encoding="utf-8")
    run = ["risk", "try-policy", str(file), "--quiet", "--as"]
    for who in ("screener@demo.example", "nobody@demo.example"):
        refused = context.test_cli_runner().invoke(args=[*run, who])
        assert refused.exit_code == 1
        assert "may not try policies" in refused.output
    done = context.test_cli_runner().invoke(args=[*run, "manager@demo.example"])
    assert done.exit_code == 0, done.output
    assert "under draft-9" in done.output
    (trial,) = db.session.scalars(select(PolicyTrial))
    assert trial.finished_at is not None
