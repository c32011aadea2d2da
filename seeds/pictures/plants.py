"""Plants in pots, seeds and the tools of a garden."""

from __future__ import annotations

from math import cos, hypot, pi, sin

from seeds.pictures.art import FLOOR, Art, box, leaf, oval, polygon, turned
from seeds.pictures.colours import darker, lighter, mix

STEEL = "#b9c1c5"


def _pot(art: Art, top: float = 470, half: float = 104) -> None:
    """The pot that a plant stands in, drawn last so that it hides the stems."""
    style = art.pick("rim", "band", "foot", "round")
    colour = art.second
    if style == "rim":
        body = turned((half * 0.9, top + 10), (half * 0.66, FLOOR), straight=True)
        art.solid(body, colour)
        art.solid(turned((half, top), (half * 0.98, top + 44), straight=True), lighter(colour, 0.08))
    elif style == "round":
        body = turned(
            (half * 0.84, top), (half * 1.08, top + 70), (half * 0.96, top + 120), (half * 0.6, FLOOR)
        )
        art.solid(body, colour)
    else:
        body = turned((half, top), (half * 0.94, FLOOR - 8), straight=True)
        art.flat(body, colour)
        with art.inside(body):
            if style == "band":
                art.band(top + 40, top + 62, half, art.third)
                art.band(top + 72, top + 80, half, art.third)
            else:
                art.band(top + 86, FLOOR + 60, half, art.third)
        art.flat(body, "url(#round)")
    rim = half * (0.84 if style == "round" else 1)
    art.line(f"M{400 - rim:g} {top}a{rim:g} {rim * 0.15:g} 0 0 0 {2 * rim:g} 0", lighter(colour, 0.3), 6)


def _soil(art: Art, top: float, half: float) -> None:
    art.stands(400, half * 0.86)
    art.flat(oval(400, top, half * 0.96, half * 0.14), "#46352b")


def fern(art: Art) -> None:
    """A plant of arching fronds."""
    art.table(1.1)
    _soil(art, 470, 104)
    for i, (dx, dy) in enumerate(((-230, 10), (230, 20), (-190, -150), (196, -140), (-76, -250), (86, -236))):
        colour = mix(art.main, "#143a2c" if i % 2 else "#cfe3a0", 0.16)
        bend = (dx * 0.35, dy - 110)
        art.line(f"M400 470q{bend[0]:g} {bend[1]:g} {dx} {dy}", darker(colour, 0.2), 5)
        leaflets = []
        for step in range(2, 8):
            t = step / 7
            x, y = (2 * t * (1 - t) * b + t * t * d for b, d in zip(bend, (dx, dy), strict=True))
            along = (bend[0] + t * (dx - 2 * bend[0]), bend[1] + t * (dy - 2 * bend[1]))
            size = (74 - 46 * t) / hypot(*along)
            for side in (-1, 1):
                lx, ly = along[0] * 0.55 - side * along[1], along[1] * 0.55 + side * along[0]
                leaflets.append(leaf(400 + x, 470 + y, lx * size, ly * size, 0.26))
        art.flat("".join(leaflets), colour)
    _pot(art)


def monstera(art: Art) -> None:
    """A plant with large, slit leaves."""
    art.table(1.1)
    _soil(art, 480, 104)
    for i, (x, y, turn, size) in enumerate(
        (
            (290, 350, -46, 0.9),
            (516, 370, 48, 0.85),
            (330, 220, -18, 1.0),
            (482, 236, 24, 1.08),
            (404, 330, 2, 0.8),
        )
    ):
        art.line(f"M400 480Q{400 + (x - 400) * 0.3:g} {y + 90} {x} {y}", darker(art.main, 0.3), 8)
        colour = mix(art.main, "#103528" if i % 2 else "#b9d98f", 0.14)
        with art.turned_by(turn, x, y), art.moved(x * (1 - size), y * (1 - size), size):
            shape = f"M{x} {y + 40}c-120 30 -110 -110 0 -140c110 30 120 170 0 140z"
            art.flat(shape, colour)
            art.line(f"M{x} {y + 40}V{y - 84}", lighter(colour, 0.3), 4, 0.7)
            slits = "".join(
                f"M{x + side * 98} {y - 24 + j * 32}L{x + side * 36} {y - 10 + j * 22}"
                for side in (-1, 1)
                for j in range(3)
            )
            with art.inside(shape):
                art.line(slits, art.wall, 9)
    _pot(art, 480)


