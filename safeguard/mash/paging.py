"""The page of a list that an address asks for."""

from __future__ import annotations

from flask import abort, request


def page_number(named: str = "page") -> int:
    """`?page=`, or what the list is `named` there, from 1; anything that is no such number is a page that does not exist."""
    page = request.args.get(named, "1")
    if not (page.isascii() and page.isdigit() and len(page) < 7):
        abort(404)
    return int(page)
