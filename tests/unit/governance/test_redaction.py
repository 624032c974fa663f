"""Hiding words: nothing of them is left, and nothing else is touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from safeguard.governance.subject_access.redaction import HIDDEN, hide, missing, phrases_in, suggestions

SAID = (("What was said", "Carla Fernsby said that Ann was planning it. CARLA  fernsby’s sister heard carla."),)
words = st.text(st.characters(whitelist_categories=("Lu", "Ll", "Nd"), max_codepoint=0x24F), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("phrases", "left"),
    [
        (["Carla Fernsby"], f"{HIDDEN} said that Ann was planning it. {HIDDEN}’s sister heard carla."),
        (["ann"], f"Carla Fernsby said that {HIDDEN} was planning it. CARLA  fernsby’s sister heard carla."),
        (["Carla", "Carla Fernsby"], f"{HIDDEN} said that Ann was planning it. {HIDDEN}’s sister heard {HIDDEN}."),
        (["."], f"Carla Fernsby said that Ann was planning it{HIDDEN} CARLA  fernsby’s sister heard carla{HIDDEN}"),
        ([""], SAID[0][1]),
    ],
)
def test_whole_words_in_any_capitals_and_spaces(phrases: list[str], left: str) -> None:
    assert hide(SAID, phrases) == (("What was said", left),)


def test_a_phrase_that_hides_nothing_is_named() -> None:
    assert missing(SAID, ["Carla", "Karla", "plan"]) == ("Karla", "plan")


def test_names_in_the_text_are_suggested_with_how_often() -> None:
    assert suggestions(SAID, ["Carla Fernsby", "Ann", "Nobody", "Ann"]) == (("Carla Fernsby", 2), ("Ann", 1))


def test_typed_phrases_are_tidied() -> None:
    assert phrases_in("  Carla   Fernsby \n\nAnn\nAnn") == ("Carla Fernsby", "Ann")


@given(st.lists(words, min_size=1, max_size=12), st.data())
def test_no_hidden_word_is_left_and_every_other_stands(text: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(text), min_size=1, max_size=3))
    assume(not any(re.fullmatch("withheld", one, re.IGNORECASE) for one in chosen))
    ((_, left),) = hide((("", " ".join(text)),), chosen)
    folded = {one.lower() for one in chosen}
    kept = [one for one in text if not any(re.fullmatch(re.escape(gone), one, re.IGNORECASE) for gone in chosen)]
    assert [one for one in left.split() if one != HIDDEN] == kept
    assert folded.isdisjoint(one.lower() for one in left.split() if one != HIDDEN)
