"""Answers in which not knowing, not asking and refusing are values of their own."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

YES_NO = CodeSet("yes or no", {"yes": "Yes", "no": "No"})
YES_NO_NOT_KNOWN = CodeSet("yes, no or not known", {"yes": "Yes", "no": "No", "not_known": "Not known"})
PARENTAL_RESPONSIBILITY = CodeSet(
    "parental responsibility", {"yes": "Yes", "no": "No", "not_known": "Not known", "not_asked": "Not asked"}
)
AGREEMENT = CodeSet(
    "agreement to share",
    {"agreed": "They agreed", "refused": "They refused", "not_sought": "Agreement was not asked for"},
)
SAFEGUARDING_LEAD_CONSULTED = CodeSet(
    "safeguarding lead consulted", {"yes": "Yes", "no": "No", "not_applicable": "I am the safeguarding lead"}
)
