"""Things to cook with."""

from __future__ import annotations

from math import cos, pi, sin

from seeds.pictures.art import FLOOR, Art, box, leaf, oval, polygon, turned
from seeds.pictures.colours import darker, lighter, mix

STEEL = "#cdd3d7"


def knife(art: Art) -> None:
    """A kitchen knife from above: chef's, cleaver, or a small one; alone or on a board."""
    art.from_above()
    kind = art.pick("chef", "cleaver", "paring", "bread")
    if art.pick(False, True):
        board = box(130, 250, 540, 330, 30)
        art.lies(board, 12)
        art.solid(board, "#d8ad77", "top")
        art.line("M160 320q240 20 480 -10M160 400q200 -16 480 10M160 500q260 26 480 -6", "#b98a55", 3, 0.5)
    blades = {
        "chef": "M330 352H120Q96 352 90 366Q170 446 300 452H330z",
        "cleaver": "M340 320H110Q96 320 96 336V470Q96 480 110 480H330z",
        "paring": "M350 376H210Q180 376 170 386Q230 430 320 432H350z",
        "bread": "M330 366H70Q56 380 70 396Q72 424 90 430l18 -8l18 8l18 -8"
        "l18 8l18 -8l18 8l18 -8l18 8l18 -8l18 8l18 -8l18 8l18 -8l20 8z",
    }
    if kind == "paring":
        _knife(art, kind, blades[kind], art.main, (-36, -20, -150))
        _knife(art, kind, blades[kind], art.third, (-20, -40, 30))
    else:
        _knife(art, kind, blades[kind], art.main, (-28, 0, -70))


def _knife(art: Art, kind: str, blade: str, colour: str, place: tuple[float, float, float]) -> None:
    """One knife, turned by degrees and moved by dx and dy."""
    degrees, dx, dy = place
    with art.turned_by(degrees), art.moved(dx, dy, 1.18):
        art.lies(blade, 14)
        art.solid(blade, STEEL, "top")
        if kind == "cleaver":
            art.flat(oval(126, 346, 11), darker(art.wall, 0.3))
        if kind == "chef":
            art.flat("M120 356H330V372H108z", "#fff", 0.5)
        y = {"chef": 352, "cleaver": 352, "paring": 376, "bread": 366}[kind]
        length = 190 if kind == "paring" else 240
        handle = (
            f"M336 {y}H{336 + length}Q{366 + length} {y + 4} {360 + length} {y + 36}"
            f"Q{340 + length} {y + 66} {320 + length} {y + 56}Q{430} {y + 40} 336 {y + 56}z"
        )
        art.lies(handle, 14)
        art.solid(handle, colour, "top")
        art.flat(box(330, y - 1, 22, 58, 3), darker(colour, 0.35))
        for i in range(3):
            art.solid(oval(390 + i * (length - 90) / 2, y + 25, 8), art.second, "ball")


def board(art: Art) -> None:
    """A cutting board, rectangular with a handle or round, with something on it."""
    art.from_above()
    rounded = art.pick(False, True)
    with art.turned_by(12):
        if rounded:
            shape = oval(400, 430, 226)
            handle = box(364, 90, 72, 180, 34)
        else:
            shape = box(210, 240, 380, 440, 40)
            handle = box(356, 110, 88, 190, 40)
        for part in (handle, shape):
            art.lies(part, 16)
        for part in (handle, shape):
            art.solid(part, art.main, "top")
        art.flat(oval(400, 146, 17), darker(art.wall, 0.3))
        with art.inside(shape):
            if art.pick(True, False):
                art.line(
                    "M190 320q200 30 440 -10M190 420q220 -24 440 14"
                    "M190 520q220 30 440 -12M190 620q220 -10 440 6",
                    darker(art.main, 0.25),
                    4,
                    0.45,
                )
            else:
                for i in range(4):
                    art.flat(box(170 + i * 130, 200, 54, 520), art.second, 0.7)
    art.lies(oval(370, 470, 66), 12)
    art.solid(oval(370, 470, 66), art.third, "ball")
    art.flat(leaf(372, 412, -36, -16) + leaf(372, 412, 36, -20) + leaf(372, 412, 2, -40), "#5f8a48")
    art.flat(leaf(480, 540, 70, -50) + leaf(480, 540, 80, 20), "#6f9b52")
    art.line("M450 552L520 520", "#5f8a48", 5)


