"""Bicycles and their parts."""

from __future__ import annotations

from math import cos, pi, sin

from seeds.pictures.art import FLOOR, Art, box, oval, polygon
from seeds.pictures.colours import darker, lighter

STEEL = "#c3c9cd"
RUBBER = "#2c2e33"


def _wheel(
    art: Art, x: float, y: float, radius: float, spokes: int = 10, tyre: str = RUBBER, width: float = 15
) -> None:
    lines = "".join(
        f"M{x} {y}L{x + cos(i * 2 * pi / spokes) * radius:.0f} {y + sin(i * 2 * pi / spokes) * radius:.0f}"
        for i in range(spokes)
    )
    art.line(lines, STEEL, 2.5, 0.9)
    art.line(oval(x, y, radius - width * 0.75), STEEL, 5)
    art.line(oval(x, y, radius), tyre, width)
    art.solid(oval(x, y, 13), STEEL, "ball")


def bicycle(art: Art) -> None:
    """A bicycle from the side: diamond, step-through, racer or child's."""
    art.table()
    kind = art.pick("city", "racer", "step", "small")
    radius = 96 if kind == "small" else 128
    ground = FLOOR + 6
    axle = ground - radius - 8
    rear, front = (232, 570) if kind != "small" else (262, 540)
    art.stands(400, 230, ground)
    tyre = art.third if kind in {"city", "step"} else RUBBER
    _wheel(art, rear, axle, radius, tyre=tyre)
    _wheel(art, front, axle, radius, tyre=tyre)
    crank = (388, axle + 8)
    seat, head = (346, axle - 168), (530, axle - 166)
    tube = 15
    colour = art.main
    art.line(f"M{rear} {axle}L{crank[0]} {crank[1]}", darker(colour, 0.15), 10)
    art.line(f"M{rear} {axle}L{seat[0] + 8} {seat[1] + 34}", darker(colour, 0.15), 9)
    if kind == "step":
        art.line(
            f"M{head[0] + 6} {head[1] + 36}C470 {axle - 20} 430 {axle + 6} {crank[0]} {crank[1]}",
            colour,
            tube,
        )
        art.line(f"M{head[0]} {head[1] + 10}C450 {axle - 60} 410 {axle - 40} 370 {axle - 60}", colour, 10)
    else:
        art.line(f"M{head[0] + 6} {head[1] + 30}L{crank[0]} {crank[1]}", colour, tube)
        art.line(f"M{seat[0] + 8} {seat[1] + 22}L{head[0]} {head[1] + 12}", colour, tube - 2)
    art.line(f"M{seat[0]} {seat[1]}L{crank[0]} {crank[1]}", colour, tube)
    art.line(
        f"M{head[0] - 4} {head[1] - 10}L{head[0] + 10} {head[1] + 40}"
        f"Q{head[0] + 22} {axle - 50} {front} {axle}",
        colour,
        13,
    )
    art.line(f"M{seat[0]} {seat[1]}l-10 -34", STEEL, 10)
    sx, sy = seat[0] - 12, seat[1] - 38
    art.solid(
        f"M{sx - 54} {sy - 14}Q{sx - 30} {sy - 24} {sx + 8} {sy - 14}Q{sx + 50} {sy - 12} {sx + 56} {sy - 4}"
        f"Q{sx + 20} {sy + 2} {sx} {sy + 8}Q{sx - 34} {sy + 18} {sx - 54} {sy - 14}z",
        art.second,
        "top",
    )
    hx, hy = head[0] - 6, head[1] - 14
    if kind == "racer":
        art.line(f"M{hx} {hy - 6}L{hx + 40} {hy - 12}", STEEL, 9)
        art.line(f"M{hx + 40} {hy - 12}q46 0 44 36q-4 34 -44 30", art.second, 13)
    else:
        art.line(
            f"M{hx + 2} {hy}L{hx - 8} {hy - 30}Q{hx} {hy - 50} {hx - 30} {hy - 52}L{hx - 66} {hy - 42}",
            STEEL,
            9,
        )
        art.line(f"M{hx - 34} {hy - 52}L{hx - 72} {hy - 40}", art.second, 15)
    if kind in {"city", "step"}:
        art.line(
            f"M{rear - radius - 18} {axle - 8}"
            f"A{radius + 18} {radius + 18} 0 0 1 {rear + 90} {axle - radius + 26}",
            lighter(colour, 0.2),
            9,
        )
        art.line(
            f"M{front - 96} {axle - radius + 22}"
            f"A{radius + 18} {radius + 18} 0 0 1 {front + radius + 8} {axle - 50}",
            lighter(colour, 0.2),
            9,
        )
        art.line(f"M{rear - 60} {axle - radius - 34}H{seat[0] - 10}", darker(colour, 0.3), 8)
        art.solid(oval(hx + 30, hy + 4, 17), "#f3dc98", "ball")
    art.line(oval(*crank, 31), art.third if kind == "racer" else STEEL, 8)
    art.line(f"M{crank[0]} {crank[1]}l26 46", "#8d949a", 10)
    art.flat(box(crank[0] + 8, crank[1] + 44, 42, 11, 4), RUBBER)
    art.line(
        f"M{rear} {axle - 12}L{crank[0]} {crank[1] - 30}M{rear} {axle + 12}L{crank[0]} {crank[1] + 30}",
        "#6f767c",
        4,
        0.8,
    )


