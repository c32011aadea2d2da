"""Things from the potter's wheel."""

from __future__ import annotations

from seeds.pictures.art import FLOOR, TILT, Art, box, leaf, oval, turned
from seeds.pictures.colours import darker, lighter, mix


def _decorate(art: Art, outline: str, top: float, bottom: float, half: float) -> None:
    """Give a turned thing one of the studio's finishes."""
    span = bottom - top
    with art.inside(outline):
        match art.pick("dip", "glaze", "lines", "foot", "speckle"):
            case "dip":
                art.band(top - 60, top + span * 0.42, half, art.second)
            case "glaze":
                art.glaze(top + span * 0.34, half, art.second)
            case "lines":
                for place, width in ((0.28, 0.05), (0.38, 0.14), (0.57, 0.05)):
                    art.band(top + span * place, top + span * (place + width), half, art.second)
            case "foot":
                art.band(top + span * 0.66, bottom + 60, half, art.second)
                art.band(top + span * 0.62, top + span * 0.64, half, art.second)
            case _:
                _speckle(art, top, bottom, half)
                art.band(top - 60, top + span * 0.1, half, art.second)
    art.flat(outline, "url(#round)")


def _speckle(art: Art, top: float, bottom: float, half: float) -> None:
    spots = "".join(
        oval(
            400 - half + (i * 89 % 100) * half / 50, top + 20 + (i * 57 % 97) * (bottom - top) / 97, 3 + i % 3
        )
        for i in range(22)
    )
    art.flat(spots, art.third, 0.55)


def mug(art: Art) -> None:
    """A mug with a handle, straight, bellied or tapered."""
    art.table(1.3)
    profile = art.pick(
        ((128, 350), (130, 480), (128, 596), (112, FLOOR)),
        ((122, 340), (142, 440), (150, 540), (104, FLOOR)),
        ((146, 356), (136, 480), (112, FLOOR)),
        ((118, 330), (112, 420), (140, 540), (110, FLOOR)),
    )
    rim, top = profile[0]
    body = turned(*profile)
    art.stands(400, 120)
    side = 400 + rim - 14
    art.line(f"M{side} {top + 62}c150 -28 150 168 {-2 if rim < 140 else -16} 158", darker(art.main, 0.12), 30)
    art.line(f"M{side} {top + 58}c146 -28 146 166 {-2 if rim < 140 else -16} 156", art.main, 20)
    art.flat(body, art.main)
    _decorate(art, body, top, FLOOR, 156)
    art.opening(400, top, rim, art.main)


def tumbler(art: Art) -> None:
    """A small cup without a handle, or a pair of them."""
    art.table(1.35)
    pair = art.pick(True, False)
    places = ((-84, 0), (96, 12)) if pair else ((0, 0),)
    finish = art.choice
    for dx, dy in places:
        art.choice = finish + (1 if dx > 0 else 0)
        with art.moved(dx, dy):
            body = turned((98, 410), (96, 500), (84, 600), (74, FLOOR))
            art.stands(400, 84)
            art.flat(body, art.main)
            _decorate(art, body, 410, FLOOR, 102)
            art.opening(400, 410, 98, art.main, 8)


def vase(art: Art) -> None:
    """A vase in one of several silhouettes, with a dry branch or without."""
    art.table()
    profile = art.pick(
        ((52, 250), (38, 320), (120, 450), (132, 530), (74, FLOOR)),
        ((74, 230), (110, 330), (124, 430), (92, 560), (72, FLOOR)),
        ((34, 220), (32, 360), (60, 420), (150, 530), (96, FLOOR)),
        ((96, 260), (62, 350), (70, 440), (112, 540), (80, FLOOR)),
        ((58, 300), (140, 380), (158, 470), (128, 570), (80, FLOOR)),
    )
    rim, top = profile[0]
    branch = art.pick("eucalyptus", "none", "grass")
    if branch == "eucalyptus":
        _eucalyptus(art, top)
    elif branch == "grass":
        _grass(art, top)
    body = turned(*profile)
    art.stands(400, 92)
    inner = rim - 8
    if branch == "none":
        art.flat(body, art.main)
        _decorate(art, body, top + 30, FLOOR, 162)
        art.opening(400, top, rim, art.main, 8)
    else:
        art.flat(body, art.main)
        _decorate(art, body, top + 30, FLOOR, 162)
        art.line(
            f"M{400 - inner} {top}a{inner} {inner * TILT} 0 0 0 {2 * inner} 0", lighter(art.main, 0.35), 6
        )


