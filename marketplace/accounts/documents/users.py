"""People with an account."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    EmbeddedDocument,
    EmbeddedDocumentListField,
    EnumField,
    IntField,
    ListField,
    ObjectIdField,
    StringField,
)

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Aggregate, ValueField
from ...shared.values import Address
from ..errors import AddressNotFound, TooManyAddresses
from ..values import (
    CURRENCIES,
    LOCALES,
    NAME_OF_NOBODY,
    ROLES_FOR,
    SWITCHES,
    Channel,
    NotificationEvent,
    Role,
    UserStatus,
    switch,
)

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
            # The users page: people by the beginning of their name.
            {"fields": ["display_name", "_id"], "name": "display_name"},
            # Those who look after the marketplace: the few who have a role.
            {"fields": ["roles", "_id"], "name": "roles", "sparse": True},
        ],
    }

    email = StringField(required=True, max_length=254)
    password_hash = StringField(required=True)
    display_name = StringField(required=True, max_length=80)
    roles = ListField(EnumField(Role))
    addresses = EmbeddedDocumentListField(SavedAddress)
    created_at = DateTimeField(required=True, default=now)
    email_verified_at = DateTimeField()
    status = EnumField(UserStatus, required=True, default=UserStatus.ACTIVE)
    locale = StringField(choices=LOCALES)
    currency = StringField(choices=CURRENCIES)
    phone = StringField(max_length=40)
    marketing_consent = BooleanField(required=True, default=False)
    marketing_consent_at = DateTimeField()
    deleted_at = DateTimeField()
    lock_reason = StringField(max_length=1000)
    #: What the bell shows; it changes with the notifications, and leaves the version alone.
    unread_notifications = IntField(default=0)
    #: Of what the person is not told where, such as `order:mail`.
    notifications_off = ListField(StringField(choices=SWITCHES), max_length=len(SWITCHES))

    @property
    def is_active(self) -> bool:
        """Whether somebody can sign in to it."""
        return self.status is UserStatus.ACTIVE

    @property
    def is_verified(self) -> bool:
        """Whether its e-mail address is known to be its person's."""
        return self.email_verified_at is not None

    @property
    def is_moderator(self) -> bool:
        """Whether this user decides about shops and listings: a moderator or an admin."""
        return self.has_role(Role.MODERATOR)

    @property
    def is_staff(self) -> bool:
        """Whether this user looks after the marketplace in any role."""
        return self.has_role(Role.SUPPORT)

    @property
    def is_admin(self) -> bool:
        """Whether this user says who looks after the marketplace."""
        return self.has_role(Role.ADMIN)

    def has_role(self, role: Role) -> bool:
        """Whether the user has this role or one that includes it."""
        return self.is_active and not ROLES_FOR[role].isdisjoint(self.roles)

    def give_role(self, role: Role) -> bool:
        """Add a role; False when the user has it already."""
        if role in self.roles:
            return False
        self.roles = sorted({*self.roles, role})
        return True

    def take_role(self, role: Role) -> bool:
        """Take a role away; False when the user does not have it."""
        if role not in self.roles:
            return False
        self.roles = [one for one in self.roles if one != role]
        return True

    def lock(self) -> None:
        """Keep everybody from signing in; a deleted account stays deleted."""
        if self.is_active:
            self.status = UserStatus.LOCKED

    def unlock(self) -> None:
        """Let its person sign in again."""
        if self.status is UserStatus.LOCKED:
            self.status = UserStatus.ACTIVE
            self.lock_reason = None

    def verify_email(self, at: datetime) -> None:
        """Note that the person reads the mail of this address; the first time counts."""
        self.email_verified_at = self.email_verified_at or at

    def move_to_email(self, email: str, at: datetime) -> None:
        """Take another address, which the person has confirmed."""
        self.email, self.email_verified_at = email.lower(), at

    def consent_to_marketing(self, consent: bool, at: datetime) -> None:
        """Note a change of whether the person wants news by mail, and when they said so."""
        if consent != self.marketing_consent:
            self.marketing_consent, self.marketing_consent_at = consent, at

    def is_told(self, event: NotificationEvent, channel: Channel) -> bool:
        """Whether the person is told of such an event there."""
        return switch(event, channel) not in self.notifications_off

    def choose(self, event: NotificationEvent, channel: Channel, wanted: bool) -> None:
        """Turn on or off whether the person is told of such an event there."""
        name = switch(event, channel)
        others = [one for one in self.notifications_off if one != name]
        self.notifications_off = others if wanted else sorted([*others, name])

    def erase(self, at: datetime) -> None:
        """Keep nothing of the person but that there was an account; its e-mail address is free again."""
        self.email = f"{self.pk}@deleted.invalid"
        self.password_hash = "none"  # noqa: S105 - no hash, so that no password fits
        self.display_name = NAME_OF_NOBODY
        self.roles, self.addresses = [], []
        self.email_verified_at = self.locale = self.currency = self.phone = self.lock_reason = None
        self.marketing_consent, self.marketing_consent_at = False, None
        self.unread_notifications, self.notifications_off = 0, []
        self.status, self.deleted_at = UserStatus.DELETED, at

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
