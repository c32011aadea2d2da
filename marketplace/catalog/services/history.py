"""Listings that were sold elsewhere and are not for sale here: what an imported order history names.

They are archived, out of stock and filed below a category that nobody sees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bson import ObjectId

from ...shared.chance import new_id
from ...shared.transactions import transactional
from ...shared.values import Money
from ..documents import Category, Product, Stock, Variant
from ..repositories import categories, figures, products
from ..values import HEAVIEST
from . import stock
from .categories import create_category
from .products import free_slug, written_in

#: The category above those of imported histories; hidden, and so is all below it.
ROOT = "Order history"

#: Where goes what has no category.
NO_CATEGORY = "Other"


@dataclass(frozen=True, slots=True)
class ArchivedListing:
    """A thing of one shop as a history knows it: what it was called and cost when it was first sold."""

    shop_id: ObjectId
    external_id: str
    title: str
    slug: str
    price: Money
    category: str | None = None
    weight_g: int | None = None

    @property
    def key(self) -> tuple[ObjectId, str]:
        """What tells it apart."""
        return self.shop_id, self.external_id


@dataclass(frozen=True, slots=True)
class Archived:
    """An archived listing that is stored."""

    product_id: ObjectId
    variant_id: ObjectId
    slug: str


@dataclass(slots=True)
class Archive:
    """What one import knows of the categories that it files listings under."""

    _filed: dict[str, Category] = field(default_factory=dict)
    _mean: float = field(default_factory=figures.mean_of_stars)

    def record(self, wanted: Iterable[ArchivedListing]) -> tuple[dict[tuple[ObjectId, str], Archived], int]:
        """The listings by key, and how many were made now; call it in the transaction that names them.

        Raises mongoengine's ValidationError and Invalid for what no listing can be.
        """
        by_key = {one.key: one for one in reversed(list(wanted))}
        found = {key: _stored(product) for key, product in products.with_keys(by_key).items()}
        made = [self._made(one) for key, one in by_key.items() if key not in found]
        _store(made)
        found |= {(one.shop_id, one.external_id): _stored(one) for one, _ in made}
        return found, len(made)

    def file(self, names: Iterable[str | None]) -> None:
        """Have the categories of these names ready; not in a transaction that may be tried again."""
        for name in {name or NO_CATEGORY for name in names} - set(self._filed):
            self._filed[name] = _category(name)

    def _made(self, one: ArchivedListing) -> tuple[Product, Stock]:
        product = Product(
            id=new_id(),
            shop_id=one.shop_id,
            currency=one.price.currency,
            external_id=one.external_id,
            language=written_in(),
            rank_mean=self._mean,
            ordered=True,
        )
        product.describe(title=one.title, category=self._filed[one.category or NO_CATEGORY])
        weight = one.weight_g if one.weight_g is not None and 0 < one.weight_g <= HEAVIEST else None
        variant = Variant(sku=one.external_id, price=one.price, weight_g=weight)
        product.offer([variant])
        product.put_in_stock(False)
        product.slug = free_slug(one.slug, set())
        product.take_step("archive")
        product.validate()
        return product, stock.new_stock(variant.id, product.pk, one.shop_id, 0)


@transactional
def _store(made: list[tuple[Product, Stock]]) -> None:
    if made:
        products.write_all([product for product, _ in made], [])
        stock.add_all(level for _, level in made)


def _stored(product: Product) -> Archived:
    return Archived(product.pk, product.variants[0].id, product.slug)


@transactional
def _category(name: str) -> Category:
    """The category of this name below the hidden one, made when it is missing."""
    root = categories.find(parent_id=None, name=ROOT) or _hidden(create_category(name=ROOT, position=None))
    return categories.find(parent_id=root.pk, name=name) or create_category(name=name, parent_id=root.pk)


def _hidden(root: Category) -> Category:
    root.active = root.shown = False
    return categories.save(root)
