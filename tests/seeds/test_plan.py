from datetime import UTC, datetime

from argon2 import PasswordHasher
from bson import ObjectId

from seeds.plan import EPOCH, Plan, hashed, identifier, patient


def test_an_id_follows_from_its_kind_and_number_and_rises_with_the_number():
    assert identifier("42/shop", 0) == ObjectId("695ba7c0aded5bd8dd64e6a5")
    assert identifier("42/shop", 0) < identifier("42/shop", 1)
    assert identifier("42/shop", 7) != identifier("43/shop", 7)


def test_a_password_of_sample_data_is_stored_the_same_every_time():
    stored = hashed("correct horse battery", "42/user")

    assert stored == hashed("correct horse battery", "42/user")
    assert stored != hashed("correct horse battery", "43/user")
    assert PasswordHasher().verify(stored, "correct horse battery")


def test_what_waits_at_a_fixed_moment_outlasts_the_present(app):
    with patient(Plan(), holds=True):
        assert app.config["CART_DAYS"] > 30_000
        assert app.config["HOLD_MINUTES"] > 30_000 * 24 * 60

    assert app.config["CART_DAYS"] == 180
    assert app.config["HOLD_MINUTES"] == 20


def test_carts_of_a_story_that_ends_now_are_kept_as_long_as_others(app):
    with patient(Plan(moment=datetime.now(UTC)), holds=True):
        assert app.config["CART_DAYS"] == 180
        assert app.config["HOLD_MINUTES"] == 7 * 24 * 60


def test_the_fixed_moment_lies_in_the_past():
    assert datetime.now(UTC) > EPOCH
