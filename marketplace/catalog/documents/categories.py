"""The tree of goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from mongoengine import (
    BooleanField,
    IntField,
    ListField,
    StringField,
)

from ...shared.documents import Aggregate, IdOf, Stored, ValueField
from ...shared.errors import Invalid
from ..errors import CategoryTooDeep
from ..values import AttributeRule
from ..values.attributes import MOST_RULES
from .fields import SLUG, PlainText

#: How many levels categories nest.
DEEPEST = 5


class Category(Aggregate):
    """A place in the tree of goods.

    Protects: five levels at most, and `ancestors`, `path` and `shown` that agree with the parent. What it
    asks of its products are the `attribute_rules`, on top of those of its ancestors.
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

    active = BooleanField(required=True, default=True)
    shown = BooleanField(required=True, default=True)
    going_to = IdOf("categories")
    attribute_rules = ListField(ValueField(AttributeRule), max_length=MOST_RULES)

    def put_below(self, parent: Category | None) -> None:
        """Take a place in the tree; raises CategoryTooDeep."""
        self.parent_id = parent.pk if parent else None
        self.ancestors = [*parent.ancestors, parent.pk] if parent else []
        self.path = [*(parent.path if parent else []), self.name]
        self.shown = self.active and (parent is None or parent.shown)
        if len(self.path) > DEEPEST:
            raise CategoryTooDeep(f"Categories nest {DEEPEST} levels deep.", field="parent_id")

    def ask(self, rules: Sequence[AttributeRule]) -> None:
        """Ask this of its products and of those below; raises Invalid for an attribute asked for twice."""
        codes = [rule.attribute for rule in rules]
        for index, code in enumerate(codes):
            if code in codes[:index]:
                raise Invalid("This attribute is asked for already.", field=f"rules.{index}.attribute")
        if len(codes) > MOST_RULES:
            raise Invalid(f"Give {MOST_RULES} rules at most.", field="rules")
        self.attribute_rules = list(rules)

    @property
    def line(self) -> list[Any]:
        """The ids of everything above it and its own: where its products are filed."""
        return [*self.ancestors, self.pk]


class Lock(Stored):
    """Something that only one transaction changes at a time: each that does so counts its turn."""

    meta: ClassVar[dict[str, Any]] = {"collection": "locks"}

    name = StringField(primary_key=True)
    turn = IntField(required=True, default=0)
