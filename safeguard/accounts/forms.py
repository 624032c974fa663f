"""Forms of signing in."""

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
    password = PasswordField("Password", widget=GovPasswordInput(), validators=[Answered("Enter your password")])


class ProveForm(Form):
    """Asked of somebody who is signed in already, before a step that a stolen session must not take."""

    password = PasswordField("Password", widget=GovPasswordInput(), validators=[Answered("Enter your password")])


class NewPasswordForm(Form):
    password = PasswordField("New password", widget=GovPasswordInput(), validators=[Answered("Enter a new password")])
