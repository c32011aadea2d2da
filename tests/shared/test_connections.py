from __future__ import annotations

import logging
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click
import mongoengine
import pymongo
import pytest
from mongoengine import get_connection
from pymongo.errors import AutoReconnect

from app import create_app
from marketplace.shared import connections, transactions
from marketplace.shared.connections import breaker, listeners, orphans
from marketplace.shared.connections.breaker import Breaker, Found
from marketplace.shared.connections.options import app_name, compressors, mongo_options
from tests.shared.things import Jar, jars


@pytest.mark.real
@pytest.mark.parametrize(
    "options", ["&w=majority", "&retryWrites=true&w=majority&appName=Cluster0&journal=true"]
)
def test_an_address_as_hosts_give_it_takes_transactions(settings, addresses, options):
    app = create_app(settings | addresses | {"MONGODB_URI": addresses["MONGODB_URI"] + options})

    with app.app_context():
        transactions.run(lambda: jars.add(Jar(size=1)))
        stored = [jar.size for jar in jars.all()]
    mongoengine.disconnect_all()

    assert stored == [1]


# What clients are made with


def options_of(uri: str, profile: Any = "web") -> dict[str, Any]:
    """The options for an address; the address comes under "uri"."""
    address, options = mongo_options(uri, profile, threads=8, request_timeout=1.5)
    return options | {"uri": address}


def test_a_web_process_has_a_connection_for_each_thread_and_a_deadline():
    options = options_of("mongodb://db.example/")

    assert (options["maxPoolSize"], options["timeoutMS"]) == (10, 1500)


def test_a_command_may_take_as_long_as_it_takes():
    options = options_of("mongodb://db.example/?timeoutMS=1000&tls=true", "command")

    assert "timeoutMS" not in options
    assert options["uri"] == "mongodb://db.example/?tls=true"


@pytest.mark.parametrize("profile", ["web", "command"])
def test_what_an_address_says_of_pools_and_times_counts(profile):
    options = options_of("mongodb://db.example/?maxPoolSize=3&serverselectiontimeoutms=5", profile)

    assert not {"maxPoolSize", "serverSelectionTimeoutMS"} & set(options)
    assert options["uri"].endswith("?maxPoolSize=3&serverselectiontimeoutms=5")


def test_what_the_application_is_written_for_counts_before_the_address():
    options = options_of("mongodb://db.example/?readConcernLevel=local&appName=Cluster0&retryWrites=false")

    assert (options["readConcernLevel"], options["retryWrites"]) == ("majority", True)
    assert options["appname"].startswith("marketplace-web@")


@pytest.mark.parametrize("written", ["w=1", "W=0", "wtimeoutMS=10", "journal=true", "j=false", "fsync=true"])
def test_no_address_weakens_what_is_acknowledged(written):
    assert options_of(f"mongodb://db.example/?{written}&tls=true")["uri"] == "mongodb://db.example/?tls=true"


@pytest.mark.parametrize(
    ("uri", "far"),
    [
        ("mongodb://127.0.0.1:1,localhost,[::1]:2/", False),
        ("mongodb://%2Ftmp%2Fmongodb.sock/", False),
        ("mongodb://127.0.0.1,db.example/", True),
        ("mongodb://10.0.0.1/", True),
        ("mongodb+srv://cluster.example/", True),
    ],
)
def test_what_travels_further_than_this_machine_is_made_smaller(uri, far):
    assert options_of(uri).get("compressors") == (compressors() if far else None)
    assert "zlib" in compressors()


def test_a_process_tells_the_server_what_it_is_in_128_bytes(monkeypatch):
    assert app_name("web", 7) == f"marketplace-web@{socket.gethostname()}:7"

    monkeypatch.setattr(socket, "gethostname", lambda: "ü" * 200)

    assert len(app_name("command", 4_194_304).encode()) in (127, 128)
    assert app_name("command", 4_194_304).endswith("ü:4194304")


