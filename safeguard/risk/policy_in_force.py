"""The policy that flags are raised under now: the one adopted last, or the one shipped with the service."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from safeguard.kernel.errors import RuleBroken
from safeguard.risk.model import PolicyAdoption
from safeguard.risk.policy import Policy


def policy_in_force(session: Session) -> Policy:
    """The policy in force, read anew each time: an adoption counts on every process at once.

    Where this version of the service knows signals or settings that the adopted text says nothing of, those are used
    as shipped, and `unsaid` names them.
    """
    text = session.scalar(select(PolicyAdoption.text).order_by(PolicyAdoption.place.desc()).limit(1))
    return Policy.load() if text is None else read_policy(text)


def sha256_of(text: str) -> str:
    """What names a policy text beyond doubt."""
    return hashlib.sha256(text.encode()).hexdigest()


def unsaid(text: str) -> tuple[str, ...]:
    """The signals and settings that this version of the service knows and a policy text says nothing of."""
    said, known = tomllib.loads(text), _settings(Policy.load().text)
    missing = []
    for key, shipped in known.items():
        if key not in said:
            missing.append(key)
        elif isinstance(shipped, dict) and isinstance(said[key], dict):
            missing += [f"{key}.{name}" for name in shipped if name not in said[key]]
    return tuple(missing)


@lru_cache(maxsize=16)
def read_policy(text: str) -> Policy:
    """A stored policy text as a policy. Meant for texts that were whole when they were stored.

    Raises:
        RuleBroken: it makes no sense even with what it does not say put in as shipped.
    """
    try:
        return Policy.parse(text)
    except RuleBroken:
        # It was whole when it was adopted, so the service has moved on since.
        return Policy.parse(_completed(text))


def _completed(text: str) -> str:
    """The text with what the service has learnt since put in as shipped, and what it has given up left out."""
    said, known = tomllib.loads(text), _settings(Policy.load().text)
    whole: dict[str, Any] = {}
    for key, shipped in known.items():
        told = said.get(key, shipped)
        if isinstance(shipped, dict):
            told = {name: told.get(name, value) for name, value in shipped.items()} if isinstance(told, dict) else shipped
        whole[key] = told
    plain = {key: value for key, value in whole.items() if not isinstance(value, dict)}
    lines = [f"{key} = {_toml(value)}" for key, value in plain.items()]
    for key, section in whole.items():
        if isinstance(section, dict):
            lines += [f"[{key}]", *(f"{name} = {_toml(value)}" for name, value in section.items())]
    return "\n".join(lines) + "\n"


def _settings(text: str) -> dict[str, Any]:
    """What a policy text sets, without the words that are there for readers only."""
    told = {key: value for key, value in tomllib.loads(text).items() if key != "about"}
    return {
        key: {name: one for name, one in value.items() if name != "why"} if isinstance(value, dict) else value
        for key, value in told.items()
    }


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
