from __future__ import annotations

import random

import pytest
from bson import ObjectId

from marketplace.shared.errors import BadRequest
from marketplace.shared.paging import Page, Position, cut, direction, predicate
from tests.shared.things import Jar, jars

SORTS = [
    [("_id", 1)],
    [("_id", -1)],
    [("size", 1), ("_id", 1)],
    [("size", -1), ("_id", -1)],
    [("size", 1), ("_id", -1)],
    [("filled_at", -1), ("_id", -1)],
]

BY_SIZE = [("size", 1), ("_id", 1)]


# The predicate


def test_the_start_of_a_list_has_no_filter():
    assert predicate(BY_SIZE, None) == {}


def test_a_list_by_one_field_goes_on_after_its_value():
    assert predicate([("_id", -1)], Position((7,))) == {"_id": {"$lt": 7}}


def test_a_list_by_two_fields_starts_with_a_range_that_an_index_can_follow():
    assert predicate(BY_SIZE, Position((3, 7))) == {
        "size": {"$gte": 3},
        "$or": [{"size": {"$gt": 3}}, {"_id": {"$gt": 7}}],
    }


def test_the_way_back_reads_in_reverse():
    back = Position((3, 7), backwards=True)

    assert direction(BY_SIZE, back) == [("size", -1), ("_id", -1)]
    assert predicate(BY_SIZE, back)["size"] == {"$lte": 3}


@pytest.mark.parametrize("values", [(), (1,), (1, 2, 3)])
def test_a_position_has_a_value_for_each_sort_field(values):
    with pytest.raises(BadRequest, match="Start again without it"):
        predicate(BY_SIZE, Position(values))


def test_a_list_is_not_sorted_by_three_fields():
    with pytest.raises(ValueError, match="one or two fields"):
        predicate([("a", 1), ("b", 1), ("c", 1)], Position((1, 2, 3)))


# Cutting


def test_a_page_is_its_rows():
    page = Page([1, 2])

    assert (list(page), len(page)) == ([1, 2], 2)


def test_an_empty_list_leads_nowhere():
    page = cut([], BY_SIZE, None, 10)

    assert (page.items, page.next, page.previous) == ([], None, None)


def test_rows_may_be_plain_dicts():
    page = cut([{"_id": 1, "size": 5}, {"_id": 2, "size": 5}], BY_SIZE, None, 1)

    assert page.next == Position((5, 1))


# Whole walks


def some_jars(count: int) -> None:
    dice = random.Random(count)  # noqa: S311
    Jar.objects.insert([Jar(size=dice.randrange(5)) for _ in range(count)])


def expected(sort) -> list[ObjectId]:
    found = {jar.id: jar for jar in jars.all()}
    for name, way in reversed(sort):
        key = (lambda one: one.id) if name == "_id" else (lambda one, name=name: getattr(one, name))
        found = {jar.id: jar for jar in sorted(found.values(), key=key, reverse=way < 0)}
    return list(found)


def walk(sort, limit: int, start: Position | None = None, *, back: bool = False):
    """The ids of all pages from the position on, and the last page."""
    seen, at = [], start
    while True:
        page = jars.page(jars.all(), sort, at=at, limit=limit)
        ids = [jar.id for jar in page]
        seen = ids + seen if back else seen + ids
        at = page.previous if back else page.next
        if at is None:
            return seen, page


@pytest.mark.parametrize("limit", [1, 3, 7, 40, 50])
@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_a_walk_there_and_back_shows_every_row_once(app, sort, limit):
    some_jars(40)
    everything = expected(sort)

    there, last = walk(sort, limit)
    before, first = walk(sort, limit, last.previous, back=True) if last.previous else ([], last)

    assert there == everything
    assert before + [jar.id for jar in last] == everything
    assert first.previous is None


@pytest.mark.real
@pytest.mark.parametrize("sort", SORTS, ids=str)
def test_a_walk_on_the_real_server_shows_every_row_once(app, sort):
    some_jars(101)
    everything = expected(sort)

    there, last = walk(sort, 10)
    before, _ = walk(sort, 10, last.previous, back=True)

    assert there == everything
    assert before + [jar.id for jar in last] == everything


def test_rows_that_come_and_go_before_the_page_do_not_shift_it(app):
    some_jars(20)
    sort = [("_id", 1)]
    first = jars.page(jars.all(), sort, at=None, limit=10)
    rest = expected(sort)[10:]
    first.items[0].delete()

    following = jars.page(jars.all(), sort, at=first.next, limit=10)

    assert [jar.id for jar in following] == rest


def test_a_page_keeps_the_filter_of_its_query(app):
    some_jars(40)
    large = jars.all().filter(size__gte=3)

    page = jars.page(large, BY_SIZE, at=Position((3, ObjectId("0" * 24))), limit=40)

    assert len(page) == large.count()
    assert all(jar.size >= 3 for jar in page)