def bell(art: Art) -> None:
    """A bell on a piece of handlebar."""
    art.table(1.15)
    art.line("M90 560H710", STEEL, 46)
    art.line("M90 546H710", "#fff", 6, 0.6)
    art.solid(box(352, 520, 96, 80, 14), darker(STEEL, 0.4))
    art.solid(box(384, 470, 32, 60, 6), darker(STEEL, 0.2))
    dome = "M258 480C258 330 330 280 400 280S542 330 542 480z"
    art.solid(dome, art.main, "ball")
    with art.inside(dome):
        style = art.pick("plain", "stripe", "dots")
        if style == "stripe":
            art.flat(box(240, 420, 320, 20), art.second)
            art.flat(box(240, 448, 320, 8), art.second)
        elif style == "dots":
            art.flat("".join(oval(290 + i * 55, 430 - (i % 2) * 50, 17) for i in range(5)), art.second)
        art.flat("M290 470C284 380 330 320 372 300C320 350 306 400 316 470z", "#fff", 0.4)
    art.flat(oval(400, 480, 142, 17), darker(art.main, 0.35))
    art.solid(oval(400, 280, 17, 13), art.second, "ball")
    art.line("M446 540q60 0 80 -34", darker(STEEL, 0.25), 15)
    art.solid(oval(532, 498, 20), art.third, "ball")


def helmet(art: Art) -> None:
    """A helmet from the side, vented or smooth."""
    art.table(1.2)
    art.stands(410, 150, 612)
    vented = art.pick(False, True)
    art.line("M300 540Q360 640 420 612Q470 590 500 540", art.third, 13)
    art.solid(box(398, 596, 44, 24, 8), RUBBER)
    shell = (
        "M196 520C186 360 300 290 420 294C548 298 612 396 612 500Q612 536 570 536"
        "H470Q440 536 420 516Q400 500 370 516Q340 540 300 548H226Q198 548 196 520z"
    )
    art.solid(shell, art.main, "ball")
    with art.inside(shell):
        if vented:
            for d in (
                "M250 420q60 -80 150 -84q-80 50 -112 110z",
                "M380 420q50 -60 150 -46q-70 20 -104 70z",
                "M300 500q30 -40 90 -50q-40 30 -52 60z",
                "M470 490q40 -40 110 -36q-50 20 -66 50z",
            ):
                art.flat(d, darker(art.main, 0.6))
        else:
            art.flat("M180 470Q400 400 640 470V500Q400 432 180 500z", art.second)
            art.flat("".join(oval(x, 370, 17, 9) for x in (340, 400, 460)), darker(art.main, 0.5))
        art.flat("M240 440C250 370 320 322 390 316C320 350 280 390 268 450z", "#fff", 0.35)
    art.line(
        "M226 546H300Q342 538 370 516Q400 500 420 516Q440 536 470 536H570", darker(art.main, 0.5), 9, 0.7
    )


