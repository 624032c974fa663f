"""The rules of the referral document: what is refused, at which answer, in which words."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.referrals.document import check, look
from tests.unit.referrals.sample import TODAY, whole

_GONE = object()


def _put(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """`document` with `value` at `path` ("children.0.birth.date"); taken out where the value is `_GONE`."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner: Any = document
    for step in way:
        inner = inner[step]
    if value is _GONE:
        del inner[last]
    else:
        inner[last] = value
    return document


def _problems(document: Any) -> dict[str, str]:
    with pytest.raises(RuleBroken) as caught:
        check(document, today=TODAY)
    return {problem.field: problem.message for problem in caught.value.problems}


def _day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


# what is put where, the answer that is named, a part of the message
_BAD = [
    ("immediate_danger", _GONE, "immediate_danger", "immediate danger"),
    ("immediate_danger", "maybe", "immediate_danger", "yes, no"),
    ("immediate_danger", "yes", "immediate_action", "999"),
    ("source_code", "2Z", "source_code", "referral source"),
    ("source_code", ["2A"], "source_code", "quotation marks"),
    ("weather", "fine", "weather", "no such answer"),
    ("children.0.shoe_size", 3, "children[0].shoe_size", "no such answer"),
    ("referrer", _GONE, "referrer.name", "name"),
    ("referrer", "me", "referrer", "object"),
    ("referrer.name", 7, "referrer.name", "text"),
    ("referrer.name", "x" * 121, "referrer.name", "120 characters or fewer. This has 121"),
    ("referrer.email", "nowhere", "referrer.email", "email address"),
    ("children", [], "children", "at least one child"),
    ("children", _GONE, "children", "at least one child"),
    ("children", {"c1": {}}, "children", "list"),
    ("children", [{}] * 101, "children", "100 children. This has 101"),
    ("children.1", "Leo", "children[1]", "object"),
    ("children.0.key", "c 1", "children[0].key", "letters"),
    ("children.1.key", "c1", "children[1].key", "twice"),
    ("people.0.key", "c1", "people[0].key", "twice"),
    ("children.1", {"key": "c2", "concerns": ["neglect"], "birth": {"kind": "unknown"}}, "children[1].given_names", "first"),
    ("children.1", {"key": "c2", "concerns": ["neglect"], "given_names": "Leo"}, "children[1].birth", "born"),
    ("children.0.birth", {}, "children[0].birth.kind", "unborn"),
    ("children.0.birth.date", _day(1), "children[0].birth.date", "today or in the past"),
    ("children.0.birth.date", "2015-02-31", "children[0].birth.date", "no such date as 2015-02-31"),
    ("children.0.birth.date", "31/02/2015", "children[0].birth.date", "year, month and day"),
    ("children.0.birth.date", "20150302", "children[0].birth.date", "year, month and day"),
    ("children.0.birth.date", "1895-01-01", "children[0].birth.date", "1900"),
    ("children.0.birth.date", "2000-11-23", "children[0].birth.date", "25 at most"),
    ("children.0.birth.expected_date", "2026-12-01", "children[0].birth.expected_date", "no such answer"),
    ("children.2.birth.expected_date", _day(365), "children[2].birth.expected_date", "42 weeks"),
    ("children.2.birth.expected_date", _day(-29), "children[2].birth.expected_date", "4 weeks ago"),
    ("children.1.birth.age", 26, "children[1].birth.age", "from 0 to 25"),
    ("children.1.birth.age", True, "children[1].birth.age", "whole number"),
    ("children.1.birth.age", 7.5, "children[1].birth.age", "whole number"),
    ("children.0.sex", "X", "children[0].sex", "F, M, U"),
    ("children.0.nhs_number", "9990000019", "children[0].nhs_number", ""),
    ("children.0.disabilities", ["NONE", "LD"], "children[0].disabilities", "not both"),
    ("children.0.ethnicity", "WXYZ", "children[0].ethnicity", "ethnicity"),
    ("children.0.address", "h9", "children[0].address", "h9"),
    ("children.0.concerns", [], "children[0].concerns", "at least one concern"),
    ("children.0.concerns", ["neglect", "bad_weather"], "children[0].concerns", "bad_weather"),
    ("children.0.concerns", ["neglect"] * 1000, "children[0].concerns", "1,000"),
    ("people.0.kind", "ghost", "people[0].kind", "adult, child"),
    ("people.0.birth.date", "1899-12-31", "people[0].birth.date", "1900"),
    ("people.0.birth", {"kind": "unborn", "expected_date": _day(9)}, "people[0].birth.kind", "adult cannot be unborn"),
    ("people.1.key", "p3", "people[1].given_names", "how this person is related"),
    ("people.0.phone", "none", "people[0].phone", "phone number"),
    ("people.0.email", "nowhere", "people[0].email", "email address"),
    ("people.0.died", "perhaps", "people[0].died", "not_known"),
    ("people.0.died_on", "2024-01-01", "people[0].died_on", "has died"),
    ("people", [{}] * 101, "people", "100 other people"),
    ("relationships", [{}] * 1001, "relationships", "1,000 relationships"),
    ("relationships.0.from", "p7", "relationships[0].from", "p7"),
    ("relationships.0.to", "p1", "relationships[0].to", "themselves"),
    ("relationships.1.to", "c1", "relationships[1].to", "twice"),
    ("relationships.0.kind", "nemesis", "relationships[0].kind", "nemesis"),
    ("relationships.4", {"from": "c3", "to": "c1", "kind": "mother"}, "relationships[4].kind", "not born yet"),
    ("people.0.birth.date", "2016-01-01", "relationships[0].kind", "younger"),
    ("addresses.0.postcode", "nowhere", "addresses[0].postcode", "postcode"),
    ("addresses.0", {"key": "h1"}, "addresses[0].lines", "no fixed address"),
    ("addresses.0.lines", ["x" * 121], "addresses[0].lines", "121"),
    ("addresses.0.lines", ["x"] * 7, "addresses[0].lines", "6 lines"),
    ("addresses.0.lines", "14 Willow Close", "addresses[0].lines", "list"),
    ("addresses.0.no_fixed_abode", "yes", "addresses[0].no_fixed_abode", "true or false"),
    ("addresses.0.uprn", "12a", "addresses[0].uprn", "12 digits"),
    ("concern", _GONE, "concern.narrative", "worried"),
    ("concern.narrative", "\u200b \u202e", "concern.narrative", "worried"),
    ("concern.narrative", "x" * 200_000, "concern.narrative", "20,000 characters or fewer. This has 200,000"),
    ("concern.happened_on", _day(1), "concern.happened_on", "in the past"),
    ("voice", _GONE, "voice.seen", "seen"),
    ("awareness", _GONE, "awareness.parents_told", "parents"),
    ("awareness.parents_told", "no", "awareness.not_told_reason", "why"),
]


