"""The page of a list that an address asks for."""

from __future__ import annotations

from flask import abort, request

from safeguard.kernel.numbers import whole_number


def page_number(named: str = "page") -> int:
    """`?page=`, or what the list is `named` there, from 1; anything that is no such number is a page that does not exist."""
    page = whole_number(request.args.get(named, "1"), 6)
    if page is None:
        abort(404)
    return page