def _eucalyptus(art: Art, top: float) -> None:
    green = art.third
    art.line(f"M400 {top + 20}C404 {top - 60} 440 {top - 120} 470 {top - 190}", darker(green, 0.2), 6)
    art.line(f"M396 {top + 20}C392 {top - 40} 350 {top - 90} 330 {top - 140}", darker(green, 0.2), 6)
    for i in range(5):
        x, y = 408 + i * i * 2.6, top - 30 - i * 34
        art.flat(oval(x + 30, y - 6, 25 - i * 2, 20 - i * 2), green)
        art.flat(oval(x - 24, y - 10, 23 - i * 2, 19 - i * 2), lighter(green, 0.14))
    for i in range(3):
        x, y = 386 - i * 19, top - 40 - i * 36
        art.flat(oval(x - 24, y, 22 - i * 2, 17 - i * 2), darker(green, 0.1))
        art.flat(oval(x + 22, y - 16, 20 - i * 2, 16 - i * 2), green)


def _grass(art: Art, top: float) -> None:
    for dx, dy in ((-120, -150), (-50, -200), (30, -190), (100, -165)):
        art.line(f"M400 {top + 20}q{dx * 0.2:g} {dy * 0.6:g} {dx} {dy}", darker(art.third, 0.1), 5)
        art.flat(leaf(400 + dx * 0.9, top + 40 + dy * 0.88, dx * 0.22, -74, 0.3), art.third)


def bowl(art: Art) -> None:
    """A bowl, empty or with fruit."""
    art.table(1.2)
    profile, rim = art.pick(
        (((214, 430), (196, 520), (120, 600), (84, FLOOR)), 214),
        (((180, 400), (184, 480), (150, 580), (90, FLOOR)), 180),
        (((240, 480), (190, 560), (100, FLOOR)), 240),
    )
    top = profile[0][1]
    body = turned(*profile)
    fruit = art.pick(False, True)
    art.stands(400, 130)
    if fruit:
        art.flat(oval(400, top, rim, rim * TILT), darker(art.main, 0.3))
        for x, y, colour in (
            (330, -22, art.third),
            (455, -26, art.third),
            (392, -52, mix(art.third, "#ffe9a8", 0.25)),
        ):
            art.solid(oval(x, top + y, 66, 62), colour, "ball")
            art.line(f"M{x} {top + y - 52}q2 -12 10 -18", darker(art.third, 0.5), 6)
    art.flat(body, art.main)
    _decorate(art, body, top, FLOOR, rim + 6)
    if fruit:
        art.line(f"M{400 - rim} {top}a{rim} {rim * TILT} 0 0 0 {2 * rim} 0", lighter(art.main, 0.35), 8)
    else:
        art.opening(400, top, rim, art.main)


def bowls(art: Art) -> None:
    """Three bowls that stack into each other."""
    art.table(1.3)
    art.stands(400, 110)
    for top, colour in ((394, art.main), (440, art.second), (486, art.third)):
        below = top > 394
        body = turned(
            (178, top), (172, top + 40), (150, top + 90), (100, top + 132), (84, top + 136), front=below
        )
        art.solid(body, colour)
        if not below:
            art.opening(400, top, 178, colour, 9)
        else:
            # The upper bowl stands in this one: only the front of its rim is seen.
            art.line(f"M222 {top}a178 27 0 0 0 356 0", lighter(colour, 0.35), 8)


