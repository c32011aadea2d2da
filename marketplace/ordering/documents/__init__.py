"""The aggregates of ordering: carts, purchases with their orders, payments, refunds, what providers keep."""

from .carts import Cart, CartItem
from .lines import OrderItem
from .orders import Order, Purchase
from .payments import Payment, ReceivedEvent
from .provided import SandboxCharge, Transfer
from .refunds import Refund

__all__ = [
    "Cart",
    "CartItem",
    "Order",
    "OrderItem",
    "Payment",
    "Purchase",
    "ReceivedEvent",
    "Refund",
    "SandboxCharge",
    "Transfer",
]
