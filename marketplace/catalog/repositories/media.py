"""The stored pictures."""

from __future__ import annotations

from ..documents import Media
from ..errors import PictureNotFound


class MediaRepository:
    """Pictures by the name that their content gives them."""

    def get(self, name: str) -> Media:
        """The picture; raises PictureNotFound."""
        found: Media | None = Media.objects(pk=name).first()
        if found is None:
            raise PictureNotFound("There is no picture at this address.")
        return found

    def keep(self, picture: Media) -> None:
        """Store a picture, once."""
        if not Media.objects(pk=picture.name).only("name").first():
            picture.save()


media = MediaRepository()
