"""Several processes compare as one would, and leave nobody behind."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from datetime import date

import pytest

from safeguard.people.matching import team as team_module
from safeguard.people.matching.profile import Profile, profile_of
from safeguard.people.matching.settings import MatchSettings
from safeguard.people.matching.statement import Statement
from safeguard.people.matching.team import Team, together

_PEOPLE = 41


@pytest.fixture(autouse=True)
def _three_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team_module, "_FEWEST", 10)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1, 2})


def _made() -> list[Profile]:
    settings = MatchSettings.load()
    return [
        profile_of(Statement(id=str(number), kind="child", stated_on=date(2026, 1, 5), surname=f"Thornby{number}"), settings)
        for number in range(_PEOPLE)
    ]


def _named(profiles: Sequence[Profile], part: Sequence[int], ending: str) -> tuple[int, list[str]]:
    return os.getpid(), [f"{profiles[place].said.surname}{ending}" for place in part]


def _dies(_profiles: Sequence[Profile], part: Sequence[int]) -> None:
    if 0 not in part:
        os._exit(3)


def _fails(_profiles: Sequence[Profile], part: Sequence[int]) -> None:
    if 0 in part:
        raise ValueError("the first process")


def test_three_processes_say_what_one_says_in_order() -> None:
    with together(_made, _PEOPLE) as team:
        shared = [team.share(_named, range(_PEOPLE), ending) for ending in ("", "x")]
        alone = Team(team.profiles).share(_named, range(_PEOPLE), "x")
    assert {process for process, _names in shared[0]} == {process for process, _names in shared[1]}
    assert len({process for process, _names in shared[0]}) == 3
    assert [name for _process, names in shared[1] for name in names] == alone[0][1]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("items", [0, 1, 2])
def test_fewer_things_to_do_than_processes(items: int) -> None:
    with together(_made, _PEOPLE) as team:
        found = team.share(_named, range(items), "")
    assert [name for _process, names in found for name in names] == [f"Thornby{n}" for n in range(items)]


def test_a_process_that_dies_is_noticed() -> None:
    with pytest.raises(RuntimeError, match="has died"), together(_made, _PEOPLE) as team:
        team.share(_dies, range(_PEOPLE))
    assert multiprocessing.active_children() == []


def test_what_goes_wrong_here_is_said_and_leaves_nobody_behind(capfd: pytest.CaptureFixture[str]) -> None:
    def made() -> list[Profile]:
        raise ValueError("no such column")

    with pytest.raises(ValueError, match="no such column"), together(made, _PEOPLE):
        pass
    with pytest.raises(ValueError, match="the first process"), together(_made, _PEOPLE) as team:
        team.share(_fails, range(_PEOPLE))
    assert multiprocessing.active_children() == []
    assert "Traceback" not in capfd.readouterr().err


def test_few_records_want_no_other_process() -> None:
    with together(_made, 9) as team:
        assert team.share(_named, range(_PEOPLE), "")[0][0] == os.getpid()
        assert multiprocessing.active_children() == []
