"""The form of the concern categories: words, place and withdrawal of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput
from wtforms import SelectMultipleField

from safeguard.governance.local.forms import VersionForm, one_line
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.numbers import whole_number
from safeguard.referrals.local_categories import ALWAYS, GROUPS, label_in, order_in

_LAST = 999


class _Categories(VersionForm):
    def content(self) -> dict[str, Any]:
        codes = [code for group in GROUPS.values() for code in group]
        withdrawn = [code for code in codes if code != ALWAYS and self[f"withdrawn.{code}"].data]
        order = [code for group in GROUPS.values() for code in sorted(group, key=self._place)]
        return {"labels": {code: self[f"labels.{code}"].data or "" for code in codes}, "withdrawn": withdrawn, "order": order}

    def _place(self, code: str) -> int:
        number = whole_number(self[f"order.{code}"].data, 3)
        return _LAST if number is None else number

    @classmethod
    def shown(cls, content: Mapping[str, Any]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for group in GROUPS:
            for place, code in enumerate(order_in(content, group), 1):
                said |= {f"labels.{code}": label_in(content, code), f"order.{code}": str(place)}
        return said | {f"withdrawn.{code}": ["yes"] for code in content.get("withdrawn") or ()}

    def helped_by(self, name: str) -> dict[str, Any]:
        if name.startswith("order."):
            return {"classes": "govuk-input--width-2", "inputmode": "numeric"}
        if name.startswith("labels."):
            return {"classes": "govuk-!-width-two-thirds"}
        legend = {"text": self[name].label.text, "classes": "govuk-visually-hidden"}
        return {"fieldset": {"legend": legend}, "classes": "govuk-checkboxes--small"}

    def opened(self, names: list[str]) -> bool:
        return any(self[name].errors for name in names)


def _made() -> type[VersionForm]:
    boxes: dict[str, Any] = {}
    parts = []
    for group, codes in GROUPS.items():
        names = []
        for code in codes:
            words = CONCERN_CATEGORIES.label(code)
            boxes[f"labels.{code}"] = one_line(words, f"Census factor {CONCERN_CATEGORIES.factor(code)}. Empty: as the service comes.")
            boxes[f"order.{code}"] = one_line(f"Place of “{words}” in its group")
            names += [f"labels.{code}", f"order.{code}"]
            if code != ALWAYS:
                boxes[f"withdrawn.{code}"] = SelectMultipleField(
                    f"Offer of “{words}”", widget=GovCheckboxesInput(), validate_choice=False, choices=[("yes", f"Do not offer “{words}”")]
                )
                names.append(f"withdrawn.{code}")
        parts.append((group, "", names, True))
    return type("CategoriesForm", (_Categories,), {**boxes, "parts": parts})


CategoriesForm = _made()
