"""Documents that tests of the kernel store: jars of many sizes."""

from __future__ import annotations

from dataclasses import dataclass, field

from mongoengine import DateTimeField, IntField, StringField

from marketplace.shared.clock import now
from marketplace.shared.documents import Aggregate, ValueField
from marketplace.shared.errors import NotFound
from marketplace.shared.repository import Repository
from marketplace.shared.values import Address, Money


@dataclass(frozen=True)
class Bid:
    """Somebody's offer."""

    price: Money = field(metadata={"value_class": Money})
    by: str = ""


@dataclass(frozen=True)
class Auction:
    """Value objects within value objects, one and several."""

    start: Money = field(metadata={"value_class": Money})
    bids: tuple[Bid, ...] = field(default=(), metadata={"value_class": Bid})
    words: tuple[str, ...] = ()
    limit: Money | None = field(default=None, metadata={"value_class": Money})


class Jar(Aggregate):
    """A jar."""

    meta = {"collection": "jars", "indexes": [{"fields": ["label"], "unique": True, "sparse": True}]}

    label = StringField(max_length=20)
    size = IntField(default=0)
    filled_at = DateTimeField(default=now)
    price = ValueField(Money)
    address = ValueField(Address)
    auction = ValueField(Auction)


class JarNotFound(NotFound):
    """There is no such jar."""


class JarRepository(Repository[Jar]):
    """The stored jars."""

    document = Jar
    missing = JarNotFound


jars = JarRepository()
