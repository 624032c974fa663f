"""Forms of retention."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea, GovTextInput
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from safeguard.governance.retention.rules import CLASSES, TRIGGERS
from safeguard.governance.retention.schedule import LONGEST_REASON
from safeguard.kernel.numbers import whole_number
from safeguard.web.fields import Answered, DateField, Form, Limit, line, prose


def _reason(label: str, hint: str, missing: str) -> TextAreaField:
    return TextAreaField(
        label, widget=GovTextArea(), description=hint, filters=[prose], validators=[Answered(missing), Limit(LONGEST_REASON, "The reason")]
    )


class KeepForm(Form):
    reason = _reason("Why is it kept?", "For example that the person has come to notice again elsewhere.", "Enter why it is kept")
    until = DateField(
        "Until when?", what="The day until which it is kept", validators=[Answered("Enter the day until which it is kept")]
    )
    version = HiddenField()


class AskForm(Form):
    reason = _reason(
        "Why may it be destroyed?", "What you looked at, and why nothing in it is still needed.", "Enter why it may be destroyed"
    )
    version = HiddenField()


class ConfirmForm(Form):
    reason = _reason("What did you look at?", "You agree as a second person. This cannot be taken back.", "Enter what you looked at")
    version = HiddenField()


class HoldForm(Form):
    reason = _reason(
        "Why must nothing be destroyed?", "For example an inquiry, a claim or a review of a death, with its reference.",
        "Enter why nothing may be destroyed",
    )  # fmt: skip
    until = DateField("Until when, if that is known?", what="The last day")


class LiftForm(Form):
    reason = _reason("Why is the hold lifted?", "", "Enter why the hold is lifted")


class RuleForm(Form):
    code = SelectField("Records of which class?", widget=GovSelect(), validate_choice=False, choices=[("", "Choose one"), *CLASSES.items()])
    years = StringField("For how many years are they kept?", widget=GovTextInput(), filters=[line])
    trigger = SelectField(
        "From when?", widget=GovSelect(), validate_choice=False,
        choices=[("", "Choose one"), *((code, words[0].upper() + words[1:]) for code, words in TRIGGERS.items())],
    )  # fmt: skip
    reason = _reason("Where does this come from?", "The law, or the decision of the authority and its day.", "Enter where this comes from")

    @property
    def number(self) -> int | None:
        """The years that were typed; None where they are no number."""
        return whole_number(self.years.data, 3)
