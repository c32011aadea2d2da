"""What an account can be and do: roles, the states of a shop, and what each state allows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .notifications import (
    ALWAYS_MAILED,
    KEY_LENGTH,
    MOST_UNREAD,
    NOTIFICATION_LENGTH,
    NOTIFICATION_RULES,
    NOTIFICATIONS_KEPT,
    PATH_LENGTH,
    SWITCHES,
    Channel,
    NotificationEvent,
    NotificationRule,
    switch,
)
from .shipping import (
    MOST_METHODS,
    MOST_PROFILES,
    MOST_ZONES,
    Parcel,
    ShippingMethod,
    ShippingOption,
    ShippingProfile,
    ShippingTerms,
    ShippingZone,
    business_days_after,
    profile_of_terms,
    shipping_options,
)


class Role(StrEnum):
    """What a user may do beyond buying and selling, the least first."""

    SUPPORT = "support"
    MODERATOR = "moderator"
    ADMIN = "admin"


#: The roles that include each role: whoever has one of them may do what it is for.
ROLES_FOR: dict[Role, frozenset[Role]] = {
    Role.SUPPORT: frozenset(Role),
    Role.MODERATOR: frozenset({Role.MODERATOR, Role.ADMIN}),
    Role.ADMIN: frozenset({Role.ADMIN}),
}


#: What somebody is called who has deleted their account.
NAME_OF_NOBODY = "Deleted user"


class UserStatus(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    LOCKED = "locked"
    DELETED = "deleted"


class LinkPurpose(StrEnum):
    """What a link in a mail is for."""

    REGISTER = "register"
    SEND_AGAIN = "send_again"
    VERIFY = "verify"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something that somebody still owes or is owed, so that an account or a shop cannot end yet.

    `code` is for programs, `path` leads to the page where it is settled.
    """

    code: str
    sentence: str
    path: str = ""


#: How dates and amounts can be written for a person, as they choose it in their account.
LOCALES = (
    "en_US", "en_GB", "en_CA", "en_AU", "en_IN", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_CA", "es_ES",
    "es_MX", "it_IT", "nl_NL", "pt_BR", "pt_PT", "da_DK", "nb_NO", "sv_SE", "fi_FI", "pl_PL", "cs_CZ",
    "ja_JP", "ko_KR",
)  # fmt: skip

