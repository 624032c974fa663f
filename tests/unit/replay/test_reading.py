"""What the reader of chronologies takes, and what it refuses by case, event and field."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.ops.replay.reading import read
from tests.unit.replay.chronology import case, event

SAMPLES = sorted((Path(__file__).parents[3] / "docs/samples/chronologies").glob("*.json"))


def problems(*cases: Any) -> dict[str, str]:
    with pytest.raises(RuleBroken) as refused:
        read(json.dumps(list(cases)))
    return {problem.field: problem.message for problem in refused.value.problems}


def test_the_shipped_samples_are_read() -> None:
    read_of = [read(path.read_text(encoding="utf-8")) for path in SAMPLES]
    assert len(read_of) == 3
    assert [one[0].incident for one in read_of].count(None) == 1, "one of them leads to nothing grave"


def test_a_whole_case_is_read_as_it_was_said() -> None:
    found = read(json.dumps(case(event(1, "2026-01-05", other_persons=["mother", "child"], outcome="nfa"))))[0]
    assert (found.id, found.born, found.incident) == ("T", date(2015, 3, 1), date(2026, 3, 1))
    assert (found.events[0].others, found.events[0].outcome) == (("mother",), "nfa")


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"concern_categories": ["neglect", "bad_vibes"]}, "T / T-1 / concern_categories", "bad_vibes"),
        ({"concern_categories": []}, "T / T-1 / concern_categories", "at least one"),
        ({"concern_categories": "neglect"}, "T / T-1 / concern_categories", "list of words"),
        ({"date": "2026-02-30"}, "T / T-1 / date", "2026-02-30"),
        ({"date": None}, "T / T-1 / date", "missing"),
        ({"date_latest": "5 January"}, "T / T-1 / date_latest", "not a date"),
        ({"date_latest": "1850-01-01"}, "T / T-1 / date_latest", "outside"),
        ({"date_earliest": "2026-01-06"}, "T / T-1 / date_earliest", "after date_latest"),
        ({"agency": "The Old School"}, "T / T-1 / agency", "not a code"),
        ({"agency": None}, "T / T-1 / agency", "missing"),
        ({"outcome": 7}, "T / T-1 / outcome", "as text"),
        ({"event_type": "rumour"}, "T / T-1 / event_type", "rumour"),
        ({"visibility": "secret"}, "T / T-1 / visibility", "secret"),
        ({"subject_role": "Maya Fernsby"}, "T / T-1 / subject_role", "never a name"),
        ({"other_persons": ["Mum"]}, "T / T-1 / other_persons", "Mum"),
        ({"other_persons": {"a": 1}}, "T / T-1 / other_persons", "list of words"),
        ({"address": "A9"}, "T / T-1 / address", "A9"),
        ({"event_id": ""}, "T / event 1 / event_id", "missing"),
    ],
)
def test_what_is_wrong_with_an_event_is_named(changes: dict[str, Any], field: str, says: str) -> None:
    assert says in problems(case(event(1, "2026-01-05", **changes)))[field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"case_id": None}, "case 1 / case_id"),
        ({"child": None}, "T / child"),
        ({"child": {"dob_approx": "soon"}}, "T / child / dob_approx"),
        ({"incident": {"date": ""}}, "T / incident / date"),
        ({"incident": "never"}, "T / incident"),
        ({"persons": None}, "T / persons"),
        ({"addresses": ["A1"]}, "T / addresses"),
        ({"events": []}, "T / events"),
        ({"events": ["something"]}, "T / event 1"),
    ],
)
def test_what_is_wrong_with_a_case_is_named(changes: dict[str, Any], field: str) -> None:
    assert field in problems(case(**changes))


def test_every_problem_of_a_file_is_told_at_once() -> None:
    told = problems(case(event(1, "nope"), event(1, "2026-01-05", agency="?")), case(case_id="U", child=3), case(case_id="U"))
    assert {"T / T-1 / date", "T / T-1 / agency", "T / T-1 / event_id", "U / child", "U / case_id"} <= told.keys()


def test_a_child_too_old_for_the_service_is_refused() -> None:
    assert "T / T-1 / date" in problems(case(child={"dob_approx": "1980-01-01"}))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"cases": 1}', "[[[[", '"words"', b"\xff\xfe\x00"])
def test_what_is_no_list_of_cases_is_refused(text: str | bytes) -> None:
    with pytest.raises(RuleBroken):
        read(text)


_VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), st.sampled_from(["2026-01-05", "9999-12-31", "child", "mother"]),
)  # fmt: skip


@settings(max_examples=150)
@given(
    place=st.sampled_from(["case", "event", "child", "incident"]), value=_VALUES, drop=st.booleans(), data=st.data()
)
def test_a_mutated_file_is_read_or_refused_and_nothing_else(place: str, value: Any, drop: bool, data: st.DataObject) -> None:
    said = case()
    part = {"case": said, "event": said["events"][0], "child": said["child"], "incident": said["incident"]}[place]
    field = data.draw(st.sampled_from(sorted(part)))
    if drop:
        part.pop(field)
    else:
        part[field] = value
    found: Any = ()
    try:
        found = read(json.dumps(said))
    except RuleBroken as refused:
        found = refused.problems
    assert found
