"""`flask prove`: experiments that show whether the marketplace keeps what it promises."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from ...shared import connections
from .. import embedded, protection
from .output import Answer, Refused, answering
from .servers import directory_of


@click.group("prove", cls=AppGroup)
def prove() -> None:
    """Prove a promise: an experiment on a scratch database of the configured server, gone afterwards."""


def _run(answer: Answer, name: str) -> None:
    from ..prove import PROOFS, Outcome, scratch
    from ..prove import Refused as Hindered

    db = connections.database()
    if protection.is_protected(db):
        raise Refused(
            f"The database {db.name} is protected, so its server is no place for experiments. "
            "Run this where you develop."
        )
    proof, outcome, started = PROOFS[name], Outcome(), time.monotonic()
    mongodb_uri, redis_url = _addresses()
    answer.line(f"To prove: {proof.promise}")
    try:
        with scratch(db, mongodb_uri=mongodb_uri, redis_url=redis_url) as trial:
            answer.line(f"On the scratch database {trial.db.name}, with two processes that answer.")
            proof.run(trial, outcome)
    except Hindered as error:
        raise Refused(f"The experiment could not be made: {error}") from None
    seconds = time.monotonic() - started
    _tell(answer, outcome, seconds)
    answer.result(
        {
            "proof": name,
            "held": outcome.held,
            "counted": outcome.counted,
            "broken": outcome.broken,
            "seconds": round(seconds, 1),
        }
    )
    if not outcome.held:
        raise Refused(f"The promise does not hold: {'; '.join(outcome.broken[:3])}")


def _tell(answer: Answer, outcome: object, seconds: float) -> None:
    """What was done and counted, line by line."""
    from ..prove import Outcome

    assert isinstance(outcome, Outcome)  # noqa: S101 - for the type alone
    for line in outcome.did:
        answer.line(line)
    for what, found in outcome.counted.items():
        answer.line(f"  {what}: {'none' if found in ([], {}) else found}")
    if outcome.held:
        answer.line(f"It holds. That took {seconds:.0f} seconds.")


def _addresses() -> tuple[str, str]:
    """Where the configured servers are, or the embedded ones."""
    mongodb_uri, redis_url = current_app.config["MONGODB_URI"], current_app.config["REDIS_URL"]
    if mongodb_uri and redis_url:
        return mongodb_uri, redis_url
    found = embedded.ensure(directory_of(current_app), mongod=current_app.config["MONGOD"] or None)
    return mongodb_uri or found.mongodb_uri, redis_url or found.redis_url


def _command(name: str, promise: str) -> click.Command:
    @click.command(name, help=f"{promise} Ends with 0 only if that held.")
    @with_appcontext
    @answering
    def command(*, answer: Answer) -> None:
        _run(answer, name)

    return command


#: The proofs, as `prove.proofs` has them; a test compares. Here without loading them with every command.
PROMISES = {
    "oversell": "Two hundred people who want a hundred pieces at once get a hundred.",
    "double-checkout": "One click is one order, however often it or its payment is sent.",
    "money": "Whatever becomes of purchases, every sum is that of its parts.",
    "tenancy": "Nobody sees or changes what is another's, by any route.",
    "stars": "Every star was given by somebody who received the product and kept it.",
}

for _name, _promise in PROMISES.items():
    prove.add_command(_command(_name, _promise))
