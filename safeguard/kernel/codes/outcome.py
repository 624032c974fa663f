"""What the front door decides about a child within a working day (Working Together; KCSIE 2025, paragraph 62).

SINGLE_ASSESSMENT, STRATEGY_DISCUSSION, SPECIALIST_ASSESSMENT, ADVICE and NFA are the sector's outcome names.
"""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

OUTCOMES = CodeSet(
    "outcome",
    {
        "IMMEDIATE_PROTECTION": "Immediate protection or urgent action",
        "STRATEGY_DISCUSSION": "Strategy discussion (section 47)",
        "SINGLE_ASSESSMENT": "Child in need assessment (section 17)",
        "SPECIALIST_ASSESSMENT": "Further specialist assessment",
        "EARLY_HELP": "Early help services",
        "ADVICE": "Information and advice",
        "NFA": "No further action",
    },
)

# These end the front door's work without a service, so matters left open must be answered with a reason.
CLOSING = frozenset({"ADVICE", "NFA"})
