"""The drawing kit: a sheet that a motif draws on, and the outlines that it draws with.

A sheet is 800 by 800 with the origin at the top left. What stands, stands on `FLOOR`; what is seen from
above lies around the centre. An outline is the `d` of an SVG path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from seeds.pictures.colours import BACKDROPS, COLOURS, darker, lighter, mix

Choice = TypeVar("Choice")

#: Where a standing thing touches the surface.
FLOOR = 622

_EMPTY_GROUP = re.compile("<g [^>]*></g>")

#: How flat a circle looks that is seen from a little above.
TILT = 0.15

_LIGHTS = {
    "round": '<linearGradient id="round"><stop stop-color="#fff" stop-opacity=".22"/>'
    '<stop offset=".28" stop-color="#fff" stop-opacity=".1"/><stop offset=".5" stop-opacity="0"/>'
    '<stop offset="1" stop-opacity=".26"/></linearGradient>',
    "top": '<linearGradient id="top" x2="0" y2="1"><stop stop-color="#fff" stop-opacity=".2"/>'
    '<stop offset=".5" stop-opacity="0"/><stop offset="1" stop-opacity=".16"/></linearGradient>',
    "ball": '<radialGradient id="ball" cx=".35" cy=".3" r=".8"><stop stop-color="#fff" stop-opacity=".3"/>'
    '<stop offset=".5" stop-opacity="0"/><stop offset="1" stop-opacity=".26"/></radialGradient>',
    "dim": '<radialGradient id="dim"><stop stop-opacity=".42"/><stop offset=".55" stop-opacity=".2"/>'
    '<stop offset="1" stop-opacity="0"/></radialGradient>',
    "wall": '<linearGradient id="wall" x2="1" y2="1"><stop stop-color="#fff" stop-opacity=".22"/>'
    '<stop offset="1" stop-opacity=".08"/></linearGradient>',
}


def box(x: float, y: float, width: float, height: float, radius: float = 0) -> str:
    """The outline of a rectangle, with rounded corners where a radius is given."""
    r = min(radius, width / 2, height / 2)
    if not r:
        return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"
    turn = f"a{r:g} {r:g} 0 0 1"
    across, down = width - 2 * r, height - 2 * r
    return (
        f"M{x + r:g} {y:g}h{across:g}{turn} {r:g} {r:g}v{down:g}{turn} {-r:g} {r:g}"
        f"h{-across:g}{turn} {-r:g} {-r:g}v{-down:g}{turn} {r:g} {-r:g}z"
    )


def oval(x: float, y: float, across: float, down: float | None = None) -> str:
    """The outline of an ellipse around a point, by its half axes; a circle with one of them."""
    down = across if down is None else down
    half = f"a{across:g} {down:g} 0 1 0"
    return f"M{x - across:g} {y:g}{half} {2 * across:g} 0{half} {-2 * across:g} 0z"


def polygon(*points: tuple[float, float]) -> str:
    """The outline through points with straight edges."""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z"


def curve(points: Sequence[tuple[float, float]]) -> str:
    """The smooth line through points (Catmull-Rom), without the leading move."""
    padded = [points[0], *points, points[-1]]
    parts = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(
        padded, padded[1:], padded[2:], padded[3:], strict=False
    ):
        one = (bx + (cx - ax) / 6, by + (cy - ay) / 6)
        two = (cx - (dx - bx) / 6, cy - (dy - by) / 6)
        parts.append(f"C{one[0]:.0f} {one[1]:.0f} {two[0]:.0f} {two[1]:.0f} {cx:.0f} {cy:.0f}")
    return "".join(parts)


def turned(*profile: tuple[float, float], x: float = 400, straight: bool = False, front: bool = False) -> str:
    """The outline of a thing turned on a wheel: half widths and heights from the rim to the foot.

    Its `front` alone ends at the near side of the rim, so that what stands in it stays in sight.
    """
    left = [(x - width, y) for width, y in profile]
    right = [(x + width, y) for width, y in reversed(profile)]
    rim, foot = profile[0][0], profile[-1][0]
    if straight:
        sides = ["".join(f"L{px:g} {py:g}" for px, py in side[1:]) for side in (left, right)]
    else:
        sides = [curve(left), curve(right)]
    start = f"M{left[0][0]:g} {left[0][1]:g}"
    bottom = f"A{foot:g} {foot * TILT:g} 0 0 0 {right[0][0]:g} {right[0][1]:g}" if foot else ""
    lid = f"A{rim:g} {rim * TILT:g} 0 0 {int(front)} {left[0][0]:g} {left[0][1]:g}z" if rim else "z"
    return start + sides[0] + bottom + sides[1] + lid


def leaf(x: float, y: float, dx: float, dy: float, width: float = 0.3) -> str:
    """The outline of a pointed leaf from its stem to its tip (dx, dy away)."""
    sx, sy = -dy * width, dx * width
    return (
        f"M{x:.0f} {y:.0f}q{dx * 0.35 + sx:.0f} {dy * 0.35 + sy:.0f} {dx:.0f} {dy:.0f}"
        f"q{-dx * 0.65 - sx:.0f} {-dy * 0.65 - sy:.0f} {-dx:.0f} {-dy:.0f}z"
    )


class Art:
    """One picture in the making: its colours, the choices that its number makes, and what is drawn."""

    def __init__(self, palette: Sequence[str], number: int) -> None:
        """Start a sheet with a backdrop's name and one to four colours' names."""
        self.wall, self.surface = BACKDROPS[palette[0]]
        given = [COLOURS[name] for name in palette[1:]]
        self.main = given[0]
        self.second = given[1] if len(given) > 1 else lighter(self.main, 0.55)
        self.third = given[2] if len(given) > 2 else darker(self.main, 0.4)
        self.number = number
        self.choice = number
        self._clips = 0
        self._shadows: list[str] = []
        self._shapes: list[str] = []
        self._setting = ""
        self._scale = 1.0

    def pick(self, *choices: Choice) -> Choice:
        """One of the choices; consecutive numbers walk through all combinations of choices."""
        self.choice, index = divmod(self.choice, len(choices))
        return choices[index]

    def flat(self, outline: str, colour: str, opacity: float = 1) -> None:
        """Fill an outline with one colour."""
        faint = f' opacity="{opacity:g}"' if opacity < 1 else ""
        self._shapes.append(f'<path d="{outline}" fill="{colour}"{faint}/>')

    def solid(self, outline: str, colour: str, light: str = "round") -> None:
        """Fill an outline and give it volume: `round`, `top` or `ball`."""
        self.flat(outline, colour)
        self.flat(outline, f"url(#{light})")

    def line(self, outline: str, colour: str, width: float, opacity: float = 1, dash: str = "") -> None:
        """Draw along an outline with round ends."""
        extra = f' opacity="{opacity:g}"' if opacity < 1 else ""
        extra += f' stroke-dasharray="{dash}"' if dash else ""
        self._shapes.append(
            f'<path d="{outline}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linecap="round" stroke-linejoin="round"{extra}/>'
        )

    @contextmanager
    def inside(self, outline: str) -> Iterator[None]:
        """Keep what is drawn meanwhile inside an outline."""
        self._clips += 1
        name = f"c{self._clips}"
        self._shapes.append(
            f'<clipPath id="{name}"><path d="{outline}"/></clipPath><g clip-path="url(#{name})">'
        )
        yield
        self._shapes.append("</g>")

    @contextmanager
    def turned_by(self, degrees: float, x: float = 400, y: float = 400) -> Iterator[None]:
        """Turn what is drawn meanwhile, with its shadows, around a point."""
        opening = f'<g transform="rotate({degrees:g} {x:g} {y:g})">'
        self._shapes.append(opening)
        self._shadows.append(opening)
        yield
        self._shapes.append("</g>")
        self._shadows.append("</g>")

    @contextmanager
    def moved(self, dx: float, dy: float, scale: float = 1) -> Iterator[None]:
        """Move and scale what is drawn meanwhile, with its shadows."""
        opening = f'<g transform="translate({dx:g} {dy:g}) scale({scale:g})">'
        self._shapes.append(opening)
        self._shadows.append(opening)
        yield
        self._shapes.append("</g>")
        self._shadows.append("</g>")

    def opening(self, x: float, y: float, half: float, colour: str, wall: float = 10) -> None:
        """The rim of a vessel and the dark of its inside."""
        self.flat(oval(x, y, half, half * TILT), lighter(colour, 0.3))
        inner = half - wall
        self.flat(oval(x, y + 1, inner, inner * TILT * 0.92), darker(colour, 0.42))

    def band(self, top: float, bottom: float, half: float, colour: str, x: float = 400) -> None:
        """A stripe around a turned thing; draw it inside the thing's outline."""
        dip = half * TILT * 2
        self.flat(
            f"M{x - half:g} {top:g}q{half:g} {dip:g} {2 * half:g} 0v{bottom - top:g}"
            f"q{-half:g} {dip:g} {-2 * half:g} 0z",
            colour,
        )

    def glaze(self, bottom: float, half: float, colour: str, x: float = 400) -> None:
        """A glaze that ran down from the rim in soft drops; draw it inside the thing's outline."""
        step = half / 4
        drops = "".join(
            f"v{length}a{step / 2:g} {step / 2:g} 0 0 1 {-step:g} 0v{-length}"
            for length in (36, 8, 58, 22, 44, 4, 30, 14)
        )
        self.flat(f"M{x - half:g} 0H{x + half:g}V{bottom:g}{drops}z", colour)

    def stands(self, x: float, half: float, y: float = FLOOR) -> None:
        """The shadow of a standing thing on the surface."""
        for dx, dy, across, down in (
            (half * 0.5, 10, half * 1.55, half * 0.26),
            (0, 4, half * 1.12, half * 0.17),
        ):
            self._shadows.append(
                f'<ellipse cx="{x + dx:g}" cy="{y + dy:g}" rx="{across:g}" ry="{down:g}" fill="url(#dim)"/>'
            )

    def lies(self, outline: str, height: float = 14) -> None:
        """The shadow of a thing that lies on the surface and is seen from above."""
        for share, faint in ((1.0, 0.1), (0.5, 0.14)):
            shift = height * share
            self._shadows.append(
                f'<path d="{outline}" transform="translate({shift:g} {shift * 1.3:g})" opacity="{faint}"/>'
            )

    def line_lies(self, outline: str, width: float, height: float = 14) -> None:
        """The shadow of a cord or a rod that lies on the surface."""
        self._shadows.append(
            f'<path d="{outline}" transform="translate({height * 0.8:g} {height:g})" opacity=".15" '
            f'fill="none" stroke="#000" stroke-width="{width:g}" stroke-linecap="round"/>'
        )

    def table(self, scale: float = 1.0) -> None:
        """Set the thing on a table before a wall, in one of several rooms; `scale` brings it closer."""
        self._scale = scale
        wall, surface = self.wall, self.surface
        tint = mix(wall, "#ffffff", 0.38)
        edge = 540
        room = (self.number * 7 + len(self.main + self.wall) + int(self.main[3:5], 16)) % 5
        if room == 0:
            decor = f'<circle cx="400" cy="360" r="285" fill="{tint}" opacity=".7"/>'
        elif room == 1:
            decor = f'<path d="M150 {edge}V350a250 250 0 0 1 500 0V{edge}z" fill="{tint}" opacity=".75"/>'
        elif room == 2:
            beams = f"M-40 {edge}L240 0H470L190 {edge}zM250 {edge}L530 0H600L320 {edge}z"
            decor = f'<path d="{beams}" fill="{tint}" opacity=".6"/>'
        elif room == 3:
            decor = f'<circle cx="585" cy="215" r="130" fill="{tint}" opacity=".85"/>'
        else:
            stems = "".join(
                leaf(640 - i * 18, 60 + i * 90, side * 130, 70, 0.3) for i in range(4) for side in (1, -1)
            )
            decor = (
                f'<path d="{stems}" fill="{darker(wall, 0.3)}" opacity=".13" transform="rotate(18 640 200)"/>'
            )
        self._setting = (
            f'<path d="M0 0h800v800H0z" fill="{wall}"/><path d="M0 0h800v800H0z" fill="url(#wall)"/>{decor}'
            f'<path d="M0 {edge}h800v{800 - edge}H0z" fill="{surface}"/>'
            f'<path d="M0 {edge}h800v6H0z" fill="{lighter(surface, 0.35)}"/>'
        )

    def from_above(self) -> None:
        """Lay the thing on a surface that is seen from above, in one of several settings."""
        wall, surface = self.wall, self.surface
        tint = mix(wall, "#ffffff", 0.35)
        room = self.number % 4
        if room == 0:
            decor = f'<circle cx="400" cy="400" r="310" fill="{tint}" opacity=".6"/>'
        elif room == 1:
            decor = f'<path d="M0 800L800 0V800z" fill="{surface}" opacity=".55"/>'
        elif room == 2:
            decor = f'<path d="{box(110, 110, 580, 580, 28)}" fill="{tint}" opacity=".55"/>'
        else:
            decor = f'<path d="M0 0H300L60 800H0zM470 0H560L320 800H230z" fill="{tint}" opacity=".5"/>'
        self._setting = (
            f'<path d="M0 0h800v800H0z" fill="{wall}"/>{decor}<path d="M0 0h800v800H0z" fill="url(#wall)"/>'
        )

    def svg(self) -> str:
        """The finished picture as the text of an SVG file."""
        shadows = "".join(self._shadows)
        while (fewer := _EMPTY_GROUP.sub("", shadows)) != shadows:
            shadows = fewer
        things = shadows + "".join(self._shapes)
        if self._scale != 1:
            shift = f"{400 - 400 * self._scale:g} {FLOOR + 8 - FLOOR * self._scale:g}"
            things = f'<g transform="translate({shift}) scale({self._scale:g})">{things}</g>'
        drawn = self._setting + things
        lights = "".join(light for name, light in _LIGHTS.items() if f"#{name})" in drawn)
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="800" height="800">'
            f"<defs>{lights}</defs>{drawn}</svg>\n"
        )
