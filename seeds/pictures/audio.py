"""Audio gear and electronics."""

from __future__ import annotations

from seeds.pictures.art import FLOOR, Art, box, oval, polygon, turned
from seeds.pictures.colours import darker, lighter, mix

BLACK = "#26282d"
METAL = "#cdd2d6"
WOOD = "#a9713f"


def _knob(art: Art, x: float, y: float, radius: float, colour: str = METAL) -> None:
    art.flat(oval(x + 3, y + 5, radius), "#000", 0.25)
    art.solid(oval(x, y, radius), colour, "ball")
    art.line(f"M{x} {y - radius * 0.3:g}V{y - radius * 0.8:g}", darker(colour, 0.6), 4)


def _cone(art: Art, x: float, y: float, radius: float, colour: str) -> None:
    art.solid(oval(x, y, radius), BLACK, "ball")
    art.line(oval(x, y, radius * 0.92), METAL, 4, 0.7)
    art.solid(oval(x, y, radius * 0.78), colour, "ball")
    art.flat(oval(x, y, radius * 0.62), darker(colour, 0.25))
    art.solid(oval(x, y, radius * 0.28), darker(colour, 0.1), "ball")


def headphones(art: Art) -> None:
    """Headphones, facing; closed, or on a stand."""
    art.table(1.08)
    stand = art.pick(False, True)
    drop = 0 if not stand else -60
    if stand:
        art.stands(400, 110)
        art.solid(box(290, 600, 220, 24, 10), WOOD, "round")
        art.solid(box(384, 250, 32, 356, 8), WOOD)
        art.solid(box(330, 226, 140, 40, 20), WOOD)
    else:
        art.stands(400, 170)
    art.line(
        f"M256 {480 + drop}C236 {220 + drop} 564 {220 + drop} 544 {480 + drop}", darker(art.main, 0.15), 34
    )
    art.line(f"M256 {476 + drop}C236 {216 + drop} 564 {216 + drop} 544 {476 + drop}", art.main, 24)
    art.line(f"M312 {330 + drop}C350 {268 + drop} 450 {268 + drop} 488 {330 + drop}", art.second, 30)
    for side in (-1, 1):
        x = 400 + side * 146
        art.solid(box(x - 10, 410 + drop, 20, 80, 6), METAL)
        art.solid(box(x - side * 46 - 26, 444 + drop, 52, 170, 26), art.second)
        art.solid(box(x - 40 + side * 8, 440 + drop, 80, 182, 38), art.main)
        art.flat(box(x - 22 + side * 14, 486 + drop, 44, 90, 22), darker(art.main, 0.18))
        art.flat(oval(x + side * 14, 531 + drop, 10), art.third)


def earbuds(art: Art) -> None:
    """Two buds before their open case."""
    art.from_above()
    case, lid = box(230, 240, 340, 230, 80), box(230, 130, 340, 130, 56)
    for part in (lid, case):
        art.lies(part, 18)
    art.solid(lid, darker(art.main, 0.18))
    art.flat(box(254, 156, 292, 84, 36), darker(art.main, 0.5))
    art.solid(case, art.main, "top")
    art.line("M300 300H500", darker(art.main, 0.25), 4, 0.5)
    art.flat(oval(400, 364, 11), art.third)
    for x, turn in ((296, -64), (512, 128)):
        with art.turned_by(turn, x, 580):
            stem, tip = box(x - 18, 570, 36, 132, 18), box(x - 82, 548, 62, 52, 22)
            art.lies(stem, 14)
            art.lies(tip, 14)
            art.solid(tip, art.second)
            art.solid(stem, art.main)
            art.solid(oval(x, 574, 52, 46), art.main, "ball")
            art.line(f"M{x - 12} 690h24", art.second, 6)


