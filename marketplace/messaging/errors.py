"""What can go wrong when people talk."""

from ..shared.errors import Conflict, Forbidden, Invalid, NotFound


class ConversationNotFound(NotFound):
    """There is no such conversation, or it is not this person's."""


class MessageNotFound(NotFound):
    """There is no such message in this conversation."""


class SubjectNotFound(NotFound):
    """What somebody wants to talk about is not there for them: another's order, a product off sale."""


class OwnShop(Forbidden):
    """Nobody asks their own shop."""


class NoRelationship(Forbidden):
    """A shop writes to people who bought from it or wrote to it, and to nobody else."""


class Blocked(Forbidden):
    """Whoever wants to write blocked the other side, and can unblock it."""


class CannotMessage(Forbidden):
    """The other side takes no messages here; it is not told why."""


class NotYourMessage(Forbidden):
    """People delete what they wrote themselves, and nothing else."""


class TooLateToDelete(Conflict):
    """The message is there for too long to be deleted."""


class AttachmentNotFound(NotFound):
    """There is no such file in this conversation, or its message was deleted."""


class TooManyAttachments(Invalid):
    """More files were sent with a message than it can have."""


class ClientIdReused(Invalid):
    """Another message was sent under this `client_id`; take a new one for each message."""


class ConversationLocked(Conflict):
    """A moderator closed this conversation."""


class MessagesCrossed(Conflict):
    """Somebody else wrote at this very moment; the same message can be sent again."""
