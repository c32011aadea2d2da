"""The stored links of mails."""

from __future__ import annotations

from datetime import datetime

from bson import ObjectId
from mongoengine.queryset.visitor import Q

from ...shared.repository import Repository
from ..documents import MailedLink
from ..errors import TokenExpired
from ..values import LinkPurpose


class LinkRepository(Repository[MailedLink]):
    """The stored links of mails."""

    document = MailedLink

    def opened_by(self, hashed: str, purpose: LinkPurpose, moment: datetime) -> MailedLink:
        """The link of this purpose that the token with this hash opens; raises TokenExpired."""
        found = self.find(hashes=hashed, purpose=purpose, expires_at__gt=moment)
        if found is None:
            raise TokenExpired("This link is used or too old. Please ask for a new one.")
        return found

    def take(self, link: MailedLink) -> None:
        """Use the link up: of those who open it at once, one does; raises TokenExpired for the others."""
        if not self.all().filter(pk=link.pk).delete():
            raise TokenExpired("This link is used or too old. Please ask for a new one.")

    def waiting_registration(self, email: str, moment: datetime) -> MailedLink | None:
        """The latest registration of this address that nobody confirmed yet, or None."""
        waiting = self.all().filter(email=email, purpose=LinkPurpose.REGISTER, expires_at__gt=moment)
        found: MailedLink | None = waiting.order_by("-_id").first()
        return found

    def drop(self, link: MailedLink) -> None:
        """Forget a link that leads nowhere."""
        self.all().filter(pk=link.pk).delete()

    def drop_of(self, user_id: ObjectId, email: str) -> None:
        """Forget every link of this user, and every one that was mailed to this address."""
        self.all().filter(Q(user_id=user_id) | Q(email=email)).delete()


links = LinkRepository()
