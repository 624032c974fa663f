"""`flask matching`"""

from __future__ import annotations

from flask.cli import AppGroup

from safeguard.ops.matching_index_command import index

matching = AppGroup("matching", help="Finding and comparing people.")
matching.add_command(index)
