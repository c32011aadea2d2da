"""The stored categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zlib import crc32

from bson import ObjectId
from mongoengine import QuerySet

from ...shared.repository import Repository
from ..documents import Category, Lock
from ..errors import CategoryNotFound

#: In how many places those who fill one category at once mark it.
PLACES = 16


def _place_in(category_id: ObjectId, place: int) -> str:
    return f"category:{category_id}:{place}"


class CategoryRepository(Repository[Category]):
    """The tree of goods."""

    document = Category
    missing = CategoryNotFound

    def with_slug(self, slug: str) -> Category:
        """The category that people see at this address; raises CategoryNotFound."""
        found = self.shown().filter(slug=slug).first()
        if found is None:
            raise CategoryNotFound("There is no category at this address.")
        return found

    def shown(self) -> QuerySet:
        """What people see: active categories below active ones."""
        return self.all().filter(shown__ne=False)

    def in_order(self, *, hidden: bool = False) -> list[Category]:
        """The tree that people see, parents before children, each level in its order; or the whole of it."""
        found = self.all() if hidden else self.shown()
        ordered = found.order_by("position", "name").batch_size(1000)
        return sorted(ordered, key=lambda category: len(category.path))

    def children_of(self, parent_id: ObjectId | None, limit: int = 0) -> list[Category]:
        """The categories right below this one, or the first level, in their order."""
        return list(self.shown().filter(parent_id=parent_id).order_by("position", "name").limit(limit))

    def siblings(self, parent_id: ObjectId | None) -> list[Category]:
        """All categories right below this one, hidden ones too, in their order."""
        return list(self.all().filter(parent_id=parent_id).order_by("position", "name"))

    def asking_for(self, code: str, limit: int) -> list[Category]:
        """Some of the categories whose own rules ask for this attribute."""
        return list(self.all().filter(__raw__={"attribute_rules.attribute": code}).limit(limit))

    def take_turn(self) -> None:
        """Let one transaction at a time change the tree: call it first in each that does.

        Of two that are open at once, one conflicts here and is run again after the other.
        """
        Lock.objects(pk="category-tree").update_one(inc__turn=1, upsert=True)

    def fill(self, category_id: ObjectId, sku: str) -> None:
        """Let what has this SKU be put into a category, unless that is removed at once: one conflicts here.

        Those who fill it mark one of several places, so that they are seldom in each other's way.
        """
        place = crc32(sku.encode()) % PLACES
        Lock.objects(pk=_place_in(category_id, place)).update_one(inc__turn=1, upsert=True)

    def close(self, category_id: ObjectId) -> None:
        """Let nothing be put into a category by who does not see its removal: see `fill`."""
        for place in range(PLACES):
            Lock.objects(pk=_place_in(category_id, place)).update_one(inc__turn=1, upsert=True)

    def remove(self, category: Category) -> None:
        """Remove a category that nothing is in."""
        self.all().filter(pk=category.pk).delete()

    def put_right(self, category_id: ObjectId, parts: dict[str, Any]) -> None:
        """Write down what follows from the tree, whatever else the category says."""
        self.all().filter(pk=category_id).update_one(__raw__={"$set": parts, "$inc": {"version": 1}})

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

    def ids_at(self, slugs: Iterable[str]) -> dict[str, ObjectId]:
        """The ids of the categories that people see at these addresses, in one query."""
        return dict(self.shown().filter(slug__in=list(slugs)).scalar("slug", "pk"))

    def branches(self, category_ids: Iterable[ObjectId]) -> dict[ObjectId, tuple[ObjectId, ...]]:
        """For each of these categories its id and those of everything below it, in one query."""
        found = {one: [one] for one in category_ids}
        for row in self.all().filter(ancestors__in=list(found)).only("ancestors").as_pymongo():
            for above in row["ancestors"]:
                if above in found:
                    found[above].append(row["_id"])
        return {one: tuple(branch) for one, branch in found.items()}

    def around(self, category: Category) -> tuple[list[Category], list[Category]]:
        """The categories above this one, from the first level down, and those right below it: one query."""
        both = {"$or": [{"_id": {"$in": category.ancestors}}, {"parent_id": category.pk}]}
        found = list(self.shown().filter(__raw__=both))
        above = sorted((one for one in found if one.pk in category.ancestors), key=lambda one: len(one.path))
        below = sorted(
            (one for one in found if one.parent_id == category.pk), key=lambda one: (one.position, one.name)
        )
        return above, below

    def names(self) -> list[tuple[str, str, str]]:
        """Name, slug and path in words of every category that is shown."""
        rows = self.shown().only("name", "slug", "path").as_pymongo().batch_size(1000)
        return [(row["name"], row["slug"], " › ".join(row.get("path", ()))) for row in rows]

    def misplaced(self) -> Iterator[dict[str, Any]]:
        """The id and path of those whose ancestors, path or visibility do not follow from their parent."""
        line = {"$concatArrays": ["$parent.ancestors", ["$parent_id"]]}
        path = {"$concatArrays": ["$parent.path", ["$name"]]}
        shown, active, above = (
            {"$ifNull": [f"${name}", True]} for name in ("shown", "active", "parent.shown")
        )
        top = [{"$ne": ["$ancestors", []]}, {"$ne": ["$path", ["$name"]]}, {"$ne": [shown, active]}]
        below = [
            {"$ne": ["$ancestors", line]},
            {"$ne": ["$path", path]},
            {"$ne": [shown, {"$and": [active, above]}]},
        ]
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