def pan(art: Art) -> None:
    """A frying pan from above, empty or with an egg."""
    art.from_above()
    with art.turned_by(-38, 340, 440):
        handle = box(312, 600, 56, 260, 26)
        art.lies(handle, 18)
        art.lies(oval(340, 400, 222), 18)
        art.solid(handle, art.second)
        art.flat(oval(340, 826, 12), darker(art.wall, 0.35))
        art.solid(box(322, 590, 36, 46, 6), STEEL)
        art.solid(oval(340, 400, 222), art.main, "ball")
        art.line(oval(340, 400, 214), lighter(art.main, 0.25), 6, 0.8)
        art.flat(oval(340, 404, 178), darker(art.main, 0.28))
        art.line(oval(340, 404, 140), lighter(art.main, 0.1), 3, 0.4)
        if art.pick(True, False):
            art.flat(
                "M250 380q10 -70 90 -70q90 -10 100 60q40 60 -20 100q-60 40 -110 10q-80 -20 -60 -100z",
                "#fdfaf2",
            )
            art.solid(oval(346, 392, 48), "#f3b233", "ball")


def casserole(art: Art) -> None:
    """A lidded pot, wide or tall."""
    art.table(1.18)
    wide = art.pick(True, False)
    half, top = (186, 456) if wide else (146, 400)
    art.stands(400, half * 0.85)
    for side in (-1, 1):
        x = 400 + side * half
        art.line(
            f"M{x} {top + 40}q{side * 60} -6 {side * 56} 34q{-side * 4} 20 {-side * 56} 12",
            darker(art.main, 0.15),
            19,
        )
    body = turned((half, top), (half, top + 60), (half * 0.96, 600), (half * 0.86, FLOOR))
    art.solid(body, art.main)
    if art.pick(True, False):
        with art.inside(body):
            art.band(top + 60, top + 70, half, art.second)
    art.solid(
        f"M{400 - half - 8} {top}Q{400 - half + 10} {top - 62} 400 {top - 70}"
        f"Q{400 + half - 10} {top - 62} {400 + half + 8} {top}Q400 {top + 50} {400 - half - 8} {top}z",
        lighter(art.main, 0.06),
    )
    art.line(
        f"M{400 - half - 4} {top + 2}Q400 {top + 50} {400 + half + 4} {top + 2}",
        darker(art.main, 0.35),
        4,
        0.5,
    )
    art.solid(box(380, top - 94, 40, 34, 8), art.third)
    art.solid(oval(400, top - 98, 34, 17), art.third, "ball")


def saucepan(art: Art) -> None:
    """A pan with one long handle."""
    art.table(1.15)
    art.stands(350, 120)
    art.solid(box(470, 454, 240, 30, 14), art.second)
    art.flat(oval(688, 469, 8), darker(art.wall, 0.3))
    art.solid(box(464, 448, 40, 42, 8), darker(STEEL, 0.15))
    body = turned((136, 436), (136, 560), (128, FLOOR), x=350)
    art.solid(body, art.main)
    with art.inside(body):
        art.band(470, 476, 136, lighter(art.main, 0.35), x=350)
    art.opening(350, 436, 136, art.main, 8)
    art.flat(oval(350, 444, 118, 14), art.third)


def whisk(art: Art) -> None:
    """A whisk from above."""
    art.from_above()
    with art.turned_by(38):
        wires = "".join(
            f"M400 450C{400 + w} 380 {400 + w} 120 400 110C{400 - w} 120 {400 - w} 380 400 450"
            for w in (30, 84, 140)
        )
        art.line_lies(wires, 7, 16)
        art.line(wires, "#aeb6bb", 7)
        art.line(wires, "#e9edef", 2.5)
        handle = box(370, 440, 60, 270, 28)
        art.lies(handle, 16)
        art.solid(handle, art.main)
        art.solid(box(364, 430, 72, 36, 10), art.second)
        art.flat(box(370, 640, 60, 15), art.third)
        art.line("M400 716a17 17 0 1 0 .1 0", "#aeb6bb", 7)


