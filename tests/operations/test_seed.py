"""`flask seed` and `flask db-protect` on a real server."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mongoengine.errors import OperationError
from pymongo.errors import AutoReconnect, OperationFailure

import seeds.indexes
from marketplace.accounts import services as accounts
from marketplace.accounts.documents import User
from marketplace.operations import digests, lease, protection
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from seeds.indexes import TAKEN, built_last
from seeds.plan import EPOCH
from seeds.store import RECORDS, Store
from tests.operations.conftest import Process

pytestmark = pytest.mark.real


@pytest.fixture
def command(app) -> Callable[..., Any]:
    """Runs a command line in this process: `command("seed e2e")`."""
    return lambda line, **options: app.test_cli_runner().invoke(args=line.split(), **options)


@pytest.fixture
def market(app) -> Any:
    """The application's database."""
    return connections.database()


def hashes(db: Any) -> dict[str, str]:
    """The server's hash of each collection of the marketplace."""
    found = db.command("dbHash")["collections"]
    return {name: value for name, value in found.items() if not name.startswith("_")}


def kept_numbers(db: Any) -> dict[str, int]:
    """How many documents each collection of the marketplace has."""
    return {name: db[name].count_documents({}) for name in hashes(db)}


# What is asked for


def test_a_scenario_tells_what_it_added_and_again_that_there_was_nothing_to_do(command, market):
    first = command("seed e2e --verify")
    before = hashes(market)
    second = command("seed e2e --json")

    assert first.exit_code == 0, first.output
    assert "documents added." in first.output
    assert "What is stored is as it must be." in first.output
    assert json.loads(second.stdout)["added"] == {}
    assert "Nothing to do" in second.stderr
    assert hashes(market) == before


def test_the_result_as_json_counts_what_was_added(command):
    answer = command("seed load --scale 30 --json --verify")

    result = json.loads(answer.stdout)
    assert (result["scenario"], result["seed"], result["broken"]) == ("load", 42, [])
    assert (result["added"]["products"], result["added"]["orders"]) == (30, 9)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("seed tiny", "'tiny' is not one of 'demo', 'edge', 'e2e', 'load'"),
        ("seed load --scale huge", "'huge' is no scale. Give a number of products, 1 to 10,000,000"),
        ("seed load --scale 0", "'0' is no scale"),
        ("seed load --scale 20000000", "'20000000' is no scale"),
        ("seed demo --scale S", "Only the scenario load has a scale; demo is always the same."),
        ("seed --seed -1", "-1 is not in the range"),
        ("seed --append --reset", "--append keeps what is there and --reset deletes it: give one of them."),
        ("seed --when-empty --reset", "--when-empty never deletes anything"),
        ("seed --reset --json", "--reset with --json cannot ask: add --yes."),
    ],
)
def test_what_contradicts_itself_or_is_unknown_is_named(command, market, line, sentence):
    answer = command(line)

    assert answer.exit_code == 2
    assert sentence in answer.output
    assert market["users"].find_one() is None


def test_a_scale_may_be_a_letter_or_have_separators(command, monkeypatch):
    monkeypatch.setattr("seeds.plan.SCALES", {"S": 20, "M": 100})

    assert json.loads(command("seed load --scale s --json").stdout)["added"]["products"] == 20
    assert json.loads(command("seed load --seed 2 --scale 1_0 --json").stdout)["added"]["products"] == 10


def test_a_program_is_told_when_nothing_was_done_because_there_are_people(command):
    accounts.register(email="ada@example.com", password="correct horse battery", display_name="Ada")

    answer = command("seed --when-empty --json")

    assert json.loads(answer.stdout) == {"added": {}, "scenario": "demo", "seed": 42}


# What is refused


def test_a_protected_database_is_refused_until_it_is_named(command, market):
    protection.protect(market)

    refused = command("seed e2e")
    misnamed = command("seed e2e --yes-i-mean production")
    untouched = kept_numbers(market)
    meant = command(f"seed e2e --yes-i-mean {market.name}")

    assert refused.exit_code == misnamed.exit_code == 1
    assert f"The database {market.name} is protected." in refused.output
    assert f"--yes-i-mean {market.name}" in refused.output
    assert not any(untouched.values())
    assert meant.exit_code == 0


