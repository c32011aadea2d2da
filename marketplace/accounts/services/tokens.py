"""API tokens: making one, which is shown once; what one opens; taking it back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bson import ObjectId
from flask import current_app

from ...shared.access import Bearer, InvalidToken, TokenExpired
from ...shared.chance import new_letters
from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.scopes import SCOPES
from ...shared.transactions import transactional
from ..documents import ApiToken
from ..errors import ShopNotActive, TokenNotFound, TooManyTokens
from ..repositories import shops, tokens, users
from ..values import ShopStatus
from .audit import audit
from .shops import own_shop

#: What a token is written with.
ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#: How many tokens of one shop may open something at once.
TOKEN_LIMIT = 20

#: How long a token lasts unless its maker says otherwise, and at most, in days.
USUAL_DAYS, MOST_DAYS = 365, 365


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made, with the text that is never shown again."""

    token: ApiToken
    text: str


@transactional
def make_token(
    *, owner_id: ObjectId, slug: str, name: str, scopes: Iterable[str], days: int = USUAL_DAYS
) -> NewToken:
    """A new token for the owner's shop; raises ShopNotFound, ShopNotActive, TooManyTokens and Invalid."""
    shop, moment = own_shop(owner_id, slug), now()
    if shop.status is ShopStatus.CLOSED:
        raise ShopNotActive("This shop is closed, so there is nothing that a program could do.")
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted:
        raise Invalid("Choose what the token may do.", field="scopes")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"Give 1 to {MOST_DAYS} days.", field="days")
    if tokens.usable(shop.id, moment) >= TOKEN_LIMIT:
        raise TooManyTokens(f"A shop can have {TOKEN_LIMIT} tokens. Revoke one that is not used any more.")
    shops.save(shop)  # whoever makes two at once counts them one after the other
    prefix = f"mkt_{new_letters(ALPHABET, 8)}"
    text = f"{prefix}_{new_letters(ALPHABET, 40)}"
    token = ApiToken(
        user_id=owner_id,
        shop_id=shop.id,
        shop_slug=shop.slug,
        name=name,
        prefix=prefix,
        hash=_hashed(text),
        scopes=wanted,
        created_at=moment,
        expires_at=moment + timedelta(days=days),
    )
    tokens.add(token)
    detail = {"shop": shop.slug, "prefix": prefix, "scopes": wanted, "days": days}
    audit(actor_id=owner_id, action="token.create", subject=("api_tokens", token.pk), detail=detail)
    return NewToken(token, text)


@transactional
def revoke_token(*, owner_id: ObjectId, slug: str, token_id: ObjectId) -> ApiToken:
    """Take a token of the owner's shop back; raises ShopNotFound and TokenNotFound."""
    shop = own_shop(owner_id, slug)
    token = tokens.find(pk=token_id, shop_id=shop.id, revoked_at=None)
    if token is None:
        raise TokenNotFound("This shop has no such token, or it was revoked already.")
    token.revoke(now())
    tokens.save(token)
    detail = {"shop": shop.slug, "prefix": token.prefix}
    audit(actor_id=owner_id, action="token.revoke", subject=("api_tokens", token.pk), detail=detail)
    return token


def tokens_of(owner_id: ObjectId, slug: str) -> list[ApiToken]:
    """The tokens of the owner's shop, newest first; raises ShopNotFound."""
    return tokens.of_shop(own_shop(owner_id, slug).id)


def bearer(text: str) -> Bearer:
    """Whom an API token stands for; raises InvalidToken and TokenExpired.

    A token of somebody who is locked out or gone opens nothing.
    """
    token, moment = tokens.with_hash(_hashed(text)), now()
    if token is None or token.is_revoked:
        raise InvalidToken("This API token is not known. Make one in your shop's settings.")
    if token.is_expired(moment):
        raise TokenExpired("This API token is expired. Make another one in your shop's settings.")
    user = users.find(pk=token.user_id)
    if user is None or not user.is_active:
        raise InvalidToken("This API token is not known. Make one in your shop's settings.")
    tokens.note_use(token, moment)
    return Bearer(token.user_id, token.shop_slug, frozenset(token.scopes), token.prefix)


def _hashed(text: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.new(secret, f"api-token:{text}".encode(), hashlib.sha256).hexdigest()
