"""Forms of handing a file over, of opening one, and of taking one without a password."""

from __future__ import annotations

import uuid

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea, GovTextInput
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import ValidationError

from safeguard.kernel.database import new_id
from safeguard.kernel.numbers import whole_number
from safeguard.meetings.handing.rules import DAYS, MOST_DAYS, UNPROTECTED, Proposed
from safeguard.web.fields import Answered, Form, line, prose

INSIDE, OUTSIDE = "account", "outside"


class HandForm(Form):
    once = HiddenField()
    who = RadioField(
        "Who is it for?",
        widget=GovRadioInput(),
        choices=[(INSIDE, "Somebody who has an account here"), (OUTSIDE, "Somebody else, such as the child’s solicitor")],
        validate_choice=False,
        validators=[Answered("Choose who it is for")],
    )
    name = StringField(
        "Who they are, if they have no account", widget=GovTextInput(), filters=[line],
        description="Name and capacity, such as: Alex Morgan, solicitor for the child.",
    )  # fmt: skip
    email = StringField(
        "Their email address", widget=GovTextInput(), filters=[line],
        description="Read it back to them. The email names nobody: it only says that a document waits.",
    )  # fmt: skip
    purpose = TextAreaField(
        "Why are they given it?", widget=GovTextArea(), filters=[prose],
        description="Who asked, what for, and on which ground you share it.",
    )  # fmt: skip
    days = StringField(
        "For how many days does the link open?", widget=GovTextInput(), filters=[line], default=str(DAYS),
        description=f"From 1 to {MOST_DAYS}. It opens once, and you can take it back.",
    )  # fmt: skip

    def page(self) -> str:
        """The id that this page hands over under, made when it is first shown."""
        try:
            return str(uuid.UUID(self.once.data or ""))
        except ValueError:
            self.once.data = str(new_id())
            return self.once.data

    @property
    def proposed(self) -> Proposed:
        """What was asked for."""
        return Proposed(
            inside=self.who.data == INSIDE, name=self.name.data or "", email=(self.email.data or "").lower(),
            purpose=self.purpose.data or "",
            days=whole_number(self.days.data, 3),
        )  # fmt: skip

    def validate_who(self, field: RadioField) -> None:
        if field.data not in {INSIDE, OUTSIDE}:
            raise ValidationError("Choose who it is for")


class OpenForm(Form):
    code = StringField("Code from the email", widget=GovTextInput(), filters=[line], validators=[Answered("Enter the code from the email")])
    password = StringField(
        "Password", widget=GovTextInput(), filters=[line], validators=[Answered("Enter the password that you were told")],
        description="Whoever sent you the document tells you the password, by telephone or in person.",
    )  # fmt: skip


class UnprotectedForm(Form):
    why = RadioField(
        "Why without a password?", widget=GovRadioInput(), choices=list(UNPROTECTED.items()), validate_choice=False,
        validators=[Answered("Choose why it has no password")],
    )  # fmt: skip

    def validate_why(self, field: RadioField) -> None:
        if field.data not in UNPROTECTED:
            raise ValidationError("Choose why it has no password")
