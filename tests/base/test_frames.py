"""The frames: links by role, nothing inline, no cookie for those who only read."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils.html import format_html

import hanse_base
from hanse_base.navigation import NavigationItem, links, navigation
from hanse_base.patterns import all_patterns, icon_names, patterns
from hanse_base.slots import SlotPart, slots
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def two_areas(monkeypatch):
    """Only these links are registered."""
    monkeypatch.setattr(navigation, "_items", {})
    for item in (
        NavigationItem("home", "Home", lambda request: "/en/", "home", order=2, area="public"),
        NavigationItem("clusters", "Clusters", lambda request: "/en/c/", "clusters", area="public"),
        NavigationItem("desk", "Desk", lambda request: "/dashboard/", "home", order=1),
        NavigationItem("waiting", "Waiting", lambda request: "/waiting/", "inbox", count=lambda request: 120),
        NavigationItem("secret", "Secret", lambda request: "/s/", "lock", shown=lambda request: request.user.is_staff),
    ):
        navigation.register(item)


def drawn(area, path="/"):
    request = RequestFactory().get(path)
    request.user = UserFactory.build()
    return links(request, area)


def names(area):
    return [link.name for link in drawn(area)]


def current(area, path):
    return [link.name for link in drawn(area, path) if link.current]


def test_links_stand_in_their_area_and_order(two_areas, monkeypatch):
    monkeypatch.setattr("hanse_site.models.User.is_staff", False)
    assert names("workspace") == ["desk", "waiting"]
    assert names("public") == ["home", "clusters"]


def test_a_link_is_hidden_from_those_it_does_not_serve(two_areas, monkeypatch):
    monkeypatch.setattr("hanse_site.models.User.is_staff", True)
    assert "secret" in names("workspace")


@pytest.mark.parametrize(
    ("area", "path", "expected"),
    [
        ("workspace", "/dashboard/", ["desk"]),
        ("workspace", "/dashboard/arrange/", ["desk"]),
        ("workspace", "/elsewhere/", []),
        ("public", "/en/", ["home"]),
        ("public", "/en/c/photonik-nord/", ["clusters"]),
        ("public", "/en/imprint/", []),
    ],
)
def test_the_link_whose_page_this_is_is_marked(two_areas, monkeypatch, area, path, expected):
    monkeypatch.setattr("hanse_site.models.User.is_staff", False)
    assert current(area, path) == expected


def test_counts_are_asked_once_for_side_bar_and_bottom_bar(client):
    asked = []
    item = NavigationItem("once", "Once", lambda request: "/once/", "inbox", count=lambda request: asked.append(1) or 3)
    navigation.register(item)
    try:
        client.force_login(UserFactory())
        html = client.get(reverse("hanse_base:dashboard")).content.decode()
    finally:
        del navigation._items["once"]
    assert len(asked) == 1
    assert html.count('href="/once/"') >= 1


def test_a_part_that_says_none_takes_no_place_in_the_frame(monkeypatch):
    monkeypatch.setattr(slots, "_items", {})
    slots.register(SlotPart("silent", "league", "testapp/card.html", lambda request: None))
    request = RequestFactory().get("/")
    template = Template('{% load hanse_base %}{% slot "league" %}')
    assert template.render(Context({"request": request})) == ""
    slots.register(SlotPart("spoken", "league", "testapp/card.html", lambda request: {}))
    assert "Something to read" in template.render(Context({"request": request}))


def inline(html):
    """Whatever a strict policy would refuse."""
    scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", html)
    return scripts + re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|\shx-on", html)


def test_the_pattern_library_shows_every_component_in_both_schemes_without_anything_inline(client):
    html = client.get(reverse("hanse_base:patterns")).content.decode()
    assert not inline(html)
    shown = {pattern.name for pattern in patterns("light")}
    folder = Path(hanse_base.__file__).parent / "templates" / "hanse_base" / "components"
    parts_of_others = {"icon", "field_notes", "languages"}
    assert {path.stem for path in folder.glob("*.html")} == shown | parts_of_others
    assert html.count('data-scheme="light"') == html.count('data-scheme="dark"') == len(all_patterns("light"))


def test_every_component_says_what_it_needs():
    for pattern in all_patterns("light"):
        assert "Context:" in pattern.documentation, pattern.name


def test_the_pattern_library_is_missing_where_it_is_switched_off(client, settings):
    settings.HANSE_PATTERN_LIBRARY = False
    assert client.get(reverse("hanse_base:patterns")).status_code == 404


def test_ids_in_the_pattern_library_are_unique(client):
    html = client.get(reverse("hanse_base:patterns")).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_every_icon_that_is_asked_for_exists():
    names_ = set(icon_names())
    root = Path(hanse_base.__file__).parents[2]
    asked = {item.icon for item in navigation}
    for path in root.glob("*/hanse_*/templates/**/*.html"):
        asked |= set(re.findall(r'components/icon\.html" with name="([a-z-]+)"', path.read_text()))
    assert asked <= names_, asked - names_


def test_the_icons_are_one_valid_drawing():
    sprite = Path(hanse_base.__file__).parent / "static" / "hanse_base" / "icons.svg"
    assert ET.parse(sprite).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nele Brandt", "NB"),
        ("Dr. Nele Brandt", "NB"),
        ("Anna-Lena Maria Groß", "AG"),
        ("Cher", "C"),
        ("", "?"),
        ("7", "?"),
    ],
)
def test_initials_come_from_first_and_last_word(name, expected):
    assert Template("{% load hanse_base %}{{ name|initials }}").render(Context({"name": name})) == expected


class Consent(forms.Form):
    name = forms.CharField(label="Name")
    terms = forms.BooleanField(
        label=format_html('I accept: <a href="{}">the terms</a>.', "/terms/1/"),
        error_messages={"required": "Without your consent we cannot admit you."},
    )


def test_the_summary_of_errors_has_one_link_for_each_and_reads_like_sentences():
    html = render_to_string("hanse_base/components/error_summary.html", {"form": Consent({})})
    links = re.findall(r'<a href="([^"]+)">(.*?)</a>', html)
    assert links == [
        ("#id_name", "Name: This field is required."),
        ("#id_terms", "Without your consent we cannot admit you."),
    ]
