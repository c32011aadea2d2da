from __future__ import annotations

import pytest

from marketplace.operations import draining, migrations
from marketplace.operations.health import checks
from marketplace.operations.health.checks import Status
from marketplace.shared import connections

TOKEN = "operators-only-0123456789"

#: Each needs findings of its own, not those that another test kept.
pytestmark = pytest.mark.own_app

real = pytest.mark.real


@pytest.fixture
def stopping(monkeypatch):
    """This process was told to stop."""
    monkeypatch.setattr(draining, "_begun", True)


@pytest.fixture
def with_token(app):
    """Operators have a token."""
    app.config["HEALTH_TOKEN"] = TOKEN


def bearer(token: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {token}"}}


# Alive


def test_live_asks_nothing_of_any_server(client, monkeypatch):
    def nothing() -> None:
        raise AssertionError("It asked a server.")

    monkeypatch.setattr("marketplace.shared.connections.database", nothing)
    monkeypatch.setattr("marketplace.shared.connections.sessions_store", nothing)
    client.set_cookie("session", "something")

    answer = client.get("/health/live")

    assert (answer.status_code, answer.json) == (200, {"status": "pass"})


def test_live_stays_while_the_process_stops(client, stopping):
    assert client.get("/health/live").status_code == 200


# Ready


@real
def test_ready_says_so_when_everything_answers(client):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json["status"]) == (200, "pass")
    assert set(answer.json["checks"]) == {"mongodb:responseTime", "redis:responseTime", "migrations:pending"}


@real
def test_ready_fails_while_migrations_are_pending(client, app):
    from mongoengine import get_db

    get_db()["_migrations"].delete_many({})

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    (shown,) = answer.json["checks"]["migrations:pending"]
    assert (shown["status"], shown["output"]) == (
        "fail",
        "The database is behind the code. Run: flask db-migrate",
    )
    needed = [one for one in migrations.known() if one.phase != "contract"]
    assert shown["observedValue"] == len(needed)


@real
@pytest.mark.parametrize(
    ("record", "status", "sentence"),
    [
        ({"_id": "0002_outbox", "state": "failed"}, "fail", "A migration is running or broke off."),
        ({"_id": "9999_newer", "state": "applied", "phase": "expand"}, "warn", "The database is ahead"),
        ({"_id": "9999_newer", "state": "started", "phase": "expand"}, "warn", "The database is ahead"),
        ({"_id": "9999_newer", "state": "applied", "phase": "contract"}, "fail", "The database is ahead"),
    ],
)
def test_ready_tells_a_failed_migration_from_a_newer_one(client, record, status, sentence):
    records = connections.database()["_migrations"]
    records.replace_one({"_id": record["_id"]}, record, upsert=True)

    answer = client.get("/health/ready")

    (shown,) = answer.json["checks"]["migrations:pending"]
    assert shown["status"] == status
    assert shown["output"].startswith(sentence)


@real
def test_ready_fails_when_the_migrations_cannot_be_read(client, monkeypatch):
    def broken(_: object) -> None:
        raise migrations.MigrationError("Two migrations have the number 0001.")

    monkeypatch.setattr(migrations, "standing", broken)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json["checks"]["migrations:pending"][0]["output"] == "The migrations cannot be read."


@real
def test_ready_fails_on_a_database_that_cannot_be_written_to(client, monkeypatch):
    class Secondary:
        """A member that is not the primary."""

        client = admin = property(lambda self: self)

        def command(self, _: str) -> dict[str, bool]:
            return {"isWritablePrimary": False}

    monkeypatch.setattr("marketplace.shared.connections.database", Secondary)
    standing = migrations.Standing([], [], [], serves=True, sentence="")
    monkeypatch.setattr(migrations, "standing", lambda _: standing)

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    (shown,) = answer.json["checks"]["mongodb:responseTime"]
    assert shown["output"] == "The database cannot be written to now."


@real
def test_without_redis_ready_warns_and_visitors_still_come(client, app):
    app.config["REDIS_URL"] = "redis://:hidden-password@127.0.0.1:1"

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json["status"]) == (200, "warn")
    (shown,) = answer.json["checks"]["redis:responseTime"]
    assert shown["output"] == "The session store does not answer: people can browse, but not sign in."


def test_ready_fails_first_when_the_process_is_told_to_stop(client, stopping):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json) == (
        503,
        {"status": "fail", "output": "This process is stopping."},
    )


@real
def test_nothing_of_where_the_servers_are_is_said_when_they_are_gone(client, app):
    app.config["MONGODB_URI"] = "mongodb://shop:hidden-password@127.0.0.1:1/?serverSelectionTimeoutMS=100"
    app.config["REDIS_URL"] = "redis://:hidden-password@127.0.0.1:1"

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert not [word for word in ("hidden", "127.0.0.1", "Error", "refused", "shop") if word in answer.text]


# Details


@real
def test_the_details_have_every_check(client, with_token):
    answer = client.get("/health", **bearer(TOKEN))

    assert answer.status_code == 200
    assert set(answer.json["checks"]) == {check.name for check in checks.DETAIL}
    assert answer.json["checks"]["disk:free"][0]["observedUnit"] == "bytes"


def test_without_a_token_the_details_are_not_there(client):
    answer = client.get("/health")

    assert (answer.status_code, "checks" in answer.text) == (404, False)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer ÿ"},
    ],
    ids=str,
)
def test_without_the_right_token_the_details_are_refused(client, with_token, headers):
    answer = client.get("/health", headers=headers)

    assert (answer.status_code, "checks" in answer.text) == (401, False)
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="health"'


@real
def test_in_development_the_details_are_open(client, app):
    app.config["ENV"] = "development"

    assert client.get("/health").status_code == 200


def test_development_with_a_token_asks_for_it_too(client, app, with_token):
    app.config["ENV"] = "development"

    assert client.get("/health").status_code == 401


def test_a_disk_that_is_almost_full_is_a_warning(app, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 1 << 60)

    found = checks._disk()

    assert found.status is Status.WARN
    assert found.output == "The disk of the instance folder is almost full."


def test_the_disk_is_looked_at_before_its_folder_is_made(app, monkeypatch, tmp_path):
    monkeypatch.setattr(app, "instance_path", str(tmp_path / "not" / "yet"))

    assert checks._disk().value > 0


# Headers


@real
@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/health"])
def test_health_opens_no_session_and_is_kept_nowhere(client, with_token, path):
    client.set_cookie("session", "something")
    client.set_cookie("notice", "something")

    answer = client.get(path, **bearer(TOKEN))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/health+json"
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers
