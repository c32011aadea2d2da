"""What is stored of the outbox. It is read and written by plain pymongo, mostly by `$$NOW`."""

from __future__ import annotations

from mongoengine import DateTimeField, DictField, FloatField, IntField, StringField

from ..documents import Aggregate

#: How long a delivered row is kept to look at, in seconds.
DELIVERED_KEPT = 7 * 86_400

#: A worker that has not been heard of for so many seconds is gone.
WORKER_GONE_AFTER = 15.0


class OutboxRow(Aggregate):
    """Something that happened, to be delivered; its id is `order:65f0…#3`, the stream and the number.

    `state` is waiting, delivered or failed; `token` is the claim under which it was last begun.
    """

    id = StringField(primary_key=True)
    stream = StringField(required=True)
    sequence = IntField(required=True, min_value=1)
    topic = StringField(required=True)
    payload = DictField()
    state = StringField(required=True)
    told_at = DateTimeField(required=True)
    attempts = IntField(required=True, min_value=0)
    token = IntField()
    error = StringField()
    delivered_at = DateTimeField()

    meta = {
        "collection": "outbox",
        "indexes": [
            # The next row of a stream.
            {
                "fields": ["stream", "sequence"],
                "name": "waiting",
                "partialFilterExpression": {"state": "waiting"},
            },
            # How many wait and since when; which ones have failed.
            {"fields": ["state", "told_at"], "name": "state_told"},
            # Delivered rows go by themselves.
            {
                "fields": ["delivered_at"],
                "name": "delivered_at",
                "expireAfterSeconds": DELIVERED_KEPT,
            },
        ],
    }


class OutboxStream(Aggregate):
    """The head of the rows about one aggregate: the last number given, and when it is due."""

    id = StringField(primary_key=True)
    sequence = IntField(required=True, min_value=0)
    due_at = DateTimeField()
    token = IntField()
    owner = StringField()

    meta = {
        "collection": "outbox_streams",
        "indexes": [
            # The streams that are due; those where nothing waits are not in it.
            {
                "fields": ["due_at"],
                "name": "due_at",
                "partialFilterExpression": {"due_at": {"$exists": True}},
            },
        ],
    }


class TimerState(Aggregate):
    """When a timer is due next, and how it went; `failures` counts those in a row."""

    id = StringField(primary_key=True)
    due_at = DateTimeField(required=True)
    token = IntField()
    owner = StringField()
    started_at = DateTimeField()
    finished_at = DateTimeField()
    seconds = FloatField()
    failures = IntField()
    error = StringField()

    meta = {"collection": "timers"}


class WorkerState(Aggregate):
    """A worker that runs; it says so every few seconds."""

    id = StringField(primary_key=True)
    host = StringField(required=True)
    pid = IntField(required=True)
    started_at = DateTimeField(required=True)
    seen_at = DateTimeField(required=True)

    meta = {
        "collection": "workers",
        "indexes": [
            # Those that died are forgotten.
            {"fields": ["seen_at"], "name": "seen_at", "expireAfterSeconds": 3600},
        ],
    }
