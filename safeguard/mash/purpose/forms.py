"""The form on which somebody says what they open a file for."""

from __future__ import annotations

from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextArea
from wtforms import RadioField, TextAreaField

from safeguard.access.actor import Actor
from safeguard.mash.purpose.words import choices
from safeguard.web.fields import Form, prose


class PurposeForm(Form):
    purpose = RadioField("What do you need it for?", widget=GovRadioInput(), validate_choice=False)
    words = TextAreaField(
        "In your own words, if that is not clear yet", widget=GovTextArea(), filters=[prose],
        description="Information governance and auditors can read this.",
    )  # fmt: skip

    @classmethod
    def of(cls, actor: Actor, **given: Any) -> PurposeForm:
        """The form with what somebody of this role may say."""
        form = cls(**given)
        form.purpose.choices = choices(actor.role)
        return form
