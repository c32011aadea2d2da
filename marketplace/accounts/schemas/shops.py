"""What is asked of shops, and what is shown of them."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from slugify import slugify

from ...shared.schemas import (
    AskedSchema,
    Id,
    Moment,
    MoneySchema,
    PageQuery,
    ShownSchema,
    Text,
)
from ..values import CAPABILITIES, ShopActor, ShopStatus


class OpenShop(AskedSchema):
    """Open a shop; without a slug its address is made from its name."""

    name = Text(shortest=2, longest=80, required=True, metadata={"example": "Kiln & Clay"})
    slug = Text(
        shortest=2,
        longest=60,
        validate=validate.Regexp(
            r"^[a-z0-9]+(-[a-z0-9]+)*$", error="Use lower-case letters, digits and single hyphens."
        ),
        metadata={"example": "kiln-and-clay"},
    )
    description = Text(longest=2000, load_default="")

    @post_load
    def make_slug(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Make the address out of the name when none was chosen."""
        slug = data.get("slug") or slugify(data["name"], max_length=60)
        if len(slug) < 2:
            raise ValidationError("Choose an address of two or more letters or digits.", "slug")
        return data | {"slug": slug}


class EditShop(AskedSchema):
    """Change what a shop says of itself."""

    name = Text(shortest=2, longest=80, required=True)
    description = Text(longest=2000, load_default="")


class GiveReason(AskedSchema):
    """Say why; the person whom it is about reads it."""

    reason = Text(shortest=5, longest=1000, required=True)


class ApproveShop(AskedSchema):
    """Let a shop sell."""

    override = fields.Boolean(
        load_default=False,
        metadata={"description": "Approve it although its checklist is not done; that is recorded."},
    )


class AcceptTerms(AskedSchema):
    """Accept the terms for sellers."""

    version = Text(longest=20, required=True, metadata={"description": "The version that you read."})


class RequirementSchema(ShownSchema):
    """Something that a shop needs before it is reviewed."""

    code = fields.String(metadata={"example": "accept_terms"})
    label = fields.String()
    met = fields.Boolean()
    why = fields.String(metadata={"description": "What is missing; empty when nothing is."})


class ShippingSchema(ShownSchema):
    """How a shop sends unless a product is sent otherwise, in short: what the first piece costs."""

    price = fields.Nested(MoneySchema)
    free_over = fields.Nested(MoneySchema, allow_none=True)
    handling_days = fields.Integer(metadata={"description": "Business days until it is sent."})


class ShopSchema(ShownSchema):
    """A shop as everybody sees it."""

    id = Id()
    slug = fields.String()
    name = fields.String()
    description = fields.String()
    currency = fields.String()
    shipping = fields.Nested(ShippingSchema)
    reply_time = fields.String(
        allow_none=True,
        metadata={
            "description": "How soon it usually answers; null where too little is known.",
            "example": "within 3 hours",
        },
    )


class OwnShopSchema(ShopSchema):
    """A shop as its owner sees it."""

    status = fields.String(metadata={"enum": [status.value for status in ShopStatus]})
    rejection_reason = fields.String(allow_none=True)
    suspension_reason = fields.String(allow_none=True)
    requirements = fields.List(fields.Nested(RequirementSchema))
    terms_version = fields.String(
        allow_none=True, metadata={"description": "The version of the seller terms that was accepted."}
    )
    capabilities = fields.Function(
        lambda shop: sorted(CAPABILITIES[shop.status]), metadata={"description": "What it may do now."}
    )
    available_transitions = fields.Function(lambda shop: shop.available(ShopActor.OWNER))


class ReviewedShopSchema(OwnShopSchema):
    """A shop as those see it who look after the marketplace."""

    owner_id = Id()
    created_at = Moment()
    approved_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    available_transitions = fields.Function(lambda shop: shop.available(ShopActor.MODERATOR))


class ShopSearch(PageQuery):
    """Which shops to list: those in a state, newest first; or those whose address begins with `q`."""

    status = fields.Enum(ShopStatus, by_value=True, load_default=ShopStatus.PENDING_REVIEW)
    q = Text(longest=60, metadata={"description": "The beginning of an address, of any state."})
