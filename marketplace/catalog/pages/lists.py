"""The lists of products: search, a category, a shop. What narrows them stands in the address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, freshness
from ...shared.forms import Form
from .. import services
from ..documents import Category
from ..repositories import categories
from ..schemas import ProductQuery
from ..values import COUNT_LIMIT, ProductFilter, ProductSort
from .blueprint import blueprint
from .shown import facet_groups, link

#: How the orders of a list are called.
SORT_NAMES = {
    ProductSort.RELEVANCE: "Best match",
    ProductSort.NEWEST: "Newest",
    ProductSort.PRICE_UP: "Price, low to high",
    ProductSort.PRICE_DOWN: "Price, high to low",
    ProductSort.RATING: "Best rated",
}

#: How many categories a sidebar lists before it leads to the page with all of them.
SIDEBAR = 20

#: Parameters that say where in the list one is, and not what is in it.
_POSITION = ("cursor", "exact", "limit", "sort")


@blueprint.get("/s")
@access.everyone
@freshness.public
def search() -> ResponseReturnValue:
    """All products, or those that were searched for."""
    first = freshness.remembered("sidebar", lambda: categories.children_of(None, limit=SIDEBAR))
    return _List().page("catalog/search.html", sidebar=[link(one) | {"slug": one.slug} for one in first])


@blueprint.get("/c/<slug>")
@access.everyone
@freshness.public
def show_category(slug: str) -> ResponseReturnValue:
    """The products of a category and of all below it."""
    category, above, below = freshness.remembered(f"category page {slug}", lambda: _surroundings(slug))
    trail = [link(one) for one in [*above, category]]
    children = [link(one) | {"slug": one.slug} for one in below]
    sidebar = [trail[-1] | {"current": True, "children": children}]
    for parent in reversed(trail[:-1]):
        sidebar = [parent | {"children": sidebar}]
    return _List(category=category).page(
        "catalog/category.html", category=category, trail=trail, sidebar=sidebar, children=children
    )


@blueprint.get("/shop/<slug>")
@access.everyone
@freshness.public
def show_shop(slug: str) -> ResponseReturnValue:
    """A shop with what it sells."""
    shop = accounts.visible_shop(slug)
    return _List(shop=shop).page("catalog/shop.html", shop=shop)


def _surroundings(slug: str) -> tuple[Category, list[Category], list[Category]]:
    category = categories.with_slug(slug)
    return category, *categories.around(category)


@dataclass(slots=True)
class _List:
    """The list that this request asks for, or what is wrong with the question."""

    category: Category | None = None
    shop: Any = None
    wanted: ProductFilter = field(default_factory=ProductFilter)
    facets: services.Facets = field(default_factory=services.Facets)

    def page(self, template: str, **shown: Any) -> ResponseReturnValue:
        """The page, with what the template shows beside the list."""
        currency = self.shop.currency if self.shop else current_app.config["CURRENCY"]
        schema = _query(currency)
        known = _known(schema)
        form = Form.read(schema, known)
        listing = cursors.listing_of(form.data)
        chips = list(_chips(form.data))
        found = form.result if form.accepted_by(self._find, listing=listing) else None
        for node in shown.get("children", shown.get("sidebar", ())):
            node |= self._counted(node)
        body = render_template(
            template,
            form=form,
            found=found,
            instead=_instead(found, known),
            count_text=_count_text(found),
            cards=found.page.items if found else [],
            page=cursors.page_links(found.page, listing) if found else {},
            sort_options=[(sort.value, SORT_NAMES[sort]) for sort in services.sorts_of(self.wanted)],
            kept={name: values for name, values in known.items() if name not in ("sort", "cursor")},
            facet_groups=facet_groups(self.facets),
            hidden=list(_not_offered(known, self.facets)),
            chips=chips,
            cleared=_address({"q": known.get("q"), "sort": known.get("sort")}),
            currency=currency,
            **shown,
        )
        return body, 200 if found else 400

    def _find(self, *, listing: str, cursor: str | None = None, **query: Any) -> services.Listing:
        place: dict[str, Any] = {
            "category_id": self.category.pk if self.category else None,
            "shop_id": self.shop.id if self.shop else None,
        }
        how = {name: query.pop(name, None) for name in ("sort", "limit", "exact")}
        self.wanted = services.product_filter(**query, **place)
        at = cursors.decode(cursor, listing)
        if not self.wanted.q:
            self.facets = services.facets_of(self.wanted)
        found = services.find_products(self.wanted, at=at, total=self.facets.total, **how)
        if self.wanted.q and found.total:
            self.facets = services.facets_of(self.wanted, found.search)
        return found

    def _counted(self, node: dict[str, Any]) -> dict[str, Any]:
        """How many products of the list a category has, as far as that was counted."""
        facet = self.facets.named("category")
        counts = {one.value: one.count for one in facet.values} if facet else {}
        count = counts.get(node["slug"])
        return {"count": None if count is None else f"{count}{'+' if self.facets.approximate else ''}"}


@lru_cache
def _query(currency: str) -> ProductQuery:
    return ProductQuery(currency=currency)


def _known(schema: ProductQuery) -> dict[str, Any]:
    """What the address says that a list understands; options of attributes are lists."""
    args = request.args
    plain = [name for name in schema.fields if name in args and name not in ("f", "num")]
    return {name: args[name] for name in plain} | {
        name: args.getlist(name) for name in args if name.startswith(("f.", "num."))
    }


def _chips(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What the list is narrowed by, each with the address of the list without it."""
    for name, label in (("price_min", "From"), ("price_max", "Up to")):
        if name in data:
            yield {"label": label, "amount": data[name], "url": _without(name)}
    if data.get("in_stock"):
        yield {"label": "In stock", "url": _without("in_stock")}
    if "rating_min" in data:
        yield {"label": services.stars_label(data["rating_min"]), "url": _without("rating_min")}
    for code, options in data.get("f", {}).items():
        for token, label in services.chosen_labels(f"{code}:{option}" for option in options):
            yield {"label": label, "url": _without(f"f.{code}", token.partition(":")[2])}
    for code, bounds in data.get("num", {}).items():
        label = f"{services.attribute_label(code)}: {bounds.least or '…'} to {bounds.most or '…'}"
        yield {"label": label, "url": _without(f"num.{code}")}


