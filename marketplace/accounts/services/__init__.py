"""The use cases of the accounts context, and what other contexts may ask of it."""

<<<<<<< HEAD
from .erasure import delete_account, hold, open_obligations
from .links import new_token, opened_by
=======
from .audit import audit
>>>>>>> tree
from .people import (
    PASSWORD_LENGTH,
    add_address,
    authenticate,
    change_password,
    check_password,
    edit_account,
    find_user,
    find_users,
    get_user,
    grant,
    register,
    remove_address,
    require_moderator,
    user_with_email,
)
from .recovery import (
    ask_to_change_email,
    ask_to_reset,
    change_email,
    lock_account,
    reset_password,
    unlock_account,
)
from .registration import ask_to_register, complete_registration, send_again, verify_email, vouch_for
from .shops import (
    DEFAULT_HANDLING_DAYS,
    SHOP_LIMIT,
    approve_shop,
    edit_shop,
    find_shops,
    get_shop,
    newest_shops,
    open_shop,
    own_shop,
    reject_shop,
    resubmit_shop,
    shop_by_slug,
    shop_status_changed,
    shops_of,
    visible_shop,
)
from .signing_in import begin_session, begin_session_anew, sign_in

__all__ = [
    "DEFAULT_HANDLING_DAYS",
    "PASSWORD_LENGTH",
    "SHOP_LIMIT",
    "add_address",
    "approve_shop",
<<<<<<< HEAD
    "ask_to_change_email",
    "ask_to_register",
    "ask_to_reset",
=======
    "audit",
>>>>>>> tree
    "authenticate",
    "begin_session",
    "begin_session_anew",
    "change_email",
    "change_password",
    "check_password",
    "complete_registration",
    "delete_account",
    "edit_account",
    "edit_shop",
    "find_shops",
    "find_user",
    "find_users",
    "get_shop",
    "get_user",
    "grant",
    "hold",
    "lock_account",
    "new_token",
    "newest_shops",
    "open_obligations",
    "open_shop",
    "opened_by",
    "own_shop",
    "register",
    "reject_shop",
    "remove_address",
    "require_moderator",
    "reset_password",
    "resubmit_shop",
    "send_again",
    "shop_by_slug",
    "shop_status_changed",
    "shops_of",
    "sign_in",
    "unlock_account",
    "user_with_email",
    "verify_email",
    "visible_shop",
    "vouch_for",
]