def speaker(art: Art) -> None:
    """A loudspeaker: two-way, round-grilled or tall; one or a pair."""
    art.table(1.08)
    kind = art.pick("two-way", "cloth", "tower")
    pair = art.pick(False, True) if kind == "two-way" else False
    for dx in (-130, 130) if pair else (0,):
        with art.moved(dx, 0):
            if kind == "two-way":
                art.stands(400, 116)
                art.solid(box(290, 290, 220, 332, 14), art.main)
                art.solid(
                    box(306, 306, 188, 300, 8), lighter(art.main, 0.1) if pair else darker(art.main, 0.15)
                )
                _cone(art, 400, 500, 80, art.second)
                _cone(art, 400, 364, 38, art.third)
            elif kind == "cloth":
                art.stands(400, 180)
                art.solid(box(206, 350, 388, 272, 34), art.main)
                cloth = box(226, 370, 258, 232, 22)
                art.flat(cloth, art.second)
                with art.inside(cloth):
                    art.line(
                        "".join(f"M226 {380 + i * 16}h260" for i in range(15)),
                        darker(art.second, 0.25),
                        4,
                        0.5,
                    )
                _knob(art, 540, 440, 34, art.third)
                _knob(art, 540, 540, 24, METAL)
            else:
                art.stands(400, 90)
                art.solid(box(304, 130, 192, 480, 12), art.main)
                art.solid(box(290, 604, 220, 20, 6), BLACK)
                for y, r in ((210, 34), (330, 66), (490, 66)):
                    _cone(art, 400, y, r, art.second if r > 40 else art.third)


def portable_speaker(art: Art) -> None:
    """A cylinder that plays, with a loop."""
    art.table(1.1)
    art.stands(400, 96)
    art.line("M480 300q60 -40 56 60q-4 60 -46 70", art.third, 15)
    body = turned((96, 270), (100, 440), (96, FLOOR))
    art.solid(body, art.main)
    with art.inside(body):
        art.line(
            "".join(f"M290 {330 + i * 17}q110 30 220 0" for i in range(15)), darker(art.main, 0.25), 4, 0.5
        )
        art.band(380, 440, 104, art.second)
    art.flat(oval(400, 270, 96, 15), lighter(art.main, 0.25))
    art.line("M384 270h32M400 264v12", darker(art.main, 0.4), 5)


def turntable(art: Art) -> None:
    """A record player from above."""
    art.from_above()
    plinth = box(110, 180, 580, 460, 26)
    art.lies(plinth, 20)
    art.solid(plinth, art.main, "top")
    if art.pick(True, False):
        art.line(
            "M130 240q270 22 540 -8M130 340q270 -18 540 12M130 480q270 24 540 -10M130 590q270 -14 540 8",
            darker(art.main, 0.25),
            4,
            0.35,
        )
    art.flat(oval(330, 416, 202), "#000", 0.25)
    art.solid(oval(326, 410, 200), METAL, "ball")
    art.solid(oval(326, 410, 188), "#1f2125", "ball")
    art.line("".join(oval(326, 410, r) for r in (170, 150, 130, 110, 90)), "#3c3f45", 2.5, 0.9)
    art.flat("M326 410L470 300A182 182 0 0 1 500 350z M326 410L182 520A182 182 0 0 1 152 470z", "#fff", 0.1)
    art.flat(oval(326, 410, 66), art.second)
    art.line(oval(326, 410, 50), art.third, 6)
    art.flat(oval(326, 410, 8), "#efe9dc")
    art.solid(oval(604, 268, 50), METAL, "ball")
    art.line("M604 268V440L492 520", "#000", 13, 0.2)
    art.line("M600 262V432L486 512", "#e7eaec", 13)
    art.solid(polygon((500, 486), (518, 512), (462, 548), (446, 526)), BLACK, "top")
    art.solid(oval(600, 262, 27), BLACK, "ball")
    _knob(art, 560, 590, 22, art.third)
    _knob(art, 626, 590, 22, METAL)


