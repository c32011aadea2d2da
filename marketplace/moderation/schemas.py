"""The JSON and form shapes of moderation."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from ..shared.schemas import AskedSchema, Id, Moment, PageQuery, ShownSchema, Text, Whole, page_schema
from .process import REASONS
from .values import (
    REASON_LENGTH,
    TEXT_LENGTH,
    Action,
    ReportedKind,
    ReportReason,
    SubjectState,
)

_KINDS = {"enum": [one.value for one in ReportedKind]}
_UNKNOWN: dict[str, Any] = {"unknown": "Use one of: {choices}."}


class AskReported(AskedSchema):
    """What somebody reports."""

    type = fields.Enum(ReportedKind, by_value=True, required=True, error_messages=_UNKNOWN)
    id = Text(
        longest=60,
        required=True,
        metadata={
            "description": "Its id; of a shop also its slug, of a message its number in its conversation.",
            "example": "kiln",
        },
    )
    conversation = Id(metadata={"description": "In which conversation a message is."})


class ReportThing(AskedSchema):
    """What somebody says is wrong with something."""

    subject = fields.Nested(AskReported, required=True)
    reason = fields.Enum(
        ReportReason,
        by_value=True,
        required=True,
        error_messages=_UNKNOWN | {"required": "Choose what is wrong."},
    )
    text = Text(
        longest=TEXT_LENGTH,
        metadata={
            "description": "More about it, for the moderators; needed for `other`.",
            "example": "The logo is that of another maker.",
        },
    )

    @validates_schema
    def say_what(self, data: dict[str, Any], **_: Any) -> None:
        """Something else has to be said in words."""
        if data.get("reason") is ReportReason.OTHER and not data.get("text"):
            raise ValidationError("Say what is wrong.", "text")


class ReportedQuery(PageQuery):
    """Which reported things to list."""

    state = fields.Enum(
        SubjectState,
        by_value=True,
        load_default=SubjectState.OPEN,
        error_messages=_UNKNOWN,
        metadata={"description": "`open` waits for a decision, longest first."},
    )


class DecideReport(AskedSchema):
    """Why a moderator decides so; whom it concerns reads it. A dismissal needs none."""

    reason = Text(shortest=5, longest=REASON_LENGTH)


class DecideReportForm(DecideReport):
    """The same in the form, by somebody who saw this round of reports."""

    round_ = Whole(least=0, most=2**31, data_key="round")


class ReportSchema(ShownSchema):
    """A report of yours, and what came of it."""

    id = Id(attribute="report.pk")
    type = fields.String(attribute="kind", metadata=_KINDS)
    label = fields.String(metadata={"description": "How it was called."})
    reason = fields.String(attribute="report.reason.value", metadata={"enum": [one.value for one in REASONS]})
    text = fields.String(attribute="report.text")
    state = fields.String(metadata={"enum": ["open", "dismissed", "acted_on"]})
    at = Moment(attribute="report.at")


class FiledReportSchema(ShownSchema):
    """A report that was sent."""

    id = Id(attribute="pk")
    reason = fields.String(attribute="reason.value")
    text = fields.String()
    at = Moment()


class DecisionSchema(ShownSchema):
    """What a moderator did, and why."""

    action = fields.String(metadata={"enum": [one.value for one in Action]})
    by = Id()
    at = Moment()
    reason = fields.String()
    round = fields.Integer()


class ReportedSchema(ShownSchema):
    """Something that was reported, once however many reports there are."""

    id = Id(attribute="pk")
    type = fields.String(attribute="kind.value", metadata=_KINDS)
    subject_id = Id()
    label = fields.String()
    owner_id = Id(allow_none=True, metadata={"description": "Whose it is."})
    shop_id = Id(allow_none=True)
    state = fields.String(attribute="state.value", metadata={"enum": [one.value for one in SubjectState]})
    since = Moment(metadata={"description": "Since when it is in this state."})
    open_count = fields.Integer(metadata={"description": "How many people wait for a decision."})
    held = fields.Boolean(metadata={"description": "Whether reports hide it until somebody decides."})
    round = fields.Integer(metadata={"description": "Goes up with each decision."})
    decisions = fields.List(fields.Nested(DecisionSchema))


class SaidSchema(ShownSchema):
    """What one person says is wrong with it."""

    reporter_id = Id()
    reason = fields.String(attribute="reason.value")
    text = fields.String()
    at = Moment()
    round = fields.Integer()


class PresentSchema(ShownSchema):
    """How it stands now."""

    state = fields.String(metadata={"example": "For sale"})
    title = fields.String()
    text = fields.String()
    path = fields.String(metadata={"description": "Its page, where the public sees it."})
    held = fields.Boolean()
    actions = fields.List(fields.String(), metadata={"description": "What can be done now."})


class InspectedSchema(ShownSchema):
    """What was reported, how it stands now, and the newest reports about it."""

    subject = fields.Nested(ReportedSchema)
    present = fields.Nested(PresentSchema)
    reports = fields.List(fields.Nested(SaidSchema), attribute="reports.items")


class OpenedFileSchema(ShownSchema):
    """A file that came with a message; `GET …/attachments/<id>` has what is in it."""

    id = fields.String()
    name = fields.String()
    type = fields.String()
    size = fields.Integer(metadata={"description": "In bytes."})


class OpenedMessageSchema(ShownSchema):
    """A message as a moderator reads it."""

    seq = fields.Integer()
    side = fields.String(attribute="side.value")
    sender_id = Id(allow_none=True)
    body = fields.Function(
        lambda message: message.original.body if message.original else message.body,
        metadata={"type": "string", "description": "Of a deleted message what it said, for a while."},
    )
    attachments = fields.List(fields.Nested(OpenedFileSchema))
    at = Moment()
    deleted_at = Moment(allow_none=True)


class OpenedSchema(ShownSchema):
    """A reported message, `seq`, with those before and after it."""

    conversation_id = Id(attribute="conversation.pk")
    locked = fields.Boolean(attribute="conversation.locked")
    seq = fields.Integer()
    messages = fields.List(fields.Nested(OpenedMessageSchema))


OwnReportPageSchema = page_schema(ReportSchema, "OwnReportPage")
ReportedPageSchema = page_schema(ReportedSchema, "ReportedPage")
