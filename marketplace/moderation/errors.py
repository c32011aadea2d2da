"""What can go wrong with reports."""

from ..shared.errors import Conflict, Forbidden, NotFound


class NothingToReport(NotFound):
    """What somebody wants to report is not there, or not for them to see."""


class ReportNotFound(NotFound):
    """Nobody reported such a thing."""


class OwnThing(Forbidden):
    """Nobody reports what is their own, or decides about it or about a report of theirs."""


class AlreadyReported(Conflict):
    """This person reported it already, and a moderator has not decided yet."""


class ActionNotPossible(Conflict):
    """The state of what was reported does not allow this; `allowed` names what it does."""
