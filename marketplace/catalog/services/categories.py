"""The tree of categories: everything that changes it takes turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError
from slugify import slugify

from ...accounts import services as accounts
from ...shared import outbox
from ...shared.errors import Invalid, VersionConflict
from ...shared.transactions import transactional
from ..documents import Category
from ..errors import CategoryCycle, CategoryNotEmpty, CategoryNotFound, CategorySlugTaken
from ..repositories import categories, products

#: How many products move along at once; the worker moves the rest.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would take along: the category with all below it, and their products."""

    categories: int
    products: int
    path: list[str]


@transactional
def create_category(
    *,
    name: str,
    parent_id: ObjectId | None = None,
    slug: str | None = None,
    position: int | None = 0,
    actor_id: ObjectId | None = None,
) -> Category:
    """A new category, below its parent or on the first level; without a position the last one there.

    Its address is made from its name, or from its whole path where that is taken. `actor_id` is the
    moderator who makes it; without one it comes of an import or of sample data. Raises CategoryTooDeep,
    CategoryNotFound, NotYourRole and, for a chosen slug, CategorySlugTaken.
    """
    _require(actor_id)
    categories.take_turn()
    parent = categories.get(parent_id) if parent_id else None
    if position is None:
        position = max((one.position + 1 for one in categories.siblings(parent_id)), default=0)
    category = Category(name=name, position=position)
    category.put_below(parent)
    category.slug = slug or _free_slug(category.path)
    try:
        categories.add(category)
    except NotUniqueError:
        raise _slug_taken() from None
    _note(actor_id, "category.create", category)
    return category


@transactional
def edit_category(
    *, actor_id: ObjectId, category_id: ObjectId, version: int, name: str, slug: str, active: bool
) -> Category:
    """Call a category something else, show it or hide it; what is below follows.

    Raises NotYourRole, CategoryNotFound, VersionConflict and CategorySlugTaken.
    """
    _require(actor_id)
    categories.take_turn()
    category = categories.get(category_id)
    if category.version != version:
        raise VersionConflict("Someone else changed this category since you opened it. Load it again.")
    detail = {"before": [category.name, category.slug, category.active], "after": [name, slug, active]}
    category.name, category.slug, category.active = name, slug, active
    try:
        _place(category, categories.get(category.parent_id) if category.parent_id else None)
    except NotUniqueError:
        raise _slug_taken() from None
    _note(actor_id, "category.edit", category, **detail)
    return category


def preview_move(*, category_id: ObjectId, parent_id: ObjectId | None) -> MovePreview:
    """What the move would take along; raises what `move_category` raises."""
    category, parent, below = _move(category_id, parent_id)
    moved = _placed(category, parent, below)
    return MovePreview(len(moved), products.number_in(one.pk for one in moved), list(category.path))


@transactional
def move_category(
    *, category_id: ObjectId, parent_id: ObjectId | None, actor_id: ObjectId | None = None
) -> Category:
    """Put a category with all below it somewhere else; its products move along.

    Where they are many, the worker moves the rest of them. Raises NotYourRole, CategoryNotFound,
    CategoryCycle and CategoryTooDeep.
    """
    _require(actor_id)
    categories.take_turn()
    category, parent, _ = _move(category_id, parent_id)
    before = list(category.path)
    siblings = categories.siblings(parent_id)
    if category.pk not in [one.pk for one in siblings]:
        category.position = max((one.position + 1 for one in siblings), default=0)
    left = AT_ONCE
    for one in _place(category, parent):
        if left > 0:
            left -= products.refile(one, limit=left)
    outbox.tell("category.moved", about=category)
    _note(actor_id, "category.move", category, before=before, after=list(category.path))
    return category


@transactional
def shift_category(*, actor_id: ObjectId, category_id: ObjectId, by: int) -> Category:
    """Put a category before (-1) or behind (1) the one beside it; at an end it stays."""
    _require(actor_id)
    categories.take_turn()
    category = categories.get(category_id)
    order = [one.pk for one in categories.siblings(category.parent_id)]
    place = order.index(category.pk)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    categories.arrange(order, 0)
    _note(actor_id, "category.shift", category, by=by)
    return category