def snake_plant(art: Art) -> None:
    """A plant of upright blades with pale edges."""
    art.table(1.08)
    _soil(art, 470, 104)
    for i, (x, tip, height) in enumerate(
        ((340, 270, 210), (460, 530, 230), (370, 330, 300), (432, 470, 320), (400, 402, 250))
    ):
        colour = mix(art.main, "#123b30", 0.1 * (i % 3))
        blade = (
            f"M{x - 24} 480Q{x - 34} {470 - height * 0.6:g} {tip} {470 - height}"
            f"Q{x + 42} {470 - height * 0.5:g} {x + 24} 480z"
        )
        art.flat(blade, "#e5dc93")
        art.flat(
            f"M{x - 15} 480Q{x - 24} {470 - height * 0.6:g} {tip} {486 - height}"
            f"Q{x + 32} {470 - height * 0.5:g} {x + 15} 480z",
            colour,
        )
        with art.inside(blade):
            art.line(
                "".join(f"M{x - 40} {450 - j * 44}q40 -26 90 6" for j in range(int(height / 44))),
                lighter(colour, 0.25),
                5,
                0.45,
            )
    _pot(art)


def rubber_plant(art: Art) -> None:
    """A small tree of oval leaves."""
    art.table(1.08)
    _soil(art, 490, 100)
    art.line("M400 490Q394 360 404 190", "#6b4d38", 10)
    for i in range(6):
        y = 420 - i * 42
        side = -1 if i % 2 else 1
        size = 150 - i * 12
        colour = mix(art.main, "#0f2f27" if i % 3 else "#bcd59a", 0.14)
        art.flat(leaf(400, y, side * size, -size * 0.45, 0.32), colour)
        art.line(f"M400 {y}l{side * size * 0.9:.0f} {-size * 0.4:.0f}", lighter(colour, 0.3), 3, 0.6)
        art.flat(leaf(400, y - 16, -side * size * 0.7, -size * 0.5, 0.32), darker(colour, 0.1))
    art.flat(leaf(404, 200, 10, -90, 0.3), lighter(art.main, 0.2))
    _pot(art, 490, 100)


def trailing(art: Art) -> None:
    """A plant that hangs over the edge of its shelf."""
    art.table()
    art.solid(box(180, 420, 440, 28, 6), "#b98658")
    art.flat(box(180, 420, 440, 8, 4), "#fff", 0.25)
    art.flat(box(196, 448, 408, 14), "#000", 0.12)
    colour = art.second
    body = turned((100, 270), (92, 350), (72, 420), straight=True)
    for dx in (-70, -20, 40):
        art.flat(leaf(400 + dx, 280, dx * 0.8, -90, 0.34), art.main)
    art.solid(body, colour)
    with art.inside(body):
        art.band(320, 340, 96, art.third)
    for i, (x, reach, drop) in enumerate(
        ((316, -120, 330), (350, -40, 250), (452, 60, 380), (486, 110, 260))
    ):
        green = mix(art.main, "#16392b" if i % 2 else "#d5e2a4", 0.15)
        art.line(f"M{x} 280Q{x + reach} 300 {x + reach * 0.8:g} {270 + drop}", darker(green, 0.2), 5)
        for step in range(1, 7):
            t = step / 6
            px = x + reach * (2 * t * (1 - t) + 0.8 * t * t)
            py = 280 + 40 * t * (1 - t) + (drop - 10) * t * t
            side = 1 if (step + i) % 2 else -1
            art.flat(
                f"M{px:.0f} {py:.0f}q{side * 10} -30 {side * 40} -16"
                f"q6 34 {-side * 18} 44q{-side * 24} -4 {-side * 22} -28z",
                green,
            )
    art.line("M300 270a100 15 0 0 0 200 0", lighter(colour, 0.3), 6)


