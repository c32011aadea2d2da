"""Cameras, lenses, film and what goes with them."""

from __future__ import annotations

from seeds.pictures.art import FLOOR, Art, box, oval, polygon
from seeds.pictures.colours import darker, lighter, mix

METAL = "#cfd3d6"
BLACK = "#2b2d33"
GLASS = "#1d2733"


def _front_lens(art: Art, x: float, y: float, size: float, ring: str = BLACK) -> None:
    """A lens that looks at the viewer."""
    art.flat(oval(x + size * 0.06, y + size * 0.1, size), "#000", 0.25)
    art.solid(oval(x, y, size), ring, "ball")
    art.line(oval(x, y, size * 0.86), lighter(ring, 0.3), size * 0.03)
    art.flat(oval(x, y, size * 0.78), darker(ring, 0.45))
    art.solid(oval(x, y, size * 0.6), GLASS, "ball")
    art.flat(oval(x, y, size * 0.42), "#31506b", 0.8)
    art.flat(oval(x, y, size * 0.24), "#131a24")
    art.flat(oval(x - size * 0.2, y - size * 0.22, size * 0.14, size * 0.1), "#fff", 0.75)
    art.flat(oval(x + size * 0.22, y + size * 0.2, size * 0.08), "#b98ad0", 0.6)


def _leather(art: Art, outline: str, colour: str) -> None:
    art.flat(outline, colour)
    art.flat(outline, "url(#round)")


def slr(art: Art) -> None:
    """A single lens reflex camera with its pentaprism."""
    art.table(1.22)
    top = art.pick(METAL, BLACK)
    art.stands(400, 225)
    art.solid(box(196, 384, 50, 30, 6), darker(top, 0.1))
    art.solid(box(204, 372, 34, 18, 4), lighter(top, 0.2))
    art.solid(box(548, 376, 66, 36, 8), darker(top, 0.1))
    art.solid(oval(505, 398, 22, 10), darker(top, 0.2), "top")
    art.solid("M316 410L338 336Q342 322 358 322H442Q458 322 462 336L484 410z", top, "round")
    art.flat("M352 340H448L456 372H344z", darker(top, 0.12))
    art.solid(box(168, 404, 464, 76, 26), top)
    body = box(168, 436, 464, 150, 10)
    _leather(art, body, art.main)
    art.solid(box(168, 572, 464, 50, 22), top)
    art.flat(box(168, 572, 464, 12), top)
    art.line("M168 438H632M168 584H632", darker(top, 0.35), 3, 0.6)
    art.flat(box(196, 452, 26, 112, 10), darker(art.main, 0.25), 0.5)
    art.flat(oval(566, 470, 9), art.second)
    art.line("M168 424q-34 10 -30 60M632 424q34 10 30 60", art.third, 9)
    _front_lens(art, 400, 500, 118)


def rangefinder(art: Art) -> None:
    """A rangefinder camera with two windows."""
    art.table(1.22)
    top = art.pick(METAL, lighter(art.second, 0.1), BLACK)
    art.stands(400, 225)
    art.solid(box(214, 384, 60, 28, 6), darker(top, 0.08))
    art.solid(box(490, 388, 40, 24, 5), darker(top, 0.08))
    art.solid(box(560, 380, 46, 32, 6), darker(top, 0.15))
    art.solid(box(160, 406, 480, 82, 20), top)
    _leather(art, box(160, 468, 480, 116, 6), art.main)
    art.solid(box(160, 568, 480, 54, 24), top)
    art.flat(box(160, 566, 480, 14), top)
    art.line("M160 470H640M160 582H640", darker(top, 0.35), 3, 0.6)
    for x, width in ((190, 66), (372, 40), (540, 64)):
        art.flat(box(x, 424, width, 34, 6), darker(top, 0.4))
        art.flat(box(x + 5, 429, width - 10, 24, 4), "#3c5566")
        art.flat(polygon((x + 10, 429), (x + 22, 429), (x + 12, 453), (x + 5, 453)), "#fff", 0.5)
    _front_lens(art, 400, 532, 84, darker(METAL, 0.25) if top != BLACK else BLACK)


