"""A partnership sets its own words, in a browser; axe looks at every page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from safeguard.kernel.clock import now
from safeguard.kernel.database import db, transaction
from safeguard.local import versions
from safeguard.local.wording import WORDING
from safeguard.referrals.submission import receive
from tests.documents import siblings
from tests.e2e.conftest import Person
from tests.integration.help import agency, somebody, transaction_at

pytestmark = pytest.mark.xdist_group("browser")


def test_two_people_agree_the_guidance(address: str, browser: Browser, screens: Path) -> None:
    kept = screens if os.environ.get("SCREENS") else None
    manager = Person(browser, address, "manager", kept).sign_in()
    manager.follow("Local settings")
    manager.look("local settings")
    manager.follow("Guidance on the referral form")
    manager.look("local guidance")
    manager.press("Propose a change")
    page = manager.page
    page.get_by_label("What to do first in an emergency").fill("Call 999 first. Then call the front door, and then fill in this form.")
    page.get_by_label("Phone number out of hours").fill("01632 960199")
    page.get_by_label("Name of the threshold document").fill("Right help, right time")
    page.get_by_label("Link to the threshold document").fill("http://www.example.org/help")
    page.get_by_text("What you are worried about").click()
    page.get_by_label("What are you worried about?", exact=True).fill("Say what you saw and heard first.\nThen what you make of it.")
    page.get_by_label("Why is this changed").fill("The board agreed the new threshold document.")
    manager.press("Preview")
    manager.complaints.clear()  # the browser notes the refusal
    manager.look("local guidance refused")
    page.get_by_label("Link to the threshold document").fill("https://www.example.org/help")
    manager.press("Preview")
    manager.look("local guidance preview")
    manager.press("Ask a second person to approve")
    manager.look("local guidance waits")
    there = page.url
    officer = Person(browser, address, "governance", kept).sign_in()
    officer.page.goto(there)
    officer.page.get_by_label("What did you look at").fill("Read it, and called both numbers.")
    officer.look("local guidance to approve")
    officer.press("Approve this version")
    officer.look("local guidance approved")
    school = Person(browser, address, "school", kept).sign_in()
    school.press("Start a referral")
    school.page.get_by_role("link", name="01632 960199").wait_for()
    school.look("danger with guidance")
    school.page.goto(school.page.url.replace("/danger", "/narrative"))
    school.look("narrative with guidance")


def test_a_local_question_from_the_page_to_the_referral(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    kept = screens if os.environ.get("SCREENS") else None
    manager = Person(browser, address, "manager", kept).sign_in()
    manager.page.goto(f"{address}/local-settings/questions")
    manager.look("local questions")
    manager.press("Propose a change")
    page = manager.page
    page.get_by_text("Question 1", exact=True).click()
    page.get_by_label("The question").first.fill("Attendance this term")
    page.get_by_label("One of a list").first.check()
    page.get_by_label("Choices, for one of a list").first.fill("95% or more\n90% to 95%\nLess than 90%")
    page.get_by_label("Each child").first.check()
    page.get_by_label("Schools and education").first.check()
    page.get_by_text("Question 2", exact=True).click()
    page.get_by_label("The question").nth(1).fill("When was the last early help review?")
    page.get_by_label("A date").nth(1).check()
    page.get_by_label("The referral as a whole").nth(1).check()
    page.get_by_label("Why is this changed").fill("The schools asked at the spring meeting.")
    manager.press("Preview")
    manager.look("local questions preview")
    manager.press("Ask a second person to approve")
    there = page.url
    officer = Person(browser, address, "governance", kept).sign_in()
    officer.page.goto(there)
    officer.look("local questions to approve")
    officer.page.get_by_label("What did you look at").fill("Both questions, with the heads.")
    officer.press("Approve this version")
    school = Person(browser, address, "school", kept).sign_in()
    school.press("Start a referral")
    of = school.page.url.partition("/questions")[0]
    school.page.goto(f"{of}/questions/child-name/new")
    school.page.get_by_label("First names").fill("Maya")
    school.press("Save and continue")
    key = school.page.url.rpartition("/")[2]
    school.page.goto(f"{of}/questions/child-local/{key}")
    school.look("local questions about a child")
    school.page.get_by_role("group", name="Attendance this term").get_by_label("Less than 90%").check()
    school.press("Save and continue")
    school.page.goto(f"{of}/questions/local")
    school.page.get_by_label("Day").fill("31")
    school.page.get_by_label("Month").fill("2")
    school.page.get_by_label("Year").fill("2026")
    school.press("Save and continue")
    school.complaints.clear()  # the browser notes the refusal
    school.look("local question to mend")
    school.page.get_by_label("Day").fill("3")
    school.press("Save and continue")
    school.page.goto(f"{of}/check")
    school.look("check with local questions")
    with app.app_context():
        with transaction_at(now()) as (session, at):
            document = siblings()
            document["children"][0]["local"] = {"attendance_this_term": "Less than 90%"}
            sent = receive(session, agency(session), document, at=at).referral.id
        db.session.remove()
    screener = Person(browser, address, "screener", kept).sign_in()
    screener.page.goto(f"{address}/referrals/{sent}/case")
    screener.look("case with local questions")


def test_ready_words_from_the_page_to_the_decision(app: Flask, address: str, browser: Browser, screens: Path) -> None:
    kept = screens if os.environ.get("SCREENS") else None
    with app.app_context():
        with transaction_at(now()) as (session, at):
            sent = receive(session, agency(session), siblings(), at=at).referral.id
        db.session.remove()
    manager = Person(browser, address, "manager", kept).sign_in()
    manager.page.goto(f"{address}/local-settings/wording/new")
    page = manager.page
    page.get_by_text("Ready words 1", exact=True).click()
    page.get_by_label("Name").first.fill("Early help, first letter")
    page.get_by_label("For which decision?").first.select_option("EARLY_HELP")
    page.get_by_label("Words").first.fill("Thank you for {reference}, received on {received}.\n\n{decision} will call {family}.")
    page.get_by_label("Why is this changed").fill("Agreed with the schools.")
    manager.press("Preview")
    manager.complaints.clear()  # the browser notes the refusal
    manager.look("wording refused")
    page.get_by_label("Words").first.fill("Thank you for {reference}, received on {received}.\n\n{decision} will call the family.")
    manager.press("Preview")
    manager.look("wording preview")
    manager.press("Ask a second person to approve")
    page.get_by_role("heading", name="Somebody else must approve it").wait_for()
    with app.app_context(), transaction() as session:
        versions.approve(session, somebody(session, "governance"), WORDING, 1, reason="Read it.", at=now())
    screener = Person(browser, address, "screener", kept).sign_in()
    screener.page.goto(f"{address}/referrals/{sent}/decide")
    screener.page.get_by_label("Early help services").check()
    screener.page.get_by_label("Yes").check()
    screener.page.get_by_label("Ready words").select_option("Early help, first letter")
    screener.press("Put these words in")
    screener.look("ready words put in")
    assert "Early help services will call the family." in screener.page.get_by_label("What to tell the referrer").input_value()


def test_local_times_beside_those_in_law_and_the_categories_in_local_words(address: str, browser: Browser, screens: Path) -> None:
    manager = Person(browser, address, "manager", screens if os.environ.get("SCREENS") else None).sign_in()
    manager.page.goto(f"{address}/local-settings/times")
    manager.look("local times")
    manager.press("Propose a change")
    manager.page.get_by_label("Amber").first.fill("16")
    manager.press("Preview")
    manager.look("local times preview")
    manager.page.goto(f"{address}/local-settings/categories/new")
    manager.page.get_by_text("Harm outside the home", exact=True).click()
    manager.page.get_by_label("Extremism", exact=True).fill("Extremism (Prevent)")
    manager.page.get_by_label("Do not offer “Weapons”").check()
    manager.page.get_by_label("Place of “Missing from home” in its group").fill("9")
    manager.press("Preview")
    manager.page.get_by_text("Harm outside the home", exact=True).last.click()
    manager.look("categories preview")
