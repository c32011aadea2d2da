"""A scene: shops, products, people and purchases, read from a folder such as `seeds/demo` and checked.

The files are written by hand, so every mistake is answered with the file, the entry and the field.
Nothing here knows the marketplace: what is loaded are plain values, and other modules tell them to the
services.
"""

from .parts import (
    ORDER_STATES,
    Address,
    Attribute,
    Category,
    Line,
    Order,
    Picture,
    Product,
    Purchase,
    Report,
    Review,
    Scene,
    Shipment,
    Shop,
    User,
    Variant,
)
from .reading import DEMO, E2E, load_scene

__all__ = [
    "DEMO",
    "E2E",
    "ORDER_STATES",
    "Address",
    "Attribute",
    "Category",
    "Line",
    "Order",
    "Picture",
    "Product",
    "Purchase",
    "Report",
    "Review",
    "Scene",
    "Shipment",
    "Shop",
    "User",
    "Variant",
    "load_scene",
]
