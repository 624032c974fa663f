"""Typed settings, read from the environment once, at boot.

Nothing here falls back to an unsafe value: where `SAFEGUARD_ENV` is not given, production is meant, and
production names every missing or unsafe setting at once and refuses to start.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from safeguard.access.single_sign_on import SingleSignOn
from safeguard.access.single_sign_on import read as read_single_sign_on
from safeguard.kernel.key_ring import KeyRing, new_key, same_material
from safeguard.kernel.text import clean_text

Environment = Literal["production", "development", "test"]

_ROOT = Path(__file__).resolve().parent
_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_SHORTEST_SECRET = 32
_SHORTEST_PASSWORD = 12
_MAIL = ("smtp://", "smtps://", "file:/")
_PROXIES = ("0", "1", "2")
# PostgreSQL's client follows these to a server other than the one the address names.
_ELSEWHERE_IN_ADDRESS = frozenset({"host", "hostaddr", "service", "servicefile"})
_ELSEWHERE_IN_ENVIRONMENT = ("PGHOSTADDR", "PGSERVICE")


class SettingsError(RuntimeError):
    """The settings cannot be used; the message names each one and how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the application may be told from outside.

    Durations are `timedelta`; sizes are bytes. `trusted_hosts` are the host names that requests may carry. `address` is
    where people reach the service, for links in emails, which never follow the host of a request. `mail` is where emails
    go: `smtp://user:password@host:587` (STARTTLS), `smtps://...`, or `file:/folder`. `second_factor` says who needs one.
    `agreement` is the text that people agree to before they work here; where it is empty nobody is asked.
    """

    environment: Environment
    secret_key: str = field(repr=False)
    audit_key: str = field(repr=False)
    database_url: str = field(repr=False)
    trusted_hosts: tuple[str, ...]
    service_name: str = "Multi-Agency Safeguarding Hub"
    authority_name: str = "Aldermoor Council"
    front_door_phone: str = "01632 960100"
    idle_timeout: timedelta = timedelta(minutes=30)
    absolute_timeout: timedelta = timedelta(hours=12)
    largest_request: int = 2 * 1024 * 1024
    proxies: int = 0
    matching_settings: Path | None = None
    data_keys: KeyRing = field(repr=False)
    address: str = "http://127.0.0.1:8000"
    mail: str = field(default="", repr=False)
    mail_from: str = "no-reply@mash.example"
    second_factor: Literal["desk", "all", "none"] = "none"
    password_memory_kib: int = 47_104
    breached_passwords: Path | None = None
    single_sign_on: SingleSignOn | None = None
    agreement: str = field(default="", repr=False)

    @property
    def secure_cookies(self) -> bool:
        return self.environment == "production"

    @property
    def allows_synthetic_data(self) -> bool:
        return self.environment != "production"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings that `environ` describes.

    Raises:
        SettingsError: naming every setting that is missing or unsafe.
    """
    name = environ.get("SAFEGUARD_ENV", "production")
    if name == "production":
        return _production(environ)
    if name == "development":
        return _development(environ)
    raise SettingsError(
        f"SAFEGUARD_ENV is {name!r}. Use 'production' or 'development' (tests make their own settings)."
    )


