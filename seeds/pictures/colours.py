"""The colours and backdrops that the pictures are painted with, by name."""

#: A wall and the surface before it.
BACKDROPS = {
    "linen": ("#f3eee4", "#e3d8c6"),
    "sand": ("#efe0cb", "#dcc4a4"),
    "blush": ("#f4dad0", "#e5baa8"),
    "sage": ("#d3dfcf", "#b3c6ae"),
    "mint": ("#d3eadf", "#aad3c1"),
    "mist": ("#dce5ea", "#bccbd4"),
    "sky": ("#cbe0ee", "#a2c4da"),
    "butter": ("#f8e6b4", "#ebcb7f"),
    "lilac": ("#e0d9eb", "#c5b8da"),
    "stone": ("#dad5cc", "#c0b8ac"),
    "apricot": ("#f7cfa9", "#e8b07f"),
    "coral": ("#f0a690", "#de8369"),
    "clay": ("#d99d80", "#c07c5c"),
    "mustard": ("#e5b755", "#cc9634"),
    "teal": ("#86b7b3", "#629995"),
    "denim": ("#7c9bbb", "#5d7fa3"),
    "slate": ("#66747f", "#4f5b65"),
    "pine": ("#47655a", "#344e45"),
    "plum": ("#6a4a60", "#51364a"),
    "night": ("#37445a", "#283346"),
}

COLOURS = {
    "white": "#fbf9f5",
    "cream": "#f6ecd9",
    "bone": "#e9dcc3",
    "oat": "#dccbae",
    "blush": "#eec1b0",
    "pink": "#eda6a5",
    "rose": "#cf7484",
    "coral": "#ec7860",
    "red": "#c63f31",
    "brick": "#a9472f",
    "terracotta": "#c7704b",
    "rust": "#9c4a2b",
    "apricot": "#f0a868",
    "orange": "#e3813a",
    "ochre": "#cf9636",
    "mustard": "#e0ae3a",
    "butter": "#f3d680",
    "lime": "#b7c765",
    "olive": "#7b8043",
    "moss": "#5f7140",
    "leaf": "#4d8a4e",
    "sage": "#9bb18f",
    "mint": "#9fd0b8",
    "pine": "#2d5446",
    "teal": "#2d7d80",
    "sea": "#4e8a99",
    "sky": "#8dbbd6",
    "cobalt": "#2b57a4",
    "navy": "#263a5e",
    "lilac": "#a894cb",
    "plum": "#6c3d60",
    "walnut": "#694532",
    "chestnut": "#8a5434",
    "oak": "#c59a69",
    "beech": "#e0bf92",
    "kraft": "#c8a073",
    "tan": "#b77f4d",
    "copper": "#c6794c",
    "brass": "#cba24a",
    "silver": "#cdd2d6",
    "steel": "#9aa6ae",
    "grey": "#7f868d",
    "stone": "#b5aea3",
    "graphite": "#52575e",
    "charcoal": "#383b41",
    "ink": "#23272f",
}


def mix(one: str, other: str, share: float) -> str:
    """The colour between two, with `share` (0 to 1) of the other."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def darker(colour: str, share: float = 0.2) -> str:
    """The colour with a share of a warm near-black in it."""
    return mix(colour, "#1c1720", share)


def lighter(colour: str, share: float = 0.25) -> str:
    """The colour with a share of warm white in it."""
    return mix(colour, "#fffaf2", share)