def cactus(art: Art) -> None:
    """A cactus: a column with arms, a barrel, or a pair of pads."""
    art.table(1.15)
    kind = art.pick("arms", "barrel", "pads")
    _soil(art, 500, 100)
    green = art.main
    if kind == "arms":
        art.line("M400 500V250", green, 86)
        art.line("M400 420H300V340", green, 46)
        art.line("M400 380H492V300", green, 46)
        art.line(
            "M376 490V256M400 490V240M424 490V256M300 400V344M492 364V304",
            lighter(green, 0.35),
            4,
            0.6,
            "2 15",
        )
        art.solid(oval(400, 206, 22, 20), art.third, "ball")
        art.flat(oval(492, 276, 15, 13), art.third)
    elif kind == "barrel":
        art.solid(oval(400, 410, 120, 114), green, "ball")
        ribs = "".join(
            f"M400 300Q{400 + dx} 400 {400 + dx * 0.7:g} 510" for dx in (-140, -86, -30, 30, 86, 140)
        )
        art.line(ribs, darker(green, 0.25), 4, 0.6)
        art.line(ribs, lighter(green, 0.7), 6, 0.9, "0 22")
        for dx in (-30, 0, 30):
            art.flat(leaf(400 + dx * 0.5, 306, dx, -40, 0.4), art.third)
    else:
        for x, y, across, down, turn in (
            (400, 410, 74, 104, 0),
            (322, 300, 52, 74, -28),
            (462, 284, 56, 82, 20),
            (392, 232, 40, 56, -8),
        ):
            with art.turned_by(turn, x, y):
                art.solid(oval(x, y, across, down), mix(green, "#d3e5a2", 0.1 if turn else 0), "ball")
                art.line(
                    "".join(
                        f"M{x - across * 0.5:.0f} {y - down * 0.5 + j * down * 0.34:.0f}h{across}"
                        for j in range(4)
                    ),
                    "#fdf7dc",
                    6,
                    0.85,
                    "0 26",
                )
        art.flat(oval(470, 202, 13, 15), art.third)
        art.flat(oval(300, 230, 11, 13), art.third)
    _pot(art, 500, 100)


def succulent(art: Art) -> None:
    """A rosette in a low bowl."""
    art.table(1.25)
    art.stands(400, 130)
    for ring, (count, size, rise) in enumerate(((9, 136, 0), (8, 100, 22), (6, 66, 40))):
        colour = mix(art.main, "#f4e3c8", 0.14 * ring)
        for i in range(count):
            angle = pi * (1 - (i + 0.5) / count)
            x, y = cos(angle) * size, -sin(angle) * size * 0.92
            art.flat(
                leaf(400, 500 - rise * 0.3, x, y - 10, 0.34),
                mix(colour, darker(art.main, 0.25), 0.5 * (i % 2)),
            )
    art.flat(leaf(400, 486, -14, -60, 0.4) + leaf(400, 486, 16, -56, 0.4), art.third)
    body = turned((166, 486), (160, 540), (126, FLOOR), straight=True)
    art.solid(body, art.second)
    with art.inside(body):
        art.band(520, 530, 166, art.third)
    art.line("M234 486a166 24 0 0 0 332 0", lighter(art.second, 0.35), 8)


