"""Tea, coffee and what they are made with."""

from __future__ import annotations

from seeds.pictures.art import FLOOR, Art, box, leaf, oval, polygon, turned
from seeds.pictures.colours import darker, lighter, mix

STEEL = "#c3c9cd"
COFFEE = "#4a2f24"


def _label(art: Art, x: float, y: float, width: float, height: float, motif: str) -> None:
    """A paper label with a small drawing and two lines that stand for print."""
    art.flat(box(x, y, width, height, 8), "#fbf6ea")
    middle = x + width / 2
    centre = y + height * 0.4
    size = min(width, height) * 0.22
    match motif:
        case "leaf":
            for dx in (-0.9, 0, 0.9):
                art.flat(leaf(middle, centre + size, dx * size, -size * (2 - abs(dx) * 0.5), 0.35), art.main)
        case "sun":
            art.flat(oval(middle, centre, size), art.third)
            art.flat(
                polygon(
                    (x + 8, centre + size), (middle - 6, centre - size * 0.1), (middle + size, centre + size)
                ),
                art.main,
            )
            art.flat(
                polygon(
                    (middle - size, centre + size), (middle + size, centre), (x + width - 8, centre + size)
                ),
                darker(art.main, 0.2),
            )
        case "bird":
            art.flat(
                f"M{middle - size * 1.5} {centre}"
                f"q{size} {-size} {size * 2} {-size * 0.4}l{size} {-size * 0.1}"
                f"l{-size * 0.7} {size * 0.4}"
                f"q{-size * 0.3} {size * 1.4} {-size * 1.6} {size}l{-size} {size * 0.5}z",
                art.main,
            )
        case "bean":
            art.flat(oval(middle, centre, size * 0.8, size * 1.1), COFFEE)
            art.line(f"M{middle} {centre - size}q{size * 0.5} {size} 0 {size * 2}", "#fbf6ea", 5)
        case _:
            art.line(oval(middle, centre, size), art.third, 6)
            art.flat(oval(middle, centre, size * 0.5), art.main)
    art.flat(box(middle - width * 0.28, y + height * 0.74, width * 0.56, 9, 4), darker(art.main, 0.1))
    art.flat(box(middle - width * 0.18, y + height * 0.85, width * 0.36, 6, 3), art.third)


def tea_tin(art: Art) -> None:
    """A caddy with a label, round or square."""
    art.table(1.2)
    label = art.pick("leaf", "sun", "bird", "ring")
    if art.pick(True, False):
        art.stands(400, 118)
        body = turned((118, 350), (118, FLOOR), straight=True)
        art.solid(body, art.main)
        with art.inside(body):
            art.band(590, 606, 118, art.third)
        art.solid(turned((122, 330), (122, 384), straight=True), art.second)
        art.flat(oval(400, 330, 122, 18), lighter(art.second, 0.3))
        art.solid(oval(400, 318, 20, 15), art.third, "ball")
        _label(art, 330, 420, 140, 150, label)
    else:
        art.stands(400, 130)
        art.solid(box(286, 356, 228, 266, 10), art.main)
        art.flat(box(286, 596, 228, 10), art.third)
        art.solid(box(280, 318, 240, 62, 12), art.second)
        art.line("M284 378H516", darker(art.second, 0.3), 4, 0.5)
        _label(art, 322, 410, 156, 164, label)


def tea_pouch(art: Art) -> None:
    """A paper pouch with loose leaves before it."""
    art.table(1.15)
    art.stands(400, 140)
    pouch = "M286 300H514L536 600Q540 622 520 622H280Q260 622 264 600z"
    art.flat(pouch, art.main)
    art.flat(pouch, "url(#round)")
    art.flat(box(278, 276, 244, 58, 4), darker(art.main, 0.12))
    art.line("M290 318H510", darker(art.main, 0.35), 3, 0.7, "10 8")
    art.flat(box(384, 262, 32, 40, 6), art.third)
    _label(art, 318, 374, 164, 180, art.pick("leaf", "bird", "ring", "sun"))
    for i, (x, y) in enumerate(((222, 632), (250, 650), (560, 640), (590, 656), (610, 630), (200, 654))):
        art.flat(
            leaf(x, y, 34 - 12 * (i % 3), -16 + 12 * (i % 2), 0.4), mix("#4a3d2a", art.main, 0.15 * (i % 3))
        )


