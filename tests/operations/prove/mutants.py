"""The marketplace without what keeps its promises: every proof has to turn red on it."""

from __future__ import annotations

import os
from contextlib import nullcontext

import pymongo

from app import create_app
from marketplace.catalog.repositories.review_rights import ReviewRightRepository
from marketplace.catalog.repositories.stock import StockRepository
from marketplace.catalog.services.reviews import writing
from marketplace.messaging.repositories.messages import MessageRepository
from marketplace.ordering.repositories.carts import CartRepository
from marketplace.ordering.services import access, checkout
from marketplace.ordering.values import Totals
from marketplace.shared.chance import new_id


def hold_what_is_not_there(self, variant_id, ref, quantity, until):
    hold = {"ref": ref, "quantity": quantity, "expires_at": until}
    return self._change(
        {"_id": variant_id, "holds.ref": {"$ne": ref}},
        {"$inc": {"available": -quantity}, "$push": {"holds": hold}},
        gained=-quantity,
    )


def forget_the_shipping(cls, prices, shipping):
    items = sum(price.amount for price in prices)
    paid = type(shipping)(items, shipping.currency)
    return cls(items=paid, shipping=shipping, total=paid)


StockRepository.hold = hold_what_is_not_there
CartRepository.begin_checkout = lambda self, cart, moment, attempt=None: True
checkout.idempotency.once = lambda attempt, scope: nullcontext(None)
CartRepository.end_checkout = lambda self, cart_id: True
Totals.of = classmethod(forget_the_shipping)
access._opens = lambda purchase, user_id, key: True
writing._right_to = lambda author_id, product: new_id()
MessageRepository.sent_as = lambda self, conversation_id, sender_id, client_id: None
ReviewRightRepository.use = lambda self, line_id, moment, *, delivered_since: True

with pymongo.MongoClient(os.environ["MARKETPLACE_MONGODB_URI"]) as client:
    client.get_default_database()["purchases"].drop_index("cart")
    client.get_default_database()["messages"].drop_index("client")
    client.get_default_database().command("collMod", "stock", validator={}, validationLevel="off")

app = create_app(profile="web")
