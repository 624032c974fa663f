"""Disability as the Children in Need census codes it. NONE stands alone."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

DISABILITIES = CodeSet(
    "disability",
    {
        "NONE": "No disability",
        "MOB": "Mobility",
        "HAND": "Hand function",
        "PC": "Personal care",
        "INC": "Incontinence",
        "COMM": "Communication",
        "LD": "Learning",
        "HEAR": "Hearing",
        "VIS": "Vision",
        "BEH": "Behaviour, including ADHD",
        "CON": "Consciousness, such as seizures",
        "AUT": "Autism, diagnosed",
        "DDA": "Another disability",
    },
)
