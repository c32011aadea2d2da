"""Deciding: what was reported is left as it is, hidden, shown again; its shop or person may go too."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from bson import ObjectId

from ...accounts import services as accounts
from ...catalog import services as catalog
from ...catalog.errors import InvalidReviewStep
from ...messaging import services as messaging
from ...shared import outbox
from ...shared.clock import now
from ...shared.errors import Invalid, VersionConflict
from ...shared.transactions import transactional
from ..documents import ReportedSubject
from ..errors import ActionNotPossible, OwnThing
from ..process import ACTIONS
from ..repositories import reports, subjects
from ..values import Action, Decision, ReportedKind
from .present import Present, present

#: What a moderator finds in order is not hidden by reports alone again.
CLEARING = (Action.DISMISS, Action.RESTORE)

#: What sellers read when reports that hid their listing are dismissed.
IN_ORDER = "A moderator found it in order."


@transactional
def decide(
    *,
    moderator_id: ObjectId,
    subject_id: ObjectId,
    action: Action,
    reason: str = "",
    round_: int | None = None,
) -> ReportedSubject:
    """Do something about what was reported; whoever it concerns is told why, and reporters what came of it.

    All of it happens, or nothing. Raises NotYourRole, ReportNotFound, OwnThing, ActionNotPossible, Invalid
    where a reason is asked for, and VersionConflict when somebody decided since `round_`, which is the one
    that the moderator saw.
    """
    accounts.require_moderator(moderator_id)
    subject = subjects.get(subject_id)
    if subject.owner_id == moderator_id:
        raise OwnThing("This is your own, so another moderator decides about it.")
    if reports.of_person(subject.pk, subject.round, moderator_id) is not None:
        raise OwnThing("You reported this yourself, so another moderator decides about it.")
    if round_ is not None and subject.round != round_:
        raise VersionConflict("Another moderator decided about this just now. Look at it again.")
    found = present(subject)
    if action not in found.actions:
        raise ActionNotPossible(
            "That is not possible as it stands now. Look at it again.",
            allowed=[one.value for one in found.actions],
        )
    if ACTIONS[action].asks and not reason:
        raise Invalid("Say why: whom it concerns reads it.", field="reason")
    answered = subject.round
    _DO[action](subject, found, moderator_id, reason)
    subject.decide(Decision(answered, action.value, moderator_id, now(), reason), clears=action in CLEARING)
    subjects.save(subject)
    accounts.audit(
        actor_id=moderator_id,
        action=f"report.{action}",
        subject=("reported_subjects", subject.pk),
        detail={"about": subject.key, "reason": reason},
    )
    outbox.tell("report.decided", about=subject, round=answered, action=action.value, reason=reason)
    return subject


def _dismiss(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    """Leave it as it was; what reports hid is shown again, unless its author got the money back meanwhile."""
    if not found.held:
        return
    if subject.kind is ReportedKind.LISTING:
        catalog.moderate_listing(moderator_id=by, product_id=subject.subject_id, step="restore")
    else:
        with suppress(InvalidReviewStep):
            catalog.reviews.restore_review(
                moderator_id=by, review_id=subject.subject_id, reason=reason or IN_ORDER
            )


def _hide(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    of_listing = {"moderator_id": by, "product_id": subject.subject_id, "reason": reason}
    of_review = {"moderator_id": by, "review_id": subject.subject_id, "reason": reason}
    if subject.kind is ReportedKind.REVIEW:
        (catalog.reviews.keep_review_hidden if found.held else catalog.reviews.hide_review)(**of_review)
    elif found.held:
        catalog.keep_listing_hidden(**of_listing)
    else:
        catalog.moderate_listing(step="hide", **of_listing)


def _restore(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    if subject.kind is ReportedKind.LISTING:
        catalog.moderate_listing(moderator_id=by, product_id=subject.subject_id, step="restore")
    else:
        catalog.reviews.restore_review(moderator_id=by, review_id=subject.subject_id, reason=reason)


def _lock_conversation(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    messaging.lock_conversation(moderator_id=by, conversation_id=subject.conversation_id, reason=reason)


def _unlock_conversation(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    messaging.unlock_conversation(moderator_id=by, conversation_id=subject.conversation_id, reason=reason)


def _suspend_shop(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    accounts.suspend_shop(moderator_id=by, slug=_slug(subject), reason=reason)


def _reinstate_shop(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    accounts.reinstate_shop(moderator_id=by, slug=_slug(subject))


def _lock_user(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    accounts.lock_user(moderator_id=by, user_id=subject.owner_id, reason=reason)


def _unlock_user(subject: ReportedSubject, found: Present, by: ObjectId, reason: str) -> None:
    accounts.unlock_user(moderator_id=by, user_id=subject.owner_id, reason=reason)


def _slug(subject: ReportedSubject) -> str:
    return str(accounts.get_shop(subject.shop_id).slug)


_DO: dict[Action, Callable[[ReportedSubject, Present, ObjectId, str], None]] = {
    Action.DISMISS: _dismiss,
    Action.HIDE: _hide,
    Action.RESTORE: _restore,
    Action.LOCK_CONVERSATION: _lock_conversation,
    Action.UNLOCK_CONVERSATION: _unlock_conversation,
    Action.SUSPEND_SHOP: _suspend_shop,
    Action.REINSTATE_SHOP: _reinstate_shop,
    Action.LOCK_USER: _lock_user,
    Action.UNLOCK_USER: _unlock_user,
}