def tlr(art: Art) -> None:
    """A twin lens reflex camera, waist-level finder up."""
    art.table(1.05)
    art.stands(400, 150)
    art.flat(polygon((290, 292), (510, 292), (494, 186), (306, 186)), darker(BLACK, 0.1))
    art.flat(polygon((310, 286), (490, 286), (478, 200), (322, 200)), "#46515b")
    art.solid(polygon((290, 292), (306, 186), (322, 200), (310, 292)), BLACK)
    _leather(art, box(276, 286, 248, 336, 14), art.main)
    art.solid(box(276, 286, 248, 26, 8), METAL, "round")
    art.solid(box(276, 596, 248, 26, 8), METAL, "round")
    art.solid(box(306, 322, 188, 270, 90), darker(METAL, 0.12))
    art.solid(box(524, 440, 26, 74, 8), METAL, "top")
    art.solid(box(246, 380, 30, 50, 8), METAL, "top")
    art.line("M276 330q-50 40 -38 160", art.second, 11)
    _front_lens(art, 400, 396, 70)
    _front_lens(art, 400, 528, 74)


def folding(art: Art) -> None:
    """A folding camera with its bellows out."""
    art.table(1.15)
    art.stands(410, 200)
    _leather(art, box(210, 340, 380, 268, 26), art.main)
    art.line(box(216, 346, 368, 256, 22), METAL, 7)
    art.solid(box(330, 314, 90, 32, 8), METAL)
    for i in range(5):
        inset = i * 13
        art.solid(
            box(276 + inset, 384 + inset, 248 - 2 * inset, 200 - 2 * inset, 6),
            mix(art.second, "#1b1b20", 0.1 + 0.16 * (i % 2)),
            "ball",
        )
    art.solid(polygon((270, 608), (530, 608), (560, FLOOR), (240, FLOOR)), darker(METAL, 0.1), "round")
    art.line("M300 606L352 520M500 606L448 520", METAL, 8)
    _front_lens(art, 400, 488, 72, METAL)


def compact(art: Art) -> None:
    """A pocket camera with a flash."""
    art.table(1.25)
    art.stands(400, 190)
    lively = art.pick(True, False)
    art.solid(box(236, 392, 56, 22, 8), art.second)
    art.solid(box(208, 404, 384, 218, 44), art.main)
    art.flat(box(208, 560, 384, 20), art.second, 0.9 if lively else 0.35)
    art.flat(box(498, 428, 70, 42, 8), "#f4f3ea")
    art.line("M512 434v30M526 434v30M540 434v30M554 434v30", "#c9c7b8", 3)
    art.flat(box(362, 428, 66, 36, 8), GLASS)
    art.flat(polygon((370, 428), (388, 428), (374, 464), (362, 464)), "#fff", 0.4)
    art.flat(oval(470, 448, 7), art.third)
    _front_lens(art, 384, 534, 72)
    art.line("M592 450q44 40 22 120", art.third, 9)


def instant(art: Art) -> None:
    """An instant camera with a picture coming out."""
    art.table(1.1)
    art.stands(400, 180)
    art.solid(
        "M250 330Q256 296 290 296H510Q544 296 550 330L590 560V590Q590 622 560 622H240Q210 622 210 590V560z",
        art.main,
    )
    art.flat("M216 548H584L590 566V590Q590 622 560 622H240Q210 622 210 590V566z", darker(art.main, 0.2))
    art.flat(box(270, 552, 260, 18, 6), BLACK)
    art.flat(polygon((286, 562), (514, 562), (522, 660), (278, 660)), "#fbf9f2")
    art.flat(polygon((304, 572), (496, 572), (500, 628), (300, 628)), art.second)
    art.flat("M304 628q60 -50 110 -10q40 -30 86 0v10z", art.third, 0.9)
    for i, colour in enumerate((art.second, art.third, lighter(art.second, 0.4))):
        art.flat(box(254 + i * 14, 440, 10, 96, 3), colour)
    art.flat(box(290, 322, 84, 50, 10), "#f1eee2")
    art.flat(box(446, 326, 70, 44, 10), GLASS)
    art.solid(oval(548, 470, 15), art.third, "ball")
    _front_lens(art, 408, 452, 84)


