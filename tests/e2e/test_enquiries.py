"""A question to the management: asked, taken care of, answered, read; and several things that wait done at once."""

from playwright.sync_api import expect

from hanse_members import actions
from hanse_members.models import Cluster
from tests.factories.people import UserFactory


def test_from_the_question_to_the_answer(network, open_as):
    asker = open_as(network["expert.leichtbau"])
    asker.goto("/organisations/?q=Ostufer")
    asker.get_by_role("link", name="Ostufer Optik GmbH").click()
    asker.get_by_role("link", name="Ask the management").click()
    asker.get_by_label("Your question").fill("Who there could look at our camera?")
    asker.get_by_role("button", name="Send the question").click()
    expect(asker.get_by_text("Your question is with the management of Photonik Nord.")).to_be_visible()
    expect(asker.get_by_text("Nobody yet.")).to_be_visible()

    manager = open_as(network["manager.photonik"])
    manager.goto("/dashboard/")
    manager.locator("main").get_by_role("link", name="Enquiries").click()
    manager.get_by_role("button", name="I take care of it Nele Brandt").click()
    expect(manager.get_by_text("You take care of it.", exact=True)).to_be_visible()
    manager.get_by_role("link", name="Read and answer Nele Brandt").click()
    expect(manager.get_by_text("Who there could look at our camera?")).to_be_visible()
    manager.get_by_label("Your answer").fill("Ms Claasen does. I have told her that you will call.")
    manager.get_by_role("button", name="Send the answer").click()
    expect(manager.get_by_text("Nele Brandt is told and reads your answer here.")).to_be_visible()

    asker.goto("/notifications/")
    asker.get_by_role("button", name="Photonik Nord has answered your enquiry.").click()
    expect(asker.get_by_text("Ms Claasen does.")).to_be_visible()
    expect(asker.get_by_text("Karla Wendt (Photonik Nord) takes care of it")).to_be_visible()
    asker.get_by_role("button", name="Close the enquiry").click()
    expect(asker.get_by_text("The enquiry is closed.")).to_be_visible()
    asker.get_by_role("navigation", name="Areas").get_by_role("link", name="Enquiries").click()
    expect(asker.get_by_role("listitem").filter(has_text="look at our camera")).to_contain_text("closed")


def test_several_applications_are_declined_for_one_reason_without_javascript(network, open_as):
    cluster = Cluster.objects.get(slug="photonik-nord")
    for name in ("Adams", "Brown", "Clark"):
        person = UserFactory(first_name="A.", last_name=name)
        actions.apply_for_membership(person=person, cluster=cluster)
    page = open_as(network["manager.photonik"], java_script_enabled=False)
    page.goto("/waiting/")
    for name in ("A. Adams", "A. Brown"):
        page.get_by_label(f"Choose {name}").check()
    several = page.locator(".several").filter(has=page.get_by_role("button", name="Admit the chosen ones"))
    several.get_by_text("Decline …").click()
    several.get_by_label("Reason for the applicant").fill("Another cluster fits better.")
    several.get_by_role("button", name="Decline the chosen ones", exact=True).click()
    expect(page.get_by_text("2 declined. The applicants read your reason.")).to_be_visible()
    expect(page.get_by_role("heading", name="A. Clark")).to_be_visible()
    expect(page.get_by_role("heading", name="A. Adams")).to_have_count(0)


def test_a_manager_who_goes_on_leave_is_stood_in_for(network, open_as):
    cluster = Cluster.objects.get(slug="photonik-nord")
    second = cluster.memberships.get(person__last_name="Nissen")
    actions.set_role(second, "manager", by=network["operator"])
    page = open_as(network["manager.photonik"])
    page.goto("/waiting/")
    page.get_by_role("link", name="While you are away").click()
    page.get_by_label("Last day away").fill(page.get_by_label("First day away").input_value())
    expect(page.get_by_label("Who stands in for you")).to_have_value(str(second.person_id))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Silke Nissen stands in for you in Photonik Nord")).to_be_visible()
