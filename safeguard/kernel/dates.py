"""Dates as pages print them, and ages. Pure."""

from __future__ import annotations

from datetime import date


def long_date(day: date) -> str:
    """3 March 2026"""
    return f"{day.day} {day:%B %Y}"


def age_on(birth: date, day: date) -> int:
    """The age in whole years on `day` of somebody born on `birth`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
