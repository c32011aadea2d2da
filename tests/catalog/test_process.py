from __future__ import annotations

from itertools import product as each_of

import pytest
from bson import ObjectId

from marketplace.catalog import process
from marketplace.catalog.documents import Category, Product, Variant
from marketplace.catalog.errors import InvalidTransition, NothingChanged, NotPublishable
from marketplace.catalog.values import ListingActor, Moderation, ProductStatus
from marketplace.shared.clock import now
from tests.builders import usd

SELLER, MODERATOR = ListingActor.SELLER, ListingActor.MODERATOR

NAMES = sorted({step.name for step in process.TRANSITIONS})

#: Every way that the table allows: who takes which step from where.
LISTED = {(source, step.name, step.actor) for step in process.TRANSITIONS for source in step.sources}


def a_listing(status: ProductStatus = ProductStatus.DRAFT, **parts) -> Product:
    """A listing in this state; what was hidden was for sale before."""
    product = Product(shop_id=ObjectId(), slug="mug", currency="USD", status=status, **parts)
    product.describe(title="Mug", category=Category(id=ObjectId(), name="Pottery", path=["Pottery"]))
    product.offer([Variant(sku="M1", price=usd(1800))])
    if status is ProductStatus.HIDDEN:
        product.moderation = Moderation("hide", now(), ProductStatus.ACTIVE, "", by=ObjectId())
    return product


def take(product: Product, name: str, actor: ListingActor, *, to: ProductStatus | None = None) -> None:
    if actor is SELLER:
        product.take_step(name, to=to)
    else:
        product.decide(name, by=ObjectId(), reason="Because.")


@pytest.mark.parametrize(("status", "name", "actor"), list(each_of(ProductStatus, NAMES, ListingActor)))
def test_a_listing_takes_the_steps_of_the_table_and_no_other(status, name, actor):
    product = a_listing(status)
    allowed = [step.name for step in process.available(status, actor)]

    if (status, name, actor) not in LISTED:
        with pytest.raises(InvalidTransition) as refused:
            take(product, name, actor)
        assert refused.value.details == {"state": status.value, "allowed": allowed}
        assert product.status is status
    elif step := process.step_of(status, name, actor):
        for target in step.to[: 1 if actor is MODERATOR else None]:
            moved = a_listing(status)
            take(moved, name, actor, to=target)
            assert moved.status is target
        assert name in allowed


def test_every_state_is_called_something_and_has_a_way_out():
    assert set(process.STATES) == set(ProductStatus)
    assert {source for step in process.TRANSITIONS for source in step.sources} == set(ProductStatus)


def test_every_state_but_the_first_is_reached():
    assert {target for step in process.TRANSITIONS for target in step.to} == set(ProductStatus)


def test_nobody_but_the_seller_writes_and_nobody_but_moderators_decide():
    asked = {step.name for step in process.TRANSITIONS if step.asks}

    assert asked == {"request_changes", "reject", "hide"}
    assert all(step.actor is MODERATOR for step in process.TRANSITIONS if step.asks)


def test_only_moderators_lead_out_of_hiding():
    assert process.available(ProductStatus.HIDDEN, SELLER) == []


@pytest.mark.parametrize("before", [ProductStatus.ACTIVE, ProductStatus.PAUSED])
def test_what_was_hidden_returns_to_where_it_was(before):
    product = a_listing(before)

    product.decide("hide", by=ObjectId(), reason="A wrong picture.")
    product.decide("restore", by=ObjectId())

    assert product.status is before


def test_a_decision_says_who_took_it_and_why():
    moderator, product = ObjectId(), a_listing(ProductStatus.PENDING)

    product.decide("reject", by=moderator, reason="This is a copy.")

    decided = product.moderation
    assert (decided.step, decided.by, decided.reason) == ("reject", moderator, "This is a copy.")
    assert decided.before is ProductStatus.PENDING


def test_publishing_notes_the_moment_once():
    product = a_listing()

    product.take_step("submit")
    first = product.published_at
    product.take_step("pause")
    product.take_step("resume")

    assert first is not None
    assert product.published_at == first


def test_what_waits_for_a_moderator_was_never_published():
    product = a_listing()

    product.take_step("submit", to=ProductStatus.PENDING)

    assert product.published_at is None
    assert product.queued_at is not None


def test_what_moderators_are_done_with_waits_no_longer():
    product = a_listing(ProductStatus.PENDING, queued_at=now())

    product.decide("approve", by=ObjectId())

    assert product.queued_at is None


def test_a_listing_without_anything_for_sale_is_not_published():
    product = a_listing()
    product.variants[0].active = False

    with pytest.raises(NotPublishable) as refused:
        product.take_step("submit")

    assert set(refused.value.errors) == {"variants"}


@pytest.mark.parametrize("step", process.SENT_BACK)
def test_what_was_sent_back_is_changed_before_it_is_sent_in_again(step):
    product = a_listing(ProductStatus.PENDING)
    product.decide(step, by=ObjectId(), reason="Say what it is made of.")

    with pytest.raises(NothingChanged):
        product.take_step("submit")
    product.description = "Stoneware."
    product.take_step("submit", to=ProductStatus.PENDING)

    assert product.status is ProductStatus.PENDING


def test_a_detour_through_the_archive_is_no_change():
    product = a_listing(ProductStatus.PENDING)
    product.decide("reject", by=ObjectId(), reason="This is a copy.")

    product.take_step("archive")
    product.take_step("restore")

    with pytest.raises(NothingChanged):
        product.take_step("submit")


def test_what_was_approved_is_sent_in_again_as_it_is():
    product = a_listing(ProductStatus.PENDING)
    product.decide("approve", by=ObjectId())

    for step in ("archive", "restore", "submit"):
        product.take_step(step)

    assert product.status is ProductStatus.ACTIVE
