"""The kinds of structured fact an event may hold: one table for forms, imports, and the signals that read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from safeguard.concerns import fact_codes as codes
from safeguard.concerns.fact_schema import FactKind, Question, check_answers
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.dates import long_date
from safeguard.kernel.errors import Problem

CONCERN, OBSERVATION, DECISION = "inbound_concern", "professional_observation", "decision_or_activity"


def _one(name: str, label: str, of: CodeSet, *, needed: bool = False, hint: str = "", desk: bool = False) -> Question:
    return Question(name, label, "one", of, needed, hint=hint, desk=desk)


def _many(name: str, label: str, of: CodeSet, *, needed: bool = False, hint: str = "", desk: bool = False) -> Question:
    return Question(name, label, "many", of, needed, hint=hint, desk=desk)


def _number(name: str, label: str, highest: int, *, needed: bool = False, hint: str = "", desk: bool = False) -> Question:
    return Question(name, label, "number", None, needed, highest, hint, desk)


def _words(name: str, label: str, hint: str = "", *, desk: bool = False) -> Question:
    return Question(name, label, "words", hint=hint, desk=desk)


def _day(name: str, label: str, hint: str = "", *, needed: bool = False, desk: bool = False, asked: bool = False) -> Question:
    return Question(name, label, "day", None, needed, hint=hint, desk=desk, asked=asked)


_KINDS = (
    FactKind(
        "seen", "Child seen by a professional", OBSERVATION,
        (
            _one("by", "Who saw the child", codes.PROFESSIONS, needed=True),
            _one("alone", "Seen alone", codes.YES_NO_UNKNOWN),
            _words("how", "How the child was"),
        ),
        coded={"": ("routine_contact",)},
    ),
    FactKind(
        "visit", "Visit", OBSERVATION,
        (
            _one("result", "What came of it", codes.VISIT_RESULTS, needed=True),
            _one("by", "Who visited", codes.PROFESSIONS, desk=True),
            _one("restricted", "Staff have stopped or limited visiting for their own safety", codes.YES_NO_UNKNOWN, desk=True),
        ),
        about=("refused_access", "child_not_seen", "parental_hostility"),
        coded={
            "child_seen": ("routine_contact",), "not_seen": ("child_not_seen",), "no_answer": ("child_not_seen",),
            "refused": ("refused_access",), "wrong_address": ("child_not_seen",),
        },
        coded_by="result",
    ),
    FactKind(
        "injury", "Injury or mark", CONCERN,
        (
            _many("sites", "Where on the body", codes.INJURY_SITES),
            _many("patterns", "Pattern", codes.INJURY_PATTERNS),
            _one("mobility", "Can the child move about", codes.MOBILITY),
            _words("accounts", "Accounts given, and by whom", desk=True),
            _one("account_changed", "The account changed or does not fit", codes.YES_NO_UNKNOWN),
            _number("hours", "Hours before care was sought", 8760),
            _one("paediatric", "Same-day paediatric assessment", codes.DONE, desk=True),
            _one("opinion", "Independent medical opinion", codes.MEDICAL_OPINION, desk=True),
        ),
        about=("physical_injury", "head_injury", "fracture", "burn_scald", "unexplained_bruising", "non_mobile_bruising"),
        coded={"burn": ("physical_injury", "burn_scald"), "": ("physical_injury",)},
        coded_by="patterns",
    ),
    FactKind(
        "appointment", "Health appointment", OBSERVATION,
        (
            _one("result", "What came of it", codes.APPOINTMENT_RESULTS, needed=True),
            _one("service", "Service", codes.SERVICES, needed=True),
            _one("known_condition", "The child has a condition that needs this care", codes.YES_NO_UNKNOWN),
            _words("reason", "Reason given", desk=True),
        ),
        about=("medical_neglect_not_brought",),
        coded={
            "attended": ("routine_contact",), "not_brought": ("medical_neglect_not_brought",),
            "declined": ("medical_neglect_not_brought",),
        },
        coded_by="result",
    ),
    FactKind(
        "registration", "Standing with a universal service", OBSERVATION,
        (
            _one("service", "Service", codes.SERVICES, needed=True),
            _one("standing", "How it stands", codes.REGISTRATION, needed=True),
        ),
        coded={"registered": ("routine_contact",), "": ("non_engagement",), "no_place": ("missing_education",)},
        coded_by="standing",
    ),
    FactKind(
        "attendance", "School attendance", OBSERVATION,
        (
            _number("percent", "Attendance in per cent", 100, needed=True),
            _number("weeks", "Over how many weeks", 52),
            _number("before", "Attendance before that, in per cent", 100, desk=True),
        ),
        about=("poor_attendance",),
    ),
    FactKind(
        "education", "Change at school", OBSERVATION,
        (
            _one("change", "What changed", codes.EDUCATION_CHANGES, needed=True),
            _one("safeguarding", "Safeguarding was considered in the decision", codes.YES_NO_UNKNOWN, desk=True),
        ),
        about=("home_education", "school_exclusion", "missing_education"),
        coded={
            "home_education": ("home_education",), "off_roll": ("missing_education",),
            "permanent_exclusion": ("school_exclusion",), "suspension": ("school_exclusion",),
            "managed_move": ("school_exclusion",), "alternative_provision": ("school_exclusion",),
            "started": ("routine_contact",),
        },
        coded_by="change",
    ),
    FactKind(
        "missing", "Missing episode", CONCERN,
        (
            _number("hours", "Hours missing", 8760),
            _number("miles", "Miles from home when found", 1000),
            _one("interview", "Return interview", codes.RETURN_INTERVIEW, desk=True),
        ),
        about=("missing_from_home",),
        coded={"": ("missing_from_home",)},
    ),
    FactKind(
        "exploitation", "Marker of exploitation", CONCERN,
        (
            _many("markers", "What was found or seen", codes.MARKERS, needed=True),
            _one("referral_mechanism", "National Referral Mechanism considered", codes.DONE, desk=True),
        ),
        about=("exploitation_criminal", "exploitation_sexual", "weapons"),
        coded={"infection": ("exploitation_sexual",), "pregnancy_under_16": ("exploitation_sexual",), "weapon": ("weapons",),
               "": ("exploitation_criminal",)},
        coded_by="markers",
    ),
    FactKind(
        "link", "Place, online space, vehicle or phone that others may share", OBSERVATION,
        (
            _words("venue", "Place or venue"),
            _words("online", "Online space", "A game, group, channel or site, with its name there"),
            _words("vehicle", "Vehicle registration"),
            _words("phone", "Phone number or account name"),
        ),
        about=("exploitation_criminal", "exploitation_sexual", "missing_from_home"),
        hint="Links to other children are shown only where the same place, online space, vehicle or phone is recorded for them.",
    ),
    FactKind(
        "domestic_abuse", "Domestic abuse", CONCERN,
        (_many("features", "What happened", codes.ABUSE_FEATURES, needed=True),),
        about=("domestic_abuse",),
        coded={"": ("domestic_abuse",)},
    ),
    FactKind(
        "move", "Move", OBSERVATION,
        (
            _one("reach", "Where to", codes.MOVE_REACH, needed=True),
            _one("told", "The receiving area was told", codes.YES_NO_UNKNOWN, desk=True),
        ),
        about=("frequent_moves", "cross_area_move"),
        coded={"same_area": ("frequent_moves",), "other_area": ("cross_area_move",)},
        coded_by="reach",
    ),
    FactKind(
        "new_adult", "New adult in or around the home", OBSERVATION,
        (
            _one("role", "Who", codes.ADULT_ROLES, needed=True),
            _one("identified", "Is it known who this is", codes.YES_NO_UNKNOWN),
            _one("checks", "Checks on this adult", codes.CHECKS, desk=True),
        ),
        about=("new_partner",),
        coded={"": ("new_partner",)},
    ),
    FactKind(
        "adult_history", "What is recorded of an adult", OBSERVATION,
        (
            _one("fact", "What is recorded", codes.ADULT_FACTS, needed=True),
            _one("status", "How far it is established", codes.STATUSES, needed=True),
            _number("year", "Year", 2100, desk=True),
            _words("record", "Record or agency it comes from", desk=True),
            _day("review_on", "To be reviewed by", "Within a year. Not needed for what was overturned.", desk=True, asked=True),
            _one("told", "Does the adult know that this is recorded", codes.YES_NO_UNKNOWN, desk=True),
            _words("told_words", "How they were told, or why not", desk=True),
        ),
        about=("adult_prior_harm_concern", "criminality_violence_adult", "previous_child_removed"),
        coded={"removal": ("previous_child_removed",), "": ("adult_prior_harm_concern",)},
        coded_by="fact",
    ),
    FactKind(
        "disclosure", "What the child said", CONCERN,
        (
            _words("quote", "In the child's own words"),
            _words("response", "What was done"),
            _one("retracted", "Taken back since", codes.YES_NO_UNKNOWN, desk=True),
        ),
        about=("disclosure_by_child",),
        coded={"": ("disclosure_by_child",)},
    ),
    FactKind(
        "report", "Report by family or the public", CONCERN,
        (
            _one("reporter", "Who reported", codes.REPORTERS, needed=True),
            _one("spoken_to", "The reporter was spoken to", codes.YES_NO_UNKNOWN, desk=True),
        ),
        about=("allegation_by_family_or_public",),
        coded={"": ("allegation_by_family_or_public",)},
    ),
    FactKind(
        "pregnancy", "Pregnancy", OBSERVATION,
        (
            _one("status", "Pregnancy", codes.PREGNANCY, needed=True),
            _day("due_on", "Expected date"),
            _one("assessment", "Pre-birth assessment", codes.DONE, desk=True),
        ),
        about=("concealed_pregnancy",),
        coded={"concealed": ("concealed_pregnancy",), "late_booked": ("concealed_pregnancy",)},
        coded_by="status",
    ),
    FactKind(
        "fgm", "Indicators of female genital mutilation", CONCERN,
        (
            _many("affected", "Who is affected, or what is said", codes.FGM_AFFECTED),
            _many("plans", "What is planned or noticed", codes.FGM_PLANS),
        ),
        about=("fgm_risk",),
        coded={"": ("fgm_risk",)},
        hint="Never record ethnicity or nationality as an indicator.",
    ),
    FactKind(
        "standing", "Standing with children's social care", DECISION,
        (_one("standing", "What was decided", codes.CHILD_STANDINGS, needed=True),),
        coded={"returned": ("reunification_return_home",)},
        coded_by="standing",
    ),
    FactKind(
        "step", "Expected safeguarding step", DECISION,
        (
            _one("step", "Step", codes.STEPS, needed=True),
            _day("due_on", "Due on", needed=True),
            _day("done_on", "Done on"),
        ),
    ),
)  # fmt: skip

FACT_KINDS: Mapping[str, FactKind] = {kind.code: kind for kind in _KINDS}


def kinds_about(categories: Sequence[str]) -> tuple[FactKind, ...]:
    """The kinds of fact a referral with these concern categories is asked for, in the order of the table."""
    return tuple(kind for kind in _KINDS if set(kind.about) & set(categories))


def check_facts(said: Any, path: str, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    """The cleaned facts of one event, by kind; each thing wrong is added to `problems` under `path`."""
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        problems.append(Problem(path, "Give the facts as an object, in curly brackets, with one entry a kind"))
        return {}
    kept = {}
    for code, answers in said.items():
        kind = FACT_KINDS.get(code) if isinstance(code, str) else None
        if kind is None:
            problems.append(Problem(f"{path}.{str(code)[:40]}", "There is no such kind of fact. docs/referral-json.md lists them"))
            continue
        clean = check_answers(kind, answers, f"{path}.{code}", problems)
        if clean:
            kept[code] = clean
    return kept


def in_words(facts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Facts as pairs of a question's label and its answer in words, in the order of the table."""
    rows = []
    for kind in _KINDS:
        answers = facts.get(kind.code, {})
        for question in kind.questions:
            if question.name in answers:
                rows.append((question.label, said_as(question, answers[question.name])))
    return rows


def said_as(question: Question, value: Any) -> str:
    """One answer in words."""
    if question.codes is None:
        return _long_date(value) if question.form == "day" else str(value)
    given = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(question.codes.label(one) if one in question.codes else str(one) for one in given)


def _long_date(text: str) -> str:
    return long_date(date.fromisoformat(text))
