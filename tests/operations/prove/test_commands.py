"""`flask prove` at a terminal."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from marketplace.operations import protection
from marketplace.operations.cli import proving as cli
from marketplace.operations.prove import PROOFS, Proof, Refused, Site, Trial
from marketplace.operations.prove.trial import settings
from marketplace.shared import connections


@pytest.fixture
def ask(app, monkeypatch):
    """Runs a proof of our own that counts one purchase; answers with the command's result."""

    @contextmanager
    def no_world(db, **_):
        yield Trial(db, Site(0), {})

    def ask(found, *words, world=no_world):
        monkeypatch.setattr(cli, "scratch", world)
        proof = Proof("one", "One is one.", lambda _, outcome: outcome.count("purchases", found, expected=1))
        return app.test_cli_runner().invoke(cli._command(proof), list(words))

    return ask


def test_a_promise_that_holds_ends_with_zero_and_says_what_was_counted(ask):
    answer = ask(1)

    assert answer.exit_code == 0
    assert "purchases: 1" in answer.output
    assert "It holds." in answer.output


def test_a_promise_that_is_broken_ends_with_one_and_says_how(ask):
    answer = ask(2)

    assert answer.exit_code == 1
    assert "purchases: 2, and should be 1." in answer.output


def test_a_program_gets_one_json_document(ask):
    answer = json.loads(ask(2, "--json").stdout)

    assert (answer["proof"], answer["held"], answer["counted"]) == ("one", False, {"purchases": 2})


def test_a_protected_database_is_refused(ask):
    protection.protect(connections.database())

    answer = ask(1)

    assert answer.exit_code == 1
    assert "is protected" in answer.output


def test_an_experiment_that_cannot_be_made_proves_nothing(ask):
    @contextmanager
    def broken(db, **_):
        raise Refused("The site did not start.")
        yield

    answer = ask(1, world=broken)

    assert answer.exit_code == 1
    assert "could not be made: The site did not start." in answer.output


def test_each_proof_is_a_command():
    assert set(cli.prove.commands) == set(PROOFS)


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        ("mongodb://host/?replicaSet=rs0", "mongodb://host/scratch?replicaSet=rs0"),
        ("mongodb://ada:x@host/shop", "mongodb://ada:x@host/scratch?authSource=shop"),
        ("mongodb://ada:x@host/shop?authSource=admin", "mongodb://ada:x@host/scratch?authSource=admin"),
    ],
)
def test_the_processes_of_a_trial_use_the_scratch_database_with_the_same_user(uri, named):
    assert settings(uri, "redis://host", "scratch")["MARKETPLACE_MONGODB_URI"] == named