@pytest.mark.parametrize(("path", "value", "field", "words"), _BAD)
def test_bad_input_is_named_and_explained(path: str, value: Any, field: str, words: str) -> None:
    problems = _problems(_put(whole(), path, value))
    assert field in problems
    assert words in problems[field]


@pytest.mark.parametrize(("path", "value", "field", "words"), _BAD)
def test_one_mistake_gives_one_problem_an_answer(path: str, value: Any, field: str, words: str) -> None:
    _cleaned, problems = look(_put(whole(), path, value), today=TODAY)
    fields = [problem.field for problem in problems]
    assert fields.count(field) == 1


@pytest.mark.parametrize("circle", [("p8", "p9", "p7"), ("p9", "p7", "p6", "p8")])
def test_a_circle_of_parents_is_refused_at_each_step(circle: tuple[str, ...]) -> None:
    """Two who are each other's parent are refused as given twice."""
    document = whole()
    document["people"] += [{"key": key, "kind": "adult", "given_names": "Kit", "surname": key} for key in circle]
    first = len(document["relationships"])
    steps = zip(circle, (*circle[1:], circle[0]), strict=True)
    document["relationships"] += [{"from": one, "to": other, "kind": "mother"} for one, other in steps]
    told = {field: words for field, words in _problems(document).items() if "own ancestor" in words}
    assert told.keys() == {f"relationships[{first + number}].kind" for number in range(len(circle))}


