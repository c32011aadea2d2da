"""Every query of messaging."""

from .blocks import blocks
from .conversations import conversations
from .messages import messages

__all__ = ["blocks", "conversations", "messages"]
