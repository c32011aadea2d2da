"""What everybody sees: home, search, categories, products and shops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from bson import ObjectId
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, freshness, identity
from ...shared.forms import Form
from .. import services
from ..documents import Category, Product
from ..repositories import categories, products
from ..schemas import ProductQuery
from ..values import COUNT_LIMIT, ProductCard, ProductFilter, ProductSort
from .blueprint import blueprint
from .media import image
from .reviews import section_of

#: How the orders of a list are called.
SORT_NAMES = {
    ProductSort.RELEVANCE: "Best match",
    ProductSort.NEWEST: "Newest",
    ProductSort.PRICE_UP: "Price, low to high",
    ProductSort.PRICE_DOWN: "Price, high to low",
}

#: How many categories a sidebar lists before it leads to the page with all of them.
SIDEBAR = 20

#: How many categories the header of every page lists.
IN_HEADER = 8


class _Navigation:
    """The first categories for the header of a page, asked for when the page draws it, once."""

    def __init__(self) -> None:
        self._links: list[dict[str, str]] | None = None

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self._found())

    def __getitem__(self, index: Any) -> Any:
        return self._found()[index]

    def __len__(self) -> int:
        return len(self._found())

    def _found(self) -> list[dict[str, str]]:
        if self._links is None:
            self._links = freshness.remembered("navigation", _first_categories)
        return self._links


def _first_categories() -> list[dict[str, str]]:
    return [_link(one) for one in categories.children_of(None, limit=IN_HEADER)]


def navigation() -> dict[str, Any]:
    """What the frame of every page shows of the catalog."""
    return {"nav_categories": _Navigation(), "search_text": request.args.get("q", "")[:200]}


@blueprint.get("/")
@access.everyone
@freshness.public
def home() -> ResponseReturnValue:
    """The start page."""
    newest = services.newest(15)
    shops = accounts.newest_shops(8)
    first = [_link(one) for one in categories.children_of(None, limit=12)]
    return render_template(
        "catalog/home.html",
        categories=first,
        nav_categories=first[:IN_HEADER],
        newest=[_card(card) for card in newest],
        featured=[_card(card) for card in newest if card.picture][:5],
        shops=[_shop(shop) for shop in shops],
    )


@blueprint.get("/categories")
@access.everyone
@freshness.public
def all_categories() -> ResponseReturnValue:
    """Every category, as a tree."""
    return render_template("catalog/categories.html", tree=_tree(categories.in_order()))


@blueprint.get("/s")
@access.everyone
@freshness.public
def search() -> ResponseReturnValue:
    """All products, or those that were searched for."""
    first = [_link(one) for one in categories.children_of(None, limit=SIDEBAR)]
    return _listing_page("catalog/search.html", sidebar=first, nav_categories=first[:IN_HEADER])


@blueprint.get("/c/<slug>")
@access.everyone
@freshness.public
def show_category(slug: str) -> ResponseReturnValue:
    """The products of a category and of all below it."""
    category = categories.with_slug(slug)
    trail = [_link(one) for one in [*categories.in_line(category.ancestors), category]]
    below = [_link(one) for one in categories.children_of(category.pk)]
    sidebar = [trail[-1] | {"current": True, "children": below}]
    for parent in reversed(trail[:-1]):
        sidebar = [parent | {"children": sidebar}]
    return _listing_page("catalog/category.html", category=category, trail=trail, sidebar=sidebar)


@blueprint.get("/shop/<slug>")
@access.everyone
@freshness.public
def show_shop(slug: str) -> ResponseReturnValue:
    """A shop with what it sells."""
    shop = accounts.visible_shop(slug)
    return _listing_page("catalog/shop.html", shop=shop)


@blueprint.get("/p/<shop>/<slug>")
@access.everyone
@freshness.public
def show_product(shop: str, slug: str) -> ResponseReturnValue:
    """A product with its variants and what its buyers say; an address that it had before leads to it."""
    seller = accounts.visible_shop(shop)
    product = products.find_at(seller.id, slug)
    if product is None:
        moved = products.formerly_at(seller.id, slug)
        return redirect(url_for(".show_product", shop=shop, slug=moved.slug), 301)
    page = services.product_page(product, seller, more=5, categories_in_header=IN_HEADER)
    found, said = page.details, section_of(product, seller)
    body = render_template(
        "catalog/product.html",
        product=product,
        shop=seller,
        trail=[_link(one) for one in found.trail],
        pictures=[image(picture) for picture in product.pictures],
        variants=[(variant, found.level(variant.id)) for variant in product.active_variants],
        chosen=_chosen(product, found),
        fact_groups=fact_groups(product, found.trail),
        more=[_card(card) for card in page.more],
        own=identity.user_id() == seller.owner_id,
        nav_categories=[_link(one) for one in page.first_categories],
        **said,
    )
    return body, 400 if said["review_form"].errors else 200


def _listing_page(
    template: str, *, category: Category | None = None, shop: Any = None, **shown: Any
) -> ResponseReturnValue:
    """A page with a list of products: what the query asks for, or what is wrong with the query."""
    currency = shop.currency if shop else current_app.config["CURRENCY"]
    query_schema = ProductQuery(currency=currency)
    known = {name: request.args[name] for name in query_schema.fields if name in request.args}
    form = Form.read(query_schema, known)
    listing = cursors.listing_of(form.data)
    wanted = ProductFilter()

    def find(*, cursor: str | None = None, **query: Any) -> services.Listing:
        nonlocal wanted
        place: dict[str, Any] = {
            "category_id": category.pk if category else None,
            "shop_id": shop.id if shop else None,
        }
        how = {name: query.pop(name, None) for name in ("sort", "limit", "exact")}
        wanted = replace(services.product_filter(**query), **place)
        return services.find_products(wanted, at=cursors.decode(cursor, listing), **how)

    found = form.result if form.accepted_by(find) else None
    body = render_template(
        template,
        form=form,
        category=category,
        shop=shop,
        found=found,
        count_text=_count_text(found),
        cards=[_card(card) for card in found.page] if found else [],
        page=cursors.page_links(found.page, listing) if found else {},
        sort_options=[(sort.value, SORT_NAMES[sort]) for sort in services.sorts_of(wanted)],
        kept={name: value for name, value in known.items() if name not in ("sort", "cursor")},
        currency=currency,
        instead=_instead(found, known),
        **shown,
    )
    return body, 200 if found else 400


def _instead(found: services.Listing | None, known: dict[str, str]) -> dict[str, str] | None:
    """What was searched for instead of what was typed, and the address of a search for exactly that."""
    if found is None or found.correction is None:
        return None
    kept = {name: value for name, value in known.items() if name != "cursor"} | {"exact": "true"}
    typed, searched = found.correction.typed, found.correction.searched
    return {"typed": typed, "searched": searched, "url": f"{request.path}?{urlencode(kept)}"}


def _count_text(found: services.Listing | None) -> str | None:
    if found is None:
        return None
    return f"{COUNT_LIMIT}+" if found.more else str(found.total)


def _chosen(product: Product, found: services.ProductDetails) -> ObjectId:
    """The variant that is ticked at first: the cheapest that is left."""
    left = [one for one in product.active_variants if found.level(one.id).bucket != "out"]
    chosen: ObjectId = min(left or product.active_variants, key=lambda one: one.price.amount).id
    return chosen


def fact_groups(product: Product, trail: list[Category]) -> list[dict[str, Any]]:
    """The facts as tables: first what the category asks, in its order, then what the seller tells besides."""
    asked = list(dict.fromkeys(rule.attribute for one in trail for rule in one.attribute_rules or ()))
    place = {code: index for index, code in enumerate(asked)}
    typed = sorted(
        (spec for spec in product.specs if spec.attribute),
        key=lambda spec: place.get(spec.attribute, len(place)),
    )
    free = [spec for spec in product.specs if not spec.attribute]
    rows = [
        [(spec.name.capitalize() if spec.name.islower() else spec.name, spec.text) for spec in specs]
        for specs in (typed, free)
    ]
    names = (None, "Other facts" if typed else None)
    return [{"name": name, "rows": group} for name, group in zip(names, rows, strict=True) if group]


def _card(card: ProductCard) -> dict[str, Any]:
    """What the macro product_card shows."""
    return {
        "title": card.title,
        "url": url_for("catalog_pages.show_product", shop=card.shop.slug, slug=card.slug),
        "image": image(card.picture)["small"] if card.picture else None,
        "price": card.price,
        "price_from": card.price_from,
        "compare_at": None if card.price_from else card.compare_at,
        "shop_name": card.shop.name,
        "shop_url": url_for("catalog_pages.show_shop", slug=card.shop.slug),
        "stock": card.stock,
        "rating": card.rating.mean,
        "rating_count": card.rating.n,
    }


def _shop(shop: Any) -> dict[str, str]:
    about = shop.description if len(shop.description) < 160 else f"{shop.description[:150].rstrip()} …"
    return {
        "name": shop.name,
        "url": url_for("catalog_pages.show_shop", slug=shop.slug),
        "tagline": about,
    }


def _link(category: Category) -> dict[str, Any]:
    return {
        "name": category.name,
        "label": category.name,
        "url": url_for("catalog_pages.show_category", slug=category.slug),
    }


def _tree(ordered: list[Category]) -> list[dict[str, Any]]:
    """The categories as nested links."""
    nodes: dict[ObjectId | None, list[dict[str, Any]]] = {}
    for category in reversed(ordered):
        node = _link(category) | {"children": nodes.pop(category.pk, [])}
        nodes.setdefault(category.parent_id, []).insert(0, node)
    return nodes.get(None, [])
