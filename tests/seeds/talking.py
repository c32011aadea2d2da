"""What must hold of the conversations that sample data has."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


def talks_that_are_wrong(documents: dict[str, list[dict[str, Any]]]) -> list[str]:
    """The conversations whose numbers do not follow from their messages."""
    said = defaultdict(list)
    for row in documents["messages"]:
        said[row["conversation_id"]].append(row)
    wrong = []
    for one in documents["conversations"]:
        rows = sorted(said.pop(one["_id"]), key=lambda row: row["seq"])
        if [row["seq"] for row in rows] != list(range(1, one["last_seq"] + 1)):
            wrong.append(f"{one['_id']} is numbered wrongly")
        if one["last_at"] != rows[-1]["at"] or one["last_message"]["side"] != rows[-1]["side"]:
            wrong.append(f"{one['_id']} has another last message")
        for side in ("buyer", "shop"):
            own = max((row["seq"] for row in rows if row["side"] == side), default=0)
            read, unread = one[side]["read_seq"], one[side]["has_unread"]
            if own > read or unread != (read < len(rows)):
                wrong.append(f"the {side} of {one['_id']} has read otherwise")
    return wrong + [f"{one} is no conversation" for one in said]
