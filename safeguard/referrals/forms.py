"""The form of each question. Fields are named after the answers they give; the rules are the document's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField

from safeguard.kernel.codes.answer import AGREEMENT, SAFEGUARDING_LEAD_CONSULTED, YES_NO_NOT_KNOWN
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.disability import DISABILITIES
from safeguard.kernel.codes.ethnicity import ETHNICITIES
from safeguard.kernel.codes.sex import SEXES
from safeguard.kernel.numbers import whole_number
from safeguard.referrals.document_fields import LONGEST_TEXT
from safeguard.referrals.document_people import BIRTH_KINDS, PERSON_KINDS
from safeguard.web.fields import Answered, DateField, Form, GroupedBoxes, filled, line, prose

Choices = Sequence[tuple[str, str]]
_ONCE = re.compile(r"[A-Za-z0-9_-]{1,24}", re.ASCII)


def once_key(text: str | None) -> str:
    """A one-time key as the service makes them; empty for anything else."""
    return text if text and _ONCE.fullmatch(text) else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together. With a `heading` they are folded under it, unless `opened`."""

    heading: str
    fields: tuple[Any, ...]
    opened: bool = True


class QuestionForm(Form):
    """A page of the referral. `version` is the draft's version when the page was shown, `once` the page's one-time key.

    `helped_by` are further parameters of each field's GOV.UK component, by field name. `reveals` names the fields that
    belong to one choice of the first question, each with that choice's code: they show when it is chosen. `intro` stands
    before all.
    """

    helped_by: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    intro: ClassVar[str] = ""
    # Whether a page with a single question asks it by its heading.
    asked_by_heading: ClassVar[bool] = True
    reveals: ClassVar[Mapping[str, str]] = {}
    version = HiddenField()
    once = HiddenField(filters=[once_key])

    @property
    def questions(self) -> list[Any]:
        """The fields a person fills in, in order."""
        return [field for field in self if field.name not in {"csrf_token", "version", "once"}]

    @property
    def groups(self) -> list[Group]:
        """The fields in the order they are shown: all of them together, unless a page folds some away."""
        return [Group("", tuple(self.questions))]

    def orphaned(self, field: Any) -> bool:
        """Whether `field` was filled in without the choice it belongs to: then it must not hide."""
        return field.name in self.reveals and not self.questions[0].data and filled(field)

    def said(self) -> dict[str, Any]:
        """The answers given, by name, as the document keeps them; None or empty where nothing was said."""
        return {field.name: _kept(field.data) for field in self.questions}

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of an earlier answer, `part` being the part of the document the page fills."""
        return dict(part)

    def field_of(self, path: str) -> str | None:
        """The field that answers `path` (relative to the page's part of the document), if it is on this page."""
        name = path.partition(".")[0].partition("[")[0]
        return name if name in self._fields else None


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value or None


def radios(label: str, choices: Choices, *, hint: str = "", needed: str = "") -> RadioField:
    """Radio buttons; `needed` is what to say where none is chosen and one must be."""
    return RadioField(
        label,
        choices=list(choices),
        description=hint,
        widget=GovRadioInput(),
        validate_choice=False,  # the document's rules name a code they do not know
        validators=[Answered(needed)] if needed else [],
    )


def boxes(label: str, choices: Choices, *, hint: str = "") -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=list(choices), description=hint, widget=GovCheckboxesInput(), validate_choice=False
    )


def one_line(label: str, *, hint: str = "") -> StringField:
    return StringField(label, description=hint, filters=[line], widget=GovTextInput())


def long_text(label: str, *, hint: str = "") -> TextAreaField:
    return TextAreaField(label, description=hint, filters=[prose], widget=GovCharacterCount())


def select(label: str, choices: Choices, *, hint: str = "") -> SelectField:
    return SelectField(
        label, choices=[("", "Choose"), *choices], description=hint, widget=GovSelect(), validate_choice=False
    )


_WIDE = {"classes": "govuk-!-width-two-thirds"}
_NUMBER = {"classes": "govuk-input--width-20", "spellcheck": False}
_COUNTED = {"maxlength": LONGEST_TEXT, "threshold": 75, "rows": 12}
_INLINE = {"classes": "govuk-radios--inline"}


class DangerForm(QuestionForm):
    immediate_danger = radios(
        "Immediate danger",
        YES_NO_NOT_KNOWN.choices(),
        hint="For example hurt now, about to be hurt, left alone, or with somebody who may hurt them today.",
    )


class DangerActionForm(QuestionForm):
    immediate_action = TextAreaField(
        "What has been done",
        description="Whom you called and when, any police or ambulance reference, and where the child is now.",
        filters=[prose],
        widget=GovTextArea(),
    )


