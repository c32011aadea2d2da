"""What a scenario is asked for, and what all of them derive from it: ids, moments, passwords."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from bson import ObjectId
from flask import current_app

from marketplace.config.settings import EXAMPLE_ACCOUNT
from marketplace.ordering.values import Periods

#: When a scenario ends, unless it is told to end now.
EPOCH = datetime(2026, 1, 5, 12, tzinfo=UTC)

#: How many products a load has, for each letter.
SCALES = {"S": 1_000, "M": 100_000, "L": 1_000_000}


@dataclass(frozen=True, slots=True)
class Plan:
    """Which data to make.

    `seed` decides what is drawn by chance, `moment` is the end of the story that the data tells, `scale`
    is the number of products of a load, and `orders` how many orders it has for ten of them. `check` is
    called now and then, and raises when somebody else took the database over.
    """

    seed: int = 42
    moment: datetime = EPOCH
    scale: int = SCALES["M"]
    orders: int = 3
    check: Callable[[], None] = lambda: None

    def key(self, *parts: object) -> str:
        """The name of a thing among all that this seed makes."""
        return "/".join(map(str, (self.seed, *parts)))

    @property
    def periods(self) -> Periods:
        """How long orders wait before they move on by themselves: as usual, or as long as `patience`."""
        days = self.patience.days
        return Periods(*[days] * len(fields(Periods))) if self.moment == EPOCH else Periods()

    @property
    def patience(self) -> timedelta:
        """How long carts and unpaid purchases last.

        At a fixed moment, which is long past by the time that the data is used, for a lifetime: else the
        database would clear them away at once, and the next load would differ from the first.
        """
        return timedelta(days=36_500 if self.moment == EPOCH else 7)


def identifier(key: str, number: int) -> ObjectId:
    """The id of the thing of this number and kind: the same always, and rising with the number."""
    second = int(EPOCH.timestamp()) + number
    return ObjectId(second.to_bytes(4, "big") + digest(f"{key}/{number}", 8))


def digest(key: str, size: int) -> bytes:
    """So many bytes that follow from the key."""
    return hashlib.blake2b(key.encode(), digest_size=size).digest()


def hashed(password: str, key: str) -> str:
    """The password as it is stored, with a salt that follows from the key.

    Such a salt protects nothing: this is for the published passwords of sample data alone.
    """
    return PasswordHasher().hash(password, salt=digest(f"{key}/salt", 16))


@contextmanager
def patient(plan: Plan, *, holds: bool = False) -> Iterator[None]:
    """Let carts that are filled inside last, and orders wait, and with `holds` what waits for its payment.

    Whatever is set up here, things are bought by every provider in the box.
    """
    before = dict(current_app.config)
    current_app.config["PAYMENT_PROVIDERS"] = "sandbox,manual"
    current_app.config["BANK_ACCOUNT"] = before["BANK_ACCOUNT"] or EXAMPLE_ACCOUNT
    if plan.moment == EPOCH:
        current_app.config["CART_DAYS"] = current_app.config["GUEST_CART_DAYS"] = plan.patience.days
    for one in fields(Periods):
        current_app.config[f"ORDER_{one.name.upper()}"] = getattr(plan.periods, one.name)
    if holds:
        current_app.config["HOLD_MINUTES"] = plan.patience // timedelta(minutes=1)
        current_app.config["BANK_TRANSFER_DAYS"] = plan.patience.days
    try:
        yield
    finally:
        current_app.config.update(before)
