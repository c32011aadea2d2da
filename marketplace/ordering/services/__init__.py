"""The use cases of ordering, a module for each stage of a purchase."""

from .access import key_of, order_for, payment_for, purchase_for
from .attention import failed_deliveries, retry_delivery
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
from .confirming import apply_event, look_up
from .expiry import expire_unpaid, give_up, up_to_date
from .following import any_running, follow_orders, tell_followers
from .late_money import send_refunds
from .leaving import OPEN, forget_buyer, obligations
from .lists import (
    FILTERS,
    OrderFile,
    OrderState,
    bought_orders,
    find_orders,
    inspect_order,
    packing_slips,
    shop_orders,
    states_of,
)
from .order_files import ShippedFile, export_orders, ship_many
from .order_timers import retry_timer, ring_timers
from .orders import move_order, operator_cancel, shop_order
from .panels import panels_of, show_with_orders
from .payment_desk import accept_payment, mark_paid, mark_sent, return_payment
from .payments import begin_again, pay_again
from .periods import periods_in_force
from .pricing import PricedCart, PricedGroup, PricedLine, Problem, price_cart
from .purchases import PurchaseView, see_purchase, still_sold, view
from .refunds import give_back, retry_refund, send_open_refunds, send_refund
from .reviewing import reviewable
from .sandbox import SIGNATURE, decide_sandbox, send_webhooks
from .shipping import Sending

__all__ = [
    "FILTERS",
    "OPEN",
    "SIGNATURE",
    "CheckedOut",
    "OrderFile",
    "OrderState",
    "PricedCart",
    "PricedGroup",
    "PricedLine",
    "Problem",
    "PurchaseView",
    "Sending",
    "ShippedFile",
    "accept_payment",
    "add_item",
    "any_running",
    "apply_event",
    "begin_again",
    "bought_orders",
    "change_quantity",
    "check_out",
    "decide_sandbox",
    "empty_cart",
    "expire_unpaid",
    "export_orders",
    "failed_deliveries",
    "find_orders",
    "follow_orders",
    "forget_buyer",
    "forget_saved",
    "give_back",
    "give_up",
    "inspect_order",
    "key_of",
    "look_up",
    "mark_paid",
    "mark_sent",
    "merge_carts",
    "move_order",
    "obligations",
    "operator_cancel",
    "order_for",
    "packing_slips",
    "panels_of",
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
    "return_payment",
    "reviewable",
    "ring_timers",
    "save_for_later",
    "see_purchase",
    "send_open_refunds",
    "send_refund",
    "send_refunds",
    "send_webhooks",
    "ship_many",
    "shop_order",
    "shop_orders",
    "show_with_orders",
    "states_of",
    "still_sold",
    "take_back",
    "tell_followers",
    "unsettled_orders",
    "up_to_date",
    "view",
]
