"""What somebody means to buy."""

from __future__ import annotations

from collections.abc import Iterable

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocument,
    EmbeddedDocumentListField,
    EnumField,
    IntField,
    ObjectIdField,
    StringField,
)
from mongoengine.errors import ValidationError

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import Money
from ..errors import CartItemNotFound, CurrencyMismatch, QuantityLimit
from ..values import MOST_LINES, MOST_PIECES, CartStatus, MergedLine, MergeOutcome


class CartItem(EmbeddedDocument):
    """Some pieces of one variant; `seen_price` is what one cost when the buyer last agreed to it."""

    id = ObjectIdField(default=new_id, required=True)
    product_id = IdOf("products", required=True)
    variant_id = IdOf("stock", may_dangle="The cart says when a variant was removed.", required=True)
    shop_id = IdOf("shops", required=True)
    quantity = IntField(required=True, min_value=1, max_value=MOST_PIECES)
    seen_price = ValueField(Money, required=True)
    added_at = DateTimeField(required=True, default=now)


class Cart(Aggregate):
    """The pieces that a member or a visitor has gathered, across shops, in one currency.

    It holds no stock and no prices that bind: both are looked up when it is shown and when it is checked
    out. `saved` is what the owner keeps for later; a variant is on one of both lists. `live` is true while it
    may still be bought (open or converting) and absent afterwards.
    """

    user_id = IdOf("users")
    token = StringField(max_length=22)
    currency = StringField(min_length=3, max_length=3)
    items = EmbeddedDocumentListField(CartItem, max_length=MOST_LINES)
    status = EnumField(CartStatus, default=CartStatus.OPEN, required=True)
    live = BooleanField(default=True)
    converting_at = DateTimeField()
    converting_for = StringField()
    expires_at = DateTimeField(required=True)
    saved = EmbeddedDocumentListField(CartItem, max_length=MOST_LINES)

    meta = {
        "collection": "carts",
        "indexes": [
            # One live cart for a member, and how it is found.
            {
                "fields": ["user_id"],
                "name": "user",
                "unique": True,
                "partialFilterExpression": {"live": True, "user_id": {"$exists": True}},
            },
            # One live cart for a visitor's cookie, and how it is found.
            {
                "fields": ["token"],
                "name": "token",
                "unique": True,
                "partialFilterExpression": {"live": True, "token": {"$exists": True}},
            },
            # Forgotten carts go by themselves.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 0},
            # Carts whose checkout died.
            {
                "fields": ["converting_at"],
                "name": "converting_at",
                "partialFilterExpression": {"converting_at": {"$exists": True}},
            },
        ],
    }

    def clean(self) -> None:
        """A variant has one line, so that quantities of one variant are never split."""
        variants = [item.variant_id for item in (*self.items, *self.saved)]
        if len(set(variants)) != len(variants):
            raise ValidationError("A variant is in the cart twice.")

    @property
    def pieces(self) -> int:
        """How many pieces it holds."""
        return sum(item.quantity for item in self.items)

    def item(self, item_id: ObjectId) -> CartItem:
        """The line with this id; raises CartItemNotFound."""
        found = next((item for item in self.items if item.id == item_id), None)
        if found is None:
            raise CartItemNotFound("This is not in your cart any more.")
        return found

    def put(self, item: CartItem) -> None:
        """Add a line, or its pieces to the line of the same variant.

        Raises QuantityLimit above 99 pieces or 100 lines, CurrencyMismatch for another currency.
        """
        self._use_currency(item.seen_price.currency)
        self.saved = [one for one in self.saved if one.variant_id != item.variant_id]
        held = self._line_of(item.variant_id)
        if held is None:
            if len(self.items) >= MOST_LINES:
                raise QuantityLimit(f"A cart holds {MOST_LINES} different products at most.")
            self.items.append(item)
            return
        if held.quantity + item.quantity > MOST_PIECES:
            raise QuantityLimit(
                f"You can buy {MOST_PIECES} of one product at most; {held.quantity} are in your cart.",
                field="quantity",
            )
        held.quantity += item.quantity
        held.seen_price = item.seen_price

    def set_quantity(self, item_id: ObjectId, quantity: int, price: Money | None) -> None:
        """Change a line to this many pieces, agreed at this price; none at all removes it."""
        item = self.item(item_id)
        if quantity == 0:
            self.items.remove(item)
            return
        item.quantity = quantity
        item.seen_price = price or item.seen_price

    def empty(self) -> None:
        """Take everything out; what is kept for later stays."""
        self.items = []

    def save_for_later(self, item_id: ObjectId) -> None:
        """Keep a line for later; raises CartItemNotFound, and QuantityLimit when the list is full."""
        item = self.item(item_id)
        if len(self.saved) >= MOST_LINES:
            raise QuantityLimit(f"You can keep {MOST_LINES} products for later at most.")
        self.items.remove(item)
        self.saved.append(_copy(item))

    def saved_item(self, item_id: ObjectId) -> CartItem:
        """What is kept for later with this id; raises CartItemNotFound."""
        found = next((item for item in self.saved if item.id == item_id), None)
        if found is None:
            raise CartItemNotFound("This is not on your list any more.")
        return found

    def take_back(self, item_id: ObjectId, price: Money) -> None:
        """Put what was kept for later into the cart again, at this price.

        Raises CartItemNotFound, CurrencyMismatch and QuantityLimit.
        """
        item = _copy(self.saved_item(item_id))
        item.seen_price = price
        self.put(item)

    def forget_saved(self, item_id: ObjectId) -> None:
        """Keep something for later no more; raises CartItemNotFound."""
        self.saved.remove(self.saved_item(item_id))

    def take_in(self, items: Iterable[CartItem], saved: Iterable[CartItem] = ()) -> list[MergedLine]:
        """Take in the lines of another cart: for each variant the larger quantity; what that changed.

        Taking in the same lines twice changes nothing. What exceeds 100 lines or is in another currency
        is left out. What the other cart kept for later is kept here too, unless it is in the cart.
        """
        changes = [self._take_in(item) for item in items]
        for item in saved:
            if item.variant_id in self._variants:
                continue
            if len(self.saved) < MOST_LINES:
                self.saved.append(_copy(item))
                changes.append(MergedLine(item.variant_id, MergeOutcome.SAVED, 0, item.quantity))
        return [change for change in changes if change is not None]

    def _take_in(self, item: CartItem) -> MergedLine | None:
        held, variant = self._line_of(item.variant_id), item.variant_id
        if held is not None:
            before, held.quantity = held.quantity, max(held.quantity, item.quantity)
            raised = held.quantity > before
            return MergedLine(variant, MergeOutcome.RAISED, before, held.quantity) if raised else None
        if not self._speaks(item.seen_price.currency):
            return MergedLine(variant, MergeOutcome.CURRENCY_MISMATCH, 0, 0)
        if len(self.items) >= MOST_LINES:
            return MergedLine(variant, MergeOutcome.NO_ROOM, 0, 0)
        self.put(_copy(item))
        return MergedLine(variant, MergeOutcome.ADDED, 0, item.quantity)

    @property
    def _variants(self) -> set[ObjectId]:
        return {item.variant_id for item in (*self.items, *self.saved)}

    def _line_of(self, variant_id: ObjectId) -> CartItem | None:
        return next((item for item in self.items if item.variant_id == variant_id), None)

    def _speaks(self, currency: str) -> bool:
        return not self.items or self.currency == currency

    def _use_currency(self, currency: str) -> None:
        if not self._speaks(currency):
            raise CurrencyMismatch(
                f"Your cart is in {self.currency}, this is sold in {currency}. Buy them one after the other."
            )
        self.currency = currency


def _copy(item: CartItem) -> CartItem:
    return CartItem(**{name: item[name] for name in item._fields_ordered})
