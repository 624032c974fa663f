"""Real databases for tests: SQLite files, and a private throw-away PostgreSQL server on a free loopback port.

Each is migrated and given agencies and accounts once; every test works on a copy of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

_USERS = ("postgres", "nobody")
_STARTUP_SECONDS = 60
_MEMORY = Path("/dev/shm")
_ROOM = 1 << 30


class NoServer(RuntimeError):
    """PostgreSQL cannot be had on this machine; the message says why."""


class SqliteCopies:
    """Copies of one prepared SQLite file."""

    def __init__(self, folder: Path, prepare: Callable[[str], None]) -> None:
        self._template = folder / "template.sqlite3"
        self._folder = folder
        prepare(f"sqlite:///{self._template}")

    def copy(self) -> str:
        path = self._folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def remove(self, url: str) -> None:
        """Take a copy away, and what SQLite keeps beside it."""
        for found in self._folder.glob(f"{Path(url).name}*"):
            found.unlink()

    def stop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class PostgresCopies:
    """A private PostgreSQL server with one prepared database, and copies of it."""

    def __init__(self, prepare: Callable[[str], None], place: Path | None = None) -> None:
        self._binaries = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="safeguard-pg-", dir=place))
        self._user = _server_user()
        if self._user:
            shutil.chown(self._folder, self._user)
        self._port = _free_port()
        self._start()
        self._create("template_safeguard")
        prepare(self._url("template_safeguard"))

    def copy(self) -> str:
        name = f"t{uuid.uuid4().hex}"
        self._create(name, template="template_safeguard")
        return self._url(name)

    def empty(self) -> str:
        """A database with nothing in it at all."""
        name = f"e{uuid.uuid4().hex}"
        self._create(name)
        return self._url(name)

    def remove(self, url: str) -> None:
        """Take a copy away, whoever is connected to it still."""
        with psycopg.connect(self._plain("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        data = self._folder / "data"
        self._run("initdb", "-D", data, "-U", "safeguard", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = (
            f"-c listen_addresses=127.0.0.1 -p {self._port} -k {self._folder} -c fsync=off -c synchronous_commit=off "
            "-c full_page_writes=off -c max_connections=60 -c shared_buffers=32MB -c max_wal_size=64MB"
        )
        log = self._folder / "log"
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-t", str(_STARTUP_SECONDS), "-o", options, "start")

    def _run(self, program: str, *arguments: Any, check: bool = True) -> None:
        done = subprocess.run(
            [str(self._binaries / program), *map(str, arguments)],
            user=self._user, cwd=self._folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if check and done.returncode:
            raise NoServer(f"{program} failed: {(done.stderr or done.stdout).strip()[-300:]}")

    def _create(self, name: str, template: str = "template0") -> None:
        with psycopg.connect(self._plain("postgres"), autocommit=True) as connection:
            # Copying files takes half the time of writing the copy to the log; servers before 15 know no other way.
            strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')

    def _plain(self, name: str) -> str:
        return f"postgresql://safeguard@127.0.0.1:{self._port}/{name}"

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://safeguard@127.0.0.1:{self._port}/{name}"


def quick_place() -> Path | None:
    """Where files are kept in memory, if there is room: a copy is hundreds of small files, which a disk makes and takes away slowly."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else None


def _binaries() -> Path:
    """Where the server's programs are: on the path, or in Debian's folder of versions, newest first."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    for folder in [Path(found).parent] if found else folders:
        if (folder / "pg_ctl").exists() and (folder / "initdb").exists():
            return folder
    raise NoServer("no PostgreSQL server programs (initdb, pg_ctl) were found")


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then another user of the machine runs it."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in _USERS if user in known)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
