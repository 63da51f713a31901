"""A newcomer names an organisation, is admitted with it, and decides who sees it."""

import re

from playwright.sync_api import expect

from hanse_members.models import Organisation


def test_from_the_application_to_a_public_page(page, network, open_as):
    newcomer = open_as(network["guest"])
    newcomer.goto("/memberships/apply/photonik-nord/")
    newcomer.get_by_label("Your organisation").fill("Petersen Prüflabor")
    newcomer.get_by_label("What you will contribute").fill("Measurements nobody else does")
    newcomer.get_by_label("What you are looking for").fill("Somebody who needs them")
    for box in newcomer.get_by_label("I accept").all():
        box.check()
    newcomer.get_by_role("button", name="Apply").click()
    expect(newcomer.get_by_text("You have applied to Photonik Nord.")).to_be_visible()
    expect(newcomer.get_by_text("Petersen Prüflabor")).to_be_visible()

    manager = open_as(network["manager.photonik"])
    manager.goto("/waiting/")
    application = manager.locator("article", has_text="Petersen Prüflabor")
    expect(application.get_by_text("it is admitted with this person")).to_be_visible()
    application.get_by_role("button", name="Admit Jana Petersen", exact=True).click()
    expect(manager.get_by_text("1 person is admitted.")).to_be_visible()

    newcomer.goto("/memberships/")
    newcomer.get_by_role("link", name="Petersen Prüflabor").click()
    newcomer.get_by_role("link", name="Describe the organisation").click()
    newcomer.get_by_role("textbox", name="What it does").fill("We measure what others guess.")
    newcomer.get_by_role("radio", name=re.compile("^Public")).check()
    expect(newcomer.get_by_text("Everybody on the web can see this.")).to_be_visible()
    newcomer.get_by_role("button", name="Save").click()
    expect(newcomer.get_by_text("We measure what others guess.")).to_be_visible()

    page.goto("/organisations/?q=petersen")
    expect(page.get_by_text("1 found")).to_be_visible()
    page.get_by_role("link", name="Petersen Prüflabor").click()
    expect(page.get_by_text("We measure what others guess.")).to_be_visible()
    expect(page.get_by_text("Jana Petersen")).to_have_count(0)

    newcomer.goto(f"/organisations/{Organisation.objects.get(name='Petersen Prüflabor').uid}/edit/")
    newcomer.get_by_role("radio", name=re.compile("^Chosen clusters")).check()
    newcomer.get_by_role("checkbox", name="Photonik Nord").check()
    newcomer.get_by_role("button", name="Save").click()
    expect(newcomer.get_by_text("Saved.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("We measure what others guess.")).to_have_count(0)