def plate(art: Art) -> None:
    """Plates from above, one or a large one under a small one."""
    art.from_above()
    art.lies(oval(400, 400, 268))
    art.solid(oval(400, 400, 268), art.main, "ball")
    style = art.pick("rings", "small", "sprig", "half")
    art.line(oval(400, 400, 262), lighter(art.main, 0.4), 8)
    if style == "small":
        art.flat(oval(410, 414, 190), darker(art.main, 0.35), 0.35)
        art.solid(oval(400, 400, 188), art.second, "ball")
        art.line(oval(400, 400, 130), darker(art.second, 0.12), 4)
        return
    if style == "half":
        with art.inside(oval(400, 400, 258)):
            art.flat("M100 470Q260 400 400 452T720 400V720H100z", art.second)
        art.flat(oval(400, 400, 258), "url(#ball)", 0.7)
    art.line(oval(400, 400, 188), darker(art.main, 0.14), 4)
    if style == "rings":
        art.line(oval(400, 400, 236), art.second, 16)
        art.line(oval(400, 400, 208), art.second, 5)
    if style == "sprig":
        art.line("M330 500Q410 420 452 290", art.second, 7)
        for i in range(5):
            x, y = 352 + i * 22, 476 - i * 38
            art.flat(leaf(x, y, -66, -26, 0.35), art.second)
            art.flat(leaf(x, y, 62, -4, 0.35), art.second)


def teapot(art: Art) -> None:
    """A round teapot with a spout and a handle at the side or overhead."""
    art.table(1.2)
    art.stands(400, 130)
    overhead = art.pick(False, True)
    shade = darker(art.main, 0.1)
    if overhead:
        art.line("M276 420C250 190 550 190 524 420", art.third, 20)
        art.line("M290 330C320 230 480 230 510 330", lighter(art.third, 0.25), 4, 0.5)
    else:
        art.line("M536 440C660 400 660 590 524 574", shade, 32)
        art.line("M536 436C654 398 654 586 524 570", art.main, 20)
    art.flat("M268 560C190 540 190 450 128 404L168 384C230 430 250 450 290 470z", shade)
    art.flat("M268 540C210 520 200 440 138 402L168 384C230 430 250 450 290 470z", art.main)
    body = turned((74, 398), (142, 430), (164, 520), (130, 600), (88, FLOOR))
    art.flat(body, art.main)
    _decorate(art, body, 400, FLOOR, 168)
    art.solid(turned((20, 372), (78, 392), (84, 404)), art.main)
    art.solid(oval(400, 360, 22, 20), art.third, "ball")


def jug(art: Art) -> None:
    """A milk or water jug with a pulled lip."""
    art.table(1.12)
    art.stands(400, 110)
    profile = art.pick(
        ((84, 280), (76, 350), (128, 500), (132, 560), (98, FLOOR)),
        ((104, 300), (112, 420), (124, 540), (108, FLOOR)),
    )
    rim, top = profile[0]
    art.line(
        f"M{400 + rim - 10} {top + 30}C{400 + rim + 170} {top + 10} 610 530 512 540",
        darker(art.main, 0.14),
        30,
    )
    art.line(f"M{400 + rim - 10} {top + 26}C{400 + rim + 164} {top + 8} 604 526 512 536", art.main, 20)
    body = turned(*profile)
    left = 400 - rim
    art.flat(
        f"M{left - 34} {top - 14}Q{left - 4} {top + 30} {left + 2} {top + 80}H{left + 50}V{top}z", art.main
    )
    art.flat(body, art.main)
    _decorate(art, body, top + 20, FLOOR, 138)
    art.flat(
        f"M{left - 36} {top - 16}Q{left + 20} {top - 20} 400 {top - 13}"
        f"V{top + 13}Q{left + 20} {top + 12} {left - 36} {top - 16}z",
        lighter(art.main, 0.3),
    )
    art.opening(400, top, rim, art.main)
    art.flat(
        f"M{left - 14} {top - 9}Q{left + 30} {top - 12} 400 {top - 8}"
        f"V{top + 8}Q{left + 20} {top + 4} {left - 14} {top - 9}z",
        darker(art.main, 0.42),
    )


