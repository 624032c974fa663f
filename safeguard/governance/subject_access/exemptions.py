"""Why part of what is held may be kept back from the person it is about. Pure.

Source: Data Protection Act 2018, schedules 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping

EXEMPTIONS: Mapping[str, str] = {
    "other_person": "It tells of somebody else, who has not agreed (schedule 2, part 3)",
    "serious_harm": "Telling it would be likely to cause serious harm to somebody (schedule 3, parts 2 to 4)",
    "child_abuse_data": "It says whether a child is or may be at risk of abuse, and giving it is not in its interest (schedule 3, part 5)",
    "crime": "Giving it would be likely to hinder the prevention or detection of a crime (schedule 2, part 1)",
    "legal_privilege": "It is legal advice (schedule 2, part 4)",
    "not_personal": "It is not about the person who asks",
}
# Short words for the page the person gets: what was kept back is named, and not what it says.
GIVEN: Mapping[str, str] = {
    "other_person": "it is about somebody else",
    "serious_harm": "the law lets us keep it back to protect somebody from serious harm",
    "child_abuse_data": "the law lets us keep it back in a child's interest",
    "crime": "the law lets us keep it back to prevent or detect crime",
    "legal_privilege": "it is legal advice",
    "not_personal": "it is not about you",
}
