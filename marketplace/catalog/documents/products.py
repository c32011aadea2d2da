"""Listings and their variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from bson import ObjectId
from mongoengine import (
    BooleanField,
    DateTimeField,
    DictField,
    EmbeddedDocumentListField,
    EnumField,
    FloatField,
    IntField,
    ListField,
    StringField,
)

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, IdWithin, ValueField
from ...shared.errors import Invalid
from ..errors import NothingChanged, NotPublishable, PictureNotFound, TooManyPictures
from ..process import DECIDED_AGAINST, MODERATED, Transition, step_of
from ..values import (
    MOST_PICTURES,
    ListingActor,
    Moderation,
    Offered,
    Picture,
    ProductSpecification,
    ProductStatus,
    Rating,
    spec_numbers,
)
from ..values.tokens import IN_STOCK, NO_MEAN
from ..values.words import LANGUAGES, search_entry
from . import listed
from .categories import Category
from .content import digest_of
from .fields import SLUG, PlainText
from .search import DerivedField
from .variants import Variant, check_variants

#: How many addresses that it had before lead to a listing.
FORMER_ADDRESSES = 20


class Product(Offered, Aggregate):
    """A listing of one shop, with the variants that people buy.

    Protects: one currency, SKUs and option combinations that differ, prices of zero or more, the way
    from draft to archive (`process`), and `visible`, which is what the public sees by. Stock is kept apart,
    in a document for each variant. `ordered` says that somebody ordered a variant that is no longer there.
    `f` are the tokens that lists are filtered by, `f_codes` the same in short.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "products",
        "indexes": [
            # Full-text search.
            {
                "fields": ["$title", "$brand", "$tags", "$specs_text", "$description"],
                "name": "text",
                "weights": {"title": 10, "brand": 5, "tags": 4, "specs_text": 3, "description": 1},
                "default_language": "english",
            },
            # What has a token (a category, a shop, an option, some stars) by price, up and down.
            {"fields": ["visible", "f", "price_min", "_id", "currency"], "name": "f_priced"},
            # What has a token, newest first.
            {"fields": ["visible", "f", "published_at", "_id"], "name": "f_newest"},
            # What has a token, by stars.
            {"fields": ["visible", "f", "rank_rating", "_id"], "name": "f_rating"},
            # Everything by price, and what several tokens leave of it: the index itself passes others over.
            {"fields": ["visible", "price_min", "_id", "f_codes", "currency"], "name": "all_priced"},
            # Everything newest first, also between two prices.
            {"fields": ["visible", "published_at", "_id", "f_codes", "price_min"], "name": "all_newest"},
            # Everything by stars.
            {"fields": ["visible", "rank_rating", "_id", "f_codes", "price_min"], "name": "all_rating"},
            # What further tokens leave of a category, by price.
            {
                "fields": ["visible", "category_id", "price_min", "_id", "f_codes", "currency"],
                "name": "branch_priced",
            },
            # What tokens and prices leave of a category, newest first.
            {
                "fields": ["visible", "category_id", "published_at", "_id", "f_codes", "price_min"],
                "name": "branch_newest",
            },
            # What tokens and prices leave of a category, by stars.
            {
                "fields": ["visible", "category_id", "rank_rating", "_id", "f_codes", "price_min"],
                "name": "branch_rating",
            },
            # What further tokens leave of a shop, by price.
            {
                "fields": ["visible", "shop_id", "price_min", "_id", "f_codes", "currency"],
                "name": "within_shop_priced",
            },
            # What tokens and prices leave of a shop, newest first.
            {
                "fields": ["visible", "shop_id", "published_at", "_id", "f_codes", "price_min"],
                "name": "within_shop_newest",
            },
            # What tokens and prices leave of a shop, by stars.
            {
                "fields": ["visible", "shop_id", "rank_rating", "_id", "f_codes", "price_min"],
                "name": "within_shop_rating",
            },
            # The products of one category alone, when it moves or goes.
            {"fields": ["category_id", "_id"], "name": "category"},
            # A seller's own listings in one state, last changed first.
            {"fields": ["shop_id", "status", "updated_at", "_id"], "name": "shop_status"},
            # The product's page, and one address for each product of a shop.
            {"fields": ["shop_id", "slug"], "name": "slug", "unique": True},
            # One SKU for each variant of a shop.
            {"fields": ["shop_id", "variants.sku"], "name": "sku", "unique": True},
            # Which of some stored pictures are shown somewhere.
            {"fields": ["pictures.file"], "name": "pictures"},
            # What changed since the dictionary was last brought up to date.
            {"fields": ["updated_at"], "name": "updated"},
            # A product by its SKU, its bar code or its id at the source, as somebody searches for it.
            {"fields": ["search.codes", "visible"], "name": "search_codes"},
            # The products of frequent words, the fullest listings first.
            {"fields": ["search.terms", "visible", "-search.quality", "_id"], "name": "search_terms"},
            # What an import wrote before.
            {
                "fields": ["shop_id", "external_id"],
                "name": "external_id",
                "unique": True,
                "partialFilterExpression": {"external_id": {"$type": "string"}},
            },
            # Where an address leads that a product of the shop had before.
            {
                "fields": ["shop_id", "former_slugs"],
                "name": "former_slugs",
                "partialFilterExpression": {"former_slugs": {"$exists": True}},
            },
            # How many listings of a shop name one of its shipping profiles.
            {
                "fields": ["shop_id", "shipping_profile_id"],
                "name": "shipping_profile",
                "partialFilterExpression": {"shipping_profile_id": {"$exists": True}},
            },
            # What moderators look after, in each state the one that waits longest first.
            {
                "fields": ["status", "queued_at", "_id"],
                "name": "moderated",
                "partialFilterExpression": {"queued_at": {"$exists": True}},
            },
        ],
    }

    shop_id = IdOf("shops", required=True)
    title = PlainText(required=True, min_length=2, max_length=300)
    slug = StringField(required=True, regex=SLUG, max_length=120)
    description = PlainText(max_length=10_000, default="")
    brand = PlainText(max_length=100)
    category_id = IdOf("categories", required=True)
    category_ids = ListField(IdOf("categories"))
    tags = ListField(PlainText(min_length=1, max_length=40), max_length=10)
    specs = ListField(ValueField(ProductSpecification), max_length=200)
    specs_text = StringField()
    options = ListField(PlainText(min_length=1, max_length=40), max_length=3)
    variants = EmbeddedDocumentListField(Variant, required=True, max_length=100)
    pictures = ListField(ValueField(Picture), max_length=MOST_PICTURES)
    status = EnumField(ProductStatus, required=True, default=ProductStatus.DRAFT)
    shop_visible = BooleanField(required=True, default=False)
    visible = BooleanField(required=True, default=False)
    currency = StringField(required=True)
    price_min = IntField(required=True, min_value=0)
    price_max = IntField(required=True, min_value=0)
    external_id = PlainText(max_length=200)
    source_hash = StringField()
    published_at = DateTimeField()
    created_at = DateTimeField(required=True, default=now)
    updated_at = DateTimeField(required=True, default=now)
    num = DictField(FloatField())
    #: Counted by the repository `ratings` alone, beside the version: see there.
    rating = ValueField(Rating, default=Rating)
    moderation = ValueField(Moderation)
    former_slugs = ListField(StringField(regex=SLUG, max_length=120), max_length=FORMER_ADDRESSES)
    queued_at = DateTimeField()
    ordered = BooleanField()
    language = StringField(choices=LANGUAGES)
    search = DerivedField()
    #: Stock and reviews change these three beside the version: see the repository `tokens`.
    f = ListField(StringField())
    f_codes = StringField()
    rank_rating = FloatField(required=True, default=NO_MEAN)
    rank_mean = FloatField(required=True, default=NO_MEAN)
    #: One of its shop's shipping profiles; without it, or when that is gone, the default.
    shipping_profile_id = IdWithin()

    def describe(
        self,
        *,
        title: str,
        category: Category,
        description: str = "",
        brand: str | None = None,
        tags: Sequence[str] = (),
        specs: Sequence[ProductSpecification] = (),
    ) -> None:
        """Say what it is and where it belongs."""
        self.title, self.description, self.brand = title, description, brand
        self.category_id = category.pk
        self.category_ids = category.line
        self.tags = list(tags)
        self.specify(specs)

    def specify(self, specs: Sequence[ProductSpecification]) -> None:
        """State these facts; raises Invalid where two are of one attribute."""
        stated = [spec.attribute for spec in specs]
        for index, code in enumerate(stated):
            if code and code in stated[:index]:
                raise Invalid("This is stated already.", field=f"specs.{index}.attribute")
        self.specs = list(specs)
        self._mark_as_changed("specs")  # facts in other units are equal, and stored as they were written

    def offer(self, variants: Sequence[Variant], options: Sequence[str] = ()) -> None:
        """Say what of it can be bought: the variants, told apart by the options."""
        self.options, self.variants = list(options), list(variants)

    def variant(self, variant_id: ObjectId) -> Variant | None:
        """The variant with this id, or None."""
        return next((one for one in self.variants if one.id == variant_id), None)

    def put_in_stock(self, available: bool) -> None:
        """Say whether something of a new product can be bought; later its stock says so by itself."""
        self.f = [IN_STOCK] if available else []

    def picture(self, file: str) -> Picture:
        """Its picture with this file; raises PictureNotFound."""
        found = next((one for one in self.pictures if one.file == file), None)
        if found is None:
            raise PictureNotFound("This listing has no such picture.")
        return found

    def add_picture(self, picture: Picture) -> None:
        """Show another picture, behind the others; again changes nothing. Raises TooManyPictures."""
        if any(one.file == picture.file for one in self.pictures):
            return
        if len(self.pictures) >= MOST_PICTURES:
            raise TooManyPictures(
                f"A listing has {MOST_PICTURES} pictures at most. Remove one, then add another."
            )
        self.pictures = [*self.pictures, picture]

    def describe_picture(self, file: str, alt: str) -> None:
        """Say what a picture shows; raises PictureNotFound, and Invalid for what cannot be said."""
        described = replace(self.picture(file), alt=alt)
        self.pictures = [described if one.file == file else one for one in self.pictures]

    def move_picture(self, file: str, position: int) -> None:
        """Show a picture at this place, 0 being the first, or last when there are not so many places."""
        moved = self.picture(file)
        others = [one for one in self.pictures if one.file != file]
        self.pictures = [*others[:position], moved, *others[position:]]

    def remove_picture(self, file: str) -> None:
        """Show a picture no more; again changes nothing."""
        self.pictures = [one for one in self.pictures if one.file != file]

    @property
    def sent_back(self) -> bool:
        """Whether a moderator decided against it, or what it is a copy of, and has not approved it since."""
        return self.moderation is not None and self.moderation.step in DECIDED_AGAINST

    @property
    def changed_since_decision(self) -> bool:
        """Whether its seller changed something since a moderator, or who reported it, decided last."""
        return self.moderation is not None and self.moderation.seen != digest_of(self)

    def take_step(self, name: str, *, to: ProductStatus | None = None) -> None:
        """Take one of the seller's steps, `to` one of the states that it may lead to.

        Raises InvalidTransition, NotPublishable, and NothingChanged for what is sent in again as it was.
        """
        step = step_of(self.status, name, ListingActor.SELLER)
        if name == "submit" and self.sent_back and self.moderation.seen == digest_of(self):
            raise NothingChanged("Change what the moderator asked for and save it, then send it in again.")
        self._move(step, to or step.to[0])

    def decide(self, name: str, *, by: ObjectId | None, reason: str = "") -> None:
        """Take one of a moderator's steps, and note who took it and why.

        Raises InvalidTransition, and NotPublishable for what has nothing left to buy.
        """
        step = step_of(self.status, name, ListingActor.MODERATOR)
        before = self.status
        self._move(step, self.moderation.before if before is ProductStatus.HIDDEN else step.to[0])
        self.moderation = Moderation(
            step=name, by=by, at=now(), before=before, seen=digest_of(self), reason=reason
        )

    def hide_for(self, reason: str, *, by: ObjectId) -> None:
        """Stay hidden, for a reason that a moderator gives in place of the one before."""
        if self.status is not ProductStatus.HIDDEN:
            raise ValueError("Only what is hidden stays hidden.")
        self.moderation = replace(
            self.moderation, step="hide", by=by, at=now(), seen=digest_of(self), reason=reason
        )

    def readdress(self, slug: str) -> None:
        """Take another address; the one before leads here from now on."""
        if slug != self.slug:
            former = [one for one in self.former_slugs if one != slug]
            if len(former) >= FORMER_ADDRESSES:
                raise Invalid("It has had too many addresses: keep this one.", field="new_address")
            self.former_slugs = [*former, self.slug]
            self.slug = slug

    def _move(self, step: Transition, to: ProductStatus) -> None:
        if to not in step.to:
            raise ValueError(f"The step {step.name} does not lead to {to}.")
        if to is ProductStatus.ACTIVE:
            if not self.active_variants:
                raise NotPublishable({"variants": ["Tick at least one variant as for sale."]})
            self.published_at = self.published_at or now()
        self.queued_at = now() if to in MODERATED else None
        self.status = to

    def follow_facts(self) -> None:
        """Write down what searches, lists and orders by number read of the facts."""
        self.specs_text = " ".join(filter(None, (spec.words for spec in self.specs)))
        self.num = spec_numbers(self.specs)
        self.search = _search_entry(self)
        listed.follow(self)

    def clean(self) -> None:
        """Hold the rules that span fields, and write down what follows from them."""
        check_variants(self.variants, self.options, self.currency)
        buyable = [variant.price.amount for variant in self.active_variants or self.variants]
        self.price_min, self.price_max = min(buyable), max(buyable)
        self.follow_facts()
        self.visible = self.shop_visible and self.status is ProductStatus.ACTIVE
        self.updated_at = now()


def _search_entry(product: Product) -> dict[str, Any]:
    """What the search finds the product by."""
    numbers = [number for variant in product.variants for number in (variant.sku, variant.barcode)]
    return search_entry(
        title=product.title or "",
        brand=product.brand or "",
        tags=product.tags,
        specs=product.specs_text,
        description=product.description or "",
        codes=filter(None, [*numbers, product.external_id]),
        pictures=len(product.pictures),
        language=product.language or "english",
    )
