"""The stored categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bson import ObjectId

from ...shared.repository import Repository
from ..documents import Category
from ..errors import CategoryNotFound


class CategoryRepository(Repository[Category]):
    """The tree of goods."""

    document = Category
    missing = CategoryNotFound

    def with_slug(self, slug: str) -> Category:
        """The category at this address; raises CategoryNotFound."""
        found = self.find(slug=slug)
        if found is None:
            raise CategoryNotFound("There is no category at this address.")
        return found

    def in_order(self) -> list[Category]:
        """The whole tree, parents before children, each level in its order."""
        everything = self.all().order_by("position", "name").batch_size(1000)
        return sorted(everything, key=lambda category: len(category.path))

    def children_of(self, parent_id: ObjectId | None, limit: int = 0) -> list[Category]:
        """The categories right below this one, or the first level, in their order."""
        return list(self.all().filter(parent_id=parent_id).order_by("position", "name").limit(limit))

    def in_line(self, category_ids: Sequence[ObjectId]) -> list[Category]:
        """These categories, in the order of their ids."""
        known = self.by_ids(category_ids)
        return [known[one] for one in category_ids if one in known]

    def line_and_first(
        self, category_ids: Sequence[ObjectId], limit: int
    ) -> tuple[list[Category], list[Category]]:
        """These categories in the order of their ids, and the first ones of the first level: one query."""
        first: list[dict[str, Any]] = [
            {"$match": {"parent_id": None}},
            {"$sort": {"position": 1, "name": 1}},
            {"$limit": limit},
        ]
        found = next(
            self.rows(
                [
                    {"$match": {"$or": [{"_id": {"$in": list(category_ids)}}, {"parent_id": None}]}},
                    {"$facet": {"line": [{"$match": {"_id": {"$in": list(category_ids)}}}], "first": first}},
                ]
            )
        )
        known = {row["_id"]: Category._from_son(row) for row in found["line"]}
        line = [known[one] for one in category_ids if one in known]
        return line, [Category._from_son(row) for row in found["first"]]

    def below(self, category_id: ObjectId) -> list[Category]:
        """Everything below a category, however deep."""
        return list(self.all().filter(ancestors=category_id))

    def misplaced(self) -> Iterator[dict[str, Any]]:
        """The id and path of those whose ancestors or path do not follow from their parent."""
        line = {"$concatArrays": ["$parent.ancestors", ["$parent_id"]]}
        path = {"$concatArrays": ["$parent.path", ["$name"]]}
        top = [{"$ne": ["$ancestors", []]}, {"$ne": ["$path", ["$name"]]}]
        below = [{"$ne": ["$ancestors", line]}, {"$ne": ["$path", path]}]
        is_top = {"$eq": [{"$ifNull": ["$parent_id", None]}, None]}
        yield from self.rows(
            [
                {
                    "$lookup": {
                        "from": "categories",
                        "localField": "parent_id",
                        "foreignField": "_id",
                        "as": "parent",
                    }
                },
                {"$set": {"parent": {"$first": "$parent"}, "ancestors": {"$ifNull": ["$ancestors", []]}}},
                {"$set": {"parent.ancestors": {"$ifNull": ["$parent.ancestors", []]}}},
                {"$match": {"$expr": {"$cond": [is_top, {"$or": top}, {"$or": below}]}}},
                {"$project": {"path": 1}},
            ]
        )

    def slugs_like(self, slug: str) -> set[str]:
        """The addresses that begin with this one."""
        return set(self.all().filter(slug__startswith=slug).scalar("slug"))

    def arrange(self, ordered: Sequence[ObjectId], first: int) -> None:
        """Give the categories positions in this order, counted from `first`."""
        for offset, category_id in enumerate(ordered):
            self.all().filter(pk=category_id).update_one(set__position=first + offset, inc__version=1)

    def refile(self, categories: Iterable[Category]) -> None:
        """Store the places of categories whose parent was moved."""
        for category in categories:
            self.save(category)


categories = CategoryRepository()
