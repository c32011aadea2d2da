from __future__ import annotations

import pytest

from marketplace.accounts import services
from marketplace.shared import connections
from tests.builders import a_shop


@pytest.fixture
def settings(settings):
    return settings | {"API_LIMIT": 5, "API_LIMIT_VISITORS": 3, "API_LIMIT_SEARCHES": 2}


def ask(client, times, path="/api/v1/categories", **options):
    return [client.get(path, **options) for _ in range(times)]


def statuses(answers):
    return [answer.status_code for answer in answers]


def test_a_visitor_is_told_how_many_are_left(client):
    (answer,) = ask(client, 1)

    assert [answer.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining")] == ["3", "2"]
    assert 1 <= int(answer.headers["RateLimit-Reset"]) <= 60


def test_what_is_too_much_is_refused_with_the_seconds_to_wait(client):
    answers = ask(client, 4)

    assert statuses(answers) == [200, 200, 200, 429]
    assert answers[3].json["code"] == "rate_limited"
    assert answers[3].headers["Retry-After"] == answers[3].headers["RateLimit-Reset"]
    assert answers[3].headers["RateLimit-Remaining"] == "0"


def test_addresses_are_counted_apart(client):
    ask(client, 3)

    (other,) = ask(client, 1, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})

    assert other.status_code == 200


def test_searching_has_a_limit_of_its_own(client):
    answers = ask(client, 3, "/api/v1/categories?q=mug")

    assert [answer.headers["RateLimit-Limit"] for answer in answers] == ["2"] * 3
    assert answers[2].status_code == 429


def test_a_member_has_a_quota_wherever_they_are(person):
    _, browser = person()

    answers = [
        *ask(browser, 4, "/api/v1/me"),
        *ask(browser, 2, "/api/v1/me", environ_overrides={"REMOTE_ADDR": "203.0.113.9"}),
    ]

    assert statuses(answers) == [200] * 5 + [429]


def test_a_program_is_counted_for_whom_it_works(client, person):
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")
    made = services.make_token(owner_id=ada.id, slug="kiln", name="Robot", scopes=["read:shop"])
    bearing = {"headers": {"Authorization": f"Bearer {made.text}"}}

    answers = [*ask(client, 4, "/api/v1/seller/kiln", **bearing), *ask(browser, 2, "/api/v1/me")]

    assert statuses(answers) == [200] * 5 + [429]


def test_guessing_tokens_counts_for_the_address_that_guesses(client):
    guesses = [
        client.get("/api/v1/products", headers={"Authorization": f"Bearer mkt_{number}"})
        for number in range(4)
    ]

    assert statuses(guesses) == [401, 401, 401, 429]


def test_pages_are_not_counted(client):
    answers = ask(client, 5, "/")

    assert statuses(answers) == [200] * 5
    assert "RateLimit-Limit" not in answers[0].headers


def test_without_redis_nobody_is_counted(app, client, monkeypatch):
    monkeypatch.setattr(connections.sessions_store(), "pipeline", _away)

    assert statuses(ask(client, 5)) == [200] * 5


def _away(**_):
    from redis.exceptions import ConnectionError as Away

    raise Away


def test_a_kept_answer_tells_nothing_of_somebody_elses_quota(app):
    from marketplace.shared.freshness import _OWN

    assert {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"} <= set(_OWN)


def test_asking_costs_redis_one_round_trip(app, client, monkeypatch):
    sent = []
    pipeline = connections.sessions_store().pipeline

    def counting(**options):
        sent.append("batch")
        return pipeline(**options)

    monkeypatch.setattr(connections.sessions_store(), "pipeline", counting)
    ask(client, 1, "/api/v1/categories?q=mug")

    assert sent == ["batch"]
