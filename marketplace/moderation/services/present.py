"""How what was reported stands now, and so what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ...accounts import services as accounts
from ...accounts.values import ShopStatus, UserStatus
from ...catalog import services as catalog
from ...catalog.values import HidingCause, ProductStatus, ReviewStatus
from ...messaging import services as messaging
from ..documents import ReportedSubject
from ..process import ACTIONS
from ..values import SNAPSHOT_LENGTH, Action, ReportedKind
from .reporting import HELD


@dataclass(slots=True)
class Present:
    """The thing as it is now: its state in words, what it says, where it is, and what can be done.

    `held` is whether reports hide it. `admin_path` is its page among those of moderators. `words` are what a
    report keeps of it, where that is not `text` alone.
    """

    state: str
    tone: str = "neutral"
    title: str = ""
    text: str = ""
    words: str = ""
    path: str = ""
    admin_path: str = ""
    held: bool = False
    actions: list[Action] = field(default_factory=list)

    def says_no_longer(self, snapshot: str) -> bool:
        """Whether it said this when it was reported and says something else now."""
        return bool(snapshot) and snapshot != (self.words or self.text)[:SNAPSHOT_LENGTH]


def present(subject: ReportedSubject) -> Present:
    """How it stands now, with the actions in the order of the table."""
    found = _LOOK[subject.kind](subject)
    if subject.is_open:
        found.actions.append(Action.DISMISS)
    found.actions += _with_shop(subject) + _with_owner(subject)
    asked = set(found.actions)
    found.actions = [one for one, step in ACTIONS.items() if one in asked and subject.kind in step.kinds]
    return found


def _listing(subject: ReportedSubject) -> Present:
    product = catalog.find_product(subject.subject_id)
    if product is None:
        return Present("Gone")
    shop = accounts.get_shop(product.shop_id)
    hidden = product.status is ProductStatus.HIDDEN
    held = hidden and product.moderation is not None and product.moderation.by is None
    words = {ProductStatus.ACTIVE: ("For sale", "good"), ProductStatus.HIDDEN: ("Hidden", "bad")}
    state, tone = words.get(product.status, (product.status.value.replace("_", " ").capitalize(), "neutral"))
    return Present(
        state,
        tone,
        title=product.title,
        text=product.description or "",
        path=f"/p/{shop.slug}/{product.slug}" if product.visible else "",
        admin_path=f"/admin/listings/{product.pk}",
        held=held,
        actions=_hiding(hidden, held, shown=product.status in (ProductStatus.ACTIVE, ProductStatus.PAUSED)),
    )


def _review(subject: ReportedSubject) -> Present:
    page = catalog.reviews.listed_reviews(ReviewStatus.PUBLISHED, alone=subject.subject_id)
    card = page.items[0] if page.items else None
    if card is None or card.status is ReviewStatus.DELETED:
        return Present("Deleted by its author")
    hidden = card.hiding is not None and card.hiding.cause is HidingCause.MODERATOR
    held = hidden and card.hiding is not None and card.hiding.reason == HELD
    shown = card.status is ReviewStatus.PUBLISHED
    about = card.product.url if card.product and card.product.url else ""
    return Present(
        "Published" if shown else "Hidden",
        "good" if shown else "bad",
        title=card.title or f"{card.rating} stars",
        text=card.body,
        words="\n\n".join(filter(None, (card.title, card.body))),
        path=f"{about}#review-{card.id}" if about and shown else "",
        admin_path="/admin/reviews",
        held=held,
        actions=_hiding(hidden, held, shown=shown),
    )


def _hiding(hidden: bool, held: bool, *, shown: bool) -> list[Action]:
    """Whether it can be hidden, also for good, or shown again; dismissing shows what reports hide."""
    if held:
        return [Action.HIDE]
    if hidden:
        return [Action.RESTORE]
    return [Action.HIDE] if shown else []


def _message(subject: ReportedSubject) -> Present:
    locked = messaging.is_locked(subject.conversation_id)
    if locked is None:
        return Present("Gone")
    action = Action.UNLOCK_CONVERSATION if locked else Action.LOCK_CONVERSATION
    return Present(
        "Conversation closed" if locked else "Conversation open",
        "bad" if locked else "neutral",
        title=f"Message {subject.seq}",
        text=subject.snapshot,
        actions=[action],
    )


def _shop(subject: ReportedSubject) -> Present:
    shop = accounts.find_shops([subject.subject_id]).get(subject.subject_id)
    if shop is None:
        return Present("Gone")
    return Present(
        shop.status.in_words.capitalize(),
        "good" if shop.visible else "bad",
        title=shop.name,
        text=shop.description,
        path=f"/shop/{shop.slug}" if shop.visible else "",
        admin_path=f"/admin/shops/{shop.slug}",
    )


def _user(subject: ReportedSubject) -> Present:
    user = accounts.find_user(subject.subject_id)
    if user is None or user.status is UserStatus.DELETED:
        return Present("Account is gone")
    return Present(
        user.status.value.capitalize(),
        "good" if user.is_active else "bad",
        title=user.display_name,
        admin_path=f"/admin/users/{user.pk}",
    )


def _with_shop(subject: ReportedSubject) -> list[Action]:
    """What can be done with the shop that it is of."""
    shop = accounts.find_shops([subject.shop_id]).get(subject.shop_id) if subject.shop_id else None
    if shop is None:
        return []
    if shop.status is ShopStatus.SUSPENDED:
        return [Action.REINSTATE_SHOP]
    return [Action.SUSPEND_SHOP] if shop.status is ShopStatus.ACTIVE else []


def _with_owner(subject: ReportedSubject) -> list[Action]:
    """What can be done with whoever it is of."""
    owner = accounts.find_user(subject.owner_id) if subject.owner_id else None
    if owner is None or owner.status is UserStatus.DELETED:
        return []
    return [Action.LOCK_USER if owner.is_active else Action.UNLOCK_USER]


_LOOK: dict[ReportedKind, Callable[[ReportedSubject], Present]] = {
    ReportedKind.LISTING: _listing,
    ReportedKind.REVIEW: _review,
    ReportedKind.MESSAGE: _message,
    ReportedKind.SHOP: _shop,
    ReportedKind.USER: _user,
}
