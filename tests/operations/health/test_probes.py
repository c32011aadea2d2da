from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pymongo
import pytest
from flask import current_app, has_request_context
from pymongo import _csot

from marketplace.operations.health.answer import report
from marketplace.operations.health.checks import PATIENCE, Check, Finding, Status
from marketplace.operations.health.probes import KEPT, LIMIT, Probe


class Look:
    """A check that counts how often it ran, and does as it is told."""

    def __init__(self, *findings: Finding | Exception) -> None:
        self.findings = list(findings) or [Finding(Status.PASS)]
        self.calls = 0

    def __call__(self) -> Finding:
        self.calls += 1
        found = self.findings[0] if len(self.findings) == 1 else self.findings.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


class Hanging(Look):
    """A check that does not come back until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()

    def __call__(self) -> Finding:
        super().__call__()
        self.let_go.wait(30)
        return Finding(Status.PASS, 7)


@pytest.fixture
def probe(app):
    """Makes a probe of a function: `probe(look, otherwise=Status.WARN)`."""

    def make(look, name="thing:count", **parts):
        return Probe(app, Check(name, "component", look, "The thing is not seen.", **parts))

    return make


@pytest.fixture
def hanging():
    """A check that hangs for the whole of the test."""
    look = Hanging()
    yield look
    look.let_go.set()


@pytest.fixture
def clock(monkeypatch):
    """A clock of the probes that moves when it is told."""

    class Clock:
        now = 1000.0

        def __call__(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr("marketplace.operations.health.probes.monotonic", clock)
    return clock


# One check


def test_a_finding_is_what_the_check_saw(probe):
    assert probe(Look(Finding(Status.WARN, 3, "Three."))).start().finding() == Finding(
        Status.WARN, 3, "Three."
    )


@pytest.mark.parametrize("otherwise", [Status.FAIL, Status.WARN])
def test_a_check_that_raises_has_the_status_that_stands_for_it(probe, otherwise):
    secret = RuntimeError("mongodb://user:password@host")

    found = probe(Look(secret), otherwise=otherwise).start().finding()

    assert found == Finding(otherwise, output="The thing is not seen.")


def test_a_check_runs_in_the_application_and_under_a_deadline_but_outside_the_request(app, probe):
    seen = []

    def look() -> Finding:
        seen.append((current_app.name, has_request_context(), 0 < _csot.remaining() <= PATIENCE))
        return Finding(Status.PASS)

    with app.test_request_context(), pymongo.timeout(60):
        probe(look).start().finding()

    assert seen == [("marketplace", False, True)]


def test_a_finding_is_kept_for_a_second(probe, clock):
    look = Look()
    one = probe(look)

    one.start().finding()
    clock.now += KEPT - 0.01
    one.start().finding()

    assert look.calls == 1


def test_after_a_second_a_check_runs_again(probe, clock):
    look = Look(Finding(Status.PASS), Finding(Status.WARN))
    one = probe(look)

    first = one.start().finding()
    clock.now += KEPT
    second = one.start().finding()

    assert (first.status, second.status) == (Status.PASS, Status.WARN)


def test_a_hundred_who_ask_at_once_cause_one_check(app, probe):
    look = Hanging()
    one = probe(look)
    with ThreadPoolExecutor(100) as crowd:
        asked = [crowd.submit(lambda: one.start().finding()) for _ in range(100)]
        time.sleep(0.05)
        look.let_go.set()

        assert {each.result() for each in asked} == {Finding(Status.PASS, 7)}
    assert look.calls == 1


def test_a_check_that_hangs_is_answered_for_once_its_time_is_over(probe, hanging):
    began = time.monotonic()

    found = probe(hanging).start().finding()

    assert found == Finding(Status.FAIL, output="The thing is not seen.")
    assert time.monotonic() - began >= LIMIT


def test_a_check_that_hangs_is_not_started_again(probe, hanging, clock):
    one = probe(hanging, name="hanging:count")

    for _ in range(20):
        one.start()
        clock.now += KEPT

    assert hanging.calls == 1
    assert [each.name for each in threading.enumerate()].count("health hanging:count") == 1
    assert one.start().finding().status is Status.FAIL


def test_a_check_that_came_back_is_believed_again(probe, hanging, clock):
    one = probe(hanging)
    clock.now += LIMIT
    run = one.start()
    clock.now += LIMIT
    late = run.finding()
    hanging.let_go.set()
    run._found.result(10)

    clock.now += KEPT
    again = one.start().finding()

    assert (late.status, again) == (Status.FAIL, Finding(Status.PASS, 7))


def test_a_change_is_logged_once(app, probe, clock, caplog):
    one = probe(Look(Finding(Status.PASS), Finding(Status.FAIL, output="It broke."), Finding(Status.PASS)))
    with caplog.at_level(logging.WARNING, "marketplace.operations.health.probes"), app.app_context():
        for _ in range(3):
            report([one])
            report([one])
            clock.now += KEPT

    assert [record.getMessage() for record in caplog.records] == [
        "Health: thing:count is at fail. It broke.",
        "Health: thing:count is at pass.",
    ]


# Several


@pytest.mark.parametrize(
    ("statuses", "worst", "code"),
    [
        (["pass", "pass"], "pass", 200),
        (["pass", "warn"], "warn", 200),
        (["warn", "fail"], "fail", 503),
        (["fail", "pass"], "fail", 503),
    ],
)
def test_the_worst_finding_is_the_status_of_all(app, probe, statuses, worst, code):
    probes = [
        probe(Look(Finding(Status(status))), name=f"thing{number}:count")
        for number, status in enumerate(statuses)
    ]

    answer = report(probes)

    assert (answer.status_code, answer.json["status"]) == (code, worst)


def test_an_answer_shows_each_check_in_the_form_of_the_draft(app, probe):
    answer = report([probe(Look(Finding(Status.PASS, 3)), unit="ms")])

    (shown,) = answer.json["checks"]["thing:count"]
    moment = shown.pop("time")
    assert shown == {
        "componentType": "component", "observedValue": 3, "observedUnit": "ms", "status": "pass",
    }  # fmt: skip
    assert moment.endswith("Z")
    assert answer.content_type == "application/health+json"


def test_a_check_that_saw_nothing_says_so_without_a_value(app, probe):
    answer = report([probe(Look(RuntimeError("no")), unit="ms")])

    (shown,) = answer.json["checks"]["thing:count"]
    assert set(shown) == {"componentType", "status", "time", "output"}
    assert shown["output"] == "The thing is not seen."


def test_checks_run_at_the_same_time(app, probe):
    meeting = threading.Barrier(3, timeout=10)

    def look() -> Finding:
        meeting.wait()
        return Finding(Status.PASS)

    answer = report([probe(look, name=f"thing{number}:count") for number in range(3)])

    assert answer.json["status"] == "pass"
