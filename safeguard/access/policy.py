"""The policy: each permission and who holds it. What is not written here is refused.

A permission opens a door; which records lie behind it is decided by the queries of each room, which take the
actor and find only what that actor may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safeguard.access.actor import Actor, Role

Predicate = Callable[[Actor], bool]


def _holds(*roles: Role) -> Predicate:
    def predicate(actor: Actor) -> bool:
        return actor.role in roles

    return predicate


works_for_a_partner = _holds(Role.REFERRER, Role.AGENCY_LEAD)
works_at_the_desk = _holds(Role.SCREENER, Role.MANAGER)
manages_the_desk = _holds(Role.MANAGER)
audits = _holds(Role.AUDITOR)


def signed_in(actor: Actor) -> bool:
    return actor.role in Role


@dataclass(frozen=True, slots=True)
class Rule:
    """`any_of` these predicates, and what holding the permission lets a person do, in words."""

    any_of: tuple[Predicate, ...]
    words: str


POLICY: Mapping[str, Rule] = {
    "account.self": Rule((signed_in,), "See their own start page and sign out"),
    "referral.write": Rule((works_for_a_partner,), "Write and submit a referral for their agency"),
    "referral.follow": Rule((works_for_a_partner,), "See what became of referrals they may see"),
    "desk.view": Rule((works_at_the_desk,), "Work the MASH queue and open referrals"),
    "desk.match": Rule((works_at_the_desk,), "Say whether two records are the same person"),
    "desk.rate": Rule((works_at_the_desk,), "Rate a referral Red, Amber or Green"),
    "desk.decide": Rule((works_at_the_desk,), "Record a decision on a referral"),
    "risk.view": Rule((works_at_the_desk,), "See which children have open flags, and why"),
    "flag.review": Rule((works_at_the_desk,), "Record what was done about a flag"),
    "flag.confirm": Rule((works_at_the_desk,), "Be the second person who looks at a dismissed Red flag"),
    "flag.assign": Rule((manages_the_desk,), "Give a flag to somebody else"),
    "protective.record": Rule((works_at_the_desk,), "Record what speaks for a child's safety"),
    "policy.view": Rule((works_at_the_desk, audits), "Read the risk policy and its history"),
    "policy.adopt": Rule((manages_the_desk,), "Try a draft of the risk policy, and adopt it"),
    "person.view": Rule((works_at_the_desk,), "Open the history of a person"),
    "chronology.write": Rule((works_at_the_desk,), "Add to a person's chronology, and correct an entry"),
    "person.merge": Rule((works_at_the_desk,), "Join two people, confirm a colleague's wish to, and take a joining back"),
    "person.split": Rule((works_at_the_desk,), "Part a person in two"),
    "summary.make": Rule((works_at_the_desk,), "Make and download a case summary"),
    "audit.read": Rule((audits,), "Read the audit"),
}


def permits(actor: Actor | None, permission: str) -> bool:
    """Whether `actor` holds `permission`. Nobody signed in, or a permission not in the table: no."""
    rule = POLICY.get(permission)
    if actor is None or rule is None:
        return False
    return any(predicate(actor) for predicate in rule.any_of)
