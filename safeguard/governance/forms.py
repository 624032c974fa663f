"""The form that searches the audit."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectField, StringField

from safeguard.audit.actions import ACTIONS
from safeguard.kernel.references import read_reference
from safeguard.web.fields import DateField, Form, line

YEARS = range(2000, 3000)


class AuditSearchForm(Form):
    """What to look for. It is posted and answered with an address, so that no email address stands in a log."""

    about = StringField(
        "About",
        description="A referral’s reference, like SR-7K3F-9Q2X, or the id of a person or a referral.",
        filters=[line],
        widget=GovTextInput(),
    )
    email = StringField("By", description="The email address of an account.", filters=[line], widget=GovTextInput())
    action = SelectField(
        "What was done",
        choices=[("", "Anything"), *((code, words[0].upper() + words[1:]) for code, words in ACTIONS.items())],
        widget=GovSelect(),
        validate_choice=False,
    )
    since = DateField("From", what="The first day")
    until = DateField("To", what="The last day")

    @property
    def reference(self) -> str | None:
        """The reference that was typed, in its usual form."""
        return read_reference(self.about.data or "")

    @property
    def subject(self) -> str | None:
        """The id that was typed, in its usual form."""
        try:
            return str(uuid.UUID(self.about.data or ""))
        except ValueError:
            return None

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.about.data and not (self.reference or self.subject):
            self.about.errors = ["Enter a referral’s reference, like SR-7K3F-9Q2X, or an id as the audit shows it"]
        first, last = self.since.data, self.until.data
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.until.errors = ["The last day must be the first day or later"]
        for field in (self.since, self.until):
            if field.data and field.data.year not in YEARS:
                field.errors = [f"{field.what} must be in {YEARS.start} or later, and before {YEARS.stop}"]
        if self.action.data and self.action.data not in ACTIONS:
            self.action.errors = ["Choose what was done"]
        return not self.errors
