"""Reading one part of a referral document, answer by answer, and keeping every problem rather than the first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from safeguard.kernel.codes.code_set import CodeSet
from safeguard.kernel.errors import Problem
from safeguard.kernel.text import clean_line, clean_text

LONGEST_LINE = 200
LONGEST_NAME = 120
LONGEST_TEXT = 20_000
LONGEST_EMAIL = 254
EARLIEST = date(1900, 1, 1)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)
_SHOWN = 40


def like_an_email(text: str) -> bool:
    """Whether a text can be an email address at all."""
    name, at, host = text.rpartition("@")
    return bool(name and at and "." in host.strip(".") and " " not in text)


class Part:
    """One object of the document: `said` is what was sent, `kept` the cleaned answers, `problems` shared by all parts.

    Each reading method takes the answer's name, keeps a clean value under it and returns that, or returns None
    where nothing was stated or what was stated is a problem. Call `finish` last: it refuses what nobody asked for.
    """

    def __init__(self, said: Mapping[str, Any], path: str, problems: list[Problem]) -> None:
        self.said = said
        self.path = path
        self.problems = problems
        self.kept: dict[str, Any] = {}
        self._asked: set[str] = set()

    def at(self, name: str) -> str:
        """The path of the answer `name`, as problems give it."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, message: str) -> None:
        """Note a problem with the answer `name`."""
        self.problems.append(Problem(self.at(name), message))

    def troubled(self, *names: str) -> bool:
        """Whether a problem with one of these answers is noted already."""
        paths = {self.at(name) for name in names}
        return any(problem.field in paths for problem in self.problems)

    def raw(self, name: str) -> Any:
        """What was sent under `name`, as it came; None where it was left out."""
        self._asked.add(name)
        return self.said.get(name)

    def line(self, name: str, limit: int = LONGEST_LINE, *, needed: str = "") -> str | None:
        """A text on one line; `needed` is what to say where it is missing and must not be."""
        return self._text(name, limit, needed, one_line=True)

    def text(self, name: str, limit: int = LONGEST_TEXT, *, needed: str = "") -> str | None:
        """A text of any number of lines."""
        return self._text(name, limit, needed, one_line=False)

    def _text(self, name: str, limit: int, needed: str, *, one_line: bool) -> str | None:
        value = self.raw(name)
        if value is not None and not isinstance(value, str):
            self.wrong(name, "Give this as text, in quotation marks")
            return None
        cleaned = cleaned_line(value or "") if one_line else cleaned_text(value or "")
        if not cleaned:
            if needed:
                self.wrong(name, needed)
            return None
        if len(cleaned) > limit:
            self.wrong(name, f"Use {limit:,} characters or fewer. This has {len(cleaned):,}")
            return None
        self.kept[name] = cleaned
        return cleaned

    def code(self, name: str, codes: CodeSet, *, needed: str = "") -> str | None:
        """One code of a code set."""
        value = self.raw(name)
        if value is None or value == "":
            if needed:
                self.wrong(name, needed)
            return None
        if value not in codes:
            self.wrong(name, unknown_code(value, codes))
            return None
        self.kept[name] = value
        return str(value)

    def codes(self, name: str, codes: CodeSet, *, needed: str = "") -> list[str]:
        """A list of codes, each kept once, in the order given."""
        value = self.raw(name)
        if value is None or value == []:
            if needed:
                self.wrong(name, needed)
            return []
        if not isinstance(value, list):
            self.wrong(name, "Give this as a list of codes, in square brackets")
            return []
        if len(value) > 2 * len(codes):
            self.wrong(name, f"There are {len(codes)} codes to choose from. This list has {len(value):,}")
            return []
        wrong = [item for item in value if item not in codes]
        for item in wrong:
            self.wrong(name, unknown_code(item, codes))
        if wrong:
            return []
        self.kept[name] = list(dict.fromkeys(value))
        return list(self.kept[name])

    def day(self, name: str, *, needed: str = "") -> date | None:
        """A date written as 2015-03-27, not before 1900."""
        value = self.raw(name)
        if value is None or value == "":
            if needed:
                self.wrong(name, needed)
            return None
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            self.wrong(name, "Write the date as year, month and day, like 2015-03-27")
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.wrong(name, f"There is no such date as {value}")
            return None
        if day < EARLIEST:
            self.wrong(name, "The date must be in 1900 or later")
            return None
        self.kept[name] = value
        return day

    def whole_number(self, name: str, lowest: int, highest: int, *, needed: str = "") -> int | None:
        """A whole number from `lowest` to `highest`."""
        value = self.raw(name)
        if value is None:
            if needed:
                self.wrong(name, needed)
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            self.wrong(name, f"Give a whole number from {lowest} to {highest}")
            return None
        self.kept[name] = value
        return value

    def mark(self, name: str) -> bool:
        """True or false; false where it was left out."""
        value = self.raw(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            self.wrong(name, "Give true or false, without quotation marks")
            return False
        if value:
            self.kept[name] = True
        return value

    def key(self, name: str, what: str) -> str | None:
        """A key: the short name by which other parts of the document point at this one."""
        value = self.raw(name)
        if not isinstance(value, str) or not _KEY.fullmatch(value):
            self.wrong(name, f"Give {what} a key of 1 to 20 letters, digits, hyphens or underscores")
            return None
        self.kept[name] = value
        return value

    def part(self, name: str, *, needed: str = "") -> Part:
        """An object within this one. Read its answers and `keep` it; empty where it is missing or no object."""
        value = self.raw(name)
        if value is None and needed:
            self.wrong(name, needed)
        elif value is not None and not isinstance(value, dict):
            self.wrong(name, "Give this as an object, in curly brackets")
        return Part(value if isinstance(value, dict) else {}, self.at(name), self.problems)

    def parts(self, name: str, limit: int, what: str) -> Iterator[Part]:
        """The objects of a list of at most `limit`; `what` names them. More than that are refused unread."""
        value = self.raw(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, f"Give the {what} as a list, in square brackets")
            return
        if len(value) > limit:
            self.wrong(name, f"One referral can have {limit:,} {what}. This has {len(value):,}. Send the rest in another")
            return
        for index, item in enumerate(value):
            path = f"{self.at(name)}[{index}]"
            if isinstance(item, dict):
                yield Part(item, path, self.problems)
            else:
                self.problems.append(Problem(path, "Give this as an object, in curly brackets"))

    def finish(self) -> dict[str, Any]:
        """Refuse, by name, whatever was sent that the form does not have; return the cleaned answers."""
        for name in [name for name in self.said if name not in self._asked][:_SHOWN]:
            shown = cleaned_line(str(name)[:_SHOWN])
            self.wrong(shown or "?", "The referral form has no such answer. Take it out, or check its spelling")
        return self.kept


def cleaned_line(text: str) -> str:
    """`clean_line`, composed again after hidden characters went, so that cleaning twice changes nothing."""
    return unicodedata.normalize("NFC", clean_line(text))


def cleaned_text(text: str) -> str:
    """`clean_text`, composed again after hidden characters went, so that cleaning twice changes nothing."""
    return unicodedata.normalize("NFC", clean_text(text))


def unknown_code(value: Any, codes: CodeSet) -> str:
    """What to say of a code that is not in its set."""
    if not isinstance(value, str):
        return "Give this as one of the codes, in quotation marks"
    shown = cleaned_line(value[:_SHOWN])
    if len(codes) <= 8:
        return f"“{shown}” is not one of the codes: use {', '.join(codes.codes)}"
    return f"“{shown}” is not a {codes.name} code. The form's page lists them"
