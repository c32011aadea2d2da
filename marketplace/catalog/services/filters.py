"""What a list is asked for: the filter out of slugs, amounts and attributes, and the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from bson import ObjectId

from ...accounts import services as accounts
from ...shared import freshness
from ...shared.errors import Invalid, UnknownParameter
from ...shared.values import Money
from ..documents import Attribute
from ..errors import InvalidRange, InvalidSort
from ..repositories import attributes, categories
from ..values import AttributeBounds, NumberRange, ProductFilter, ProductSort, SpecificationType
from ..values.specifications import bucket_bounds, bucket_of

#: A range of numbers is looked up by so many tokens at most.
MOST_BUCKETS = 12

#: How many other categories that lists are narrowed to are asked for along with one.
ALONG = 50

#: So many attributes are named to somebody who asked for one that is not there.
MOST_NAMED = 100


def sorts_of(wanted: ProductFilter) -> list[ProductSort]:
    """The orders that the list offers; relevance only where words were asked for."""
    return [sort for sort in ProductSort if wanted.q or sort is not ProductSort.RELEVANCE]


def sort_named(name: str | None, wanted: ProductFilter) -> ProductSort:
    """The order of this name, or the list's own; raises InvalidSort."""
    offered = sorts_of(wanted)
    if not name:
        return offered[0]
    if name not in [sort.value for sort in offered]:
        known = ", ".join(sort.value for sort in offered)
        raise InvalidSort(f"There is no such order. Use one of: {known}.", field="sort")
    return ProductSort(name)


def product_filter(
    *,
    q: str = "",
    category: str | None = None,
    category_id: ObjectId | None = None,
    shop: str | None = None,
    shop_id: ObjectId | None = None,
    price_min: Money | None = None,
    price_max: Money | None = None,
    rating_min: int | None = None,
    in_stock: bool = False,
    f: Mapping[str, Sequence[str]] | None = None,
    num: Mapping[str, AttributeBounds] | None = None,
) -> ProductFilter:
    """The filter for these slugs, prices and attributes.

    `f` are the wanted options of each attribute, by its code; `num` bounds numbers. Raises CategoryNotFound,
    ShopNotFound, InvalidRange, and UnknownParameter for an attribute that lists are not filtered by.
    """
    bounds = [price for price in (price_min, price_max) if price is not None]
    options = {code: (filterable(code, f"f.{code}"), chosen) for code, chosen in (f or {}).items()}
    category_id = _category_id(category) if category else category_id
    narrowed = bool(f or num or in_stock or rating_min or bounds)
    return ProductFilter(
        q=q,
        category_id=category_id,
        shop_id=accounts.shown_shop(shop).id if shop else shop_id,
        price_min=price_min.amount if price_min is not None else None,
        price_max=price_max.amount if price_max is not None else None,
        currency=bounds[0].currency if bounds else None,
        rating_min=rating_min,
        in_stock=in_stock,
        options=tuple(tuple(f"{code}:{one}" for one in chosen) for code, (_, chosen) in options.items()),
        numbers=tuple(_number(code, bounds) for code, bounds in (num or {}).items()),
        branch=_branch(category_id) if narrowed and category_id else (),
    )


def attribute_with(code: str) -> Attribute | None:
    """The attribute with this code that lists are filtered by, or None."""
    return _filterable().get(code)


def _filterable() -> dict[str, Attribute]:
    return freshness.remembered("filterable attributes", attributes.filterable)


def filterable(code: str, parameter: str) -> Attribute:
    """The attribute with this code; raises UnknownParameter where lists are not filtered by it."""
    found = attribute_with(code)
    if found is None:
        raise UnknownParameter(
            f"Lists are not filtered by {code}. Ask for `facets` to see what there is.",
            field=parameter,
            allowed=[*PARAMETERS, *(f"f.{one}" for one in islice(_filterable(), MOST_NAMED))],
        )
    return found


def _number(code: str, written: AttributeBounds) -> NumberRange:
    attribute = filterable(code, f"num.{code}")
    if attribute.type is not SpecificationType.NUMBER:
        raise UnknownParameter(f"{attribute.label} is no number: use f.{code}.", field=f"num.{code}")
    try:
        least, most = (attribute.norm_of(end) if end else None for end in (written.least, written.most))
    except Invalid as error:
        raise InvalidRange(str(error), field=f"num.{code}") from None
    return NumberRange(code, least, most, _buckets(code, least, most))


def _buckets(code: str, least: float | None, most: float | None) -> tuple[str, ...]:
    """The tokens of the numbers between two positive bounds; none where they are many."""
    if least is None or most is None or not 0 < least <= most:
        return ()
    found: list[str] = []
    at = least
    while at <= most and len(found) <= MOST_BUCKETS:
        found.append(f"{code}:{bucket_of(at)}")
        at = bucket_bounds(at)[1]
    return tuple(found) if len(found) <= MOST_BUCKETS else ()


def _category_id(slug: str) -> ObjectId:
    """The id of the category at this address; raises CategoryNotFound."""
    found = freshness.remembered_each("category at", [slug], categories.ids_at, along=ALONG)
    return found[slug] if slug in found else categories.with_slug(slug).pk


def _branch(category_id: ObjectId) -> tuple[ObjectId, ...]:
    """The ids of the category and of all below it."""
    found = freshness.remembered_each("branch", [category_id], categories.branches, along=ALONG)
    return found[category_id]


#: The parameters of a list whose names are always the same.
PARAMETERS = (
    "category",
    "cursor",
    "facets",
    "in_stock",
    "limit",
    "price_max",
    "price_min",
    "q",
    "rating_min",
    "shop",
    "sort",
)
