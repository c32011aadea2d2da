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


class ClientIdReused(Invalid):
    """Another message was sent under this `client_id`; take a new one for each message."""


class ConversationLocked(Conflict):
    """A moderator closed this conversation."""
