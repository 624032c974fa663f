"""What every test may ask for: the application on a fresh copy of each real database, and people signed in to it."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import settings

import config
from safeguard import create_app
from safeguard.agencies.service import open_agency
from safeguard.kernel.database import db, transaction
from safeguard.kernel.deployment import mark_data
from safeguard.kernel.key_ring import KeyRing
from safeguard.ops.demo.accounts import PASSWORD, open_accounts
from safeguard.ops.demo.places import SERVICES
from tests.compiled import keep_compiled
from tests.databases import NoServer, PostgresCopies, SqliteCopies, quick_place

SCHOOL = "oakfield-primary-school"
# The same examples on every run, however slow the machine: a property that fails does so for everybody.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
keep_compiled()
Copies = dict[str, Any]


def pytest_collection_finish() -> None:
    """What is imported by now stays to the end: to look through it again and again for garbage takes a sixth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


def settings_for(url: str) -> config.Settings:
    """Test settings: a database made for one test, secrets that open nothing."""
    return config.Settings(
        environment="test",
        secret_key="a-secret-for-tests-only-0123456789",
        audit_key="another-secret-for-tests-9876543210",
        database_url=url,
        trusted_hosts=("localhost", "127.0.0.1"),
        data_keys=KeyRing.read("test:dGhpcyBrZXkgaXMgZm9yIHRlc3RzIG9ubHkgMDEyMzQ="),
        password_memory_kib=64,
    )


def migrated(url: str) -> None:
    """Bring the database at `url` up to date."""
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        db.engine.dispose()


def prepared(url: str) -> None:
    """Migrate the database at `url` and open the agencies and accounts that tests sign in with."""
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        with transaction() as session:
            mark_data(session, "synthetic")
            agencies = {
                one.slug: open_agency(
                    session, slug=one.slug, name=one.name, kind=one.kind, sector=one.sector, source_code=one.source_code
                )
                for one in SERVICES
            }
            for slug, name in ((SCHOOL, "Oakfield Primary School"), ("hillside-high-school", "Hillside High School")):
                agencies[slug] = open_agency(session, slug=slug, name=name, kind="school", sector="2A", source_code="2A")
            open_accounts(session, agencies, SCHOOL)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def copies() -> Iterator[Callable[[str], Any]]:
    """The prepared databases, each made when first asked for."""
    made: Copies = {}

    def of(kind: str) -> Any:
        if kind not in made:
            if kind == "sqlite":
                made[kind] = SqliteCopies(Path(tempfile.mkdtemp(prefix="safeguard-sqlite-", dir=quick_place())), prepared)
            else:
                try:
                    made[kind] = PostgresCopies(prepared, quick_place())
                except NoServer as error:
                    made[kind] = error
        if isinstance(made[kind], NoServer):
            if os.environ.get("CI") == "true":
                pytest.fail(f"PostgreSQL is needed here: {made[kind]}")
            pytest.skip(f"PostgreSQL cannot be had: {made[kind]}")
        return made[kind]

    yield of
    for one in made.values():
        if not isinstance(one, NoServer):
            one.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, copies: Callable[[str], Any]) -> Iterator[str]:
    """A fresh copy of the prepared database, on each of the two kinds."""
    of_kind = copies(request.param)
    url = of_kind.copy()
    yield url
    of_kind.remove(url)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The published catalogue is the policy in force, for tests of what becomes of flags: the shipped one raises few."""
    monkeypatch.setattr("safeguard.risk.policy.NAMES", ("catalogue",))


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = create_app(settings_for(database_url))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """The application with its context open, for tests that call services."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Sign somebody in by the first part of a demo address: `sign_in("school")`."""
    from tests.pages import Visitor

    def as_(who: str) -> Any:
        visitor = Visitor(app.test_client())
        visitor.submit("/sign-in", {"email": f"{who}@demo.example", "password": PASSWORD})
        return visitor

    return as_


@pytest.fixture(scope="session")
def screens() -> Path:
    folder = Path(__file__).parent / "screens"
    folder.mkdir(exist_ok=True)
    return folder
