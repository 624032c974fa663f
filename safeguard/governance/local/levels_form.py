"""The form of the local times: hours for each rating."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguard.governance.local.forms import VersionForm, one_line
from safeguard.kernel.numbers import whole_number
from safeguard.mash.service_levels import KINDS, RATING_WORDS


class _Levels(VersionForm):
    def content(self) -> dict[str, Any]:
        return {kind: {rating: _number(self[f"{kind}.{rating}"].data) for rating in ratings} for kind, (_words, ratings) in KINDS.items()}

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        return {f"{kind}.{rating}": str(hours) for kind, times in content.items() for rating, hours in times.items()}

    def helped_by(self, name: str) -> dict[str, Any]:
        return {"classes": "govuk-input--width-3", "inputmode": "numeric", "suffix": {"text": "working hours"}}


def _number(text: str | None) -> int | str | None:
    number = whole_number(text, 5)
    return text if number is None else number


def _made() -> type[VersionForm]:
    boxes = {f"{kind}.{rating}": one_line(RATING_WORDS[rating]) for kind, (_words, ratings) in KINDS.items() for rating in ratings}
    parts = [(words, "", [f"{kind}.{rating}" for rating in ratings], False) for kind, (words, ratings) in KINDS.items()]
    return type("LevelsForm", (_Levels,), {**boxes, "parts": parts})


LevelsForm = _made()
