"""Notebooks, pens and the tools of a bindery."""

from __future__ import annotations

from seeds.pictures.art import FLOOR, Art, box, leaf, oval, polygon, turned
from seeds.pictures.colours import darker, lighter, mix

PAPER = "#fbf7ec"
BRASS = "#cba24a"


def notebook(art: Art) -> None:
    """A notebook from above, with an elastic, a label, stitches or a cloth spine."""
    art.from_above()
    style = art.pick("elastic", "spine", "label", "stitches", "marbled")
    with art.turned_by(art.pick(-9, 7)):
        cover = box(222, 142, 356, 510, 14)
        art.lies(box(222, 142, 366, 520, 14), 18)
        art.flat(box(230, 150, 356, 510, 12), darker(PAPER, 0.14))
        art.flat(box(228, 146, 356, 510, 12), PAPER)
        art.flat(cover, art.main)
        with art.inside(cover):
            if style == "marbled":
                for i in range(5):
                    y = 200 + i * 90
                    art.line(f"M200 {y}q60 -70 130 -6t120 -30t140 20", art.second, 22, 0.9)
                    art.line(f"M200 {y + 36}q80 -50 140 10t110 -30t150 10", art.third, 9, 0.9)
                art.flat(box(222, 142, 64, 510), darker(art.main, 0.3))
            if style == "spine":
                art.flat(box(222, 142, 92, 510), art.second)
                art.line("M314 142v510", darker(art.main, 0.4), 3, 0.5)
            if style == "elastic":
                art.flat(box(520, 142, 17, 510), art.second)
            if style == "stitches":
                art.line("M258 170v460", art.second, 6, dash="34 30")
                art.line("M222 226h36M222 354h36M222 482h36M222 602h36", art.second, 6)
        art.flat(cover, "url(#top)")
        art.line("M240 150v494", darker(art.main, 0.35), 3, 0.4)
        if style in {"label", "spine", "stitches"}:
            art.flat(box(352, 230, 160, 96, 6), PAPER)
            art.line(box(360, 238, 144, 80, 4), art.third, 3)
            art.line("M386 268h92M386 290h60", art.third, 5, 0.7)
        if style in {"label", "elastic"}:
            art.flat("M300 646h22v56l-11 -13l-11 13z", art.third)


def open_book(art: Art) -> None:
    """An open book of blank, lined or dotted leaves with a ribbon."""
    art.from_above()
    page = art.pick("lined", "dotted", "drawn")
    with art.turned_by(-6):
        art.lies(box(96, 206, 608, 404, 12), 18)
        art.solid(box(96, 206, 608, 404, 12), art.main, "top")
        for i in range(3):
            art.flat(
                box(112 + i * 3, 218 + i * 3, 576 - i * 6, 380 - i * 6, 6), darker(PAPER, 0.12 - i * 0.04)
            )
        art.flat("M120 228Q270 206 400 236Q530 206 680 228V582Q530 562 400 592Q270 562 120 582z", PAPER)
        for width in (18, 40):
            art.flat(
                f"M{400 - width} {236 - width / 5}L400 236L{400 + width} {236 - width / 5}"
                f"V{590 - width / 5}L400 592L{400 - width} {590 - width / 5}z",
                "#5a4632",
                0.07,
            )
        if page == "lined":
            art.line("".join(f"M160 {280 + i * 36}q110 -14 200 4" for i in range(8)), art.second, 3, 0.55)
            art.line("".join(f"M440 {284 + i * 36}q90 -18 200 -4" for i in range(8)), art.second, 3, 0.55)
        elif page == "dotted":
            for x in (160, 440):
                art.line("".join(f"M{x} {276 + i * 32}h204" for i in range(9)), art.second, 6, 0.7, "0 24")
        else:
            art.line("M280 520Q250 420 268 300", art.second, 6)
            for i in range(5):
                art.flat(leaf(272 - i, 490 - i * 40, -70, -34), art.second)
                art.flat(leaf(272 - i, 480 - i * 40, 66, -40), lighter(art.second, 0.25))
            art.line("".join(f"M460 {300 + i * 36}q80 -16 170 -4" for i in range(4)), art.third, 4, 0.5)
        art.flat("M410 234Q430 420 416 660l-14 -14l-14 14Q404 430 398 236z", art.third)


