"""What everybody sees beside the lists: home, the tree of categories, and products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, freshness, identity
from .. import services
from ..documents import Category, Product
from ..repositories import categories, products
from ..values import ShownProduct
from .blueprint import blueprint
from .media import image
from .reviews import section_of
from .sending import sending_of
from .shown import card, link

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
    return [link(one) for one in categories.children_of(None, limit=IN_HEADER)]


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
    first = [link(one) for one in categories.children_of(None, limit=12)]
    return render_template(
        "catalog/home.html",
        categories=first,
        nav_categories=first[:IN_HEADER],
        newest=newest,
        featured=[card(one) for one in newest if one.picture][:5],
        shops=[_shop(shop) for shop in shops],
    )


@blueprint.get("/categories")
@access.everyone
@freshness.public
def all_categories() -> ResponseReturnValue:
    """Every category, as a tree."""
    return render_template("catalog/categories.html", tree=_tree(categories.in_order()))


@blueprint.get("/p/<shop>/<slug>")
@access.everyone
@freshness.public
def show_product(shop: str, slug: str) -> ResponseReturnValue:
    """A product with its variants and what its buyers say; an address that it had before leads to it."""
    seller = accounts.shown_shop(shop)
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
        trail=[link(one) for one in found.trail],
        pictures=[image(picture) for picture in product.pictures],
        variants=[(variant, found.level(variant.id)) for variant in product.active_variants],
        chosen=_chosen(product, found),
        fact_groups=fact_groups(product, found.trail),
        sending=sending_of(product, seller),
        more=page.more,
        own=identity.user_id() == seller.owner_id,
        nav_categories=[link(one) for one in page.first_categories],
        **said,
    )
    return body, 400 if said["review_form"].errors else 200


def _chosen(product: ShownProduct, found: services.ProductDetails) -> ObjectId:
    """The variant that is ticked at first: the cheapest that is left."""
    left = [one for one in product.active_variants if found.level(one.id).bucket != "out"]
    chosen: ObjectId = min(left or product.active_variants, key=lambda one: one.price.amount).id
    return chosen


def fact_groups(product: Product | ShownProduct, trail: list[Category]) -> list[dict[str, Any]]:
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


def _shop(shop: Any) -> dict[str, str]:
    about = shop.description if len(shop.description) < 160 else f"{shop.description[:150].rstrip()} …"
    return {
        "name": shop.name,
        "url": url_for("catalog_pages.show_shop", slug=shop.slug),
        "tagline": about,
    }


def _tree(ordered: list[Category]) -> list[dict[str, Any]]:
    """The categories as nested links."""
    nodes: dict[ObjectId | None, list[dict[str, Any]]] = {}
    for category in reversed(ordered):
        node = link(category) | {"children": nodes.pop(category.pk, [])}
        nodes.setdefault(category.parent_id, []).insert(0, node)
    return nodes.get(None, [])
