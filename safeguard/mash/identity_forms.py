"""Forms for joining people, parting them, and taking a joining back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import HiddenField, RadioField, TextAreaField

from safeguard.mash.comparison import birth_of
from safeguard.people.duplicates import APART
from safeguard.people.identity import full_name
from safeguard.people.merging import ANSWERS
from safeguard.people.model import SourceRecord
from safeguard.people.undoing import AFTER_UNDO
from safeguard.people.verdicts import LONGEST_REASON
from safeguard.web.fields import Answered, Form, Limit, prose
from safeguard.web.rendering import short_day


def _reason(needed: str, hint: str) -> TextAreaField:
    return TextAreaField(
        "Reason", widget=GovTextArea(), description=hint, filters=[prose],
        validators=[Answered(needed), Limit(LONGEST_REASON, "The reason")],
    )  # fmt: skip


class MergeForm(Form):
    reason = _reason("Enter the reason for joining them", "What shows that they are one person, and how you checked it.")
    seen = HiddenField()


class MergeAnswerForm(Form):
    answer = RadioField(
        "Should these two be joined?", choices=list(ANSWERS.items()), widget=GovRadioInput(), validate_choice=False,
        validators=[Answered("Choose whether the two should be joined")],
    )  # fmt: skip
    reason = _reason("Enter the reason for your answer", "")
    seen = HiddenField()
    version = HiddenField()


class ApartForm(Form):
    verdict = RadioField(
        "What do you say of the two?", choices=list(APART.items()), widget=GovRadioInput(), validate_choice=False,
        validators=[Answered("Choose whether they are different people")],
    )  # fmt: skip
    reason = _reason("Enter the reason for your answer", "What shows it, or what you are waiting for.")
    seen = HiddenField()


class SplitForm(Form):
    reason = _reason("Enter the reason for parting them", "What shows that these records are about somebody else.")
    seen = HiddenField()


class UndoForm(Form):
    verdict = RadioField(
        "What do you say of the two now?", choices=list(AFTER_UNDO.items()), widget=GovRadioInput(), validate_choice=False,
        description="Nothing ever joins people whom somebody has called different.",
        validators=[Answered("Choose what you say of the two now")],
    )  # fmt: skip
    reason = _reason("Enter the reason for taking it back", "")
    seen = HiddenField()


def later_field(record: SourceRecord) -> str:
    """The name of the question whose a record is that was added after a joining."""
    return f"later_{record.id.hex}"


def undo_form(later: Sequence[tuple[SourceRecord, str]], people: tuple[uuid.UUID, uuid.UUID]) -> UndoForm:
    """The form for taking a joining back, with a question for each later record and the agency that stated it.

    Args:
        people: who stayed and who was joined to them.
    """
    choices = [(str(people[0]), "The person known for longer"), (str(people[1]), "The person who was joined to them")]
    questions = {
        later_field(record): RadioField(
            f"{full_name(record)}, {birth_of(record)}",
            description=f"Stated by {agency} on {short_day(record.stated_at)}, after the two were joined.",
            choices=choices,
            widget=GovRadioInput(),
            validate_choice=False,
            validators=[Answered("Choose whose record this is")],
        )
        for record, agency in later
    }
    made: UndoForm = type("UndoFormWithLater", (UndoForm,), questions)()
    return made
