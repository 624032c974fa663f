"""Forms of a request for one's own data."""

from __future__ import annotations

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovSelect, GovTextArea
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import ValidationError

from safeguard.governance.subject_access.exemptions import EXEMPTIONS
from safeguard.governance.subject_access.redaction import phrases_in
from safeguard.governance.subject_access.service import ASKERS, CHOICES, ENDS, LONGEST
from safeguard.meetings.handing.forms import UnprotectedForm
from safeguard.web.fields import Answered, DateField, Form, Limit, prose


def _words(label: str, hint: str, what: str, *validators: Any) -> TextAreaField:
    return TextAreaField(label, widget=GovTextArea(), description=hint, filters=[prose], validators=[*validators, Limit(LONGEST, what)])


class OpenForm(Form):
    asker = RadioField(
        "Who asks?", widget=GovRadioInput(), validate_choice=False, choices=list(ASKERS.items()), validators=[Answered("Choose who asks")]
    )
    proof = _words(
        "How do you know that they are who they say, and may ask?", "For example which documents you saw. For a child, why the "
        "person who asks may ask for them, and what the child wants where they are old enough to say.", "The answer",
        Answered("Say how you know that they are who they say, and may ask"),
    )  # fmt: skip
    received_on = DateField(
        "When was the request received?", what="The day it was received", validators=[Answered("Enter the day it was received")]
    )


class DecideForm(Form):
    choice = RadioField(
        "What is given of this part?", widget=GovRadioInput(), validate_choice=False, choices=list(CHOICES.items()),
        validators=[Answered("Choose what is given of this part")],
    )  # fmt: skip
    suggested = SelectMultipleField(
        "Names found in this part", widget=GovCheckboxesInput(), validate_choice=False, description="Choose those to hide.",
    )  # fmt: skip
    more = _words(
        "Other words to hide", "One phrase on each line, as it stands in the text. Capitals make no difference.", "The words to hide"
    )
    exemption = SelectField(
        "The exemption", widget=GovSelect(), validate_choice=False, choices=[("", "Choose one"), *EXEMPTIONS.items()],
        description="Needed where words are hidden or all is kept back.",
    )  # fmt: skip
    reason = _words("Why it holds here", "Kept in the log of exemptions. The person does not get it.", "The reason")
    seen = HiddenField()

    @property
    def phrases(self) -> tuple[str, ...]:
        """All the words to hide, each once."""
        return tuple(dict.fromkeys([*(self.suggested.data or []), *phrases_in(self.more.data or "")]))


class ExtendForm(Form):
    reason = _words(
        "Reason", "Why two months more are needed. The person must be told within the first month.", "The reason",
        Answered("Enter the reason, which the person is told"),
    )  # fmt: skip
    version = HiddenField()


class CloseForm(Form):
    how = RadioField(
        "How did it end?", widget=GovRadioInput(), validate_choice=False, choices=list(ENDS.items()),
        validators=[Answered("Choose how it ended")],
    )  # fmt: skip
    reason = _words(
        "In your words", "How the bundle was handed over, or why the request ends.", "The answer",
        Answered("Enter how it was answered, or why it ends"),
    )  # fmt: skip
    version = HiddenField()


class BundleForm(UnprotectedForm):
    """Which of the two files is taken without a password, and why."""

    file_type = RadioField(
        "Which file?", widget=GovRadioInput(), choices=[("pdf", "PDF, to read"), ("json", "JSON, for another system")],
        validate_choice=False, validators=[Answered("Choose which file")],
    )  # fmt: skip

    def validate_file_type(self, field: RadioField) -> None:
        if field.data not in {"pdf", "json"}:
            raise ValidationError("Choose which file")
