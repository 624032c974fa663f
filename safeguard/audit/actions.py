"""Every action the audit knows, with the line a reader sees. Nothing else can be recorded."""

from __future__ import annotations

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "account.signed_in": "signed in",
    "account.sign_in_failed": "tried to sign in and failed",
    "account.signed_out": "signed out",
    "access.denied": "was refused",
    "referral.started": "started a referral",
    "referral.draft_viewed": "opened a draft referral",
    "referral.draft_changed": "changed a draft referral",
    "referral.draft_deleted": "deleted a draft referral",
    "referral.submitted": "submitted a referral",
    "referral.imported": "imported a referral",
    "referral.listed": "looked at a list of referrals",
    "referral.viewed": "opened a referral",
    "queue.viewed": "looked at the MASH queue",
    "person.created": "a new person was recorded",
    "person.linked": "a record was linked to a person",
    "person.viewed": "opened a person's record",
    "match.proposed": "a possible match was proposed",
    "match.viewed": "compared two records",
    "match.decided": "decided a match",
    "flag.raised": "a flag was raised",
    "flag.cleared": "a flag no longer applies",
    "flag.reviewed": "reviewed a flag",
    "rating.recorded": "rated a referral",
    "decision.recorded": "recorded a decision",
    "feedback.read": "read the outcome of a referral",
    "summary.made": "made a case summary",
    "summary.downloaded": "downloaded a case summary",
    "audit.viewed": "read the audit",
    "demo.loaded": "loaded synthetic data",
}
