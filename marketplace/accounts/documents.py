"""The aggregates of the accounts context: User and Shop."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from bson import ObjectId
from mongoengine import (
    DateTimeField,
    EmbeddedDocument,
    EmbeddedDocumentListField,
    EnumField,
    ListField,
    ObjectIdField,
    StringField,
)

from ..shared.chance import new_id
from ..shared.clock import now
from ..shared.documents import Aggregate, IdOf, ValueField
from ..shared.values import Address, MoneyCurrencyMismatch
from .errors import AddressNotFound, InvalidShopTransition, TooManyAddresses
from .values import CAPABILITIES, NEXT_STATUSES, Capability, Role, ShippingTerms, ShopStatus

#: How many addresses one user may keep.
ADDRESS_LIMIT = 20


class SavedAddress(EmbeddedDocument):
    """An address in a user's book."""

    id = ObjectIdField(required=True, default=new_id)
    address = ValueField(Address, required=True)


class User(Aggregate):
    """A person with an account.

    Protects: one account for an e-mail address (kept in lower case), a password that is only stored
    as an argon2id hash, and at most twenty addresses.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "users",
        "indexes": [
            # Signing in, and refusing a second account.
            {"fields": ["email"], "name": "email", "unique": True},
        ],
    }

    email = StringField(required=True, max_length=254)
    password_hash = StringField(required=True)
    display_name = StringField(required=True, max_length=80)
    roles = ListField(EnumField(Role))
    addresses = EmbeddedDocumentListField(SavedAddress)
    created_at = DateTimeField(required=True, default=now)

    @property
    def is_moderator(self) -> bool:
        """Whether this user looks after the marketplace."""
        return Role.MODERATOR in self.roles

    def keep_address(self, address: Address) -> SavedAddress:
        """Put an address into the book, once; raises TooManyAddresses."""
        for saved in self.addresses:
            if saved.address == address:
                return saved
        if len(self.addresses) >= ADDRESS_LIMIT:
            raise TooManyAddresses(f"You can keep {ADDRESS_LIMIT} addresses. Remove one first.")
        saved = SavedAddress(address=address)
        self.addresses.append(saved)
        return saved

    def drop_address(self, address_id: ObjectId) -> None:
        """Take an address out of the book; raises AddressNotFound."""
        kept = [saved for saved in self.addresses if saved.id != address_id]
        if len(kept) == len(self.addresses):
            raise AddressNotFound("This address is not in your book.")
        self.addresses = kept


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
