from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.catalog import services
from marketplace.catalog.documents import StockMovement
from marketplace.catalog.errors import BelowCommitted, VariantNotFound
from marketplace.catalog.services import stock
from marketplace.catalog.values import StockReason, StockShown
from marketplace.shared.chance import new_id
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid
from tests.builders import a_product, a_shop, a_user, a_variant

INVENTORY = "/sell/kiln/inventory"
STOCK = "/api/v1/seller/kiln/stock"


@pytest.fixture
def shop(person):
    """The seller's shop, with their browser as `shop.browser`."""
    owner, browser = person("Ada")
    shop = a_shop(owner=owner, slug="kiln")
    shop.browser = browser
    return shop


def a_shelf(shop, *counts: int | None, low_at: int | None = None, title: str = "Mug") -> list[ObjectId]:
    """The variants of a listing with so many pieces each; None is not counted."""
    drafts = [
        a_variant(f"{title.upper()}-{index}", on_hand=count, option_values=[str(index)], low_at=low_at)
        for index, count in enumerate(counts)
    ]
    return [one.id for one in a_product(*drafts, shop=shop, options=["Size"], title=title).variants]


def listed(shop, shown=StockShown.ALL, **parts) -> list[ObjectId]:
    """The variants of the inventory, over all its pages of two."""
    found, at = [], None
    while True:
        page = services.inventory_of(shop.id, shown, at=at, limit=2, **parts)
        found += [row.variant_id for row in page]
        at = page.next
        if at is None:
            return found


def counted(shop, variant_id, on_hand=None, **parts):
    return services.change_stock(
        shop_id=shop.id, variant_id=variant_id, actor_id=shop.owner_id, on_hand=on_hand, **parts
    )


def test_the_inventory_lists_each_variant_of_the_shop_once_over_its_pages(shop):
    mugs, plates = a_shelf(shop, 1, 2, 3), a_shelf(shop, 10, None, title="Plate")
    a_shelf(a_shop(), 1)

    assert listed(shop) == mugs + plates


def test_a_row_tells_what_is_on_hand_what_is_promised_and_what_is_free(shop):
    (mug,) = a_shelf(shop, 10)
    stock.hold(mug, ref="cart", quantity=3, until=now() + timedelta(minutes=20))

    row = services.inventory_row(shop.id, mug)

    assert (row.level.on_hand, row.committed, row.level.available) == (10, 3, 7)
    assert (row.title, row.sku, row.options) == ("Mug", "MUG-0", "0")


def test_what_is_low_comes_with_the_fewest_first(shop):
    mugs = a_shelf(shop, 5, 6, 0, None)

    assert listed(shop, StockShown.LOW) == [mugs[2], mugs[0]]


def test_each_variant_is_low_from_its_own_number_on(shop):
    early, late = a_shelf(shop, 40, low_at=50), a_shelf(shop, 2, low_at=1, title="Plate")

    assert listed(shop, StockShown.LOW) == early
    assert late[0] in listed(shop)


def test_what_is_sold_out_is_listed_unless_it_is_not_counted(shop):
    mugs = a_shelf(shop, 1, 0, None)

    assert listed(shop, StockShown.OUT) == [mugs[1]]


def test_a_search_finds_variants_by_title_and_by_sku(shop):
    a_shelf(shop, 1)
    plates = a_shelf(shop, 0, 9, title="Plate")

    assert listed(shop, search="pla") == plates
    assert listed(shop, search="PLATE-1") == plates
    assert listed(shop, StockShown.OUT, search="plate") == plates[:1]


def test_a_count_says_why_and_who_and_is_written_down(shop):
    (mug,) = a_shelf(shop, 10)

    row = counted(shop, mug, 8, reason=StockReason.DAMAGED, note="Fell down")

    movement = StockMovement.objects(kind="adjust").get()
    assert row.level.on_hand == 8
    assert (movement.quantity, movement.reason, movement.note) == (-2, "damaged", "Fell down")
    assert movement.by == shop.owner_id


def test_a_count_with_a_reference_happens_once(shop):
    (mug,) = a_shelf(shop, 10)

    counted(shop, mug, 8, ref="count-1")
    counted(shop, mug, 5, ref="count-1")

    assert services.inventory_row(shop.id, mug).level.on_hand == 8
    assert StockMovement.objects(kind="adjust").count() == 1


def test_a_count_that_found_the_number_right_is_not_made_again_later(shop):
    (mug,) = a_shelf(shop, 10)

    counted(shop, mug, 10, ref="count-1")
    counted(shop, mug, 9)
    counted(shop, mug, 10, ref="count-1")

    assert services.inventory_row(shop.id, mug).level.on_hand == 9


def test_another_reason_needs_a_note(shop):
    (mug,) = a_shelf(shop, 10)

    with pytest.raises(Invalid) as refused:
        counted(shop, mug, 8, reason=StockReason.OTHER)

    assert refused.value.field == "note"


