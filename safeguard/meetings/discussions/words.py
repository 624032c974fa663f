"""The code sets of a strategy discussion's record. Pure."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

MODES = CodeSet(
    "how it was held", {"meeting": "In one room", "video": "By video", "telephone": "By telephone", "mixed": "Partly in one room"}
)
SECTORS = CodeSet(
    "sector",
    {
        "social_care": "Children’s social care",
        "police": "Police",
        "health": "Health",
        "education": "School, nursery or education",
        "early_help": "Early help",
        "probation": "Probation",
        "housing": "Housing",
        "adults": "Services for adults",
        "other": "Another",
    },
)
# Working Together to Safeguard Children: at least these three.
QUORUM = ("social_care", "police", "health")
THERE = CodeSet("whether they took part", {"present": "Took part", "apologies": "Sent apologies"})
SEEN = CodeSet("whether the child was seen", {"yes": "Yes", "alone": "Yes, and alone", "no": "Not yet", "unborn": "Not born yet"})
SECTION_47, NOT_SECTION_47 = "s47", "not_s47"
DECISIONS = CodeSet(
    "decision",
    {
        SECTION_47: "A section 47 enquiry",
        NOT_SECTION_47: "No section 47 enquiry",
        "pending": "Urgent action by one agency, and the discussion goes on",
    },
)
LEADS = CodeSet(
    "who makes the enquiry",
    {"joint": "Social care and police together", "social_care": "Children’s social care alone", "police": "Police alone"},
)
MEDICALS = CodeSet("medical", {"needed": "Needed", "done": "Done already", "not_needed": "Not needed"})
PARENTS = CodeSet(
    "whether the parents are told", {"told": "They are told", "later": "They will be told later", "not_told": "They are not told"}
)
