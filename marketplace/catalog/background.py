"""What the catalog does in the background."""

from __future__ import annotations

from ..shared.clock import now
from ..shared.outbox import timer
from . import services
from .services import pictures


@timer("sweep-pictures", every=60)
def sweep_pictures() -> None:
    """Clear away the uploads that no listing has shown for a day."""
    pictures.sweep(now())


@timer("search-follow", every=60)
def follow_catalogue() -> None:
    """Let the search know new words, so that they are suggested and corrected to."""
    services.follow_catalogue()


@timer("search-rebuild", every=86_400)
def rebuild_dictionary() -> None:
    """Count all words of the catalogue anew."""
    services.rebuild_dictionary()
