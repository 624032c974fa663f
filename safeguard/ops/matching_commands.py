"""`flask matching`"""

from __future__ import annotations

from safeguard.ops.group import Commands
from safeguard.ops.matching_evaluate_command import evaluate_pairs
from safeguard.ops.matching_index_command import index
from safeguard.ops.matching_link_command import link_files
from safeguard.ops.matching_sweep_command import sweep
from safeguard.ops.matching_train_command import train_settings

matching = Commands("matching", help="Finding and comparing people.")
for command in (evaluate_pairs, index, link_files, sweep, train_settings):
    matching.add_command(command)
