"""Comparing on several cores at once: each process has all the records before it and does its share of what is asked."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Concatenate, ParamSpec, TypeVar

from safeguard.people.matching.profile import Profile

T = TypeVar("T")
More = ParamSpec("More")
Made = Callable[[], Sequence[Profile]]
Task = Callable[..., Any]
Member = tuple[Connection, BaseProcess]

# Below this a second process costs more than it saves.
_FEWEST = 8_000
# Each holds all the records, so more of them want more memory than the time they save is worth.
_MOST_PROCESSES = 4


class Team:
    """This process and those that help it; `profiles` are the records, which each of them has in the same order."""

    def __init__(self, profiles: Sequence[Profile], others: Sequence[Member] = ()) -> None:
        self.profiles = profiles
        self._others = others

    def share(
        self,
        task: Callable[Concatenate[Sequence[Profile], Any, More], T],
        items: Sequence[Any],
        *args: More.args,
        **kwargs: More.kwargs,
    ) -> list[T]:
        """`task(profiles, part, ...)` of each part of `items`, in order: as many parts as there are processes.

        Args:
            task: a function of a module, as the others are told its name; `part` is a slice of `items`.

        Raises:
            RuntimeError: one of the processes has died.
        """
        size = 1 + len(self._others)
        cuts = [len(items) * part // size for part in range(size + 1)]
        try:
            for (pipe, _process), (start, stop) in zip(self._others, pairwise(cuts[1:]), strict=True):
                pipe.send((task, items[start:stop], args, kwargs))
            mine = task(self.profiles, items[: cuts[1]], *args, **kwargs)
            return [mine, *(pipe.recv() for pipe, _process in self._others)]
        except (EOFError, OSError) as error:
            raise RuntimeError("one of the processes that compare has died") from error


@contextmanager
def together(made: Made, records: int) -> Iterator[Team]:
    """A team over the profiles that `made` makes.

    Every process makes all of them, at one time: that takes no longer than if one did, and they need not be handed on or
    copied. `made` must come to the same in each. Meanwhile no process looks for cycles of garbage: among records that
    stay there are none, and looking takes a third of the time.

    Args:
        records: about how many there are; with few of them the team is this process alone.

    Raises:
        Exception: whatever `made` raises.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "fork") else 1
    helpers = min(cores, _MOST_PROCESSES) - 1 if records >= _FEWEST else 0
    was = gc.isenabled()
    gc.disable()
    others: list[Member] = []
    try:
        for _ in range(helpers):
            others.append(_started(made, [pipe for pipe, _process in others]))
        yield Team(made(), others)
    finally:
        for pipe, process in others:
            pipe.close()
            process.terminate()
            process.join()
        if was:
            gc.enable()


def _started(made: Made, known: Sequence[Connection]) -> Member:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there, made, [here, *known]), daemon=True)
    process.start()
    there.close()
    return here, process


def _serve(there: Connection, made: Made, not_ours: Sequence[Connection]) -> None:
    # Held open here, the ends of the first process would keep the others waiting for ever if it died.
    for pipe in not_ours:
        pipe.close()
    try:
        profiles = made()
    except Exception:  # the first process meets the same, and is the one to say so
        return
    try:
        while True:
            task, part, args, kwargs = there.recv()
            there.send(task(profiles, part, *args, **kwargs))
    except (EOFError, OSError, KeyboardInterrupt):
        return
