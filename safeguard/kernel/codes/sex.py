"""Sex as the Children in Need census records it since 2024-25; U also stands for the unborn."""

from __future__ import annotations

from safeguard.kernel.codes.code_set import CodeSet

SEXES = CodeSet("sex", {"F": "Female", "M": "Male", "U": "Not known"})
