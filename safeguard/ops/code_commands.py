"""`flask codes`"""

from __future__ import annotations

import click

from safeguard.kernel.codes.answer import AGREEMENT, PARENTAL_RESPONSIBILITY, SAFEGUARDING_LEAD_CONSULTED, YES_NO_NOT_KNOWN
from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.codes.concern_category import CONCERN_CATEGORIES
from safeguard.kernel.codes.disability import DISABILITIES
from safeguard.kernel.codes.ethnicity import ETHNICITIES
from safeguard.kernel.codes.referral_source import REFERRAL_SOURCES
from safeguard.kernel.codes.relationship import RELATIONSHIPS
from safeguard.kernel.codes.sex import SEXES
from safeguard.ops.group import Commands

codes = Commands("codes", help="The codes of the referral form.")

# Where each set is used in the document, as docs/referral-json.md names it.
_USED: tuple[tuple[str, CodeSet], ...] = (
    ("Concern categories: `concerns`", CONCERN_CATEGORIES),
    ("Relationships: `kind` of a relationship", RELATIONSHIPS),
    ("Referral sources: `source_code`", REFERRAL_SOURCES),
    ("Sex: `sex`", SEXES),
    ("Ethnicities: `ethnicity`", ETHNICITIES),
    ("Disabilities: `disabilities`", DISABILITIES),
    ("Parental responsibility: `parental_responsibility`", PARENTAL_RESPONSIBILITY),
    ("Agreement: `agreement`", AGREEMENT),
    ("Safeguarding lead: `safeguarding_lead_consulted`", SAFEGUARDING_LEAD_CONSULTED),
    ("Everything else that is answered by a code", YES_NO_NOT_KNOWN),
)


@codes.command("list")
def list_codes() -> None:
    """Print every code of the referral form, as docs/referral-json.md shows them."""
    click.echo(codes_in_words())


def codes_in_words() -> str:
    """Every code set with its codes and labels, in Markdown."""
    parts = []
    for heading, used in _USED:
        rows = "\n".join(f"| `{code}` | {label} |" for code, label in used.choices())
        parts.append(f"### {heading}\n\n| Code | Meaning |\n|---|---|\n{rows}\n")
    return "\n".join(parts)
