"""The concern categories as a partnership offers them: codes stay, words and order may change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguard.kernel.errors import RuleBroken
from safeguard.referrals.answers import told
from safeguard.referrals.document import check, look
from safeguard.referrals.in_words import sections_of
from safeguard.referrals.local_categories import ALWAYS, CATEGORIES, GROUPS, OFFERED, offered_in, words_kept
from tests.unit.referrals.sample import TODAY, whole

CONTENT = {"labels": {"neglect": "Neglect of any kind"}, "withdrawn": ["extremism"], "order": ["weapons", "extremism", "missing_from_home"]}


def test_what_the_service_comes_with_offers_everything() -> None:
    assert CATEGORIES.read({}) == {}
    assert [code for code, _words in offered_in({})] == list(OFFERED)
    assert CATEGORIES.read({"labels": {"neglect": "Neglect"}, "withdrawn": [], "order": list(OFFERED)}) == {}
    assert words_kept({}, 0) is None


def test_words_order_and_withdrawal() -> None:
    clean = CATEGORIES.read(CONTENT)
    assert CATEGORIES.read(clean) == clean
    offered = dict(offered_in(clean))
    assert offered["neglect"] == "Neglect of any kind"
    assert "extremism" not in offered
    outside = [code for code in offered if code in GROUPS["Harm outside the home"]]
    assert outside[:2] == ["weapons", "missing_from_home"]
    assert len(offered) == len(OFFERED) - 1


@given(order=st.lists(st.sampled_from(OFFERED)), withdrawn=st.lists(st.sampled_from([code for code in OFFERED if code != ALWAYS])))
def test_every_category_is_offered_once_or_withdrawn(order: list[str], withdrawn: list[str]) -> None:
    clean = CATEGORIES.read({"order": order, "withdrawn": withdrawn})
    assert CATEGORIES.read(clean) == clean
    codes = [code for code, _words in offered_in(clean)]
    assert sorted(codes) == sorted(set(OFFERED) - set(withdrawn))
    assert len(CATEGORIES.lines(clean)) == len({line.where for line in CATEGORIES.lines(clean)}) == len(OFFERED)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"labels": {"neglect": "x" * 81}}, "labels.neglect"), ({"labels": {"neglect": "emotional abuse"}}, "labels.neglect"),
        ({"labels": {"ethnicity": "x"}}, "labels.ethnicity"), ({"withdrawn": [ALWAYS]}, f"withdrawn.{ALWAYS}"),
        ({"withdrawn": ["routine_contact"]}, "withdrawn"), ({"order": ["neglect", 4]}, "order"), ({"factors": {}}, "factors"),
        ({"labels": {"emotional": "Neglect"}}, "labels.emotional"),
    ],
)  # fmt: skip
def test_what_is_not_in_order_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        CATEGORIES.read(change)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_record_reads_in_the_words_it_was_answered_under() -> None:
    said = {**whole(), "local_words": words_kept(CATEGORIES.read(CONTENT), 4)}
    clean = check(said, today=TODAY)
    assert check(clean, today=TODAY) == clean
    rows = [row for section in sections_of(clean) for row in section.rows if row[0] == "Concerns"]
    assert ("Concerns", "Neglect of any kind, Domestic abuse") in rows
    assert any("Neglect of any kind" in row.said for card in told(clean) for row in card.rows)
    plain = [row for section in sections_of(whole()) for row in section.rows if row[0] == "Concerns"]
    assert ("Concerns", "Neglect, Domestic abuse") in plain


_WORDS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.dictionaries(st.sampled_from(["version", "concerns", "neglect"]), inner),
)


@given(words=_WORDS)
def test_nothing_that_may_be_sent_breaks_the_rules(words: Any) -> None:
    clean, problems = look({**whole(), "local_words": words}, today=TODAY)
    assert ("local_words" in clean) is (words is not None and not problems)
