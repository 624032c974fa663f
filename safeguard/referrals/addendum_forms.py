"""Adding to a referral that was sent."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea, GovTextInput
from wtforms import RadioField, StringField, TextAreaField

from safeguard.referrals.addenda import KINDS, LONGEST, LONGEST_NAME
from safeguard.web.fields import Answered, Form, Limit, line, prose


class AddForm(Form):
    kind = RadioField(
        "What do you want to add?", widget=GovRadioInput(), validate_choice=False, choices=list(KINDS.items()),
        validators=[Answered("Choose what you want to add")],
    )  # fmt: skip
    words = TextAreaField(
        "In your words", widget=GovTextArea(), filters=[prose], validators=[Answered("Enter what you want to add"), Limit(LONGEST, "It")],
        description="What you sent before stays as it is. This is kept beside it, with your name and the time.",
    )  # fmt: skip


class AddAtTheHubForm(AddForm):
    told_by = StringField(
        "Who told you?", widget=GovTextInput(), filters=[line], validators=[Limit(LONGEST_NAME, "Who told it")],
        description="Leave it empty if it comes from you.",
    )  # fmt: skip