def _production(environ: Mapping[str, str]) -> Settings:
    problems: list[str] = []
    secret_key = _secret(environ, "SAFEGUARD_SECRET_KEY", problems)
    audit_key = _secret(environ, "SAFEGUARD_AUDIT_KEY", problems)
    if secret_key and secret_key == audit_key:
        problems.append("SAFEGUARD_AUDIT_KEY must differ from SAFEGUARD_SECRET_KEY.")
    database_url = environ.get("SAFEGUARD_DATABASE_URL", "")
    if not database_url.startswith("postgresql+psycopg://"):
        problems.append(
            "SAFEGUARD_DATABASE_URL must be a PostgreSQL address: postgresql+psycopg://user:password@host/name."
        )
    elif _is_guessed(database_url):
        problems.append(
            f"SAFEGUARD_DATABASE_URL has a password that is guessed first: give its user one of at least {_SHORTEST_PASSWORD} characters."
        )
    if environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}:
        problems.append("FLASK_DEBUG must not be set: what goes wrong would be told to whoever asked, and written to the log.")
    hosts = _list(environ.get("SAFEGUARD_TRUSTED_HOSTS", ""))
    if not hosts or "*" in hosts:
        problems.append("SAFEGUARD_TRUSTED_HOSTS must list the host names people use, separated by commas.")
    authority = environ.get("SAFEGUARD_AUTHORITY_NAME", "")
    if not authority:
        problems.append("SAFEGUARD_AUTHORITY_NAME must be the name of the local authority.")
    phone = environ.get("SAFEGUARD_FRONT_DOOR_PHONE", "")
    if not phone:
        problems.append("SAFEGUARD_FRONT_DOOR_PHONE must be the number people ring when it cannot wait.")
    proxies = environ.get("SAFEGUARD_PROXIES", "0")
    if proxies not in _PROXIES:
        problems.append("SAFEGUARD_PROXIES must be the number of trusted proxies in front: 0, 1 or 2.")
    data_keys = _key_ring(environ, (secret_key, audit_key), problems)
    accounts = _accounts(environ, hosts, problems)
    if problems:
        raise SettingsError("The service cannot start:\n- " + "\n- ".join(problems))
    return Settings(
        environment="production",
        secret_key=secret_key,
        audit_key=audit_key,
        database_url=database_url,
        trusted_hosts=hosts,
        authority_name=authority,
        front_door_phone=phone,
        proxies=int(proxies),
        matching_settings=_path(environ.get("SAFEGUARD_MATCHING_SETTINGS", "")),
        data_keys=data_keys,
        **accounts,
        agreement=_agreement(environ),
        breached_passwords=_path(environ.get("SAFEGUARD_BREACHED_PASSWORDS", "")),
    )


def _accounts(environ: Mapping[str, str], hosts: tuple[str, ...], problems: list[str]) -> dict[str, Any]:
    """How people hear from the service and prove who they are."""
    address = environ.get("SAFEGUARD_ADDRESS", f"https://{hosts[0]}" if hosts else "")
    if not address.startswith("https://") or urlsplit(address).hostname not in hosts:
        problems.append("SAFEGUARD_ADDRESS must be where people reach the service: https:// and one of SAFEGUARD_TRUSTED_HOSTS.")
    mail = environ.get("SAFEGUARD_MAIL", "")
    if not mail.startswith(_MAIL):
        problems.append("SAFEGUARD_MAIL must say where emails go: smtp://user:password@host:587, smtps://... or file:/folder.")
    mail_from = environ.get("SAFEGUARD_MAIL_FROM", "")
    if "@" not in mail_from or not mail_from.isprintable():
        problems.append("SAFEGUARD_MAIL_FROM must be the address that emails come from.")
    second_factor = environ.get("SAFEGUARD_SECOND_FACTOR", "desk")
    if second_factor not in {"desk", "all"}:
        problems.append("SAFEGUARD_SECOND_FACTOR must be 'desk' (staff of the hub and its auditors) or 'all'.")
    found: dict[str, Any] = {"address": address.rstrip("/"), "mail": mail, "mail_from": mail_from, "second_factor": second_factor}
    try:
        found["single_sign_on"] = read_single_sign_on(environ)
    except ValueError as error:
        problems.append(str(error))
    return found


def _development(environ: Mapping[str, str]) -> Settings:
    """A trial on this machine only: loopback host names, a local database, secrets of its own."""
    instance = _ROOT / "instance"
    database_url = environ.get("SAFEGUARD_DATABASE_URL", f"sqlite:///{instance / 'safeguard.sqlite3'}")
    _refuse_elsewhere(database_url, environ)
    instance.mkdir(mode=0o700, exist_ok=True)
    return Settings(
        environment="development",
        secret_key=_kept_secret(instance / "secret-key"),
        audit_key=_kept_secret(instance / "audit-key"),
        database_url=database_url,
        trusted_hosts=_LOOPBACK_HOSTS,
        matching_settings=_path(environ.get("SAFEGUARD_MATCHING_SETTINGS", "")),
        data_keys=_kept_ring(instance / "data-keys"),
        address=environ.get("SAFEGUARD_ADDRESS", "http://127.0.0.1:8000").rstrip("/"),
        mail=environ.get("SAFEGUARD_MAIL", f"file:{instance / 'mail'}"),
        single_sign_on=_loopback_single_sign_on(environ),
        agreement=_agreement(environ),
        breached_passwords=_path(environ.get("SAFEGUARD_BREACHED_PASSWORDS", "")),
    )


