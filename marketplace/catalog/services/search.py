"""Finding products, as everybody may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...accounts.values import ShopName
from ...shared import freshness
from ...shared.documents import restored
from ...shared.paging import Page, Position
from ...shared.rows import Row, kept_with_row
from ...shared.values import Money
from ..documents import Category, Product
from ..repositories import categories, products, stock
from ..search import engine
from ..values import (
    COUNT_LIMIT,
    CategoryHint,
    Correction,
    Picture,
    ProductCard,
    ProductFilter,
    ProductSort,
    Rating,
    ShownProduct,
    StockLeft,
    StockLevel,
    Suggestion,
)
from .filters import sort_named

#: How many other categories that pages name are asked for along with one.
ALONG = 100


@dataclass(frozen=True, slots=True)
class ProductDetails:
    """A product and what stands around it."""

    product: Product | ShownProduct
    shop: Any
    trail: list[Category]
    levels: Mapping[ObjectId, StockLevel]

    def level(self, variant_id: ObjectId) -> StockLevel:
        """What is left of a variant."""
        return self.levels.get(variant_id, StockLevel())


@dataclass(frozen=True, slots=True)
class ProductPage:
    """All of the catalog that a product's page shows, beside its reviews."""

    details: ProductDetails
    more: list[ProductCard]
    first_categories: list[Category]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of products.

    `total` counts up to COUNT_LIMIT, `more` says that there are more than that. `relaxed` says that no
    product has all the words, so that these have some of them; `correction` that other words were searched
    for than were typed; `hint` is the category that the words name. `search` is the filter for what matches
    the words, which counts are made by.
    """

    page: Page[ProductCard]
    sort: ProductSort
    total: int
    more: bool = False
    relaxed: bool = False
    correction: Correction | None = None
    hint: CategoryHint | None = None
    search: Mapping[str, Any] | None = None


def find_products(
    wanted: ProductFilter,
    *,
    sort: str | None = None,
    at: Position | None = None,
    limit: int = 24,
    exact: bool = False,
    total: int | None = None,
) -> Listing:
    """The visible products that the filter lets through.

    Products with every word are looked for first, then with misspelt words put right unless the words are
    meant `exact`ly, then those with any of them. Who knows how many a list without words has hands in the
    `total`. Raises InvalidSort, and PageTooDeep behind the first thousand hits by relevance.
    """
    order = sort_named(sort, wanted)
    if not wanted.q:
        return _listing(wanted, order, None, at, limit, total=total)
    if order is ProductSort.RELEVANCE:
        hits = engine.find(wanted, at=at, limit=limit, exact=exact)
        page = Page(_cards(hits.page.items), hits.page.next, hits.page.previous)
        found = Listing(page, order, min(hits.total, COUNT_LIMIT), hits.total > COUNT_LIMIT)
    else:
        search, hits = engine.criteria(wanted, exact=exact)
        hits = replace(hits, matching=search)
        found = _listing(wanted, order, search, at, limit, total=hits.total)
    return replace(
        found, relaxed=hits.relaxed, correction=hits.correction, hint=hits.hint, search=hits.matching
    )


def suggest(prefix: str, limit: int = 8) -> list[Suggestion]:
    """What somebody who wrote this much may want: terms, categories, shops and products, in one query.

    Nothing is suggested for less than two letters.
    """
    return engine.suggest(prefix[:100], limit)


def newest(limit: int) -> list[ProductCard]:
    """The newest products of all shops."""
    return _cards(products.listed(ProductFilter(), ProductSort.NEWEST, at=None, limit=limit).items)


def product_page(product: ShownProduct, shop: Any, *, more: int, categories_in_header: int) -> ProductPage:
    """The product as its page shows it, with the newest others of its shop.

    No query but where nobody looked at the shop's goods or at the category within the last moment.
    """
    newest = freshness.remembered(f"newest of {shop.id}", lambda: _newest_of_shop(shop, more + 1))
    line = ",".join(map(str, product.category_ids))
    trail, first = freshness.remembered(
        f"line {line} {categories_in_header}",
        lambda: categories.line_and_first(product.category_ids, categories_in_header),
    )
    cards = [card for card in newest if card.id != product.pk][:more]
    return ProductPage(ProductDetails(product, shop, trail, product.levels), cards, first)


def details(product: Product, shop: Any = None) -> ProductDetails:
    """The product with its shop, its place in the tree, and what is left of each variant.

    A caller that has the shop already hands it in.
    """
    trail = categories.in_line(product.category_ids)
    levels = stock.of_products([product.pk]).get(product.pk, {})
    return ProductDetails(product, shop or accounts.get_shop(product.shop_id), trail, levels)


def shown_product(product_id: ObjectId) -> ShownProduct:
    """The product for sale with this id; raises ProductNotFound."""
    return products.shown(product_id)


def find_product(product_id: ObjectId) -> Product | None:
    """The product with this id in whatever state, for those who look after the marketplace; or None."""
    return products.find(pk=product_id)


def shown_details(product: ShownProduct) -> ProductDetails:
    """The same for the public; shop and categories as they were within the last moment."""
    shop = accounts.shown_names([product.shop_id]).get(product.shop_id) or accounts.get_shop(product.shop_id)
    known = freshness.remembered_each("category", product.category_ids, categories.by_ids, along=ALONG)
    trail = [known[one] for one in product.category_ids if one in known]
    return ProductDetails(product, shop, trail, product.levels)


def _newest_of_shop(shop: Any, limit: int) -> list[ProductCard]:
    name = ShopName(shop.slug, shop.name)
    found = products.newest_of_shop(shop.id, limit)
    return [_card(row, name, _left(row, levels)) for row, levels in found]


def _listing(
    wanted: ProductFilter,
    order: ProductSort,
    search: Mapping[str, Any] | None,
    at: Position | None,
    limit: int,
    *,
    total: int | None = None,
) -> Listing:
    rows = products.listed(wanted, order, search=search, at=at, limit=limit)
    if at is None and rows.next is None:
        total = len(rows)
    elif total is None:
        total = products.count(wanted, search)
    page = Page(_cards(rows.items), rows.next, rows.previous)
    return Listing(page, order, min(total, COUNT_LIMIT), total > COUNT_LIMIT)


def _cards(listed: list[Row]) -> list[ProductCard]:
    """The cards for the rows; their shops, and what is left of them, as that was within the last moment."""
    shops = accounts.shown_names(row["shop_id"] for row in listed)
    rows = {row["_id"]: row for row in listed}

    def read(product_ids: list[ObjectId]) -> dict[ObjectId, StockLeft]:
        levels = stock.of_products(product_ids)
        return {one: _left(rows[one], levels.get(one, {})) for one in product_ids}

    left = freshness.remembered_each("left", rows, read)
    return [_card(row, shops[row["shop_id"]], left[row["_id"]]) for row in listed if row["shop_id"] in shops]


def _left(row: Row, levels: dict[ObjectId, StockLevel]) -> StockLeft:
    for_sale = [levels[one["id"]] for one in row["variants"] if one["active"] and one["id"] in levels]
    return (for_sale[0] if len(for_sale) == 1 else sum(for_sale, start=StockLevel())).told


@kept_with_row
def _card(row: Row, shop: ShopName, left: StockLeft) -> ProductCard:
    pictures, lowest = row.get("pictures"), row["price_min"]
    before = next(
        (one.get("compare_at") for one in row["variants"] if one["price"]["amount"] == lowest), None
    )
    return ProductCard(
        id=row["_id"],
        external_id=row.get("external_id"),
        title=row["title"],
        slug=row["slug"],
        brand=row.get("brand"),
        price=Money(lowest, row["currency"]),
        price_from=row["price_max"] > lowest,
        compare_at=Money(**before) if before else None,
        picture=restored(Picture, pictures[0]) if pictures else None,
        shop=shop,
        stock=left,
        published_at=row.get("published_at"),
        rating=restored(Rating, row.get("rating") or {}),
    )
