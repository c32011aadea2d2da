"""Still lifes for the demo shops: small SVG pictures, drawn by code, the same at every run.

`MOTIFS` names what can be drawn, `seeds.pictures.colours` the colours. A picture is square, has no text,
no script and no reference to anything outside itself, and takes less than 6 kB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seeds.pictures import audio, cameras, cycling, kitchen, paper, plants, pottery, tea
from seeds.pictures.art import Art

MOTIFS: dict[str, Callable[[Art], None]] = {
    **pottery.MOTIFS,
    **cameras.MOTIFS,
    **tea.MOTIFS,
    **cycling.MOTIFS,
    **paper.MOTIFS,
    **plants.MOTIFS,
    **kitchen.MOTIFS,
    **audio.MOTIFS,
}


def picture(motif: str, palette: Sequence[str], number: int = 0) -> str:
    """The picture of a motif as SVG text.

    The palette names a backdrop and one to three colours: the thing's own, its second one, and that of a
    detail. The number chooses among a motif's shapes and finishes; neighbouring numbers look different.
    Raises KeyError for an unknown motif, backdrop or colour.
    """
    art = Art(palette, number)
    MOTIFS[motif](art)
    return art.svg()
