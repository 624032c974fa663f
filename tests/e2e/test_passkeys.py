"""Passkeys and the second step in a real browser, with an authenticator that Chromium makes up."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Request
from sqlalchemy import select

from safeguard.accounts.proof_model import Mail, Passkey
from safeguard.kernel.database import db, transaction
from tests.e2e.conftest import Person

pytestmark = pytest.mark.xdist_group("e2e-passkeys")


def _with_device(person: Person) -> Person:
    """Give the person's browser a device that knows its owner."""
    session = person.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    return person


def _nobody_signs_in_by_saying_it_again(browser: Browser, answers: list[Request]) -> None:
    """What the device signed, sent once more from another browser with the same cookies and token."""
    said = next(one for one in answers if "signature" in (one.post_data or ""))
    thief = browser.new_context()
    kept = {"content-type", "cookie", "origin", "referer", "x-csrftoken"}
    thief.request.post(said.url, data=said.post_data or "", headers={k: v for k, v in said.all_headers().items() if k in kept})
    page = thief.new_page()
    page.goto(f"{said.url.split('/', 3)[0]}//{said.url.split('/')[2]}/queue")
    assert "/sign-in" in page.url
    thief.close()


def test_a_passkey_is_made_signs_in_and_is_taken_away(app: Flask, browser: Browser, address: str, screens: Path) -> None:
    person = _with_device(Person(browser, address.replace("127.0.0.1", "localhost"), "screener", screens)).sign_in()
    page = person.page
    page.goto(f"{person.address}/account")
    person.look("your account")
    page.goto(f"{person.address}/account/passkeys")
    person.look("no passkeys")
    person.press("Make a passkey")
    page.get_by_role("link", name="Give the passkey a name").wait_for()
    person.complaints.clear()  # the browser notes the 400
    page.get_by_label("Name of this passkey").fill("Work laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_text("The passkey is kept").wait_for()
    person.look("passkeys")
    person.press("Sign out")
    answers: list[Request] = []
    page.on("request", lambda request: answers.append(request) if request.method == "POST" else None)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/queue")
    with app.app_context(), transaction() as session:
        # As devices are that do not count: then the challenge alone stands in the way.
        session.scalars(select(Passkey)).one().sign_count = 0
    _nobody_signs_in_by_saying_it_again(browser, answers)
    page.goto(f"{person.address}/account/sessions")
    assert "with a second factor" in page.locator("body").inner_text()
    person.look("sessions")
    with app.app_context():
        kept = db.session.scalars(select(Passkey)).one()
        assert kept.last_used_at is not None
    person.press("Sign out")
    page.get_by_label("Email address").fill("screener@demo.example")
    page.get_by_role("textbox", name="Password").fill("willow-lantern-42")
    person.press("Sign in")
    person.look("second step with a passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/queue")
    page.goto(f"{person.address}/account/passkeys")
    page.get_by_role("button", name="Take away Work laptop").click()
    page.get_by_text("opens nothing here any longer").wait_for()
    with app.app_context():
        told = db.session.scalars(select(Mail.account_id).where(Mail.kind == "proof_changed")).all()
        assert list(told) == [kept.account_id] * 2, "made and taken away: its owner hears of both"
    person.press("Sign out")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("does not open an account here").wait_for()


def test_an_authenticator_app_is_set_up_and_asked_for(app: Flask, browser: Browser, address: str, screens: Path) -> None:
    person = Person(browser, address, "manager", screens).sign_in()
    page = person.page
    page.goto(f"{address}/account/authenticator")
    person.look("set up an authenticator")
    secret = page.locator(".app-reference--long").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows now").fill(pyotp.TOTP(secret).now())
    person.press("Continue")
    assert page.locator(".app-codes li").count() == 10
    code = page.locator(".app-codes li").nth(4).inner_text()
    person.look("recovery codes")
    person.press("Sign out")
    page.get_by_label("Email address").fill("manager@demo.example")
    page.get_by_role("textbox", name="Password").fill("willow-lantern-42")
    person.press("Sign in")
    person.look("second step")
    page.get_by_label("Code", exact=True).fill("000000")
    person.press("Continue")
    person.complaints.clear()  # the browser notes the 400
    person.look("second step refused")
    page.get_by_label("Code", exact=True).fill(code)
    person.press("Continue")
    page.wait_for_url("**/queue")
    page.goto(f"{address}/accounts")
    person.look("accounts")
    page.goto(f"{address}/accounts/invite")
    person.look("invite")
    page.get_by_label("Name").fill("Wilhelmina Featherstonehaugh-Cholmondeley Example")
    page.get_by_label("Email address").fill("wilhelmina.featherstonehaugh-cholmondeley@aldermoor.example")
    page.get_by_label("MASH screener").check()
    person.press("Send the invitation")
    person.look("somebody elses account")
    page.goto(f"{address}/account")
    person.look("account with an app")
    page.goto(f"{address}/account/password")
    person.look("change password")
    page.goto(f"{address}/prove")
    person.look("prove")


def test_signing_in_can_be_begun_again_by_email(app: Flask, browser: Browser, address: str, screens: Path) -> None:
    person = Person(browser, address, "nobody", screens)
    page = person.page
    page.goto(f"{address}/forgotten")
    person.look("forgotten")
    page.get_by_label("Email address").fill("nobody@demo.example")
    person.press("Send the email")
    person.look("sent")
    page.goto(f"{address}/link#AbCdEf-123_456")
    assert page.get_by_label("Code from the email").input_value() == "AbCdEf-123_456"
    assert "#" not in page.url
    person.look("link")
    page.get_by_role("textbox", name="New password").fill("violet harbour kettle")
    person.press("Set password")
    assert "does not open anything" in page.locator("body").inner_text()
    person.complaints.clear()
    person.look("link refused")