def herb(art: Art) -> None:
    """A bushy herb or a flowering plant."""
    art.table(1.15)
    _soil(art, 480, 100)
    flowers = art.pick(False, True)
    for i, (x, y) in enumerate(
        (
            (310, 390),
            (490, 386),
            (280, 320),
            (520, 316),
            (340, 260),
            (462, 256),
            (400, 210),
            (360, 340),
            (446, 336),
            (400, 290),
        )
    ):
        colour = mix(art.main, "#153c29" if i % 2 else "#cfe0a0", 0.16)
        art.line(f"M400 480Q400 {y + 70} {x} {y}", darker(art.main, 0.3), 4)
        art.flat(
            "".join(leaf(x, y, dx, dy, 0.42) for dx, dy in ((-44, -14), (44, -14), (-28, -46), (28, -46))),
            colour,
        )
        if flowers and i in {2, 3, 6}:
            petals = "".join(
                oval(x + cos(k * 2 * pi / 5) * 17, y - 30 + sin(k * 2 * pi / 5) * 17, 13) for k in range(5)
            )
            art.flat(petals, art.third)
            art.flat(oval(x, y - 30, 9), "#f5d06a")
    _pot(art, 480, 100)


def seed_packet(art: Art) -> None:
    """A paper packet with a picture of what will grow, and some seeds."""
    art.from_above()
    with art.turned_by(art.pick(-9, 7)):
        packet = box(240, 130, 320, 480, 8)
        art.lies(packet, 14)
        art.flat(packet, "#f8efdc")
        art.flat(box(240, 130, 320, 58, 8), art.main)
        art.flat(box(262, 210, 276, 290, 6), mix(art.second, "#ffffff", 0.25))
        what = art.pick("flower", "carrot", "tomato", "bean", "sunflower")
        with art.inside(box(262, 210, 276, 290, 6)):
            if what in {"flower", "sunflower"}:
                art.line("M400 520V360", "#4d7d45", 11)
                art.flat(leaf(400, 470, -86, -40) + leaf(400, 450, 86, -40), "#5f9150")
                count, size = (7, 40) if what == "flower" else (13, 27)
                petals = "".join(
                    oval(400 + cos(k * 2 * pi / count) * 60, 330 + sin(k * 2 * pi / count) * 60, size)
                    for k in range(count)
                )
                art.flat(petals, art.third)
                art.flat(
                    oval(400, 330, 40 if what == "flower" else 50),
                    "#f3c545" if what == "flower" else "#5d3d26",
                )
            elif what == "carrot":
                for x, turn in ((330, -10), (400, 0), (470, 10)):
                    with art.turned_by(turn, x, 400):
                        art.flat(
                            leaf(x, 330, -30, -80) + leaf(x, 330, 0, -100) + leaf(x, 330, 30, -80), "#5f9150"
                        )
                        art.flat(
                            f"M{x - 30} 330Q{x} 310 {x + 30} 330"
                            f"Q{x + 24} 420 {x} 490Q{x - 24} 420 {x - 30} 330z",
                            art.third,
                        )
            elif what == "tomato":
                for x, y in ((350, 420), (460, 400), (400, 330)):
                    art.solid(oval(x, y, 60, 56), art.third, "ball")
                    art.flat(
                        leaf(x, y - 46, -36, -8) + leaf(x, y - 46, 36, -8) + leaf(x, y - 46, 0, -34),
                        "#4d7d45",
                    )
            else:
                for i, x in enumerate((330, 400, 470)):
                    art.flat(
                        f"M{x - 10} 240q60 120 0 250q-50 -110 10 -250z",
                        mix(art.third, "#4d7d45", 0.35 * (i % 2)),
                    )
                    art.flat(
                        "".join(oval(x + 6 - j % 2 * 4, 300 + j * 42, 12, 15) for j in range(4)), "#fff", 0.3
                    )
        art.flat(box(300, 524, 200, 14, 6), art.main)
        art.flat(box(330, 552, 140, 9, 4), art.second)
    for x, y in ((190, 640), (236, 664), (600, 640), (560, 676), (150, 590)):
        art.lies(oval(x, y, 13, 8), 6)
        art.flat(oval(x, y, 13, 8), "#7d5a3b")