def test_no_fewer_can_be_on_hand_than_are_promised(shop):
    (mug,) = a_shelf(shop, 10)
    stock.hold(mug, ref="cart", quantity=3, until=now() + timedelta(minutes=20))

    with pytest.raises(BelowCommitted):
        counted(shop, mug, 2)


def test_the_warning_is_set_and_taken_back_without_a_count(shop):
    (mug,) = a_shelf(shop, 10)

    assert counted(shop, mug, low_at=20).level.low
    assert not counted(shop, mug, low_at=None).level.low
    assert StockMovement.objects(kind="adjust").count() == 0


def test_a_variant_of_another_shop_is_none_of_this_one(shop):
    (other,) = a_shelf(a_shop(), 10)

    for use in (
        lambda: counted(shop, other, 1),
        lambda: services.inventory_row(shop.id, other),
        lambda: services.movements_of(shop.id, other, limit=5),
    ):
        with pytest.raises(VariantNotFound):
            use()


def test_movements_come_last_first_without_a_gap_between_pages(shop):
    (mug,) = a_shelf(shop, 10)
    for pieces in (9, 8, 7):
        counted(shop, mug, pieces)

    first = services.movements_of(shop.id, mug, limit=3)
    second = services.movements_of(shop.id, mug, at=first.next, limit=3)

    kinds = [one.kind.value for one in [*first, *second]]
    assert kinds == ["adjust", "adjust", "adjust", "initial"]
    assert second.next is None


# Pages