def fountain_pen(art: Art) -> None:
    """A fountain pen, uncapped, above its own line of ink."""
    art.from_above()
    with art.turned_by(-42):
        body = "M120 372H470Q520 376 540 386V414Q520 424 470 428H120Q92 428 92 400T120 372z"
        art.lies(body, 18)
        art.solid(body, art.main, "top")
        art.flat(box(116, 382, 360, 9, 4), "#fff", 0.35)
        art.flat(box(448, 371, 22, 58), art.third)
        art.flat(box(130, 372, 12, 56), art.third)
        art.flat("M540 388Q600 380 640 400Q600 420 540 412z", art.third)
        art.line("M572 400H636", darker(art.third, 0.5), 3)
        art.flat(oval(572, 400, 6), darker(art.third, 0.6))
        cap = box(120, 486, 226, 62, 30)
        art.lies(cap, 16)
        art.solid(cap, art.main, "top")
        art.flat(box(316, 486, 16, 62), art.third)
        art.solid(box(150, 504, 150, 13, 6), art.third, "top")
    art.line("M590 214q30 -70 60 -10t50 -20q20 -40 40 10", art.second, 6)


def pencils(art: Art) -> None:
    """Pencils side by side, from above."""
    art.from_above()
    colours = (art.main, art.second, art.third, lighter(art.main, 0.35), darker(art.second, 0.25))
    with art.turned_by(28):
        for i, colour in enumerate(colours):
            x, top = 220 + i * 76, 170 + (i * 37) % 60
            body = box(x, top + 86, 46, 380)
            art.lies(
                polygon(
                    (x, top + 86), (x + 23, top), (x + 46, top + 86), (x + 46, top + 500), (x, top + 500)
                ),
                12,
            )
            art.flat(polygon((x, top + 88), (x + 23, top), (x + 46, top + 88)), "#e6c594")
            art.flat(polygon((x + 15, top + 28), (x + 23, top), (x + 31, top + 28)), darker(colour, 0.45))
            art.flat(body, colour)
            art.flat(box(x, top + 86, 15, 380), "#fff", 0.22)
            art.flat(box(x + 31, top + 86, 15, 380), "#000", 0.16)
            art.solid(box(x, top + 460, 46, 30), "#c9ced2")
            art.solid(box(x, top + 488, 46, 34, 10), "#e79c98")


def ink(art: Art) -> None:
    """A bottle of ink, stout or faceted."""
    art.table(1.35)
    art.stands(400, 130)
    art.solid(box(344, 396, 112, 62, 8), art.third)
    art.line("".join(f"M{356 + i * 15} 404v46" for i in range(7)), darker(art.third, 0.3), 3, 0.5)
    if art.pick(True, False):
        glass = (
            "M350 456H450V476Q540 486 540 530V600Q540 622 518 622H282Q260 622 260 600V530Q260 486 350 476z"
        )
    else:
        glass = polygon((350, 456), (450, 456), (560, 560), (530, 622), (270, 622), (240, 560))
    art.flat(glass, mix(art.main, "#ffffff", 0.6))
    with art.inside(glass):
        art.flat(box(220, 500, 360, 140), art.main)
        art.flat(oval(400, 500, 170, 12), lighter(art.main, 0.25))
    art.flat(glass, "url(#round)")
    art.flat(box(336, 524, 128, 66, 5), PAPER)
    art.flat("M400 536q22 24 0 40q-22 -16 0 -40z", art.main)
    art.line("M282 540v54", "#fff", 8, 0.5)


def envelope(art: Art) -> None:
    """An envelope with a seal, before a card."""
    art.from_above()
    with art.turned_by(art.pick(-8, 6)):
        card = box(196, 150, 400, 290, 8)
        art.lies(card, 12)
        art.flat(card, art.second)
        art.line(box(214, 168, 364, 254, 4), art.third, 4, 0.7)
        style = art.pick("sprig", "sun")
        if style == "sprig":
            for i in range(4):
                art.flat(leaf(396, 330 - i * 34, -60, -30) + leaf(396, 330 - i * 34, 60, -30), art.third)
        else:
            art.flat(oval(396, 270, 44), art.third)
        cover = box(146, 316, 508, 316, 10)
        art.lies(cover, 18)
        art.flat(cover, art.main)
        art.flat(polygon((146, 628), (400, 440), (654, 628)), darker(art.main, 0.1))
        art.flat("M150 318H650L430 494Q400 516 370 494z", lighter(art.main, 0.2))
        art.line("M154 322L370 494Q400 516 430 494L646 322", darker(art.main, 0.25), 4, 0.5)
        art.flat(oval(404, 484, 47), "#000", 0.2)
        art.solid(
            "M400 434q26 -6 40 14q24 14 8 38q4 30 -28 34q-30 16 -46 -10q-28 -12 -16 -38q4 -34 42 -38z",
            art.third,
            "ball",
        )
        art.line(oval(400, 478, 24), darker(art.third, 0.35), 5, 0.6)