def bulbs(art: Art) -> None:
    """Bulbs that begin to sprout, in a row."""
    art.table(1.2)
    for x, dy, colour in ((268, 0, art.second), (532, 2, art.second), (400, 16, art.main)):
        y = FLOOR + dy
        art.stands(x, 60, y)
        art.flat(leaf(x, y - 130, -14, -90, 0.2) + leaf(x, y - 130, 20, -76, 0.2), "#6f9b52")
        art.solid(
            f"M{x} {y - 190}Q{x + 20} {y - 140} {x + 66} {y - 90}Q{x + 86} {y - 10} {x} {y}"
            f"Q{x - 86} {y - 10} {x - 66} {y - 90}Q{x - 20} {y - 140} {x} {y - 190}z",
            colour,
            "ball",
        )
        art.line(
            f"M{x} {y - 170}Q{x - 50} {y - 80} {x - 20} {y - 10}"
            f"M{x} {y - 170}Q{x + 50} {y - 80} {x + 20} {y - 10}",
            darker(colour, 0.3),
            3,
            0.6,
        )
        art.line(f"M{x - 26} {y}l-8 14M{x} {y + 2}v15M{x + 26} {y}l8 14", "#8a6a4a", 3)


def watering_can(art: Art) -> None:
    """A watering can with a long spout."""
    art.table(1.08)
    art.stands(430, 150)
    art.line("M330 580L180 380", darker(art.main, 0.14), 34)
    art.line("M330 574L180 376", art.main, 22)
    art.solid(polygon((128, 392), (206, 330), (186, 308), (112, 356)), art.second)
    art.line("M560 590C700 560 680 320 520 330", darker(art.main, 0.1), 22)
    art.line("M370 400C380 270 500 270 510 400", art.second, 18)
    body = turned((110, 410), (130, 540), (136, FLOOR), x=440, straight=True)
    art.solid(body, art.main)
    with art.inside(body):
        art.band(450, 464, 136, art.second, x=440)
        art.band(566, 580, 136, art.second, x=440)
    art.flat("M330 410a110 17 0 0 1 220 0z", lighter(art.main, 0.2))
    art.opening(440, 410, 110, art.main, 8)


def trowel(art: Art) -> None:
    """A trowel and a fork, from above."""
    art.from_above()
    for angle, kind in ((-24, "trowel"), (18, "fork")):
        x = 320 if kind == "trowel" else 480
        with art.turned_by(angle, x, 420):
            handle = box(x - 24, 450, 48, 220, 24)
            art.lies(handle, 14)
            art.solid(handle, art.main)
            art.flat(box(x - 24, 612, 48, 15), art.third)
            art.solid(box(x - 12, 370, 24, 90, 4), STEEL)
            if kind == "trowel":
                head = f"M{x - 62} 370Q{x - 70} 220 {x} 130Q{x + 70} 220 {x + 62} 370Q{x} 400 {x - 62} 370z"
                art.lies(head, 14)
                art.solid(head, art.second)
                art.line(f"M{x} 370V180", darker(art.second, 0.25), 6, 0.5)
            else:
                art.line(
                    f"M{x - 46} 160V300Q{x - 46} 370 {x} 376Q{x + 46} 370 {x + 46} 300V160M{x} 376V150",
                    art.second,
                    17,
                )


def secateurs(art: Art) -> None:
    """Pruning shears, from above."""
    art.from_above()
    with art.turned_by(-32):
        for d in ("M388 380Q330 500 330 650", "M412 380Q480 500 470 650"):
            art.line_lies(d, 46)
            art.line(d, art.main, 46)
            art.line(d, lighter(art.main, 0.3), 5, 0.5)
        art.lies("M370 420Q380 250 470 150Q490 260 430 420z", 12)
        art.solid("M370 420Q380 250 470 150Q490 260 430 420z", STEEL)
        art.solid("M430 430Q410 320 330 220Q310 330 370 430z", darker(STEEL, 0.3))
        art.line("M366 470q34 20 68 0", "#7f878c", 8)
        art.solid(oval(400, 408, 34), art.second, "ball")
        art.flat(oval(400, 408, 12), darker(art.second, 0.5))
        art.line("M326 630l120 -6", art.third, 13)


