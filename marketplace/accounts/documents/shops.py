"""The shops that people open."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import (
    DateTimeField,
    EnumField,
    StringField,
)

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import MoneyCurrencyMismatch
from ..errors import InvalidShopTransition
from ..values import CAPABILITIES, NEXT_STATUSES, Capability, ShippingTerms, ShopStatus


class Shop(Aggregate):
    """Someone's place to sell in.

    Protects: a slug that is one shop's, one currency for all its prices, and the way through review:
    what it may do follows from its status alone.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "shops",
        "indexes": [
            # The shop's page and every seller route.
            {"fields": ["slug"], "name": "slug", "unique": True},
            # A user's own shops.
            {"fields": ["owner_id", "_id"], "name": "owner"},
            # Shops that wait for review, and shops to show, newest first.
            {"fields": ["status", "-_id"], "name": "status"},
        ],
    }

    owner_id = IdOf("users", required=True)
    name = StringField(required=True, min_length=2, max_length=80)
    slug = StringField(required=True, regex=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=2, max_length=60)
    description = StringField(max_length=2000, default="")
    status = EnumField(ShopStatus, required=True, default=ShopStatus.PENDING_REVIEW)
    rejection_reason = StringField(max_length=1000)
    currency = StringField(required=True)
    shipping = ValueField(ShippingTerms, required=True)
    created_at = DateTimeField(required=True, default=now)
    approved_at = DateTimeField()

    @property
    def visible(self) -> bool:
        """Whether the public sees the shop and its listings."""
        return self.may(Capability.VISIBLE)

    @property
    def sells(self) -> bool:
        """Whether its listings can be bought."""
        return self.may(Capability.SELL)

    @property
    def fulfils(self) -> bool:
        """Whether it may work on orders."""
        return self.may(Capability.FULFIL)

    def may(self, capability: Capability) -> bool:
        """Whether the shop's status allows this."""
        return capability in CAPABILITIES[self.status]

    def approve(self, at: datetime) -> None:
        """Let the shop sell; raises InvalidShopTransition."""
        self._move_to(ShopStatus.ACTIVE)
        self.approved_at = at
        self.rejection_reason = None

    def reject(self, reason: str) -> None:
        """Send the shop back to its owner with a reason; raises InvalidShopTransition."""
        self._move_to(ShopStatus.REJECTED)
        self.rejection_reason = reason

    def resubmit(self) -> None:
        """Ask for review again; raises InvalidShopTransition."""
        self._move_to(ShopStatus.PENDING_REVIEW)

    def close(self) -> None:
        """End the shop for good, and what it said of itself; raises InvalidShopTransition."""
        self._move_to(ShopStatus.CLOSED)
        self.description = ""
        self.rejection_reason = None

    def clean(self) -> None:
        """Hold the shop to one currency."""
        if self.shipping and self.shipping.price.currency != self.currency:
            raise MoneyCurrencyMismatch(f"This shop's prices are in {self.currency}.", field="shipping_price")

    def _move_to(self, status: ShopStatus) -> None:
        allowed = NEXT_STATUSES[self.status]
        if status not in allowed:
            raise InvalidShopTransition(
                f"A shop that is {self.status.in_words} cannot become {status.in_words}.",
                state=self.status.value,
                allowed=sorted(step.value for step in allowed),
            )
        self.status = status
