"""The drawings that came with sample data."""

from __future__ import annotations

from collections.abc import Collection

from ...documents import Media
from ...errors import PictureNotFound


class DrawingRepository:
    """Drawings by the name that their content gives them."""

    def get(self, name: str) -> Media:
        """The drawing; raises PictureNotFound."""
        found: Media | None = Media.objects(pk=name).first()
        if found is None:
            raise PictureNotFound("There is no picture at this address.")
        return found

    def keep(self, drawing: Media) -> None:
        """Store a drawing, once."""
        if not Media.objects(pk=drawing.name).only("name").first():
            drawing.save()

    def missing(self, names: Collection[str]) -> set[str]:
        """Those of the names that no drawing has."""
        return set(names) - set(Media.objects(pk__in=list(names)).scalar("name"))


drawings = DrawingRepository()
