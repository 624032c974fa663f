"""`flask matching`"""

from __future__ import annotations

from flask.cli import AppGroup

from safeguard.ops.matching_index_command import index
from safeguard.ops.matching_sweep_command import sweep

matching = AppGroup("matching", help="Finding and comparing people.")
matching.add_command(index)
matching.add_command(sweep)
