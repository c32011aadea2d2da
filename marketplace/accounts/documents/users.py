"""People with an account."""

from __future__ import annotations

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

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Aggregate, ValueField
from ...shared.values import Address
from ..errors import AddressNotFound, TooManyAddresses
from ..values import Role

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
