"""What can go wrong while somebody buys or ships."""

from __future__ import annotations

from ..shared.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, Unavailable


class CartItemNotFound(NotFound):
    """The line is not in this cart."""


class PurchaseNotFound(NotFound):
    """There is no such purchase, or not for this person."""


class OrderNotFound(NotFound):
    """There is no such order, or not for this person."""


class PaymentNotFound(NotFound):
    """There is no such payment, or not for this person."""


class OwnProduct(Conflict):
    """Nobody buys from their own shop."""


class NotPurchasable(Conflict):
    """The product is not for sale now; `reason` says why."""


class CurrencyMismatch(Conflict):
    """A cart holds prices of one currency only."""


class QuantityLimit(Invalid):
    """More pieces or lines than a cart takes."""


class CartEmpty(Conflict):
    """There is nothing to check out."""


class CartChanged(Conflict):
    """The cart is not what the buyer agreed to; `changes` and `problems` say what differs, line by line."""


class CheckoutInProgress(Conflict):
    """This cart is being checked out right now, perhaps in another tab."""


class InsufficientStock(Conflict):
    """Fewer pieces are left than the cart asks for; `lines` names every short one."""


class TermsRequired(Invalid):
    """The terms must be accepted to buy."""


class PaymentExpired(Conflict):
    """The time to pay is over, and the pieces are no longer held."""


class PaymentClosed(Conflict):
    """This payment is settled; it cannot be paid or declined any more."""


class NotPaidByHand(Conflict):
    """Its provider reports this payment itself; nobody marks it as paid."""


class NothingToDecide(Conflict):
    """The payment is not in a state in which somebody decides about it."""


class TransferNotFound(NotFound):
    """There is no such transfer to send."""


class ProviderUnavailable(Unavailable):
    """Whoever takes the money does not answer right now; the same request may work later."""


class InvalidSignature(BadRequest):
    """A webhook is not signed by its provider, or too long ago."""


class InvalidTransition(Conflict):
    """The order is not in a state from which this step leads; `allowed` names the steps that do."""


class NotYourRole(Forbidden):
    """This step of an order belongs to somebody else."""


class AlreadyShipped(Conflict):
    """What is to be sent or called off has left already; `allowed` names the steps that are possible."""


class LineNotFound(Invalid):
    """There is no such line in this order."""


class ReasonRequired(Invalid):
    """This step needs a reason, which the other side reads."""


class RefundExceeds(Invalid):
    """More is to be refunded than was paid and not refunded yet; `left` says how much that is."""


class NotRefundable(Conflict):
    """Nothing of this order can be refunded."""


class RefundNotFound(NotFound):
    """There is no such refund."""


class DeliveryNotFound(NotFound):
    """Nothing of this id failed to be delivered."""


class NoShipping(Conflict):
    """A shop does not send to the country that the address is in; `lines` name what stays."""


class ShippingMethodRequired(Invalid):
    """A shop sends in several ways, and none that it offers was chosen; `shop_ids` name such shops."""
