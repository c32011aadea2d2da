"""Every query of ordering, a module for each aggregate."""

from .carts import carts
from .history import history
from .orders import orders
from .payments import events, payments
from .process import orders_in_process
from .provided import charges, transfers
from .purchases import purchases
from .refunds import refunds

__all__ = ["carts", "events", "orders", "orders_in_process", "payments", "purchases", "refunds"]
__all__ = ["carts", "charges", "events", "orders", "payments", "purchases", "transfers"]
__all__ = ["carts", "events", "history", "orders", "payments", "purchases"]
