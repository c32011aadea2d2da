"""What an account can be and do: roles, the states of a shop, and what each state allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ..shared.errors import Invalid
from ..shared.values import LARGEST_PRICE, Money


class Role(StrEnum):
    """What a user may do beyond buying and selling."""

    MODERATOR = "moderator"


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
    """Something that somebody still owes or is owed, so that their account cannot be deleted yet.

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


class ShopStatus(StrEnum):
    """Where a shop stands with the marketplace."""

    PENDING_REVIEW = "pending_review"
    ACTIVE = "active"
    REJECTED = "rejected"
    CLOSED = "closed"

    @property
    def in_words(self) -> str:
        """The status as it stands in a sentence."""
        return self.value.replace("_", " ")


class Capability(StrEnum):
    """What a shop may do."""

    VISIBLE = "visible"
    SELL = "sell"
    FULFIL = "fulfil"
    EDIT_LISTINGS = "edit_listings"


#: What a shop may do in each state.
CAPABILITIES: dict[ShopStatus, frozenset[Capability]] = {
    ShopStatus.PENDING_REVIEW: frozenset({Capability.EDIT_LISTINGS}),
    ShopStatus.ACTIVE: frozenset(Capability),
    ShopStatus.REJECTED: frozenset({Capability.EDIT_LISTINGS}),
    ShopStatus.CLOSED: frozenset(),
}

#: The states that may follow each state of a shop.
NEXT_STATUSES: dict[ShopStatus, frozenset[ShopStatus]] = {
    ShopStatus.PENDING_REVIEW: frozenset({ShopStatus.ACTIVE, ShopStatus.REJECTED, ShopStatus.CLOSED}),
    ShopStatus.ACTIVE: frozenset({ShopStatus.CLOSED}),
    ShopStatus.REJECTED: frozenset({ShopStatus.PENDING_REVIEW, ShopStatus.CLOSED}),
    ShopStatus.CLOSED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class ShippingTerms:
    """What a shop asks for sending one order, and how soon it sends.

    `free_over` is the subtotal from which it costs nothing; `handling_days` are business days.
    """

    price: Money = field(metadata={"value_class": Money})
    handling_days: int
    free_over: Money | None = field(default=None, metadata={"value_class": Money})

    def __post_init__(self) -> None:
        if not 0 <= self.price.amount <= LARGEST_PRICE:
            raise Invalid("Shipping costs nothing or more, and not this much.", field="shipping_price")
        if self.free_over is not None and self.free_over.currency != self.price.currency:
            raise Invalid("Both amounts are in the shop's currency.", field="free_over")
        if self.free_over is not None and self.free_over.amount <= 0:
            raise Invalid("Leave this empty, or give an amount above zero.", field="free_over")
        if not 0 <= self.handling_days <= 30:
            raise Invalid("Give 0 to 30 business days.", field="handling_days")

    def quote(self, subtotal: Money) -> Money:
        """What shipping costs for goods of this value."""
        if self.free_over is not None and subtotal >= self.free_over:
            return Money.zero(self.price.currency)
        return self.price
