"""The stored API tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from bson import ObjectId
from mongoengine.queryset.visitor import Q

from ...shared.repository import Repository
from ..documents import ApiToken
from ..errors import TokenNotFound

#: The last use of a token is written at most this often.
NOTED_EVERY = timedelta(minutes=1)


class TokenRepository(Repository[ApiToken]):
    """The stored API tokens."""

    document = ApiToken
    missing = TokenNotFound

    def with_hash(self, hashed: str) -> ApiToken | None:
        """The token with this hash, whatever its state, or None."""
        return self.find(hash=hashed)

    def of_shop(self, shop_id: ObjectId) -> list[ApiToken]:
        """A shop's tokens that were not taken back, newest first; at most a hundred."""
        return list(self.all().filter(shop_id=shop_id, revoked_at=None).order_by("-id").limit(100))

    def usable(self, shop_id: ObjectId, at: datetime) -> int:
        """How many of a shop's tokens open something."""
        return int(self.all().filter(shop_id=shop_id, revoked_at=None, expires_at__gt=at).count())

    def note_use(self, token: ApiToken, at: datetime) -> bool:
        """Write down that the token was used, at most once a minute; False when that is noted already."""
        if token.last_used_at is not None and at - token.last_used_at < NOTED_EVERY:
            return False
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        return bool(
            self.all().filter(Q(id=token.pk) & stale).update_one(__raw__={"$set": {"last_used_at": at}})
        )

    def revoke_of_user(self, user_id: ObjectId, at: datetime) -> int:
        """Take back every token that a person made; answers how many."""
        theirs = self.all().filter(user_id=user_id, revoked_at=None)
        return int(theirs.update(__raw__={"$set": {"revoked_at": at}, "$inc": {"version": 1}}))

    def revoke_of_shop(self, shop_id: ObjectId, at: datetime) -> int:
        """Take back every token of a shop; answers how many."""
        theirs = self.all().filter(shop_id=shop_id, revoked_at=None)
        return int(theirs.update(__raw__={"$set": {"revoked_at": at}, "$inc": {"version": 1}}))


tokens = TokenRepository()
