from __future__ import annotations

import mongoengine
import pytest

from marketplace.operations.migrations import migrate

#: Each looks at a gate that has not opened yet.
pytestmark = [pytest.mark.real, pytest.mark.own_app]


@pytest.fixture
def settings(settings):
    """Development, where the application looks whether migrations are pending."""
    return settings | {"ENV": "development"}


@pytest.fixture
def behind(app):
    """The application's database, from before its migrations."""
    database = mongoengine.get_db()
    database["_migrations"].delete_many({})
    return database


@pytest.mark.parametrize("path", ["/signin", "/api/v1/session", "/nowhere", "/api/docs"])
def test_nothing_is_served_while_migrations_are_pending(behind, client, path):
    answer = client.get(path)

    assert answer.status_code == 503
    assert "Whoever runs this marketplace has to run: flask db-migrate" in answer.text


def test_the_refusal_has_a_code_and_asks_to_try_again(behind, client):
    answer = client.get("/api/v1/session")

    assert answer.json["code"] == "migrations_pending"
    assert answer.headers["Retry-After"]


def test_nothing_is_changed_while_migrations_are_pending(behind, client):
    answer = client.post("/register", data={"email": "ada@example.com"})

    assert answer.status_code == 503
    assert behind["users"].find_one() is None


def test_static_files_are_served_while_migrations_are_pending(behind, client):
    assert client.get("/static/style.css").status_code == 200


def test_health_answers_while_migrations_are_pending(behind, client):
    live, ready = client.get("/health/live"), client.get("/health/ready")

    assert (live.status_code, ready.status_code) == (200, 503)
    assert ready.content_type == "application/health+json"


def test_serving_begins_without_a_restart_once_the_database_is_migrated(behind, client):
    before = client.get("/signin").status_code
    migrate(behind)

    assert (before, client.get("/signin").status_code) == (503, 200)


def test_once_it_serves_it_does_not_look_again(app, client):
    client.get("/signin")
    mongoengine.get_db()["_migrations"].delete_many({})

    assert client.get("/signin").status_code == 200


def test_code_that_is_too_old_for_the_database_does_not_serve(client):
    newer = {"_id": "9999_newer", "state": "applied", "phase": "contract"}
    mongoengine.get_db()["_migrations"].insert_one(newer)

    answer = client.get("/signin")

    assert answer.status_code == 503
    assert "The database is newer than this version" in answer.text


def test_code_that_still_works_on_a_newer_database_serves(client):
    newer = {"_id": "9999_newer", "state": "applied", "phase": "expand"}
    mongoengine.get_db()["_migrations"].insert_one(newer)

    assert client.get("/signin").status_code == 200


def test_nothing_is_served_while_the_database_is_half_restored(client):
    mongoengine.get_db()["_restore"].insert_one({"_id": "restore"})

    answer = client.get("/signin")

    assert answer.status_code == 503
    assert "The database is being restored." in answer.text
