"""The attributes that moderators define."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from mongoengine import NotUniqueError

from ...accounts import services as accounts
from ...shared import outbox
from ...shared.errors import VersionConflict
from ...shared.transactions import transactional
from ..documents import Attribute
from ..errors import AttributeInUse, AttributeNameTaken
from ..repositories import attributes, categories
from ..values import AttributeDraft


@transactional
def create_attribute(*, actor_id: ObjectId | None = None, **parts: Any) -> Attribute:
    """A new attribute, of the parts of an AttributeDraft.

    `actor_id` is the moderator who makes it; without one it is sample data. Raises NotYourRole,
    AttributeNameTaken, and Invalid at the field that is wrong.
    """
    if actor_id is not None:
        accounts.require_moderator(actor_id)
    attribute = Attribute()
    attribute.define(AttributeDraft(**parts))
    try:
        attributes.add(attribute)
    except NotUniqueError:
        raise _taken() from None
    _note(actor_id, "attribute.create", attribute)
    return attribute


@transactional
def edit_attribute(*, actor_id: ObjectId, current_code: str, version: int, **parts: Any) -> Attribute:
    """The attribute as the moderator wrote it anew; what products repeat of it follows in the background.

    Raises NotYourRole, AttributeNotFound, VersionConflict, AttributeInUse, AttributeNameTaken, and Invalid
    at the field that is wrong.
    """
    accounts.require_moderator(actor_id)
    attribute = attributes.with_code(current_code)
    if attribute.version != version:
        raise VersionConflict("Someone else changed this attribute since you opened it. Load it again.")
    before = _repeated(attribute)
    attribute.define(AttributeDraft(**parts))
    try:
        attributes.save(attribute)
    except NotUniqueError:
        raise _taken() from None
    if attribute.used and _repeated(attribute) != before:
        outbox.tell("attribute.changed", about=attribute)
    _note(actor_id, "attribute.edit", attribute)
    return attribute


@transactional
def remove_attribute(*, actor_id: ObjectId, code: str) -> None:
    """Remove an attribute that nothing uses; raises NotYourRole, AttributeNotFound and AttributeInUse."""
    accounts.require_moderator(actor_id)
    attribute = attributes.with_code(code)
    asking = [" › ".join(one.path) for one in categories.asking_for(code, limit=3)]
    if asking:
        raise AttributeInUse(f"Categories ask for it: {', '.join(asking)}. Take their rules away first.")
    if not attributes.remove_unused(attribute):
        raise AttributeInUse("Products state this attribute, so it stays. Take it out of the rules instead.")
    _note(actor_id, "attribute.remove", attribute)


def _repeated(attribute: Attribute) -> tuple[Any, ...]:
    """What the facts of products repeat of their attribute."""
    labels = [(option.code, option.label) for option in attribute.options]
    return attribute.label, attribute.unit, attribute.filterable, attribute.searchable, labels


def _taken() -> AttributeNameTaken:
    return AttributeNameTaken("Another attribute has this code, or one of these aliases.", field="code")


def _note(actor_id: ObjectId | None, action: str, attribute: Attribute) -> None:
    if actor_id is not None:
        accounts.audit(
            actor_id=actor_id,
            action=action,
            subject=("attributes", attribute.pk),
            detail={"code": attribute.code, "label": attribute.label},
        )
