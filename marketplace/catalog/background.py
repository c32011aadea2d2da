"""What the catalog does in the background."""

from __future__ import annotations

from ..shared.clock import now
from ..shared.outbox import timer
from .services import pictures


@timer("sweep-pictures", every=60)
def sweep_pictures() -> None:
    """Clear away the uploads that no listing has shown for a day."""
    pictures.sweep(now())