def coffee_bag(art: Art) -> None:
    """A bag of beans with a folded top."""
    art.table(1.15)
    art.stands(400, 130)
    style = art.pick("block", "stripe", "half")
    art.flat(polygon((514, 300), (552, 330), (548, 612), (516, FLOOR)), darker(art.main, 0.32))
    bag = "M284 300H516V610Q516 622 504 622H296Q284 622 284 610z"
    art.flat(bag, art.main)
    with art.inside(bag):
        if style == "block":
            art.flat(box(284, 520, 240, 110), art.second)
            art.flat(oval(400, 520, 74), art.third)
        elif style == "stripe":
            for i in range(5):
                art.flat(
                    polygon(
                        (260 + i * 70, 622), (294 + i * 70, 622), (414 + i * 70, 440), (380 + i * 70, 440)
                    ),
                    art.second,
                )
        else:
            art.flat("M284 470Q340 420 400 470T516 470V622H284z", art.second)
            art.flat("M284 540Q340 490 400 540T516 540V622H284z", art.third)
    art.flat(bag, "url(#round)")
    art.solid(box(276, 258, 248, 62, 6), darker(art.main, 0.1), "top")
    art.flat(box(264, 284, 272, 14, 5), art.third)
    _label(art, 340, 350, 120, 112, "bean")
    for x, y in ((210, 636), (236, 654), (586, 650)):
        art.solid(oval(x, y, 17, 12), COFFEE, "ball")
        art.line(f"M{x - 12} {y + 3}q12 -9 24 -4", "#2c1a13", 3)


def dripper(art: Art) -> None:
    """A pour-over cone on a glass server."""
    art.table(1.15)
    art.stands(400, 120)
    glass = turned((70, 440), (126, 520), (134, 590), (112, FLOOR))
    art.flat(glass, "#ffffff", 0.35)
    with art.inside(glass):
        art.flat("M200 540q200 22 400 0V640H200z", COFFEE, 0.92)
        art.flat(oval(400, 543, 130, 14), lighter(COFFEE, 0.15))
    art.line("M284 480Q262 560 290 606", "#fff", 8, 0.6)
    art.line("M506 470C600 450 600 590 524 586", mix(art.wall, "#ffffff", 0.65), 17)
    art.solid(box(316, 424, 168, 22, 10), art.second)
    cone = polygon((252, 272), (548, 272), (436, 430), (364, 430))
    art.flat(polygon((276, 262), (524, 262), (520, 210), (290, 224)), "#f4ead6")
    art.solid(cone, art.main)
    art.line("M330 300L382 420M400 300V420M470 300L418 420", darker(art.main, 0.2), 5, 0.5)
    art.line("M540 300q66 0 40 60q-20 34 -74 24", art.main, 17)
    art.solid(box(244, 260, 312, 22, 11), lighter(art.main, 0.15))


def french_press(art: Art) -> None:
    """A plunger pot of glass and metal."""
    art.table(1.08)
    art.stands(400, 112)
    art.line("M506 360h54q26 0 26 30v150q0 26 -26 26h-54", art.third, 24)
    art.flat(box(292, 326, 216, 290, 14), "#ffffff", 0.4)
    art.flat(box(298, 410, 204, 200, 10), COFFEE, 0.94)
    art.flat(box(298, 404, 204, 16, 6), "#8a6246")
    art.flat(box(314, 340, 14, 250, 7), "#fff", 0.5)
    for y in (350, 560):
        art.solid(box(286, y, 228, 24, 6), art.main)
    art.solid(box(286, 596, 228, 28, 8), art.main)
    art.solid("M282 330Q286 268 400 264Q514 268 518 330z", art.main)
    art.solid(box(394, 170, 12, 100), STEEL)
    art.solid(oval(400, 162, 26), art.third, "ball")
    art.flat(polygon((292, 330), (250, 312), (266, 344), (292, 366)), art.main)


def moka(art: Art) -> None:
    """An eight-sided stove-top pot."""
    art.table(1.12)
    art.stands(400, 110)
    art.line("M484 320L580 330Q600 334 592 360L564 470", art.third, 28)
    for outline, faces in (
        (
            polygon((318, 300), (482, 300), (458, 440), (342, 440)),
            ((318, 300), (364, 300), (374, 440), (342, 440)),
        ),
        (
            polygon((346, 466), (454, 466), (496, FLOOR), (304, FLOOR)),
            ((346, 466), (376, 466), (358, FLOOR), (304, FLOOR)),
        ),
    ):
        art.flat(outline, art.main)
        art.flat(polygon(*faces), lighter(art.main, 0.35))
        art.flat(outline, "url(#round)")
    art.line(
        "M426 300L426 440M376 300L380 440M376 470L360 618M424 470L440 618", darker(art.main, 0.3), 3, 0.5
    )
    art.flat(polygon((318, 300), (280, 286), (330, 372)), darker(art.main, 0.1))
    art.solid(box(330, 436, 140, 34, 8), darker(art.main, 0.15))
    art.solid(polygon((322, 300), (478, 300), (430, 256), (370, 256)), lighter(art.main, 0.12))
    art.solid(box(382, 226, 36, 34, 12), art.third)
    art.flat(oval(470, 548, 9), art.second)