def lens(art: Art) -> None:
    """A lens, standing on its mount."""
    art.table(1.5)
    length = art.pick(190, 120, 270)
    half = art.pick(92, 104)
    top = FLOOR - length
    body = art.main
    art.stands(400, half)
    art.solid(box(400 - half + 14, FLOOR - 26, 2 * half - 28, 34, 8), METAL)
    art.solid(box(400 - half, top + 24, 2 * half, length - 46, 10), body)
    y: float = top + 44
    for height in ((length - 90) * 0.55, (length - 90) * 0.3):
        with art.inside(box(400 - half - 5, y, 2 * half + 10, height, 5)):
            art.solid(box(400 - half - 5, y, 2 * half + 10, height), darker(body, 0.25))
            ribs = "".join(f"M{400 - half + i * half / 9:.0f} {y:.0f}v{height:.0f}" for i in range(19))
            art.line(ribs, lighter(body, 0.18), 3, 0.6)
        y += height + 14
    art.flat(box(400 - half, y + 2, 2 * half, 5), art.second)
    art.flat(oval(360, y + 18, 5), art.third)
    art.solid(box(400 - half - 6, top, 2 * half + 12, 40, 6), darker(body, 0.1))
    art.flat(oval(400, top + 2, half + 6, 22), lighter(body, 0.25))
    art.flat(oval(400, top + 2, half - 4, 17), darker(body, 0.5))
    art.flat(oval(400, top + 3, half - 20, 12), "#33536b")
    art.flat(oval(372, top - 1, 24, 5), "#fff", 0.55)


def film(art: Art) -> None:
    """Film cartridges, one or three."""
    art.table(1.3)
    many = art.pick(True, False)
    places = ((-150, 4, art.second), (150, 10, art.third), (0, 22, art.main)) if many else ((0, 0, art.main),)
    for dx, dy, colour in places:
        with art.moved(dx, dy):
            art.stands(400, 80)
            art.solid(box(378, 372, 44, 40, 6), BLACK)
            art.solid(box(322, 404, 156, 218, 12), BLACK)
            art.solid(box(326, 426, 148, 174, 2), colour)
            art.flat(box(326, 458, 148, 54), "#fbf8ee")
            art.flat(box(340, 470, 60, 12, 3), colour)
            art.flat(box(340, 488, 92, 7, 3), darker(colour, 0.3), 0.6)
            art.flat("".join(box(344 + i * 22, 548, 12, 26) for i in range(3)), "#fff", 0.35)
            art.flat(box(326, 426, 148, 174), "url(#round)")
    if not many:
        art.flat("M478 440H610q40 4 30 60t-16 106q-8 14 -30 14H478z", "#5a4632")
        art.flat(
            "".join(box(492 + i * 26, 452, 14, 14, 3) + box(492 + i * 24, 590, 14, 14, 3) for i in range(5)),
            art.wall,
            0.9,
        )


def film_box(art: Art) -> None:
    """A box of roll film, with a roll before it."""
    art.table(1.2)
    art.stands(360, 110)
    art.flat(polygon((440, 372), (500, 350), (500, 600), (440, FLOOR)), darker(art.main, 0.3))
    art.flat(polygon((240, 372), (440, 372), (500, 350), (306, 350)), lighter(art.main, 0.3))
    art.flat(box(240, 372, 200, 250), art.main)
    with art.inside(box(240, 372, 200, 250)):
        style = art.pick("sun", "bars", "wedge")
        if style == "sun":
            art.flat(oval(340, 540, 74), art.second)
            art.flat(box(240, 540, 200, 90), art.third)
        elif style == "bars":
            for i, colour in enumerate((art.second, art.third, lighter(art.second, 0.4))):
                art.flat(box(240, 470 + i * 34, 200, 24), colour)
        else:
            art.flat(polygon((240, 622), (440, 430), (440, 622)), art.second)
            art.flat(polygon((240, 622), (440, 540), (440, 622)), art.third)
    art.flat(box(262, 394, 110, 20, 4), "#fff", 0.9)
    art.flat(box(262, 424, 70, 10, 4), "#fff", 0.6)
    with art.moved(150, 16):
        art.stands(400, 60)
        art.solid(box(344, 530, 112, 92, 4), art.second)
        art.flat(box(344, 560, 112, 30), "#fbf8ee", 0.9)
        art.solid(box(336, 520, 128, 16, 6), BLACK)
        art.solid(box(336, 614, 128, 16, 6), BLACK)
        art.solid(box(386, 506, 28, 16, 4), BLACK)