def sent(page) -> dict[str, str]:
    """The hidden fields of the first form that counts."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', page.text)[1] for name in ("on_hand_before", "ref")
    }


def test_the_page_shows_each_number_and_what_is_low(shop):
    a_shelf(shop, 10, 3, 0)

    page = shop.browser.get(INVENTORY)

    assert page.status_code == 200
    assert all(f"MUG-{index}" in page.text for index in range(3))
    assert "3, low" in page.text
    assert "None" in page.text


def test_a_number_is_changed_in_the_list_and_leads_back_to_it(shop):
    (mug,) = a_shelf(shop, 3)
    hidden = sent(shop.browser.get(f"{INVENTORY}?show=low"))

    answer = shop.browser.post(
        f"{INVENTORY}/{mug}?from=list&show=low",
        data=hidden | {"on_hand": "8", "reason": "found", "note": "Delivery", "low_at": ""},
    )

    assert answer.location == f"{INVENTORY}?show=low"
    assert services.inventory_row(shop.id, mug).level.on_hand == 8


def test_a_form_sent_twice_counts_once(shop):
    (mug,) = a_shelf(shop, 3)
    form = sent(shop.browser.get(INVENTORY)) | {"on_hand": "8", "reason": "found"}

    for _ in range(2):
        shop.browser.post(f"{INVENTORY}/{mug}", data=form)

    assert StockMovement.objects(kind="adjust").count() == 1


def test_a_number_that_nobody_changed_is_no_count(shop):
    (mug,) = a_shelf(shop, 3)
    hidden = sent(shop.browser.get(INVENTORY))
    counted(shop, mug, 2)

    shop.browser.post(f"{INVENTORY}/{mug}", data=hidden | {"on_hand": "3", "low_at": "1"})

    level = services.inventory_row(shop.id, mug).level
    assert (level.on_hand, level.low_at) == (2, 1)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"on_hand": "8"}, "reason"),
        ({"on_hand": "8", "reason": "whim"}, "reason"),
        ({"on_hand": "8", "reason": "other"}, "note"),
        ({"on_hand": "-1", "reason": "lost"}, "on_hand"),
        ({"on_hand": "", "reason": "lost"}, "on_hand"),
        ({"on_hand": "8", "reason": "lost", "low_at": "few"}, "low_at"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(shop, typed, field):
    (mug,) = a_shelf(shop, 3)
    hidden = sent(shop.browser.get(INVENTORY))

    page = shop.browser.post(f"{INVENTORY}/{mug}?from=list", data=hidden | {"note": ""} | typed)

    assert page.status_code == 422
    assert f'href="#field-{field}"' in page.text
    assert f'value="{typed["on_hand"]}"' in page.text


def test_the_page_of_a_variant_says_what_happened_and_who_did_it(shop):
    (mug,) = a_shelf(shop, 10)
    counted(shop, mug, 8, reason=StockReason.DAMAGED, note="Fell down")

    page = shop.browser.get(f"{INVENTORY}/{mug}")

    for said in ("-2", "Damaged", "Fell down", "Ada", "+10", "Entered"):
        assert said in page.text


def test_a_list_that_cannot_be_shown_says_why(shop):
    page = shop.browser.get(f"{INVENTORY}?show=little")

    assert page.status_code == 400
    assert "all, low, out" in page.text


def test_strangers_see_nothing_of_it(shop, person):
    (mug,) = a_shelf(shop, 10)
    _, stranger = person("Eve")

    answers = [
        stranger.get(path) for path in (INVENTORY, f"{INVENTORY}/{mug}", STOCK, f"{STOCK}/{mug}/movements")
    ]
    answers += [
        stranger.post(f"{INVENTORY}/{mug}", data={"on_hand": "1", "reason": "lost"}),
        stranger.put(f"{STOCK}/{mug}", json={"on_hand": 1, "reason": "lost"}),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_a_variant_of_another_shop_is_not_found_there(shop):
    (other,) = a_shelf(a_shop(), 10)

    answers = [
        shop.browser.get(f"{INVENTORY}/{other}"),
        shop.browser.get(f"{STOCK}/{other}/movements"),
        shop.browser.put(f"{STOCK}/{other}", json={"on_hand": 1, "reason": "lost"}),
        shop.browser.put(f"{STOCK}/{new_id()}", json={"on_hand": 1, "reason": "lost"}),
    ]

    assert {answer.status_code for answer in answers} == {404}


def test_visitors_have_to_sign_in(client, shop):
    assert client.get(STOCK).status_code == 401
    assert client.get(INVENTORY).status_code in (302, 303)


# JSON


def test_the_inventory_is_paged_over_json(shop):
    mugs = a_shelf(shop, 1, 2, 3)

    first = shop.browser.get(f"{STOCK}?limit=2").json
    second = shop.browser.get(f"{STOCK}?limit=2&cursor={first['page']['next']}").json

    assert [row["variant_id"] for row in first["data"] + second["data"]] == [str(mug) for mug in mugs]
    assert first["data"][0]["stock"]["on_hand"] == 1
    assert first["data"][0]["low"] is True


def test_a_count_over_json_happens_once_for_its_reference(shop):
    (mug,) = a_shelf(shop, 10)
    body = {"on_hand": 7, "reason": "lost", "ref": "count-27", "low_at": 8}

    first, again = (shop.browser.put(f"{STOCK}/{mug}", json=body) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json["stock"]["on_hand"], again.json["low"]) == (7, True)
    movements = shop.browser.get(f"{STOCK}/{mug}/movements").json["data"]
    assert [(one["kind"], one["quantity"], one["ref"]) for one in movements] == [
        ("adjust", -3, "count-27"),
        ("initial", 10, str(mug)),
    ]
    assert movements[0]["by"] == str(shop.owner_id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"on_hand": 7}, "reason"),
        ({"reason": "lost"}, "on_hand"),
        ({"on_hand": 7, "reason": "other"}, "note"),
        ({"on_hand": 7, "reason": "lost", "shelf": 3}, "shelf"),
    ],
)
def test_what_is_wrong_over_json_is_named(shop, body, field):
    (mug,) = a_shelf(shop, 10)

    answer = shop.browser.put(f"{STOCK}/{mug}", json=body)

    assert answer.status_code == 422
    assert field in answer.text


def test_fewer_than_are_promised_is_a_conflict(shop):
    (mug,) = a_shelf(shop, 10)
    stock.hold(mug, ref="cart", quantity=3, until=now() + timedelta(minutes=20))

    answer = shop.browser.put(f"{STOCK}/{mug}", json={"on_hand": 1, "reason": "lost"})

    assert (answer.status_code, answer.json["code"]) == (409, "below_committed")


# On MongoDB


@pytest.mark.real
@pytest.mark.parametrize(
    ("shown", "index"),
    [
        (StockShown.ALL, "shop_product"),
        (StockShown.LOW, "shop_available"),
        (StockShown.OUT, "shop_available"),
    ],
)
def test_the_inventory_is_read_in_the_order_of_an_index(app, shown, index):
    from marketplace.catalog.documents import Stock
    from marketplace.catalog.repositories.inventory import BY_AVAILABLE, BY_PRODUCT, inventory

    shop = a_shop(owner=a_user())
    a_shelf(shop, *range(8))
    order = [name for name, _ in (BY_PRODUCT if shown is StockShown.ALL else BY_AVAILABLE)]
    rows = Stock.objects(__raw__={"shop_id": shop.id} | inventory._shown(shop.id, shown)).order_by(*order)

    plan = str(rows.limit(25).explain()["queryPlanner"]["winningPlan"])

    assert f"'indexName': '{index}'" in plan
    assert not re.search("'stage': '(SORT|COLLSCAN)'", plan)


@pytest.mark.real
def test_movements_are_read_in_the_order_of_an_index(app):
    rows = StockMovement.objects(variant_id=new_id()).order_by("-at", "-id")

    plan = str(rows.limit(25).explain()["queryPlanner"]["winningPlan"])

    assert "'indexName': 'variant_newest'" in plan
    assert not re.search("'stage': '(SORT|COLLSCAN)'", plan)


@pytest.mark.real
def test_a_count_is_one_story_on_mongodb_too(app):
    shop = a_shop(owner=a_user())
    (mug,) = a_shelf(shop, 10)

    counted(shop, mug, 8, ref="count-1")
    counted(shop, mug, 8, ref="count-1")

    assert listed(shop, StockShown.LOW) == []
    assert services.inventory_row(shop.id, mug).level.on_hand == 8
