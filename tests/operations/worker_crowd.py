"""Workers that are killed again and again, as a program: `python worker_crowd.py KILLS`.

Each is a fork of this process. A worker's handler writes every call down, fails now and then, and now and
then kills its own process; others are killed from outside wherever they are. In the end three workers that
nobody kills finish what waits, and are stopped.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from random import Random

from app import create_app
from marketplace.operations import worker
from marketplace.shared import connections
from marketplace.shared.outbox import Delivery, claims, delivers, registry, rows

worker.POLL = 0.02
claims.LEASE_SECONDS = 0.5
rows.LONGEST_PAUSE = 0.05
rows.MOST_ATTEMPTS = 1000

deadly = True
chances = Random()  # noqa: S311 - whose luck it is, is no secret


@delivers("jar.filled")
def note(told: Delivery) -> None:
    """Write the call down, in the order in which the server sees them."""
    calls = connections.database()["calls"]
    calls.update_one({"_id": told.about}, {"$push": {"sequences": told.sequence}}, upsert=True)
    chance = chances.random()
    if deadly and chance < 0.02:
        os.kill(os.getpid(), signal.SIGKILL)
    if chance < 0.1:
        raise OSError("now and then")


def fork() -> int:
    """A new worker's process."""
    child = os.fork()
    if child:
        return child
    chances.seed()
    working = worker.Worker(create_app())
    registry.timers.clear()
    signal.signal(signal.SIGTERM, lambda *_: working.stop.set())
    with working.app.app_context():
        working.run()
    os._exit(0)


def main(kills: int) -> None:
    """Kill so many workers, then let three finish."""
    global deadly
    crowd = [fork() for _ in range(3)]
    for _ in range(kills):
        time.sleep(chances.uniform(0.1, 0.3))
        at = chances.randrange(3)
        os.kill(crowd[at], signal.SIGKILL)
        for place, child in enumerate(crowd):
            if place == at or os.waitpid(child, os.WNOHANG)[0]:
                if place == at:
                    os.waitpid(child, 0)
                crowd[place] = fork()
    for child in crowd:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    deadly = False
    crowd = [fork() for _ in range(3)]
    with create_app().app_context():
        db = connections.database()
        while db["outbox"].count_documents({"state": "waiting"}):
            time.sleep(0.05)
    for child in crowd:
        os.kill(child, signal.SIGTERM)
    sys.stdout.write(f"{[os.waitpid(child, 0)[1] for child in crowd]}\n")


main(int(sys.argv[1]))
