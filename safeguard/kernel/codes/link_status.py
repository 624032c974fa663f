"""How far a link between people, or a finding about one, is established."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

LINK_STATUSES = CodeSet(
    "link status",
    {
        "stated": "Stated",
        "proven": "Proven",
        "alleged": "Alleged",
        "overturned": "Overturned",
        "unknown": "Status not known",
    },
)

# Shown as what it is, and nothing is built on it.
OVERTURNED = "overturned"
