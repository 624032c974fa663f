"""Forms of signing in."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovRadioInput, GovSelect, GovTextInput
from wtforms import PasswordField, RadioField, SelectField, StringField
from wtforms.validators import ValidationError

from safeguard.web.fields import Answered, Form, Limit, line


class SignInForm(Form):
    email = StringField(
        "Email address",
        widget=GovTextInput(),
        filters=[line],
        validators=[Answered("Enter your email address")],
    )
    password = PasswordField("Password", widget=GovPasswordInput(), validators=[Answered("Enter your password")])


class ProveForm(Form):
    """Asked of somebody who is signed in already, before a step that a stolen session must not take; `code` where they have an app."""

    password = PasswordField("Password", widget=GovPasswordInput(), validators=[Answered("Enter your password")])
    code = StringField("Code", widget=GovTextInput(), filters=[line], description="From your authenticator app, or a recovery code")


class NewPasswordForm(Form):
    password = PasswordField("New password", widget=GovPasswordInput(), validators=[Answered("Enter a new password")])


class CodeForm(Form):
    code = StringField(
        "Code", widget=GovTextInput(), filters=[line], description="Six digits from your authenticator app, or one of your recovery codes",
        validators=[Answered("Enter the code")],
    )  # fmt: skip


class SetUpForm(Form):
    code = StringField("Code that the app shows now", widget=GovTextInput(), filters=[line], validators=[Answered("Enter the code")])


class ForgottenForm(Form):
    email = StringField("Email address", widget=GovTextInput(), filters=[line], validators=[Answered("Enter your email address")])


class LinkForm(Form):
    code = StringField("Code from the email", widget=GovTextInput(), filters=[line], validators=[Answered("Enter the code from the email")])
    password = PasswordField("New password", widget=GovPasswordInput(), validators=[Answered("Enter a new password")])


class InviteForm(Form):
    name = StringField(
        "Name", widget=GovTextInput(), filters=[line], validators=[Answered("Enter their name"), Limit(120, "The name")]
    )
    email = StringField(
        "Email address", widget=GovTextInput(), filters=[line],
        description="At work, and theirs alone: whoever reads it can set the password.", validators=[Answered("Enter their email address")],
    )  # fmt: skip
    job_title = StringField(
        "Job title", widget=GovTextInput(), filters=[line], validators=[Limit(120, "The job title")]
    )
    role = RadioField("Role", widget=GovRadioInput(), validate_choice=False, validators=[Answered("Choose a role")])
    agency = SelectField("Agency", widget=GovSelect(), validate_choice=False)

    def validate_email(self, field: StringField) -> None:
        if field.data and (field.data.count("@") != 1 or len(field.data) > 254 or " " in field.data or field.data.strip("@") != field.data):
            raise ValidationError("Enter an email address, like name@example.org")


class RoleForm(Form):
    role = RadioField("New role", widget=GovRadioInput(), validate_choice=False, validators=[Answered("Choose a role")])


class PasskeyForm(Form):
    name = StringField(
        "Name of this passkey", widget=GovTextInput(), filters=[line], description="So that you know it again, such as: work laptop.",
        validators=[Answered("Give the passkey a name, such as: work laptop"), Limit(60, "The name")],
    )  # fmt: skip
