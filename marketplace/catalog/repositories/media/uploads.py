"""Which pictures were uploaded, and when somebody looks whether they are still needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bson import ObjectId
from mongoengine import NotUniqueError
from pymongo.errors import DuplicateKeyError

from ....shared.chance import new_id
from ...documents import Upload
from ...errors import PicturesBusy


class UploadRepository:
    """The uploads; each method is one conditional update, so that claims and removals do not meet."""

    def claim(self, stem: str, sizes: Sequence[int], until: datetime) -> None:
        """Keep the picture until then, whether or not it is new.

        Raises PicturesBusy while a sweep removes the same picture, which takes a moment.
        """
        free = {"_id": stem, "removing": {"$exists": False}}
        change = {"$set": {"due_at": until}, "$setOnInsert": {"sizes": list(sizes)}}
        try:
            Upload.objects(__raw__=free).update_one(__raw__=change, upsert=True)
        except (NotUniqueError, DuplicateKeyError):  # it is being removed, or claimed by another
            if not Upload.objects(__raw__=free).update_one(set__due_at=until):
                raise PicturesBusy("This picture is being cleared away. Please send it again.") from None

    def claim_file(self, stem: str, name: str, until: datetime) -> None:
        """Keep a private file until then; its stem is its own, so that nobody claims it twice."""
        Upload(stem=stem, files=[name], due_at=until).save(force_insert=True)

    def look_at(self, stem: str, at: datetime) -> None:
        """Have somebody look then whether the picture is still named."""
        Upload.objects(pk=stem, removing__exists=False).update_one(set__due_at=at)

    def due(self, moment: datetime, limit: int) -> list[Upload]:
        """What somebody has to look at now, longest due first."""
        return list(Upload.objects(due_at__lte=moment).order_by("due_at").limit(limit))

    def put_off(self, upload: Upload, until: datetime) -> None:
        """Look at it again then, unless something happened to it meanwhile."""
        Upload.objects(pk=upload.stem, due_at=upload.due_at, removing__exists=False).update_one(
            set__due_at=until
        )

    def begin_removal(self, upload: Upload, again_at: datetime) -> ObjectId | None:
        """Keep others from naming the picture, and answer who removes it; None when it was claimed.

        When the removal breaks off, it is due again at `again_at`.
        """
        mark = new_id()
        seen = Upload.objects(pk=upload.stem, due_at=upload.due_at)
        return mark if seen.update_one(set__removing=mark, set__due_at=again_at) else None

    def end_removal(self, upload: Upload, mark: ObjectId) -> None:
        """Forget the picture, whose files are gone."""
        Upload.objects(pk=upload.stem, removing=mark).delete()


uploads = UploadRepository()