def light_meter(art: Art) -> None:
    """A hand-held exposure meter on its cord."""
    art.from_above()
    cord = "M400 210C330 90 180 150 160 260S250 420 200 560"
    art.line_lies(cord, 10)
    art.line(cord, art.third, 10)
    body = box(282, 196, 236, 410, 56)
    art.lies(body)
    art.solid(body, art.main)
    art.solid(box(346, 150, 108, 66, 33), "#f6f3ea", "ball")
    art.flat(box(312, 250, 176, 108, 14), "#fbf8ee")
    art.line("M330 340A86 86 0 0 1 470 340", art.third, 3)
    art.line("M400 352L444 282", "#c63f31", 5)
    art.solid(oval(400, 482, 92), darker(art.main, 0.2), "ball")
    art.flat(oval(400, 482, 72), art.second)
    art.line(oval(400, 482, 58), darker(art.second, 0.4), 9, dash="3 15")
    art.solid(oval(400, 482, 34), METAL, "ball")


def tripod(art: Art) -> None:
    """A wooden tripod, legs spread."""
    art.table(1.08)
    for x in (250, 400, 556):
        art.stands(x, 20)
    head = darker(METAL, 0.25)
    for foot, colour in ((400, darker(art.main, 0.3)), (250, art.main), (556, art.main)):
        art.line(f"M400 270L{foot} {FLOOR - 6}", colour, 20)
        art.line(f"M400 270L{foot} {FLOOR - 6}", darker(colour, 0.25), 3, 0.6)
        mid = 400 + (foot - 400) * 0.55
        art.flat(box(mid - 15, 452, 30, 26, 6), art.second)
        art.flat(oval(foot, FLOOR - 2, 14, 9), BLACK)
    art.solid(box(362, 236, 76, 54, 12), art.second)
    art.solid(box(386, 176, 28, 64, 8), head)
    art.solid(oval(400, 182, 34, 30), BLACK, "ball")
    art.solid(box(340, 136, 120, 26, 10), head)
    art.line("M428 190L540 240", head, 11)
    art.line("M520 231L560 249", BLACK, 20)


def flash(art: Art) -> None:
    """A flash gun with a round reflector, or a flat one."""
    art.table(1.15)
    art.stands(400, 80)
    if art.pick(True, False):
        art.solid(box(364, 380, 72, 242, 20), art.main)
        art.flat(box(364, 470, 72, 12), art.second)
        art.solid(oval(400, 322, 136), METAL, "ball")
        art.solid(oval(400, 322, 118), "#eef0f1", "ball")
        rays = "".join(
            f"M400 322L{400 + dx} {322 + dy}"
            for dx, dy in (
                (0, -114),
                (80, -80),
                (114, 0),
                (80, 80),
                (0, 114),
                (-80, 80),
                (-114, 0),
                (-80, -80),
            )
        )
        art.line(rays, "#c5cace", 4)
        art.solid(oval(400, 322, 30), "#fff3c9", "ball")
    else:
        art.solid(box(320, 400, 160, 200, 18), art.main)
        art.solid(box(360, 596, 80, 26, 4), METAL)
        art.solid(box(296, 300, 208, 112, 16), darker(art.main, 0.15))
        art.flat(box(312, 316, 176, 80, 8), "#f3f1e6")
        art.line("".join(f"M{330 + i * 20} 320v72" for i in range(8)), "#d5d1bd", 4)
        art.flat(box(344, 440, 112, 70, 8), art.second)
        art.flat(oval(400, 554, 13), art.third)


def camera_bag(art: Art) -> None:
    """A shoulder bag with a flap and two straps."""
    art.table(1.15)
    art.stands(400, 210)
    art.line("M230 440C220 200 580 200 570 440", darker(art.second, 0.1), 24)
    art.line("M230 440C220 200 580 200 570 440", lighter(art.second, 0.2), 3, 0.5, "10 10")
    art.solid(box(196, 396, 408, 226, 36), art.main)
    art.solid(box(226, 506, 348, 104, 20), darker(art.main, 0.14))
    art.solid(
        "M186 400Q186 372 216 372H584Q614 372 614 400V490Q614 520 580 520H220Q186 520 186 490z",
        lighter(art.main, 0.1),
    )
    art.line("M200 492Q202 506 222 506H578Q598 506 600 492", darker(art.main, 0.4), 3, 0.6, "9 8")
    for x in (290, 510):
        art.solid(box(x - 17, 440, 34, 128, 8), art.second)
        art.solid(box(x - 24, 520, 48, 30, 6), "#cba24a")
        art.flat(box(x - 13, 528, 26, 14, 3), art.second)


