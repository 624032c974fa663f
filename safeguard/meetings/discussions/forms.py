"""The forms of a strategy discussion's record: one for each part. Rows nobody wrote in are left out. Nothing is chosen beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovSelect, GovTextArea, GovTextInput
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as Rows

from safeguard.kernel.clock import LONDON
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem
from safeguard.meetings.discussions.rules import LONGEST, MOST_ROWS, QUESTIONS, ROWS, Question
from safeguard.meetings.discussions.words import SECTORS, THERE
from safeguard.web.fields import Answered, DateField, Form, Limit, filled, line, prose

_SPARE_ROWS = 3


def _line(label: str, hint: str = "") -> StringField:
    return StringField(label, widget=GovTextInput(), filters=[line], description=hint)


def _list(label: str, codes: CodeSet) -> SelectField:
    return SelectField(label, widget=GovSelect(), validate_choice=False, choices=[("", "Choose"), *codes.choices()])


class AttendeeRow(Rows):
    name = _line("Name")
    agency = _line("Agency")
    role = _line("Role")
    sector = _list("Sector", SECTORS)
    there = _list("Took part?", THERE)
    why_not = _line("If not: the reason they gave")


class InformationRow(Rows):
    agency = _line("Agency")
    words = TextAreaField("What it shared", widget=GovTextArea(), filters=[prose])


class ActionRow(Rows):
    words = TextAreaField("What is to be done", widget=GovTextArea(), filters=[prose])
    owner = _line("Who does it", "Name and agency.")
    due_on = DateField("By when", what="The day it is due")


_ROW_FORMS: Mapping[str, tuple[type[Rows], str]] = {
    "when": (AttendeeRow, "Who was asked to take part"),
    "information": (InformationRow, "Information"),
    "actions": (ActionRow, "Action"),
}


class PartForm(Form):
    """One part of the record. `part` says which."""

    part: str
    version = HiddenField()

    def questions(self) -> list[Any]:
        """The fields of the part's questions, in order."""
        return [self[one.name] for one in QUESTIONS[self.part]]

    def rows(self) -> Any:
        """The list of rows of the part, or None where it has none."""
        return self[ROWS[self.part][0]] if self.part in ROWS else None

    def written(self) -> list[Any]:
        """The rows in which something is written."""
        rows = self.rows()
        return [row for row in rows if any(filled(field) for field in row.form)] if rows is not None else []

    def said(self) -> dict[str, Any]:
        """The part as it is kept."""
        said: dict[str, Any] = {one.name: self[one.name].data or "" for one in QUESTIONS[self.part]}
        if self.part in ROWS:
            name, answers = ROWS[self.part]
            said[name] = [{answer: _kept(row.form[answer].data) for answer in answers} for row in self.written()]
        return said

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """What names a row goes beside that row's field; everything else as in any form."""
        written, others = self.written(), []
        for problem in problems:
            name, _dash, rest = problem.field.partition("-")
            place, _dash, answer = rest.partition("-")
            if self.part in ROWS and name == ROWS[self.part][0] and place.isdigit() and int(place) < len(written):
                field = written[int(place)].form[answer]
                field.errors = [*field.errors, problem.message]
            else:
                others.append(problem)
        rows = self.rows()
        if rows is not None and any(row.errors for row in rows):
            rows.errors = [row.errors for row in rows]  # for the summary of what is wrong
        super().show_problems(others)


class WhenForm(PartForm):
    held_on = DateField("On which day was it held?", what="The day")
    held_time = _line("At what time did it begin?", "Like 14:30.")

    def held_at(self) -> datetime | None:
        """When it was held; None where day or time is missing.

        Raises:
            ValueError: the time is none.
        """
        typed = (self.held_time.data or "").strip().replace(".", ":")
        if not typed:
            return None
        begun = time.fromisoformat(typed if len(typed) > 4 else f"0{typed}")
        return datetime.combine(self.held_on.data, begun.replace(tzinfo=None), tzinfo=LONDON) if self.held_on.data else None


class ReasonForm(PartForm):
    children = SelectMultipleField(
        "Which children does it cover?", widget=GovCheckboxesInput(), validate_choice=False,
        description="Those of the referral, and known brothers and sisters, born or not.",
    )  # fmt: skip


class AgreeForm(Form):
    version = HiddenField()
    override = TextAreaField(
        "Why does it go ahead without them?", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST, "The reason")]
    )


class AddWordsForm(Form):
    words = TextAreaField(
        "What do you want to add?", widget=GovTextArea(), filters=[prose],
        validators=[Answered("Enter what you want to add"), Limit(LONGEST, "This")],
    )  # fmt: skip


class Pressed(Form):
    """A button that changes something."""


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value or ""


def _field(question: Question) -> Any:
    if question.codes is not None:
        return RadioField(question.label, widget=GovRadioInput(), validate_choice=False, choices=question.codes.choices())
    if question.rows:
        return TextAreaField(question.label, widget=GovTextArea(), filters=[prose], description=question.hint)
    return _line(question.label, question.hint)


@lru_cache(maxsize=8)
def _class_for(part: str) -> type[PartForm]:
    base = {"when": WhenForm, "reason": ReasonForm}.get(part, PartForm)
    fields: dict[str, Any] = {question.name: _field(question) for question in QUESTIONS[part]}
    if part in ROWS:
        row, label = _ROW_FORMS[part]
        fields[ROWS[part][0]] = FieldList(FormField(row), label=label, max_entries=MOST_ROWS + _SPARE_ROWS)
    return type("PartForm", (base,), {**fields, "part": part})


def part_form(part: str, content: Mapping[str, Any]) -> PartForm:
    """The form of a part, filled with what is kept where nothing was sent, and with room for more rows."""
    data = {one.name: content.get(one.name) for one in QUESTIONS[part]}
    if part in ROWS:
        name, answers = ROWS[part]
        data[name] = [{answer: _shown(answer, row.get(answer)) for answer in answers} for row in content.get(name) or []]
    form = _class_for(part)(data=data)
    rows = form.rows()
    if rows is not None and not form.is_submitted():
        for _spare in range(_SPARE_ROWS):
            rows.append_entry()
    return form


def _shown(answer: str, value: Any) -> Any:
    return date.fromisoformat(value) if answer == "due_on" and value else value