def test_a_protected_database_is_not_wiped_either(command, market):
    command("seed e2e")
    before = hashes(market)
    protection.protect(market)

    answer = command("seed e2e --reset --yes")

    assert answer.exit_code == 1
    assert hashes(market) == before


def test_a_database_that_is_behind_the_code_is_not_seeded(command, market):
    market["_migrations"].delete_many({})

    answer = command("seed e2e")

    assert answer.exit_code == 6
    assert "Run: flask db-migrate" in answer.output
    assert market["users"].find_one() is None


def test_a_locked_database_is_left_alone(command, market):
    with lease.hold(market, "a restore"):
        answer = command("seed e2e")

    assert answer.exit_code == 3
    assert "locked by a restore" in answer.output


@pytest.mark.parametrize("scenario", ["demo", "edge", "e2e", "load --scale 3"])
def test_a_seed_that_lost_its_lock_stops(command, monkeypatch, scenario):
    def lost(_: lease.Lease) -> None:
        raise lease.LeaseLost

    monkeypatch.setattr(lease.Lease, "check", lost)

    assert command(f"seed {scenario}").exit_code == 3


def test_what_somebody_else_took_before_is_told_in_a_sentence(command):
    User(email="buyer-42-0@example.com", password_hash="x", display_name="Somebody").save(force_insert=True)

    answer = command("seed load --scale 3")

    assert answer.exit_code == 1
    assert "Something else in users has the email buyer-42-0@example.com already" in answer.output


def test_what_the_database_refuses_is_told_in_a_sentence(command, market):
    market.command("collMod", "shops", validator={"never": True})

    answer = command("seed edge")

    assert answer.exit_code == 1
    assert "The database refused a document for shops: Document failed validation" in answer.output


@pytest.mark.parametrize("scenario", ["e2e", "load --scale 3"])
def test_a_server_that_goes_away_is_told_in_a_sentence(command, monkeypatch, scenario):
    def gone(*_: Any, **__: Any) -> None:
        raise AutoReconnect("connection closed")

    monkeypatch.setattr("pymongo.synchronous.collection.Collection.insert_many", gone)
    monkeypatch.setattr("pymongo.synchronous.collection.Collection.insert_one", gone)

    answer = command(f"seed {scenario}")

    assert answer.exit_code == 1
    assert "MongoDB went away before all of it was there. Run the same command again" in answer.output


def test_what_nobody_foresaw_keeps_its_traceback(command, monkeypatch):
    def full(*_: Any, **__: Any) -> None:
        raise OperationFailure("out of disk space")

    monkeypatch.setattr("pymongo.synchronous.collection.Collection.insert_one", full)

    assert isinstance(command("seed e2e").exception, OperationError)


def test_one_seed_has_one_scale(command):
    command("seed load --scale 10")

    other, more = command("seed load --scale 20"), command("seed load --seed 7 --scale 20")

    assert other.exit_code == 1
    assert (
        "has a load of seed 42 with 10 products. Go on with --scale 10, take another --seed" in other.output
    )
    assert more.exit_code == 0, more.output


def test_a_load_that_is_not_whole_at_its_end_says_so(command, market, monkeypatch):
    monkeypatch.setattr("seeds.store.Store.put", lambda *_: None)

    answer = command("seed load --scale 3")

    assert answer.exit_code == 1
    assert re.search(r"categories holds 0 documents, but \d+ were planned\.", answer.output)


def test_a_load_ends_with_a_look_at_what_validators_would_refuse(command, market):
    command("seed e2e")
    wrong = {"$inc": {"on_hand": -5000, "available": -5000}}
    market.command({"update": "stock", "updates": [{"q": {}, "u": wrong}], "bypassDocumentValidation": True})

    answer = command("seed load --scale 3")

    assert answer.exit_code == 1
    assert "1 documents in stock break its validator." in answer.output


