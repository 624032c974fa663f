"""The policy: each permission and who holds it. What is not written here is refused.

A permission opens a door; which records lie behind it is decided by the queries of each room, which take the
actor and find only what that actor may see. Nobody is above the table: a role that is not named is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from safeguard.access.actor import Actor, Role
from safeguard.access.assurance import Assurance, Proof, proved

Predicate = Callable[[Actor], bool]


def _holds(*roles: Role) -> Predicate:
    def predicate(actor: Actor) -> bool:
        return actor.role in roles

    return predicate


works_for_a_partner = _holds(Role.REFERRER, Role.AGENCY_LEAD)
works_at_the_desk = _holds(Role.SCREENER, Role.DECISION_MAKER, Role.MANAGER)
manages_the_desk = _holds(Role.MANAGER)
sits_at_the_hub = _holds(Role.PARTNER, Role.CHAIR)
represents_a_partner = _holds(Role.PARTNER)
answers_for_an_agency = _holds(Role.RESPONDER, Role.AGENCY_LEAD, Role.PARTNER)
takes_minutes = _holds(Role.MINUTE_TAKER)
chairs_a_meeting = _holds(Role.CHAIR)
agrees_a_discussion = _holds(Role.CHAIR, Role.DECISION_MAKER, Role.MANAGER)
audits = _holds(Role.AUDITOR)
governs_information = _holds(Role.GOVERNANCE)
looks_after_accounts = _holds(Role.AGENCY_LEAD, Role.MANAGER, Role.ADMINISTRATOR)
runs_the_platform = _holds(Role.ADMINISTRATOR)


def is_a_person(actor: Actor) -> bool:
    """A machine has no pages: it may use only what is written for machines."""
    return actor.role in Role and actor.role is not Role.MACHINE


def is_a_machine(actor: Actor) -> bool:
    """Another system, which shows a token."""
    return actor.role is Role.MACHINE


@dataclass(frozen=True, slots=True)
class Rule:
    """`any_of` these predicates and `all_of` those; what holding the permission lets a person do, in words; the proof it needs."""

    any_of: tuple[Predicate, ...]
    words: str
    all_of: tuple[Predicate, ...] = (is_a_person,)
    need: Assurance = Assurance.PASSWORD


POLICY: Mapping[str, Rule] = {
    "account.self": Rule((is_a_person,), "See their own start page and notices, and sign out"),
    "account.administer": Rule((looks_after_accounts,), "Invite people, and close or change the accounts they look after"),
    "referral.write": Rule((works_for_a_partner,), "Write and submit a referral for their agency"),
    "referral.follow": Rule((works_for_a_partner,), "See what became of referrals they may see"),
    "desk.view": Rule((works_at_the_desk, sits_at_the_hub, takes_minutes), "See the MASH queue and open referrals"),
    "desk.take": Rule((works_at_the_desk,), "Take a referral, hand their own on, or put it back into the queue"),
    "desk.allocate": Rule((manages_the_desk,), "Give a referral to anybody at the desk, and bring back those of whoever is away"),
    "desk.match": Rule((works_at_the_desk,), "Say whether two records are the same person"),
    "desk.add": Rule((works_at_the_desk,), "Add to a referral what the desk was told, and note that an addition was read"),
    "desk.rate": Rule((works_at_the_desk,), "Rate a referral Red, Amber or Green"),
    "desk.decide": Rule((works_at_the_desk,), "Record a decision on a referral"),
    "check.ask": Rule((works_at_the_desk,), "Ask agencies for information, chase them, and write down what they say by telephone"),
    "check.read": Rule((works_at_the_desk, represents_a_partner), "Read answers of agencies that stay within the MASH"),
    "check.answer": Rule((answers_for_an_agency,), "Answer what their agency is asked"),
    "risk.view": Rule((works_at_the_desk, sits_at_the_hub), "See which children have open flags, and why"),
    "flag.review": Rule((works_at_the_desk,), "Record what was done about a flag"),
    "flag.confirm": Rule((works_at_the_desk,), "Be the second person who looks at a dismissed Red flag"),
    "flag.assign": Rule((manages_the_desk,), "Give a flag to somebody else"),
    "protective.record": Rule((works_at_the_desk,), "Record what speaks for a child's safety"),
    "policy.view": Rule((works_at_the_desk, sits_at_the_hub, audits, governs_information), "Read the risk policy and its history"),
    "policy.adopt": Rule((manages_the_desk,), "Try a draft of the risk policy, and adopt it"),
    "person.view": Rule((works_at_the_desk, sits_at_the_hub, governs_information), "Open the history of a person"),
    "purpose.say": Rule(
        (works_at_the_desk, sits_at_the_hub, takes_minutes, governs_information), "Say what they need a person’s file or a referral for"
    ),
    "chronology.write": Rule((works_at_the_desk,), "Add to a person's chronology, and correct an entry"),
    "relationship.record": Rule((works_at_the_desk,), "Record how people are related, and say how far it stands"),
    "warning.record": Rule((works_at_the_desk,), "Record, review and end warning notes for visiting staff"),
    "warning.approve": Rule((manages_the_desk,), "Approve a warning note, as a second person"),
    "person.merge": Rule((works_at_the_desk,), "Join two people, confirm a colleague's wish to, and take a joining back"),
    "person.split": Rule((works_at_the_desk,), "Part a person in two"),
    "person.search": Rule((works_at_the_desk, governs_information), "Search for a known person"),
    "summary.make": Rule((works_at_the_desk, chairs_a_meeting, takes_minutes), "Make and download a case summary"),
    "summary.hand": Rule(
        (works_at_the_desk, chairs_a_meeting, takes_minutes), "Hand a case summary to somebody named, by link", need=Assurance.FRESH
    ),
    "discussion.write": Rule(
        (works_at_the_desk, chairs_a_meeting, takes_minutes), "Write the record of a strategy discussion, and follow its actions"
    ),
    "discussion.agree": Rule((agrees_a_discussion,), "Agree the record of a strategy discussion, which freezes it"),
    "item.seal": Rule((works_at_the_desk,), "Seal an entry of a chronology for named people"),
    "restriction.place": Rule((manages_the_desk,), "Restrict a person's record, and protect an address"),
    "restriction.manage": Rule((works_at_the_desk, governs_information), "Review restrictions they are named on"),
    "restriction.lift": Rule(
        (manages_the_desk, governs_information), "Lift restrictions they are named on, and change who is named"
    ),
    "subject_access.manage": Rule((governs_information,), "Answer requests for a person's own data"),
    "local.view": Rule((manages_the_desk, governs_information, audits), "Read the local settings and every version of them"),
    "local.propose": Rule((manages_the_desk, governs_information), "Propose a version of the local settings, and withdraw it"),
    "local.approve": Rule(
        (manages_the_desk, governs_information), "Approve or decline, as a second person, a version of the local settings",
        need=Assurance.FRESH,
    ),
    "subject_access.hand": Rule(
        (governs_information,), "Hand a subject-access bundle to somebody named, by link", need=Assurance.FRESH
    ),
    "retention.view": Rule((governs_information, manages_the_desk), "See which records’ time has ended, and the certificates"),
    "retention.manage": Rule((governs_information,), "Keep records, ask for their end, hold them, and adopt the schedule"),
    "retention.confirm": Rule(
        (governs_information, manages_the_desk), "Agree, as a second person, that records are destroyed", need=Assurance.FRESH
    ),
    "glass.break": Rule((works_at_the_desk,), "Open a restricted record in an emergency", need=Assurance.FRESH),
    "glass.review": Rule((governs_information,), "Review emergencies and unusual looking"),
    "conflict.declare": Rule((works_at_the_desk, sits_at_the_hub), "Declare that they know a family, and so be kept from it"),
    "conflict.manage": Rule((governs_information,), "End a conflict of interest, with a reason"),
    "access.matrix": Rule((manages_the_desk, governs_information, audits, runs_the_platform), "Read who may do what"),
    "audit.read": Rule((audits, governs_information), "Read the audit"),
    # What a token may be for is named as what it lets its bearer do.
    "referral.send": Rule((is_a_machine,), "Send referrals of their agency", all_of=(), need=Assurance.MACHINE),
    "referral.status": Rule((is_a_machine,), "Ask how the referrals they sent stand", all_of=(), need=Assurance.MACHINE),
}


def is_for_machines(permission: str | None) -> bool:
    """Whether a permission is held by bearing a token alone, and so never by a browser's session."""
    rule = POLICY.get(permission or "")
    return rule is not None and rule.need is Assurance.MACHINE


def permits(actor: Actor | None, permission: str) -> bool:
    """Whether `actor` holds `permission`. Nobody signed in, or a permission not in the table: no."""
    rule = POLICY.get(permission)
    if actor is None or rule is None:
        return False
    return any(predicate(actor) for predicate in rule.any_of) and all(predicate(actor) for predicate in rule.all_of)


def is_proven(proof: Proof | None, permission: str, at: datetime) -> bool:
    """Whether `proof` is enough for `permission` at the moment `at`; no proof is enough for nothing."""
    rule = POLICY.get(permission)
    level, _when = proved(proof, at)
    return rule is not None and level is not None and level >= rule.need
