import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

import hanse_base
from hanse_members import colours
from tests.factories.clusters import ClusterFactory


def test_black_on_white_has_the_greatest_contrast():
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("accent", ["#9c3722", "#1b5a75", "#2e6b3f", "#000000", "#5b2a86"])
def test_a_readable_accent_has_a_readable_tone_for_dark_mode(accent):
    assert colours.is_readable(accent, colours.LIGHT)
    assert colours.is_readable(colours.readable_on_dark(accent), colours.DARK)


@pytest.mark.parametrize(
    ("accent", "accent_dark", "field"), [("#ffd000", "", "accent"), ("#9c3722", "#333333", "accent_dark")]
)
def test_a_colour_that_is_hard_to_read_is_refused_at_its_field(accent, accent_dark, field):
    cluster = ClusterFactory.build(accent=accent, accent_dark=accent_dark)
    with pytest.raises(ValidationError) as refusal:
        cluster.save()
    assert set(refusal.value.message_dict) == {field}


def test_the_tone_for_dark_mode_is_made_when_left_empty(db):
    assert colours.is_readable(ClusterFactory(accent="#1b5a75").accent_dark, colours.DARK)


def test_the_surfaces_are_those_of_the_style_sheet():
    folder = Path(hanse_base.__file__).parent / "static"
    text = "".join(path.read_text() for path in folder.rglob("*.css"))
    text = re.sub(r"#(\w)(\w)(\w)\b", r"#\1\1\2\2\3\3", text)
    tokens = dict(re.findall(r"--(paper|card|sand|brick-ink): light-dark\((#\w+, #\w+)\)", text))
    for name, attribute in [("paper", "paper"), ("card", "card"), ("sand", "sand"), ("brick-ink", "ink_on_accent")]:
        pair = f"{getattr(colours.LIGHT, attribute)}, {getattr(colours.DARK, attribute)}"
        assert tokens[name] == pair
