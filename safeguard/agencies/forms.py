"""Forms of the agencies room."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import PasswordField, StringField

from safeguard.web.fields import Answered, Form, line


class SignInForm(Form):
    email = StringField(
        "Email address",
        widget=GovTextInput(),
        filters=[line],
        validators=[Answered("Enter your email address")],
    )
    password = PasswordField(
        "Password", widget=GovPasswordInput(), validators=[Answered("Enter your password")]
    )
