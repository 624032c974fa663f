"""How far tonight's pass over the signals came, kept in a small file beside the service, so that a stopped pass goes on."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Watch:
    """Everybody up to the person `after` was read in the pass of `night`; `over` where that was the last."""

    night: date
    after: uuid.UUID | None = None
    people: int = 0
    over: bool = False

    @classmethod
    def kept(cls, file: Path, night: date) -> Watch:
        """How far the pass of `night` came; from the beginning where the file is of another night, is missing, or is no such file."""
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            after = uuid.UUID(said["after"]) if said["after"] else None
            found = cls(date.fromisoformat(said["night"]), after, int(said["people"]), bool(said["over"]))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return cls(night)
        return found if found.night == night else cls(night)

    def keep(self, file: Path) -> None:
        """Write it in one step: a pass that is killed while writing leaves the last whole one."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = {"night": self.night.isoformat(), "after": str(self.after) if self.after else None, "people": self.people, "over": self.over}
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(said), encoding="utf-8")
        beside.replace(file)
