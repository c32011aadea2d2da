"""The tree of categories."""

from __future__ import annotations

from collections.abc import Sequence

from bson import ObjectId
from mongoengine import NotUniqueError
from slugify import slugify

from ...shared.transactions import transactional
from ..documents import Category
from ..errors import CategoryCycle, CategorySlugTaken
from ..repositories import categories, products


def create_category(
    *, name: str, parent_id: ObjectId | None = None, slug: str | None = None, position: int = 0
) -> Category:
    """A new category, below its parent or on the first level.

    Its address is made from its name, or from its whole path where that is taken. Raises
    CategoryTooDeep, CategoryNotFound and, for a chosen slug, CategorySlugTaken.
    """
    parent = categories.get(parent_id) if parent_id else None
    category = Category(name=name, position=position)
    category.put_below(parent)
    category.slug = slug or _free_slug(category.path)
    try:
        return categories.add(category)
    except NotUniqueError:
        raise CategorySlugTaken("Another category has this address.", field="slug") from None


@transactional
def move_category(*, category_id: ObjectId, parent_id: ObjectId | None) -> Category:
    """Put a category with all below it somewhere else; its products move along.

    Raises CategoryCycle and CategoryTooDeep.
    """
    category = categories.get(category_id)
    parent = categories.get(parent_id) if parent_id else None
    if parent is not None and category.pk in [parent.pk, *parent.ancestors]:
        raise CategoryCycle("A category cannot be put below itself.", field="parent")
    below = categories.below(category.pk)
    category.put_below(parent)
    placed = {category.pk: category}
    for one in sorted(below, key=lambda one: len(one.path)):
        one.put_below(placed[one.parent_id])
        placed[one.pk] = one
    categories.refile(placed.values())
    for one in placed.values():
        products.refile(one.pk, [*one.ancestors, one.pk])
    return category


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


def _free_slug(path: Sequence[str]) -> str:
    """An address that no category has: the name, else its path, else the path with a number."""
    for words in (path[-1:], path):
        slug = slugify(" ".join(words), max_length=100) or "category"
        taken = categories.slugs_like(slug)
        if slug not in taken:
            return slug
    number = next(number for number in range(2, len(taken) + 3) if f"{slug}-{number}" not in taken)
    return f"{slug}-{number}"