#: The currencies that a person can prefer (ISO 4217).
CURRENCIES = (
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY", "KRW", "KWD",
    "MXN", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "TRY", "USD", "ZAR",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShopName:
    """How a shop is called, and its address."""

    slug: str
    name: str


class ShopStatus(StrEnum):
    """Where a shop stands with the marketplace."""

    ONBOARDING = "onboarding"
    PENDING_REVIEW = "pending_review"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    CLOSED = "closed"

    @property
    def in_words(self) -> str:
        """The status as it stands in a sentence."""
        return self.value.replace("_", " ")


#: How soon shops answer, in words, up to so many hours.
REPLY_TIMES = (
    (1, "within an hour"), (3, "within 3 hours"), (8, "within 8 hours"), (24, "within a day"),
    (72, "within 3 days"), (168, "within a week"),
)  # fmt: skip


def reply_time_in_words(milliseconds: int) -> str | None:
    """How soon that is, as a shop's page says it; None for more than a week."""
    hours = milliseconds / 3_600_000
    return next((words for most, words in REPLY_TIMES if hours <= most), None)


class Capability(StrEnum):
    """What a shop may do."""

    VISIBLE = "visible"
    SELL = "sell"
    FULFIL = "fulfil"
    MESSAGE = "message"
    EDIT_LISTINGS = "edit_listings"


def _allowed(row: str) -> frozenset[Capability]:
    marks = zip(Capability, row.split(), strict=True)
    return frozenset(capability for capability, mark in marks if mark == "yes")


#: What a shop may do in each state; everything that asks reads this table.
CAPABILITIES: dict[ShopStatus, frozenset[Capability]] = {
    #                                    visible sell fulfil message edit_listings
    ShopStatus.ONBOARDING:     _allowed("-       -    -      yes     yes"),
    ShopStatus.PENDING_REVIEW: _allowed("-       -    -      yes     yes"),
    ShopStatus.ACTIVE:         _allowed("yes     yes  yes    yes     yes"),
    ShopStatus.SUSPENDED:      _allowed("-       -    yes    yes     -"),
    ShopStatus.REJECTED:       _allowed("-       -    -      yes     yes"),
    ShopStatus.CLOSED:         _allowed("-       -    -      -       -"),
}  # fmt: skip


class ShopActor(StrEnum):
    """Who takes a shop from one state to another."""

    OWNER = "owner"
    MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class ShopTransition:
    """A step of a shop: from which states, where to, whose it is, and what it asks for.

    `needs_reason` is a text that the owner reads, `needs_requirements` that the checklist is done, `settled`
    that nobody waits for the shop any more.
    """

    sources: frozenset[ShopStatus]
    target: ShopStatus
    actor: ShopActor
    label: str
    needs_reason: bool = False
    needs_requirements: bool = False
    settled: bool = False


_S = ShopStatus

#: Every step of a shop by name; services, buttons, the API and the tests read this table.
SHOP_TRANSITIONS: dict[str, ShopTransition] = {
    "submit": ShopTransition(
        frozenset({_S.ONBOARDING, _S.REJECTED}),
        _S.PENDING_REVIEW,
        ShopActor.OWNER,
        "Send in for review",
        needs_requirements=True,
    ),
    "approve": ShopTransition(
        frozenset({_S.PENDING_REVIEW}),
        _S.ACTIVE,
        ShopActor.MODERATOR,
        "Approve",
        needs_requirements=True,
    ),
    "reject": ShopTransition(
        frozenset({_S.PENDING_REVIEW}), _S.REJECTED, ShopActor.MODERATOR, "Send back", needs_reason=True
    ),
    "suspend": ShopTransition(
        frozenset({_S.ACTIVE}), _S.SUSPENDED, ShopActor.MODERATOR, "Suspend", needs_reason=True
    ),
    "reinstate": ShopTransition(frozenset({_S.SUSPENDED}), _S.ACTIVE, ShopActor.MODERATOR, "Reinstate"),
    "close": ShopTransition(
        frozenset(_S) - {_S.CLOSED}, _S.CLOSED, ShopActor.OWNER, "Close for good", settled=True
    ),
}


def shop_transitions(status: ShopStatus, actor: ShopActor) -> list[str]:
    """The names of the steps that this actor may take from this state."""
    return [name for name, step in SHOP_TRANSITIONS.items() if status in step.sources and step.actor is actor]


#: The version of the terms that sellers accept; a new text gets a new one.
SELLER_TERMS_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something that a shop needs before it is reviewed: whether it is there, and if not, why."""

    code: str
    label: str
    met: bool
    why: str


#: The fewest characters with which a shop says what it is.
LEAST_DESCRIPTION = 20

__all__ = [
    "ALWAYS_MAILED",
    "CAPABILITIES",
    "CURRENCIES",
    "KEY_LENGTH",
    "LEAST_DESCRIPTION",
    "LOCALES",
    "MOST_METHODS",
    "MOST_PROFILES",
    "MOST_UNREAD",
    "MOST_ZONES",
    "NAME_OF_NOBODY",
    "NOTIFICATIONS_KEPT",
    "NOTIFICATION_LENGTH",
    "NOTIFICATION_RULES",
    "PATH_LENGTH",
    "ROLES_FOR",
    "SELLER_TERMS_VERSION",
    "SHOP_TRANSITIONS",
    "SWITCHES",
    "Capability",
    "Channel",
    "LinkPurpose",
    "NotificationEvent",
    "NotificationRule",
    "Obligation",
    "Parcel",
    "Requirement",
    "Role",
    "ShippingMethod",
    "ShippingOption",
    "ShippingProfile",
    "ShippingTerms",
    "ShippingZone",
    "ShopActor",
    "ShopName",
    "ShopStatus",
    "ShopTransition",
    "UserStatus",
    "business_days_after",
    "profile_of_terms",
    "reply_time_in_words",
    "shipping_options",
    "shop_transitions",
    "switch",
]
