"""What moderation does in the background: mail to those whom a decision concerns, and to reporters."""

from __future__ import annotations

from ..accounts import services as accounts
from ..accounts.values import NotificationEvent, UserStatus
from ..shared import mail
from ..shared.outbox import Delivery, delivers
from . import services
from .documents import ReportedSubject
from .process import ACTIONS
from .repositories import reports, subjects
from .values import Action, ReportedKind

#: What its owner reads in the conversation itself, or hears of from the catalog and the accounts.
TOLD_ELSEWHERE = {
    ReportedKind.LISTING: (Action.HIDE, Action.RESTORE),
    ReportedKind.SHOP: (Action.SUSPEND_SHOP, Action.REINSTATE_SHOP),
    ReportedKind.MESSAGE: (Action.LOCK_CONVERSATION, Action.UNLOCK_CONVERSATION),
}

#: What was done, as its owner reads it.
SAID = {
    "held": "Hidden until a moderator has looked",
    Action.HIDE: "Hidden",
    Action.RESTORE: "Shown again",
    Action.LOCK_USER: "Your account is locked",
    Action.UNLOCK_USER: "Your account is open again",
}


@delivers("report.held")
def tell_of_hiding(told: Delivery) -> None:
    """Tell a review's author that reports hide it; a listing's seller hears it from the catalog."""
    subject = subjects.get(told.about_id)
    if subject.kind is ReportedKind.REVIEW:
        _mail_owner(told, subject, "review_held")


@delivers("report.decided")
def tell_of_decision(told: Delivery) -> None:
    """Tell whom a decision concerns what was done and why, then have the reporters told."""
    subject, action = subjects.get(told.about_id), Action(told.payload["action"])
    services.answer_reporters(subject.pk, told.payload["round"])
    if action is not Action.DISMISS and action not in TOLD_ELSEWHERE.get(subject.kind, ()):
        _mail_owner(told, subject, "moderation_decided")


@delivers("report.answered")
def tell_reporter(told: Delivery) -> None:
    """Tell somebody what came of their report; a moderator's words only where nothing was done."""
    report = reports.get(told.about_id)
    subject, reporter = subjects.get(report.about_id), accounts.find_user(report.reporter_id)
    decision = subject.answer_to(report.round)
    if decision is None or reporter is None or not reporter.is_active:
        return
    member = subject.kind is ReportedKind.USER
    label = "a member" if member else subject.label
    dismissed = decision.action == Action.DISMISS
    answer = ACTIONS[Action(decision.action)].answer
    accounts.notify(
        user_id=reporter.pk,
        event=NotificationEvent.REPORT,
        text=f"Your report of {label if member else f'“{label}”'}: {answer}",
        path="/notifications",
        key=told.id,
    )
    if accounts.wants_mail(reporter.pk, NotificationEvent.REPORT):
        mail.send(
            told,
            to=reporter.email,
            template="report_answered",
            label=label,
            answer=answer,
            reason=decision.reason if dismissed else "",
        )


def _mail_owner(told: Delivery, subject: ReportedSubject, template: str) -> None:
    """Tell whoever it is of; who cannot sign in gets the mail in any case, and a deleted account none."""
    owner = accounts.find_user(subject.owner_id) if subject.owner_id else None
    if owner is None or owner.status is UserStatus.DELETED:
        return
    accounts.notify(
        user_id=owner.pk,
        event=NotificationEvent.MODERATION,
        text=f"{SAID[told.payload.get('action', 'held')]}: {subject.label}. {told.payload.get('reason', '')}",
        path="/notifications",
        key=told.id,
    )
    if not owner.is_active or accounts.wants_mail(owner.pk, NotificationEvent.MODERATION):
        shop = accounts.find_shops([subject.shop_id]).get(subject.shop_id) if subject.shop_id else None
        mail.send(told, to=owner.email, template=template, subject=subject, shop=shop)
