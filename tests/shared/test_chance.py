from datetime import UTC, datetime, timedelta

from marketplace.shared import clock
from marketplace.shared.chance import drawn_from, new_id, new_letters

MOMENT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def drawn(key: str, count: int = 3) -> list[object]:
    """Some ids and letters of a key."""
    with clock.at(MOMENT), drawn_from(key):
        return [*(new_id() for _ in range(count)), new_letters("ABCDEFGH", 12)]


def test_one_key_gives_the_same_ids_and_letters_every_time():
    assert drawn("shop/kiln") == drawn("shop/kiln")


def test_another_key_gives_others():
    assert not set(drawn("shop/kiln")) & set(drawn("shop/loom"))


def test_without_a_key_no_two_are_the_same():
    assert new_id() != new_id()
    assert new_letters("ABCDEFGH", 12) != new_letters("ABCDEFGH", 12)


def test_ids_rise_within_a_key_and_with_the_time():
    with drawn_from("a key"):
        with clock.at(MOMENT):
            first, second = new_id(), new_id()
        with clock.at(MOMENT + timedelta(seconds=1)):
            third = new_id()

    assert first < second < third


def test_ids_tell_the_moment_that_the_clock_pretends():
    with clock.at(MOMENT), drawn_from("a key"):
        assert new_id().generation_time == MOMENT


def test_what_comes_after_a_key_is_chance_again():
    with drawn_from("outer"), drawn_from("inner"):
        pass

    assert new_letters("ABCDEFGH", 12) != new_letters("ABCDEFGH", 12)