def cards(art: Art) -> None:
    """A fan of cards with simple printed figures."""
    art.from_above()
    for i, (angle, colour) in enumerate(((-20, art.third), (-3, art.second), (14, art.main))):
        with art.turned_by(angle, 400, 700):
            card = box(250, 170, 300, 410, 12)
            art.lies(card, 12)
            art.flat(card, PAPER)
            art.flat(box(268, 188, 264, 374, 6), colour)
            if i == 2:
                art.flat(oval(400, 320, 74), art.second)
                art.flat("M268 470Q340 390 400 440T532 420V562H268z", darker(art.main, 0.35))
                art.flat("M268 520Q330 460 410 506T532 490V562H268z", art.third)


def tape(art: Art) -> None:
    """Rolls of paper tape, stacked and leaning."""
    art.table(1.3)
    art.stands(360, 120)
    for i, colour in enumerate((art.main, art.second, art.third)):
        y = 622 - i * 66
        roll = turned((118, y - 60), (118, y), x=350, straight=True)
        art.solid(roll, colour)
        with art.inside(roll):
            if i == 0:
                art.line("".join(f"M{236 + j * 26} {y + 30}l26 -100" for j in range(10)), art.second, 7, 0.8)
            if i == 1:
                art.flat("".join(oval(246 + j * 34, y - 24 + (j % 2) * 20, 7) for j in range(8)), art.main)
        art.flat(oval(350, y - 60, 118, 18), lighter(colour, 0.25))
        art.flat(oval(350, y - 60, 84, 13), "#d9b98a")
        art.flat(oval(350, y - 59, 72, 10), "#6d5238")
    art.stands(566, 60)
    art.solid(oval(566, 552, 74), art.main, "ball")
    art.solid(oval(566, 552, 46), "#d9b98a", "ball")
    art.flat(oval(566, 552, 38), darker(art.wall, 0.25))


def scissors(art: Art) -> None:
    """Scissors from above."""
    art.from_above()
    for angle, side in ((-16, -1), (16, 1)):
        with art.turned_by(angle, 400, 420):
            blade = f"M{400 - side * 6} 430L{400 + side * 24} 420L{400 + side * 4} 130L{400 - side * 8} 160z"
            art.lies(blade, 14)
            art.solid(blade, "#c9ced2")
            art.line(f"M{400 + side * 18} 440L{400 + side * -10} 520", art.main, 30)
    for x in (318, 482):
        art.lies(oval(x, 586, 62, 84), 14)
        art.line(oval(x, 586, 52, 74), art.main, 28)
        art.line(oval(x, 586, 56, 78), lighter(art.main, 0.3), 4, 0.5)
    art.line("M400 440L346 520M400 440L454 520", art.main, 28)
    art.solid(oval(400, 424, 20), art.second, "ball")
    art.line("M388 424h24", darker(art.second, 0.5), 5)


def thread(art: Art) -> None:
    """Spools of linen thread with a needle."""
    art.table(1.2)
    for x, dy, colour in ((260, 0, art.second), (540, 4, art.third), (400, 20, art.main)):
        y = FLOOR + dy
        art.stands(x, 66, y)
        art.solid(turned((62, y - 20), (62, y), x=x, straight=True), "#d3a76c")
        art.solid(turned((46, y - 150), (54, y - 85), (46, y - 18), x=x), colour)
        with art.inside(turned((46, y - 150), (54, y - 85), (46, y - 18), x=x)):
            art.line(
                "".join(f"M{x - 60} {y - 138 + i * 22}q60 14 120 -2" for i in range(6)),
                darker(colour, 0.25),
                3,
                0.6,
            )
        art.solid(turned((62, y - 176), (62, y - 152), x=x, straight=True), "#dbb27a")
        art.flat(oval(x, y - 176, 62, 9), "#e6c594")
        art.flat(oval(x, y - 176, 17, 4), "#6d5238")
    art.line("M446 560C520 520 560 700 640 660", art.main, 4)
    art.line("M620 690L700 560", "#c9ced2", 7)


def press(art: Art) -> None:
    """A book press: two boards, two screws, a book between."""
    art.table(1.15)
    art.stands(400, 190)
    for x in (268, 532):
        art.solid(box(x - 11, 300, 22, 300, 4), "#c9ced2")
        art.line("".join(f"M{x - 9} {316 + i * 13}l18 7" for i in range(9)), "#8a9197", 3, 0.7)
        art.solid(box(x - 44, 310, 88, 24, 10), BRASS)
        art.solid(oval(x, 306, 17), BRASS, "ball")
    art.solid(box(210, 566, 380, 56, 10), art.main)
    art.flat(box(316, 446, 168, 120, 4), PAPER)
    art.line("".join(f"M318 {462 + i * 15}h164" for i in range(7)), "#d9cfb8", 3)
    art.solid(box(310, 438, 180, 20, 5), art.second)
    art.solid(box(310, 552, 180, 18, 5), art.second)
    art.solid(box(210, 384, 380, 56, 10), art.main)
    art.line(
        "M226 404q180 16 350 -2M226 424q150 -10 340 4M226 590q180 16 350 -2", darker(art.main, 0.3), 3, 0.4
    )


