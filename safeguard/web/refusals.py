"""What a service refuses, shown on the form that asked for it."""

from __future__ import annotations

from types import TracebackType

from safeguard.kernel.errors import Conflict, Problem, RuleBroken
from safeguard.web.fields import Form

MOVED_ON = "Somebody changed this while you were writing. What you typed is kept: look again, then save"


class refusals_shown:  # noqa: N801  reads as what it does at the head of a block
    """Put what the services called in the block refuse on the form, and go on after it: the page is to be shown again.

    Args:
        form: what was sent; its `page_status` is that of the page afterwards.
        field: the field that a conflict is told at.
        moved_on: how a conflict is told.
    """

    def __init__(self, form: Form, field: str, *, moved_on: str = MOVED_ON) -> None:
        self._form, self._field, self._moved_on = form, field, moved_on

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if not isinstance(error, RuleBroken | Conflict):
            return False
        show_refusal(self._form, error, self._field, moved_on=self._moved_on)
        return True


def show_refusal(form: Form, refusal: RuleBroken | Conflict, field: str, *, moved_on: str = MOVED_ON) -> None:
    """Put a refusal on the form; `moved_on` explains a conflict, and is told at `field`."""
    if isinstance(refusal, RuleBroken):
        form.show_problems(refusal.problems)
    else:
        form.show_problems([Problem(field, moved_on)])
        form.outrun = True