def record(art: Art) -> None:
    """A record half out of its sleeve."""
    art.from_above()
    with art.turned_by(-7):
        art.lies(oval(490, 400, 226), 14)
        art.solid(oval(490, 400, 226), "#1f2125", "ball")
        art.line("".join(oval(490, 400, r) for r in (206, 184, 162, 140, 118)), "#3c3f45", 2.5, 0.9)
        art.flat(oval(490, 400, 76), art.third)
        art.flat(oval(490, 400, 9), art.wall)
        sleeve = box(110, 166, 430, 468, 6)
        art.lies(sleeve, 16)
        art.flat(sleeve, art.main)
        with art.inside(sleeve):
            style = art.pick("waves", "sun", "grid")
            if style == "waves":
                for i in range(6):
                    art.line(
                        f"M90 {400 + i * 42}q70 -70 140 0t140 0t140 0t140 0",
                        art.second if i % 2 else art.third,
                        20,
                    )
            elif style == "sun":
                art.flat(oval(325, 430, 136), art.second)
                art.flat("".join(box(110, 430 + i * 34, 430, 8 + i * 3) for i in range(5)), art.main)
            else:
                for i in range(9):
                    art.flat(
                        oval(194 + i % 3 * 130, 290 + i // 3 * 120, 50),
                        (art.second, art.third, lighter(art.main, 0.4))[(i + i // 3) % 3],
                    )
        art.flat(sleeve, "url(#top)", 0.6)
        art.flat(box(140, 192, 170, 17, 6), art.second)
        art.flat(box(140, 220, 100, 10, 5), art.second, 0.7)


def radio(art: Art) -> None:
    """A table radio with a dial, a handle or feet."""
    art.table(1.12)
    art.stands(400, 200)
    if art.pick(True, False):
        art.line("M270 350C276 270 524 270 530 350", art.third, 20)
        art.line("M560 360L640 190", METAL, 6)
        art.solid(oval(640, 190, 8), METAL, "ball")
    else:
        art.line("M270 610l-22 30M530 610l22 30", WOOD, 17)
    art.solid(box(186, 346, 428, 268, 44), art.main)
    grille = box(214, 376, 214, 208, 26)
    art.flat(grille, art.second)
    with art.inside(grille):
        if art.pick(True, False):
            art.line("".join(f"M{226 + i * 20} 370v220" for i in range(11)), darker(art.second, 0.3), 6, 0.6)
        else:
            art.line(
                "".join(f"M214 {392 + i * 20}h220" for i in range(10)),
                darker(art.second, 0.35),
                8,
                0.7,
                "0 20",
            )
    art.flat(box(450, 382, 136, 84, 12), "#fbf4e0")
    art.line("".join(f"M{464 + i * 15} 400v{24 if i % 3 == 0 else 13}" for i in range(8)), "#7b6f5c", 3)
    art.line("M520 390v68", "#c63f31", 5)
    _knob(art, 486, 536, 34, art.third)
    _knob(art, 562, 536, 24, METAL)


def cassette_player(art: Art) -> None:
    """A pocket cassette player with a cord, from above."""
    art.from_above()
    cord = "M520 190C640 120 720 260 640 360S560 560 690 610"
    art.line_lies(cord, 9)
    art.line(cord, art.third, 9)
    body = box(206, 176, 340, 470, 34)
    art.lies(body, 20)
    art.solid(body, art.main, "top")
    art.flat(box(206, 570, 340, 20), art.second)
    window = box(240, 290, 272, 190, 18)
    art.flat(window, mix(art.main, "#101216", 0.65))
    art.flat(box(264, 314, 224, 142, 10), art.second)
    art.flat(box(284, 362, 184, 54, 27), "#1c1d21")
    for x in (318, 434):
        art.solid(oval(x, 389, 22), "#f4efe2", "ball")
        art.line(oval(x, 389, 11), "#6b655a", 6, dash="5 6")
    art.flat(polygon((240, 300), (330, 290), (250, 480), (240, 480)), "#fff", 0.18)
    for i in range(4):
        art.solid(box(240 + i * 70, 206, 58, 34, 8), (METAL, art.third, METAL, METAL)[i], "top")
    art.flat(oval(500, 616, 7), "#c63f31")


def amplifier(art: Art) -> None:
    """An amplifier with knobs, or with glowing tubes."""
    art.table(1.15)
    art.stands(400, 220)
    if art.pick(True, False):
        art.solid(box(166, 430, 468, 180, 14), art.main)
        art.solid(box(182, 446, 436, 148, 8), art.second)
        _knob(art, 540, 520, 46, METAL)
        for i in range(3):
            _knob(art, 270 + i * 62, 556, 17, METAL)
        art.flat(box(220, 462, 210, 62, 6), "#2b2620")
        for x in (272, 376):
            art.line(f"M{x - 34} 512A44 44 0 0 1 {x + 34} 512", "#f2c877", 4)
            art.line(f"M{x} 518L{x + 16} 484", "#f5e8c8", 4)
        art.flat(oval(446, 556, 8), art.third)
    else:
        for i, x in enumerate((260, 340, 460, 540)):
            tall = 130 if i in {1, 2} else 96
            art.flat(oval(x, 500 - tall * 0.4, 60, 80), "#ffcf7d", 0.25)
            art.flat(box(x - 29, 510 - tall, 58, tall, 28), "#ffffff", 0.45)
            art.flat(box(x - 10, 520 - tall, 20, tall - 20, 8), "#e98b3a", 0.9)
            art.solid(box(x - 31, 496, 62, 24, 4), BLACK)
        art.solid(box(180, 516, 440, 98, 14), art.main)
        art.flat(box(180, 594, 440, 10), art.third)
        _knob(art, 250, 560, 26, METAL)
        _knob(art, 550, 560, 26, METAL)
        art.flat(box(330, 546, 140, 26, 6), art.second)
    art.flat(box(206, 610, 40, 14, 4), BLACK)
    art.flat(box(554, 610, 40, 14, 4), BLACK)


def keyboard(art: Art) -> None:
    """A mechanical keyboard from above, with coloured keys."""
    art.from_above()
    with art.turned_by(-12):
        case = box(80, 266, 640, 284, 28)
        art.lies(case, 22)
        art.solid(case, art.main, "top")
        art.flat(box(102, 288, 596, 240, 10), darker(art.main, 0.4))
        pitch = 45
        for colour, cells in (
            (art.second, [(c, r) for r in range(4) for c in range(1, 12)]),
            (
                lighter(art.third, 0.3),
                [(c, r) for r in range(4) for c in (0, 12)] + [(c, 4) for c in (0, 1, 2, 9, 10, 11)],
            ),
        ):
            art.flat(
                "".join(f"M{110 + c * pitch} {294 + r * 46}h40v40h-40z" for c, r in cells),
                darker(colour, 0.28),
            )
            art.flat("".join(f"M{114 + c * pitch} {295 + r * 46}h32v31h-32z" for c, r in cells), colour)
        art.flat(box(245, 478, 265, 40, 6), darker(art.third, 0.28))
        art.flat(box(250, 479, 255, 31, 5), art.third)
        art.flat(box(650, 478, 40, 40, 6), art.third)


def mouse(art: Art) -> None:
    """A mouse from above."""
    art.from_above()
    with art.turned_by(18):
        cord = "M400 190C400 90 300 90 240 20"
        art.line_lies(cord, 11)
        art.line(cord, art.third, 11)
        body = "M400 180Q540 180 540 360V470Q540 640 400 640T260 470V360Q260 180 400 180z"
        art.lies(body, 22)
        art.solid(body, art.main, "ball")
        art.line("M400 184V390M264 390Q400 430 536 390", darker(art.main, 0.3), 4, 0.7)
        art.flat(box(378, 250, 44, 100, 22), darker(art.main, 0.45))
        art.solid(box(386, 262, 28, 76, 14), art.second, "top")


def cable(art: Art) -> None:
    """A coiled cable with two plugs."""
    art.from_above()
    coils = "".join(oval(400 + i * 4, 390 + i * 5, 170 - i * 12, 160 - i * 10) for i in range(4))
    tails = "M270 500C200 560 190 600 230 640M540 470C620 520 640 580 600 650"
    art.line_lies(coils + tails, 20, 16)
    art.line(tails, art.main, 19)
    art.line(coils, art.main, 19)
    art.line(coils, lighter(art.main, 0.35), 5, 0.7, "9 13" if art.pick(True, False) else "")
    art.solid(box(376, 196, 60, 100, 12), art.third)
    for x, y, turn in ((246, 650, -30), (592, 660, 30)):
        with art.turned_by(turn, x, y):
            plug = box(x - 22, y - 20, 44, 74, 8)
            art.lies(plug, 12)
            art.solid(plug, art.second)
            art.solid(box(x - 13, y + 52, 26, 36, 4), METAL)


def charger(art: Art) -> None:
    """A charging block with ports and a plug."""
    art.table(1.25)
    art.stands(390, 130)
    art.line("M330 540C220 560 200 640 100 640", art.third, 13)
    art.flat(polygon((500, 400), (560, 420), (560, 610), (500, FLOOR)), darker(art.main, 0.3))
    art.solid(box(300, 400, 204, 222, 26), art.main)
    art.flat(box(366, 446, 72, 26, 13), BLACK)
    art.flat(box(366, 492, 72, 26, 13), BLACK)
    art.flat(box(362, 540, 80, 30, 4), BLACK)
    art.flat(box(370, 552, 64, 9, 2), art.second)
    art.flat(oval(334, 432, 7), art.second)
    art.solid(box(560, 460, 50, 12, 4), METAL)
    art.solid(box(560, 540, 50, 12, 4), METAL)


def microphone(art: Art) -> None:
    """A microphone on a desk stand."""
    art.table(1.05)
    art.stands(400, 120)
    art.solid(turned((110, 600), (120, FLOOR)), BLACK)
    art.solid(box(391, 440, 18, 160, 4), METAL)
    art.line("M296 300V370A104 104 0 0 0 504 370V300", METAL, 13)
    body = box(324, 150, 152, 290, 76)
    art.solid(body, art.main)
    with art.inside(body):
        art.flat(box(310, 140, 180, 160), art.second)
        art.line("".join(f"M310 {160 + i * 19}h180" for i in range(8)), darker(art.second, 0.3), 5, 0.6)
        art.flat(box(310, 296, 180, 13), art.third)
    art.flat(body, "url(#round)")
    art.flat(oval(400, 372, 15), art.third)


def desk_lamp(art: Art) -> None:
    """A jointed lamp, lit."""
    art.table(1.05)
    art.stands(300, 100)
    art.flat("M520 330L640 392L690 640a145 22 0 0 1 -290 0z", "#fff2bd", 0.4)
    art.solid(turned((96, 598), (104, FLOOR), x=300), art.main)
    art.line("M300 596L226 420L420 250", METAL, 13)
    art.solid(oval(226, 420, 20), art.second, "ball")
    art.solid(oval(420, 250, 20), art.second, "ball")
    art.solid(polygon((430, 220), (490, 252), (650, 390), (510, 330), (410, 260)), art.main, "top")
    art.solid("M414 226Q500 190 580 250Q650 300 656 396L506 322Q430 290 414 226z", art.main, "top")
    art.flat("M506 322L656 396Q640 420 580 394Q520 366 506 322z", "#fff6d2")


def console(art: Art) -> None:
    """A hand-held game, from above."""
    art.from_above()
    with art.turned_by(-8):
        body = box(240, 120, 320, 560, 40)
        art.lies(body, 20)
        art.solid(body, art.main, "top")
        art.flat(box(270, 156, 260, 230, 22), darker(art.main, 0.6))
        art.flat(box(296, 182, 208, 178, 6), "#b9c98c")
        art.flat("M296 330h40v-26h34v26h50v-44h36v44h48v30H296z", "#5e7442")
        art.flat(box(352, 226, 30, 30) + box(440, 206, 20, 20), "#5e7442")
        art.flat(box(282, 470, 96, 32, 6) + box(314, 438, 32, 96, 6), BLACK)
        for x, y in ((440, 506), (502, 466)):
            art.solid(oval(x, y, 28), art.third, "ball")
        art.flat(box(336, 580, 50, 14, 7) + box(412, 580, 50, 14, 7), darker(art.main, 0.4))
        art.line("M470 620l24 -30M494 632l24 -30M518 644l16 -22", darker(art.main, 0.3), 7, 0.7)
        art.flat(box(286, 404, 90, 12, 6), art.second)


MOTIFS = {
    "headphones": headphones,
    "earbuds": earbuds,
    "speaker": speaker,
    "portable-speaker": portable_speaker,
    "turntable": turntable,
    "record": record,
    "radio": radio,
    "cassette-player": cassette_player,
    "amplifier": amplifier,
    "keyboard": keyboard,
    "mouse": mouse,
    "cable": cable,
    "charger": charger,
    "microphone": microphone,
    "desk-lamp": desk_lamp,
    "game-console": console,
}
