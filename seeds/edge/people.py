"""People and shops at the edges: every role and state, the longest names, the fullest books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.accounts.documents import (
    ADDRESS_LIMIT,
    ApiToken,
    AuditEntry,
    AuditSubject,
    MailedLink,
    Notification,
    Shop,
    User,
)
from marketplace.accounts.services import SHOP_LIMIT
from marketplace.accounts.values import (
    KEY_LENGTH,
    MOST_METHODS,
    MOST_PROFILES,
    MOST_ZONES,
    NOTIFICATION_LENGTH,
    PATH_LENGTH,
    SWITCHES,
    LinkPurpose,
    NotificationEvent,
    Role,
    ShippingMethod,
    ShippingProfile,
    ShippingTerms,
    ShippingZone,
    ShopStatus,
)
from marketplace.shared import clock
from marketplace.shared.chance import new_id
from marketplace.shared.scopes import SCOPES
from marketplace.shared.values import LARGEST_PRICE, Address, Money

from ..plan import digest
from ..world import World
from .texts import TEXTS, longest

#: Everybody's password, for people who look around; and the one whom they sign in as.
PASSWORD = "edge-market-2026"  # noqa: S105 - published on purpose
BUYER = "edge-buyer@example.com"
LONGEST_EMAIL = f"edge-{'a' * 59}@{'b' * 60}.{'c' * 60}.{'d' * 55}.example.com"

#: Addresses as different countries write them, also without postal code, city or region.
ADDRESSES = (
    {"line1": "1 Edge Street", "city": "Seattle", "region": "WA", "postal": "98101", "country": "US"},
    {"line1": "Gießerweg 27", "city": "Leipzig", "postal": "04229", "country": "DE"},
    {
        "line1": "3-8-14 Nakazakicho",
        "city": "Osaka",
        "region": "Osaka",
        "postal": "530-0015",
        "country": "JP",
    },
    {"line1": "12 Nathan Road", "city": "Tsim Sha Tsui", "region": "Kowloon", "country": "HK"},
    {"line1": "شارع الشيخ زايد", "region": "Dubai", "country": "AE"},
    {"line1": "7 Raffles Place", "postal": "048625", "country": "SG"},
)

#: The steps that lead a new shop to each of its states.
WAYS: dict[ShopStatus, tuple[str, ...]] = {
    ShopStatus.ONBOARDING: (),
    ShopStatus.PENDING_REVIEW: ("submit",),
    ShopStatus.ACTIVE: ("submit", "approve"),
    ShopStatus.SUSPENDED: ("submit", "approve", "suspend"),
    ShopStatus.REJECTED: ("submit", "reject"),
    ShopStatus.CLOSED: ("submit", "approve", "close"),
}


@dataclass(frozen=True, slots=True)
class People:
    """Those whom the rest of the scenario needs."""

    buyer: User
    moderator: User
    address: Address
    others: dict[str, User]
    shops: dict[str, Shop]


def settle(world: World, password_hash: str, links_until: datetime) -> People:
    """The people, the links that were mailed and open something until then, and their shops."""

    def user(email: str, name: str, *roles: Role) -> User:
        made: User = world.add(
            User(
                email=email,
                password_hash=password_hash,
                display_name=name,
                roles=list(roles),
                email_verified_at=clock.now(),
            )
        )
        return made

    buyer = user(BUYER, "Edge Buyer")
    for parts in ADDRESSES:
        buyer.keep_address(Address.checked(name="Edge Buyer", **parts))
    others = {
        kind: user(f"edge-{number}@example.com", text[:80])
        for number, (kind, text) in enumerate(TEXTS.items())
    }
    moderator = user("edge-moderator@example.com", "Edge Moderator", *Role)
    user("edge-one-letter@example.com", "X")
    user("edge-unverified@example.com", "Edge Unverified").email_verified_at = None
    locked = user("edge-locked@example.com", "Edge Locked")
    locked.lock()
    locked.lock_reason = longest(1000)
    for role in Role:
        user(f"edge-{role}-only@example.com", f"Edge {role.title()}", role)
    minded = user("edge-minded@example.com", "Edge Minded")
    minded.phone = "+49 (341) 000 000 000 000 000 000 / 0000"
    minded.locale, minded.currency = "de_DE", "KWD"
    minded.consent_to_marketing(True, clock.now())
    minded.notifications_off = sorted(SWITCHES)
    gone = user("edge-gone@example.com", "Edge Gone")
    gone.erase(clock.now())
    for purpose in LinkPurpose:
        link = MailedLink(
            purpose=purpose, email=LONGEST_EMAIL, display_name=longest(80), password_hash=password_hash
        )
        link.add_token(digest(purpose, 32).hex(), links_until)
        world.add(link)
    full = user(LONGEST_EMAIL, longest(80))
    for number in range(ADDRESS_LIMIT):
        full.keep_address(
            Address.checked(
                name=longest(120, "Ñandú "),
                company=longest(120, "Gmb H"),
                line1=f"{number + 1} {longest(100, 'Long road')}",
                line2=longest(120, "floor "),
                city="Leipzig",
                postal="04229",
                country="DE",
                phone="+49 341 0000000",
            )
        )
    seller = user("edge-seller@example.com", "Edge Seller")
    keeper = user("edge-keeper@example.com", "Edge Shopkeeper")
    former = user("edge-former@example.com", "Edge Former Shopkeeper")
    shops = _shops(world, seller, keeper, former)
    _tokens(world, shops["dear"], links_until + timedelta(days=365))
    _log(world, locked, gone)
    _told(world, buyer, links_until)
    return People(buyer, moderator, buyer.addresses[0].address, others, shops)


def _tokens(world: World, shop: Shop, until: datetime) -> None:
    """The API tokens of a shop: one for everything, and one that was revoked."""
    for name, scopes in ((longest(60), sorted(SCOPES)), ("Edge Robot", ["read:stock"])):
        token = ApiToken(
            user_id=shop.owner_id,
            shop_id=shop.pk,
            shop_slug=shop.slug,
            name=name,
            prefix=f"mkt_{digest(name, 4).hex()}",
            hash=digest(name, 32).hex(),
            scopes=scopes,
            expires_at=until,
        )
        if len(scopes) == 1:
            token.revoke(clock.now())
        world.add(token)


def _told(world: World, user: User, until: datetime) -> None:
    """What somebody was told of each event until then, the first of it read."""
    for number, event in enumerate(NotificationEvent):
        told = Notification(
            user_id=user.pk,
            event=event,
            text=longest(NOTIFICATION_LENGTH) if number else TEXTS["markup"],
            path=f"/{'p' * (PATH_LENGTH - 1)}" if number else "/",
            key=str(number).rjust(KEY_LENGTH, "0"),
            expires_at=until,
        )
        if number == 0:
            told.read_at = clock.now()
        else:
            user.unread_notifications += 1
        world.add(told)


def _log(world: World, locked: User, gone: User) -> None:
    """What was done by whom: at the terminal, by a program, and by somebody whose account is gone."""
    about = AuditSubject(collection="users", id=locked.pk)
    world.add(AuditEntry(action="user.lock", subject=about, detail={"reason": longest(2000)}))
    world.add(
        AuditEntry(
            actor_id=gone.pk,
            action="shop.submit",
            subject=AuditSubject(collection="users", id=gone.pk),
            detail={"status": {"from": "onboarding", "to": "pending_review"}},
            token="mkt_edgeedge",  # noqa: S106 - the beginning of one that there never was
            request_id="edge-request-0001",
            network=digest("network", 8).hex(),
        )
    )


def _shops(world: World, seller: User, keeper: User, former: User) -> dict[str, Shop]:
    """A shop in each state, and with each kind of terms; the seller has as many as one may have."""
    plain = ShippingTerms(Money(500, "USD"), 2, Money(10_000, "USD"))
    free = ShippingTerms(Money(0, "USD"), 0)
    dear = ShippingTerms(Money(LARGEST_PRICE, "USD"), 30)
    shops = {
        "plain": Shop(owner_id=seller.pk, name="Edge Shop", slug="edge-shop", currency="USD", shipping=plain),
        "free": Shop(owner_id=seller.pk, name="Xo", slug="ex", currency="USD", shipping=free),
        "dear": Shop(
            owner_id=seller.pk,
            name=longest(80),
            slug="edge-" + "l" * 55,
            description=longest(2000),
            currency="USD",
            shipping=dear,
        ),
        "yen": Shop(
            owner_id=seller.pk,
            name=TEXTS["no latin"],
            slug="edge-yen",
            currency="JPY",
            shipping=ShippingTerms(Money(800, "JPY"), 1),
        ),
        "dinar": Shop(
            owner_id=seller.pk,
            name=TEXTS["right to left"],
            slug="edge-dinar",
            description=TEXTS["both directions"],
            currency="KWD",
            shipping=ShippingTerms(Money(1, "KWD"), 1, Money(1, "KWD")),
        ),
    }
    if len(shops) != SHOP_LIMIT:
        raise ValueError(f"The seller has {len(shops)} shops, not the {SHOP_LIMIT} that one may have.")
    for status in ShopStatus:
        shops[status.value] = Shop(
            owner_id=former.pk if status is ShopStatus.CLOSED else keeper.pk,
            name=f"Edge Shop, {status.in_words}",
            slug=f"edge-{status.value.replace('_', '-')}",
            currency="USD",
            shipping=free,
        )
    shops["plain"].shipping_profiles = _profiles()
    for name, shop in shops.items():
        status = ShopStatus(name) if name in set(ShopStatus) else ShopStatus.ACTIVE
        for step in WAYS[status]:
            _take(shop, step)
        world.add(shop)
    return shops


def _profiles() -> list[ShippingProfile]:
    """As many profiles as a shop may have: the usual one, the fullest, one to pick up, and plain ones."""
    five, nothing, dear = (Money(amount, "USD") for amount in (500, 0, LARGEST_PRICE))
    usual = ShippingMethod(new_id(), "Standard", five, nothing, Money(10_000, "USD"))
    countries = ("DE", "AT", "CH", "FR", "US", "JP", "KW", "GB", "NL", "SE", "AU")
    full = [
        ShippingZone(
            longest(60),
            tuple(
                ShippingMethod(new_id(), f"{longest(58)}{place}", dear, five, five, 0, 90, tracked=True)
                for place in range(MOST_METHODS)
            ),
            (countries[zone],) if zone < len(countries) else (),
        )
        for zone in range(MOST_ZONES)
    ]
    profiles = [
        ShippingProfile(new_id(), "Standard", 2, (ShippingZone("Everywhere", (usual,)),)),
        ShippingProfile(new_id(), longest(60), 30, tuple(full), longest(200), ("BR",)),
        ShippingProfile(new_id(), "To pick up", 0, (), TEXTS["both directions"][:200]),
    ]
    for number in range(MOST_PROFILES - len(profiles)):
        way = ShippingMethod(new_id(), "Standard", nothing, nothing, None, number, number)
        profiles.append(ShippingProfile(new_id(), f"Plain {number}", 1, (ShippingZone("All", (way,)),)))
    return profiles


def _take(shop: Shop, step: str) -> None:
    """Take a step as its people would, with the longest reason where one is given."""
    if step == "approve":
        shop.approve(clock.now())
    elif step in ("reject", "suspend"):
        getattr(shop, step)(longest(1000))
    elif step == "submit":
        shop.accept_terms(clock.now())
        shop.submit()
    else:
        shop.close(clock.now())
