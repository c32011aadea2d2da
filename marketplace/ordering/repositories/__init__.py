"""Every query of ordering, a module for each aggregate."""

from .carts import carts
from .orders import orders
from .payments import events, payments
from .provided import charges, transfers
from .purchases import purchases

__all__ = ["carts", "charges", "events", "orders", "payments", "purchases", "transfers"]
