"""A form with a place for each member of a list, and some more: one part of each page is a member."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import request
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovTextInput
from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import Optional, Regexp

from safeguard.governance.local.forms import VersionForm
from safeguard.web.fields import filled, line

_MORE = 2
_NUMBER = re.compile(r"[1-9][0-9]?", re.ASCII)


class ListedForm(VersionForm):
    """`listed` is the name of the list in the content, `names` the answers of a member. A place left empty is no member."""

    listed: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ()
    places: ClassVar[int] = 0

    def at(self, place: int) -> dict[str, Any]:
        """The fields of a place, by the names of their answers."""
        return {name: self[f"{self.listed}[{place}].{name}"] for name in (*self.names, "out")}

    def said_at(self, place: int) -> dict[str, Any]:
        """What was typed in a place, by the names of the answers."""
        return {name: self[f"{self.listed}[{place}].{name}"].data for name in self.names}

    def kept(self) -> list[int]:
        """The places that hold a member which stays, in the order that was typed."""
        used = [place for place in range(self.places) if any(filled(field) for field in self.at(place).values())]
        return sorted((place for place in used if not self.at(place)["out"].data), key=self._moved_to)

    def _moved_to(self, place: int) -> tuple[int, int]:
        """Where a member goes: before the one that has that number, where it comes from further down, or else after it."""
        stands, typed = place + 1, self[f"{self.listed}[{place}].order"].data or ""
        goes = int(typed) if _NUMBER.fullmatch(typed) else stands
        return goes, (goes > stands) - (goes < stands)

    def helped_by(self, name: str) -> dict[str, Any]:
        if name.endswith("].order"):
            return {"classes": "govuk-input--width-2", "inputmode": "numeric"}
        return super().helped_by(name)

    @classmethod
    def shown_places(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields of each place show, with the number at which it stands."""
        said: dict[str, Any] = {}
        for place, one in enumerate(content.get(cls.listed, [])):
            said |= {f"{cls.listed}[{place}].{name}": value for name, value in one.items()}
            said[f"{cls.listed}[{place}].order"] = str(place + 1)
        return said

    def field_of(self, path: str) -> str:
        """Problems count the members that stay; the page counts places."""
        counted = re.match(re.escape(self.listed) + r"\[(\d+)\](.*)", path)
        kept = self.kept()
        if counted is None or int(counted[1]) >= len(kept):
            return path
        return f"{self.listed}[{kept[int(counted[1])]}]{counted[2] or '.' + self.names[0]}"


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a list as a form has them: their fields by name, a part of the page for each, and how many there are."""

    boxes: dict[str, Any]
    parts: list[tuple[str, str, list[str], bool]]
    count: int


def places_for(
    listed: str, content: Mapping[str, Any] | None, *, most: int, title: str, fields: Callable[[], dict[str, Any]]
) -> Places:
    """A place for each member of `content`, or of what was sent where that is None, and some more.

    Args:
        listed: the name of the list in the content.
        most: how many members there may be.
        title: what a member is called above its place, such as "Question".
        fields: makes the fields of one place; "out", which takes a member out, is shown where there is one.
    """
    used, count = _places_of(listed, content, most)
    boxes: dict[str, Any] = {}
    parts = []
    for place in range(count):
        made = fields()
        out = made.pop("out")
        made |= {"order": _order() if place < used else HiddenField(), "out": out}
        boxes |= {f"{listed}[{place}].{name}": field for name, field in made.items()}
        names = [f"{listed}[{place}].{name}" for name in made if name not in ("out", "order") or place < used]
        parts.append((f"{title} {place + 1}", "", names, place >= used))
    return Places(boxes, parts, count)


def _places_of(listed: str, content: Mapping[str, Any] | None, most: int) -> tuple[int, int]:
    """How many places hold a member of `content`, or of what was sent, and how many the form has."""
    if content is None:
        sent = (re.fullmatch(re.escape(listed) + r"\[(\d{1,2})\]\.[a-z]+", name) for name, value in request.form.items() if value)
        used = max((int(found[1]) + 1 for found in sent if found), default=0)
    else:
        used = len(content.get(listed, []))
    return min(most, used), min(most, used + _MORE)


def _order() -> StringField:
    return StringField(
        "Place in the list", description="To move it, enter the number of the place where it should stand.", widget=GovTextInput(),
        filters=[line], validators=[Optional(), Regexp(_NUMBER, message="Enter the place as a number from 1 to 99")],
    )  # fmt: skip


def take_out(words: str) -> SelectMultipleField:
    """The box that takes a member out."""
    return SelectMultipleField("Take it out", widget=GovCheckboxesInput(), validate_choice=False, choices=[("yes", words)])
