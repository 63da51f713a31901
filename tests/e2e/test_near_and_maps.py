"""The picture of what is near in topics, and the map of a list: by mouse and keyboard, narrow, without JavaScript."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from hanse_members import actions
from hanse_members.actions.organisations import set_topics
from hanse_members.actions.profiles import FieldValue
from hanse_members.models import Organisation, Profile, Topic

from .crawl import LANGUAGES, LOOKS, Inspector

PHONE = {"width": 360, "height": 800}


@pytest.fixture
def people(network):
    """Ida asks; Nele has her topic, Milan one beside it, and so has an organisation that everybody sees."""
    field = Topic.objects.add(labels={"en": "Surfaces", "de": "Oberflächen"})
    coating, tribology = (
        Topic.objects.add(labels={"en": word, "de": word}, parent=field) for word in ("Coating", "Tribology")
    )
    chosen = {"company.photonik": coating, "expert.leichtbau": coating, "expert.biomed": tribology}
    for name, topic in chosen.items():
        Profile.objects.of(network[name]).delete()
        values = {"competences": FieldValue(topics=[topic])}
        actions.save_profile(person=network[name], values=values, scopes=[("platform", 0)])
    with transaction.atomic():
        set_topics(Organisation.objects.get(name="Nordlicht Sensorik GmbH"), [tribology], by=None)
    return network


def node(page, name: str):
    return page.locator(".radar").get_by_role("link", name=re.compile(f"^{name}"))


def overlaps(page) -> list:
    """Names in the picture that lie on one another."""
    return page.evaluate(
        """() => {
            const boxes = [...document.querySelectorAll(".radar-node")].map(node =>
                [...node.querySelectorAll("text, .shape")].map(part => part.getBoundingClientRect()));
            const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
            return boxes.flatMap((one, i) => boxes.slice(i + 1).filter(other =>
                one.some(a => other.some(b => meet(a, b)))).map(() => i));
        }"""
    )


def test_each_in_the_picture_moves_to_the_middle_by_mouse_and_by_keyboard(people, open_as):
    page = open_as(people["company.photonik"])
    page.goto("/dashboard/")
    card = page.get_by_role("region", name="Near you in topics")
    expect(card.get_by_text("both: Coating")).to_be_visible()
    card.get_by_role("link", name="See the picture").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Near you in topics")
    expect(page.locator(".near-list > li")).to_have_count(3)
    expect(page.locator(".near-list > li").first).to_contain_text("Nele Brandt")
    assert overlaps(page) == []
    node(page, "Milan Kovač").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Near Milan Kovač in topics")
    expect(page.locator(".radar-centre")).to_contain_text("Milan Kovač")
    # what one looks from and oneself are not in it
    expect(node(page, "Milan Kovač")).to_have_count(0)
    expect(node(page, "Ida Lund")).to_have_count(0)
    node(page, "Nele Brandt").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Near Nele Brandt in topics")
    page.get_by_role("link", name="Back to me").click()
    expect(page).to_have_url(re.compile("/near/$"))


def test_the_same_in_words_on_a_phone_without_javascript(people, open_as):
    page = open_as(people["company.photonik"], java_script_enabled=False, viewport=PHONE)
    page.goto("/near/")
    page.get_by_role("link", name="To the same as a list").click()
    first = page.locator(".near-list > li").first
    expect(first).to_contain_text("Both: Coating")
    first.get_by_role("link", name=re.compile("^Look from here")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Near Nele Brandt in topics")


def test_the_map_narrows_the_list_and_keeps_the_focus(people, open_as):
    page = open_as(people["company.photonik"])
    page.goto("/organisations/")
    rows = page.locator(".browse-results .rows > li:not(.browse-more)")
    page.get_by_role("link", name="Map", exact=True).click()
    page.evaluate("document.documentElement.dataset.kept = 'yes'")
    state = page.locator(".region-map").get_by_role("link", name=re.compile("^Hamburg: "))
    number = int(state.get_attribute("aria-label").split(": ")[1])
    state.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("region=DE-HH.*view=map"))
    expect(rows).to_have_count(number)
    expect(page.get_by_role("checkbox", name=re.compile("^Hamburg"))).to_be_checked()
    expect(state).to_be_focused()
    expect(state).to_have_attribute("aria-current", "true")
    # the filter goes on in the map
    page.get_by_role("checkbox", name=re.compile("^Hamburg")).uncheck()
    expect(page).to_have_url(re.compile(r"/organisations/\?view=map$"))
    expect(page.locator(".region-map")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.kept") == "yes"
    page.get_by_role("link", name="List", exact=True).click()
    expect(page.locator(".region-map")).to_have_count(0)


def test_the_map_on_a_phone_without_javascript(people, open_as):
    page = open_as(people["company.photonik"], java_script_enabled=False, viewport=PHONE)
    page.goto("/organisations/?view=map")
    state = page.locator(".region-map").get_by_role("link", name=re.compile("^Hamburg: "))
    circle = state.locator("circle").bounding_box()
    assert min(circle["width"], circle["height"]) >= 24
    page.get_by_text("The numbers as a table").click()
    expect(page.get_by_role("row", name=re.compile("^Hamburg"))).to_be_visible()
    state.locator("circle").click()
    expect(page).to_have_url(re.compile("region=DE-HH"))
    expect(page.get_by_text("Remove the filter Region:")).to_have_count(1)


def test_nothing_is_wrong_with_these_pages_in_any_look(people, open_as):
    page = open_as(people["company.photonik"], locale=None)
    inspector, found = Inspector(), {}
    organisation = Organisation.objects.get(name="Nordlicht Sensorik GmbH")
    around = f"/near/organisation/{organisation.uid}/"
    for number, path in enumerate(
        ["/near/", around, "/organisations/?view=map", "/organisations/?view=map&region=DE-HH"]
    ):
        if problems := inspector.problems(page, path, LANGUAGES[number % len(LANGUAGES)], LOOKS):
            found[path] = problems
    assert found == {}
