"""`flask matching`"""

from __future__ import annotations

from flask.cli import AppGroup

from safeguard.ops.matching_evaluate_command import evaluate_pairs
from safeguard.ops.matching_index_command import index
from safeguard.ops.matching_sweep_command import sweep

matching = AppGroup("matching", help="Finding and comparing people.")
for command in (evaluate_pairs, index, sweep):
    matching.add_command(command)