@pytest.mark.parametrize(("command", "profile"), [("run", "web"), ("worker", "command")])
def test_at_a_terminal_the_command_decides_what_the_process_is(settings, addresses, command, profile):
    made: list[dict[str, Any]] = []

    def stand_in(_: str, **options: Any) -> Any:
        made.append(options)
        return object()

    with click.Context(click.Command(command), info_name=command):
        create_app(settings | addresses, mongo_class=stand_in, profile="web")
    get_connection()
    mongoengine.connection._connections.clear()

    assert made[0]["appname"].startswith(f"marketplace-{profile}@")


def test_threads_that_connect_at_once_share_one_client(settings, addresses):
    made: list[object] = []

    def slowly(*_: Any, **__: Any) -> Any:
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    create_app(settings | addresses, mongo_class=slowly)
    with ThreadPoolExecutor(8) as crowd:
        got = set(crowd.map(lambda _: id(get_connection()), range(8)))
    mongoengine.connection._connections.clear()

    assert (len(made), len(got)) == (1, 1)


def test_who_waits_too_long_for_somebody_elses_connecting_gives_up(settings, addresses, monkeypatch):
    monkeypatch.setattr(connections, "CONNECT_WITHIN", 0.05)
    over, begun = threading.Event(), threading.Event()

    def hang(*_: Any, **__: Any) -> Any:
        begun.set()
        over.wait(10)
        raise TimeoutError("Nobody is there.")

    create_app(settings | addresses, mongo_class=hang)
    with ThreadPoolExecutor(1) as somebody_else:
        theirs = somebody_else.submit(get_connection)
        begun.wait(10)
        with pytest.raises(mongoengine.ConnectionFailure, match="Somebody else has tried to connect"):
            get_connection()
        over.set()

    assert isinstance(theirs.exception(), mongoengine.ConnectionFailure)


@pytest.mark.real
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own(app):
    jars.add(Jar(size=1))
    before = id(get_connection())
    reading, writing = os.pipe()

    child = os.fork()
    if child == 0:
        here = connections._connection.observer.gauges()["commands"] == 0 and id(get_connection()) != before
        os.write(writing, b"%d %d" % (here, jars.all().first().size))
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 10) == b"1 1"
    assert id(get_connection()) == before
    os.close(reading), os.close(writing)


# What is seen of a process's work


@pytest.mark.real
def test_the_gauges_show_the_pool_and_the_commands(app):
    jars.add(Jar(size=1))
    before = connections.gauges()

    jars.all().first()

    after = connections.gauges()
    assert after["commands"] == before["commands"] + 1
    assert (after["in_progress"], after["checked_out"], after["waiting"]) == (0, 0, 0)
    assert (after["size"], after["failures"], after["cut_off"]) == (1, 0, False)


@pytest.mark.real
def test_a_command_that_fails_is_counted(app):
    with pytest.raises(pymongo.errors.OperationFailure):
        connections.database().command("nonsense")

    assert connections.gauges()["failures"] == 1


@pytest.mark.real
def test_whoever_waits_for_a_connection_is_counted(settings, addresses):
    app = create_app(settings | addresses | {"MONGODB_URI": addresses["MONGODB_URI"] + "&maxPoolSize=1"})
    with app.app_context(), ThreadPoolExecutor(2) as crowd:
        jars.add(Jar())
        asked = [
            crowd.submit(list, jars.all().filter(__raw__={"$where": "sleep(300) || true"})) for _ in (1, 2)
        ]
        until(lambda: connections.gauges()["waiting"] == 1)
        seen = connections.gauges()
        assert [len(one.result()) for one in asked] == [1, 1]
    mongoengine.disconnect_all()

    assert (seen["checked_out"], seen["in_progress"], seen["size"]) == (1, 1, 1)


def test_without_an_application_there_are_no_gauges(monkeypatch):
    monkeypatch.setattr(connections, "_connection", None)

    connections.note_outage()
    connections.check()

    assert connections.gauges() == {}


def until(fact: Any) -> None:
    """Wait for a fact to become true."""
    deadline = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@pytest.mark.real
