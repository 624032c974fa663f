"""Forms about the risk policy."""

from __future__ import annotations

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from wtforms import HiddenField, TextAreaField

from safeguard.risk.policy_adoption import LONGEST_REASON
from safeguard.web.fields import Answered, Form, Limit, prose


class DraftForm(Form):
    """A draft as text, or as a file that stands in its place."""

    text = TextAreaField("The draft, as TOML", widget=GovTextArea())
    file = FileField("Or upload the draft as a file")


class AdoptForm(Form):
    seen = HiddenField()
    reason = TextAreaField(
        "Why is this policy adopted, and who agreed to it?", widget=GovTextArea(), filters=[prose],
        validators=[
            Answered("Enter why this policy is adopted, and who agreed to it"), Limit(LONGEST_REASON, "The reason"),
        ],
    )