def projector(art: Art) -> None:
    """A slide projector with a round tray."""
    art.table(1.15)
    art.stands(400, 220)
    art.flat(polygon((140, 470), (-60, 380), (-60, 620), (140, 520)), "#fff6d0", 0.45)
    art.solid(box(196, 440, 420, 170, 24), art.main)
    art.flat(box(196, 560, 420, 26), art.second)
    art.solid(box(230, 606, 50, 18, 6), BLACK)
    art.solid(box(536, 606, 50, 18, 6), BLACK)
    art.solid(box(136, 462, 74, 70, 12), darker(METAL, 0.15), "top")
    art.flat(box(130, 468, 18, 58, 6), "#35546b")
    art.solid("M296 372V420a124 24 0 0 0 248 0V372z", BLACK)
    art.solid(oval(420, 372, 124, 26), "#45484f", "top")
    art.line(oval(420, 370, 96, 18), "#e9e4d6", 10, dash="5 9")
    art.flat(oval(420, 370, 34, 8), art.second)
    art.line("".join(f"M500 {472 + i * 18}h84" for i in range(4)), darker(art.main, 0.35), 6, 0.7)
    art.flat(oval(440, 500, 15), art.third)


def darkroom(art: Art) -> None:
    """A developing tank and a measuring cylinder."""
    art.table(1.15)
    art.stands(330, 96)
    art.solid(box(236, 412, 188, 210, 18), art.main)
    art.flat(box(236, 540, 188, 14), art.second)
    art.solid(box(224, 384, 212, 46, 12), darker(art.main, 0.2))
    art.solid(box(286, 342, 88, 48, 14), art.second)
    art.stands(540, 56)
    art.flat(box(492, 480, 96, 136, 8), mix(art.third, "#ffffff", 0.15), 0.85)
    art.flat(box(488, 330, 104, 292, 12), "#ffffff", 0.32)
    art.line(box(488, 330, 104, 292, 12), "#ffffff", 5, 0.8)
    art.line("".join(f"M496 {590 - i * 24}h{40 if i % 2 else 24}" for i in range(10)), "#5d6670", 4, 0.8)
    art.flat(oval(540, FLOOR, 66, 10), "#ffffff", 0.5)


def loupe(art: Art) -> None:
    """A loupe over a strip of slides."""
    art.from_above()
    with art.turned_by(-14):
        strip = box(90, 430, 620, 150, 6)
        art.lies(strip, 8)
        art.flat(strip, "#2a2622")
        for i, colour in enumerate((art.second, art.main, art.third, lighter(art.second, 0.3))):
            art.flat(box(112 + i * 148, 456, 128, 98, 4), colour)
            art.flat(f"M{112 + i * 148} 554l48 -56l34 30l20 -18l26 44z", darker(colour, 0.35))
        holes = "".join(box(100 + i * 31, 436, 15, 11) + box(100 + i * 31, 563, 15, 11) for i in range(20))
        art.flat(holes, art.wall)
    art.lies(oval(430, 350, 150), 26)
    art.solid(oval(430, 350, 150), BLACK, "ball")
    art.line(oval(430, 350, 138), METAL, 5)
    art.solid(oval(430, 350, 112), "#b9d2dc", "ball")
    art.flat("M350 330a86 86 0 0 1 80 -64q-50 30 -54 70z", "#fff", 0.8)


MOTIFS = {
    "slr": slr,
    "rangefinder": rangefinder,
    "tlr": tlr,
    "folding-camera": folding,
    "compact-camera": compact,
    "instant-camera": instant,
    "lens": lens,
    "film": film,
    "film-box": film_box,
    "light-meter": light_meter,
    "tripod": tripod,
    "flash": flash,
    "camera-bag": camera_bag,
    "projector": projector,
    "darkroom": darkroom,
    "loupe": loupe,
}
