"""The kinds of fact as docs/referral-json.md lists them: `python -m safeguard.concerns.fact_table`."""

from __future__ import annotations

import sys

from safeguard.concerns.fact_kinds import FACT_KINDS
from safeguard.concerns.fact_schema import LONGEST_WORDS, Question

_BEGIN, _END = "<!-- facts: begin -->", "<!-- facts: end -->"


def table() -> str:
    """One row a question, in Markdown."""
    rows = ["| kind | answer | what it is | values |", "|---|---|---|---|"]
    for kind in FACT_KINDS.values():
        for number, question in enumerate(kind.questions):
            name = f"`{kind.code}`: {kind.label}" if number == 0 else ""
            needed = ", needed" if question.needed else ""
            rows.append(f"| {name} | `{question.name}` | {question.label}{needed} | {_values(question)} |")
    return "\n".join(rows)


def _values(question: Question) -> str:
    if question.codes is not None:
        codes = ", ".join(f"`{code}`" for code in question.codes)
        return codes if question.form == "one" else f"a list of {codes}"
    return {
        "number": f"a whole number to {question.highest:,}",
        "day": "a date",
        "words": f"text of up to {LONGEST_WORDS} characters",
    }[question.form]


def placed(text: str) -> str:
    """A page with the table put between its two marks."""
    before, after = text.split(_BEGIN, 1)[0], text.split(_END, 1)[1]
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


if __name__ == "__main__":
    sys.stdout.write(placed(sys.stdin.read()))
