"""How a shop sends: profiles with zones and methods, and what a parcel costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bson import ObjectId

from ...shared.errors import Invalid
from ...shared.values import LARGEST_PRICE, Money, total

#: The most profiles of a shop, zones of a profile and methods of a zone.
MOST_PROFILES = 10
MOST_ZONES = 12
MOST_METHODS = 6

#: The longest that a parcel takes to leave and to travel, in business days.
LONGEST_HANDLING = 30
LONGEST_TRANSIT = 90


def business_days_after(moment: datetime, days: int) -> datetime:
    """The moment that many working days later: never a Saturday or a Sunday."""
    while days > 0 or moment.weekday() >= 5:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment


@dataclass(frozen=True, slots=True)
class ShippingTerms:
    """What a shop asks for sending one order wherever it goes, and how soon it sends: sending in short.

    `free_over` is the subtotal from which it costs nothing; `handling_days` are business days.
    """

    price: Money = field(metadata={"value_class": Money})
    handling_days: int
    free_over: Money | None = field(default=None, metadata={"value_class": Money})

    def __post_init__(self) -> None:
        if not 0 <= self.price.amount <= LARGEST_PRICE:
            raise Invalid("Shipping costs nothing or more, and not this much.", field="shipping_price")
        if self.free_over is not None and self.free_over.currency != self.price.currency:
            raise Invalid("Both amounts are in the shop's currency.", field="free_over")
        if self.free_over is not None and self.free_over.amount <= 0:
            raise Invalid("Leave this empty, or give an amount above zero.", field="free_over")
        if not 0 <= self.handling_days <= LONGEST_HANDLING:
            raise Invalid("Give 0 to 30 business days.", field="handling_days")

    def quote(self, subtotal: Money) -> Money:
        """What shipping costs for goods of this value."""
        if self.free_over is not None and subtotal >= self.free_over:
            return Money.zero(self.price.currency)
        return self.price


@dataclass(frozen=True, slots=True)
class ShippingMethod:
    """One way to send: `first` is the price of the first piece, `additional` that of each further one.

    From a subtotal of `free_over` it costs nothing. It travels `days_min` to `days_max` business days, which
    are None where the shop does not say.
    """

    id: ObjectId
    name: str
    first: Money = field(metadata={"value_class": Money})
    additional: Money = field(metadata={"value_class": Money})
    free_over: Money | None = field(default=None, metadata={"value_class": Money})
    days_min: int | None = None
    days_max: int | None = None
    tracked: bool = False

    def __post_init__(self) -> None:
        for name in ("first", "additional"):
            if not 0 <= getattr(self, name).amount <= LARGEST_PRICE:
                raise Invalid("Shipping costs nothing or more, and not this much.", field=name)
        if self.free_over is not None and self.free_over.amount <= 0:
            raise Invalid("Leave this empty, or give an amount above zero.", field="free_over")
        amounts = (self.first, self.additional, self.free_over or self.first)
        if len({one.currency for one in amounts}) > 1:
            raise Invalid("All amounts are in the shop's currency.", field="first")
        if (self.days_min is None) != (self.days_max is None):
            missing = "days_min" if self.days_min is None else "days_max"
            raise Invalid("Give both numbers of days, or neither.", field=missing)
        if self.days_min is not None and self.days_max is not None:
            if not 0 <= self.days_min <= LONGEST_TRANSIT:
                raise Invalid(f"Give 0 to {LONGEST_TRANSIT} business days.", field="days_min")
            if not self.days_min <= self.days_max <= LONGEST_TRANSIT:
                raise Invalid("The longest time is no shorter than the shortest.", field="days_max")

    def quote(self, pieces: int, subtotal: Money) -> Money:
        """What so many pieces of this value cost to send; never more than the dearest parcel there is."""
        if self.free_over is not None and subtotal >= self.free_over:
            return Money.zero(self.first.currency)
        asked = self.first.amount + self.additional.amount * max(pieces - 1, 0)
        return Money(min(asked, LARGEST_PRICE), self.first.currency)


@dataclass(frozen=True, slots=True)
class ShippingZone:
    """Countries (ISO 3166-1 alpha-2) that are sent to in the same ways; without any it is everywhere else."""

    name: str
    methods: tuple[ShippingMethod, ...] = field(metadata={"value_class": ShippingMethod})
    countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.methods) <= MOST_METHODS:
            raise Invalid(f"Give 1 to {MOST_METHODS} ways to send.", field="methods")
        names = [method.name.casefold() for method in self.methods]
        for index, name in enumerate(names):
            if name in names[:index]:
                raise Invalid("Two ways to send have this name.", field=f"methods.{index}.name")


@dataclass(frozen=True, slots=True)
class ShippingProfile:
    """How the goods that follow it are sent: from where each way costs what, and how soon they leave.

    `handling_days` are business days; `pickup` says where buyers may fetch them, if they may. Nothing is
    sent to the countries of `excluded`, nor to one that no zone names unless a zone is for everywhere else.
    """

    id: ObjectId
    name: str
    handling_days: int
    zones: tuple[ShippingZone, ...] = field(metadata={"value_class": ShippingZone})
    pickup: str = ""
    excluded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.handling_days <= LONGEST_HANDLING:
            raise Invalid(f"Give 0 to {LONGEST_HANDLING} business days.", field="handling_days")
        if not self.zones and not self.pickup:
            raise Invalid("Say where you send, or where buyers may fetch it.", field="zones")
        if len(self.zones) > MOST_ZONES:
            raise Invalid(f"Give {MOST_ZONES} zones at most.", field="zones")
        named: set[str] = set()
        for index, zone in enumerate(self.zones):
            places = set(zone.countries or ("",))
            if places & named:
                twice = ", ".join(sorted(filter(None, places & named))) or "Everywhere else"
                raise Invalid(f"{twice} is in another zone already.", field=f"zones.{index}.countries")
            named |= places

    @property
    def methods(self) -> Iterator[ShippingMethod]:
        """Every way to send, of all zones."""
        return (method for zone in self.zones for method in zone.methods)

    @property
    def currencies(self) -> set[str]:
        """The currencies of its prices: one, as long as it is its shop's."""
        return {method.first.currency for method in self.methods}

    def methods_to(self, country: str) -> tuple[ShippingMethod, ...]:
        """The ways to send to a country; none where the shop does not send to."""
        if country in self.excluded:
            return ()
        named = next((zone for zone in self.zones if country in zone.countries), None)
        zone = named or next((zone for zone in self.zones if not zone.countries), None)
        return zone.methods if zone else ()

    def serves(self, country: str) -> bool:
        """Whether somebody in this country can get what follows it."""
        return bool(self.pickup or self.methods_to(country))

    def in_short(self, currency: str) -> ShippingTerms:
        """Its cheapest way to where it sends by default: everywhere else, or else its first zone."""
        rest = [zone for zone in self.zones if not zone.countries] or list(self.zones[:1])
        ways = [method for zone in rest for method in zone.methods]
        if not ways:
            return ShippingTerms(Money.zero(currency), self.handling_days)
        way = min(ways, key=lambda one: one.first.amount)
        return ShippingTerms(way.first, self.handling_days, way.free_over)


