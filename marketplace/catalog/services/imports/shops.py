"""The shops that imported products go to: one for each source, opened when it is missing."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId
from mongoengine.errors import ValidationError
from slugify import slugify

from ....accounts import services as accounts
from ....accounts.errors import ShopNotFound
from ....shared.errors import MarketplaceError
from ...repositories import products
from .rows import Row, RowRefused, heading, money_of, sentence_of

#: How the addresses of imports' own accounts end: nobody gets mail there, so nobody else confirms one.
_AT = "@import.invalid"


@dataclass(slots=True)
class Target:
    """A shop that rows go to, and what it has already."""

    id: ObjectId
    currency: str
    visible: bool
    hashes: dict[str, str]
    slugs: set[str]


@dataclass(slots=True)
class Shops:
    """The shops that a run met. They belong to `owner_id`, or to accounts that imports made."""

    owner_id: ObjectId | None
    _by_slug: dict[str, Target] = field(default_factory=dict)

    @property
    def met(self) -> Collection[Target]:
        """All of them."""
        return self._by_slug.values()

    def for_row(self, row: Row) -> Target:
        """The shop of the row's source; raises RowRefused, also for one that somebody else opened."""
        slug = f"{slugify(row.source, max_length=50)}-store"
        if slug not in self._by_slug:
            self._by_slug[slug] = self._target(row, slug)
        target = self._by_slug[slug]
        if row.price.currency != target.currency:
            raise RowRefused(f"This shop's prices are in {target.currency}.", "price.currency")
        return target

    def _target(self, row: Row, slug: str) -> Target:
        try:
            shop = accounts.shop_by_slug(slug)
        except ShopNotFound:
            shop = self._opened(row, slug)
        else:
            self._check_owner(shop)
        return Target(
            shop.id, shop.currency, shop.visible, products.imported(shop.id), products.slugs(shop.id)
        )

    def _check_owner(self, shop: Any) -> None:
        """Refuse to fill a shop that somebody opened under the source's name."""
        if self.owner_id is None:
            owner = accounts.find_user(shop.owner_id)
            if owner is None or not owner.email.endswith(_AT):
                raise RowRefused(
                    f"The shop {shop.slug} was not opened by an import. If it is meant, name its owner with "
                    "--owner.",
                    "source",
                )
        elif self.owner_id != shop.owner_id:
            raise RowRefused(f"The shop {shop.slug} belongs to another account.", "source")

    def _opened(self, row: Row, slug: str) -> Any:
        name = f"{heading(row.source)} Store"
        money_of(row.price, "price")
        try:
            owner_id = self.owner_id or _seller(slug, name).id
            return accounts.open_shop(
                owner_id=owner_id,
                name=name,
                slug=slug,
                description=f"The catalogue of {heading(row.source)}.",
                currency=row.price.currency,
                approved=True,
            )
        except MarketplaceError as error:
            raise RowRefused(str(error), "source") from None
        except ValidationError as error:
            raise RowRefused(sentence_of(error), "source") from None


def _seller(slug: str, name: str) -> Any:
    """An account to own an imported shop; its password is random and told to nobody."""
    return accounts.register(
        email=f"{slug}-{secrets.token_hex(4)}{_AT}",
        password=secrets.token_urlsafe(32),
        display_name=name[:80],
    )
