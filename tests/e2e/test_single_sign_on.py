"""Single sign-on in a real browser: the content policy lets the form lead to the provider, and its answer leads back in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from safeguard import create_app
from safeguard.access.single_sign_on import SingleSignOn
from safeguard.kernel.database import db
from tests.conftest import settings_for
from tests.e2e.conftest import Person
from tests.integration.provider import CLIENT_ID, CLIENT_SECRET, a_provider

pytestmark = pytest.mark.xdist_group("e2e-single-sign-on")


def test_an_account_is_linked_and_signs_in(browser: Browser, copies: Callable[[str], Any]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with a_provider() as provider:
        single = SingleSignOn(issuer=provider.address, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, name="your council account")
        app = create_app(replace(settings_for(copies("sqlite").copy()), single_sign_on=single, address=address))
        server = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        person = Person(browser, address, "screener").sign_in()
        person.page.goto(f"{address}/account")
        person.look("account with single sign-on")
        person.press("Link")
        person.page.get_by_text("Your account is linked.").wait_for()
        person.press("Sign out")
        person.look("sign in with single sign-on")
        person.press("Sign in with your council account")
        person.page.wait_for_url("**/queue")
        server.shutdown()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
