"""The life of a listing: its states, and every step from one to another.

This table is the one place that says what may happen. Documents, services, buttons, the API's
`available_transitions` and the tests read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InvalidTransition
from .values import ListingActor, ProductStatus


@dataclass(frozen=True, slots=True)
class State:
    """A state: its name, what a list of such listings is called, its tone, and what its seller is told."""

    label: str
    plural: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: whose it is, from which states it leads where, its button, and what is said afterwards.

    `to` has several states where something else decides: the review policy, or the state before. A step
    that leads nowhere ends the listing. `asks` is what a person has to say with it, if anything.
    """

    name: str
    actor: ListingActor
    sources: tuple[ProductStatus, ...]
    to: tuple[ProductStatus, ...]
    label: str
    done: str
    asks: str = ""


_S = ProductStatus
_SELLER, _MODERATOR = ListingActor.SELLER, ListingActor.MODERATOR

STATES: dict[ProductStatus, State] = {
    _S.ACTIVE: State("For sale", "For sale", "good", "People can buy it as long as your shop is open."),
    _S.DRAFT: State("Draft", "Drafts", "neutral", "Only you see it."),
    _S.PENDING: State(
        "In review", "In review", "info", "A moderator looks at it soon. Nobody else sees it until then."
    ),
    _S.CHANGES_REQUESTED: State(
        "Changes needed",
        "Changes needed",
        "warn",
        "Change what the moderator asks for, save, and send it in again.",
    ),
    _S.REJECTED: State(
        "Rejected",
        "Rejected",
        "bad",
        "It cannot be sold like this. If you can put it right, change it, save, and send it in again.",
    ),
    _S.HIDDEN: State(
        "Hidden",
        "Hidden",
        "bad",
        "Nobody sees it but you. Put right what is named here; a moderator then shows it again.",
    ),
    _S.PAUSED: State("Paused", "Paused", "neutral", "Nobody can buy it until you resume it."),
    _S.ARCHIVED: State("Archived", "Archived", "neutral", "It is out of your way, and can be restored."),
}

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "submit",
        _SELLER,
        (_S.DRAFT, _S.CHANGES_REQUESTED, _S.REJECTED),
        (_S.ACTIVE, _S.PENDING),
        "Publish",
        "was sent in.",
    ),
    Transition("pause", _SELLER, (_S.ACTIVE,), (_S.PAUSED,), "Pause", "is off sale. Resume it any time."),
    Transition("resume", _SELLER, (_S.PAUSED,), (_S.ACTIVE,), "Resume", "is for sale again."),
    Transition(
        "archive",
        _SELLER,
        (_S.DRAFT, _S.PENDING, _S.CHANGES_REQUESTED, _S.REJECTED, _S.ACTIVE, _S.PAUSED),
        (_S.ARCHIVED,),
        "Archive",
        "is archived.",
    ),
    Transition("restore", _SELLER, (_S.ARCHIVED,), (_S.DRAFT,), "Restore as draft", "is a draft again."),
    Transition("delete", _SELLER, (_S.DRAFT,), (), "Delete", "is deleted."),
    Transition("approve", _MODERATOR, (_S.PENDING,), (_S.ACTIVE,), "Approve", "is approved."),
    Transition(
        "request_changes",
        _MODERATOR,
        (_S.PENDING,),
        (_S.CHANGES_REQUESTED,),
        "Ask for changes",
        "was sent back to its seller.",
        asks="What has to change",
    ),
    Transition(
        "reject",
        _MODERATOR,
        (_S.PENDING,),
        (_S.REJECTED,),
        "Reject",
        "is rejected.",
        asks="Why it cannot be sold here",
    ),
    Transition(
        "hide",
        _MODERATOR,
        (_S.ACTIVE, _S.PAUSED),
        (_S.HIDDEN,),
        "Hide",
        "is hidden.",
        asks="Why nobody may see it",
    ),
    Transition(
        "restore", _MODERATOR, (_S.HIDDEN,), (_S.ACTIVE, _S.PAUSED), "Show again", "is where it was before."
    ),
)

#: The names of the steps that lead to another state, as routes take them.
NAMES: tuple[str, ...] = tuple(dict.fromkeys(step.name for step in TRANSITIONS if step.to))

#: The steps after which a moderator looks at the listing anew, whatever the policy.
SENT_BACK = ("request_changes", "reject")

#: Those and hiding: the copy of such a listing is looked at too.
DECIDED_AGAINST = (*SENT_BACK, "hide")

#: The states that moderators look after, each with a list of its own.
MODERATED = (_S.PENDING, _S.CHANGES_REQUESTED, _S.REJECTED, _S.HIDDEN)


def available(status: ProductStatus, actor: ListingActor) -> list[Transition]:
    """The steps that this actor may take from this state."""
    return [step for step in TRANSITIONS if step.actor is actor and status in step.sources]


def step_of(status: ProductStatus, name: str, actor: ListingActor) -> Transition:
    """The step of this name, if this actor may take it now.

    Raises InvalidTransition, with the state and the names of the steps that are allowed.
    """
    allowed = available(status, actor)
    for one in allowed:
        if one.name == name:
            return one
    raise InvalidTransition(
        f"This listing is {STATES[status].label.lower()}, so that step is not possible.",
        state=status.value,
        allowed=[one.name for one in allowed],
    )
