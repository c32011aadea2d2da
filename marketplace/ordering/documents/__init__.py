"""The aggregates of ordering: carts, purchases with their orders, and payments."""

from .carts import Cart, CartItem
from .orders import Order, OrderItem, Purchase
from .payments import Payment, ReceivedEvent

__all__ = ["Cart", "CartItem", "Order", "OrderItem", "Payment", "Purchase", "ReceivedEvent"]
