"""The shops that people open."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    EnumField,
    IntField,
    ListField,
    StringField,
)

from ...shared.chance import new_id
from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, ValueField
from ...shared.values import MoneyCurrencyMismatch
from ..errors import InvalidShopTransition, ShippingProfileNotFound, TooManyShippingProfiles
from ..values import (
    CAPABILITIES,
    LEAST_DESCRIPTION,
    MOST_PROFILES,
    SELLER_TERMS_VERSION,
    SHOP_TRANSITIONS,
    Capability,
    Requirement,
    ShippingProfile,
    ShippingTerms,
    ShopActor,
    ShopStatus,
    profile_of_terms,
    reply_time_in_words,
    shop_transitions,
)


class Shop(Aggregate):
    """Someone's place to sell in.

    Protects: a slug that is one shop's, one currency for all its prices, and the way from opening to closing
    (`SHOP_TRANSITIONS`): what it may do follows from its status alone (`CAPABILITIES`). How it sends
    is told by `shipping_profiles`, of which the first is the default; `shipping` is that one in short.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "shops",
        "indexes": [
            # The shop's page and every seller route.
            {"fields": ["slug"], "name": "slug", "unique": True},
            # A user's own shops.
            {"fields": ["owner_id", "_id"], "name": "owner"},
            # Shops in a state, newest first: those that wait for review, and those to show.
            {"fields": ["status", "-_id"], "name": "status"},
        ],
    }

    owner_id = IdOf("users", required=True)
    name = StringField(required=True, min_length=2, max_length=80)
    slug = StringField(required=True, regex=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=2, max_length=60)
    description = StringField(max_length=2000, default="")
    status = EnumField(ShopStatus, required=True, default=ShopStatus.ONBOARDING)
    rejection_reason = StringField(max_length=1000)
    currency = StringField(required=True)
    shipping = ValueField(ShippingTerms, required=True)
    created_at = DateTimeField(required=True, default=now)
    approved_at = DateTimeField()
    suspension_reason = StringField(max_length=1000)
    closed_at = DateTimeField()
    terms_version = StringField()
    terms_accepted_at = DateTimeField()
    shipping_confirmed = BooleanField(default=False)
    reply_ms = IntField(min_value=0)
    shipping_profiles = ListField(ValueField(ShippingProfile), max_length=MOST_PROFILES)

    @property
    def reply_time(self) -> str | None:
        """How soon it usually answers, in words; None where too little is known, or it takes over a week."""
        return None if self.reply_ms is None else reply_time_in_words(self.reply_ms)

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

    @property
    def reason(self) -> str | None:
        """What a moderator told the owner about the state that the shop is in."""
        return self.suspension_reason if self.status is ShopStatus.SUSPENDED else self.rejection_reason

    @property
    def requirements(self) -> list[Requirement]:
        """The checklist of what the shop needs before it is reviewed, from what it says of itself now."""
        asked = (
            (
                "profile",
                "Profile",
                len(self.description or "") >= LEAST_DESCRIPTION,
                f"Describe the shop in {LEAST_DESCRIPTION} characters or more.",
            ),
            (
                "shipping_terms",
                "Shipping terms",
                bool(self.shipping_confirmed),
                "Say what shipping costs and how soon you send.",
            ),
            (
                "accept_terms",
                "Seller terms",
                self.terms_version == SELLER_TERMS_VERSION,
                "Read the seller terms and accept them.",
            ),
        )
        return [Requirement(code, label, met, "" if met else why) for code, label, met, why in asked]

    @property
    def unmet(self) -> list[Requirement]:
        """What is missing of the checklist."""
        return [one for one in self.requirements if not one.met]

    def available(self, actor: ShopActor) -> list[str]:
        """The names of the steps that this actor may take now."""
        return shop_transitions(self.status, actor)

    def accept_terms(self, at: datetime) -> None:
        """Note that the owner accepted the present terms for sellers."""
        self.terms_version, self.terms_accepted_at = SELLER_TERMS_VERSION, at

    def submit(self) -> None:
        """Ask for review, for the first time or again; raises InvalidShopTransition."""
        self._take("submit")

    def approve(self, at: datetime) -> None:
        """Let the shop sell; raises InvalidShopTransition."""
        self._take("approve")
        self.approved_at = at
        self.rejection_reason = None

    def open_at_once(self, at: datetime) -> None:
        """Let a new shop sell without review, where the marketplace asks for none."""
        if self.status is ShopStatus.ONBOARDING:
            self.status, self.approved_at = ShopStatus.ACTIVE, at

    def reject(self, reason: str) -> None:
        """Send the shop back to its owner with a reason; raises InvalidShopTransition."""
        self._take("reject")
        self.rejection_reason = reason

    def suspend(self, reason: str) -> None:
        """Stop the shop from selling, and hide it; raises InvalidShopTransition."""
        self._take("suspend")
        self.suspension_reason = reason

    def reinstate(self) -> None:
        """Let a suspended shop sell again; raises InvalidShopTransition."""
        self._take("reinstate")
        self.suspension_reason = None

    def close(self, at: datetime | None = None) -> None:
        """End the shop for good; raises InvalidShopTransition."""
        self._take("close")
        self.closed_at = at or now()

    @property
    def profiles(self) -> list[ShippingProfile]:
        """How it sends, the default first; a shop that only gave its terms sends everywhere at those."""
        if self.shipping_profiles:
            return list(self.shipping_profiles)
        return [profile_of_terms(self.shipping, self.pk or new_id())]

    def profile(self, profile_id: ObjectId | None) -> ShippingProfile:
        """The profile with this id; the default where there is none of it."""
        return next((one for one in self.profiles if one.id == profile_id), self.profiles[0])

    def own_profile(self, profile_id: ObjectId) -> ShippingProfile:
        """The profile with this id; raises ShippingProfileNotFound."""
        found = next((one for one in self.profiles if one.id == profile_id), None)
        if found is None:
            raise ShippingProfileNotFound("This shop has no such shipping profile.")
        return found

    def send_by(self, profile: ShippingProfile) -> None:
        """Take a profile in, in place of the one with its id or behind the others.

        Raises MoneyCurrencyMismatch and TooManyShippingProfiles.
        """
        if not profile.currencies <= {self.currency}:
            raise MoneyCurrencyMismatch(f"This shop's prices are in {self.currency}.", field="zones")
        known = self.profiles
        if any(one.id == profile.id for one in known):
            self.shipping_profiles = [profile if one.id == profile.id else one for one in known]
        elif len(known) < MOST_PROFILES:
            self.shipping_profiles = [*known, profile]
        else:
            raise TooManyShippingProfiles(f"A shop has {MOST_PROFILES} shipping profiles at most.")
        self.shipping_confirmed = True

    def prefer_profile(self, profile_id: ObjectId) -> None:
        """Make a profile the default; raises ShippingProfileNotFound."""
        chosen = self.own_profile(profile_id)
        self.shipping_profiles = [chosen, *(one for one in self.profiles if one.id != profile_id)]

    def drop_profile(self, profile_id: ObjectId) -> None:
        """Send by a profile no more; raises ShippingProfileNotFound."""
        gone = self.own_profile(profile_id)
        self.shipping_profiles = [one for one in self.profiles if one.id != gone.id]

    def clean(self) -> None:
        """Hold the shop to one currency, and write down how it sends by default in short."""
        if self.shipping and self.shipping.price.currency != self.currency:
            raise MoneyCurrencyMismatch(f"This shop's prices are in {self.currency}.", field="shipping_price")
        if self.shipping:
            self.shipping_profiles = self.profiles
            self.shipping = self.shipping_profiles[0].in_short(self.currency)

    def _take(self, name: str) -> None:
        step = SHOP_TRANSITIONS[name]
        if self.status not in step.sources:
            raise InvalidShopTransition(
                f"A shop that is {self.status.in_words} cannot become {step.target.in_words}.",
                state=self.status.value,
                allowed=self.available(step.actor),
            )
        self.status = step.target
