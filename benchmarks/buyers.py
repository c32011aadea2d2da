"""People who buy, for as long as asked: `python -m benchmarks.buyers --seconds 60`.

Each fills a cart with something that is in stock, checks out and pays, through the services, on the
database that the settings name. For trying a backup, a migration or a failover on a shop that is in use.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import click
from bson import ObjectId
from flask import Flask
from mongoengine.errors import OperationError
from pymongo.errors import PyMongoError

from app import create_app
from marketplace.ordering import services as ordering
from marketplace.ordering.providers import sandbox
from marketplace.ordering.values import CartOwner, PaymentOutcome, new_cart_token
from marketplace.shared import connections
from marketplace.shared.errors import MarketplaceError
from marketplace.shared.values import Address

HOME = Address.checked(name="Ada", line1="Hauptstr. 1", postal="10115", city="Berlin", country="DE")


@click.command()
@click.option("--seconds", type=click.FloatRange(1, 3600), default=60, show_default=True)
@click.option("--people", type=click.IntRange(1, 64), default=4, show_default=True)
def main(seconds: float, people: int) -> None:
    """Buy, and tell in the end how often that went well."""
    app = create_app()
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(people) as crowd:
        counts = sum(crowd.map(lambda _: _buy_until(app, until), range(people)), Counter())
    click.echo(f"{counts.pop('bought', 0)} purchases; " + (_listed(counts) or "nothing was refused."))


def _buy_until(app: Flask, until: float) -> Counter[str]:
    counts: Counter[str] = Counter()
    with app.app_context():
        stock = connections.database()["stock"]
        while time.monotonic() < until:
            try:
                few = stock.aggregate([{"$match": {"available": {"$gt": 2}}}, {"$sample": {"size": 20}}])
                goods = [row["_id"] for row in few]
                if not goods:
                    raise click.ClickException("Nothing is in stock. Fill the shop first: flask seed")
                _buy(random.choice(goods))  # noqa: S311 - a shopper, not a secret
            except (MarketplaceError, OperationError, PyMongoError) as refusal:
                counts[type(refusal).__name__] += 1
            else:
                counts["bought"] += 1
    return counts


def _buy(variant_id: ObjectId) -> None:
    owner = CartOwner(token=new_cart_token())
    ordering.add_item(owner, variant_id=variant_id, quantity=1)
    view = ordering.priced_cart(owner, ordering.Sending(HOME.country))
    done = ordering.check_out(
        owner,
        expected_total=view.total,
        cart_id=view.cart.pk if view.cart else None,
        email="ada@example.com",
        shipping=view.ways,
        ship_to=HOME,
        accept_terms=True,
    )
    ordering.apply_event(sandbox.report(done.payment, PaymentOutcome.SUCCEEDED))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{number} × {name}" for name, number in counts.most_common())


if __name__ == "__main__":
    main()