def kettle(art: Art) -> None:
    """A goose-necked pouring kettle."""
    art.table(1.12)
    art.stands(410, 130)
    art.line("M300 560C200 560 236 420 180 372q-18 -16 -40 -8", darker(art.main, 0.12), 26)
    art.line("M300 556C204 556 238 418 180 368q-16 -14 -38 -6", art.main, 16)
    art.line("M520 400h74q20 0 20 20v120", darker(art.third, 0.05), 28)
    body = turned((92, 390), (126, 520), (134, FLOOR - 6), (128, FLOOR), x=410)
    art.solid(body, art.main)
    art.line("M340 420q-20 80 -18 160", "#fff", 9, 0.3)
    art.solid(turned((62, 366), (96, 392), x=410), art.second)
    art.solid(oval(410, 350, 22, 20), art.third, "ball")


def grinder(art: Art) -> None:
    """A hand mill: a wooden box with a drawer, or a steel cylinder."""
    art.table(1.12)
    if art.pick(True, False):
        art.stands(400, 130)
        art.solid(box(276, 428, 248, 176, 10), art.main)
        art.flat("M276 470q124 -26 248 10M276 560q130 20 248 -16", darker(art.main, 0.3), 0.12)
        art.solid(box(318, 500, 164, 78, 6), darker(art.main, 0.16))
        art.solid(oval(400, 540, 15), art.third, "ball")
        art.solid(box(260, 596, 280, 28, 8), darker(art.main, 0.2))
        art.solid(box(264, 412, 272, 24, 8), darker(art.main, 0.1))
        art.solid("M304 412Q306 320 400 312Q494 320 496 412z", art.second)
        art.solid(box(391, 250, 18, 66, 4), art.third)
        art.line("M400 256H556", art.third, 14)
        art.solid(oval(566, 230, 27, 30), art.main, "ball")
    else:
        art.stands(400, 80)
        art.solid(box(330, 330, 140, 292, 20), art.main)
        art.flat(box(330, 440, 140, 90), darker(art.main, 0.35))
        art.line("".join(f"M{342 + i * 13} 446v78" for i in range(10)), lighter(art.main, 0.2), 3, 0.5)
        art.flat(box(330, 430, 140, 8), art.third)
        art.solid(box(322, 300, 156, 40, 12), art.second)
        art.line("M400 290V262H540", STEEL, 13)
        art.solid(oval(548, 232, 24, 34), art.third, "ball")


def teacup(art: Art) -> None:
    """A cup on its saucer, steaming."""
    art.table(1.25)
    art.stands(400, 180)
    art.solid("M206 592H594Q566 622 480 622H320Q234 622 206 592z", art.second)
    art.flat(oval(400, 592, 194, 24), lighter(art.second, 0.3))
    art.flat(oval(400, 594, 110, 12), darker(art.second, 0.25), 0.5)
    art.line("M530 460c90 -20 90 90 -36 96", darker(art.main, 0.06), 19)
    body = turned((148, 430), (142, 500), (96, 580), (70, 592))
    art.solid(body, art.main)
    with art.inside(body):
        art.band(446, 460, 150, art.third)
        art.band(470, 476, 150, art.third)
    art.opening(400, 430, 148, art.main)
    art.flat(oval(400, 434, 128, 16), mix(art.third, "#a85a22", 0.65))
    for x in (360, 424):
        art.line(f"M{x} 386c-30 -40 30 -60 0 -104q-16 -26 4 -48", "#fff", 10, 0.5)


