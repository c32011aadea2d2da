"""What products repeat of their category and their attributes, brought up to date.

Each of it can be broken off and done again: what is right already is passed over.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bson import ObjectId

from ...shared import outbox
from ...shared.documents import stored
from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ..documents import Attribute, Category, Product
from ..errors import CategoryTooDeep
from ..repositories import attributes, categories, products

#: How many products are changed together.
CHUNK = 500

#: How long a delivery works before it leaves the rest to the next one, in seconds.
LONGEST = 15.0


def follow_category(category_id: ObjectId) -> None:
    """File the products of a category that moved, and of all below it, where they lie now."""
    category = categories.find(pk=category_id)
    if category is None:
        return
    until = time.monotonic() + LONGEST
    for one in [category, *categories.below(category_id)]:
        while products.refile(one, limit=CHUNK):
            if time.monotonic() > until:
                _go_on("category.moved", category)
                return


def empty_category(category_id: ObjectId) -> None:
    """Move the products of a category that is to go, and remove it behind the last of them."""
    category = categories.find(pk=category_id)
    target = categories.find(pk=category.going_to) if category and category.going_to else None
    if category is None or target is None:
        return
    until = time.monotonic() + LONGEST
    while products.refile(target, limit=CHUNK, source=category.pk):
        if time.monotonic() > until:
            _go_on("category.emptied", category)
            return
    categories.remove(category)


def follow_attribute(attribute_id: ObjectId, after: ObjectId | None = None) -> None:
    """State the facts of an attribute that changed anew, in the products behind `after`."""
    attribute = attributes.find(pk=attribute_id)
    if attribute is None:
        return
    until = time.monotonic() + LONGEST
    while found := products.stating(attribute.code, after, CHUNK):
        for product in found:
            if restate(product, {attribute.code: attribute}):
                products.restate(product)
        after = found[-1].pk
        if time.monotonic() > until:
            _go_on("attribute.changed", attribute, after=after)
            return


def restate(product: Product, known: dict[str, Attribute]) -> bool:
    """State the product's facts as its attributes make them now; whether anything is different.

    A fact that its attribute does not take any more, such as one out of a new range, stays as it is.
    """
    before = [stored(spec) for spec in product.specs], product.specs_text, dict(product.num)
    specs = []
    for spec in product.specs:
        attribute = known.get(spec.attribute)
        try:
            specs.append(attribute.specify(spec.value, spec.unit) if attribute else spec)
        except Invalid:
            specs.append(spec)
    product.specify(specs)
    product.follow_facts()
    return ([stored(spec) for spec in product.specs], product.specs_text, dict(product.num)) != before


def rebuild_tree() -> Iterator[str]:
    """Put right everything that derives from the tree and the attributes; a line for each thing changed."""
    ordered: list[Category] = []
    waiting = {one.pk: one for one in categories.in_order(hidden=True)}
    lost: set[ObjectId] = set()
    placed: dict[ObjectId | None, Category | None] = {None: None}
    while waiting:
        ready = [one for one in waiting.values() if one.parent_id in placed]
        if not ready:  # a parent that is gone, or a ring
            ready = [min(waiting.values(), key=lambda one: (len(one.path), str(one.pk)))]
            yield f"{' › '.join(ready[0].path)}: its parent is not there; it is on the first level now."
            ready[0].parent_id = None
            lost.add(ready[0].pk)
        for one in ready:
            yield from _put_right(one, placed[one.parent_id], lost=one.pk in lost)
            placed[one.pk] = one
            ordered.append(waiting.pop(one.pk))
    for one in ordered:
        filed = 0
        while count := products.refile(one, limit=CHUNK):
            filed += count
        if filed:
            yield f"{' › '.join(one.path)}: {filed:,} products are filed where they belong."
    yield from _restate_all()


def _put_right(category: Category, parent: Category | None, *, lost: bool) -> Iterator[str]:
    before = [list(category.ancestors), list(category.path), category.shown]
    try:
        category.put_below(parent)
    except CategoryTooDeep:
        yield f"{' › '.join(category.path)}: it lies too deep; move it."
    parts = {name: getattr(category, name) for name in ("parent_id", "ancestors", "path", "shown")}
    if lost or [list(category.ancestors), list(category.path), category.shown] != before:
        categories.put_right(category.pk, parts)
        yield f"{' › '.join(category.path)}: its place follows from its parent again."


def _restate_all() -> Iterator[str]:
    known = {one.code: one for one in attributes.in_order()}
    changed, after = 0, None
    while found := products.stating(None, after, CHUNK):
        after = found[-1].pk
        changed += sum(restate(product, known) and products.restate(product) for product in found)
        for code in {spec.attribute for product in found for spec in product.specs} & known.keys():
            specs = [spec for product in found for spec in product.specs]
            if known[code].note_use(specs):
                attributes.save(known[code])
                yield f"{known[code].label}: products use it."
    if changed:
        yield f"{changed:,} products state their facts as the attributes say now."


@transactional
def _go_on(topic: str, about: Category | Attribute, **payload: ObjectId) -> None:
    outbox.tell(topic, about=about, **payload)
