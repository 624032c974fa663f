"""What a service refuses stands on the form, and the page carries its status."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from wtforms import HiddenField, StringField

from safeguard.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from safeguard.web.fields import Form
from safeguard.web.refusals import refusals_shown


class _Answer(Form):
    class Meta:
        csrf = False

    version = HiddenField()
    reason = StringField()
    words = StringField()


@pytest.fixture
def sent() -> Iterator[_Answer]:
    app = Flask(__name__)
    app.secret_key = "for this test only"
    with app.test_request_context("/", method="POST", data={"reason": "because"}):
        yield _Answer()


def test_a_form_as_first_opened_is_fine() -> None:
    app = Flask(__name__)
    app.secret_key = "for this test only"
    with app.test_request_context("/"):
        assert _Answer().page_status == 200


def test_a_broken_rule_is_told_at_its_field(sent: _Answer) -> None:
    with refusals_shown(sent, "reason"):
        raise RuleBroken([Problem("words", "Say more")])
    assert (sent.words.errors, sent.page_status) == (["Say more"], 400)
    assert not sent.reason.errors


@pytest.mark.parametrize("named", ["version", "no such field"])
def test_what_names_nothing_that_is_seen_is_told_where_it_is_seen(sent: _Answer, named: str) -> None:
    with refusals_shown(sent, "reason"):
        raise RuleBroken([Problem(named, "It cannot be")])
    assert sent.reason.errors == ["It cannot be"]
    assert not sent.version.errors


def test_a_conflict_asks_to_look_again(sent: _Answer) -> None:
    with refusals_shown(sent, "words", moved_on="Somebody was quicker"):
        raise Conflict("changed")
    assert (sent.words.errors, sent.page_status) == (["Somebody was quicker"], 409)


def test_anything_else_is_not_kept_quiet(sent: _Answer) -> None:
    with pytest.raises(NotFound), refusals_shown(sent, "words"):
        raise NotFound("person")
