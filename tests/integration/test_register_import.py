"""`flask people import`: what becomes of every row, once and again, on both databases."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from safeguard.concerns.model import Residence
from safeguard.kernel.database import db
from safeguard.people.identifiers import make_nhs_number
from safeguard.people.model import MatchProposal, Person, SourceRecord
from safeguard.people.verdicts import say
from safeguard.registers.model import RegisterEntry
from safeguard.risk.model import Flag
from tests.integration.flagging import Findings, events_of, finding
from tests.integration.help import somebody, transaction_at
from tests.integration.two_people import JUNE, SEPTEMBER, homes, tell_of

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "register.csv"


def _run(app: Flask, file: Path, *options: str) -> Any:
    return app.test_cli_runner().invoke(
        args=["people", "import", str(file), "--agency", "oakfield-primary-school", "--register", "school-census", "--quiet", *options]
    )


def _count(model: Any) -> int:
    found: int = db.session.execute(select(func.count()).select_from(model)).scalar_one()
    return found


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "register.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_sample_is_looked_at_taken_and_taken_again(context: Flask, tmp_path: Path) -> None:
    tell_of("Maya", "Fernsby", "2015-03-27", "T-1", JUNE)
    report = tmp_path / "report.csv"
    dry = _run(context, SAMPLE, "--report", str(report))
    assert dry.exit_code == 0, dry.output
    assert "8 rows: 1 matched, 0 possible, 7 new, 0 unchanged, 0 refused" in dry.output
    assert "Nothing was stored" in dry.output
    assert (_count(SourceRecord), _count(RegisterEntry)) == (1, 0)
    done = _run(context, SAMPLE, "--apply", "--report", str(report))
    assert done.exit_code == 0, done.output
    assert "8 rows: 1 matched, 0 possible, 7 new" in done.output
    assert (_count(SourceRecord), _count(Person), _count(RegisterEntry), _count(Residence)) == (9, 8, 8, 8)
    with report.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["line"], row["outcome"]) for row in rows] == [("2", "matched"), *((str(n), "new") for n in range(3, 10))]
    assert "same first name" in rows[0]["reason"].lower()
    assert rows[0]["person"]
    again = _run(context, SAMPLE, "--apply")
    assert "8 unchanged" in again.output
    assert (_count(SourceRecord), _count(Person)) == (9, 8)


def test_a_run_that_was_broken_off_is_finished_by_running_it_again(context: Flask, tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)
    _run(context, _file(tmp_path, "".join(lines[:4])), "--apply")
    done = _run(context, SAMPLE, "--apply")
    assert "5 new, 3 unchanged" in done.output
    assert _count(RegisterEntry) == 8


def test_a_changed_entry_is_a_new_record_of_the_same_person(context: Flask, tmp_path: Path) -> None:
    _run(context, SAMPLE, "--apply")
    text = SAMPLE.read_text(encoding="utf-8").replace("7 Heron Walk", "91 Quay Road").replace("AM2 1BB", "AM7 7XX")
    moved = _run(context, _file(tmp_path, text), "--apply")
    assert "2 matched, 0 possible, 0 new, 6 unchanged" in moved.output, moved.output
    assert (_count(SourceRecord), _count(Person), _count(RegisterEntry)) == (10, 8, 8)


def test_who_comes_to_live_with_a_known_child_has_the_child_read_again(
    context: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A register that brings an adult to the address of a child with concerns is news of that child; elsewhere it is none."""
    child = tell_of("Maya", "Fernsby", "2015-03-27", "T-1", JUNE).people[0].person_id
    findings, read = Findings(monkeypatch), []
    evaluate_all = findings._evaluate
    monkeypatch.setattr(
        "safeguard.risk.service.evaluate_all", lambda timeline, **more: read.append(timeline.child.id) or evaluate_all(timeline, **more)
    )
    findings.set({child: [finding("S21", "AMBER", events_of(db.session(), child))]})
    header = "local_id,kind,given_names,surname,birth_date,address_1,address_2,postcode\n"
    _run(context, _file(tmp_path, f"{header}1,adult,Dex,Thornquist,1990-01-31,3 Mill Lane,Aldermoor,AM9 1ZZ\n"), "--apply")
    assert read == []
    _run(context, _file(tmp_path, f"{header}2,adult,Rob,Castlebeck,1988-04-02,14 Willow Close,Aldermoor,AM4 3QQ\n"), "--apply")
    assert str(child) in read
    assert db.session.scalars(select(Flag.signal).where(Flag.person_id == child, Flag.signal == "S21")).all() == ["S21"]


