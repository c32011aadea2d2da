"""The aggregates of ordering: carts, purchases with their orders, payments, and what providers keep."""

from .carts import Cart, CartItem
from .orders import Order, OrderItem, Purchase
from .payments import Payment, ReceivedEvent
from .provided import SandboxCharge, Transfer

__all__ = [
    "Cart",
    "CartItem",
    "Order",
    "OrderItem",
    "Payment",
    "Purchase",
    "ReceivedEvent",
    "SandboxCharge",
    "Transfer",
]
