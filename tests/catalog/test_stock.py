from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.catalog.documents import Hold, Stock
from marketplace.catalog.errors import (
    BelowCommitted,
    HoldMismatch,
    InsufficientStock,
    TryAgain,
    VariantNotFound,
)
from marketplace.catalog.repositories.stock import HOLD_LIMIT
from marketplace.catalog.repositories.stock import stock as stocks
from marketplace.catalog.services import stock
from marketplace.catalog.values import StockLevel
from marketplace.shared import transactions
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid

pytestmark = pytest.mark.usefixtures("app")

SOON = timedelta(minutes=20)


def pieces(count: int | None = 10) -> ObjectId:
    """A variant with so many pieces on the shelf."""
    variant_id = ObjectId()
    stock.add_all([stock.new_stock(variant_id, ObjectId(), ObjectId(), count)])
    return variant_id


def hold(variant_id: ObjectId, quantity: int = 1, *, ref: str = "cart", until=None) -> None:
    stock.hold(variant_id, ref=ref, quantity=quantity, until=until or now() + SOON)


def level(variant_id: ObjectId) -> StockLevel:
    return stock.levels([variant_id])[variant_id]


def test_a_hold_takes_pieces_off_what_is_available():
    variant = pieces(10)

    hold(variant, 3)

    assert level(variant) == StockLevel(on_hand=10, available=7, held=3)


def test_holding_twice_by_one_reference_holds_once():
    variant = pieces(10)

    hold(variant, 3)
    hold(variant, 3)

    assert level(variant).available == 7


def test_a_reference_holds_one_quantity():
    variant = pieces(10)
    hold(variant, 3)

    with pytest.raises(HoldMismatch):
        hold(variant, 4)


def test_more_than_there_is_cannot_be_held():
    variant = pieces(2)

    with pytest.raises(InsufficientStock) as refused:
        hold(variant, 3)

    assert refused.value.details["left"] == 2
    assert level(variant).available == 2


@pytest.mark.parametrize(("count", "sentence"), [(0, "This is sold out."), (9, "Not enough left.")])
def test_who_gets_nothing_is_told_why(count, sentence):
    with pytest.raises(InsufficientStock, match=sentence):
        hold(pieces(count), 10)


def test_an_expired_hold_makes_room_when_pieces_are_short():
    variant = pieces(1)
    hold(variant, ref="left the shop", until=now() - SOON)

    hold(variant, ref="next")

    assert level(variant) == StockLevel(on_hand=1, available=0, held=1)


def test_holding_again_renews_the_hold():
    variant = pieces(1)
    hold(variant, until=now() - SOON)

    hold(variant)

    assert stock.expire(now()) == 0


def test_nothing_and_less_cannot_be_held():
    with pytest.raises(Invalid):
        hold(pieces(), 0)


def test_what_does_not_exist_cannot_be_held():
    with pytest.raises(VariantNotFound):
        hold(ObjectId())


def test_a_thousand_checkouts_of_one_variant_make_the_next_one_wait():
    variant = pieces(2000)
    crowd = [Hold(ref=str(one), quantity=1, expires_at=now() + SOON) for one in range(HOLD_LIMIT)]
    Stock.objects(pk=variant).update_one(set__holds=crowd, set__available=2000 - HOLD_LIMIT)

    with pytest.raises(TryAgain):
        hold(variant)


def test_a_released_hold_is_available_again():
    variant = pieces(10)
    hold(variant, 3)

    assert stock.release(variant, "cart") is True
    assert level(variant) == StockLevel(on_hand=10, available=10)


def test_releasing_twice_releases_once():
    variant = pieces(10)
    hold(variant, 3)
    stock.release(variant, "cart")

    assert stock.release(variant, "cart") is False
    assert level(variant).available == 10


def test_a_committed_hold_is_allocated():
    variant = pieces(10)
    hold(variant, 3)

    assert stock.commit(variant, "cart") is True
    assert stock.commit(variant, "cart") is False
    assert level(variant) == StockLevel(on_hand=10, available=7, allocated=3)


def test_a_renewed_hold_lasts_longer():
    variant = pieces(10)
    hold(variant, until=now() - SOON)

    assert stock.renew(variant, "cart", now() + SOON) is True
    assert stock.expire(now()) == 0


def test_there_is_nothing_to_renew_where_nothing_is_held():
    assert stock.renew(pieces(), "cart", now()) is False


def test_a_hold_that_was_renewed_just_now_is_not_freed_as_expired():
    variant = pieces(10)
    hold(variant, 3)

    assert stocks.release(variant, "cart", 3, before=now()) is False
    assert level(variant).held == 3


def test_only_as_much_as_is_held_is_put_back_or_allocated():
    variant = pieces(10)
    hold(variant, 3)

    assert stocks.release(variant, "cart", 2) is False
    assert stocks.commit(variant, "cart", 4) is False
    assert level(variant).held == 3


def test_expired_holds_are_freed_and_others_kept():
    variant = pieces(10)
    hold(variant, 2, ref="gone", until=now() - SOON)
    hold(variant, 3, ref="here")

    assert stock.expire(now()) == 1
    assert level(variant) == StockLevel(on_hand=10, available=7, held=3)


def an_allocated(count: int) -> ObjectId:
    variant = pieces(10)
    hold(variant, count)
    stock.commit(variant, "cart")
    return variant


def test_shipped_pieces_leave_the_shelf_once():
    variant = an_allocated(3)

    assert stock.ship(variant, "order", 3) is True
    assert stock.ship(variant, "order", 3) is False
    assert level(variant) == StockLevel(on_hand=7, available=7)


