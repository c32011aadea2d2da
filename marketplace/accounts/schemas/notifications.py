"""What is asked about notifications, and what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load

from ...shared.schemas import AskedSchema, Id, Moment, PageInfoSchema, PageQuery, ShownSchema
from ..documents import User
from ..values import NOTIFICATION_RULES, Channel, NotificationEvent

_EVENTS = [event.value for event in NotificationEvent]


class NotificationQuery(PageQuery):
    """Which notifications to list."""

    unread = fields.Boolean(load_default=False, metadata={"description": "Only those that were not read."})


class ReadNotifications(AskedSchema):
    """Note what was read."""

    up_to = Id(metadata={"description": "The newest one that you saw, so that none is missed; else all."})


class NotificationSchema(ShownSchema):
    """What somebody was told."""

    id = Id()
    event = fields.String(metadata={"enum": _EVENTS})
    text = fields.String(metadata={"example": "Kiln sent your order 7F3K-9Q2D."})
    path = fields.String(
        metadata={"description": "The page where it is seen.", "example": "/order/7F3K-9Q2D"}
    )
    at = Moment()
    read_at = Moment(allow_none=True, metadata={"description": "Null while it is unread."})


class NotificationPageInfoSchema(PageInfoSchema):
    """Where the list goes on, and what the bell shows."""

    unread = fields.Integer(metadata={"description": "How many are unread, counted up to 1000."})


class NotificationPageSchema(ShownSchema):
    """Some notifications, newest first."""

    data = fields.List(fields.Nested(NotificationSchema))
    page = fields.Nested(NotificationPageInfoSchema)


class ChannelsSchema(AskedSchema):
    """Where somebody is told of an event; what is left out stays."""

    in_app = fields.Boolean(metadata={"description": "In the marketplace, under the bell."})
    mail = fields.Boolean(metadata={"description": "By mail."})

    @post_load
    def make_channels(self, data: dict[str, Any], **_: Any) -> dict[Channel, bool]:
        """The choices by channel."""
        return {Channel(name): wanted for name, wanted in data.items()}


class ShownChannelsSchema(ShownSchema):
    """Where somebody is told of an event, and where whatever they choose."""

    in_app = fields.Boolean()
    mail = fields.Boolean()
    always = fields.List(
        fields.String(metadata={"enum": [channel.value for channel in Channel]}),
        metadata={"description": "The channels that cannot be turned off."},
    )


class NotificationSettingsSchema(ShownSchema):
    """Where somebody is told of what."""

    message = fields.Nested(ShownChannelsSchema)
    order = fields.Nested(ShownChannelsSchema)
    review = fields.Nested(ShownChannelsSchema)
    moderation = fields.Nested(ShownChannelsSchema)
    report = fields.Nested(ShownChannelsSchema)


class ChooseNotifications(AskedSchema):
    """Where somebody wants to be told of what; events that are left out stay."""

    message = fields.Nested(ChannelsSchema)
    order = fields.Nested(ChannelsSchema)
    review = fields.Nested(ChannelsSchema)
    moderation = fields.Nested(ChannelsSchema)
    report = fields.Nested(ChannelsSchema)

    @post_load
    def make_choices(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The choices by event."""
        return {"choices": {NotificationEvent(name): channels for name, channels in data.items()}}


class NotificationForm(ChooseNotifications):
    """The same in a form, where a box that is not ticked is turned off, unless it cannot be."""

    @post_load
    def make_choices(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The choices of every event and channel."""
        ticked: Mapping[Any, Mapping[Channel, bool]] = data
        return {
            "choices": {
                event: {
                    channel: channel in rule.always or ticked.get(event.value, {}).get(channel, False)
                    for channel in Channel
                }
                for event, rule in NOTIFICATION_RULES.items()
            }
        }


def notification_settings(user: User) -> dict[str, dict[str, Any]]:
    """Where somebody is told of what, as it is shown."""
    return {
        event.value: {channel.value: user.is_told(event, channel) for channel in Channel}
        | {"always": sorted(rule.always)}
        for event, rule in NOTIFICATION_RULES.items()
    }
