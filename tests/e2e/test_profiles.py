"""An expert found, a field asked for, released and taken back."""

import re

import pytest
from playwright.sync_api import expect

from hanse_members import actions
from hanse_members.actions import FieldValue
from hanse_members.models import Cluster, Profile, Topic

PHONE = "+49 30 23125 017"


@pytest.fixture
def expert(network):
    """Nele Brandt, whose telephone is for her own cluster."""
    topics = [Topic.objects.add(labels={"en": label, "de": label}) for label in ("Coating", "Tribology")]
    values = {
        "function": FieldValue(text="Leads the tribology laboratory", choices=["science"]),
        "competences": FieldValue(topics=topics),
        "offers": FieldValue(text="Trial coatings within a week", choices=["advice"]),
        "phone": FieldValue(text=PHONE),
    }
    person = network["expert.leichtbau"]
    Profile.objects.of(person).delete()
    return actions.save_profile(person=person, values=values, scopes=[("platform", 0)])


def test_from_the_question_to_the_taking_back(expert, network, open_as):
    asker = open_as(network["company.photonik"])
    asker.goto(expert.get_absolute_url())
    expect(asker.get_by_text(PHONE)).to_have_count(0)
    asker.locator("li", has_text="Telephone").get_by_role("link", name=re.compile("^Ask for it")).click()
    asker.get_by_label("Why you ask").fill("For the stand at the fair")
    asker.get_by_role("button", name="Ask").click()
    expect(asker.get_by_text("asked, no answer yet")).to_be_visible()

    owner = open_as(network["expert.leichtbau"])
    owner.goto("/profile/releases/")
    question = owner.locator("article", has_text="For the stand at the fair")
    question.get_by_label("For how long").select_option(label="30 days")
    question.get_by_role("button", name=re.compile("^Release")).click()
    expect(owner.get_by_role("heading", name="Released by you")).to_be_visible()

    asker.reload()
    expect(asker.get_by_role("link", name=PHONE)).to_be_visible()
    expect(asker.get_by_text("released to you")).to_be_visible()

    owner.get_by_role("button", name=re.compile("^Take it back")).click()
    expect(owner.get_by_text("It cannot be read any more.")).to_be_visible()
    asker.reload()
    expect(asker.get_by_text(PHONE)).to_have_count(0)


def test_finding_an_expert_and_going_back(expert, network, open_as):
    page = open_as(network["company.photonik"])
    page.goto("/experts/")
    page.get_by_role("checkbox", name=re.compile("^Tribology")).check()
    expect(page).to_have_url(re.compile("topic="))
    page.get_by_role("searchbox", name="Search experts").fill("trial coatings")
    expect(page).to_have_url(re.compile("q=trial"))
    expect(page.locator("#experts-results").get_by_text("1 found")).to_be_visible()
    page.get_by_role("link", name="Nele Brandt").click()
    expect(page.get_by_text("Trial coatings within a week")).to_be_visible()
    expect(page.get_by_role("link", name="Ask the management")).to_be_visible()
    page.go_back()
    expect(page.locator("#experts-results").get_by_text("1 found")).to_be_visible()
    expect(page.get_by_role("checkbox", name=re.compile("^Tribology"))).to_be_checked()
    expect(page.get_by_role("searchbox", name="Search experts")).to_have_value("trial coatings")


def test_choosing_who_sees_a_field_and_a_link_for_an_outsider_without_javascript(expert, network, open_as, page):
    owner = open_as(network["expert.leichtbau"], java_script_enabled=False)
    owner.goto("/profile/fields/offers/")
    owner.get_by_role("radio", name="Fewer people, as chosen here").check()
    owner.get_by_role("radio", name=re.compile("^Only me")).check()
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Only you")).to_be_visible()
    other = open_as(network["company.photonik"])
    other.goto(expert.get_absolute_url())
    expect(other.get_by_text("Trial coatings within a week")).to_have_count(0)

    owner.goto("/profile/fields/phone/")
    owner.get_by_role("link", name="Let somebody without an account read it, by a link").click()
    owner.get_by_label("For whom").fill("Jo Steuer")
    owner.get_by_role("button", name="Make the link").click()
    link = owner.get_by_label("Link", exact=True).input_value()
    page.goto(link)
    expect(page.get_by_text(PHONE)).to_have_count(0)
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("link", name=PHONE)).to_be_visible()
    assert Cluster.objects.get(slug="leichtbau-sued").name not in page.content()
