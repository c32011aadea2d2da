"""How soon shops answer: told at the shop, as the half of its answers that came sooner."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from statistics import median

from bson import ObjectId

from ...accounts import services as accounts
from ..repositories import conversations
from ..values import COUNTED_OVER, LEAST_THREADS, UNANSWERED_AFTER


def count_reply_times(moment: datetime) -> dict[ObjectId, int]:
    """Work out how soon each shop answers, and keep it at the shops; answers milliseconds by shop.

    It is the median time to a person's first answer, of the questions of 90 days; one without an answer
    counts, as long as it waits, once that is a day. Fewer than five questions tell nothing.
    """
    waits: dict[ObjectId, list[int]] = defaultdict(list)
    for shop_id, asked_at, reply_ms in conversations.waits(moment - COUNTED_OVER):
        waited = moment - asked_at
        if reply_ms is not None:
            waits[shop_id].append(reply_ms)
        elif waited >= UNANSWERED_AFTER:
            waits[shop_id].append(round(waited.total_seconds() * 1000))
    times = {shop_id: round(median(all_)) for shop_id, all_ in waits.items() if len(all_) >= LEAST_THREADS}
    accounts.keep_reply_times(times)
    return times
