"""Processes full of buyers, and of people who only insert: both do one purchase after another.

Each process is a fork that connects by itself. They begin at one signal and answer with what they counted.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mongoengine
from bson import ObjectId
from flask import Flask
from mongoengine.errors import OperationError
from pymongo.errors import PyMongoError

from app import create_app
from marketplace.ordering import services as ordering
from marketplace.ordering.values import CartOwner, new_cart_token
from marketplace.shared import connections
from marketplace.shared.errors import MarketplaceError
from marketplace.shared.values import Address

#: As many as the machine that serves has processors, as gunicorn's workers would be.
PROCESSES = 2

HOME = Address.checked(name="Ada", line1="Hauptstr. 1", postal="10115", city="Berlin", country="DE")

#: The documents that one purchase stores.
STORED = ("orders", "purchases", "payments")

#: The documents of one purchase, by collection.
Template = dict[str, list[dict[str, Any]]]

#: Does one purchase, or raises.
Act = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Rush:
    """What a crowd did: purchases, the seconds that they took, and what was refused."""

    done: int
    seconds: float
    refused: Counter[str]

    @property
    def rate(self) -> float:
        """Purchases a second."""
        return self.done / self.seconds


def buying(settings: dict[str, Any], buyers: int, purchases: int, variants: Sequence[ObjectId]) -> Rush:
    """So many buyers who share so many purchases; that their carts are filled before is not counted."""
    return _rush(settings, buyers, purchases, Checkouts(list(variants)).prepare)


def inserting(settings: dict[str, Any], writers: int, purchases: int, template: Template) -> Rush:
    """So many writers who store the documents of so many purchases under new ids, and do no more."""
    return _rush(settings, writers, purchases, Inserts(template).prepare)


class Checkouts:
    """Buys with carts that were filled before."""

    def __init__(self, variants: list[ObjectId]) -> None:
        self._variants, self._chance = variants, random.Random()  # noqa: S311 - a shopper

    def prepare(self) -> Act:
        """A filled cart; the answer buys it."""
        owner = CartOwner(token=new_cart_token())
        ordering.add_item(owner, variant_id=self._chance.choice(self._variants), quantity=1)
        view = ordering.priced_cart(owner)
        return lambda: _check_out(owner, view)


def _check_out(owner: CartOwner, view: ordering.PricedCart) -> None:
    ordering.check_out(
        owner,
        expected_total=view.total,
        cart_id=view.cart.pk if view.cart else None,
        email="ada@example.com",
        ship_to=HOME,
        shipping=view.ways,
        accept_terms=True,
    )


class Inserts:
    """Stores what a purchase stores, by the bare driver."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def prepare(self) -> Act:
        """New documents; the answer stores them."""
        db = connections.database()
        purchase = ObjectId()
        rows = {
            name: [self._anew(row, name, purchase) for row in found] for name, found in self._template.items()
        }

        def store() -> None:
            for name, documents in rows.items():
                db[name].insert_many(documents)

        return store

    def _anew(self, row: dict[str, Any], name: str, purchase: ObjectId) -> dict[str, Any]:
        new = row | {"_id": purchase if name == "purchases" else ObjectId()}
        if name == "purchases":
            return new | {"cart_id": ObjectId()}
        new |= {"purchase_id": purchase}
        return new | ({"number": str(ObjectId())} if name == "orders" else {"reference": str(ObjectId())})


def _rush(settings: dict[str, Any], people: int, purchases: int, prepare: Callable[[], Act]) -> Rush:
    context = multiprocessing.get_context("fork")
    processes = min(PROCESSES, people)
    shares = [people // processes + (at < people % processes) for at in range(processes)]
    answers: Any = context.SimpleQueue()
    start = context.Barrier(processes)
    each = max(1, purchases // people)
    children = [
        context.Process(target=_process, args=(settings, share, each, prepare, start, answers))
        for share in shares
    ]
    for child in children:
        child.start()
    told = [answers.get() for _ in children]
    for child in children:
        child.join()
    done, seconds = sum(one[0] for one in told), max(one[1] for one in told)
    return Rush(done, seconds, sum((one[2] for one in told), Counter()))


def _process(
    settings: dict[str, Any], people: int, each: int, prepare: Callable[[], Act], start: Any, answers: Any
) -> None:
    app = create_app(settings)
    crowd = [_Person(app) for _ in range(people)]
    with app.app_context():
        for one in crowd:
            one.ready = [prepare() for _ in range(each)]
        prepare()()
    start.wait()
    began = time.perf_counter()
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    seconds = time.perf_counter() - began
    counts = sum((one.refused for one in crowd), Counter())
    answers.put((sum(one.done for one in crowd), seconds, counts))
    mongoengine.disconnect_all()


class _Person(threading.Thread):
    """Does what is ready, one after another."""

    def __init__(self, app: Flask) -> None:
        super().__init__(daemon=True)
        self._app = app
        self.ready: list[Act] = []
        self.done = 0
        self.refused: Counter[str] = Counter()

    def run(self) -> None:
        """Do it, and count what was refused."""
        with self._app.app_context():
            for act in self.ready:
                try:
                    act()
                except (MarketplaceError, OperationError, PyMongoError) as refusal:
                    self.refused[type(refusal).__name__] += 1
                else:
                    self.done += 1
