"""The use cases of moderation."""

from .answering import answer_reporters
from .deciding import decide
from .leaving import forget_person
from .present import Present, present
from .reading import (
    Inspected,
    OwnReport,
    inspect,
    look_at,
    open_conversation,
    open_file,
    own_reports,
    reported_things,
)
from .reporting import HELD, NEW_ACCOUNT, Filed, report_again, report_thing
from .targets import target_of

__all__ = [
    "HELD",
    "NEW_ACCOUNT",
    "Filed",
    "Inspected",
    "OwnReport",
    "Present",
    "answer_reporters",
    "decide",
    "forget_person",
    "inspect",
    "look_at",
    "open_conversation",
    "open_file",
    "own_reports",
    "present",
    "report_again",
    "report_thing",
    "reported_things",
    "target_of",
]