def _loopback_single_sign_on(environ: Mapping[str, str]) -> SingleSignOn | None:
    try:
        return read_single_sign_on(environ, loopback=True)
    except ValueError as error:
        raise SettingsError(str(error)) from error


def _refuse_elsewhere(database_url: str, environ: Mapping[str, str]) -> None:
    """A trial opens an SQLite file, or PostgreSQL on this very machine, named outright."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise SettingsError(
            "SAFEGUARD_DATABASE_URL is not a database address. "
            "Use sqlite:///path or postgresql+psycopg://user:password@127.0.0.1/name."
        ) from error
    if url.drivername == "sqlite":
        return
    if url.drivername != "postgresql+psycopg":
        raise SettingsError("SAFEGUARD_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://.")
    if url.host not in {"localhost", "127.0.0.1", "::1"}:
        raise SettingsError(
            "SAFEGUARD_ENV is 'development' but SAFEGUARD_DATABASE_URL names another machine, or none. "
            "Development settings only open a database on this one: write 127.0.0.1 as its host."
        )
    leading = sorted(_ELSEWHERE_IN_ADDRESS & url.query.keys()) or [name for name in _ELSEWHERE_IN_ENVIRONMENT if environ.get(name)]
    if leading:
        raise SettingsError(
            f"SAFEGUARD_ENV is 'development' but {leading[0]} can lead the database address to another machine. Leave it out."
        )


def _is_guessed(database_url: str) -> bool:
    """Whether the address holds a password, and it is short or the user's name; on a socket of this machine none is needed."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        return True
    return url.password is not None and (len(url.password) < _SHORTEST_PASSWORD or url.password == url.username)


def _secret(environ: Mapping[str, str], name: str, problems: list[str]) -> str:
    value = environ.get(name, "")
    if len(value) < _SHORTEST_SECRET or len(set(value)) < 10:
        problems.append(
            f"{name} must be a random secret of at least {_SHORTEST_SECRET} characters. "
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    return value


def _key_ring(environ: Mapping[str, str], others: tuple[str, ...], problems: list[str]) -> KeyRing:
    try:
        ring = KeyRing.read(environ.get("SAFEGUARD_DATA_KEYS", ""))
    except ValueError as error:
        problems.append(
            f"SAFEGUARD_DATA_KEYS must be the keys that sealed data hangs on, the newest first, but {error}. "
            "Make one with: python -c 'import base64, os; print(\"first:\" + base64.urlsafe_b64encode(os.urandom(32)).decode())'."
        )
        return KeyRing(())
    if same_material(ring, others):
        problems.append("SAFEGUARD_DATA_KEYS must differ from SAFEGUARD_SECRET_KEY and SAFEGUARD_AUDIT_KEY.")
    return ring


def _kept_ring(path: Path) -> KeyRing:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"trial:{new_key()}", encoding="ascii")
    return KeyRing.read(path.read_text(encoding="ascii"))


def _kept_secret(path: Path) -> str:
    """A random secret made at first use, so that a trial keeps its sign-ins over a restart."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _agreement(environ: Mapping[str, str]) -> str:
    """The words of the file that SAFEGUARD_AGREEMENT names."""
    file = _path(environ.get("SAFEGUARD_AGREEMENT", ""))
    if file is None:
        return ""
    try:
        text = clean_text(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"SAFEGUARD_AGREEMENT cannot be read: {file}: {error}.") from error
    if not text:
        raise SettingsError(f"SAFEGUARD_AGREEMENT names a file that says nothing: {file}. Leave it out to ask nobody.")
    return text


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
