"""Forms about flags and what stands beside them. No option is chosen beforehand."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import HiddenField, RadioField, SelectField, TextAreaField

from safeguard.risk.flag_review import LONGEST_REASON, OUTCOMES
from safeguard.risk.protective import KINDS
from safeguard.web.fields import Answered, DateField, Form, Limit, prose


def _reason(label: str, message: str, hint: str = "") -> TextAreaField:
    return TextAreaField(
        label, widget=GovTextArea(), description=hint, filters=[prose],
        validators=[Answered(message), Limit(LONGEST_REASON, "The reason")],
    )


class FlagReviewForm(Form):
    version = HiddenField()
    outcome = RadioField(
        "What was done about it?", widget=GovRadioInput(), choices=list(OUTCOMES.items()),
        validate_choice=False, validators=[Answered("Choose what was done about the flag")],
    )
    reason = _reason("Reason", "Enter the reason")


class SecondPersonForm(Form):
    version = HiddenField()
    agree = RadioField(
        "Do you agree with the answer?", widget=GovRadioInput(),
        choices=[("yes", "Yes, the flag can be closed with this answer"), ("no", "No, send it back to be answered again")],
        validate_choice=False, validators=[Answered("Choose whether you agree")],
    )
    reason = _reason("Why", "Enter why you agree, or why not")


class FlagForm(Form):
    """Acknowledging, and taking a flag or giving it away."""

    version = HiddenField()
    owner = SelectField("Owner", validate_choice=False)


class FactorForm(Form):
    kind = RadioField(
        "What speaks for the child's safety?", widget=GovRadioInput(), choices=list(KINDS.items()),
        validate_choice=False, validators=[Answered("Choose what speaks for the child's safety")],
    )
    observed_on = DateField("When was this seen or heard?", what="The day this was seen or heard")
    reason = _reason("How is it known?", "Enter the reason", "Who saw or heard it, and what they saw or heard.")


class EndFactorForm(Form):
    version = HiddenField()
    reason = _reason("Why does it no longer hold?", "Enter the reason")
