"""Reporting: one report for each person and round; enough of them hide what people read until one decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bson import ObjectId
from flask import current_app
from mongoengine.errors import NotUniqueError

from ...accounts import services as accounts
from ...catalog import services as catalog
from ...shared import limits, outbox, transactions
from ...shared.clock import now
from ..documents import Report, ReportedSubject
from ..errors import AlreadyReported
from ..repositories import reports, subjects
from ..values import ReportedKind, ReportReason, Target
from .targets import target_of

#: Reports that one person may send in an hour.
REPORTS_AN_HOUR = 20

#: Reports of accounts that are newer than this are looked at, and hide nothing.
NEW_ACCOUNT = timedelta(days=1)

#: What those read whose listing or review is hidden by reports.
HELD = "Several people reported this. A moderator looks at it soon; until then nobody else sees it."

_ONCE = "You reported this already. A moderator looks at it soon."


@dataclass(frozen=True, slots=True)
class Filed:
    """A report, what it is about, and whether that is hidden now until a moderator decides."""

    report: Report
    target: Target
    held: bool


def report_thing(
    *,
    reporter_id: ObjectId,
    kind: ReportedKind,
    ref: str,
    reason: ReportReason,
    text: str = "",
    conversation_id: ObjectId | None = None,
) -> Filed:
    """Tell the moderators of something.

    When enough people did whose accounts are not of today, a listing or a review is hidden until a moderator
    decides; a seller's report of what is said of their own products does not count for that.

    Raises NothingToReport, OwnThing, AlreadyReported and RateLimited.
    """
    target = target_of(user_id=reporter_id, kind=kind, ref=ref, conversation_id=conversation_id)
    limits.take("report", str(reporter_id), allowed=REPORTS_AN_HOUR, within=3600)

    def file() -> Filed:
        return _file(target, reporter_id, reason, text)

    return _once_more(file)


def report_again(reporter_id: ObjectId, target: Target) -> bool:
    """Whether this person reported it already, and nobody decided yet."""
    subject = subjects.about(target)
    if subject is None or not subject.is_open:
        return False
    return reports.of_person(subject.pk, subject.round, reporter_id) is not None


def _once_more(file: Callable[[], Filed]) -> Filed:
    """In one transaction; again, where somebody else was the first to report it at this moment."""
    try:
        return transactions.run(file)
    except NotUniqueError:
        return transactions.run(file)


def _file(target: Target, reporter_id: ObjectId, reason: ReportReason, text: str) -> Filed:
    subject = subjects.about(target)
    if subject is not None and reports.of_person(subject.pk, subject.round, reporter_id) is not None:
        raise AlreadyReported(_ONCE)
    moment, is_new = now(), subject is None
    subject = subject or _subject(target)
    subject.take_report(target, moment)
    if is_new:
        subjects.add(subject)
    report = reports.add(
        Report(
            about_id=subject.pk,
            round=subject.round,
            reporter_id=reporter_id,
            reason=reason,
            text=text,
            trusted=reporter_id != target.criticized_id and _is_trusted(reporter_id),
            at=moment,
        )
    )
    held = _enough(subject) and _hold(subject)
    if not is_new or held:
        subjects.save(subject)
    return Filed(report, target, held)


def _subject(target: Target) -> ReportedSubject:
    return ReportedSubject(
        key=target.key,
        kind=target.kind,
        subject_id=target.id,
        label=target.label,
        owner_id=target.owner_id,
        shop_id=target.shop_id,
        conversation_id=target.conversation_id,
        seq=target.seq,
    )


def _is_trusted(reporter_id: ObjectId) -> bool:
    user = accounts.get_user(reporter_id)
    return bool(user.is_verified and user.created_at <= now() - NEW_ACCOUNT)


def _enough(subject: ReportedSubject) -> bool:
    """Whether so many people say so that it is hidden before somebody looks."""
    needed = current_app.config["REPORTS_TO_HIDE"]
    if not needed or subject.held or subject.cleared or subject.open_count < needed:
        return False
    return reports.trusted(subject.pk, subject.round) >= needed


def _hold(subject: ReportedSubject) -> bool:
    """Hide a listing or a review until somebody decides; nothing else."""
    if subject.kind is ReportedKind.LISTING:
        done = catalog.hide_reported_listing(product_id=subject.subject_id, reason=HELD)
    elif subject.kind is ReportedKind.REVIEW:
        done = catalog.reviews.hide_reported_review(review_id=subject.subject_id, reason=HELD)
    else:
        return False
    if done:
        subject.hold()
        outbox.tell("report.held", about=subject)
    return done