# Indexes of a load


def test_indexes_are_built_after_the_documents_of_a_load_and_are_what_they_were(command, market, monkeypatch):
    before, during = indexes(market), []
    put = Store.put
    monkeypatch.setattr(
        Store, "put", lambda *what: during.append(set(digests.indexes_of(market["products"]))) or put(*what)
    )

    answer = command("seed load --scale 3")

    assert answer.exit_code == 0, answer.output
    assert during
    assert all(names == unique(before["products"]) for names in during)
    assert indexes(market) == before


def test_a_load_beside_other_things_keeps_the_indexes(command, market, monkeypatch):
    before, during = indexes(market), []
    command("seed edge")
    put = Store.put
    monkeypatch.setattr(Store, "put", lambda *what: during.append(indexes(market)) or put(*what))

    command("seed load --scale 3")

    assert during
    assert all(found == before for found in during)


def test_what_a_killed_load_left_out_is_built_before_anything_else(command, market):
    before = indexes(market)
    with suppress(KeyboardInterrupt), built_last(market, ["products", "orders"]):
        dropped = indexes(market)
        record = market[RECORDS].find_one({"_id": TAKEN})
        raise KeyboardInterrupt
    mended = indexes(market)
    for name in ("products", "orders"):
        market[name].drop_indexes()
    market[RECORDS].insert_one(record)

    answer = command("seed e2e")

    assert dropped != before
    assert mended == before
    assert "Built the indexes that a load left out: those of orders, products." in answer.output
    assert set(indexes(market)["orders"]) == set(before["orders"]) - unique(before["orders"]) | {"_id_"}


def leave_out_indexes(db: Any, *names: str) -> None:
    """Leave the database as a load that was killed leaves it."""
    with built_last(db, names):
        record = db[RECORDS].find_one({"_id": TAKEN})
    for name in names:
        for index in set(digests.indexes_of(db[name])) - unique(digests.indexes_of(db[name])):
            db[name].drop_index(index)
    db[RECORDS].insert_one(record)


def test_only_a_load_that_took_indexes_away_says_that_it_builds_them(command):
    first, again = command("seed load --scale 3"), command("seed load --scale 3")

    assert "their indexes are built now" in first.output
    assert "their indexes are built now" not in again.output


def test_what_a_killed_load_left_out_is_built_also_where_nothing_is_seeded(command, market):
    before = indexes(market)
    leave_out_indexes(market, "products", "orders")
    accounts.register(email="ada@example.com", password="correct horse battery", display_name="Ada")
    left_out = indexes(market)

    with lease.hold(market, "seed load"):
        beside = command("seed --when-empty")
    answer = command("seed --when-empty")

    assert left_out != before
    assert (beside.exit_code, "locked by seed load" in beside.output) == (3, True)
    assert answer.exit_code == 0, answer.output
    assert "Built the indexes that a load left out: those of orders, products." in answer.output
    assert set(indexes(market)["products"]) == set(before["products"])


@pytest.mark.parametrize(
    "where", ["marketplace.operations.cli.output.Answer.line", "seeds.store.Store.settle"]
)
def test_a_load_that_is_stopped_gives_its_indexes_back_under_the_lock_and_says_what_comes_next(
    command, market, monkeypatch, where
):
    before, held = indexes(market), []
    build = seeds.indexes.build

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    def watched(db: Any) -> list[str]:
        held.append(lease.holder(db) is not None)
        return build(db)

    monkeypatch.setattr(where, stop)
    monkeypatch.setattr("seeds.indexes.build", watched)

    answer = command("seed load --scale 3")

    assert answer.exit_code == 1
    assert answer.output.endswith(
        "Stopped before all of it was there. Run the same command again: it goes on from here.\n"
    )
    assert held == [True, True]  # what was left out before, and what this load has taken away
    assert indexes(market) == before


