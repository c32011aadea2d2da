"""Every query of ordering, a module for each aggregate."""

from .carts import carts
from .history import history
from .orders import orders
from .payments import events, payments
from .purchases import purchases

__all__ = ["carts", "events", "history", "orders", "payments", "purchases"]