def test_what_people_said_of_an_entry_holds_for_its_next_content(context: Flask, tmp_path: Path) -> None:
    """The register's Maya was taken out of the referral's Maya: her moved entry is not put back."""
    known = tell_of("Maya", "Fernsby", "2015-03-27", "T-1", JUNE).people[0]
    _run(context, SAMPLE, "--apply")
    entry = db.session.scalars(select(RegisterEntry).where(RegisterEntry.local_id == "P-1001")).one()
    assert homes(db.session())[entry.source_record_id] == known.person_id
    with transaction_at(SEPTEMBER) as (session, at):
        say(
            session, somebody(session), record_id=entry.source_record_id, person_id=known.person_id, verdict="different",
            reason="Two girls of that name.", at=at, expected_person_id=known.person_id,
        )  # fmt: skip
    apart = homes(db.session())[entry.source_record_id]
    text = SAMPLE.read_text(encoding="utf-8").replace("Maya,Fernsby,,", "Maya Jane,Fernsby,,")
    assert _run(context, _file(tmp_path, text), "--apply").exit_code == 0
    db.session.expire_all()
    entry = db.session.scalars(select(RegisterEntry).where(RegisterEntry.local_id == "P-1001")).one()
    assert homes(db.session())[entry.source_record_id] == apart, "the referral's Maya is no rival any more"
    proposed = select(MatchProposal).where(MatchProposal.source_record_id == entry.source_record_id)
    assert known.person_id not in [one.person_id for one in db.session.scalars(proposed)]


def test_a_number_that_two_people_claim_is_taken_and_said(context: Flask, tmp_path: Path) -> None:
    number = make_nhs_number(77)
    header = "local_id,given_names,surname,birth_date,sex,nhs_number\n"
    _run(context, _file(tmp_path, f"{header}1,Maya,Fernsby,2015-03-27,F,{number}\n"), "--apply")
    report = tmp_path / "report.csv"
    claimed = f"{header}2,Oscar,Brindle,2009-01-31,M,{number}\n3,Ann,Lee,,,{number}\n"
    for options in ((), ("--apply",)):
        done = _run(context, _file(tmp_path, claimed), "--report", str(report), *options)
        assert done.exit_code == 0, done.output
        with report.open(encoding="utf-8", newline="") as handle:
            first, second = csv.DictReader(handle)
        assert first["outcome"] in {"possible", "new"}
        assert "stated for another person as well" in first["reason"]
        assert "on line 2 of this file as well" in second["reason"]
    assert len(set(homes(db.session()).values())) >= 2


def test_refused_rows_stop_nothing_and_are_said_by_line_and_column(context: Flask, tmp_path: Path) -> None:
    text = (
        "local_id,given_names,surname,nhs_number\n"
        "1,Maya,Fernsby,9990000019\n"
        f"2,{'x' * 300},Fernsby,\n"
        "3,Leo\n"
        "4,No\0or,Fernsby,\n"
        "5,Ada,Fernsby,\n"
        "5,Ada,Fernsby,\n"
    )
    done = context.test_cli_runner().invoke(
        args=["people", "import", str(_file(tmp_path, text)), "--agency", "police", "--register", "people", "--apply"]
    )
    assert done.exit_code == 1
    for words in (
        "line 2: refused: nhs_number:", "line 3: refused: given_names: Use 120", "line 4: refused: line: This row has 2 values",
        "line 5: refused: given_names: This holds a null byte", "line 7: refused: local_id: Line 6", "1 new, 0 unchanged, 5 refused",
    ):  # fmt: skip
        assert words in done.output, (words, done.output)
    assert _count(SourceRecord) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--agency", "nobody"), "No agency has the short name"),
        (("--register", " "), None),
        (("--register", "x" * 41), "1 to 40 characters"),
        (("--stated-on", "2999-01-01"), "future"),
    ],
)
def test_wrong_options_are_refused_in_words(context: Flask, options: tuple[str, ...], words: str | None) -> None:
    done = _run(context, SAMPLE, "--apply", *options)
    assert done.exit_code == 2
    assert words is None or words in done.output
    assert _count(SourceRecord) == 0


def test_an_unknown_column_stops_the_run_until_it_is_left_out_by_name(context: Flask, tmp_path: Path) -> None:
    file = _file(tmp_path, "local_id,given_names,shoe_size\n1,Maya,4\n")
    refused = _run(context, file, "--apply")
    assert refused.exit_code == 1
    assert "--ignore shoe_size" in refused.output
    assert _run(context, file, "--apply", "--ignore", "shoe_size").exit_code == 0
    assert _count(SourceRecord) == 1


def test_placeholders_alike_are_taken_one_by_one(context: Flask, tmp_path: Path) -> None:
    rows = "".join(f"{number},Baby,Unknown\n" for number in range(120))
    done = _run(context, _file(tmp_path, f"local_id,given_names,surname\n{rows}"), "--apply")
    assert done.exit_code == 0
    assert "120 rows: 0 matched" in done.output
    assert _count(SourceRecord) == 120
    assert _count(MatchProposal) <= 5 * 120
