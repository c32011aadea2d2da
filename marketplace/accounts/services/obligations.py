"""What stands in the way of closing a shop, and numbers about people and shops that other contexts know.

Accounts know nothing of what is built on them. Those contexts say it themselves, when the application is
made:

    accounts.before_closing("orders", open_orders_of_shop)
    accounts.count_for("shop", "Orders", orders_of_shop)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from bson import ObjectId

from ..values import Obligation

_closing: dict[str, Callable[[ObjectId], Iterable[Obligation]]] = {}
_counts: dict[str, dict[str, Callable[[ObjectId], int | str]]] = {"shop": {}, "user": {}}


def before_closing(name: str, obligations: Callable[[ObjectId], Iterable[Obligation]]) -> None:
    """Have this asked, with the shop's id, before a shop is closed; again changes nothing.

    It lists what is open, at most some dozens of it.
    """
    _closing[name] = obligations


def obligations_of_shop(shop_id: ObjectId) -> list[Obligation]:
    """What stands in the way of closing this shop."""
    return [one for ask in _closing.values() for one in ask(shop_id)]


def count_for(kind: Literal["shop", "user"], label: str, count: Callable[[ObjectId], int | str]) -> None:
    """Show this number, under its label, to those who look after the marketplace; again changes nothing."""
    _counts[kind][label] = count


def counts_of(kind: Literal["shop", "user"], identifier: ObjectId) -> list[tuple[str, int | str]]:
    """The numbers about a shop or a user, with their labels."""
    return [(label, count(identifier)) for label, count in _counts[kind].items()]
