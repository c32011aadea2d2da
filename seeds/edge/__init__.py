"""The scenario of edges: every state, limit and kind of text that the rules allow, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from marketplace.accounts import repositories as accounts
from marketplace.shared import clock, connections
from marketplace.shared.chance import drawn_from

from ..plan import Plan, hashed
from ..store import Store, Stored
from ..world import World
from . import goods, opinions, people, sales, talks

#: How long before its end the story begins.
LASTS = timedelta(days=14)


def load(plan: Plan) -> Iterator[str]:
    """Store what is missing of it, and tell of each collection."""
    known = accounts.users.with_email(people.BUYER)
    begin = known.created_at if known else plan.moment - LASTS
    store = Store(connections.database())
    for name, documents in _made(plan, begin):
        plan.check()
        store.put(name, documents)
        yield f"{len(documents)} {name.replace('_', ' ')}"
    store.settle()
    yield f"Sign in as {people.BUYER} with the password {people.PASSWORD}."


def _made(plan: Plan, begin: datetime) -> list[tuple[str, list[Stored]]]:
    """Every document of the scenario, by collection."""
    world = World(plan.periods)
    with clock.at(begin):
        with drawn_from(plan.key("edge", "people")):
            password = hashed(people.PASSWORD, plan.key("edge"))
            folk = people.settle(world, password, begin + LASTS + plan.patience)
        with drawn_from(plan.key("edge", "goods")):
            shelf = goods.lay_out(world, folk.shops, folk.moderator)
        with drawn_from(plan.key("edge", "sales")):
            sales.trade(world, folk, shelf, begin, begin + LASTS + plan.patience)
    with clock.at(begin + LASTS), drawn_from(plan.key("edge", "opinions")):
        opinions.discuss(world, folk, shelf)
    with clock.at(begin + LASTS), drawn_from(plan.key("edge", "talks")):
        talks.talk(world, folk, shelf)
    with clock.at(begin):
        return list(world.documents())
