"""How often the pages of messages ask the database: counted by the database itself."""

from __future__ import annotations

import pytest

from marketplace.messaging import services
from marketplace.messaging.values import SubjectKind
from marketplace.ordering.values import CartOwner
from tests.builders import a_placed_order, a_product, a_shop, goods
from tests.ordering.test_round_trips import _round_trips

pytestmark = pytest.mark.real


@pytest.fixture
def ben(person):
    """A buyer with his browser."""
    return person("Ben Buyer")


def ask(buyer, kind, ref, times=1):
    for number in range(times):
        sent = services.start_as_buyer(
            user_id=buyer.pk, kind=kind, ref=ref, body=f"Question {number}", client_id=f"{ref}-{number}"
        )
    return sent.conversation.pk


def test_an_inbox_of_twenty_costs_what_one_of_one_does(app, ben):
    buyer, browser = ben
    ask(buyer, SubjectKind.PRODUCT, str(a_product().pk))
    alone = _round_trips(browser, "/inbox")

    for _ in range(19):
        ask(buyer, SubjectKind.PRODUCT, str(a_product().pk))

    assert _round_trips(browser, "/inbox") == alone <= 6


def test_a_shops_inbox_takes_three_more_for_its_shop_and_the_buyers(app, person, ben):
    owner, browser = person("Kim")
    shop = a_shop(owner=owner, slug="kiln")
    ask(ben[0], SubjectKind.PRODUCT, str(a_product(shop=shop).pk))

    assert _round_trips(browser, "/sell/kiln/messages") <= 9


def test_a_long_conversation_costs_what_a_short_one_does(app, ben):
    buyer, browser = ben
    product = str(a_product().pk)
    address = f"/inbox/{ask(buyer, SubjectKind.PRODUCT, product, times=2)}"
    short = _round_trips(browser, address)

    ask(buyer, SubjectKind.PRODUCT, product, times=80)

    assert _round_trips(browser, address) == short <= 13


def test_messages_on_the_page_of_an_order_take_five_more(app, ben):
    buyer, browser = ben
    order = a_placed_order(goods(a_shop()), owner=CartOwner(user_id=buyer.pk))
    address = f"/order/{order.number}"
    silent = _round_trips(browser, address)

    ask(buyer, SubjectKind.ORDER, order.number, times=12)

    assert _round_trips(browser, address) <= silent + 5
