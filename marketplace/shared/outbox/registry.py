"""Who does what: a handler for each topic, and the timers. Contexts declare them when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bson import ObjectId


class GiveUp(Exception):
    """A handler says that trying again is of no use; the row has failed for good."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row as its handler gets it; `id` is the same each time that it is delivered.

    `about` is the aggregate's key, such as `order:65f0…`, and `attempt` counts from 1.
    """

    id: str
    topic: str
    about: str
    sequence: int
    payload: dict[str, Any]
    told_at: datetime
    attempt: int

    @property
    def about_id(self) -> ObjectId:
        """The id of the aggregate that it is about."""
        return ObjectId(self.about.partition(":")[2])


Handler = Callable[[Delivery], Any]


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to do every so many seconds, on one worker at a time; it may be done twice."""

    name: str
    every: float
    run: Callable[[], Any]


#: The handler of each topic.
handlers: dict[str, Handler] = {}

#: The timers by name.
timers: dict[str, Timer] = {}


def delivers(topic: str) -> Callable[[Handler], Handler]:
    """Declare the function that is called with what is told under this topic.

    It may be called again for the same row, and has to end within half a minute. Whatever it raises is
    noted, and it is called again later.
    """

    def declare(handler: Handler) -> Handler:
        if topic in handlers:
            raise ValueError(f"The topic {topic} has a handler already: {handlers[topic].__qualname__}.")
        handlers[topic] = handler
        return handler

    return declare


def timer(name: str, *, every: float) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Declare something that is done every so many seconds."""

    def declare(run: Callable[[], Any]) -> Callable[[], Any]:
        if name in timers:
            raise ValueError(f"There is a timer {name} already.")
        timers[name] = Timer(name, every, run)
        return run

    return declare