def bone_folder(art: Art) -> None:
    """A bone folder, an awl and a ruler, from above."""
    art.from_above()
    with art.turned_by(-22):
        ruler = box(146, 240, 520, 66, 6)
        art.lies(ruler, 10)
        art.solid(ruler, art.third, "top")
        art.line(
            "".join(f"M{166 + i * 24} 240v{30 if i % 5 == 0 else 17}" for i in range(21)),
            darker(art.third, 0.6),
            3,
            0.7,
        )
        folder = "M160 400Q300 366 560 380Q640 388 656 410Q640 434 560 440Q300 450 160 420z"
        art.lies(folder, 12)
        art.solid(folder, "#f3e8d0", "top")
        handle = "M170 520Q180 488 260 500Q330 510 380 506V554Q330 550 260 560Q180 572 170 540z"
        art.lies(handle, 14)
        art.flat(polygon((396, 522), (640, 530), (396, 538)), "#aeb6bb")
        art.solid(handle, art.main, "top")
        art.solid(box(376, 502, 24, 56, 4), art.second)


def book_stack(art: Art) -> None:
    """Three bound books in a pile, a fourth on top at an angle."""
    art.table(1.15)
    art.stands(400, 200)
    for x, y, width, height, colour in (
        (206, 552, 388, 70, art.main),
        (232, 490, 346, 62, art.second),
        (216, 436, 356, 54, art.third),
    ):
        art.flat(box(x + 20, y + 9, width - 16, height - 18, 3), PAPER)
        art.line(
            f"M{x + 40} {y + height * 0.4:g}h{width - 60}M{x + 40} {y + height * 0.62:g}h{width - 60}",
            "#d8ccb2",
            3,
        )
        art.solid(box(x, y, width, 11, 5), colour)
        art.solid(box(x, y + height - 11, width, 11, 5), colour)
        art.solid(box(x, y, 74, height, 12), colour)
        art.flat(box(x + 20, y + 6, 8, height - 12), lighter(colour, 0.45))
        art.flat(box(x + 50, y + 6, 8, height - 12), lighter(colour, 0.45))
    with art.turned_by(-4, 400, 436):
        art.flat(box(270, 400, 240, 30), PAPER)
        art.solid(box(258, 392, 262, 11, 5), lighter(art.main, 0.3))
        art.solid(box(258, 426, 262, 11, 5), lighter(art.main, 0.3))
        art.solid(box(258, 392, 30, 45, 10), lighter(art.main, 0.3))
    art.flat("M486 436v70l-10 -11l-10 11v-70z", art.main)


def desk_tidy(art: Art) -> None:
    """A pot with pens and a ruler."""
    art.table(1.2)
    art.stands(400, 104)
    art.solid(polygon((330, 450), (318, 240), (350, 236), (366, 450)), "#e0b968")
    art.line("".join(f"M322 {262 + i * 22}h13" for i in range(7)), "#7a5d2a", 3)
    art.solid(box(372, 230, 26, 240, 4), art.second)
    art.flat(polygon((372, 232), (385, 196), (398, 232)), "#e6c594")
    with art.turned_by(9, 440, 460):
        art.solid(box(420, 210, 30, 260, 13), art.third)
        art.flat(box(420, 290, 30, 8), BRASS)
        art.line("M456 226v90", BRASS, 6)
    with art.turned_by(20, 460, 470):
        art.solid(box(452, 262, 22, 220, 4), darker(art.second, 0.25))
        art.solid(box(452, 246, 22, 26, 8), "#e79c98")
    body = turned((104, 400), (96, FLOOR), straight=True)
    art.solid(body, art.main)
    with art.inside(body):
        art.band(540, 566, 100, art.second)
    art.line("M296 400a104 16 0 0 0 208 0", lighter(art.main, 0.4), 9)


MOTIFS = {
    "notebook": notebook,
    "open-book": open_book,
    "fountain-pen": fountain_pen,
    "pencils": pencils,
    "ink": ink,
    "envelope": envelope,
    "cards": cards,
    "paper-tape": tape,
    "scissors": scissors,
    "thread": thread,
    "book-press": press,
    "bone-folder": bone_folder,
    "books": book_stack,
    "desk-tidy": desk_tidy,
}