class ReferrerForm(QuestionForm):
    helped_by = {  # noqa: RUF012
        "name": {**_WIDE, "autocomplete": "name"},
        "role": {**_WIDE, "autocomplete": "organization-title"},
        "phone": {"classes": "govuk-input--width-20", "type": "tel", "autocomplete": "tel"},
        "email": {**_WIDE, "type": "email", "autocomplete": "email", "spellcheck": False},
        "safeguarding_lead_consulted": {},
    }
    name = one_line("Full name")
    role = one_line("Job title or role")
    phone = one_line("Phone number", hint="A number on which the front door can reach you today.")
    email = one_line("Email address")
    relationship_to_children = one_line("How you know the children", hint="For example class teacher, midwife or neighbour.")
    safeguarding_lead_consulted = radios(
        "Have you talked to your agency’s safeguarding lead?", SAFEGUARDING_LEAD_CONSULTED.choices()
    )


class ChildNameForm(QuestionForm):
    helped_by = {key: {**_WIDE, "spellcheck": False} for key in ("given_names", "surname", "known_as")}  # noqa: RUF012
    given_names = one_line("First names")
    surname = one_line("Family name")
    known_as = one_line("Also known as", hint="A nickname, or another name the child uses or has used.")


class NewChildForm(ChildNameForm):
    """For a new child: an unborn child may have no name yet."""

    unborn = boxes("Not born yet", [("yes", "This child is not born yet and has no name")])

    def said(self) -> dict[str, Any]:
        answers = super().said()
        if answers.pop("unborn"):
            answers["birth"] = {"kind": "unborn"}
        return answers


class PersonNameForm(QuestionForm):
    helped_by = {**ChildNameForm.helped_by, "kind": _INLINE}  # noqa: RUF012
    kind = radios("Adult or child", PERSON_KINDS.choices())
    given_names = one_line("First names", hint="Leave the names empty if you do not know them.")
    surname = one_line("Family name")
    known_as = one_line("Also known as")


class BirthForm(QuestionForm):
    """Born, unborn, a rough age, or not known; only what belongs to the chosen one counts."""

    kind = radios("What is known", BIRTH_KINDS.choices())
    date = DateField("Date of birth", what="The date of birth", description="For example, 27 3 2015.")
    expected_date = DateField("Expected date", what="The expected date", description="For example, 27 3 2027.")
    age = one_line("Rough age in years", hint="For a baby under one, enter 0.")
    reveals = {"date": "born", "expected_date": "unborn", "age": "estimated"}  # noqa: RUF012
    helped_by = {"age": {"classes": "govuk-input--width-3", "inputmode": "numeric", "spellcheck": False}}  # noqa: RUF012

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        for name, kind in self.reveals.items():
            if name in self and self.kind.data != kind:
                self[name].errors = []
        if any(self.orphaned(field) for field in self.questions):
            self.kind.errors = [*self.kind.errors, "Choose what is known"]
        return not self.errors

    def said(self) -> dict[str, Any]:
        birth: dict[str, Any] = {"kind": self.kind.data} if self.kind.data else {}
        for name, kind in self.reveals.items():
            if name in self and self.kind.data == kind and self[name].data:
                birth[name] = _age(self[name].data) if name == "age" else self[name].data.isoformat()
        return {"birth": birth or None}

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        birth = part.get("birth") or {}
        days = {name: _day(birth.get(name)) for name in ("date", "expected_date")}
        return {"kind": birth.get("kind"), **days, "age": str(birth["age"]) if "age" in birth else ""}

    def field_of(self, path: str) -> str | None:
        return {"birth": "kind", "birth.kind": "kind"}.get(path) or super().field_of(path.removeprefix("birth."))


class AdultBirthForm(BirthForm):
    expected_date = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [choice for choice in BIRTH_KINDS.choices() if choice[0] != "unborn"]


def _age(text: str) -> int | str:
    number = whole_number(text, 3)
    return text if number is None else number


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class ChildDetailsForm(QuestionForm):
    helped_by = {"nhs_number": _NUMBER, "upn": _NUMBER, "school": _WIDE, "gp_practice": _WIDE, "sex": _INLINE}  # noqa: RUF012
    sex = radios("Sex", SEXES.choices())
    nhs_number = one_line("NHS number", hint="10 digits, if you have it. It finds the right child most surely.")
    upn = one_line("Unique pupil number", hint="A letter and 12 characters, if you have it.")
    school = one_line("School, nursery or college")
    gp_practice = one_line("GP practice")


class UnbornDetailsForm(ChildDetailsForm):
    """An unborn child has no number and no school."""

    nhs_number = None
    upn = None
    school = None


class ChildBackgroundForm(QuestionForm):
    helped_by = {"first_language": _WIDE, "interpreter_needed": _INLINE}  # noqa: RUF012
    ethnicity = select("Ethnicity", ETHNICITIES.choices(), hint="As the family describes it. Refused is an answer too.")
    first_language = one_line("First language")
    interpreter_needed = radios("Is an interpreter or signer needed?", YES_NO_NOT_KNOWN.choices())
    disabilities = boxes("Disabilities", DISABILITIES.choices(), hint="Choose all that apply, or leave empty if not known.")


