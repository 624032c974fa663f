"""A policy in plain English, and what differs between two. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from safeguard.risk.policy import Policy
from safeguard.risk.signals import SIGNALS, SignalCard

_SEVERITY = {"RED": "Red", "AMBER": "Amber", "INFO": "Information"}


@dataclass(frozen=True, slots=True)
class SignalWords:
    """One signal of a policy: its card, whether it is in use, what it raises, and each threshold as words and a value.

    `why`: why it departs from the catalogue, where it does and the policy says so.
    """

    code: str
    card: SignalCard
    on: bool
    severity: str
    thresholds: tuple[tuple[str, str], ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two policies say differently."""

    where: str
    what: str
    before: str
    after: str


def in_words(policy: Policy) -> tuple[SignalWords, ...]:
    """Every signal of the policy, in the order of the catalogue."""
    return tuple(
        SignalWords(
            code=signal.CODE,
            card=signal.CARD,
            on=policy.settings[signal.CODE].on,
            severity=policy.settings[signal.CODE].severity,
            thresholds=tuple(
                (words, value) for name, words, value in _settings(policy, signal.CODE) if name not in {"on", "severity"}
            ),
            why=policy.why.get(signal.CODE, ""),
        )
        for signal in SIGNALS
    )


def differences(before: Policy, after: Policy) -> Sequence[Difference]:
    """What `after` says differently, in the order of the catalogue."""
    found = []
    if before.same_incident_days != after.same_incident_days:
        what = "Reports on neighbouring days are one incident within"
        found.append(Difference("All signals", what, f"{before.same_incident_days} days", f"{after.same_incident_days} days"))
    for signal in SIGNALS:
        was, becomes = _settings(before, signal.CODE), _settings(after, signal.CODE)
        found += [
            Difference(f"{signal.CODE} {signal.CARD.name}", words, old, new)
            for (_name, words, old), (_same, _words, new) in zip(was, becomes, strict=True)
            if old != new
        ]
    return found


def _settings(policy: Policy, code: str) -> list[tuple[str, str, str]]:
    """Name, words and value of every setting of a signal."""
    settings = policy.settings[code]
    return [
        (one.name, str(one.metadata["words"]), _value(getattr(settings, one.name), str(one.metadata["unit"])))
        for one in fields(settings)
    ]


def _value(value: object, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _SEVERITY.get(value, value)
    number = f"{value:,g}" if isinstance(value, float) else f"{value:,}"
    return f"{number} {unit}".strip()
