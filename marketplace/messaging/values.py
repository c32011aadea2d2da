"""The words and value objects of messaging."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bson import ObjectId

#: The most characters of a message, and of what a list shows of the last one.
BODY_LENGTH = 4000
PREVIEW_LENGTH = 120

#: The highest number that a message can be asked for: far above any, far below what cannot be stored.
MOST_SEQ = 2**31

#: The most subjects that one conversation gathers.
MOST_SUBJECTS = 50

#: The most characters of a sender's own name for a message.
CLIENT_ID_LENGTH = 64

#: The most files of one message, and the most characters of a file's name.
MOST_ATTACHMENTS = 5
FILE_NAME_LENGTH = 100

#: How long people can delete what they wrote.
DELETE_WITHIN = timedelta(minutes=15)

#: How long moderators can still see what was deleted.
ORIGINALS_STAY = timedelta(days=30)

#: What lists show of a last message that was deleted, and what is left of what somebody wrote who left.
DELETED = "This message was deleted."
REMOVED = "[removed]"


class Side(StrEnum):
    """The two sides of a conversation, and the marketplace itself, which tells of what happens."""

    BUYER = "buyer"
    SHOP = "shop"
    SYSTEM = "system"

    @property
    def other(self) -> Side:
        """Who reads what this side writes."""
        return Side.SHOP if self is Side.BUYER else Side.BUYER


class MessageKind(StrEnum):
    """What a message is: words, files with or without words, or what the marketplace tells."""

    TEXT = "text"
    FILE = "file"
    SYSTEM = "system"


class SubjectKind(StrEnum):
    """What people talk about."""

    PRODUCT = "product"
    ORDER = "order"
    SHOP = "shop"


class Box(StrEnum):
    """The lists of an inbox: `inbox` is all that is not archived."""

    INBOX = "inbox"
    UNREAD = "unread"
    ORDERS = "orders"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a conversation is about, as it was called when it came up.

    `ref` is how its page is found: a product's slug, an order's number, a shop's slug.
    """

    kind: str
    id: ObjectId
    label: str
    ref: str

    @property
    def key(self) -> str:
        """Under which a conversation is found: `order:65f0…`."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A private file that came with a message.

    `file` is its name in the store, and `name` how it is called for people; `digest` is of what was sent.
    A picture has its width and height in pixels.
    """

    file: str
    name: str
    type: str
    size: int
    digest: str
    width: int | None = None
    height: int | None = None

    @property
    def id(self) -> str:
        """What names it in addresses."""
        return self.file.partition("-")[0]

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown where the message is."""
        return self.type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Original:
    """What a deleted message said, which moderators may still see for a while."""

    body: str = ""
    attachments: tuple[Attachment, ...] = field(default=(), metadata={"value_class": Attachment})


@dataclass(frozen=True, slots=True)
class LastMessage:
    """What a list shows of a conversation's last message."""

    seq: int
    side: str
    preview: str
    at: datetime


#: From how many answered questions on a shop's reply time is told, and over how long it is counted.
LEAST_THREADS = 5
COUNTED_OVER = timedelta(days=90)

#: A question without an answer counts, as long as it has waited, once that is so long.
UNANSWERED_AFTER = timedelta(days=1)


def preview_of(text: str) -> str:
    """The beginning of a text in one line, for lists."""
    line = " ".join(text[: 4 * PREVIEW_LENGTH].split())
    return line if len(line) <= PREVIEW_LENGTH else f"{line[: PREVIEW_LENGTH - 1]}…"
