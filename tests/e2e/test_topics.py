"""Picking topics by typing, by keyboard and without JavaScript; following one; bringing a table of them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from hanse_members.models import Membership, Topic
from tests.factories.profiles import fill
from tests.factories.topics import make_topic

TABLE = "code;parent;label_de;label_en\nPHO;;Photonik;Photonics\nLAS;PHO;Laser;Lasers\nX;NOWHERE;Nirgends;Nowhere\n"


@pytest.fixture
def tree():
    photonics = make_topic("Photonics", de="Photonik")
    lasers = make_topic("Lasers", photonics, de="Laser", synonyms="coherent light")
    make_topic("Fibre lasers", lasers, de="Faserlaser")
    make_topic("Glass", de="Gläser")


@pytest.fixture
def organisation(network):
    return Membership.objects.get(person=network["company.photonik"]).organisation


def edit_page(organisation):
    return reverse("hanse_members:edit_organisation", args=[organisation.uid])


def test_topics_are_found_by_typing_and_picked_by_keyboard(network, tree, organisation, open_as):
    page = open_as(network["company.photonik"])
    page.goto(edit_page(organisation))
    filter_box = page.get_by_label("Type to find a topic")
    filter_box.fill("COHERENT")
    expect(page.get_by_role("status").get_by_text("1 topic found")).to_be_visible()
    filter_box.press("Enter")
    lasers = page.locator(".topic-tree").get_by_role("checkbox", name="Lasers", exact=True)
    expect(lasers).to_be_focused()
    page.keyboard.press("Space")
    filter_box.fill("glaeser")
    expect(page.get_by_text("1 topic found")).to_be_visible()
    expect(lasers).to_be_hidden()
    filter_box.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.get_by_text("Chosen: 2 of at most 10")).to_be_visible()
    page.get_by_role("button", name="Remove Glass").click()
    expect(page.get_by_role("button", name="Remove Lasers")).to_be_focused()
    filter_box.fill("nothing like it")
    expect(page.get_by_text("No topic is found by this.")).to_be_visible()
    filter_box.press("Escape")
    expect(page.locator(".topic-tree").get_by_text("Glass")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    page.get_by_role("link", name="Lasers").click()
    page.get_by_role("link", name="Photonics", exact=True).click()
    expect(page.get_by_role("link", name=organisation.name)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Follow.*Photonics")).click()
    expect(page.get_by_text("You follow “Photonics” now.")).to_be_visible()
    page.goto("/follows/")
    page.get_by_role("link", name="Choose: Topics").click()
    expect(page.get_by_role("button", name="Remove Photonics")).to_be_visible()


def test_a_suggested_topic_and_its_place_in_the_tree_say_the_same(network, tree, organisation, open_as):
    fill(organisation, "about", text="Everything about glass")
    page = open_as(network["company.photonik"])
    page.goto(edit_page(organisation))
    suggested = page.get_by_role("list", name="Suggested").get_by_role("checkbox", name="Glass")
    in_tree = page.locator(".topic-tree").get_by_role("checkbox", name="Glass")
    suggested.check()
    expect(in_tree).to_be_checked()
    in_tree.uncheck()
    expect(suggested).not_to_be_checked()


def test_everything_works_without_javascript_on_a_narrow_screen(network, tree, organisation, open_as):
    page = open_as(network["company.photonik"], java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto(edit_page(organisation))
    expect(page.get_by_label("Type to find a topic")).to_be_hidden()
    page.locator(".topic-tree summary", has_text="Below Photonics").click()
    page.get_by_role("checkbox", name="Lasers", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto(edit_page(organisation))
    expect(page.locator(".topic-chosen").get_by_text("Lasers")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Lasers", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="Lasers", exact=True)).to_be_visible()


def test_an_operator_looks_a_table_through_before_it_is_done(network, open_as):
    page = open_as(network["operator"])
    page.goto("/admin/hanse_members_topics/")
    page.get_by_role("link", name="Bring a table").click()
    file = {"name": "topics.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("Table (CSV)").set_input_files(files=[file])
    page.get_by_role("button", name="Look it through").click()
    expect(page.get_by_text("there is no topic NOWHERE")).to_be_visible()
    assert not Topic.objects.exists()
    page.get_by_role("button", name="Do 2 rows").click()
    expect(page.get_by_text("The topics are brought in line with the table.")).to_be_visible()
    page.goto("/admin/hanse_members_topics/")
    page.get_by_role("link", name="Lasers").click()
    page.get_by_label("Label (English)").fill("Laser sources")
    page.get_by_label("Below").select_option("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Laser sources")).to_be_visible()
    assert Topic.objects.get(code="LAS").parent is None
