"""Timing one request."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any


def timed(call: Callable[[], Any], status: int) -> float:
    """The seconds `call` takes; a wrong status ends the run."""
    started = time.perf_counter()
    answer = call()
    taken = time.perf_counter() - started
    if answer.status_code != status:
        raise SystemExit(f"expected {status}, got {answer.status_code}: {answer.get_data(as_text=True)[-300:]}")
    return taken


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
