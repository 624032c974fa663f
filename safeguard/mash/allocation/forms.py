"""Forms of taking, giving and bringing back referrals."""

from __future__ import annotations

import uuid

from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea
from wtforms import HiddenField, SelectField, TextAreaField

from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.web.fields import Form, prose


class AllocationForm(Form):
    seen = HiddenField()
    to = SelectField("Whose is it from now on?", widget=GovSelect(), validate_choice=False)
    reason = TextAreaField(
        "Why does it change hands?", widget=GovTextArea(), filters=[prose],
        description="What is left to do, and what whoever goes on needs to know.",
    )  # fmt: skip

    @property
    def chosen(self) -> uuid.UUID | None:
        """Who was chosen; None for nobody.

        Raises:
            RuleBroken: what was sent is nobody's id.
        """
        return _id(self.to.data, RuleBroken([Problem("to", "Choose somebody from the list")]))

    @property
    def stood(self) -> uuid.UUID | None:
        """The allocation that the writer of the form saw; None for none.

        Raises:
            Conflict: nobody knows what they saw.
        """
        return _id(self.seen.data, Conflict("the form does not say whose it was"))


class BringBackForm(Form):
    reason = TextAreaField(
        "Why do they come back to the queue?", widget=GovTextArea(), filters=[prose], description="Such as: on sick leave from today."
    )


def _id(text: str | None, wrong: Exception) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise wrong from None