def test_a_slow_command_is_logged_with_its_fields_and_without_its_values(settings, addresses, caplog):
    app = create_app(settings | addresses | {"SLOW_MS": 0}, profile="web")

    @app.get("/slow")
    def slow() -> str:
        return str(len(jars.all().filter(label="planted", size__gt=987)))

    with caplog.at_level(logging.WARNING):
        app.test_client().get("/slow", headers={"X-Request-Id": "request-of-test"})
    mongoengine.disconnect_all()

    lines = [line for line in caplog.messages if line.startswith("Slow command: find of jars took ")]
    assert lines[0].endswith(" ms (fields: label, size; request request-of-test)")
    assert "planted" not in caplog.text
    assert "987" not in caplog.text


@pytest.mark.parametrize(
    ("command", "collection", "fields"),
    [
        ({"find": "jars", "filter": {"size": {"$gt": 1}, "a.b": 2}}, "jars", ["a.b", "size"]),
        ({"find": "jars", "filter": {"$or": [{"x": 1}, {"$and": [{"y": 1}]}]}}, "jars", ["x", "y"]),
        ({"find": "jars", "filter": {"$where": "secret", "$text": {"$search": "secret"}}}, "jars", []),
        ({"aggregate": "jars", "pipeline": [{"$match": {"x": 1}}, {"$group": {"_id": "$y"}}]}, "jars", ["x"]),
        ({"aggregate": "jars", "pipeline": []}, "jars", []),
        ({"update": "jars", "updates": [{"q": {"_id": 1}, "u": {"$set": {"z": 1}}}]}, "jars", ["_id"]),
        ({"delete": "jars", "deletes": [{"q": {"_id": 1}}]}, "jars", ["_id"]),
        ({"findAndModify": "jars", "query": {"x": 1}}, "jars", ["x"]),
        ({"insert": "jars", "documents": [{"secret": 1}]}, "jars", []),
        ({"getMore": 7, "collection": "jars"}, "jars", []),
        ({"ping": 1, "$db": "admin"}, "admin", []),
        ({}, "-", []),
    ],
    ids=str,
)
def test_a_command_is_described_by_its_collection_and_the_fields_of_its_filter(command, collection, fields):
    assert listeners.collection_of(command) == collection
    assert listeners.fields_of(command) == fields


# Failing fast


class Patient:
    """A server to a breaker: it answers what it is told to, and counts how often it was asked."""

    def __init__(self, *found: Found) -> None:
        self.found = list(found)
        self.asked = 0
        self.quiet = 0.0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def probe(self) -> Found:
        """Answer what is next, and at the end that all is well."""
        self.may_answer.wait(10)
        self.asked += 1
        return self.found.pop(0) if self.found else Found.ANSWERS

    def silence(self) -> float:
        """For how long it has been quiet."""
        return self.quiet


@pytest.fixture
def patient(monkeypatch) -> Patient:
    """A server, and no pauses."""
    monkeypatch.setattr(breaker, "PAUSE", 0.1)
    monkeypatch.setattr(breaker, "WITHIN", 10)
    return Patient()


def is_over(guard: Breaker) -> bool:
    return guard._prober is None


def test_nobody_is_silent_to_whom_nobody_listened():
    pulse = listeners.Pulse()

    before = pulse.silence()
    pulse.started(None)
    time.sleep(0.01)

    assert before == 0
    assert pulse.silence() > 0


def test_a_slow_query_cuts_nobody_off(patient):
    guard = Breaker(patient.probe, patient.silence)
    patient.may_answer.clear()

    guard.suspect()
    assert not guard.is_open
    patient.may_answer.set()
    until(lambda: is_over(guard))

    assert (guard.is_open, patient.asked) == (False, 1)


def test_a_server_that_is_silent_is_not_asked_by_anybody_until_it_answers(patient):
    guard = Breaker(patient.probe, patient.silence)
    patient.quiet = breaker.SILENCE + 1
    patient.may_answer.clear()

    guard.suspect()
    assert guard.is_open
    patient.may_answer.set()
    until(lambda: is_over(guard))

    assert not guard.is_open


def test_one_probe_looks_however_many_suspect(patient):
    guard = Breaker(patient.probe, patient.silence)
    patient.found = [Found.SILENT, Found.SILENT]
    patient.may_answer.clear()

    for _ in range(20):
        guard.suspect()
    patient.may_answer.set()
    until(lambda: is_over(guard))

    assert patient.asked == 3


