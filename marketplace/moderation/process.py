"""What moderators can do with what was reported, and what people can say is wrong with it.

These tables are the one place for it: services, buttons, mails, the API and the tests read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from .values import Action, ReportedKind, ReportReason


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: its button, what is said afterwards, and with which kinds of things it goes.

    `asks` is what a moderator has to say with it, empty where the reason may be left out; `answer` is what
    reporters are told.
    """

    action: Action
    kinds: frozenset[ReportedKind]
    label: str
    done: str
    answer: str
    asks: str = ""
    harsh: bool = False


_K = ReportedKind
_CONTENT = frozenset({_K.LISTING, _K.REVIEW})
_OF_SHOPS = frozenset({_K.LISTING, _K.SHOP, _K.MESSAGE})
_ALL = frozenset(_K)

KEPT = "A moderator looked at it. It does not break our rules, so it stays as it is."
ACTED = "A moderator looked at it, and did something about it. Thank you for telling us."

ACTIONS: dict[Action, Step] = {
    step.action: step
    for step in (
        Step(
            Action.DISMISS,
            _ALL,
            "Dismiss the reports",
            "The reports are dismissed.",
            KEPT,
        ),
        Step(
            Action.HIDE,
            _CONTENT,
            "Hide it",
            "It is hidden.",
            ACTED,
            asks="Why nobody may see it",
            harsh=True,
        ),
        Step(Action.RESTORE, _CONTENT, "Show it again", "It is shown again.", KEPT, asks="Why it is fine"),
        Step(
            Action.LOCK_CONVERSATION,
            frozenset({_K.MESSAGE}),
            "Close the conversation",
            "Nobody can write in it any more.",
            ACTED,
            asks="Why it is closed",
            harsh=True,
        ),
        Step(
            Action.UNLOCK_CONVERSATION,
            frozenset({_K.MESSAGE}),
            "Open the conversation again",
            "Both sides can write again.",
            KEPT,
            asks="Why it is open again",
        ),
        Step(
            Action.SUSPEND_SHOP,
            _OF_SHOPS,
            "Suspend the shop",
            "The shop is suspended. It still sends what was ordered.",
            ACTED,
            asks="Why it may not sell",
            harsh=True,
        ),
        Step(
            Action.REINSTATE_SHOP,
            _OF_SHOPS,
            "Let the shop sell again",
            "The shop sells again.",
            KEPT,
            asks="Why it may sell again",
        ),
        Step(
            Action.LOCK_USER,
            _ALL,
            "Lock the account",
            "Its person cannot sign in any more.",
            ACTED,
            asks="Why they may not sign in",
            harsh=True,
        ),
        Step(
            Action.UNLOCK_USER,
            _ALL,
            "Unlock the account",
            "Its person can sign in again.",
            KEPT,
            asks="Why they may sign in again",
        ),
    )
}

#: How the reasons are called, in the order in which they are offered.
REASONS: dict[ReportReason, str] = {
    ReportReason.ILLEGAL: "It is against the law",
    ReportReason.COUNTERFEIT: "It is a fake, or uses somebody else’s work",
    ReportReason.UNSAFE: "It is dangerous",
    ReportReason.FRAUD: "It is a fraud, or misleads people",
    ReportReason.SPAM: "It is spam",
    ReportReason.OFFENSIVE: "It is hateful, insulting or obscene",
    ReportReason.PRIVACY: "It tells private things about somebody",
    ReportReason.OFF_PLATFORM: "It draws people into buying somewhere else",
    ReportReason.OTHER: "Something else",
}

#: What a report is about, in words.
KINDS: dict[ReportedKind, str] = {
    _K.LISTING: "Listing",
    _K.REVIEW: "Review",
    _K.MESSAGE: "Message",
    _K.SHOP: "Shop",
    _K.USER: "Member",
}
