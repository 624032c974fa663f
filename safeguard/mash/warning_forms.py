"""Forms about warning notes. No option is chosen beforehand."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import RadioField, TextAreaField

from safeguard.concerns.warnings import KINDS, LONGEST, ProposedNote
from safeguard.web.fields import Answered, DateField, Form, Limit, prose


def _text(label: str, message: str, hint: str = "") -> TextAreaField:
    return TextAreaField(
        label, widget=GovTextArea(), description=hint, filters=[prose], validators=[Answered(message), Limit(LONGEST, "This")]
    )


class WarningForm(Form):
    kind = RadioField(
        "What kind of warning is it?", widget=GovRadioInput(), choices=KINDS.choices(), validate_choice=False,
        validators=[Answered("Choose the kind of warning")],
    )
    words = _text("What must staff know before they visit?", "Enter what staff must know", "What happened, when, and what to do.")
    review_on = DateField("When is it to be reviewed?", what="The day of review", description="Within a year.")
    told = RadioField(
        "Was the person told that this is recorded?", widget=GovRadioInput(), choices=[("yes", "Yes"), ("no", "No")],
        validate_choice=False, validators=[Answered("Say whether the person was told that this is recorded")],
    )
    told_words = _text("How were they told, or why not?", "Enter how they were told, or why not")

    def proposed(self) -> ProposedNote:
        """What the form says, for the service to check."""
        return ProposedNote(
            self.kind.data or "", self.words.data or "", self.review_on.data, self.told.data or "", self.told_words.data or ""
        )


class WarningStepForm(Form):
    act = RadioField(
        "What do you want to record?", widget=GovRadioInput(), validate_choice=False, validators=[Answered("Choose what to record")]
    )
    review_on = DateField("If it stays, when is it to be reviewed again?", what="The day of review", description="Within a year.")
    reason = _text("Reason", "Enter the reason")
