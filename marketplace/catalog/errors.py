"""What can go wrong with products, categories, stock and reviews."""

from __future__ import annotations

from ..accounts.errors import ShopNotActive as ShopNotActive
from ..shared.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, TooLarge, Unavailable


class ProductNotFound(NotFound):
    """There is no such product, or it is not shown to this person."""


class CategoryNotFound(NotFound):
    """There is no such category."""


class VariantNotFound(NotFound):
    """There is no such variant."""


class PictureNotFound(NotFound):
    """There is no such picture."""


class CategoryCycle(Conflict):
    """A category cannot be put below itself."""


class CategoryTooDeep(Conflict):
    """Categories nest five levels deep, no deeper."""


class CategoryNotEmpty(Conflict):
    """Something is in the category or below it: say where that goes (`move_to`)."""


class CategorySlugTaken(Conflict):
    """Another category has this address."""


class SkuTaken(Conflict):
    """Another variant of the shop has this SKU."""


class InvalidTransition(Conflict):
    """The listing's state does not lead there."""


class NotPublishable(Conflict):
    """Something is missing that a listing needs before people can buy; `errors` names each."""

    def __init__(self, missing: dict[str, list[str]]) -> None:
        super().__init__("Before people can buy this, something has to be put right.")
        self._missing = missing

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is missing, by field, all at once."""
        return self._missing


class NothingChanged(Conflict):
    """What a moderator sent back is sent in again as it was."""


class ProductOrdered(Conflict):
    """Somebody ordered it, so it is archived rather than deleted."""


class VariantInUse(Conflict):
    """Pieces of the variant are promised to buyers, so it cannot be removed."""


class InsufficientStock(Conflict):
    """Fewer pieces are left than were asked for."""


class HoldMismatch(Conflict):
    """The reference holds another quantity already."""


class BelowCommitted(Conflict):
    """More pieces are promised to buyers than the new number."""


class TryAgain(Unavailable):
    """So many checkouts hold this variant that another has to wait."""


class InvalidSort(BadRequest):
    """There is no such order for this list."""


class InvalidRange(BadRequest):
    """The bounds of a number cannot be read."""


class PageTooDeep(BadRequest):
    """A search by relevance shows its first thousand hits only."""


class FileTooLarge(TooLarge):
    """A file, or the picture in it, is larger than can be taken."""


class FileType(Invalid):
    """The file is of a kind that is not taken; its content says so, whatever its name."""


class FileDamaged(Invalid):
    """The file is empty, or ends before the picture does."""


class TooManyPictures(Conflict):
    """The listing has as many pictures as it may have."""


class PicturesBusy(Unavailable):
    """So many pictures are being made ready that another has to wait."""


class AttributeNotFound(NotFound):
    """There is no such attribute."""


class AttributeInUse(Conflict):
    """Products or categories use the attribute, so that this part of it stays as it is."""


class AttributeNameTaken(Conflict):
    """Another attribute has this code or alias."""


class UnknownAttribute(Invalid):
    """There is no attribute with this code."""


class InvalidOption(Invalid):
    """The attribute does not offer this option."""


class InvalidType(Invalid):
    """The attribute asks for another kind of value."""


class OutOfRange(Invalid):
    """The number is below the least or above the most that the attribute takes."""


class AttributeNotInCategory(Invalid):
    """The product's category does not ask for this attribute."""


class SpecRequired(Invalid):
    """The category asks for a fact before the listing can be published."""


class ReviewNotFound(NotFound):
    """There is no such review, or it is not shown to this person."""


class NotVerifiedPurchase(Forbidden):
    """Only who bought and received a product may review it; `reason` says what is missing."""


class AlreadyReviewed(Conflict):
    """There is one review for each buyer and product."""


class InvalidReviewStep(Conflict):
    """The review's state does not lead there."""


class ReplyExists(Conflict):
    """A shop replies once to a review."""


class ReplyClosed(Conflict):
    """A reply can be changed for a day."""


class NotYourVote(Forbidden):
    """Nobody votes on a review of their own, or of their own shop's products."""


class SynonymsNotFound(NotFound):
    """There is no such set of synonyms."""


class SynonymsTaken(Conflict):
    """There is a set with these synonyms already."""


class TooManySynonyms(Conflict):
    """No more sets of synonyms are kept."""