def test_what_a_migration_did_meanwhile_to_an_index_that_was_left_out_stays(command, market):
    before = indexes(market)["products"]
    leave_out_indexes(market, "products")
    market["products"].create_index("price_min", name="f_priced")

    first, second = command("seed e2e"), command("seed e2e")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert set(indexes(market)["products"]) == set(before)
    assert market["products"].index_information()["f_priced"]["key"] == [("price_min", 1)]
    assert market[RECORDS].find_one({"_id": TAKEN}) is None


def test_a_load_that_is_stopped_while_it_builds_indexes_says_that_they_are_left_out(
    command, market, monkeypatch
):
    calls: list[Any] = []

    def stop_the_second(db: Any) -> list[str]:
        calls.append(db)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return []

    with monkeypatch.context() as patched:
        patched.setattr("seeds.indexes.build", stop_the_second)
        answer = command("seed load --scale 3")
    again = command("seed load --scale 3")

    assert answer.exit_code == 1
    assert "goes on from here, and builds the indexes first that are left out until then.\n" in answer.output
    assert again.exit_code == 0
    assert "Built the indexes that a load left out" in again.output


def indexes(db: Any) -> dict[str, dict[str, Any]]:
    """The indexes of every collection of the marketplace."""
    names = sorted(db.list_collection_names(filter={"type": "collection"}))
    return {name: digests.indexes_of(db[name]) for name in names if not name.startswith(("_", "system."))}


def unique(found: dict[str, Any]) -> set[str]:
    """The names of those among the indexes of a collection that allow a value only once."""
    return {name for name, index in found.items() if name == "_id_" or index.get("unique")}


# Reset


def test_a_reset_asks_and_deletes_all_but_what_belongs_to_operations(command, market):
    command("seed load --scale 10")
    accounts.register(email="ada@example.com", password="correct horse battery", display_name="Ada")
    before, indexes = kept_numbers(market), market["products"].index_information()

    declined = command("seed e2e --reset", input="n\n")
    kept = kept_numbers(market)
    confirmed = command("seed e2e --reset", input="y\n")

    assert f"This deletes all {sum(before.values())} documents" in declined.output
    assert market.name in declined.output
    assert (declined.exit_code, kept) == (1, before)
    assert confirmed.exit_code == 0, confirmed.output
    assert market["users"].count_documents({"email": {"$regex": "^(?!e2e-)"}}) == 0
    assert market["products"].index_information() == indexes
    assert market["_migrations"].count_documents({}) > 0
    assert market["stock"].options()["validator"]


def test_after_a_reset_a_load_may_have_another_scale(command):
    command("seed load --scale 10")

    answer = command("seed load --scale 20 --reset --yes --json")

    assert json.loads(answer.stdout)["added"]["products"] == 20


# The end of the story


@pytest.mark.parametrize("scenario", ["e2e", "edge", "load --scale 30"])
def test_a_story_that_ends_now_stays_as_it_was_told_first(command, market, scenario):
    first = command(f"seed {scenario} --now")
    before = hashes(market)
    time.sleep(0.01)

    second = command(f"seed {scenario} --now --verify")

    newest = market["orders"].find_one(sort=[("placed_at", -1)])
    assert first.exit_code == second.exit_code == 0, second.output
    assert datetime.now(UTC) - newest["placed_at"] < timedelta(days=15)
    assert hashes(market) == before


def test_a_story_ends_on_a_fixed_day_unless_it_is_told_to_end_now(command, market):
    command("seed load --scale 100")

    newest = market["orders"].find_one(sort=[("placed_at", -1)])
    assert EPOCH - timedelta(days=15) < newest["placed_at"] <= EPOCH


# Verifying


@pytest.mark.parametrize(
    ("collection", "change"),
    [
        ("stock", {"$inc": {"on_hand": 1}}),
        ("orders", {"$inc": {"totals.items.amount": 1}}),
        ("purchases", {"$inc": {"total.amount": 1}}),
    ],
)
def test_verifying_finds_what_breaks_a_rule(command, market, collection, change):
    command("seed e2e")
    market[collection].update_one({}, change)

    answer = command("seed e2e --verify")

    assert answer.exit_code == 5
    assert "does not hold, 1 time:" in answer.output
    assert "What is stored breaks 1 of its rules." in answer.output


