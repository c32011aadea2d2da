"""How many pieces of each variant there are, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

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

from ...shared.clock import now
from ...shared.documents import IdOf, Stored
from ..values import (
    MovementKind,
    StockLevel,
)
from .fields import PlainText


class Hold(EmbeddedDocument):
    """Pieces kept for a checkout until it is paid or its time is up."""

    ref = StringField(required=True, max_length=100)
    quantity = IntField(required=True, min_value=1)
    expires_at = DateTimeField(required=True)


class Stock(Stored):
    """How many pieces of a variant there are; its id is the variant's.

    Protects: `on_hand = available + allocated + what is held`, none of them below zero. It changes only
    by the conditional updates of its repository, never by a save. `ordered` says that a checkout held some of
    it once, which it never forgets: what was ordered is archived, not deleted.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "stock",
        "indexes": [
            # Holds whose time is up.
            {"fields": ["holds.expires_at"], "name": "holds_expire"},
            # What is left of the products in a list.
            {"fields": ["product_id"], "name": "product"},
            # A shop's inventory, the variants of a product together.
            {"fields": ["shop_id", "product_id", "_id"], "name": "shop_product"},
            # What a shop has least of: what is low, and what is out.
            {"fields": ["shop_id", "available", "_id"], "name": "shop_available"},
            # The highest number from which on a shop is warned, which bounds the list of what is low.
            {
                "fields": ["shop_id", "-low_at"],
                "name": "shop_low_at",
                "partialFilterExpression": {"low_at": {"$exists": True}},
            },
        ],
        # What the database itself refuses to store, whatever the code does.
        "validator": {
            "$jsonSchema": {
                "required": ["product_id", "shop_id", "on_hand", "available", "allocated"],
                "properties": {
                    number: {"bsonType": ["int", "long"], "minimum": 0}
                    for number in ("on_hand", "available", "allocated")
                },
            }
        },
    }

    id = ObjectIdField(primary_key=True)
    product_id = IdOf("products", required=True)
    shop_id = IdOf("shops", required=True)
    track = BooleanField(required=True, default=True)
    on_hand = IntField(required=True, default=0, min_value=0)
    available = IntField(required=True, default=0, min_value=0)
    allocated = IntField(required=True, default=0, min_value=0)
    holds = EmbeddedDocumentListField(Hold)
    updated_at = DateTimeField(required=True, default=now)
    low_at = IntField(min_value=0)
    ordered = BooleanField()

    @property
    def held(self) -> int:
        """The pieces that checkouts hold, whether or not their time is up."""
        return sum(hold.quantity for hold in self.holds)

    def level(self, at: datetime) -> StockLevel:
        """The numbers at this moment; what is in a hold whose time is up counts as available."""
        numbers = (self.on_hand, self.available, self.held, self.allocated)
        stored = StockLevel(*numbers, track=self.track, low_at=self.low_at)
        return stored.freed(sum(hold.quantity for hold in self.holds if hold.expires_at < at))


class StockMovement(Stored):
    """Why a number changed, once for each reason: the row that makes shipping twice impossible."""

    meta: ClassVar[dict[str, Any]] = {
        "collection": "stock_movements",
        "indexes": [
            # Once for each reference, and a variant's movements of one kind.
            {"fields": ["variant_id", "kind", "ref"], "name": "once", "unique": True},
            # What happened to a variant, the last first.
            {"fields": ["variant_id", "-at", "-_id"], "name": "variant_newest"},
        ],
    }

    variant_id = IdOf("stock", may_dangle="A removed variant keeps its movements.", required=True)
    kind = EnumField(MovementKind, required=True)
    ref = StringField(required=True, max_length=100)
    quantity = IntField(required=True)
    reason = StringField(max_length=200)
    at = DateTimeField(required=True, default=now)
    note = PlainText(max_length=200)
    by = IdOf("users", may_dangle="Who left is remembered as nobody.")
