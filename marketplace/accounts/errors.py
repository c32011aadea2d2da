"""What can go wrong with people and their shops."""

from __future__ import annotations

from ..shared.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Unauthenticated
from ..shared.errors import NotYourRole as NotYourRole


class UserNotFound(NotFound):
    """There is no such user."""


class ShopNotFound(NotFound):
    """There is no such shop, or it is not this person's."""


class OwnMatter(Forbidden):
    """A moderator takes back no decision about what is their own; another one does."""


class AddressNotFound(NotFound):
    """The user has no such saved address."""


class NotificationNotFound(NotFound):
    """There is no such notification, or it is not this person's."""


class InvalidCredentials(Unauthenticated):
    """E-mail and password do not belong together; it is never said which of them is wrong."""


class EmailTaken(Conflict):
    """An account with this e-mail address exists; told only to those who can read its mail."""


class EmailNotVerified(Forbidden):
    """The account's e-mail address is not confirmed yet."""


class AccountLocked(Forbidden):
    """The account is locked; told only to those who know its password."""


class TokenExpired(Gone):
    """The link of a mail is used, too old, or none of ours."""


class OpenObligations(Conflict):
    """There is something to settle before it can be closed or deleted; the details list it."""


class ShopSlugTaken(Conflict):
    """A shop with this address exists."""


class WeakPassword(Invalid):
    """The password is too short or too common."""


class WrongPassword(Invalid):
    """What was typed is not the present password."""


class TooManyAddresses(Conflict):
    """The user's address book is full."""


class TooManyShops(Conflict):
    """The user has as many shops as one person may open."""


class InvalidShopTransition(Conflict):
    """The shop's state does not lead there."""


class ShopNotActive(Conflict):
    """The shop's state does not allow it to do this."""


class RequirementsUnmet(Conflict):
    """The shop's checklist is not done; the details list what is missing."""


class LastAdmin(Conflict):
    """Without this person nobody could say who looks after the marketplace."""


class TokenNotFound(NotFound):
    """The shop has no such API token."""


class TooManyTokens(Conflict):
    """The shop has as many API tokens as one shop may have."""


class ShippingProfileNotFound(NotFound):
    """The shop has no such shipping profile."""


class TooManyShippingProfiles(Conflict):
    """The shop has as many shipping profiles as one may have."""


class ShippingProfileInUse(Conflict):
    """The shipping profile is the shop's default, or products name it."""
