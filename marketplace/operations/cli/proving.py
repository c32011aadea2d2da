"""`flask prove`: experiments that show whether the marketplace keeps what it promises."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from ...shared import connections
from .. import embedded, protection
from ..prove import PROOFS, Outcome, Proof, scratch
from ..prove import Refused as Hindered
from .output import Answer, Refused, answering
from .servers import directory_of


@click.group("prove", cls=AppGroup)
def prove() -> None:
    """Prove a promise: an experiment on a scratch database of the configured server, gone afterwards."""


def _run(answer: Answer, proof: Proof) -> None:
    db = connections.database()
    if protection.is_protected(db):
        raise Refused(
            f"The database {db.name} is protected, so its server is no place for experiments. "
            "Run this where you develop."
        )
    started = time.monotonic()
    mongodb_uri, redis_url = _addresses()
    answer.line(f"To prove: {proof.promise}")
    try:
        with scratch(db, mongodb_uri=mongodb_uri, redis_url=redis_url) as trial:
            answer.line(f"On the scratch database {trial.db.name}, with two processes that answer.")
            outcome = proof.run(trial)
    except Hindered as error:
        raise Refused(f"The experiment could not be made: {error}") from None
    seconds = time.monotonic() - started
    _tell(answer, outcome, seconds)
    answer.result(
        {
            "proof": proof.name,
            "held": outcome.held,
            "counted": outcome.counted,
            "broken": outcome.broken,
            "seconds": round(seconds, 1),
        }
    )
    if not outcome.held:
        raise Refused(f"The promise does not hold: {'; '.join(outcome.broken[:3])}")


def _tell(answer: Answer, outcome: Outcome, seconds: float) -> None:
    """What was done and counted, line by line."""
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


def _command(proof: Proof) -> click.Command:
    @click.command(proof.name, help=f"{proof.promise} Ends with 0 only if that held.")
    @with_appcontext
    @answering
    def command(*, answer: Answer) -> None:
        _run(answer, proof)

    return command


for _proof in PROOFS.values():
    prove.add_command(_command(_proof))
