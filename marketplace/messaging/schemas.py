"""The JSON shapes of messaging."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, post_load, pre_load, validate, validates_schema
from werkzeug.datastructures import FileStorage

from ..shared.schemas import AskedSchema, Id, Moment, PageQuery, ShownSchema, Text, Whole
from .values import (
    BODY_LENGTH,
    CLIENT_ID_LENGTH,
    MOST_ATTACHMENTS,
    MOST_SEQ,
    Box,
    MessageKind,
    Side,
    SubjectKind,
)

#: How many seconds somebody may wait for the next message.
LONGEST_WAIT = 20

CLIENT_ID = {
    "description": "Your own name for this message, new for each: sent again, it is stored once.",
    "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
}


class InboxQuery(PageQuery):
    """Which conversations to list."""

    box = fields.Enum(
        Box,
        by_value=True,
        load_default=Box.INBOX,
        error_messages={"unknown": "Use one of: {choices}."},
        metadata={"description": "`inbox` is all that is not archived."},
    )


class ThreadQuery(AskedSchema):
    """Which messages to list: the last ones, or those before or after a number."""

    before = Whole(least=1, most=MOST_SEQ, metadata={"description": "Only messages with lower numbers."})
    after = Whole(least=0, most=MOST_SEQ, metadata={"description": "Only messages with higher numbers."})
    limit = Whole(least=1, most=100, load_default=50)
    wait = Whole(
        least=0,
        most=LONGEST_WAIT,
        load_default=0,
        metadata={"description": "With `after`: wait so many seconds for a message if there is none yet."},
    )

    @validates_schema
    def _waits_for_something(self, asked: dict[str, Any], **_: Any) -> None:
        if asked["wait"] and "after" not in asked:
            raise ValidationError("Say after which message: give `after` too.", "wait")


class SendMessage(AskedSchema):
    """What somebody says."""

    body = Text(longest=BODY_LENGTH, required=True, metadata={"example": "Does it fit a 14 inch laptop?"})
    client_id = Text(longest=CLIENT_ID_LENGTH, required=True, metadata=CLIENT_ID)


class WriteMessage(AskedSchema):
    """What somebody typed into a form; files may come with it, or in place of words."""

    body = Text(longest=BODY_LENGTH, shortest=0, load_default="")
    client_id = Text(longest=CLIENT_ID_LENGTH, required=True)

    @pre_load
    def one_kind_of_line_end(self, data: Any, **_: Any) -> Any:
        """Count the end of a line once: a browser sends two characters for it."""
        body = data.get("body")
        return {**data, "body": body.replace("\r\n", "\n")} if isinstance(body, str) else data


class AskSubject(AskedSchema):
    """What a buyer talks about."""

    type = fields.Enum(
        SubjectKind, by_value=True, required=True, error_messages={"unknown": "Use one of: {choices}."}
    )
    id = Text(
        longest=200,
        required=True,
        metadata={"description": "A product's id, an order's number, or a shop's slug.", "example": "kiln"},
    )


class StartConversation(SendMessage):
    """What a buyer says to a shop, and about what."""

    subject = fields.Nested(AskSubject, required=True)


class StartAboutOrder(SendMessage):
    """What a shop says to a buyer about an order."""

    order = Text(longest=20, required=True, metadata={"description": "Its number.", "example": "7F3K-9Q2D"})


def check_file(sent: Any) -> None:
    """Raise ValidationError for a text of the form that is called like a file."""
    if not isinstance(sent, FileStorage):
        raise ValidationError("Send this as a file, with its name.")


class SendFiles(AskedSchema):
    """What somebody says with files, as `multipart/form-data`."""

    body = Text(longest=BODY_LENGTH, load_default="", metadata={"description": "May be left out."})
    client_id = Text(longest=CLIENT_ID_LENGTH, required=True, metadata=CLIENT_ID)
    files = fields.List(
        Upload(validate=check_file),
        required=True,
        validate=validate.Length(min=1, max=MOST_ATTACHMENTS, error=f"Attach 1 to {MOST_ATTACHMENTS} files."),
        error_messages={"required": "Attach at least one file, as multipart/form-data."},
        metadata={"description": "JPEG, PNG, WebP, AVIF or PDF, up to 10 MB each."},
    )


class PutConversation(AskedSchema):
    """What you want of a conversation."""

    muted = fields.Boolean(metadata={"description": "Whether you get no notices of what is said here."})
    archived = fields.Boolean(
        metadata={"description": "Whether it is out of your inbox, until something new is said."}
    )

    @post_load
    def check_any(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Refuse to change nothing."""
        if not data:
            raise ValidationError("Say what you want: muted, archived, or both.")
        return data


