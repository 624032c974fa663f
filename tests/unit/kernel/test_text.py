"""Text is kept as it can be seen: real scripts whole, tricks gone."""

from __future__ import annotations

import unicodedata

import pytest

from safeguard.kernel.text import clean_line, clean_text


@pytest.mark.parametrize(
    "nothing",
    ["\u034f", "\u3164", "\u2800\u2800", "\u115f\u1160", "\uffa0", "\u200c\u200d", "\u00a0\u3000", "\u180e", "\u0301", "\u200b \u2800"],
)
def test_what_cannot_be_seen_is_nothing(nothing: str) -> None:
    assert clean_line(nothing) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Hường", "مُحَمَّدٌ", "अर्जुन क्षत्रिय", "ज्ञान", "שָׁלוֹם", "སྒྲོལ་མ", "ที่รัก", "김민준", "Zoë", "O’Brien",
        "فاطمه\u200cزهرا", "தமிழ்", "👨\u200d👩\u200d👧",
    ],
)  # fmt: skip
def test_names_of_real_scripts_are_kept_whole(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    assert clean_line(name) == composed
    assert clean_line(unicodedata.normalize("NFD", name)) == composed


def test_marks_are_not_stacked_to_the_ceiling() -> None:
    towering = "M" + "\u0334\u0335\u0336" * 30 + "aya"
    assert clean_text(towering) == "M" + "\u0334\u0335\u0336" * 2 + "aya"
    assert clean_text(clean_text(towering)) == clean_text(towering)
