"""Settings fail at boot, by name; what is meant for a trial cannot reach production."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import config

_GOOD = {
    "SAFEGUARD_SECRET_KEY": "q8Rm2vXc71LzPa0sKdJf5hGy3uWe9tBn",
    "SAFEGUARD_AUDIT_KEY": "Zx4Cv7Bn1Mq0Wl5Ek8Rj2Th6Yg9Uf3Id",
    "SAFEGUARD_DATABASE_URL": "postgresql+psycopg://safeguard:w8Ke-2nXq-7Rvd@db.internal/safeguard",
    "SAFEGUARD_TRUSTED_HOSTS": "mash.council.example",
    "SAFEGUARD_AUTHORITY_NAME": "Aldermoor Council",
    "SAFEGUARD_FRONT_DOOR_PHONE": "01632 960100",
    "SAFEGUARD_DATA_KEYS": "second:7cOCXHHvH42lKqUzLmn2gkvZyb1mMTyIt0cR1AyZc5A=,first:2tX0cAbXNkKsdgbRrRkZMd0ZbCkU1bNtJkY3rWb8s5E=",
    "SAFEGUARD_MAIL": "smtp://sender:secret@mail.council.example:587",
    "SAFEGUARD_MAIL_FROM": "no-reply@council.example",
}


def test_production_is_meant_where_nothing_is_said() -> None:
    settings = config.load(_GOOD)
    assert settings.environment == "production"
    assert settings.secure_cookies
    assert not settings.allows_synthetic_data
    assert "secret" not in repr(settings)
    assert "7cOCXHH" not in repr(settings)
    assert settings.second_factor == "desk"
    assert settings.address == "https://mash.council.example"
    assert settings.data_keys.current == "second"


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(config.SettingsError) as refused:
        config.load({})
    for name in _GOOD:
        assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAFEGUARD_SECRET_KEY", _GOOD["SAFEGUARD_SECRET_KEY"][:31]), ("SAFEGUARD_SECRET_KEY", "a" * 40),
        ("SAFEGUARD_AUDIT_KEY", _GOOD["SAFEGUARD_AUDIT_KEY"][:31]), ("SAFEGUARD_AUDIT_KEY", "ab" * 20),
        ("SAFEGUARD_AUDIT_KEY", _GOOD["SAFEGUARD_SECRET_KEY"]),
        ("SAFEGUARD_DATABASE_URL", "sqlite:///safeguard.sqlite3"), ("SAFEGUARD_TRUSTED_HOSTS", "*"), ("SAFEGUARD_PROXIES", "many"),
        ("SAFEGUARD_PROXIES", "999"), ("SAFEGUARD_PROXIES", ""), ("SAFEGUARD_DATA_KEYS", "first:short"), ("SAFEGUARD_DATA_KEYS", ""),
        ("SAFEGUARD_DATA_KEYS", f"first:{'A' * 43}="), ("SAFEGUARD_MAIL", "console"), ("SAFEGUARD_MAIL_FROM", "nobody"),
        ("SAFEGUARD_ADDRESS", "http://mash.council.example"), ("SAFEGUARD_ADDRESS", "https://elsewhere.example"),
        ("SAFEGUARD_DATABASE_URL", "postgresql+psycopg://safeguard:password@db.internal/safeguard"),
        ("SAFEGUARD_DATABASE_URL", "postgresql+psycopg://safeguard-mash:safeguard-mash@db.internal/safeguard"),
        ("SAFEGUARD_DATABASE_URL", "postgresql+psycopg://safeguard:@db.internal/safeguard"), ("FLASK_DEBUG", "1"), ("FLASK_DEBUG", "true"),
        ("SAFEGUARD_SECOND_FACTOR", "none"), ("SAFEGUARD_SECOND_FACTOR", ""),
    ],
)  # fmt: skip
def test_what_is_unsafe_is_refused(name: str, value: str) -> None:
    with pytest.raises(config.SettingsError, match=name):
        config.load({**_GOOD, name: value})


@pytest.mark.parametrize(
    "address",
    [
        _GOOD["SAFEGUARD_DATABASE_URL"], "postgresql+psycopg:///x", "postgresql+psycopg:///x?host=prod",
        "postgresql+psycopg://127.0.0.1/x?host=prod", "postgresql+psycopg://127.0.0.1/x?hostaddr=10.0.0.7",
        "postgresql+psycopg://localhost/x?service=prod", "postgresql+psycopg://127.0.0.1,prod/x",
        "postgresql+psycopg://localhost/x?servicefile=/etc/services.conf",
    ],
)  # fmt: skip
def test_a_trial_never_opens_a_database_elsewhere(address: str) -> None:
    with pytest.raises(config.SettingsError, match="another machine"):
        config.load({"SAFEGUARD_ENV": "development", "SAFEGUARD_DATABASE_URL": address})


@pytest.mark.parametrize("name", ["PGHOSTADDR", "PGSERVICE"])
def test_nor_does_it_follow_the_environment_elsewhere(name: str) -> None:
    with pytest.raises(config.SettingsError, match=name):
        config.load({"SAFEGUARD_ENV": "development", "SAFEGUARD_DATABASE_URL": "postgresql+psycopg://localhost/x", name: "prod"})


@pytest.mark.parametrize("address", ["mysql://127.0.0.1/x", "postgresql://127.0.0.1/x", "nowhere", ""])
def test_a_trial_names_a_database_it_can_open(address: str) -> None:
    with pytest.raises(config.SettingsError, match="SAFEGUARD_DATABASE_URL"):
        config.load({"SAFEGUARD_ENV": "development", "SAFEGUARD_DATABASE_URL": address})


@pytest.mark.parametrize("command", [["flask", "--app", "wsgi", "audit", "verify"], ["gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"]])
def test_settings_that_cannot_be_used_are_said_without_a_traceback(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], env={"PATH": "/usr/bin:/bin"}, cwd=Path(config.__file__).parent,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode not in {0, None}
    assert "SAFEGUARD_SECRET_KEY must be" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", [None, "nonsense", 'version = "x"\n[bands]\n'])
def test_matching_settings_that_cannot_be_used_are_said_without_a_traceback(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "verify"], cwd=Path(config.__file__).parent,
        env={"PATH": "/usr/bin:/bin", "SAFEGUARD_ENV": "development", "SAFEGUARD_MATCHING_SETTINGS": str(path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode not in {0, None}
    assert "SAFEGUARD_MATCHING_SETTINGS cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_unknown_environments_are_refused() -> None:
    with pytest.raises(config.SettingsError, match="SAFEGUARD_ENV"):
        config.load({"SAFEGUARD_ENV": "staging"})