def profile_of_terms(terms: ShippingTerms, identifier: ObjectId) -> ShippingProfile:
    """The profile that sends everywhere at these terms; it and its only method have this id."""
    nothing = Money.zero(terms.price.currency)
    method = ShippingMethod(identifier, "Standard", terms.price, nothing, terms.free_over)
    zone = ShippingZone("Everywhere", (method,))
    return ShippingProfile(identifier, "Standard", terms.handling_days, (zone,))


@dataclass(frozen=True, slots=True)
class Parcel:
    """Goods of one profile: so many pieces, of this value together."""

    profile: ShippingProfile
    pieces: int
    subtotal: Money


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """A way in which a shop would send an order, and what it costs; `pickup` is where it is fetched instead.

    `handling_days` and the days on its way are business days.
    """

    id: ObjectId
    name: str
    price: Money
    handling_days: int
    days_min: int | None = None
    days_max: int | None = None
    tracked: bool = False
    pickup: str = ""

    def ships_by(self, placed_at: datetime) -> datetime:
        """Until when it leaves, if it is placed at this moment."""
        return business_days_after(placed_at, self.handling_days)

    def arrives(self, placed_at: datetime) -> tuple[datetime, datetime] | None:
        """Between when it arrives, if the shop says how long it travels."""
        if self.days_min is None or self.days_max is None:
            return None
        leaves = self.ships_by(placed_at)
        return business_days_after(leaves, self.days_min), business_days_after(leaves, self.days_max)


def shipping_options(parcels: Sequence[Parcel], country: str, currency: str) -> tuple[ShippingOption, ...]:
    """The ways to send goods of one shop, the cheapest first and fetching them last.

    What follows different profiles costs the sum of what each asks: of each the first piece at its `first`
    price, the others at `additional`. Ways are told apart by their names; a profile that has none of a name
    sends in its cheapest way. No way is left where one of the profiles does not send to the country.
    """
    if not parcels:
        return ()
    by_profile = [parcel.profile.methods_to(country) for parcel in parcels]
    options: list[ShippingOption] = []
    if all(by_profile):
        for name, lead in _by_name(method for methods in by_profile for method in methods):
            ways = [
                _named(name, methods, parcel) for methods, parcel in zip(by_profile, parcels, strict=True)
            ]
            options.append(_option(lead, ways, parcels, currency))
    options.sort(key=lambda option: (option.price.amount, option.days_max or 0, option.name))
    if all(parcel.profile.pickup for parcel in parcels):
        places = dict.fromkeys(parcel.profile.pickup for parcel in parcels)
        handling = max(parcel.profile.handling_days for parcel in parcels)
        first = parcels[0].profile
        nothing = Money.zero(currency)
        options.append(ShippingOption(first.id, "Pick up", nothing, handling, pickup=" · ".join(places)))
    return tuple(options)


def _by_name(methods: Iterable[ShippingMethod]) -> Iterable[tuple[str, ShippingMethod]]:
    names: dict[str, ShippingMethod] = {}
    for method in methods:
        names.setdefault(method.name.casefold(), method)
    return names.items()


def _named(name: str, methods: Sequence[ShippingMethod], parcel: Parcel) -> ShippingMethod:
    same = (method for method in methods if method.name.casefold() == name)
    cheapest = min(methods, key=lambda method: method.quote(parcel.pieces, parcel.subtotal).amount)
    return next(same, cheapest)


def _option(
    lead: ShippingMethod, ways: Sequence[ShippingMethod], parcels: Sequence[Parcel], currency: str
) -> ShippingOption:
    pairs = zip(ways, parcels, strict=True)
    price = total((way.quote(parcel.pieces, parcel.subtotal) for way, parcel in pairs), currency)
    known = all(way.days_max is not None for way in ways)
    return ShippingOption(
        lead.id,
        lead.name,
        Money(min(price.amount, LARGEST_PRICE), currency),
        max(parcel.profile.handling_days for parcel in parcels),
        min(way.days_min or 0 for way in ways) if known else None,
        max(way.days_max or 0 for way in ways) if known else None,
        all(way.tracked for way in ways),
    )
