"""Forms for restricting a record, reviewing a restriction and lifting it."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovTextArea
from wtforms import HiddenField, SelectMultipleField, TextAreaField

from safeguard.people.restricted.placing import LONGEST, ROLES_TO_NAME
from safeguard.web.fields import Answered, DateField, Form, Limit, prose


def _reason(needed: str, hint: str) -> TextAreaField:
    return TextAreaField(
        "Reason", widget=GovTextArea(), description=hint, filters=[prose], validators=[Answered(needed), Limit(LONGEST, "The reason")]
    )


class _Named(Form):
    readers = SelectMultipleField(
        "Who may still see it", widget=GovCheckboxesInput(), validate_choice=False,
        description="Choose at least two people, so that one can act when the other is away.",
    )  # fmt: skip


class RestrictForm(_Named):
    people = SelectMultipleField(
        "Who is it about?", widget=GovCheckboxesInput(), validate_choice=False,
        description="Everything said of the people you choose is hidden, and every referral that names them.",
    )  # fmt: skip
    reason = _reason("Enter the reason", "Those who may still see the record can read this.")
    roles = SelectMultipleField(
        "Whole roles that may still see it", widget=GovCheckboxesInput(), validate_choice=False,
        choices=[(role.value, f"Every {role.label}") for role in ROLES_TO_NAME],
    )  # fmt: skip
    review_on = DateField("Look at it again on", what="The review")


class ProtectForm(_Named):
    reason = _reason("Enter the reason", "Why nobody else may know this address.")
    review_on = DateField("Look at it again on", what="The review")


class SealForm(_Named):
    reason = _reason("Enter the reason", "For example that the agency that told it does not agree to its being passed on.")
    instead = TextAreaField(
        "What others read instead", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST, "What others read")],
        description="Wording the agency agrees to. Leave it empty and for others the entry is not there at all.",
    )  # fmt: skip
    review_on = DateField("Look at it again on", what="The review")


class ReviewForm(Form):
    reason = _reason("Enter the reason", "Why it is still needed.")
    review_on = DateField("Look at it again on", what="The review")
    seen = HiddenField()


class LiftForm(Form):
    reason = _reason("Enter the reason", "Why it is needed no more. Everybody who works at the hub will see the record.")
    seen = HiddenField()


class ReadersForm(_Named):
    reason = _reason("Enter the reason", "Why these people.")
    seen = HiddenField()