def saddle(art: Art) -> None:
    """A saddle from the side on its rails."""
    art.table(1.2)
    art.stands(390, 130)
    art.solid(box(366, 500, 36, 122, 6), STEEL)
    art.line("M270 470Q330 520 384 506T560 446", STEEL, 13)
    top = (
        "M196 404Q190 372 240 370Q330 372 400 392Q500 396 592 396Q622 400 618 424"
        "Q612 440 570 436Q470 432 420 470Q360 512 280 484Q210 464 196 404z"
    )
    art.solid(top, art.main, "top")
    art.line(
        "M214 420Q250 470 330 486Q390 490 430 446Q480 420 596 424", lighter(art.main, 0.3), 3, 0.6, "9 8"
    )
    if art.pick(True, False):
        for x, y in ((232, 398), (262, 446), (330, 470), (596, 412)):
            art.solid(oval(x, y, 9), art.second, "ball")
    else:
        art.flat("M300 388Q420 402 540 404Q420 420 300 404z", art.second, 0.8)


def wheel(art: Art) -> None:
    """A wheel that leans nowhere, tyre on."""
    art.table()
    art.stands(400, 150, FLOOR + 10)
    _wheel(art, 400, 380, 232, 18, art.pick(RUBBER, art.second), 30)
    art.line(oval(400, 380, 202), art.main, 15)
    art.solid(oval(400, 380, 30), art.main, "ball")
    art.flat(oval(400, 380, 11), RUBBER)
    art.line("M400 178v28", RUBBER, 6)


def pump(art: Art) -> None:
    """A floor pump with its hose."""
    art.table(1.02)
    art.stands(400, 130)
    art.line("M430 560C600 560 620 300 500 220C440 190 400 250 440 300", RUBBER, 13)
    art.solid("M270 622Q280 580 360 576H440Q520 580 530 622z", darker(STEEL, 0.3))
    art.solid(box(374, 250, 52, 340, 12), art.main)
    art.flat(box(374, 330, 52, 14), art.second)
    art.flat(box(374, 350, 52, 6), art.second)
    art.solid(box(392, 150, 16, 104, 3), STEEL)
    art.solid(box(284, 126, 232, 36, 18), art.third)
    art.solid(oval(400, 536, 48), STEEL, "ball")
    art.flat(oval(400, 536, 38), "#fbf8ee")
    art.line("M400 540L422 514", "#c63f31", 5)
    art.line("M374 552A30 30 0 1 1 426 552", darker(STEEL, 0.5), 4, 0.8)


def lamp(art: Art) -> None:
    """A front light, shining; or a pair of small ones."""
    art.table(1.2)
    if art.pick(True, False):
        art.stands(380, 110)
        art.flat(polygon((262, 400), (20, 280), (20, 640), (262, 520)), "#fff3c0", 0.5)
        art.solid("M250 380H360Q470 390 500 430V490Q470 530 360 540H250z", art.main)
        art.solid(box(232, 366, 50, 188, 24), STEEL)
        art.flat(box(226, 384, 30, 152, 15), "#fff4c8")
        art.solid(box(350, 536, 50, 86, 10), darker(art.main, 0.4))
        art.flat(box(380, 394, 70, 16, 8), art.second)
    else:
        for x, colour, glow in ((296, art.main, "#fff4c8"), (504, art.second, "#e2452f")):
            art.stands(x, 70)
            art.solid(box(x - 82, 460, 164, 162, 44), colour)
            art.flat(oval(x, 541, 80), glow, 0.3)
            art.solid(oval(x, 541, 58), glow, "ball")
            art.line(oval(x, 541, 36) + oval(x, 541, 16), "#ffffff", 4, 0.6)
            art.line(f"M{x - 84} 500q-34 40 0 84M{x + 84} 500q34 40 0 84", art.third, 13)