@pytest.mark.parametrize(
    ("dates", "field", "words"),
    [
        ({"since": "2020-03-02", "until": "2020-03-01"}, "until", "cannot end before it begins"),
        ({"since": "2199-01-01"}, "since", "today or in the past"), ({"until": "2199-01-01"}, "until", "today or in the past"),
    ],
)  # fmt: skip
def test_a_relationship_with_dates_that_cannot_be_is_refused(dates: dict[str, str], field: str, words: str) -> None:
    document = whole()
    document["relationships"][0] |= dates
    assert words in _problems(document)[f"relationships[0].{field}"]


def test_whole_document_passes_and_is_not_changed() -> None:
    document = whole()
    before = copy.deepcopy(document)
    assert check(document, today=TODAY) == before
    assert document == before


def test_every_problem_is_told_at_once() -> None:
    document = whole()
    _put(document, "children.0.birth.date", _day(1))
    _put(document, "concern.narrative", "")
    _put(document, "awareness.parents_told", "no")
    assert set(_problems(document)) == {"children[0].birth.date", "concern.narrative", "awareness.not_told_reason"}


@pytest.mark.parametrize("path", ["children.0.birth.date", "children.2.birth.expected_date"])
@pytest.mark.parametrize("value", [_day(0), "2026-11-24"])
def test_today_is_a_possible_date(path: str, value: str) -> None:
    document = whole()
    document["relationships"] = [one for one in document["relationships"] if one["from"] != "p1"]
    check(_put(document, path, value), today=TODAY)


def test_what_is_typed_is_tidied() -> None:
    document = whole()
    _put(document, "children.0.given_names", "  Ma\u200bya\t Jo ")
    _put(document, "children.0.nhs_number", "999 000 0018")
    _put(document, "addresses.0.postcode", "qq11aa")
    _put(document, "children.0.concerns", ["neglect", "neglect"])
    _put(document, "children.0.school", None)
    child = (cleaned := check(document, today=TODAY))["children"][0]
    assert child["given_names"] == "Maya Jo"
    assert child["nhs_number"] == "9990000018"
    assert child["concerns"] == ["neglect"]
    assert "school" not in child
    assert cleaned["addresses"][0]["postcode"] == "QQ1 1AA"


def test_emoji_and_right_to_left_text_are_kept() -> None:
    words = "She drew 👨‍👩‍👧 and wrote سلام"
    assert check(_put(whole(), "voice.views", words), today=TODAY)["voice"]["views"] == words


@pytest.mark.parametrize("nothing", [None, [], "referral", 3, True])
def test_what_is_no_object_is_refused(nothing: Any) -> None:
    assert set(_problems(nothing)) == {"document"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_is_taken_or_refused(value: Any) -> None:
    with pytest.raises(RuleBroken):
        check(value, today=TODAY)


_PLACES = [
    "source_code", "referrer", "referrer.name", "immediate_danger", "children", "children.0", "children.0.key",
    "children.0.birth", "children.0.birth.kind", "children.0.birth.date", "children.1.birth.age", "children.0.sex",
    "children.0.nhs_number", "children.0.address", "children.0.concerns", "children.0.disabilities", "people", "people.0",
    "people.0.kind", "people.1.birth", "relationships", "relationships.0", "relationships.0.from", "relationships.0.kind",
    "addresses", "addresses.0", "addresses.0.lines", "addresses.0.postcode", "addresses.0.no_fixed_abode", "concern",
    "concern.narrative", "concern.happened_on", "voice", "voice.views", "awareness", "awareness.parents_told",
]  # fmt: skip


@given(st.sampled_from(_PLACES), _JSON)
@settings(max_examples=400, deadline=None)
def test_any_answer_is_taken_or_refused(place: str, value: Any) -> None:
    document = _put(whole(), place, value)
    try:
        cleaned = check(document, today=TODAY)
    except RuleBroken as refused:
        assert all(problem.field and problem.message for problem in refused.problems)  # noqa: PT017  either outcome is right
    else:
        assert check(cleaned, today=TODAY) == cleaned
        json.dumps(cleaned).encode("utf-8")


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_changes_nothing(words: str) -> None:
    document = _put(whole(), "concern.narrative", "Worried. " + words)
    _put(document, "children.0.known_as", words[:100])
    cleaned, problems = look(document, today=TODAY)
    assert problems == []
    assert check(cleaned, today=TODAY) == cleaned
