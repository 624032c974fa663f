"""Taking the tally of a population: family after family, from a database that is only read."""

from __future__ import annotations

from datetime import timedelta

from tqdm import tqdm

from safeguard.kernel.errors import Problem, RuleBroken
from safeguard.ops.load.counting import Tally
from safeguard.ops.load.feeds import without_feed
from safeguard.ops.load.population import children_in, families_with_news, last_day, opened, people_with_news
from safeguard.risk.hindsight.walk import Period, walk
from safeguard.risk.policy import Policy


def tally_of(where: str, policy: Policy, *, weeks: int, quiet: bool = False, but: str | None = None) -> Tally:
    """What `policy` would have raised over the population at `where` in its last `weeks`, without the feed `but` where given.

    Raises:
        RuleBroken: the database cannot be read, or nothing happened in it.
    """
    with opened(where) as session:
        last = last_day(session)
        children = children_in(session)
        if last is None or not children:
            raise RuleBroken([Problem("population", "Nothing is recorded in this database. Load a population first")])
        tally = Tally(Period(last - timedelta(days=7 * weeks - 1), last), children)
        with tqdm(total=people_with_news(session), desc="People", unit="", disable=quiet or None) as bar:
            for family in families_with_news(session, last, bar.update):
                tally.add(walk(without_feed(family, but) if but else family, policy, tally.period))
    return tally