def pannier(art: Art) -> None:
    """A roll-top bag with a reflector."""
    art.table(1.12)
    art.stands(400, 150)
    art.solid("M270 360H530L548 596Q550 622 524 622H276Q250 622 252 596z", art.main)
    art.flat("M260 480H540L546 566H254z", darker(art.main, 0.12))
    art.solid(box(252, 314, 296, 58, 26), darker(art.main, 0.1))
    art.line("M262 344H538", lighter(art.main, 0.3), 3, 0.5)
    for x in (310, 490):
        art.solid(box(x - 13, 320, 26, 170, 4), art.second)
        art.solid(box(x - 20, 430, 40, 34, 6), RUBBER)
    art.flat(box(364, 520, 72, 40, 8), "#f4f1e6", 0.9)
    art.flat(polygon((372, 552), (392, 528), (404, 540), (414, 530), (428, 552)), art.third)
    art.line("M350 314q50 -60 100 0", art.third, 13)


def basket(art: Art) -> None:
    """A woven basket with leather straps."""
    art.table(1.15)
    art.stands(400, 160)
    body = "M222 400H578L540 606Q536 622 516 622H284Q264 622 260 606z"
    art.flat(body, art.main)
    with art.inside(body):
        for row in range(7):
            y = 424 + row * 30
            art.line(
                "".join(f"M{220 + i * 44 + (row % 2) * 22} {y}q11 -13 22 0t22 0" for i in range(9)),
                darker(art.main, 0.3),
                6,
                0.55,
            )
        art.line(
            "".join(f"M{250 + i * 50} 400L{274 + i * 42} 622" for i in range(7)),
            darker(art.main, 0.22),
            9,
            0.4,
        )
    art.flat(body, "url(#round)")
    art.line("M222 402H578", darker(art.main, 0.12), 28)
    art.line("".join(f"M{226 + i * 28} 410l18 -16" for i in range(13)), lighter(art.main, 0.25), 6, 0.7)
    for x in (320, 480):
        art.solid(box(x - 16, 380, 32, 120, 6), art.second)
        art.solid(box(x - 22, 454, 44, 28, 6), "#cba24a")


def grips(art: Art) -> None:
    """Rolls of handlebar tape with their plugs."""
    art.from_above()
    for i, (x, y, colour) in enumerate(((290, 330, art.main), (512, 420, art.second))):
        art.lies(oval(x, y, 130), 22)
        art.solid(oval(x, y, 130), colour, "ball")
        art.line("".join(oval(x, y, r) for r in (112, 94, 76, 60)), darker(colour, 0.3), 4, 0.6)
        art.flat(oval(x, y, 44), darker(colour, 0.55))
        end = f"M{x + 100} {y + 84}Q{x + 130} {y + 190} {x + 30 - i * 160} {y + 230}"
        art.line_lies(end, 40, 10)
        art.line(end, colour, 40)
        art.line(end, lighter(colour, 0.3), 3, 0.5, "3 13")
    for x, y in ((178, 560), (640, 216)):
        art.lies(oval(x, y, 34), 12)
        art.solid(oval(x, y, 34), art.third, "ball")
        art.flat(oval(x, y, 15), darker(art.third, 0.4))


def chainring(art: Art) -> None:
    """A crank with its chainring, from above."""
    art.from_above()
    teeth = "".join(oval(370 + cos(i * pi / 16) * 214, 420 + sin(i * pi / 16) * 214, 15) for i in range(32))
    art.lies(oval(370, 420, 222))
    art.flat(teeth, darker(art.main, 0.1))
    art.solid(oval(370, 420, 210), art.main, "ball")
    art.flat(oval(370, 420, 166), darker(art.wall, 0.18))
    for i in range(5):
        with art.turned_by(i * 72 + 10, 370, 420):
            art.solid(box(346, 236, 48, 180, 14), art.second, "top")
            art.flat(oval(370, 262, 12), darker(art.second, 0.5))
    with art.turned_by(52, 370, 420):
        arm = box(342, 40, 56, 400, 28)
        art.lies(arm, 20)
        art.solid(arm, lighter(art.second, 0.12))
        art.flat(oval(370, 78, 15), darker(art.second, 0.5))
    art.solid(oval(370, 420, 34), art.third, "ball")


