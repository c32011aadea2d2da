from __future__ import annotations

import click
import pytest
from mongoengine.connection import ConnectionFailure
from pymongo.errors import AutoReconnect, OperationFailure, ServerSelectionTimeoutError

from app import create_app
from marketplace.shared import connections
from marketplace.shared.errors import Conflict
from marketplace.shared.terminal import in_a_sentence


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (Conflict("The shop is closed."), "The shop is closed."),
        (
            ServerSelectionTimeoutError("No servers."),
            "MongoDB does not answer. Check MARKETPLACE_MONGODB_URI.",
        ),
        (AutoReconnect("Connection closed."), "MongoDB does not answer. Check MARKETPLACE_MONGODB_URI."),
        (ConnectionFailure("No such host."), "MongoDB does not answer. Check MARKETPLACE_MONGODB_URI."),
        (
            OperationFailure("Authentication failed.", 18),
            "MongoDB refuses the user or the password of MARKETPLACE_MONGODB_URI.",
        ),
        (
            OperationFailure("bad auth", 8000),
            "MongoDB refuses the user or the password of MARKETPLACE_MONGODB_URI.",
        ),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(error, sentence):
    with pytest.raises(click.ClickException) as said, in_a_sentence():
        raise error

    assert said.value.message == sentence


@pytest.mark.parametrize("error", [OperationFailure("No such command.", 59), ZeroDivisionError()], ids=repr)
def test_what_nobody_foresaw_keeps_its_traceback(error):
    with pytest.raises(type(error)), in_a_sentence():
        raise error


@pytest.mark.real
@pytest.mark.parametrize(
    "command",
    [
        "db-check",
        "db-check make-indexes mend",
        "db-migrate",
        "db-migrate status",
        "seed --when-empty",
        "stock-verify",
        "expire-unpaid",
        "users grant ada@example.com moderator",
    ],
)
def test_a_command_without_its_database_says_so(settings, monkeypatch, command):
    monkeypatch.setitem(connections.MONGO_OPTIONS, "serverSelectionTimeoutMS", 100)
    nowhere = {"MONGODB_URI": "mongodb://127.0.0.1:1/shop", "REDIS_URL": "redis://127.0.0.1:1/0"}

    told = create_app(settings | nowhere).test_cli_runner().invoke(args=command.split())

    assert told.exit_code == 1
    assert told.output == "Error: MongoDB does not answer. Check MARKETPLACE_MONGODB_URI.\n"