@transactional
def remove_category(*, actor_id: ObjectId, category_id: ObjectId, move_to: ObjectId | None = None) -> bool:
    """Remove a category; what is in it goes to `move_to`. Whether it is gone already.

    Where its products are many it is hidden, and the worker removes it behind the last of them. Raises
    NotYourRole, CategoryNotFound, CategoryNotEmpty, CategoryCycle, CategoryTooDeep, and Invalid for a
    target that does not exist.
    """
    _require(actor_id)
    categories.take_turn()
    category = categories.get(category_id)
    categories.close(category_id)
    children = categories.siblings(category_id)
    if move_to is None:
        if children or products.number_in([category_id]):
            sentence = "There are categories or products in it. Say where they go."
            raise CategoryNotEmpty(sentence, field="move_to")
        categories.remove(category)
        _note(actor_id, "category.remove", category, path=list(category.path))
        return True
    target = _target(category, move_to)
    for child in children:
        for one in _place(child, target):
            products.refile(one, limit=AT_ONCE)
        outbox.tell("category.moved", about=child)
    moved = products.refile(target, limit=AT_ONCE, source=category.pk)
    _note(actor_id, "category.remove", category, path=list(category.path), move_to=str(move_to))
    if moved < AT_ONCE:
        categories.remove(category)
        return True
    category.active = category.shown = False
    category.going_to = target.pk
    categories.save(category)
    outbox.tell("category.emptied", about=category)
    return False


def category_path(names: Sequence[str]) -> Category:
    """The category at the end of this path of names; those that are missing are created."""
    found: Category | None = None
    for name in names:
        parent_id = found.pk if found else None
        found = categories.find(parent_id=parent_id, name=name) or create_category(
            name=name, parent_id=parent_id
        )
    if found is None:
        raise ValueError("A path has at least one name.")
    return found


def _move(
    category_id: ObjectId, parent_id: ObjectId | None
) -> tuple[Category, Category | None, list[Category]]:
    """The category, its new parent, and what is below it; raises CategoryCycle."""
    category = categories.get(category_id)
    parent = categories.get(parent_id) if parent_id else None
    if parent is not None and category.pk in parent.line:
        raise CategoryCycle("A category cannot be put below itself.", field="parent_id")
    return category, parent, categories.below(category.pk)


def _place(category: Category, parent: Category | None) -> list[Category]:
    """Store the category in its place and all below it in theirs, parents first."""
    placed = _placed(category, parent, categories.below(category.pk))
    categories.refile(placed)
    return placed


def _placed(category: Category, parent: Category | None, below: Sequence[Category]) -> list[Category]:
    """The category in its place, and all below it in theirs, parents first; raises CategoryTooDeep."""
    category.put_below(parent)
    placed = {category.pk: category}
    for one in sorted(below, key=lambda one: len(one.path)):
        one.put_below(placed[one.parent_id])
        placed[one.pk] = one
    return list(placed.values())


def _target(category: Category, move_to: ObjectId) -> Category:
    """Where the things of a category go that is removed."""
    try:
        target = categories.get(move_to)
    except CategoryNotFound:
        raise Invalid("Choose one of the categories.", field="move_to") from None
    if category.pk in target.line:
        raise CategoryCycle("Choose a category that is not removed itself.", field="move_to")
    return target


def _free_slug(path: Sequence[str]) -> str:
    """An address that no category has: the name, else its path, else the path with a number."""
    for words in (path[-1:], path):
        slug = slugify(" ".join(words), max_length=100) or "category"
        taken = categories.slugs_like(slug)
        if slug not in taken:
            return slug
    number = next(number for number in range(2, len(taken) + 3) if f"{slug}-{number}" not in taken)
    return f"{slug}-{number}"


def _slug_taken() -> CategorySlugTaken:
    return CategorySlugTaken("Another category has this address.", field="slug")


def _require(actor_id: ObjectId | None) -> None:
    if actor_id is not None:
        accounts.require_moderator(actor_id)


def _note(actor_id: ObjectId | None, action: str, category: Category, **detail: Any) -> None:
    if actor_id is not None:
        accounts.audit(actor_id=actor_id, action=action, subject=("categories", category.pk), detail=detail)