def mister(art: Art) -> None:
    """A glass mister with a brass head."""
    art.table(1.15)
    art.stands(400, 100)
    body = turned((44, 400), (60, 430), (112, 500), (114, 590), (100, FLOOR))
    art.flat(body, mix(art.main, "#ffffff", 0.35), 0.85)
    with art.inside(body):
        art.flat("M200 520q200 22 400 0V640H200z", art.main, 0.5)
    art.flat(body, "url(#round)")
    art.line("M310 500Q292 550 306 600", "#fff", 9, 0.6)
    art.line("M400 390V590", darker(art.second, 0.2), 4, 0.6)
    art.solid(box(352, 364, 96, 42, 8), art.second)
    art.solid(box(374, 300, 52, 70, 8), lighter(art.second, 0.1))
    art.solid(
        "M300 292Q300 270 330 270H440Q476 270 476 300L500 340L480 350L456 316H330Q300 316 300 292z",
        art.second,
    )
    art.flat(
        "".join(
            oval(x, y, 6) for x, y in ((262, 276), (236, 256), (232, 300), (204, 280), (198, 318), (180, 246))
        ),
        "#fff",
        0.75,
    )


def soil(art: Art) -> None:
    """A sack of soil, open at the top."""
    art.table(1.15)
    art.stands(400, 170)
    sack = "M262 340Q400 366 538 340Q570 480 552 600Q548 622 520 622H280Q252 622 248 600Q230 480 262 340z"
    art.flat("M270 330Q330 280 400 290T530 330Q400 380 270 330z", "#46352b")
    art.flat(sack, art.main)
    with art.inside(sack):
        art.flat(box(220, 430, 360, 120), art.second)
        art.flat(
            leaf(400, 530, -60, -70, 0.36) + leaf(400, 530, 60, -70, 0.36) + leaf(400, 530, 0, -90, 0.3),
            art.third,
        )
    art.flat(sack, "url(#round)")
    art.line("M262 344Q400 370 538 344", darker(art.main, 0.25), 13)
    art.line(
        "M400 296V236M400 262q-34 -6 -40 -30q34 -2 40 24M400 250q16 -30 44 -28q-6 28 -44 34", "#6f9b52", 7
    )


def terrarium(art: Art) -> None:
    """A glass jar with a small landscape."""
    art.table(1.1)
    art.stands(400, 140)
    jar = (
        "M330 330Q330 352 290 380Q240 420 240 500V580Q240 622 282 622"
        "H518Q560 622 560 580V500Q560 420 510 380Q470 352 470 330z"
    )
    art.flat(jar, "#ffffff", 0.32)
    with art.inside(jar):
        art.flat("M220 540Q320 500 400 530T580 520V640H220z", "#4a382c")
        art.flat("M220 582H580V640H220z", "#a58f75")
        art.flat("M220 552Q280 500 350 540T470 530T580 540V556Q400 580 220 570z", art.main)
        for dx, dy in ((-60, -100), (-20, -140), (30, -120), (70, -80)):
            art.flat(leaf(400 + dx * 0.4, 540, dx, dy, 0.3), mix(art.main, "#12382b", 0.2))
        art.solid(oval(480, 538, 34, 24), "#b5aea3", "ball")
        art.flat("M280 508a26 22 0 0 1 52 0z", art.third)
        art.flat(box(301, 506, 10, 36), "#f4ead6")
    art.line("M264 470Q258 520 264 570M290 410q-14 14 -20 30", "#fff", 9, 0.65)
    art.solid(box(322, 276, 156, 58, 10), art.second)


MOTIFS = {
    "fern": fern,
    "monstera": monstera,
    "snake-plant": snake_plant,
    "rubber-plant": rubber_plant,
    "trailing-plant": trailing,
    "cactus": cactus,
    "succulent": succulent,
    "herb": herb,
    "seed-packet": seed_packet,
    "bulbs": bulbs,
    "watering-can": watering_can,
    "trowel": trowel,
    "secateurs": secateurs,
    "mister": mister,
    "soil": soil,
    "terrarium": terrarium,
}
