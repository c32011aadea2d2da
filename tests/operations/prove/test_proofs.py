"""The proofs on the marketplace as it is, and on one without what keeps its promises.

Two processes answer over HTTP. The proofs of a module share one world: each makes its own purchases in it.
"""

from __future__ import annotations

import pymongo
import pytest

from marketplace.operations.prove import PROOFS, Refused, double_checkout, messages, money, oversell, scratch
from marketplace.operations.prove.site import serving

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("many processes")]


#: How many of the ten thousand messages of `flask prove messages` are written here.
SOME_MESSAGES = 600


@pytest.fixture(scope="module")
def client(servers):
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        yield client


@pytest.fixture(scope="module")
def trial(servers, client):
    """The marketplace as it is."""
    with _trial(servers, client, "proofs") as trial:
        yield trial
    assert not [name for name in client.list_database_names() if name.startswith("proofs__prove_")]


@pytest.fixture(scope="module")
def mutated(servers, client):
    """The marketplace without what keeps its promises."""
    with _trial(servers, client, "mutants", wsgi="tests.operations.prove.mutants:app") as trial:
        yield trial


@pytest.fixture
def small(monkeypatch):
    """Experiments of a size that shows what is wrong."""
    monkeypatch.setattr(oversell, "PIECES", 5)
    monkeypatch.setattr(oversell, "BUYERS", 30)
    monkeypatch.setattr(double_checkout, "PAYMENTS", 5)
    monkeypatch.setattr(money, "PURCHASES", 8)
    monkeypatch.setattr(messages, "MESSAGES", 100)
    monkeypatch.setattr(messages, "KILLS", 1)


def _trial(servers, client, name, **options):
    return scratch(client[name], mongodb_uri=servers.mongodb_uri, redis_url=servers.redis_url, **options)


def _run(name, trial):
    return PROOFS[name].run(trial)


def test_an_order_sent_by_twenty_is_one_and_a_payment_told_three_times_counts_once(trial):
    assert _run("double-checkout", trial).broken == []


def test_every_sum_is_that_of_its_parts(trial):
    assert _run("money", trial).broken == []


def test_no_route_lets_a_stranger_in(trial, app):
    outcome = _run("tenancy", trial)

    assert outcome.broken == []
    assert outcome.counted["requests"] > 400


def test_every_star_was_bought(trial):
    assert _run("stars", trial).broken == []


def test_every_message_is_there_once_however_often_it_was_sent_and_processes_were_killed(trial, monkeypatch):
    monkeypatch.setattr(messages, "MESSAGES", SOME_MESSAGES)
    monkeypatch.setattr(messages, "KILLS", 2)

    outcome = _run("messages", trial)

    assert outcome.broken == []
    assert outcome.counted["answers that were lost on purpose"] > SOME_MESSAGES / 20


def test_two_hundred_buyers_of_a_hundred_pieces_get_exactly_a_hundred(trial):
    # After the others: it leaves nothing on the shelf.
    outcome = _run("oversell", trial)

    assert outcome.broken == []
    assert outcome.counted["purchases"] == 100


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("stars", "somebody who never bought it"),
        ("tenancy", "got through"),
        ("money", "its totals are"),
        ("double-checkout", "purchases stored"),
        ("messages", "stored twice"),
        ("oversell", "available at one moment"),
    ],
)
def test_a_proof_turns_red_without_its_mechanism(mutated, small, app, name, broken):
    outcome = _run(name, mutated)

    assert not outcome.held
    assert any(broken in sentence for sentence in outcome.broken), outcome.broken


def test_a_site_that_does_not_start_is_told_in_a_sentence(tmp_path):
    with pytest.raises(Refused, match="did not start"), serving({}, log=tmp_path / "log", wsgi="wsgi:none"):
        pass
