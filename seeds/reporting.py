"""Tells the reports of a scene to the services, each once, with what a moderator decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bson import ObjectId

from marketplace.accounts import services as people
from marketplace.catalog import repositories as catalogue
from marketplace.catalog import services as catalog
from marketplace.moderation import repositories as moderation
from marketplace.moderation import services
from marketplace.moderation.values import Action, ReportedKind, ReportReason
from marketplace.shared import clock
from marketplace.shared.chance import drawn_from

from . import scene
from .plan import Plan


def report(
    told: scene.Report,
    plan: Plan,
    *,
    users: Mapping[str, ObjectId],
    variants: Mapping[tuple[str, str], ObjectId],
    moderator: ObjectId | None,
    anchor: datetime,
) -> None:
    """Let somebody report something at the end of the scene, and a moderator decide, if one does."""
    reporter_id, ref = users[told.reporter], _ref(told, users, variants)
    kind = ReportedKind(told.kind)
    with clock.at(anchor), drawn_from(plan.key("report", told.reporter, told.kind, ref)):
        known = {one.report.about_id for one in services.own_reports(reporter_id, limit=100)}
        subject = moderation.subjects.find(pk__in=list(known), key=f"{kind}:{ref}") if known else None
        if subject is None:
            filed = services.report_thing(
                reporter_id=reporter_id,
                kind=kind,
                ref=ref,
                reason=ReportReason(told.reason),
                text=told.text,
            )
            subject = moderation.subjects.get(filed.report.about_id)
        if told.decision and moderator and subject.is_open:
            services.decide(
                moderator_id=moderator,
                subject_id=subject.pk,
                action=Action(told.decision),
                reason=told.answer,
            )


def _ref(
    told: scene.Report, users: Mapping[str, ObjectId], variants: Mapping[tuple[str, str], ObjectId]
) -> str:
    """The id of what is reported."""
    if told.sku is None:
        return str(people.shop_by_slug(told.shop).pk)
    variant_id = variants[told.shop, told.sku]
    product_id = catalog.offers([variant_id])[variant_id].product_id
    if told.author is None:
        return str(product_id)
    review = catalogue.reviews.by_author(users[told.author], product_id)
    return str(review.pk) if review else ""
