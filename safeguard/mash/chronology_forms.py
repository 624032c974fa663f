"""One small form for each kind of entry, made from the kind's questions. No option is chosen beforehand."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSelect, GovTextArea
from wtforms import BooleanField, Field, SelectField, TextAreaField

from safeguard.concerns.fact_fields import answer_of, field_for
from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.fact_schema import FactKind
from safeguard.mash.chronology import LONGEST_DETAILS, ProposedEntry
from safeguard.web.fields import DateField, Form, Limit, prose


class EntryForm(Form):
    """What every entry has; the questions of its kind come between."""

    agency_id = SelectField("Which agency does this come from?", widget=GovSelect(), validate_choice=False)
    known_on = DateField(
        "When did an agency first know?", what="The day it became known", description="The day it was told, seen or written down."
    )
    happened_on = DateField("When did it happen?", what="The day it happened", description="Leave empty if it is not known.")
    details = TextAreaField(
        "Anything to add (optional)", widget=GovTextArea(), filters=[prose], validators=[Limit(LONGEST_DETAILS, "This")]
    )
    why_corrected = TextAreaField("Why is the entry corrected?", widget=GovTextArea(), filters=[prose])
    withdrawn = BooleanField("It was entered in error, and nothing takes its place", widget=GovCheckboxInput())

    kind: FactKind

    def asked(self) -> list[Field]:
        """The fields of the kind's questions, in order."""
        return [self[question.name] for question in self.kind.questions]

    def proposed(self) -> ProposedEntry:
        """What the form says, for the service to check."""
        return ProposedEntry(
            agency_id=self.agency_id.data or "",
            known_on=self.known_on.data,
            happened_on=self.happened_on.data,
            answers={question.name: answer_of(question, self[question.name]) for question in self.kind.questions},
            details=self.details.data or "",
        )


@lru_cache(maxsize=64)
def _class_for(code: str) -> type[EntryForm]:
    kind = FACT_KINDS[code]
    fields: dict[str, Any] = {
        question.name: field_for(question, question.label if question.needed or question.asked else f"{question.label} (optional)")
        for question in kind.questions
    }
    return type("EntryForm", (EntryForm,), {**fields, "kind": kind})


def form_for(kind: FactKind, data: dict[str, Any] | None = None) -> EntryForm:
    """The form of one kind, filled with `data` where nothing was sent."""
    return _class_for(kind.code)(data=data)
