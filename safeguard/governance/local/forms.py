"""Forms of the local settings. A field is named by the path of its answer, as problems name it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from wtforms import HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField

from safeguard.kernel.errors import Problem
from safeguard.local.versions import LONGEST_REASON
from safeguard.web.fields import Answered, DateField, Form, Limit, line, prose

_SMALL = {"RadioField": "govuk-radios--small", "SelectMultipleField": "govuk-checkboxes--small"}


class VersionForm(Form):
    """A version as it is written: its content, why, and from when. `seen`: the newest version when the page was shown."""

    # Headings with the fields under each; folded where `True`, unless something is said there.
    parts: ClassVar[list[tuple[str, str, list[str], bool]]] = []
    seen = HiddenField()
    reason = TextAreaField(
        "Why is this changed, and who asked for it?", widget=GovTextArea(), filters=[prose],
        description="Whoever approves it reads this, and so does anybody who looks back.",
        validators=[Answered("Enter why this is changed, and who asked for it"), Limit(LONGEST_REASON, "The reason")],
    )  # fmt: skip
    from_day = DateField("From which day is it used?", what="The day", description="Today, or a later day.")

    def content(self) -> dict[str, Any]:
        """What was typed, in the form of the setting."""
        raise NotImplementedError

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields show of a content, by their names."""
        raise NotImplementedError

    def field_of(self, path: str) -> str:
        """The name of the field that gives the answer at `path`."""
        return path

    def show_problems(self, problems: Sequence[Problem]) -> None:
        super().show_problems([Problem(self.field_of(problem.field), problem.message) for problem in problems])

    def helped_by(self, name: str) -> dict[str, Any]:
        """Further parameters of a field's GOV.UK component."""
        field = self[name]
        if isinstance(field, TextAreaField):
            return {"rows": 3}
        if isinstance(field, RadioField | SelectMultipleField):
            legend = {"text": field.label.text, "classes": "govuk-fieldset__legend--s"}
            return {"fieldset": {"legend": legend}, "classes": _SMALL[field.type]}
        return {}

    def opened(self, names: list[str]) -> bool:
        """Whether something is said, or to be mended, in one of these fields."""
        return any(self[name].data or self[name].errors for name in names)


class AnswerForm(Form):
    """What a second person says of a version."""

    reason = TextAreaField(
        "What did you look at, and who agreed? Or why is it not approved?", widget=GovTextArea(), filters=[prose],
        validators=[Answered("Enter what you looked at, or why it is not approved"), Limit(LONGEST_REASON, "This")],
    )  # fmt: skip


class Pressed(Form):
    """A button that changes something."""


def one_line(label: str, hint: str = "") -> StringField:
    return StringField(label, description=hint, widget=GovTextInput(), filters=[line])


def some_lines(label: str, hint: str = "") -> TextAreaField:
    return TextAreaField(label, description=hint, widget=GovTextArea(), filters=[prose])
