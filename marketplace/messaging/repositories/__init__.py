"""Every query of messaging."""

from .conversations import conversations
from .messages import messages

__all__ = ["conversations", "messages"]
