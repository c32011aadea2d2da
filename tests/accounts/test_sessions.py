from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from marketplace.accounts import services
from marketplace.accounts.errors import TooManyShops
from tests.builders import PASSWORD, a_user


def test_a_new_password_ends_every_other_session(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    answer = browser.put(
        "/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"}
    )

    assert answer.status_code == 204
    assert elsewhere.get("/api/v1/me").status_code == 401
    assert browser.get("/api/v1/me").json["id"] == str(ada.id)


def test_a_new_password_leaves_other_people_signed_in(person):
    _, browser = person()
    _, other = person()

    browser.put("/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"})

    assert other.get("/api/v1/me").status_code == 200


def test_without_redis_a_new_password_says_that_sessions_go_on(app, person, monkeypatch):
    _, browser = person()
    store = app.extensions["redis"]["client"]

    def broken(*_: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(store, "smembers", broken)
    answer = browser.put(
        "/api/v1/me/password", json={"current_password": PASSWORD, "password": "another long one"}
    )

    assert answer.status_code == 503
    assert answer.json["detail"] == (
        "Your password is changed, but you are still signed in elsewhere. "
        "Open your sessions in a minute, and sign out everywhere else."
    )


@pytest.mark.real
def test_who_opens_many_shops_at_once_gets_no_more_than_anybody(app):
    owner = a_user()

    def open_one(number: int) -> bool:
        with app.app_context():
            try:
                services.open_shop(
                    owner_id=owner.id, name="Kiln", slug=f"kiln-{number}", currency="USD", approved=True
                )
            except TooManyShops:
                return False
            return True

    with ThreadPoolExecutor(8) as crowd:
        opened = sum(crowd.map(open_one, range(12)))

    assert opened == len(services.shops_of(owner.id)) == services.SHOP_LIMIT
