"""What other contexts show on the page of an order, such as what its two sides say to each other."""

from __future__ import annotations

from collections.abc import Callable

from ..documents import Order
from ..values import Actor

#: Draws a part of the page for the side that looks at it, as markup; nothing where it has nothing to show.
Draw = Callable[[Order, Actor], str]

_panels: dict[str, Draw] = {}


def show_with_orders(name: str, draw: Draw) -> None:
    """Have this drawn on every order's page, for its buyer and its shop; again changes nothing."""
    _panels[name] = draw


def panels_of(order: Order, actor: Actor) -> list[str]:
    """The parts that other contexts add to the page of this order."""
    return [drawn for draw in _panels.values() if (drawn := draw(order, actor))]