def _without(name: str, value: str | None = None) -> str:
    """This address without a parameter, or without one of its values, at the list's beginning."""
    pairs = [
        (key, text)
        for key, text in request.args.items(multi=True)
        if text.strip() and key != "cursor" and not (key == name and value in (None, text.strip()))
    ]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _address(parameters: Mapping[str, Any]) -> str:
    pairs = [(name, value) for name, value in parameters.items() if value]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def _not_offered(known: Mapping[str, Any], facets: services.Facets) -> Iterator[tuple[str, str]]:
    """What is chosen and stands in no facet, so that the form of the filters has to keep it."""
    offered = {
        {"stock": "in_stock", "rating": "rating_min"}.get(facet.name, f"f.{facet.name}")
        for facet in facets.facets
    }
    for name, found in known.items():
        if name in (*_POSITION, "price_min", "price_max", "q") or name in offered:
            continue
        yield from ((name, value) for value in ([found] if isinstance(found, str) else found))


def _instead(found: services.Listing | None, known: Mapping[str, Any]) -> dict[str, str] | None:
    """What was searched for instead of what was typed, and the address of a search for exactly that."""
    if found is None or found.correction is None:
        return None
    kept = {name: value for name, value in known.items() if name != "cursor"} | {"exact": "true"}
    typed, searched = found.correction.typed, found.correction.searched
    return {"typed": typed, "searched": searched, "url": f"{request.path}?{urlencode(kept, doseq=True)}"}


def _count_text(found: services.Listing | None) -> str | None:
    if found is None:
        return None
    return f"{COUNT_LIMIT}+" if found.more else str(found.total)
