"""The words and value objects of moderation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bson import ObjectId

#: The most characters that a reporter and a moderator write, and that are kept of what was reported.
TEXT_LENGTH, REASON_LENGTH, LABEL_LENGTH, SNAPSHOT_LENGTH = 2000, 1000, 200, 4000

#: The most decisions about one thing that are kept; of those in between the oldest go.
MOST_DECISIONS = 50


class ReportedKind(StrEnum):
    """What can be reported."""

    LISTING = "listing"
    REVIEW = "review"
    MESSAGE = "message"
    SHOP = "shop"
    USER = "user"


class ReportReason(StrEnum):
    """What somebody says is wrong with it."""

    ILLEGAL = "illegal"
    COUNTERFEIT = "counterfeit"
    UNSAFE = "unsafe"
    SPAM = "spam"
    FRAUD = "fraud"
    OFFENSIVE = "offensive"
    PRIVACY = "privacy"
    OFF_PLATFORM = "off_platform"
    OTHER = "other"


class SubjectState(StrEnum):
    """Whether somebody waits for a moderator's decision."""

    OPEN = "open"
    DECIDED = "decided"


class Action(StrEnum):
    """What a moderator can do with what was reported; `process.ACTIONS` says when."""

    DISMISS = "dismiss"
    HIDE = "hide"
    RESTORE = "restore"
    LOCK_CONVERSATION = "lock_conversation"
    UNLOCK_CONVERSATION = "unlock_conversation"
    SUSPEND_SHOP = "suspend_shop"
    REINSTATE_SHOP = "reinstate_shop"
    LOCK_USER = "lock_user"
    UNLOCK_USER = "unlock_user"


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody reports: whose it is, how it is called, what it says, and where its page is.

    `public_label` is what its reporter is shown of it, who may not know how somebody is called. Of a review
    `criticized_id` is whose product it is about.
    """

    kind: ReportedKind
    id: ObjectId
    label: str
    owner_id: ObjectId | None
    path: str
    shop_id: ObjectId | None = None
    snapshot: str = ""
    public_label: str = ""
    conversation_id: ObjectId | None = None
    seq: int | None = None
    criticized_id: ObjectId | None = None

    @property
    def key(self) -> str:
        """Under which it is found: `listing:65f0…`."""
        return f"{self.kind}:{self.id}"

    @property
    def shown_label(self) -> str:
        """How it is called to its reporter."""
        return self.public_label or self.label


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator did, and why; `round` is the round of reports that it answered."""

    round: int
    action: str
    by: ObjectId
    at: datetime
    reason: str = ""