def whisk_bowl(art: Art) -> None:
    """A tea bowl with a bamboo whisk."""
    art.table(1.25)
    art.stands(350, 130)
    body = turned((138, 440), (136, 530), (100, 606), (66, FLOOR), x=340)
    art.solid(body, art.main)
    with art.inside(body):
        art.glaze(480, 140, art.second, x=340)
    art.flat(body, "url(#round)")
    art.opening(340, 440, 138, art.main)
    art.flat(oval(340, 444, 120, 15), "#8fae4b")
    art.stands(560, 50)
    art.solid(polygon((504, FLOOR), (616, FLOOR), (588, 500), (532, 500)), "#e3c48c", "round")
    art.line("".join(f"M{538 + i * 9} 506L{512 + i * 19} 618" for i in range(6)), "#a98448", 3, 0.8)
    art.flat(box(528, 488, 64, 18, 4), art.third)
    art.solid(box(536, 390, 48, 100, 8), "#dcb878")


def scoop(art: Art) -> None:
    """A measuring scoop with beans or leaves, from above."""
    art.from_above()
    with art.turned_by(-38):
        handle = box(372, 400, 56, 300, 26)
        art.lies(handle)
        art.lies(oval(400, 300, 140, 150))
        art.solid(handle, art.main)
        art.flat(oval(400, 664, 11), darker(art.main, 0.5))
        art.solid(oval(400, 300, 140, 150), art.main, "ball")
        art.flat(oval(400, 296, 116, 126), darker(art.main, 0.4))
        colour = art.pick(COFFEE, darker(art.third, 0.15))
        for i in range(19):
            x, y = 324 + (i * 47) % 152, 206 + (i * 71) % 178
            if ((x - 400) / 104) ** 2 + ((y - 296) / 114) ** 2 < 1:
                art.solid(oval(x, y, 26, 19), mix(colour, "#000000", 0.06 * (i % 3)), "ball")
    for x, y in ((180, 560), (214, 606), (600, 220)):
        art.lies(oval(x, y, 24, 17), 8)
        art.solid(oval(x, y, 24, 17), colour, "ball")


def tea_box(art: Art) -> None:
    """A gift box with a lid and a ribbon."""
    art.table(1.15)
    art.stands(400, 170)
    art.solid(box(246, 430, 308, 192, 6), art.main)
    art.solid(box(232, 376, 336, 72, 8), lighter(art.main, 0.12))
    art.line("M236 448H564", darker(art.main, 0.4), 4, 0.4)
    art.solid(box(374, 376, 52, 246), art.second)
    for side in (-1, 1):
        art.solid(
            f"M400 372C{400 + side * 40} 280 {400 + side * 150} 290 {400 + side * 128} 340"
            f"Q{400 + side * 110} 374 400 376z",
            art.second,
            "top",
        )
        art.flat(
            f"M400 372C{400 + side * 40} 320 {400 + side * 110} 310 {400 + side * 98} 340"
            f"Q{400 + side * 84} 364 400 374z",
            darker(art.second, 0.3),
            0.5,
        )
    art.solid(box(378, 346, 44, 36, 12), art.second)
    art.flat(box(452, 500, 74, 52, 6), "#fbf6ea")
    art.flat(oval(489, 526, 13), art.third)


def infuser(art: Art) -> None:
    """A glass pot with a strainer in which tea unfolds."""
    art.table(1.15)
    art.stands(400, 130)
    art.line("M528 450c110 -30 110 130 -10 130", "#ffffff", 19, 0.6)
    art.flat("M280 540C220 520 214 450 150 424l24 -22C230 424 262 440 290 460z", "#ffffff", 0.55)
    body = turned((80, 400), (146, 450), (152, 550), (100, FLOOR))
    art.flat(body, "#ffffff", 0.42)
    tea = mix(art.main, "#c8772e", 0.35)
    with art.inside(turned((70, 400), (136, 450), (142, 550), (94, FLOOR - 8))):
        art.flat("M200 470q200 22 400 0V640H200z", tea, 0.85)
    art.flat(box(350, 410, 100, 150, 16), STEEL, 0.75)
    art.line("".join(f"M{364 + i * 18} 424v122" for i in range(5)), "#7f878c", 3, 0.7)
    art.line("M286 470Q270 540 306 596", "#fff", 9, 0.6)
    art.solid(turned((84, 384), (86, 402)), art.second)
    art.solid(oval(400, 364, 22, 20), art.third, "ball")


MOTIFS = {
    "tea-tin": tea_tin,
    "tea-pouch": tea_pouch,
    "coffee-bag": coffee_bag,
    "dripper": dripper,
    "french-press": french_press,
    "moka-pot": moka,
    "kettle": kettle,
    "coffee-mill": grinder,
    "teacup": teacup,
    "tea-whisk": whisk_bowl,
    "scoop": scoop,
    "gift-box": tea_box,
    "glass-teapot": infuser,
}