class ReadUpTo(AskedSchema):
    """Up to which message somebody has read."""

    up_to = Whole(least=0, most=MOST_SEQ, required=True)


class SubjectSchema(ShownSchema):
    """What is talked about, as it was called then."""

    type = fields.String(attribute="kind", metadata={"enum": [one.value for one in SubjectKind]})
    id = Id()
    label = fields.String()
    ref = fields.String(metadata={"description": "A product's slug, an order's number, a shop's slug."})


class LastMessageSchema(ShownSchema):
    """The last message of a conversation."""

    seq = fields.Integer()
    side = fields.String(metadata={"enum": [one.value for one in Side]})
    preview = fields.String()
    at = Moment()


class ConversationSchema(ShownSchema):
    """A conversation, as the side that asks sees it."""

    id = Id(attribute="conversation.pk")
    shop_id = Id(attribute="conversation.shop_id")
    name = fields.String(metadata={"description": "Of the other side."})
    subjects = fields.List(fields.Nested(SubjectSchema), attribute="conversation.subjects")
    last_seq = fields.Integer(attribute="conversation.last_seq")
    unread = fields.Integer(metadata={"description": "How many messages you have not read."})
    seen_seq = fields.Integer(metadata={"description": "Up to which message the other side has read."})
    last_message = fields.Nested(LastMessageSchema, attribute="conversation.last_message", allow_none=True)
    last_at = Moment(attribute="conversation.last_at")
    locked = fields.Boolean(attribute="conversation.locked")
    muted = fields.Boolean(metadata={"description": "Whether you get no notices of it."})
    archived = fields.Boolean(metadata={"description": "Whether you put it out of your inbox."})


class OneConversationSchema(ConversationSchema):
    """A conversation with whether you can write in it."""

    blocked = fields.Boolean(metadata={"description": "Whether you block the other side."})
    cannot_write = fields.String(
        allow_none=True, metadata={"description": "Why you cannot write here now, if so."}
    )


class AttachmentSchema(ShownSchema):
    """A file of a message; `…/attachments/<id>` below the conversation gives it."""

    id = fields.String()
    name = fields.String()
    type = fields.String(metadata={"enum": ["image/webp", "application/pdf"]})
    size = fields.Integer(metadata={"description": "In bytes."})
    width = fields.Integer(allow_none=True, metadata={"description": "Of a picture, in pixels."})
    height = fields.Integer(allow_none=True)


class MessageSchema(ShownSchema):
    """A message; a deleted one has an empty body and no attachments."""

    seq = fields.Integer(metadata={"description": "Counts from 1 in each conversation, without a gap."})
    side = fields.String(attribute="side.value", metadata={"enum": [one.value for one in Side]})
    kind = fields.String(attribute="kind.value", metadata={"enum": [one.value for one in MessageKind]})
    client_id = fields.String(allow_none=True)
    body = fields.String()
    attachments = fields.List(fields.Nested(AttachmentSchema))
    context = fields.Nested(SubjectSchema, allow_none=True)
    at = Moment()
    deleted_at = Moment(allow_none=True)


class SentSchema(ShownSchema):
    """A message that was sent, and in which conversation."""

    conversation_id = Id(attribute="conversation.pk")
    message = fields.Nested(MessageSchema)


class ThreadSchema(ShownSchema):
    """Messages in their order; `before` and `after` of the first and last number lead on."""

    data = fields.List(fields.Nested(MessageSchema), attribute="messages")
    names = fields.Function(
        lambda thread: {side.value: name for side, name in thread.names.items()},
        metadata={"type": "object", "additionalProperties": {"type": "string"}},
    )
    page = fields.Function(
        lambda thread: {"has_before": thread.has_before, "has_after": thread.has_after},
        metadata={
            "type": "object",
            "properties": {"has_before": {"type": "boolean"}, "has_after": {"type": "boolean"}},
        },
    )
