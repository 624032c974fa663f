"""A policy in plain English, what differs between two, and what a trial of one comes to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.risk.policy import Policy
from safeguard.risk.policy_in_force import read_policy, unsaid
from safeguard.risk.policy_words import differences, in_words
from safeguard.risk.signals import SIGNALS
from safeguard.risk.trial_summary import Load, hours_a_week, summary_of


def edited(old: str, new: str) -> str:
    text = Policy.load().text
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def test_every_signal_is_put_into_words() -> None:
    words = in_words(Policy.load())
    assert [one.code for one in words] == [signal.CODE for signal in SIGNALS]
    assert all(name and value for one in words for name, value in one.thresholds)


def test_what_two_policies_say_differently() -> None:
    draft = Policy.parse(edited("recent = 90", "recent = 60"))
    (only,) = differences(Policy.load(), draft)
    assert (only.where[:3], only.before, only.after) == ("S02", "90 days", "60 days")
    assert differences(draft, draft) == []
    (same_days,) = differences(Policy.load(), Policy.parse(edited("same_incident_days = 2", "same_incident_days = 0")))
    assert (same_days.before, same_days.after) == ("2 days", "0 days")


def test_an_adopted_text_outlives_what_the_service_learns() -> None:
    """A signal or a setting added since is used as shipped; one given up since is left out; all else is as adopted."""
    text = Policy.load().text
    start, end = text.index("[S03]"), text.index("[S05]") if "[S04]" not in text else text.index("[S04]")
    older = text[:start] + text[end:].replace("recent = 90", "recent = 60") + '\n[S99]\non = true\nseverity = "RED"\n'
    older = older.replace("recent = 90", "recent = 60").replace("ratio = 3.0\n", "", 1)
    assert set(unsaid(older)) == {"S03", "S02.ratio"}
    policy = read_policy(older)
    assert (policy.settings["S02"].recent, policy.settings["S02"].ratio) == (60, 3.0)  # type: ignore[attr-defined]
    assert policy.settings["S03"] == Policy.load().settings["S03"]
    assert unsaid(text) == ()


def _found(now: list[Any], draft: list[Any], reviews: tuple[int, int] = (0, 0), **about: Any) -> dict[str, Any]:
    return {
        "band": "1-4", "outward": "AM4", "agencies": ["a"], "kinds": ["neglect"], **about,
        "now": {"flags": now, "alerts": [["2026-01-01", "same_day"]] * reviews[0]},
        "draft": {"flags": draft, "alerts": [["2026-01-01", "same_day"]] * reviews[1]},
    }


def test_a_trial_summed_up() -> None:
    red, amber, late = ["S33", "RED", "2026-03-01"], ["S02", "AMBER", "2026-04-01"], ["S02", "AMBER", "2026-05-01"]
    summary = summary_of([
        ("one", _found([red, amber, late], [red], (2, 1))),
        ("two", _found([], [late, amber], (0, 1), agencies=["a", "b"], band="0", outward=None)),
        ("three", _found([red], [red], (1, 1), agencies=[], kinds=[])),
    ])  # fmt: skip
    assert (summary.red, summary.amber) == (Load(2, 2), Load(2, 2))
    assert (summary.reviews, summary.children) == (Load(3, 3), Load(2, 3))
    assert [(one.signal, one.appear, one.vanish) for one in summary.signals] == [("S02", 1, 1), ("S33", 0, 0)]
    assert [(one.child, one.on) for one in summary.appear] == [("two", "2026-04-01")]  # the first of the signal
    assert [(one.child, one.on) for one in summary.vanish] == [("one", "2026-04-01")]
    assert summary.by_agency == {"a": Load(2, 2), "b": Load(0, 1), None: Load(1, 1)}
    assert list(summary.by_age.items()) == [("0", Load(0, 1)), ("1-4", Load(3, 2))], "youngest first"
    assert summary.by_outward == {"AM4": Load(3, 2), None: Load(0, 1)}
    assert hours_a_week(104, 30, 52) == pytest.approx(1.0)


_FLAG = st.tuples(st.sampled_from(["S02", "S24", "S33"]), st.sampled_from(["RED", "AMBER"]), st.sampled_from(["2026-03-01", "2026-06-01"]))
_SIDE = st.lists(_FLAG.map(list), max_size=4)


@given(st.lists(st.tuples(_SIDE, _SIDE, st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_trying_the_policy_in_force_changes_nothing(children: list[Any]) -> None:
    same = summary_of([(str(place), _found(now, now, (count, count))) for place, (now, _d, count, _e) in enumerate(children)])
    assert not same.appear
    assert not same.vanish
    assert same.red.now == same.red.draft
    one = summary_of([(str(place), _found(now, draft, (n, d))) for place, (now, draft, n, d) in enumerate(children)])
    other = summary_of([(str(place), _found(draft, now, (d, n))) for place, (now, draft, n, d) in enumerate(children)])
    assert (one.appear, one.vanish) == (other.vanish, other.appear)
    assert sum(load.now for load in one.by_age.values()) == one.reviews.now == other.reviews.draft
