"""The code sets of structured facts, in the words of the field."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.link_status import LINK_STATUSES

YES_NO_UNKNOWN = CodeSet("yes, no or not known", {"yes": "Yes", "no": "No", "not_known": "Not known"})
DONE = CodeSet("done or not", {"done": "Done", "not_done": "Not done", "not_known": "Not known"})
STATUSES = LINK_STATUSES

# TEN-4-FACESp (Pierce and others, 2010 and 2021) names torso, ear, neck, frenulum, angle of jaw, cheek, eyelid.
INJURY_SITES = CodeSet(
    "injury site",
    {
        "forehead": "Forehead", "eyelid": "Eyelid", "cheek": "Cheek", "ear": "Ear", "jaw": "Angle of the jaw",
        "mouth": "Mouth or frenulum", "scalp": "Scalp or skull", "neck": "Neck", "torso": "Chest, belly or back",
        "buttocks": "Buttocks", "genitals": "Genitals", "arm": "Arm", "hand": "Hand", "leg": "Leg", "shin": "Shin or knee",
        "foot": "Foot", "elsewhere": "Elsewhere",
    },
)  # fmt: skip
SITES_OF_CONCERN = frozenset({"torso", "ear", "neck", "jaw", "cheek", "eyelid", "mouth"})
INJURY_PATTERNS = CodeSet(
    "injury pattern",
    {"patterned": "Shape of an object or hand", "burn": "Burn or scald", "clustered": "Several in a cluster", "bite": "Bite"},
)
MOBILITY = CodeSet(
    "mobility",
    {"not_mobile": "Cannot roll, crawl or move alone", "mobile": "Moves about alone", "not_known": "Not known"},
)
MEDICAL_OPINION = CodeSet(
    "medical opinion",
    {
        "accident": "An accident explains it", "medical": "A medical condition explains it",
        "inflicted": "Inflicted injury is likely", "undetermined": "Cannot be told", "not_known": "None recorded",
    },
)  # fmt: skip
PROFESSIONS = CodeSet(
    "profession",
    {
        "social_worker": "Social worker", "health_visitor": "Health visitor", "school_nurse": "School nurse", "gp": "GP",
        "midwife": "Midwife", "paediatrician": "Paediatrician or hospital", "school": "School or nursery", "police": "Police",
        "early_help": "Early help worker", "other": "Another professional",
    },
)  # fmt: skip
VISIT_RESULTS = CodeSet(
    "result of the visit",
    {
        "child_seen": "The child was seen", "not_seen": "Somebody answered, the child was not seen",
        "no_answer": "Nobody answered", "refused": "Entry was refused", "wrong_address": "The family does not live there",
    },
)  # fmt: skip
APPOINTMENT_RESULTS = CodeSet(
    "result of the appointment",
    {"attended": "Attended", "not_brought": "Was not brought", "cancelled": "Cancelled by the family", "declined": "Declined"},
)
SERVICES = CodeSet(
    "service",
    {
        "gp": "GP", "health_visitor": "Health visitor", "midwifery": "Midwifery", "hospital": "Hospital clinic",
        "dentist": "Dentist", "immunisation": "Immunisation", "therapy": "Therapy", "mental_health": "Mental health service",
        "early_years": "Nursery or early years", "school": "School", "other": "Another service",
    },
)  # fmt: skip
REGISTRATION = CodeSet(
    "standing with a service",
    {
        "deregistered": "No longer registered", "no_contact_when_due": "No contact when it was due",
        "no_place": "No place when it was due", "registered": "Registered and in contact",
    },
)  # fmt: skip
EDUCATION_CHANGES = CodeSet(
    "change at school",
    {
        "home_education": "Home education notified", "off_roll": "Taken off the roll",
        "permanent_exclusion": "Excluded permanently", "suspension": "Suspended", "managed_move": "Managed move",
        "alternative_provision": "Moved to alternative provision", "started": "Started or came back to school",
    },
)  # fmt: skip
ABUSE_FEATURES = CodeSet(
    "feature of domestic abuse",
    {
        "strangulation": "Strangulation or choking", "threats_to_kill": "Threats to kill", "arson": "Fire-setting or threat of it",
        "breach": "Breach of an order or bail", "separation": "Separation, recent or planned",
        "pregnancy": "Victim pregnant or with a baby", "weapon": "Weapon used or threatened", "stalking": "Stalking",
        "child_present": "Child present", "controlling": "Controlling behaviour",
    },
)  # fmt: skip
MOVE_REACH = CodeSet("where to", {"same_area": "Within this council's area", "other_area": "To or from another area"})
ADULT_ROLES = CodeSet(
    "adult's place",
    {
        "partner": "Partner of a parent", "lodger": "Lodger", "relative": "Relative", "friend": "Friend of the family",
        "not_known": "Not known who",
    },
)  # fmt: skip
CHECKS = CodeSet("checks", {"done": "Checks done", "asked": "Checks asked for", "none": "No checks", "not_known": "Not known"})
RETURN_INTERVIEW = CodeSet(
    "return interview", {"done": "Done", "declined": "Offered and declined", "not_done": "Not done", "not_known": "Not known"}
)
MARKERS = CodeSet(
    "marker of exploitation",
    {
        "drugs": "Drugs", "cash": "Money or goods nobody can explain", "phones": "Several phones",
        "cuckooed": "Found in a taken-over home", "out_of_area_arrest": "Arrested away from home", "weapon": "Weapon",
        "infection": "Sexually transmitted infection, unexplained", "pregnancy_under_16": "Pregnancy under 16",
        "controlling_associate": "Controlling older associate",
    },
)  # fmt: skip
FGM_AFFECTED = CodeSet(
    "who is affected",
    {"mother": "Mother affected", "sister": "Sister affected", "statement": "Family speaks of the practice"},
)
FGM_PLANS = CodeSet(
    "plans",
    {
        "travel": "Travel planned", "ceremony": "A special ceremony spoken of", "absence": "Long absence",
        "health_education": "Withdrawn from health education",
    },
)  # fmt: skip
STEPS = CodeSet(
    "safeguarding step",
    {
        "strategy_discussion": "Strategy discussion", "visit": "Visit to the child", "conference": "Child protection conference",
        "return_interview": "Return interview", "ehe_visit": "Home education visit", "transfer_in": "Transfer of the record",
        "s47_outcome": "Outcome of a section 47 enquiry", "pre_birth_assessment": "Pre-birth assessment",
    },
)  # fmt: skip
PREGNANCY = CodeSet(
    "pregnancy",
    {"known": "Known", "suspected": "Suspected", "concealed": "Concealed", "late_booked": "Booked late", "ended": "Ended"},
)
CHILD_STANDINGS = CodeSet(
    "standing",
    {
        "s47": "Section 47 enquiry started", "cp_plan": "Child protection plan started or kept",
        "cp_plan_ended": "Child protection plan ended", "cin_plan": "Child in need plan started or kept",
        "cin_plan_ended": "Child in need plan ended", "looked_after": "Looked after by the local authority",
        "removed": "Removed from the family's care",
        "returned": "Returned home from care, relatives or hospital", "closed": "Closed to children's social care",
    },
)  # fmt: skip
ADULT_FACTS = CodeSet(
    "what is recorded of the adult",
    {
        "risk_to_children": "May pose a risk to children",
        "finding": "Court finding about a child", "conviction": "Conviction for harm to a child or partner",
        "plan_other_child": "Another child on a child protection plan", "removal": "Another child removed",
        "violence_marker": "Violence marker", "restraining_order": "Restraining or non-molestation order",
        "abuse_perpetrator": "Domestic abuse, as the person who harms",
    },
)  # fmt: skip
PROTECTION = CodeSet(
    "protective factor",
    {
        "safe_adult": "A safe adult is engaged", "seen_alone_well": "Child seen alone and well",
        "explained": "Injury explained by independent medical opinion", "stable_school": "Settled at school",
        "support_accepted": "Support accepted",
    },
)  # fmt: skip
REPORTERS = CodeSet(
    "reporter",
    {
        "parent": "Parent who lives elsewhere", "grandparent": "Grandparent", "relative": "Another relative",
        "neighbour": "Neighbour", "friend": "Friend of the family", "public": "Another member of the public",
        "anonymous": "Anonymous",
    },
)  # fmt: skip