class ChildConcernsForm(QuestionForm):
    """Offers every category of the service, unless `offering` says which."""

    concerns = SelectMultipleField(
        "Concerns",
        choices=[(code, CONCERN_CATEGORIES.label(code)) for code in CONCERN_CATEGORIES.offered],
        description="Choose everything that applies. You describe it in your own words later.",
        widget=GroupedBoxes(CONCERN_CATEGORIES.group),
        validate_choice=False,
    )
    offered: ClassVar[Sequence[Sequence[str]]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.offered:
            self.concerns.choices = [(code, words) for code, words in self.offered]

    @classmethod
    def offering(cls, offered: Sequence[Sequence[str]] | None) -> type[QuestionForm]:
        """The form with these categories, each its code and its words; with None as the service comes."""
        return type("ChildConcernsForm", (cls,), {"offered": offered}) if offered else cls


class PersonDetailsForm(QuestionForm):
    helped_by = {  # noqa: RUF012
        "phone": {**_NUMBER, "type": "tel"}, "email": {**_WIDE, "type": "email", "spellcheck": False}, "nhs_number": _NUMBER,
        "sex": _INLINE, "died": _INLINE,
    }  # fmt: skip
    sex = radios("Sex", SEXES.choices())
    phone = one_line("Phone number")
    email = one_line("Email address")
    nhs_number = one_line("NHS number", hint="10 digits, if you have it.")
    died = radios("Has this person died?", YES_NO_NOT_KNOWN.choices())
    died_on = DateField("If so, when?", what="The date of death", description="Leave it empty if you do not know.")

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        return {**part, "died_on": _day(part.get("died_on"))}


class NarrativeForm(QuestionForm):
    helped_by = {"narrative": _COUNTED}  # noqa: RUF012
    narrative = long_text(
        "Narrative",
        hint="What you saw or were told, by whom and where. Keep what you know apart from what you think. "
        "Use the child’s own words where you have them.",
    )


class HappenedForm(QuestionForm):
    happened_on = DateField(
        "When it happened",
        what="The date",
        description="The day of the latest event, for example 27 3 2026. Leave it empty if there was no single day.",
    )

    @classmethod
    def shown(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        return {"happened_on": _day(part.get("happened_on"))}


class HistoryForm(QuestionForm):
    helped_by = {"history": _COUNTED}  # noqa: RUF012
    history = long_text("History", hint="Earlier worries, how often, and what was tried. Leave it empty if you know of none.")


class StrengthsForm(QuestionForm):
    helped_by = {"strengths": _COUNTED}  # noqa: RUF012
    strengths = long_text("Strengths", hint="People who help, and what keeps the children safe. Leave it empty if you do not know.")


class VoiceForm(QuestionForm):
    helped_by = {"views": _COUNTED, "seen": _INLINE, "seen_alone": _INLINE}  # noqa: RUF012
    seen = radios("Have the children been seen?", YES_NO_NOT_KNOWN.choices())
    seen_alone = radios("Have they been seen alone?", YES_NO_NOT_KNOWN.choices())
    views = long_text("What they said, wish and feel", hint="In their own words. For a baby, what their behaviour shows.")


class ParentsToldForm(QuestionForm):
    parents_told = radios(
        "Parents told",
        YES_NO_NOT_KNOWN.choices(),
        hint="Tell them if that is safe. You can refer without their agreement where a child may be at risk.",
    )


class NotToldForm(QuestionForm):
    not_told_reason = TextAreaField(
        "Reason",
        description="For example because it would put a child at more risk, or could spoil an investigation.",
        filters=[prose],
        widget=GovTextArea(),
    )


class AgreementForm(QuestionForm):
    helped_by = {"parents_views": _COUNTED}  # noqa: RUF012
    agreement = radios("Agreement", AGREEMENT.choices(), needed="Say whether they agreed, refused or were not asked")
    parents_views = long_text("What the parents say")


FORMS: Mapping[str, type[QuestionForm]] = {
    "danger": DangerForm,
    "danger-action": DangerActionForm,
    "referrer": ReferrerForm,
    "child-name": ChildNameForm,
    "child-birth": BirthForm,
    "child-details": ChildDetailsForm,
    "child-background": ChildBackgroundForm,
    "child-concerns": ChildConcernsForm,
    "person-name": PersonNameForm,
    "person-birth": BirthForm,
    "person-details": PersonDetailsForm,
    "narrative": NarrativeForm,
    "happened": HappenedForm,
    "history": HistoryForm,
    "strengths": StrengthsForm,
    "voice": VoiceForm,
    "parents-told": ParentsToldForm,
    "not-told-reason": NotToldForm,
    "agreement": AgreementForm,
}
