"""Form fields: cleaned text, and a date in three boxes that takes anything a person may type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import render_template
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField, SelectMultipleField
from wtforms.validators import StopValidation, ValidationError

from safeguard.kernel.errors import Problem
from safeguard.kernel.numbers import whole_number
from safeguard.kernel.text import clean_line, clean_text

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Form(FlaskForm):
    """Base of every form; every one carries a CSRF token."""

    outrun = False
    """Somebody else changed what the form is about while it was filled in."""

    @property
    def page_status(self) -> int:
        """The status of a page that shows this form: 200 to fill it in, 400 to mend what was sent, 409 to look again first."""
        if not self.is_submitted():
            return 200
        return 409 if self.outrun else 400

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Put what a service refused beside the fields it names; what names none that is seen goes to the first that is."""
        seen = [name for name, field in self._fields.items() if not isinstance(field, HiddenField)] or list(self._fields)
        for problem in problems:
            name = problem.field if problem.field in seen else seen[0]
            field = self._fields[name]
            field.errors = [*field.errors, problem.message]


def line(value: str | None) -> str | None:
    """A filter for one-line answers."""
    return clean_line(value) if isinstance(value, str) else value


def prose(value: str | None) -> str | None:
    """A filter for long answers."""
    return clean_text(value) if isinstance(value, str) else value


def filled(field: Field) -> bool:
    """Whether anything was typed or chosen, sense or no sense."""
    return any(field.typed) if isinstance(field, DateField) else bool(field.data)


class Limit:
    """Refuse an answer of more than `characters`, saying how long it is; `what` names it in the message."""

    def __init__(self, characters: int, what: str) -> None:
        self.characters = characters
        self.what = what

    def __call__(self, form: Form, field: Field) -> None:
        length = len(field.data or "")
        if length > self.characters:
            raise ValidationError(
                f"{self.what} must be {self.characters:,} characters or fewer. You entered {length:,}."
            )


class Answered:
    """Refuse an empty answer with `message`."""

    field_flags: dict[str, Any] = {}  # noqa: RUF012  WTForms reads it from the class

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data:
            raise StopValidation(self.message)


class _DateBoxes:
    """Draws a `DateField` as the GOV.UK date input."""

    def __call__(self, field: DateField, **kwargs: Any) -> Markup:
        return Markup(render_template("components/date_boxes.html", field=field, **kwargs))  # noqa: S704  a template


class GroupedBoxes:
    """Draws a `SelectMultipleField` as checkboxes under a heading for each group; `group_of` names a choice's group."""

    def __init__(self, group_of: Callable[[str], str]) -> None:
        self.group_of = group_of

    def __call__(self, field: SelectMultipleField, **kwargs: Any) -> Markup:
        groups: dict[str, list[dict[str, Any]]] = {}
        for number, (code, words, chosen, *_more) in enumerate(field.iter_choices()):
            # The first box bears the field's own id, which the error summary links to.
            box = {"id": f"{field.id}-{code}" if number else field.id, "value": code, "text": words, "checked": chosen}
            groups.setdefault(self.group_of(code), []).append(box)
        page = render_template("components/grouped_boxes.html", field=field, groups=groups, **kwargs)
        return Markup(page)  # noqa: S704  a template


class DateField(Field):
    """A date as day, month and year boxes (`name-day`, `name-month`, `name-year`).

    Whatever was typed stays in `typed` and is shown again. `data` is a date, or None where nothing was typed or
    what was typed is not a date (then `errors` says how to mend it). Month names are taken too.
    """

    widget = _DateBoxes()

    def __init__(self, label: str, *, what: str = "The date", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.what = what
        self.typed: tuple[str, str, str] = ("", "", "")
        self.data: date | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data = data if isinstance(data, date) else None
        self.object_data = self.data
        if self.data:
            self.typed = (str(self.data.day), str(self.data.month), str(self.data.year))
        if formdata is None:
            return
        parts = ("day", "month", "year")
        if not any(f"{self.name}-{part}" in formdata for part in parts):
            return
        day, month, year = (clean_line(formdata.get(f"{self.name}-{part}", "")) for part in parts)
        self.typed = (day[:20], month[:20], year[:20])
        self.data = self._read(day, month, year)

    def _read(self, day: str, month: str, year: str) -> date | None:
        if not (day or month or year):
            return None
        missing = [name for name, value in (("day", day), ("month", month), ("year", year)) if not value]
        if missing:
            self.process_errors.append(f"{self.what} must include a {' and a '.join(missing)}")
            return None
        named = (i for i, name in enumerate(_MONTHS, 1) if month.lower()[:3] == name and month.isalpha())
        number = whole_number(month, 4) if month.isdigit() else next(named, None)
        if number is None or whole_number(day, 4) is None or len(year) != 4 or whole_number(year, 4) is None:
            self.process_errors.append(f"{self.what} must be a real date, like 27 3 2015, with four digits for the year")
            return None
        if not 1 <= number <= 12 or int(year) == 0:
            what = f"there is no month {month}" if int(year) else f"there is no year {year}"
            self.process_errors.append(f"{self.what} must be a real date: {what}")
            return None
        try:
            return date(int(year), number, int(day))
        except ValueError:
            self.process_errors.append(f"{self.what} must be a real date: there is no day {day} in that month")
            return None
