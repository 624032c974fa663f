"""Who referred: the Department for Education's referral source codes (Children in Need census)."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

REFERRAL_SOURCES = CodeSet(
    "referral source",
    {
        "1A": "Family member, relative or carer",
        "1B": "Acquaintance, including neighbours and child minders",
        "1C": "The child or young person",
        "1D": "Another individual",
        "2A": "School",
        "2B": "Education services",
        "3A": "GP",
        "3B": "Health visitor",
        "3C": "School nurse",
        "3D": "Other primary health services",
        "3E": "Accident and emergency",
        "3F": "Other health services",
        "4": "Housing",
        "5A": "Council social care, such as adults'",
        "5B": "Other council services",
        "5C": "Another council",
        "5D": "Council early help",
        "6": "Police",
        "7": "Other legal agency, such as a court or probation",
        "8": "Other, such as a voluntary organisation",
        "9": "Anonymous",
        "10": "Not known",
    },
)