def pot(art: Art) -> None:
    """An empty flower pot on its saucer."""
    art.table(1.2)
    art.stands(400, 150)
    art.solid(turned((168, 590), (150, FLOOR), straight=True), darker(art.main, 0.08))
    art.flat(oval(400, 590, 168, 24), lighter(art.main, 0.15))
    art.flat(oval(400, 592, 152, 19), darker(art.main, 0.25))
    body = turned((158, 340), (150, 410), (112, 604), straight=True)
    art.flat(body, art.main)
    _decorate(art, body, 370, 604, 166)
    art.opening(400, 340, 158, art.main, 14)


def candlestick(art: Art) -> None:
    """Two candle holders with candles, one lit."""
    art.table(1.05)
    for x, scale, lit in ((330, 1.0, True), (500, 0.82, False)):
        foot = FLOOR + (0 if lit else 14)
        top = foot - 190 * scale
        art.stands(x, 74, foot)
        art.solid(box(x - 17, top - 180 * scale, 34, 190 * scale, 8), art.second)
        art.line(f"M{x} {top - 178 * scale}v-18", "#3a302b", 5)
        if lit:
            art.flat(oval(x, top - 222, 70, 80), "#fff3c4", 0.35)
            art.flat(f"M{x} {top - 262}c34 44 26 70 0 72c-26 -2 -34 -28 0 -72z", "#f9b13c")
            art.flat(f"M{x} {top - 232}c16 22 12 38 0 40c-12 -2 -16 -18 0 -40z", "#fff1c0")
        art.solid(
            turned(
                (34, top),
                (22, top + 30),
                (40, top + 70),
                (18, top + 110),
                (34, foot - 30),
                (76, foot - 8),
                (70, foot),
                x=x,
            ),
            art.main,
        )
        art.flat(oval(x, top, 34, 6), lighter(art.main, 0.3))


def butter_dish(art: Art) -> None:
    """A covered dish on a tray."""
    art.table(1.15)
    art.stands(400, 210)
    art.solid(box(176, 580, 448, 42, 21), art.second, "top")
    lid = "M224 584V500a76 76 0 0 1 76 -76H500a76 76 0 0 1 76 76V584z"
    art.flat(lid, art.main)
    with art.inside(lid):
        art.flat("M200 548H600v14H200zM200 524H600v8H200z", art.second)
    art.flat(lid, "url(#round)")
    art.flat(lid, "url(#top)")
    art.solid(oval(400, 408, 30, 22), art.third, "ball")


def tiles(art: Art) -> None:
    """Four glazed tiles from above."""
    art.from_above()
    arc = art.pick(True, False)
    for i, (x, y) in enumerate(((150, 150), (408, 150), (150, 408), (408, 408))):
        square = box(x, y, 242, 242, 10)
        art.lies(square, 10)
        art.flat(square, art.main if i in {0, 3} else lighter(art.main, 0.3))
        with art.inside(square):
            centre = (400, 400) if arc else (x + 121, y + 121)
            for radius, colour in ((200, art.second), (140, art.main), (80, art.third)):
                if arc:
                    art.flat(oval(*centre, radius), colour)
                else:
                    r = radius * 0.58
                    art.flat(f"M{x + 121} {y + 121 - r:g}l{r:g} {r:g}l{-r:g} {r:g}l{-r:g} {-r:g}z", colour)
        art.flat(square, "url(#top)", 0.6)


def oil_bottle(art: Art) -> None:
    """A tall bottle with a pouring cork."""
    art.table(1.15)
    art.stands(400, 90)
    art.line("M400 236v-46q2 -14 18 -18", darker(art.third, 0.1), 11)
    art.solid(box(378, 216, 44, 44, 8), art.third)
    body = turned((34, 250), (32, 330), (64, 390), (98, 450), (98, 580), (86, FLOOR))
    art.flat(body, art.main)
    _decorate(art, body, 330, FLOOR, 104)
    art.line("M366 252q34 10 68 0", lighter(art.main, 0.35), 8)


MOTIFS = {
    "mug": mug,
    "tumbler": tumbler,
    "vase": vase,
    "bowl": bowl,
    "bowls": bowls,
    "plate": plate,
    "teapot": teapot,
    "jug": jug,
    "pot": pot,
    "candlestick": candlestick,
    "butter-dish": butter_dish,
    "tiles": tiles,
    "oil-bottle": oil_bottle,
}
