"""The field of a form for each question of a structured fact. No option is chosen beforehand."""

from __future__ import annotations

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovTextArea, GovTextInput
from wtforms import Field, RadioField, SelectMultipleField, StringField, TextAreaField

from safeguard.concerns.fact_schema import LONGEST_WORDS, Question
from safeguard.web.fields import DateField, Limit, line, prose


def field_for(question: Question, label: str) -> Any:
    """The unbound field that asks `question`, under `label`."""
    common: dict[str, Any] = {"description": question.hint}
    choices = question.codes.choices() if question.codes else []
    if question.form == "one":
        return RadioField(label, choices=choices, widget=GovRadioInput(), validate_choice=False, **common)
    if question.form == "many":
        return SelectMultipleField(label, choices=choices, widget=GovCheckboxesInput(), validate_choice=False, **common)
    if question.form == "number":
        return StringField(label, widget=GovTextInput(), filters=[line], **common)
    if question.form == "day":
        return DateField(label, what="The date", **common)
    return TextAreaField(label, widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST_WORDS, "This")], **common)


def answer_of(question: Question, field: Field) -> Any:
    """An answer as the schema takes it; a number that is none stays text, which the schema refuses in words."""
    value = field.data
    if question.form == "day":
        return value.isoformat() if value else None
    if question.form == "number" and isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value
