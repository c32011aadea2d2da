"""The JSON and form shapes of the accounts context."""

from .people import (
    ActiveSessionSchema,
    ChangePassword,
    KeepAddress,
    Password,
    Register,
    Rename,
    SavedAddressSchema,
    SessionSchema,
    SignIn,
    UserSchema,
)
from .shops import (
    EditShop,
    EditShopJson,
    OpenShop,
    OwnShopSchema,
    Price,
    RejectShop,
    ShippingSchema,
    ShopProfile,
    ShopSchema,
)

__all__ = [
    "ActiveSessionSchema",
    "ChangePassword",
    "EditShop",
    "EditShopJson",
    "KeepAddress",
    "OpenShop",
    "OwnShopSchema",
    "Password",
    "Price",
    "Register",
    "RejectShop",
    "Rename",
    "SavedAddressSchema",
    "SessionSchema",
    "ShippingSchema",
    "ShopProfile",
    "ShopSchema",
    "SignIn",
    "UserSchema",
]