def spoons(art: Art) -> None:
    """Wooden spoons and a spatula in a crock."""
    art.table(1.12)
    art.stands(400, 112)
    with art.turned_by(-14, 360, 500):
        art.solid(box(352, 240, 19, 270, 8), art.second)
        art.solid(oval(361, 216, 40, 56), art.second, "ball")
        art.flat(oval(361, 212, 26, 38), darker(art.second, 0.15))
    with art.turned_by(3, 410, 500):
        art.solid(box(400, 250, 19, 260, 8), darker(art.second, 0.2))
        art.solid(
            "M372 250V160Q372 140 392 140H428Q448 140 448 160V250Q440 270 410 270T372 250z",
            darker(art.second, 0.2),
        )
        art.line("M396 160v74M410 160v74M424 160v74", art.wall, 8)
    with art.turned_by(18, 450, 500):
        art.solid(box(442, 260, 17, 250, 8), art.third)
        art.solid(oval(450, 236, 34, 48), lighter(art.third, 0.15), "ball")
    body = turned((112, 430), (122, 520), (104, FLOOR))
    art.flat(body, art.main)
    with art.inside(body):
        art.glaze(476, 122, lighter(art.main, 0.5))
    art.flat(body, "url(#round)")
    art.line("M288 430a112 17 0 0 0 224 0", lighter(art.main, 0.5), 9)


def rolling_pin(art: Art) -> None:
    """A rolling pin on floured cloth, with cutters."""
    art.from_above()
    art.flat("M170 470Q260 380 400 420T640 520Q560 640 400 610T170 470z", "#fff", 0.5)
    with art.turned_by(-24):
        for x in (96, 604):
            handle = box(x, 372, 100, 46, 22)
            art.lies(handle, 16)
            art.solid(handle, art.second, "top")
        pin = box(176, 346, 448, 98, 26)
        art.lies(pin, 20)
        art.solid(pin, art.main, "top")
        art.line("M200 376q200 12 400 -4M200 410q190 -8 400 6", darker(art.main, 0.25), 3, 0.4)
        art.flat(box(176, 346, 20, 98, 8), darker(art.main, 0.2), 0.6)
        art.flat(box(604, 346, 20, 98, 8), darker(art.main, 0.2), 0.6)
    for x, y, r in ((560, 580, 60), (250, 220, 44)):
        art.line_lies(oval(x, y, r), 11, 12)
        art.line(oval(x, y, r), art.third, 11)
        art.line(oval(x, y, r + 3), lighter(art.third, 0.4), 3)


def mixing_bowl(art: Art) -> None:
    """A large bowl with a wooden spoon and dough."""
    art.table(1.2)
    art.stands(400, 130)
    with art.turned_by(32, 470, 440):
        art.solid(box(456, 200, 26, 250, 12), art.third)
    art.flat(oval(400, 440, 204, 31), darker(art.main, 0.35))
    art.solid("M240 446Q300 370 400 390T560 446Q400 490 240 446z", "#f7ead0", "top")
    body = turned((206, 440), (190, 530), (120, 606), (84, FLOOR), front=True)
    art.flat(body, art.main)
    with art.inside(body):
        for y in (480, 504):
            art.band(y, y + 11, 206, art.second)
    art.flat(body, "url(#round)")
    art.line("M194 440a206 31 0 0 0 412 0", lighter(art.main, 0.35), 9)


def colander(art: Art) -> None:
    """A colander with feet and two handles."""
    art.table(1.18)
    art.stands(400, 130)
    for side in (-1, 1):
        art.line(
            f"M{400 + side * 196} 440q{side * 70} -10 {side * 60} 26q{-side * 10} 24 {-side * 66} 16",
            darker(art.main, 0.12),
            17,
        )
    art.solid(polygon((320, 590), (480, 590), (464, FLOOR), (336, FLOOR)), darker(art.main, 0.2))
    body = turned((200, 430), (188, 510), (130, 580), (90, 598))
    art.solid(body, art.main)
    holes = "".join(
        oval(400 + dx * (46 - row * 4), 486 + row * 34 + (1 - (dx / 4) ** 2) * 12, 9, 8)
        for row in range(3)
        for dx in (-3, -2, -1, 0, 1, 2, 3)
    )
    art.flat(holes, darker(art.main, 0.5))
    art.opening(400, 430, 200, art.main, 9)


