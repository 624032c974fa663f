"""Forms about how people are related. No option is chosen beforehand."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect, GovTextArea
from wtforms import RadioField, SelectField, TextAreaField

from safeguard.kernel.codes.answer import PARENTAL_RESPONSIBILITY
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.mash.relating import ANSWERS, LONGEST_REASON, ProposedRelationship
from safeguard.web.fields import Answered, DateField, Form, Limit, prose


class RelationshipForm(Form):
    """One person is something to another, as an agency says."""

    kind = SelectField(
        "How is this person related to the other?", widget=GovSelect(), validate_choice=False,
        choices=[("", "Choose how they are related"), *RELATIONSHIPS.choices()], validators=[Answered("Choose how they are related")],
    )  # fmt: skip
    other_id = SelectField(
        "To whom?", widget=GovSelect(), validate_choice=False, validators=[Answered("Choose the other person")],
        description="The people nearby are listed. For somebody else, open their page and choose “Record how they are related” there.",
    )
    agency_id = SelectField(
        "Which agency says so?", widget=GovSelect(), validate_choice=False, validators=[Answered("Choose which agency says so")]
    )
    parental_responsibility = RadioField(
        "Parental responsibility", widget=GovRadioInput(), choices=PARENTAL_RESPONSIBILITY.choices(), validate_choice=False,
        description="Whether the adult of the two has it for the child.",
        validators=[Answered("Say whether they have parental responsibility, or that it is not known")],
    )  # fmt: skip
    since = DateField("Since when? (optional)", what="The day it began", description="Leave empty if it is not known.")
    until = DateField("Until when? (optional)", what="The day it ended", description="Leave empty if it goes on, or if it is not known.")

    def proposed(self) -> ProposedRelationship:
        """What the form says, for the service to check."""
        return ProposedRelationship(
            self.other_id.data or "", self.kind.data or "", self.agency_id.data or "", self.parental_responsibility.data or "",
            self.since.data, self.until.data,
        )  # fmt: skip


class RelationshipAnswerForm(Form):
    """How far a relationship stands."""

    word = RadioField(
        "What is known now?", widget=GovRadioInput(), choices=ANSWERS.choices(), validate_choice=False,
        validators=[Answered("Choose what is known now")],
    )
    ended_on = DateField("If it has ended, when?", what="The day it ended")
    reason = TextAreaField(
        "How is it known?", widget=GovTextArea(), filters=[prose], description="Who said so, or which document shows it.",
        validators=[Answered("Enter how it is known"), Limit(LONGEST_REASON, "This")],
    )