def test_programs_are_told_which_rules_are_broken(command, market):
    command("seed e2e")
    wrong = {"$inc": {"on_hand": -5000, "available": -5000}}
    market.command({"update": "stock", "updates": [{"q": {}, "u": wrong}], "bypassDocumentValidation": True})

    answer = command("seed e2e --verify --json")

    assert answer.exit_code == 5
    assert json.loads(answer.stdout)["broken"] == [
        "Every document of stock obeys the validator.",
        "Lists find products by their category, shop, stock and stars.",
        "The numbers of every variant's stock add up.",
    ]


# The world for browser tests


def test_the_world_for_browser_tests_has_its_fixed_names_and_numbers(command, market):
    command("seed e2e")

    assert accounts.authenticate(email="e2e-buyer@example.com", password="end-to-end-2026")
    assert accounts.user_with_email("e2e-moderator@example.com").is_moderator
    assert {shop["slug"]: shop["status"] for shop in market["shops"].find()} == {
        "e2e-pottery": "active",
        "e2e-books": "active",
        "e2e-waiting": "pending_review",
    }
    assert set(market["products"].distinct("slug")) == {
        *("plain-mug", "mug-in-two-colours", "the-last-mug", "sold-out-mug", "ruled-notebook"),
        *("mug-that-waits-for-review", "mug-that-was-sent-back"),
    }
    orders = market["orders"].find(sort=[("_id", 1)])
    assert [(order["number"], order["status"]) for order in orders] == [
        ("YKZ7-JCD2", "completed"),
        ("A9AD-9VB3", "completed"),
        ("X2C7-TH4J", "shipped"),
        ("NGET-70J0", "processing"),
        ("RAM4-9NC8", "cancelled"),
        ("SNM6-26SS", "cancelled"),
        ("WQZN-E6TQ", "placed"),
        ("KHMG-Z1CR", "awaiting_payment"),
    ]


# Again, and in other processes


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["demo", "edge", "e2e", "load --scale 1300"])
def test_a_scenario_is_the_same_in_every_process_and_obeys_the_rules(server, db, launch, scenario):
    other = server[f"{db.name}_other"]
    words = ("-m", "flask", "seed", *scenario.split(), "--verify")
    running = []
    for hash_seed, each in (("1", db), ("2", other)):
        migrate(each)
        running.append(launch(*words, database=each.name, PYTHONHASHSEED=hash_seed))
    for process in running:
        finish(process)

    assert hashes(db) == hashes(other)
    assert kept_numbers(db)["orders"] > 0


@pytest.mark.slow
def test_a_load_that_was_killed_is_finished_by_the_next(server, db, launch):
    other = server[f"{db.name}_other"]
    for each in (db, other):
        migrate(each)
    words = ("-m", "flask", "seed", "load", "--scale", "4000")
    killed = launch(*words, database=db.name)
    while killed.poll() is None and db["products"].count_documents({}) < 1000:
        time.sleep(0.005)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert 1000 <= db["products"].count_documents({}) < 4000
    assert indexes(db) != indexes(other)
    db[lease.COLLECTION].update_one({}, [{"$set": {"expires_at": "$$NOW"}}])

    output = finish(launch(*words, "--verify", database=db.name))
    finish(launch(*words, database=other.name))

    assert "Built the indexes that a load left out" in output
    assert hashes(db) == hashes(other)
    assert indexes(db) == indexes(other)


def finish(process: Process) -> str:
    """The output of a command that succeeds."""
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return output


# Protecting


def test_a_database_is_protected_and_set_free_by_a_command(command, market):
    on = command("db-protect")
    protected = protection.is_protected(market)
    off = command("db-protect --off --json")

    assert f"The database {market.name} is protected." in on.output
    assert f"--yes-i-mean {market.name}" in on.output
    assert protected
    assert json.loads(off.stdout) == {"database": market.name, "protected": False}
    assert not protection.is_protected(market)
