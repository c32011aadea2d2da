"""The use cases of ordering, a module for each stage of a purchase."""

from .access import key_of, order_for, payment_for, purchase_for
from .attention import failed_deliveries, moderated_order, retry_delivery
from .carts import add_item, change_quantity, empty_cart, merge_carts, priced_cart, remove_item, reopen_stuck
from .checkout import CheckedOut, check_out
from .closing import unsettled_orders
from .expiry import expire_unpaid, up_to_date
from .leaving import OPEN, forget_buyer, obligations
from .order_timers import retry_timer, ring_timers
from .orders import move_order, operator_cancel, shop_order
from .payments import apply_event, decide_sandbox, pay_again, send_refunds
from .periods import periods_in_force
from .pricing import PricedCart, PricedGroup, PricedLine, Problem, price_cart
from .purchases import PurchaseView, see_purchase, still_sold, view
from .refunds import give_back, retry_refund, send_open_refunds, send_refund
from .reviewing import reviewable

__all__ = [
    "OPEN",
    "CheckedOut",
    "PricedCart",
    "PricedGroup",
    "PricedLine",
    "Problem",
    "PurchaseView",
    "add_item",
    "apply_event",
    "change_quantity",
    "check_out",
    "decide_sandbox",
    "empty_cart",
    "expire_unpaid",
    "failed_deliveries",
    "forget_buyer",
    "give_back",
    "key_of",
    "merge_carts",
    "moderated_order",
    "move_order",
    "obligations",
    "operator_cancel",
    "order_for",
    "pay_again",
    "payment_for",
    "periods_in_force",
    "price_cart",
    "priced_cart",
    "purchase_for",
    "remove_item",
    "reopen_stuck",
    "retry_delivery",
    "retry_refund",
    "retry_timer",
    "reviewable",
    "ring_timers",
    "see_purchase",
    "send_open_refunds",
    "send_refund",
    "send_refunds",
    "shop_order",
    "still_sold",
    "unsettled_orders",
    "up_to_date",
    "view",
]
