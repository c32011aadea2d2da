"""The tree of goods."""

from __future__ import annotations

from typing import Any, ClassVar

from mongoengine import (
    IntField,
    ListField,
    StringField,
)

from ...shared.documents import Aggregate, IdOf
from ..errors import CategoryTooDeep
from .fields import SLUG, PlainText

#: How many levels categories nest.
DEEPEST = 5


class Category(Aggregate):
    """A place in the tree of goods.

    Protects: five levels at most, and `ancestors` and `path` that agree with the parent.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "categories",
        "indexes": [
            # A category's page.
            {"fields": ["slug"], "name": "slug", "unique": True},
            # The children of a category in their order.
            {"fields": ["parent_id", "position", "name"], "name": "children"},
            # What lies below a category.
            {"fields": ["ancestors"], "name": "ancestors"},
        ],
    }

    name = PlainText(required=True, max_length=100)
    slug = StringField(required=True, regex=SLUG, max_length=120)
    parent_id = IdOf("categories")
    ancestors = ListField(IdOf("categories"))
    path = ListField(PlainText(max_length=100))
    position = IntField(required=True, default=0, min_value=0)

    def put_below(self, parent: Category | None) -> None:
        """Take a place in the tree; raises CategoryTooDeep."""
        self.parent_id = parent.pk if parent else None
        self.ancestors = [*parent.ancestors, parent.pk] if parent else []
        self.path = [*(parent.path if parent else []), self.name]
        if len(self.path) > DEEPEST:
            raise CategoryTooDeep(f"Categories nest {DEEPEST} levels deep.", field="parent")
