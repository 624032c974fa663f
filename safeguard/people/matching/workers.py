"""Comparing on all cores at once: each compares a part of the pairs, and hands back what is small enough to hand back."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")

# Below this a second process costs more than it saves.
_FEWEST = 8_000


def in_parts(work: Callable[[int, int], T], count: int) -> list[T]:
    """`work(start, stop)` of each part of 0 to `count`, in order; as many parts as there are cores, or one where little is to be done.

    The other processes are copies of this one (fork), so `work` reads whatever is loaded, and only its answer is passed on.

    Raises:
        RuntimeError: one of them died.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "fork") else 1
    if cores < 2 or count < _FEWEST:
        return [work(0, count)]
    cuts = [count * part // cores for part in range(cores + 1)]
    context = multiprocessing.get_context("fork")
    others = []
    for start, stop in pairwise(cuts[1:]):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_answer, args=(there, work, start, stop), daemon=True)
        process.start()
        there.close()
        others.append((here, process))
    answers = [work(cuts[0], cuts[1])]
    for here, process in others:
        try:
            answers.append(here.recv())
        except EOFError as error:
            raise RuntimeError("one of the processes that compare has died") from error
        process.join()
    return answers


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for cycles of garbage: among millions of records that stay there are none, and looking takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _answer(there: Connection, work: Callable[[int, int], T], start: int, stop: int) -> None:
    there.send(work(start, stop))
    there.close()
