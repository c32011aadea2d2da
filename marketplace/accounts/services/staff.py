"""Those who look after the marketplace, and what they do with accounts: roles, locking and unlocking."""

from __future__ import annotations

from bson import ObjectId

from ...shared import outbox, transactions
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import User
from ..errors import LastAdmin, NotYourRole, OwnMatter
from ..repositories import tokens, users
from ..values import Role
from .audit import audit, changed
from .people import end_sessions, user_with_email


def require_role(user_id: ObjectId, role: Role) -> User:
    """The user with this id, who has the role or one that includes it; raises NotYourRole."""
    user = users.find(pk=user_id)
    if user is None or not user.has_role(role):
        raise NotYourRole(f"Only {'an' if role is Role.ADMIN else 'a'} {role} may do this.")
    return user


def require_moderator(user_id: ObjectId) -> User:
    """The moderator or admin with this id; raises NotYourRole for everyone else."""
    return require_role(user_id, Role.MODERATOR)


def require_other_moderator(user_id: ObjectId, *, than: ObjectId | None) -> User:
    """A moderator who is not the one whom it concerns; raises NotYourRole and OwnMatter."""
    moderator = require_moderator(user_id)
    if user_id == than:
        raise OwnMatter("This is your own, so another moderator decides about it.")
    return moderator


def grant(*, email: str, role: Role) -> User:
    """Give the account with this e-mail a role, from the server's terminal; raises UserNotFound."""
    return _change_role(user_with_email(email).id, role, actor_id=None, given=True)


def revoke(*, email: str, role: Role) -> User:
    """Take a role away, from the server's terminal; raises UserNotFound and LastAdmin."""
    return _change_role(user_with_email(email).id, role, actor_id=None, given=False)


def grant_role(*, admin_id: ObjectId, user_id: ObjectId, role: Role) -> User:
    """Give a user a role, with which they sign in anew; raises NotYourRole and UserNotFound."""
    require_role(admin_id, Role.ADMIN)
    return _change_role(user_id, role, actor_id=admin_id, given=True)


def revoke_role(*, admin_id: ObjectId, user_id: ObjectId, role: Role) -> User:
    """Take a role from a user, who is signed out; raises NotYourRole, UserNotFound and LastAdmin."""
    require_role(admin_id, Role.ADMIN)
    return _change_role(user_id, role, actor_id=admin_id, given=False)


@transactional
def _change_role(user_id: ObjectId, role: Role, *, actor_id: ObjectId | None, given: bool) -> User:
    user, role = users.get(user_id), Role(role)
    before = [one.value for one in user.roles]
    if not given and role is Role.ADMIN:
        keep_an_admin(user)
    if not (user.give_role(role) if given else user.take_role(role)):
        return user
    users.save(user)
    audit(
        actor_id=actor_id,
        action="role.grant" if given else "role.revoke",
        subject=("users", user.pk),
        detail={"role": role.value, "roles": changed(before, [one.value for one in user.roles])},
    )
    transactions.on_commit(lambda: end_sessions(user_id))
    return user


@transactional
def lock_user(*, moderator_id: ObjectId, user_id: ObjectId, reason: str) -> User:
    """Keep somebody from signing in, end their sessions, and take their API tokens back.

    Who looks after the marketplace is locked by an admin alone. Raises NotYourRole, UserNotFound and
    LastAdmin.
    """
    return _lock(_decided_on(moderator_id, user_id), moderator_id, reason)


@transactional
def unlock_user(*, moderator_id: ObjectId, user_id: ObjectId, reason: str) -> User:
    """Let somebody sign in again; raises NotYourRole and UserNotFound."""
    return _unlock(_decided_on(moderator_id, user_id), moderator_id, reason)


@transactional
def lock_account(*, user_id: ObjectId) -> User:
    """The same from the server's terminal; raises UserNotFound and LastAdmin."""
    return _lock(users.get(user_id), None, None)


@transactional
def unlock_account(*, user_id: ObjectId) -> User:
    """Let the account's person sign in again, from the server's terminal; raises UserNotFound."""
    return _unlock(users.get(user_id), None, None)


def _lock(user: User, actor_id: ObjectId | None, reason: str | None) -> User:
    if not user.is_active:
        return user
    keep_an_admin(user)
    user.lock()
    user.lock_reason = reason
    users.save(user)
    ended = tokens.revoke_of_user(user.pk, now())
    _note_status(actor_id, user, "user.lock", "active", reason=reason, tokens=ended)
    outbox.tell("user.locked", about=user)
    transactions.on_commit(lambda: end_sessions(user.pk))
    return user


def _unlock(user: User, actor_id: ObjectId | None, reason: str | None) -> User:
    before = user.status.value
    user.unlock()
    if user.status.value != before:
        users.save(user)
        _note_status(actor_id, user, "user.unlock", before, reason=reason)
    return user


def _decided_on(moderator_id: ObjectId, user_id: ObjectId) -> User:
    """The user, if this moderator may decide about them; nobody does about themselves."""
    moderator, user = require_moderator(moderator_id), users.get(user_id)
    if user.pk == moderator.pk:
        raise NotYourRole("Nobody locks or unlocks their own account.")
    if user.roles and not moderator.is_admin:
        raise NotYourRole("Only an admin decides about those who look after the marketplace.")
    return user


def _note_status(actor_id: ObjectId | None, user: User, action: str, before: str, **detail: object) -> None:
    told = {"status": changed(before, user.status.value)} | detail
    audit(actor_id=actor_id, action=action, subject=("users", user.pk), detail=told)


def keep_an_admin(leaving: User) -> None:
    """Raise LastAdmin when this is the only admin.

    Whoever stays is saved too: two admins who take each other's role at once do it one after the other.
    """
    if not leaving.is_admin:
        return
    staying = users.another_admin(leaving.pk)
    if staying is None:
        raise LastAdmin("This is the only admin. Make somebody else an admin first.")
    users.save(staying)
