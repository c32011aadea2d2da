"""A program that has the whole marketplace loaded and forks processes of it: `python -m …zygote`.

It reads one JSON object a line and answers with one. A child is killed at the crash point that it is armed
with; loading the application for each of them would take longer than all that they do.

    {"do": "web", "at": "checkout.held"}     a web process on the socket that stays open; answers its pid
    {"do": "run", "what": "worker"}          a function below in its own process; its result, or the signal
    {"do": "wait", "pid": 1}                 how a web process ended
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from contextlib import suppress

from bson import ObjectId
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from marketplace.catalog.services import stock
from marketplace.operations.drift import stored
from marketplace.operations.worker import Worker
from marketplace.ordering import services
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import payments
from marketplace.ordering.values import PaymentOutcome
from marketplace.shared import connections, crashing
from tests import builders

app = create_app(profile="web")
door = socket.create_server(("127.0.0.1", 0), backlog=64)


class Silent(WSGIRequestHandler):
    """Requests are the test's business, not the log's."""

    def log(self, *_: object) -> None:
        """Say nothing."""


def serve() -> None:
    host, port = door.getsockname()
    make_server(host, port, app, threaded=True, fd=door.fileno(), request_handler=Silent).serve_forever()


def world(pieces: int) -> dict[str, str]:
    """A shop with two things to buy, and one of which there is a single piece."""
    owner = builders.a_user(email="owner@example.com")
    shop = builders.a_shop(owner=owner, slug="kiln")
    return {
        "mug": str(builders.goods(shop, stock=pieces)),
        "bowl": str(builders.goods(shop, stock=pieces)),
        "last": str(builders.goods(shop, stock=0)),
    }


def restock(variant: str, pieces: int) -> None:
    stock.set_on_hand(ObjectId(variant), pieces, "stocktake")


def worker() -> dict[str, int]:
    done = Worker(app).once()
    return {"failed": done.failed, "broken": done.broken}


def report(payment: str) -> str:
    """What the provider tells of a payment that somebody made, whatever became of its purchase."""
    found = payments.get(ObjectId(payment))
    return services.apply_event(sandbox.report(found, PaymentOutcome.SUCCEEDED)).status.value


def check() -> list[str]:
    """What is wrong with what is stored, by every rule that there is."""
    db = connections.database()
    wrong = [
        f"{one.name} {example.sentence}"
        for one in stored.checks(db)
        for example in one.run(db.client).examples
    ]
    return wrong + [one.reason for one in stock.verify()]


CALLS = {one.__name__: one for one in (world, restock, worker, report, check)}


def fork(order: dict) -> tuple[int, int]:
    """A child that does it, and where its result comes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if order.get("at"):
        crashing.arm(order["at"])
    with app.app_context():
        if order["do"] == "web":
            serve()
        result = CALLS[order["what"]](**order.get("with", {}))
    os.write(writer, json.dumps(result).encode())
    os._exit(0)


def main() -> None:
    """Do what is asked for, line by line."""
    print(json.dumps({"port": door.getsockname()[1]}), flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "wait":
            answer = {"status": os.waitstatus_to_exitcode(os.waitpid(order["pid"], 0)[1])}
        elif order["do"] == "web":
            child, reader = fork(order)
            os.close(reader)
            answer = {"pid": child}
        else:
            child, reader = fork(order)
            with os.fdopen(reader) as said:
                text = said.read()
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answer = {"status": status, "result": json.loads(text) if text else None}
        print(json.dumps(answer), flush=True)  # noqa: T201


with suppress(KeyboardInterrupt):
    main()
