"""Forms of agency checks. No option is chosen beforehand."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovRadioInput, GovSelect, GovTextArea, GovTextInput
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from safeguard.mash.checks import words as said
from safeguard.mash.checks.rules import LONGEST, LONGEST_NAME, ProposedAnswer, ProposedRequest
from safeguard.web.fields import Answered, Form, Limit, line, prose


class AskForm(Form):
    seen = HiddenField()
    agencies = SelectMultipleField("Which agencies do you ask?", widget=GovCheckboxesInput(), validate_choice=False)
    school = SelectField("A school or nursery", widget=GovSelect(), validate_choice=False)
    people = SelectMultipleField(
        "About whom?", widget=GovCheckboxesInput(), validate_choice=False,
        description="The agency sees only the people you choose, and nothing else of the referral.",
    )  # fmt: skip
    details = SelectMultipleField(
        "What else may the agency be told of them? (optional)", widget=GovCheckboxesInput(), validate_choice=False,
        choices=said.DETAILS.choices(), description="Names, date of birth and sex are always given. A protected address never is.",
    )  # fmt: skip
    template = RadioField("What do you ask?", widget=GovRadioInput(), validate_choice=False)
    own_words = TextAreaField(
        "In your own words (optional)", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST, "Your own words")],
        description="Say no more about the family than the agency needs to answer.",
    )  # fmt: skip
    purpose = RadioField("What is it for?", widget=GovRadioInput(), validate_choice=False, choices=said.PURPOSES.choices())
    basis = RadioField("On which legal basis?", widget=GovRadioInput(), validate_choice=False, choices=said.BASES.choices())
    family_told = RadioField(
        "Does the family know that you ask?", widget=GovRadioInput(), validate_choice=False, choices=said.FAMILY_TOLD.choices()
    )

    def proposed(self) -> ProposedRequest:
        """What the form says, for the service to check."""
        school = [self.school.data] if self.school.data else []
        return ProposedRequest(
            agencies=(*(self.agencies.data or []), *school), people=tuple(self.people.data or []), template=self.template.data or "",
            own_words=self.own_words.data or "", details=tuple(self.details.data or []), purpose=self.purpose.data or "",
            basis=self.basis.data or "", family_told=self.family_told.data or "",
        )  # fmt: skip


class AnswerForm(Form):
    seen = HiddenField()
    outcome = RadioField("What is your answer?", widget=GovRadioInput(), validate_choice=False, choices=said.ANSWERS.choices())
    words = TextAreaField(
        "Summary, or your reason", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST, "This")],
        description="What you know and since when, or why you do not share it. If it is sensitive, say whom to call and no more.",
    )  # fmt: skip
    refusal = RadioField(
        "If you do not share it: why?", widget=GovRadioInput(), validate_choice=False, choices=said.REFUSALS.choices()
    )
    sharing = RadioField("Who may read your answer?", widget=GovRadioInput(), validate_choice=False, choices=said.SHARING.choices())

    def proposed(self) -> ProposedAnswer:
        """What the form says, for the service to check."""
        return ProposedAnswer(
            self.outcome.data or "", self.words.data or "", self.sharing.data or "",
            (self.refusal.data or "") if self.outcome.data == "refused" else "",
        )  # fmt: skip


class WriteDownForm(AnswerForm):
    """The desk writes down what it was told by telephone."""

    told_by = StringField(
        "Who told you, and in what role?", widget=GovTextInput(), filters=[line], validators=[Limit(LONGEST_NAME, "Who told you")]
    )

    def proposed(self) -> ProposedAnswer:
        whole = super().proposed()
        return ProposedAnswer(whole.outcome, whole.words, whole.sharing, whole.refusal, self.told_by.data or "")


class WithdrawForm(Form):
    reason = TextAreaField(
        "Why is the request withdrawn?", widget=GovTextArea(), filters=[prose],
        validators=[Answered("Enter why the request is withdrawn"), Limit(LONGEST, "The reason")],
    )  # fmt: skip


class Pressed(Form):
    """A button that changes something."""
