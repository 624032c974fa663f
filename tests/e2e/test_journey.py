"""The main job end to end, as three people: a school refers two siblings, the hub decides, the school is told, the audit knows."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, transaction_at

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.usefixtures("catalogue")]
_NARRATIVE = "Maya told her teacher that the new man in the house shouts and threw a plate. Leo had a bruise on his cheek."


def _known_before(app: Flask) -> None:
    """The police told the hub of the same family in the summer; Leo's date was written the other way round."""
    with app.app_context():
        for months, slug, categories in ((6, "police", ["domestic_abuse"]), (9, "health-visiting", ["neglect"])):
            document = siblings(client_reference=f"BEFORE-{months}")
            for child in document["children"]:
                child["concerns"] = categories
            with transaction_at_month(months) as (session, at):
                receive(session, agency(session, slug), document, at=at)


def transaction_at_month(months: int) -> Any:
    from datetime import UTC, datetime

    return transaction_at(datetime(2026, months, 16, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_referral_to_decision(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    _known_before(app)
    keep = screens if os.environ.get("SCREENS") else None
    school = Person(browser, address, "school", keep).sign_in()
    reference = _refer(school)
    screener = Person(browser, address, "screener", keep).sign_in()
    _work_the_case(screener, reference)
    _is_told(school, reference)
    _adds(school, screener, reference)
    auditor = Person(browser, address, "auditor", keep).sign_in()
    auditor.look("audit")
    text = auditor.page.locator("main").inner_text()
    for words in ("submitted a referral", "opened a referral", "rated a referral", "recorded a decision", "downloaded a case summary"):
        assert words in text, words


def _adds(school: Person, screener: Person, reference: str) -> None:
    """More comes to light after the decision: the referrer adds it, and the hub reads it."""
    school.follow("Add to this referral")
    school.look("add")
    school.page.get_by_label("More information").check()
    school.page.get_by_label("In your words").fill("Leo told his teacher that they slept in the car.")
    school.press("Add it")
    school.look("added")
    screener.page.goto(f"{screener.address}/queue")
    screener.look("queue with something added")
    screener.follow(reference)
    screener.look("case with something added")
    screener.page.get_by_role("button", name="I have read it").click()
    screener.page.wait_for_load_state()
    screener.follow("Add what you were told")
    screener.look("add at the hub")


def _refer(school: Person) -> str:
    page = school.page
    school.look("your referrals")
    school.press("Start a referral")
    school.press("Save and continue")
    school.complaints.clear()  # the browser notes the 400
    school.look("danger not answered")
    assert "Say whether a child is in immediate danger" in page.locator(".govuk-error-summary").inner_text()
    school.follow("All sections")
    school.look("tasks")
    school.follow("Immediate danger")
    _radio(school, "No", "danger")
    school.look("referrer")
    page.get_by_label("How you know the children").fill("Designated safeguarding lead")
    page.get_by_label("I am the safeguarding lead").check()
    school.press("Save and continue")
    _child(school, "Maya", "Fernsby", ("27", "3", "2015"), "Neglect", "Yes")
    _child(school, "Leo", "Fernsby", ("2", "11", "2018"), "Unexplained bruising", "No")
    school.look("add a person")
    _radio(school, "Yes", None)
    school.look("person name")
    page.get_by_label("An adult").check()
    page.get_by_label("First names").fill("Carla")
    page.get_by_label("Family name").fill("Fernsby")
    school.press("Save and continue")
    page.get_by_label("The date of birth is known").check()
    _date(school, "14", "5", "1990")
    school.look("person birth")
    school.press("Save and continue")
    school.look("person details")
    school.press("Save and continue")
    for name in ("Maya Fernsby", "Leo Fernsby"):
        page.get_by_label(f"This person is, to {name}").select_option(label="Mother")
    school.look("relationships")
    school.press("Save and continue")
    _radio(school, "No", "people")
    _radio(school, "Yes, with the same parents", "siblings")
    _radio(school, "Yes", "addresses")
    page.get_by_label("Address line 1").fill("14 Willow Close")
    page.get_by_label("Town or city").fill("Aldermoor")
    page.get_by_label("Postcode").fill("am4 3qq")
    school.look("address")
    school.press("Save and continue")
    for name in ("Maya Fernsby", "Leo Fernsby", "Carla Fernsby"):
        page.get_by_label(name).check()
    school.look("who lives there")
    school.press("Save and continue")
    _radio(school, "No", "another address")
    page.get_by_label("What are you worried about?").fill(_NARRATIVE)
    school.look("narrative")
    school.press("Save and continue")
    school.look("when")
    school.press("Save and continue")
    school.press("Save and continue")
    school.press("Save and continue")
    page.get_by_role("group", name="Have the children been seen?").get_by_label("Yes").check()
    page.get_by_label("What they said, wish and feel").fill("“I hide with Leo when he shouts.”")
    school.look("voice")
    school.press("Save and continue")
    _radio(school, "No", "parents")
    page.get_by_label("Why have the parents not been told?").fill("He may be in the house and it could put them at risk.")
    school.look("why not told")
    school.press("Save and continue")
    school.look("check")
    school.press("Send the referral")
    school.look("confirmation")
    found = re.search(r"SR-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())
    assert found
    page.go_back()
    school.page.goto(school.address)
    assert page.get_by_text(found[0]).count() == 1
    return found[0]


def _child(school: Person, given: str, family: str, born: tuple[str, str, str], concern: str, more: str) -> None:
    page = school.page
    school.look(f"child name {given}")
    page.get_by_label("First names").fill(given)
    page.get_by_label("Family name").fill(family)
    school.press("Save and continue")
    page.get_by_label("The date of birth is known").check()
    _date(school, *born)
    school.look(f"child birth {given}")
    school.press("Save and continue")
    school.look(f"child details {given}")
    school.press("Save and continue")
    school.look(f"child background {given}")
    school.press("Save and continue")
    page.get_by_label(concern, exact=True).check()
    school.look(f"concerns {given}")
    school.press("Save and continue")
    if concern != "Neglect":
        school.look(f"facts {given}")
        page.get_by_label("Shin or knee").check()
        school.press("Save and continue")
    school.look(f"children so far {given}")
    _radio(school, more, None)


def _date(person: Person, day: str, month: str, year: str) -> None:
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        person.page.get_by_label(label, exact=True).first.fill(value)


def _radio(person: Person, label: str, what: str | None) -> None:
    if what:
        person.look(what)
    person.page.get_by_label(label, exact=True).check()
    person.press("Save and continue")


def _work_the_case(screener: Person, reference: str) -> None:
    page = screener.page
    screener.look("queue")
    screener.follow(reference)
    screener.look("case")
    assert _NARRATIVE in page.locator("main").inner_text()
    for words in ("Referred again within 12 months", "Several agencies are worried"):
        assert words in page.locator("main").inner_text()
    screener.follow("Check this match")
    screener.look("match")
    page.get_by_label("The same person").check()
    page.get_by_label("Reason").first.fill("Same name, same birthday, same address and the same mother.")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_load_state()
    screener.follow("Record what was done about it")
    screener.look("flag")
    page.get_by_label("Already known and in hand").check()
    page.locator("textarea").first.fill("The three agencies met last week.")
    page.locator("main button[type=submit]").last.click()
    page.wait_for_load_state()
    screener.follow("Maya Fernsby")
    screener.look("person")
    page.go_back()
    screener.follow("Family and history")
    screener.look("family")
    page.get_by_text("The same as a table").click()
    screener.look("family table")
    screener.follow("Rate")
    page.get_by_label("Amber", exact=True).check()
    page.get_by_label("Rationale").or_(page.locator("textarea")).first.fill("Bruise on a seven-year-old and a new adult in the home.")
    screener.look("rate")
    screener.press("Record the rating")
    screener.follow("Decide")
    screener.look("decide")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    screener.complaints.clear()  # the browser notes the 400
    screener.look("decide with nothing chosen")
    for box in page.locator("input[name=children]").all():
        box.check()
    page.get_by_label("Strategy discussion (section 47)").check()
    page.locator("textarea[name=rationale]").fill("Unexplained bruise and violence in the home.")
    page.locator("input[name=tell_referrer][value=yes]").check()
    page.locator("textarea[name=feedback]").fill("A strategy discussion will be held tomorrow. Please keep the children’s records ready.")
    if page.locator("textarea[name=override_reason]").count():
        page.locator("textarea[name=override_reason]").fill("Matters are open and the children come first.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    screener.look("decided")
    screener.follow("Case summary")
    screener.look("no summaries")
    screener.press("Make a summary of what is known now")
    screener.look("summaries")
    screener.follow("Download version 1 without a password")
    page.get_by_label("It is printed here").check()
    screener.look("without a password")
    with page.expect_download() as waiting:
        screener.press("Download without a password")
    _check_pdf(Path(str(waiting.value.path())), reference, screener.screens)
    screener.follow("Case summary")
    screener.press("Download version 1 under a password")
    screener.look("password of a summary")
    password = page.locator(".app-password").inner_text()
    with page.expect_download() as waiting:
        screener.press("Download the protected PDF")
    with pikepdf.open(Path(str(waiting.value.path())), password=password) as pdf:
        assert reference in str(pdf.docinfo["/Title"])
    screener.follow("Go back to where you were")
    screener.look("downloads of summaries")


def _check_pdf(path: Path, reference: str, screens: Path | None) -> None:
    if screens:
        (screens / "summary.pdf").write_bytes(path.read_bytes())
    with pikepdf.open(path) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        box = [float(side) for side in pdf.pages[0].MediaBox]
        assert abs(box[2] - 595.3) < 1
        assert abs(box[3] - 841.9) < 1
        assert reference in str(pdf.docinfo["/Title"])
        pages = len(pdf.pages)
        drawn = [str(one["/Alt"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert [words.split(" ")[0] for words in drawn] == ["Family", "People,"], drawn
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    on_paper = ("OFFICIAL-SENSITIVE", f"Page 1 of {pages}", f"Page {pages} of {pages}", "SHA-256", "Chronology", _NARRATIVE[:40])
    for words in on_paper:
        assert words in text, words


def _is_told(school: Person, reference: str) -> None:
    school.page.goto(school.address)
    school.look("followed")
    school.follow(reference)
    school.look("outcome")
    text = school.page.locator("main").inner_text()
    assert "Strategy discussion" in text
    assert "keep the children’s records ready" in text
