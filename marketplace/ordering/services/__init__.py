"""The use cases of ordering, a module for each stage of a purchase."""

from .access import key_of, order_for, payment_for, purchase_for
from .carts import add_item, change_quantity, empty_cart, merge_carts, priced_cart, remove_item, reopen_stuck
from .checkout import CheckedOut, check_out
from .closing import unsettled_orders
from .expiry import expire_unpaid, up_to_date
from .leaving import OPEN, forget_buyer, obligations
from .lists import FILTERS, OrderFile, bought_orders, find_orders, inspect_order, packing_slips, shop_orders
from .order_files import ShippedFile, export_orders, ship_many
from .orders import move_order, shop_order
from .payments import apply_event, decide_sandbox, pay_again, send_refunds
from .pricing import PricedCart, PricedGroup, PricedLine, Problem, price_cart
from .purchases import PurchaseView, see_purchase, still_sold, view
from .reviewing import reviewable

__all__ = [
    "FILTERS",
    "OPEN",
    "CheckedOut",
    "OrderFile",
    "PricedCart",
    "PricedGroup",
    "PricedLine",
    "Problem",
    "PurchaseView",
    "ShippedFile",
    "add_item",
    "apply_event",
    "bought_orders",
    "change_quantity",
    "check_out",
    "decide_sandbox",
    "empty_cart",
    "expire_unpaid",
    "export_orders",
    "find_orders",
    "forget_buyer",
    "inspect_order",
    "key_of",
    "merge_carts",
    "move_order",
    "obligations",
    "order_for",
    "packing_slips",
    "pay_again",
    "payment_for",
    "price_cart",
    "priced_cart",
    "purchase_for",
    "remove_item",
    "reopen_stuck",
    "reviewable",
    "see_purchase",
    "send_refunds",
    "ship_many",
    "shop_order",
    "shop_orders",
    "still_sold",
    "unsettled_orders",
    "up_to_date",
    "view",
]
