"""A policy file that makes no sense is refused in words that name the field."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeguard.kernel.errors import RuleBroken
from safeguard.risk.policy import NAMES, Policy
from safeguard.risk.signals import SIGNALS

TEXT = Policy.named("catalogue").text


def _refused(text: str) -> dict[str, str]:
    with pytest.raises(RuleBroken) as refusal:
        Policy.parse(text)
    return {problem.field: problem.message for problem in refusal.value.problems}


def test_the_shipped_policy_is_read_back_the_same(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(TEXT, encoding="utf-8")
    assert Policy.read(file) == Policy.named("catalogue")


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_that_is_shipped_is_whole_and_says_why_it_departs_from_the_catalogue(name: str) -> None:
    policy, catalogue = Policy.named(name), Policy.named("catalogue")
    assert set(policy.settings) == {signal.CODE for signal in SIGNALS}
    assert policy.version.startswith(name)
    assert policy.about
    departs = {code for code, settings in policy.settings.items() if settings != catalogue.settings[code]}
    assert departs == set(policy.why)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("[S01]", "[S99]", "S99", "no such signal"),
        ("[S01]", "[S99]", "S01", "says nothing of signal S01"),
        ("[S02]\non = true", '[S02]\non = "yes"', "S02.on", "true or false"),
        ("ratio = 2.0", "ratio = -2.0", "S02.ratio", "between 0 and 100"),
        ("ratio = 2.0", "ratio = nan", "S02.ratio", "between 0 and 100"),
        ("ratio = 2.0", "ration = 2.0", "S02.ration", "no such setting"),
        ("ratio = 2.0", "ration = 2.0", "S02.ratio", "missing"),
        ("agencies = 3", "agencies = 0", "S03.agencies", "between 1 and"),
        ("agencies = 3", "agencies = 2.5", "S03.agencies", "whole number"),
        ("agencies = 3", 'agencies = "three"', "S03.agencies", "whole number"),
        ("agencies = 3", "agencies = true", "S03.agencies", "whole number"),
        ('severity = "INFO"', 'severity = "PURPLE"', "S01.severity", '"RED", "AMBER" or "INFO"'),
        ('version = "catalogue', 'version = "two words', "version", "up to 40 letters"),
        ("same_incident_days = 2", "same_incident_days = -1", "same_incident_days", "between 0"),
        ("agencies = 3", "agencies = ", "policy", "not valid TOML"),
        ("agencies = 3", "agencies = 3\nwhy = 7", "S03.why", "must be text"),
        ('about = """', 'about = """' + 1001 * "x", "about", "must be text"),
        ("same_incident_days", 'amber_alone = ["S99"]\nsame_incident_days', "amber_alone", "List the signals"),
    ],
)
def test_nonsense_is_refused_by_name(old: str, new: str, field: str, words: str) -> None:
    assert old in TEXT
    assert words in _refused(TEXT.replace(old, new, 1))[field]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="cannot be read"):
        Policy.read(tmp_path / "none.toml")
    file = tmp_path / "latin.toml"
    file.write_bytes(b"version = \"\xe9\"")
    with pytest.raises(RuleBroken, match="UTF-8"):
        Policy.read(file)
