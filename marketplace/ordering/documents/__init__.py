"""The aggregates of ordering: carts, purchases with their orders, payments, and refunds."""

from .carts import Cart, CartItem
from .lines import OrderItem
from .orders import Order, Purchase
from .payments import Payment, ReceivedEvent
from .refunds import Refund

__all__ = ["Cart", "CartItem", "Order", "OrderItem", "Payment", "Purchase", "ReceivedEvent", "Refund"]
