"""The lines of an order."""

from __future__ import annotations

from mongoengine import EmbeddedDocument, IntField, ListField, ObjectIdField, StringField

from ...shared.chance import new_id
from ...shared.documents import IdOf, ValueField
from ...shared.values import Money
from ..values import Option

#: Why a line may name what is no longer there.
OUTLIVES = "A line is kept as it was bought, whatever becomes of the listing."


class OrderItem(EmbeddedDocument):
    """A line as it was bought; later changes of the product do not reach it.

    Of its pieces some were `shipped` and some `cancelled`; `refunded` is what of its price goes back or is
    back, whichever refund it belongs to.
    """

    id = ObjectIdField(default=new_id, required=True)
    product_id = IdOf("products", may_dangle=OUTLIVES, required=True)
    variant_id = IdOf("stock", may_dangle=OUTLIVES, required=True)
    title = StringField(required=True)
    slug = StringField(required=True)
    sku = StringField()
    options = ListField(ValueField(Option))
    image = StringField()
    quantity = IntField(required=True, min_value=1)
    unit_price = ValueField(Money, required=True)
    shipped = IntField(required=True, default=0, min_value=0)
    cancelled = IntField(required=True, default=0, min_value=0)
    refunded = ValueField(Money)

    @property
    def total(self) -> Money:
        """What the pieces cost together."""
        return self.unit_price * self.quantity

    @property
    def open(self) -> int:
        """How many of its pieces are to be sent still."""
        return int(self.quantity - self.shipped - self.cancelled)

    @property
    def unrefunded(self) -> Money:
        """What of its price was not refunded."""
        return self.total - self.refunded if self.refunded else self.total

    @property
    def is_kept(self) -> bool:
        """Whether its buyer gets and keeps some of it: neither all cancelled nor all refunded."""
        return bool(self.cancelled < self.quantity and (self.unrefunded or not self.total))

    def refund(self, amount: Money) -> None:
        """Count what is refunded of its price."""
        self.refunded = self.refunded + amount if self.refunded else amount
