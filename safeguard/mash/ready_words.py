"""Ready words put into the box of a decision, where a person finishes them."""

from __future__ import annotations

from collections.abc import Mapping

from safeguard.kernel.clock import london_date, today
from safeguard.kernel.codes.outcome import OUTCOMES
from safeguard.kernel.dates import long_date
from safeguard.kernel.errors import Problem
from safeguard.local.wording import fill_in
from safeguard.mash.case import Case
from safeguard.mash.forms import DecisionForm


def put_ready_words(form: DecisionForm, case: Case, texts: Mapping[str, str], *, phone: str) -> None:
    """Put the ready words chosen on the form after what was typed, or say what is missing.

    Args:
        texts: the words that can be chosen, by the value of their choice.
        phone: of the front door.
    """
    text, outcome = texts.get(form.ready.data or ""), form.outcome.data
    if text is None:
        form.show_problems([Problem("ready", "Choose which ready words to use")])
        return
    if "{decision}" in text and outcome not in OUTCOMES:
        form.show_problems([Problem("outcome", "Choose the decision first: these words say it")])
        return
    received = case.referral.submitted_at
    values = {
        "reference": case.referral.reference or "", "received": long_date(london_date(received)) if received else "",
        "today": long_date(today()), "front_door_phone": phone, "decision": OUTCOMES.label(outcome) if outcome in OUTCOMES else "",
    }  # fmt: skip
    form.feedback.data = "\n\n".join(part for part in (form.feedback.data, fill_in(text, values)) if part)
