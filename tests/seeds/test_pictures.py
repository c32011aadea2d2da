from xml.etree import ElementTree

import pytest

from seeds.pictures import MOTIFS, picture
from seeds.scene import load_scene

PALETTE = ("mist", "navy", "white", "mustard")


@pytest.mark.parametrize("motif", sorted(MOTIFS))
def test_a_picture_is_well_formed_and_keeps_to_itself(motif):
    for number in range(12):
        text = picture(motif, PALETTE, number)

        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}  # noqa: S314
        assert tags <= {
            *("svg", "defs", "g", "path", "ellipse", "circle", "clipPath"),
            *("linearGradient", "radialGradient", "stop"),
        }
        assert "href" not in text


def test_every_picture_of_the_scene_is_smaller_than_six_kilobytes():
    looks = {look for product in load_scene().products for look in product.pictures}

    largest = max(len(picture(look.motif, look.palette, look.number).encode()) for look in looks)

    assert largest < 6_000


def test_a_picture_is_the_same_every_time():
    assert picture("vase", PALETTE, 7) == picture("vase", PALETTE, 7)


def test_another_number_gives_another_picture():
    assert len({picture("mug", PALETTE, number) for number in range(20)}) == 20


def test_one_colour_is_enough():
    assert picture("bowl", ("linen", "sea")).startswith("<svg")


def test_an_unknown_colour_is_refused():
    with pytest.raises(KeyError):
        picture("mug", ("linen", "octarine"))
