"""The vocabulary of a load: few words that are everywhere and many that are rare, as in real catalogues."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

#: Each branch of the tree with its categories, and what is sold in them.
TREE: dict[str, dict[str, tuple[str, ...]]] = {
    "Kitchen": {
        "Boards": ("serving board", "cutting board", "tray", "trivet"),
        "Knives": ("chef knife", "bread knife", "paring knife", "cleaver"),
        "Pots": ("stockpot", "saucepan", "casserole", "kettle"),
        "Storage": ("jar", "canister", "lunch box", "bread bin"),
    },
    "Table": {
        "Mugs": ("mug", "espresso cup", "tumbler", "beaker"),
        "Bowls": ("soup bowl", "noodle bowl", "salad bowl", "dish"),
        "Linen": ("napkin", "tablecloth", "runner", "tea towel"),
    },
    "Home": {
        "Lighting": ("table lamp", "lantern", "pendant light", "candle holder"),
        "Textiles": ("blanket", "cushion", "rug", "curtain"),
        "Decor": ("vase", "picture frame", "mirror", "wall clock"),
    },
    "Garden": {
        "Pots and planters": ("planter", "hanging basket", "flower pot", "window box"),
        "Tools": ("trowel", "pruner", "watering can", "rake"),
    },
    "Sound": {
        "Headphones": ("headphones", "earbuds", "headset", "headphone stand"),
        "Speakers": ("bookshelf speaker", "portable speaker", "soundbar", "turntable"),
    },
    "Paper": {
        "Notebooks": ("notebook", "sketchbook", "planner", "journal"),
        "Pens": ("fountain pen", "pencil", "brush pen", "pen case"),
    },
    "Cycling": {
        "Bags": ("pannier", "saddle bag", "bar bag", "basket"),
        "Parts": ("bell", "saddle", "pedal", "bottle cage"),
    },
}

MATERIALS = (
    "oak", "walnut", "stoneware", "porcelain", "linen", "steel", "cotton", "leather", "brass", "glass",
    "bamboo", "copper", "wool", "ash", "cork", "marble", "felt", "slate", "canvas", "enamel",
)  # fmt: skip

COLOURS = ("Black", "White", "Blue", "Green", "Grey", "Red", "Natural", "Yellow")

_COMMON = (
    "with", "made", "every", "hand", "from", "light", "use", "small", "day", "soft", "good", "year",
    "keeps", "home", "simple", "warm", "finish", "edge", "strong", "easy", "clean", "shape", "colour",
    "holds", "water", "sturdy", "gift", "table", "natural", "kitchen", "quiet", "large", "lasts",
    "smooth", "classic", "balanced", "washable", "waterproof", "workshop", "batch", "recycled",
    "compact", "travel", "everyday", "lid", "handle", "grain", "glaze", "weave", "stitched", "polished",
    "brushed", "matte", "cast", "turned", "pressed", "lightweight", "foldable", "stackable", "insulated",
    "battery", "wireless", "rechargeable", "adjustable",
)  # fmt: skip

_BEGINNINGS = (
    "or",
    "ve",
    "mi",
    "tan",
    "lu",
    "kas",
    "bel",
    "no",
    "fer",
    "sal",
    "du",
    "wil",
    "har",
    "pe",
    "zo",
)
_MIDDLES = ("va", "lo", "ri", "den", "ma", "to", "li", "ka", "ne", "so", "ber", "mo", "fi", "gu", "la", "tre")
_ENDINGS = (
    "",
    "n",
    "ra",
    "lis",
    "do",
    "t",
    "mar",
    "ne",
    "x",
    "la",
    "s",
    "rik",
    "th",
    "no",
    "va",
    "m",
    "ly",
    "en",
)

#: Words that nobody uses for anything else, each as it is spelt.
RARE = tuple("".join(parts) for parts in product(_BEGINNINGS, _MIDDLES, _ENDINGS))

#: Makers, and the families of those who live here.
BRANDS = tuple(word.capitalize() for word in RARE[::13])

FIRST_NAMES = (
    "Ada", "Bruno", "Clara", "Dario", "Elif", "Farid", "Grace", "Hana", "Igor", "Juno", "Kofi", "Lena",
    "Mateo", "Nia", "Omar", "Priya", "Quinn", "Rosa", "Sven", "Tove", "Uma", "Vera", "Wim", "Ximena",
    "Yuki", "Zoë",
)  # fmt: skip

#: Where they live: city, state and postal code.
PLACES = (
    ("Seattle", "WA", "98101"), ("Portland", "OR", "97205"), ("Austin", "TX", "78704"),
    ("Denver", "CO", "80203"), ("Chicago", "IL", "60607"), ("Boston", "MA", "02116"),
    ("Atlanta", "GA", "30307"), ("Savannah", "GA", "31401"), ("Madison", "WI", "53703"),
    ("Tucson", "AZ", "85701"), ("Buffalo", "NY", "14202"), ("Oakland", "CA", "94612"),
)  # fmt: skip


def by_rank(words: Sequence[str], size: int) -> list[str]:
    """A table of about `size` entries, in which the word of rank n stands as often as Zipf's law has it.

    Each stands there once at least: drawing entries at random draws words like a natural text.
    """
    scale = size / sum(1 / rank for rank in range(1, len(words) + 1))
    return [word for rank, word in enumerate(words, 1) for _ in range(max(1, int(scale / rank)))]


#: What descriptions are made of.
TEXT = by_rank(_COMMON + RARE, 16_384)

#: What brands are drawn from.
MAKERS = by_rank(BRANDS, 2048)
