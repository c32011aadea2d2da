"""The use cases of ordering, a module for each stage of a purchase."""

from .access import key_of, order_for, payment_for, purchase_for
from .carts import (
    add_item,
    change_quantity,
    empty_cart,
    forget_saved,
    merge_carts,
    priced_cart,
    remove_item,
    reopen_stuck,
    save_for_later,
    take_back,
)
from .checkout import CheckedOut, check_out
from .closing import unsettled_orders
from .expiry import expire_unpaid, up_to_date
from .leaving import OPEN, forget_buyer, obligations
from .orders import move_order, shop_order
from .payments import apply_event, decide_sandbox, pay_again, send_refunds
from .pricing import PricedCart, PricedGroup, PricedLine, Problem, price_cart
from .purchases import PurchaseView, see_purchase, still_sold, view
from .reviewing import reviewable
from .shipping import Sending

__all__ = [
    "OPEN",
    "CheckedOut",
    "PricedCart",
    "PricedGroup",
    "PricedLine",
    "Problem",
    "PurchaseView",
    "Sending",
    "add_item",
    "apply_event",
    "change_quantity",
    "check_out",
    "decide_sandbox",
    "empty_cart",
    "expire_unpaid",
    "forget_buyer",
    "forget_saved",
    "key_of",
    "merge_carts",
    "move_order",
    "obligations",
    "order_for",
    "pay_again",
    "payment_for",
    "price_cart",
    "priced_cart",
    "purchase_for",
    "remove_item",
    "reopen_stuck",
    "reviewable",
    "save_for_later",
    "see_purchase",
    "send_refunds",
    "shop_order",
    "still_sold",
    "take_back",
    "unsettled_orders",
    "up_to_date",
    "view",
]