def lock(art: Art) -> None:
    """A U-lock."""
    art.table(1.15)
    art.stands(400, 150)
    art.line("M300 540V330A100 100 0 0 1 500 330V540", darker(STEEL, 0.35), 44)
    art.line("M300 540V330A100 100 0 0 1 500 330V540", art.main, 34)
    art.line("M292 520V330A108 108 0 0 1 400 222", "#fff", 6, 0.35)
    art.solid(box(232, 530, 336, 92, 30), RUBBER)
    art.flat(box(262, 530, 22, 92), art.second)
    art.flat(box(516, 530, 22, 92), art.second)
    art.solid(oval(400, 576, 28), STEEL, "ball")
    art.flat(box(395, 560, 10, 32, 4), RUBBER)


def multitool(art: Art) -> None:
    """A folding tool with its blades out, from above."""
    art.from_above()
    for angle, width, length in ((-58, 22, 210), (-24, 18, 230), (10, 26, 200)):
        with art.turned_by(angle, 320, 560):
            blade = box(320 - width / 2, 560 - length - 40, width, length, 4)
            art.lies(blade, 10)
            art.solid(blade, STEEL)
            art.flat(box(320 - width / 2 - 5, 560 - length - 44, width + 10, 20, 3), darker(STEEL, 0.3))
    with art.turned_by(62, 320, 560):
        body = box(262, 260, 116, 350, 52)
        art.lies(body, 18)
        art.solid(body, art.main)
        art.flat(box(284, 330, 72, 200, 30), art.second)
        for y in (296, 566):
            art.solid(oval(320, y, 24), art.third, "ball")
            art.flat(oval(320, y, 10), darker(art.third, 0.5))


def repair_kit(art: Art) -> None:
    """A tin with patches, glue and tyre levers, from above."""
    art.from_above()
    with art.turned_by(-10):
        tin = box(150, 230, 340, 320, 40)
        art.lies(tin, 20)
        art.solid(tin, art.main, "top")
        art.flat(box(170, 250, 300, 280, 28), darker(art.main, 0.45))
        for x, y, radius in ((240, 320, 50), (350, 330, 42), (260, 440, 42)):
            art.solid(oval(x, y, radius), "#d9793f", "ball")
            art.flat(oval(x, y, radius * 0.66), RUBBER)
        tube = box(350, 396, 80, 118, 8)
        art.solid(tube, art.second)
        art.flat(box(350, 430, 80, 26), art.third)
        art.solid(box(374, 366, 32, 34, 6), RUBBER)
    for x, turn in ((590, 8), (664, 16)):
        with art.turned_by(turn, x, 400):
            lever = f"M{x - 22} 230Q{x} 190 {x + 22} 230L{x + 15} 590Q{x} 616 {x - 15} 590z"
            art.lies(lever, 12)
            art.solid(lever, art.third)
            art.flat(oval(x, 560, 6), darker(art.third, 0.5))


def bottle(art: Art) -> None:
    """A drinking bottle."""
    art.table(1.05)
    art.stands(400, 88)
    body = (
        "M312 340Q312 310 340 300H460Q488 310 488 340V420Q488 440 474 452Q474 480 488 492"
        "V596Q488 622 462 622H338Q312 622 312 596V492Q326 480 326 452Q312 440 312 420z"
    )
    art.flat(body, art.main)
    with art.inside(body):
        if art.pick(True, False):
            art.flat(polygon((300, 560), (500, 500), (500, 540), (300, 600)), art.second)
            art.flat(polygon((300, 606), (500, 546), (500, 560), (300, 620)), art.second)
        else:
            art.flat(box(300, 510, 200, 60), art.second)
    art.flat(body, "url(#round)")
    art.solid(box(322, 250, 156, 58, 16), art.third)
    art.solid(box(366, 196, 68, 60, 14), lighter(art.third, 0.15))
    art.solid(box(376, 176, 48, 34, 14), art.second)


MOTIFS = {
    "bicycle": bicycle,
    "bike-bell": bell,
    "helmet": helmet,
    "saddle": saddle,
    "wheel": wheel,
    "bike-pump": pump,
    "bike-light": lamp,
    "pannier": pannier,
    "basket": basket,
    "bar-tape": grips,
    "crank": chainring,
    "bike-lock": lock,
    "multitool": multitool,
    "repair-kit": repair_kit,
    "bottle": bottle,
}
