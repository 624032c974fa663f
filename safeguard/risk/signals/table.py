"""The table of signals in docs/signals.md, from the signals themselves: `python -m safeguard.risk.signals.table`."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import PurePosixPath

from safeguard.risk.policy import Policy, SignalSettings
from safeguard.risk.signals import SIGNALS, Signal
from safeguard.risk.signals.finding import Group

_FILES = {
    Group.HISTORY: "history", Group.INJURY: "injury", Group.HEALTH: "health", Group.VISIBILITY: "visibility",
    Group.EDUCATION: "education", Group.ADULTS: "adults", Group.GRAPH: "graph", Group.EXPLOITATION: "exploitation",
    Group.VOICE: "voice", Group.PROCESS: "process",
}  # fmt: skip
_BEGIN, _END = "<!-- signals: begin -->", "<!-- signals: end -->"


def where_tested(signal: Signal) -> str:
    """Where the tests of a signal are: the file of its group, functions named after its code."""
    return f"tests/unit/risk/test_signals_{_FILES[signal.CARD.group]}.py"


def module_of(signal: Signal) -> str:
    return PurePosixPath(str(vars(signal)["__file__"]).replace("\\", "/")).name


def table(policy: Policy) -> str:
    """One row a signal, then the thresholds of each, in Markdown."""
    rows = [
        "| id | name | group | severity | module | reads | where only categories are known | tests |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for signal in SIGNALS:
        card, chosen = signal.CARD, policy.settings[signal.CODE]
        rows.append(
            f"| {signal.CODE} | {card.name} | {card.group} | {chosen.severity}{'' if chosen.on else ' (off)'} | `{module_of(signal)}` "
            f"| {card.reads} | {card.approximated} | `{PurePosixPath(where_tested(signal)).name}::test_{signal.CODE.lower()}_*` |"
        )
    return "\n".join([*rows, "", "## What each signal asks for", "", *(_asks(signal, policy) for signal in SIGNALS)])


def _asks(signal: Signal, policy: Policy) -> str:
    chosen = policy.settings[signal.CODE]
    said = "; ".join(
        f"`{one.name}` {_said(chosen, one.name)}: {_small(one.metadata['words'])}"
        for one in fields(chosen)
        if one.name not in {"on", "severity"}
    )
    first = str(signal.find.__doc__).strip().splitlines()[0]
    why = f" _{policy.why[signal.CODE]}_" if signal.CODE in policy.why else ""
    return f"**{signal.CODE} {signal.CARD.name}.** {first} {said}.{why}\n"


def _small(words: str) -> str:
    return words if words.startswith(("RED", "AMBER")) else words[:1].lower() + words[1:]


def _said(chosen: SignalSettings, name: str) -> str:
    value = getattr(chosen, name)
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def placed(text: str, policy: Policy) -> str:
    """A page with the table put between its two marks."""
    before, after = text.split(_BEGIN, 1)[0], text.split(_END, 1)[1]
    return f"{before}{_BEGIN}\n{table(policy)}\n{_END}{after}"


if __name__ == "__main__":
    sys.stdout.write(placed(sys.stdin.read(), Policy.load()))
