"""What holds for every template and every drawing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import marketplace

HOME = Path(marketplace.__file__).parent
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))
STYLE = (HOME / "static" / "style.css").read_text()
DRAWINGS = set(re.findall(r'<symbol id="([^"]+)"', (HOME / "static" / "icons.svg").read_text()))


def name(path):
    return str(path.relative_to(HOME))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_compiles(app, template):
    app.jinja_env.get_template(str(template.relative_to(HOME / "templates")))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_needs_no_exception_from_the_content_security_policy(template):
    source = template.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)|javascript:", source)


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_loads_nothing_from_another_host(template):
    assert not re.search(r"""(src|<link[^>]*href)=["']?(https?:)?//""", template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_icon_of_a_template_is_drawn(template):
    asked = re.findall(r"""(?:\bicon\(|icon_name=)["']([a-z-]+)["']""", template.read_text())

    assert set(asked) <= DRAWINGS


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_form_that_posts_carries_a_token(template):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', template.read_text(), re.DOTALL)

    assert all("csrf()" in form for form in forms)


def test_every_macro_is_used():
    sources = "".join(re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL) for path in TEMPLATES)
    macros = re.findall(r"macro (\w+)\(", sources)
    sources += "".join(path.read_text() for path in (*HOME.glob("*/pages/*.py"), HOME / "shared/frame.py"))

    assert [one for one in macros if len(re.findall(rf"\b{one}\(", sources)) < 2] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_imports_the_macros_that_it_calls(template):
    """What its frame imports is at hand for its blocks, until the frame imports it no more."""
    sources = {path: re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL) for path in TEMPLATES}
    source = sources[template]
    macros = set(re.findall(r"macro (\w+)\(", "".join(sources.values())))
    called = set(re.findall(r"(?<![.\w])(\w+)\(", "".join(re.findall(r"\{[{%].*?[%}]\}", source, re.DOTALL))))
    own = set(re.findall(r"\w+", "".join(re.findall(r"(?:import|macro) [^%]*", source))))

    assert called & macros <= own


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_macros_are_made_once_and_not_for_each_page(template):
    """What is imported with the page's context is put together anew for each: macros take what they show."""
    assert re.findall(r'from "macros/[^%]*with context', template.read_text()) == []


def test_every_class_of_the_stylesheet_is_used():
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", STYLE, flags=re.DOTALL)
    sources = "".join(path.read_text() for path in [*TEMPLATES, *(HOME / "static").glob("*.js")])
    words = set(re.findall(r"[\w-]+", sources))

    classes = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    assert {one for one in classes if not words & {one, re.sub(r"-[^-]*$", "-", one)}} == set()


def test_the_stylesheet_loads_nothing_from_another_host():
    assert not re.search(r"""url\(["']?(https?:|//|data:)|@import""", STYLE)


def test_every_value_of_the_stylesheet_is_defined():
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", STYLE)) <= set(re.findall(r"(--[a-z0-9-]+):", STYLE))


def luminance(colour):
    """How bright a colour is to the eye (WCAG 2.2, relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The contrast ratio of two colours (WCAG 2.2)."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def schemes():
    light, dark = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    values = [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": values[0], "dark": values[0] | values[1]}


TEXT = [
    (ink, ground)
    for ink in ("ink", "ink-soft", "ink-faint")
    for ground in ("paper", "surface", "wash", "wash-deep")
]
TEXT += [(f"{tone}-text", f"{tone}-wash") for tone in ("accent", "good", "warn", "bad", "info")]
TEXT += [
    ("accent-text", "paper"),
    ("on-accent", "accent"),
    ("on-bad", "bad"),
    ("on-band", "band"),
    ("on-band-soft", "band"),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(scheme, text, ground):
    colours = schemes()[scheme]

    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", ["line-strong", "star", "accent-text"])
def test_borders_and_marks_can_be_seen(scheme, part):
    colours = schemes()[scheme]

    assert contrast(colours[part], colours["surface"]) >= 3
