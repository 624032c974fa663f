"""Two colleagues join the same two people in the same moment: it is done once, and the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from safeguard.kernel.database import db
from safeguard.people.model import IdentityChange
from tests.integration.two_people import two_people
from tests.pages import hidden_of


def test_two_wishes_at_once_are_one(app: Flask, sign_in: Callable[[str], Any]) -> None:
    with app.app_context():
        two = two_people()
        db.session.remove()
    page = f"/people/{two.newer}/merge/{two.older}"
    visitors = [sign_in("screener"), sign_in("manager")]
    forms = [hidden_of(one.get(page).get_data(as_text=True)) for one in visitors]
    start = threading.Barrier(len(visitors))
    answers: list[int] = []

    def click(visitor: Any, hidden: dict[str, str]) -> None:
        start.wait()
        answers.append(visitor.post(page, {**hidden, "reason": "One girl."}).status_code)

    threads = [threading.Thread(target=click, args=pair) for pair in zip(visitors, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IdentityChange)) == 1
        db.session.remove()