def test_a_probe_without_an_answer_opens_it(patient):
    guard = Breaker(patient.probe, patient.silence)
    seen: list[bool] = []

    def probe() -> Found:
        seen.append(guard.is_open)
        return Found.SILENT if len(seen) < 3 else Found.ANSWERS

    guard._probe = probe
    guard.suspect()
    until(lambda: is_over(guard))

    assert seen == [False, True, True]


def test_who_comes_while_it_probes_waits_for_what_it_finds(patient):
    guard = Breaker(patient.probe, patient.silence)
    patient.found = [Found.SILENT, Found.ANSWERS]
    patient.may_answer.clear()

    guard.suspect()
    with ThreadPoolExecutor(1) as somebody:
        told = somebody.submit(guard.lets_through)
        patient.may_answer.set()
        let_through = told.result()
    until(lambda: is_over(guard))

    assert (let_through, guard.lets_through()) == (False, True)


def test_a_pool_that_is_busy_tells_nothing(patient):
    guard = Breaker(patient.probe, patient.silence)
    seen: list[bool] = []

    def probe() -> Found:
        seen.append(guard.is_open)
        return Found.BUSY if len(seen) < 3 else Found.ANSWERS

    guard._probe = probe
    guard.suspect()
    until(lambda: is_over(guard))

    assert seen == [False, False, False]


def test_one_that_is_closed_stays_so(patient):
    guard = Breaker(patient.probe, patient.silence)
    patient.quiet = breaker.SILENCE + 1

    guard.close()
    guard.suspect()

    assert (guard.is_open, patient.asked) == (False, 0)


@pytest.mark.own_app
@pytest.mark.parametrize(
    ("path", "status"), [("/", 503), ("/api/v1/products", 503), ("/static/style.css", 200)]
)
def test_while_it_is_open_pages_fail_at_once_and_files_do_not(client, path, status):
    connections._connection.breaker.is_open = True

    answer = client.get(path)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, "2" if status == 503 else None)


@pytest.mark.own_app
def test_a_conflict_of_transactions_suspects_nobody(app, client, monkeypatch):
    suspected: list[int] = []
    monkeypatch.setattr(connections, "note_outage", lambda: suspected.append(1))
    conflict = pymongo.errors.OperationFailure("WriteConflict", 112)
    conflict._add_error_label("TransientTransactionError")
    failures = [conflict, AutoReconnect("gone")]

    @app.get("/oops")
    def oops() -> str:
        raise failures.pop(0)

    assert [client.get("/oops").status_code for _ in (1, 2)] == [503, 503]
    assert len(suspected) == 1


@pytest.mark.real
def test_the_probe_sees_whether_the_server_answers(settings, addresses):
    app = create_app(settings | addresses)
    with app.app_context():
        jars.all().first()
        assert connections._connection._probe() is Found.ANSWERS
        get_connection().close()
        assert connections._connection._probe() is Found.SILENT
    mongoengine.disconnect_all()


# Transactions of the dead


@pytest.mark.real
def test_the_transactions_of_a_dead_process_are_ended_and_no_others(addresses):
    uri = addresses["MONGODB_URI"]
    dead, alive = (pymongo.MongoClient(uri, appname=app_name("web", pid)) for pid in (1, 2))
    with dead, alive:
        sessions = []
        for client in (dead, alive):
            sessions.append(client.start_session())
            sessions[-1].start_transaction()
            client[addresses["MONGODB_DATABASE"]]["jars"].insert_one({}, session=sessions[-1])

        ended = orphans.end_sessions_of(uri, 1)

        assert ended == 1
        with pytest.raises(pymongo.errors.OperationFailure, match="has been aborted"):
            sessions[0].commit_transaction()
        sessions[1].commit_transaction()
        for session in sessions:
            session.end_session()


def test_a_server_that_is_away_is_told_nothing_and_nobody_waits_long(caplog, monkeypatch):
    monkeypatch.setattr(orphans, "WITHIN", 0.2)

    assert orphans.end_sessions_of("mongodb://127.0.0.1:1/", 1) == 0

    assert "Process 1 may have left a transaction open" in caplog.text
