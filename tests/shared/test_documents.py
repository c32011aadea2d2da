from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest
from mongoengine.errors import ValidationError

from marketplace.shared.documents import ValueField, stored
from marketplace.shared.values import Address, Money
from tests.builders import an_address, usd
from tests.shared.things import Auction, Bid, Jar, jars

pytestmark = pytest.mark.usefixtures("app")


def test_a_value_object_comes_back_as_it_was_stored():
    jar = jars.add(Jar(price=usd(1250), address=an_address()))

    found = jars.get(jar.id)

    assert (found.price, found.address) == (usd(1250), an_address())


def test_value_objects_within_value_objects_come_back():
    auction = Auction(usd(5), (Bid(usd(7), "Ada"), Bid(usd(9))), ("old", "blue"), usd(100))
    jar = jars.add(Jar(auction=auction))

    assert jars.get(jar.id).auction == auction


def test_a_value_is_stored_as_its_fields_without_the_empty_ones():
    jar = jars.add(Jar(address=an_address()))

    raw = Jar._get_collection().find_one({"_id": jar.id})

    assert raw["address"] == {
        "name": "Ada", "line1": "Hauptstr. 1", "country": "DE", "postal": "10115", "city": "Berlin",
    }  # fmt: skip


def test_a_value_with_only_its_required_fields_comes_back():
    raffles = Address.checked(name="Ada", line1="1 Raffles Place", postal="048616", country="SG")
    jar = jars.add(Jar(address=raffles))

    assert jars.get(jar.id).address == raffles


def test_a_changed_value_is_saved():
    jar = jars.add(Jar(price=usd(1)))
    jar = jars.get(jar.id)
    jar.price = usd(2)

    jars.save(jar)

    assert jars.get(jar.id).price == usd(2)


def test_a_query_compares_with_the_value_itself():
    jar = jars.add(Jar(price=usd(7)))
    jars.add(Jar(price=Money(7, "EUR")))

    assert jars.find(price=usd(7)) == jar


def test_another_thing_in_a_value_field_is_refused():
    with pytest.raises(ValidationError, match="Expected Money, not str"):
        jars.add(Jar(price="12.50"))


def test_what_a_newer_version_stored_besides_is_left_aside():
    jar = jars.add(Jar(price=usd(7)))
    Jar._get_collection().update_one({"_id": jar.id}, {"$set": {"price.tax": 1, "colour": "blue"}})

    assert jars.get(jar.id).price == usd(7)


def test_a_value_field_takes_frozen_dataclasses_only():
    with pytest.raises(TypeError, match="no value object"):
        ValueField(int)


class Colour(StrEnum):
    BLUE = "blue"


@dataclass(frozen=True)
class Paint:
    colour: Colour


def test_a_member_of_an_enum_is_stored_as_its_value_on_every_database():
    assert type(stored(Paint(Colour.BLUE))["colour"]) is str