@pytest.mark.parametrize("operation", [stock.ship, stock.unallocate])
def test_only_what_is_allocated_can_be_shipped_or_called_off(operation):
    variant = an_allocated(3)

    with pytest.raises(InsufficientStock):
        operation(variant, "order", 4)

    assert level(variant) == StockLevel(on_hand=10, available=7, allocated=3)


def test_an_order_called_off_gives_its_pieces_back_once():
    variant = an_allocated(3)

    assert stock.unallocate(variant, "order", 3) is True
    assert stock.unallocate(variant, "order", 3) is False
    assert level(variant) == StockLevel(on_hand=10, available=10)


def test_pieces_that_come_back_go_on_the_shelf_once():
    variant = pieces(10)

    assert stock.restock(variant, "return", 2) is True
    assert stock.restock(variant, "return", 2) is False
    assert level(variant) == StockLevel(on_hand=12, available=12)


@pytest.mark.parametrize("operation", [stock.ship, stock.unallocate, stock.restock])
def test_no_pieces_are_not_moved(operation):
    with pytest.raises(Invalid):
        operation(pieces(), "ref", 0)


def test_counting_the_shelf_leaves_promised_pieces_promised():
    variant = an_allocated(3)

    stock.set_on_hand(variant, 5, "counted")

    assert level(variant) == StockLevel(on_hand=5, available=2, allocated=3)


def test_no_fewer_are_on_hand_than_are_promised():
    variant = an_allocated(3)

    with pytest.raises(BelowCommitted) as refused:
        stock.set_on_hand(variant, 2)

    assert refused.value.details["committed"] == 3


def test_a_hold_whose_time_is_up_is_no_promise():
    variant = pieces(3)
    hold(variant, 2, ref="left the shop", until=now() - SOON)

    stock.set_on_hand(variant, 1)

    assert level(variant) == StockLevel(on_hand=1, available=1)
    assert stock.verify() == []


def test_a_count_corrects_only_the_number_that_was_seen():
    variant = pieces(10)

    assert stocks.adjust(variant, counted_from=9, difference=1) is False
    assert level(variant).on_hand == 10


def test_counting_the_same_changes_nothing():
    assert stock.set_on_hand(pieces(10), 10).available == 10


@pytest.mark.parametrize("count", [-1, stock.MOST + 1])
def test_a_count_is_a_reasonable_number(count):
    with pytest.raises(Invalid):
        stock.set_on_hand(pieces(), count)


def test_what_is_not_counted_can_always_be_bought():
    variant = pieces(None)

    hold(variant, 500)
    stock.commit(variant, "cart")

    assert stock.ship(variant, "order", 500) is True
    assert level(variant) == StockLevel(track=False)


def test_what_comes_back_uncounted_stays_uncounted():
    variant = pieces(None)

    stock.restock(variant, "return", 2)

    assert level(variant) == StockLevel(track=False)


def test_what_was_sold_uncounted_is_shipped_after_its_variant_was_removed():
    variant = pieces(None)
    stocks.remove_unpromised(variant)

    assert stock.ship(variant, "order", 1) is True
    assert stock.ship(variant, "order", 1) is False


def test_what_is_not_counted_has_no_count_to_correct():
    with pytest.raises(Invalid):
        stock.set_on_hand(pieces(None), 5)


def test_numbers_that_add_up_are_no_violation():
    an_allocated(3)

    assert stock.verify() == []


@pytest.mark.parametrize("change", [{"$inc": {"available": 1}}, {"$set": {"on_hand": -1}}])
def test_numbers_that_do_not_add_up_are_found(change):
    variant = pieces(10)
    Stock.objects(pk=variant).update_one(__raw__=change)

    assert [violation.variant_id for violation in stock.verify()] == [variant]


@pytest.mark.real
def test_fifty_who_want_the_last_ten_pieces_get_exactly_ten():
    variant = pieces(10)

    def buy(buyer: int) -> bool:
        try:
            hold(variant, ref=f"cart {buyer}")
        except InsufficientStock:
            return False
        return stock.commit(variant, f"cart {buyer}")

    with ThreadPoolExecutor(50) as crowd:
        runs = [crowd.submit(contextvars.copy_context().run, buy, buyer) for buyer in range(50)]
        bought = sum(run.result() for run in runs)

    assert bought == 10
    assert level(variant) == StockLevel(on_hand=10, available=0, allocated=10)


@pytest.mark.real
def test_one_order_that_is_shipped_by_many_at_once_is_shipped_once():
    variant = an_allocated(3)

    with ThreadPoolExecutor(8) as crowd:
        runs = [
            crowd.submit(contextvars.copy_context().run, stock.ship, variant, "order", 3) for _ in range(8)
        ]
        shipped = sum(run.result() for run in runs)

    assert shipped == 1
    assert level(variant) == StockLevel(on_hand=7, available=7)


@pytest.mark.real
def test_what_fails_later_in_the_transaction_ships_nothing():
    variant = an_allocated(3)

    def ship_and_fail() -> None:
        stock.ship(variant, "order", 3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transactions.run(ship_and_fail)

    assert level(variant).allocated == 3
    assert stock.ship(variant, "order", 3) is True


@pytest.mark.real
def test_the_database_itself_refuses_less_than_nothing():
    variant = pieces(1)

    with pytest.raises(Exception, match="Document failed validation"):
        Stock.objects(pk=variant).update_one(__raw__={"$inc": {"available": -2}})
