"""What can go wrong with products, categories and stock."""

from __future__ import annotations

from ..accounts.errors import ShopNotActive as ShopNotActive
from ..shared.errors import BadRequest, Conflict, Invalid, NotFound, TooLarge, Unavailable


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
    """Something is missing that a listing needs before people can buy."""


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
