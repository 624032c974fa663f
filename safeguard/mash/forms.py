"""Forms of the desk. No option is chosen beforehand."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovSelect, GovTextArea, GovTextInput
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from safeguard.web.fields import Answered, Form, Limit, line, prose

_LONGEST = 10_000


def _text(label: str, *validators: object, hint: str = "") -> TextAreaField:
    return TextAreaField(
        label, widget=GovTextArea(), description=hint, filters=[prose], validators=[*validators, Limit(_LONGEST, label)]
    )


class RatingForm(Form):
    version = HiddenField()
    rating = RadioField(
        "Rating",
        choices=[("RED", "Red"), ("AMBER", "Amber"), ("GREEN", "Green")],
        widget=GovRadioInput(),
        validate_choice=False,
        validators=[Answered("Choose Red, Amber or Green")],
    )
    rationale = _text(
        "Why this rating",
        Answered("Enter why you chose this rating"),
        hint="The concern, what supports it, and what is not yet known.",
    )


class DecisionForm(Form):
    version = HiddenField()
    children = SelectMultipleField(
        "Which children is this decision for?",
        widget=GovCheckboxesInput(),
        validate_choice=False,
        validators=[Answered("Choose at least one child")],
    )
    outcome = RadioField(
        "What is the decision?", widget=GovRadioInput(),
        validate_choice=False, validators=[Answered("Choose the decision")]
    )
    rationale = _text(
        "Why",
        Answered("Enter why you made this decision"),
        hint="The concern, the evidence, the likely effect on the child, strengths, the threshold, and why.",
    )
    override_reason = _text("Why you are going ahead")
    tell_referrer = RadioField(
        "Will the referrer be told?",
        widget=GovRadioInput(),
        validate_choice=False,
        choices=[("yes", "Yes"), ("no", "No, there is a reason not to")],
        validators=[Answered("Choose whether the referrer will be told")],
    )
    ready = SelectField("Ready words (optional)", widget=GovSelect(), validate_choice=False)
    feedback = _text(
        "What to tell the referrer",
        hint="They see these words and the decision. Leave out anything about other people that they do not need.",
    )
    feedback_withheld_reason = _text("Why the referrer is not told")


class VerdictForm(Form):
    stamp = HiddenField()
    candidate = RadioField(
        "Which person is your answer about?",
        widget=GovRadioInput(),
        validate_choice=False,
        validators=[Answered("Choose which person your answer is about")],
    )
    verdict = RadioField(
        "Are these the same person?",
        widget=GovRadioInput(),
        validate_choice=False,
        validators=[Answered("Choose whether the two are the same person")],
    )
    reason = _text("Reason", Answered("Enter the reason for your answer"))
    then = HiddenField()


class SearchForm(Form):
    typed = StringField("Search", widget=GovTextInput(), filters=[line])
