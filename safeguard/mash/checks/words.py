"""The code sets of agency checks, in the words of the field. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from safeguard.kernel.codes.code_set import CodeSet

PURPOSES = CodeSet(
    "purpose",
    {
        "protect_now": "To protect a child now",
        "response": "To decide what response the referral needs",
        "strategy": "For a strategy discussion",
        "enquiry": "For an enquiry under section 47 of the Children Act 1989",
        "assessment": "For an assessment under section 17 of the Children Act 1989",
    },
)
# The safeguarding condition of the Data Protection Act 2018 (schedule 1, paragraph 18) goes with each of them.
BASES = CodeSet(
    "legal basis",
    {
        "duty_to_share": "Legal obligation: the duty to share information (Children Act 2004, section 16LA)",
        "duty_to_help": "Legal obligation: the duty to help with an enquiry (Children Act 1989, section 47)",
        "public_task": "Public task: to safeguard children and promote their welfare (Children Act 2004, section 11)",
        "vital_interests": "Vital interests: to protect somebody’s life",
    },
)
FAMILY_TOLD = CodeSet(
    "whether the family knows", {"yes": "Yes", "no": "No, and it must not learn of it from you", "not_known": "Not known"}
)
DETAILS = CodeSet("detail", {"address": "Their address", "nhs_number": "Their NHS number"})
OWN_WORDS = "own"
TEMPLATES = CodeSet(
    "question",
    {
        "any": "What they know",
        "education": "School, nursery and attendance",
        "health": "Health",
        "police": "Police",
        "housing": "Housing",
        "adults": "Services for adults",
        OWN_WORDS: "My own words alone",
    },
)
QUESTIONS: Mapping[str, str] = {
    "any": "Are these people known to you? If so: since when, who works with them, what worries you, and what goes well?",
    "education": "Attendance and punctuality, exclusions and moves, how the child is in school, who collects the child, "
    "and any concern that was recorded.",
    "health": "Registration, missed appointments, injuries and emergency attendances, mental health, substance misuse, pregnancy, "
    "and any concern that was recorded.",
    "police": "Incidents at the home or with these people, domestic abuse, missing episodes, arrests, and anybody who may be a risk "
    "to children.",
    "housing": "Who lives in the home, its condition, arrears and notices, complaints by neighbours, and any concern that was recorded.",
    "adults": "Mental health, substance misuse, disability or domestic abuse of the adults, who works with them, and how it "
    "bears on the children.",
    OWN_WORDS: "",
}

NOTHING_KNOWN, KNOWN, SPEAK_TO_US, REFUSED = "nothing_known", "known", "speak_to_us", "refused"
ANSWERS = CodeSet(
    "answer",
    {
        NOTHING_KNOWN: "We know nothing of these people",
        KNOWN: "We know something",
        SPEAK_TO_US: "We hold something sensitive: speak to us",
        REFUSED: "We do not share what was asked",
    },
)
# As the desk reads them.
ANSWERED = CodeSet(
    "answer",
    {NOTHING_KNOWN: "Nothing known", KNOWN: "Known", SPEAK_TO_US: "Holds something sensitive, to be spoken to", REFUSED: "Refused"},
)
MASH_ONLY, STRATEGY, REFERRER = "mash", "strategy", "referrer"
SHARING = CodeSet(
    "who may read the answer",
    {
        MASH_ONLY: "The MASH alone",
        STRATEGY: "The MASH and a strategy discussion",
        REFERRER: "The MASH, a strategy discussion and whoever made the referral",
    },
)
# The grounds on which the duty to share does not reach (Children Act 2004, section 16LA).
REFUSALS = CodeSet(
    "reason for not sharing",
    {
        "not_relevant": "It is not relevant to the child’s safety or welfare",
        "would_not_help": "It would not help the hub to do its work",
        "more_detrimental": "Sharing would do the child more harm than not sharing",
        "other_bar": "Another law forbids it",
    },
)
STATES: Mapping[str, str] = {
    "waiting": "Waiting",
    "half": "Half the time has passed",
    "overdue": "Overdue",
    "answered": "Answered",
    "withdrawn": "Withdrawn",
}
