"""How much four errands ask of a person: inputs that are required, inputs made, clicks, and seconds, within budgets.

The seconds are those that a person takes for the script by the keystroke-level model (Card, Moran and Newell, 1980):
the same on every machine. Those that the machine took stand in the report of the run (``--junitxml``, ``-rP``) and are
compared with nothing.
"""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from hanse_members import actions
from hanse_members.actions.profiles import FieldValue
from hanse_members.models import Profile, Topic

#: what an errand may ask: inputs that cannot be left as they are, clicks from the dashboard to its end, and seconds
BUDGETS = {
    "apply": (6, 8, 120),
    "first useful profile": (6, 6, 120),
    "find an expert and write": (3, 5, 60),
    "post a quick question": (2, 3, 60),
}
#: seconds of the model: a key (somebody who types 40 words a minute), pointing and pressing, the hand to the other
#: device, and making up one's mind
KEY, POINT, HAND, MIND = 0.28, 1.1 + 0.2, 0.4, 1.35
REQUIRED = "main form :is(input, select, textarea):required:not([type=hidden])"


class Effort:
    """Does an errand by the page and counts. A radio group is one input."""

    def __init__(self, page: Page):
        self.page = page
        self.required: set[tuple[str, str]] = set()
        self.made = self.clicks = 0
        self.seconds = 0.0
        self.begun = time.perf_counter()

    def look(self) -> None:
        """Notes what the open form requires."""
        names = self.page.locator(REQUIRED).evaluate_all("inputs => inputs.map(input => input.name)")
        self.required |= {(self.page.url.partition("?")[0], name) for name in names}

    def click(self, target: Locator) -> None:
        target.click()
        self.seconds += MIND + POINT
        self.page.wait_for_load_state()
        self.clicks += 1
        self.look()

    def fill(self, target: Locator, text: str) -> None:
        target.fill(text)
        self.seconds += MIND + POINT + 2 * HAND + KEY * len(text)
        self.made += 1

    def check(self, target: Locator) -> None:
        target.check()
        self.seconds += MIND + POINT
        self.made += 1


@pytest.fixture
def effort(request, record_property):
    """``effort(page, errand)``: counts from here on; at the end of the test the budget of the errand is kept."""
    counted: list[tuple[str, Effort]] = []

    def effort(page: Page, errand: str) -> Effort:
        counted.append((errand, Effort(page)))
        return counted[-1][1]

    yield effort
    for errand, found in counted:
        took = time.perf_counter() - found.begun
        said = f"{errand}: {len(found.required)} required, {found.made} made, {found.clicks} clicks, "
        said += f"{found.seconds:.0f} s for a person, {took:.1f} s here"
        record_property(errand, said)
        print(said)  # noqa: T201 - the report of the run
        most_required, most_clicks, most_seconds = BUDGETS[errand]
        assert len(found.required) <= most_required, said
        assert found.clicks <= most_clicks, said
        assert found.seconds <= most_seconds, said


def test_apply(network, open_as, effort):
    page = open_as(network["guest"])
    page.goto("/dashboard/")
    errand = effort(page, "apply")
    errand.click(page.get_by_role("link", name="Find your cluster"))
    errand.click(page.get_by_role("link", name="Photonik Nord").first)
    errand.click(page.get_by_role("link", name="Become a member"))
    errand.fill(page.get_by_label("Your organisation"), "Petersen Prüflabor")
    errand.fill(page.get_by_label("What you will contribute"), "Measurements nobody else does")
    errand.fill(page.get_by_label("What you are looking for"), "Somebody who needs them")
    for box in page.get_by_label("I accept").all():
        errand.check(box)
    errand.click(page.get_by_role("button", name="Apply"))
    expect(page.get_by_text("You have applied to Photonik Nord.")).to_be_visible()


def test_a_first_useful_profile(network, open_as, effort):
    Topic.objects.add(labels={"en": "Laser cleaning", "de": "Laserreinigung"})
    person = network["company.photonik"]
    Profile.objects.of(person).delete()
    page = open_as(person)
    page.goto("/dashboard/")
    errand = effort(page, "first useful profile")
    errand.click(page.get_by_role("link", name="Fill in my profile"))
    errand.fill(page.get_by_label("What you do"), "Sets up laser cells")
    errand.fill(page.get_by_label("Type to find a topic"), "cleaning")
    errand.check(page.get_by_role("checkbox", name="Laser cleaning"))
    errand.check(page.get_by_role("checkbox", name="Suppliers"))
    errand.fill(page.get_by_label("Telephone"), "+49 30 23125 018")
    errand.click(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Sets up laser cells")).to_be_visible()
    expect(page.get_by_text("Laser cleaning")).to_be_visible()
    expect(page.get_by_text("others may ask")).to_be_visible()


def test_find_an_expert_and_write(network, open_as, effort):
    topic = Topic.objects.add(labels={"en": "Tribology", "de": "Tribologie"})
    expert = network["expert.leichtbau"]
    Profile.objects.of(expert).delete()
    actions.save_profile(person=expert, values={"competences": FieldValue(topics=[topic])}, scopes=[("platform", 0)])
    page = open_as(network["company.photonik"])
    page.goto("/dashboard/")
    errand = effort(page, "find an expert and write")
    errand.click(page.get_by_role("link", name="Experts").first)
    errand.fill(page.get_by_role("searchbox", name="Search experts"), "tribology")
    expect(page).to_have_url(re.compile("q=tribology"))
    expect(page.locator("#experts-results").get_by_text("1 found")).to_be_visible()
    errand.click(page.get_by_role("link", name="Nele Brandt"))
    errand.click(page.get_by_role("link", name=re.compile("^Ask the management")))
    errand.fill(page.get_by_label("Your question"), "Could she measure our bearings?")
    errand.click(page.get_by_role("button", name="Send the question"))
    expect(page.get_by_text("Could she measure our bearings?")).to_be_visible()


def test_post_a_quick_question(network, open_as, effort):
    page = open_as(network["company.photonik"])
    page.goto("/dashboard/")
    errand = effort(page, "post a quick question")
    errand.click(page.get_by_role("link", name="Ask a question").first)
    errand.fill(
        page.get_by_label("Your question in one sentence"), "Who coats ten lenses for 1030 nm within two weeks?"
    )
    errand.click(page.get_by_role("button", name="Ask", exact=True))
    expect(page.get_by_text("Your question is out.")).to_be_visible()
    expect(page.get_by_role("heading", name="Who coats ten lenses")).to_be_visible()