def jar(art: Art) -> None:
    """A glass jar: preserves with a cloth, a clip lid, or pasta."""
    art.table(1.2)
    filled = art.pick("jam", "beans", "pasta")
    art.stands(400, 110)
    glass = turned((98, 372), (118, 410), (120, 580), (108, FLOOR))
    art.flat(glass, "#ffffff", 0.4)
    with art.inside(glass):
        if filled == "jam":
            art.flat("M200 420q200 24 400 0V640H200z", art.main, 0.92)
            art.flat(
                "".join(oval(300 + i * 67 % 200, 460 + i * 41 % 140, 15) for i in range(9)),
                darker(art.main, 0.25),
                0.6,
            )
        elif filled == "beans":
            for i in range(34):
                x, y = 296 + (i % 7) * 34 + (i // 7 % 2) * 17, 612 - (i // 7) * 32
                art.flat(oval(x, y, 18, 14), mix(art.main, "#fff3dc" if i % 3 else "#3a2a20", 0.2))
        else:
            art.line(
                "".join(f"M{304 + i * 17} 620L{296 + i * 18} {410 + (i % 3) * 12}" for i in range(12)),
                art.main,
                13,
            )
    art.line("M304 440Q294 520 304 590", "#fff", 11, 0.6)
    art.flat(box(340, 480, 120, 84, 8), "#fbf6ea")
    art.line("M364 512h72M378 534h44", art.third, 6, 0.8)
    if filled == "jam":
        art.solid(
            "M282 380Q270 350 300 330Q320 300 400 300T500 330Q530 350 518 380"
            "Q500 396 470 384Q430 398 400 386Q370 398 330 384Q300 396 282 380z",
            art.second,
            "top",
        )
        art.line("M296 352q104 30 208 0", art.third, 7)
    else:
        art.solid(box(292, 338, 216, 40, 12), art.second)
        art.line("M500 340q50 20 30 80", "#aeb6bb", 7)


def pepper_mill(art: Art) -> None:
    """A pair of mills, turned."""
    art.table(1.05)
    for x, colour, scale in ((480, art.second, 0.8), (330, art.main, 1.0)):
        y = FLOOR + (10 if scale < 1 else 0)
        h = 400 * scale
        art.stands(x, 60 * scale, y)
        art.solid(
            turned(
                (46 * scale, y - h * 0.68),
                (34 * scale, y - h * 0.45),
                (58 * scale, y - h * 0.2),
                (62 * scale, y),
                x=x,
            ),
            colour,
        )
        art.solid(
            turned((30 * scale, y - h * 0.9), (50 * scale, y - h * 0.8), (46 * scale, y - h * 0.7), x=x),
            colour,
        )
        art.flat(box(x - 42 * scale, y - h * 0.7, 84 * scale, 7), art.third)
        art.solid(oval(x, y - h * 0.95, 17 * scale), art.third, "ball")
    art.flat(
        "".join(oval(x, y, 7, 6) for x, y in ((210, 640), (232, 652), (250, 636), (560, 664), (584, 650))),
        "#3a2d28",
    )


def mortar(art: Art) -> None:
    """A mortar with its pestle."""
    art.table(1.25)
    art.stands(400, 120)
    with art.turned_by(34, 440, 420):
        art.solid(
            "M424 210Q440 196 456 210L462 400Q470 440 440 446Q410 440 418 400z", lighter(art.second, 0.1)
        )
    art.flat(oval(400, 420, 150, 22), darker(art.main, 0.4))
    art.solid(
        "M252 424a150 22 0 0 0 296 0Q560 500 500 560Q460 580 470 590"
        "L504 622H296L330 590Q340 580 300 560Q240 500 252 424z",
        art.main,
    )
    art.line("M250 420a150 22 0 0 0 300 0", lighter(art.main, 0.35), 10)
    art.flat("".join(oval(280 + i * 61 % 240, 470 + i * 37 % 90, 4) for i in range(16)), art.third, 0.5)


def apron(art: Art) -> None:
    """An apron on a hook."""
    art.from_above()
    art.line("M330 190C340 90 460 90 470 190", darker(art.second, 0.05), 17)
    shape = (
        "M320 186H480Q484 300 560 350L600 640Q600 660 580 660H220Q200 660 200 640L240 350Q316 300 320 186z"
    )
    art.lies(shape, 14)
    art.flat(shape, art.main)
    with art.inside(shape):
        style = art.pick("plain", "stripes", "check")
        if style == "stripes":
            art.line("".join(f"M{216 + i * 46} 150V680" for i in range(9)), art.second, 8, 0.7)
        elif style == "check":
            art.line("".join(f"M{206 + i * 50} 150V680" for i in range(9)), art.second, 20, 0.3)
            art.line("".join(f"M180 {196 + i * 50}H620" for i in range(10)), art.second, 20, 0.3)
    art.flat(shape, "url(#top)")
    art.line("M240 352Q180 380 150 470M560 352Q620 380 650 470", art.second, 13)
    art.flat(box(300, 420, 200, 140, 12), darker(art.main, 0.12))
    art.line("M308 430h184M400 430v124", lighter(art.main, 0.4), 3, 0.8, "9 8")
    for x in (330, 470):
        art.solid(oval(x, 206, 9), art.third, "ball")
    art.solid(oval(400, 112, 15), art.third, "ball")


def towel(art: Art) -> None:
    """Folded towels, tied."""
    art.table(1.2)
    art.stands(400, 180)
    for i, colour in enumerate((art.main, art.second, lighter(art.main, 0.4))):
        y = 622 - i * 68
        art.solid(box(224 + i * 6, y - 66, 352 - i * 12, 66, 30), colour, "top")
        art.line(f"M250 {y - 30}H{556 - i * 6}", darker(colour, 0.25), 3, 0.6)
        stripe = art.second if i != 1 else art.main
        art.flat(f"M{470 - i * 8} {y - 66}h14v66h-14zM{494 - i * 8} {y - 66}h7v66h-7z", stripe)
    art.line("M340 418V622", art.third, 9)
    art.flat(leaf(340, 420, -70, -40) + leaf(340, 420, 66, -44), art.third)


def scale(art: Art) -> None:
    """Kitchen scales with a dial and a pan."""
    art.table(1.15)
    art.stands(400, 140)
    art.solid("M262 622L296 430Q300 410 322 410H478Q500 410 504 430L538 622z", art.main)
    art.solid(box(380, 370, 40, 50, 6), STEEL)
    art.solid("M230 330H570Q540 382 460 382H340Q260 382 230 330z", art.second, "top")
    art.flat(oval(400, 330, 170, 17), darker(art.second, 0.3))
    art.solid(oval(400, 520, 84), STEEL, "ball")
    art.flat(oval(400, 520, 74), "#fdf9ee")
    ticks = "".join(
        f"M{400 + cos(a) * 62:.0f} {520 + sin(a) * 62:.0f}L{400 + cos(a) * 50:.0f} {520 + sin(a) * 50:.0f}"
        for a in (k * pi / 6 for k in range(12))
    )
    art.line(ticks, "#5d6670", 4)
    art.line("M400 520L434 476", art.third, 6)
    art.flat(oval(400, 520, 9), "#3b3f45")


def grater(art: Art) -> None:
    """A box grater."""
    art.table(1.12)
    art.stands(400, 110)
    art.line("M340 310C340 220 460 220 460 310", art.main, 26)
    art.flat(polygon((460, 306), (506, 316), (560, 610), (496, FLOOR)), darker(STEEL, 0.25))
    art.solid(polygon((326, 306), (460, 306), (496, FLOOR), (290, FLOOR)), STEEL)
    for row in range(7):
        y = 350 + row * 36
        art.flat("".join(oval(336 + i * 34 - row * 3 + (row % 2) * 15, y, 9, 7) for i in range(4)), "#7a8288")
    art.solid(box(316, 296, 192, 26, 8), art.main)
    art.solid(box(280, 602, 286, 22, 8), art.second)


MOTIFS = {
    "knife": knife,
    "board": board,
    "pan": pan,
    "casserole": casserole,
    "saucepan": saucepan,
    "whisk": whisk,
    "spoons": spoons,
    "rolling-pin": rolling_pin,
    "mixing-bowl": mixing_bowl,
    "colander": colander,
    "jar": jar,
    "pepper-mill": pepper_mill,
    "mortar": mortar,
    "apron": apron,
    "towels": towel,
    "kitchen-scale": scale,
    "grater": grater,
}
