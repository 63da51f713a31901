"""Joining, tables, fields and the directory of experts without JavaScript on a narrow screen.

And pages between the steps of these, which no link leads to, under axe.
"""

import re

import pytest
from playwright.sync_api import expect

from hanse_members import actions
from hanse_members.actions import FieldValue
from hanse_members.models import Cluster, Membership, Organisation, OrganisationMembership, Profile, Topic

PHONE = {"width": 360, "height": 800}
NUMBER = "+49 30 23125 017"


@pytest.fixture
def plainly(open_as, network):
    """``plainly(name)``: a page of this person on a narrow screen without JavaScript."""
    return lambda name: open_as(network[name], java_script_enabled=False, viewport=PHONE)


@pytest.fixture
def expert(network):
    """Nele Brandt, whose telephone is for her own cluster."""
    topic = Topic.objects.add(labels={"en": "Tribology", "de": "Tribologie"})
    person = network["expert.leichtbau"]
    Profile.objects.of(person).delete()
    values = {
        "function": FieldValue(text="Leads the tribology laboratory", choices=["science"]),
        "competences": FieldValue(topics=[topic]),
        "phone": FieldValue(text=NUMBER),
    }
    return actions.save_profile(person=person, values=values, scopes=[("platform", 0)])


def test_applying_and_being_admitted(network, plainly):
    newcomer = plainly("guest")
    newcomer.goto("/memberships/apply/photonik-nord/")
    newcomer.get_by_label("Your organisation").fill("Petersen Prüflabor")
    newcomer.get_by_label("What you will contribute").fill("Measurements nobody else does")
    newcomer.get_by_label("What you are looking for").fill("Somebody who needs them")
    for box in newcomer.get_by_label("I accept").all():
        box.check()
    newcomer.get_by_role("button", name="Apply").click()
    expect(newcomer.get_by_text("You have applied to Photonik Nord.")).to_be_visible()

    manager = plainly("manager.photonik")
    manager.goto("/waiting/?kind=applications")
    application = manager.locator("article", has_text="Petersen Prüflabor")
    application.get_by_role("button", name="Admit Jana Petersen", exact=True).click()
    expect(manager.get_by_text("1 person is admitted.")).to_be_visible()
    assert Membership.objects.approved().filter(person=network["guest"], cluster__slug="photonik-nord").exists()


@pytest.fixture
def firms(tmp_path):
    """With a new row, a double, a faulty one, and one that is perhaps a double."""
    parts = OrganisationMembership.objects.home().filter(cluster__slug="photonik-nord")
    known = Organisation.objects.filter(pk__in=parts.values("organisation")).order_by("pk").first()
    table = tmp_path / "firms.csv"
    table.write_text(
        "external_key;name;place;kind\nK1;Nebelhorn Optik;Husum;Company\nK1;Again;Husum;\n;;Kiel;\n"
        f"K2;{known.name} AG;Kiel;Spaceship\n",
        encoding="utf-8",
    )
    return table, known


def test_bringing_a_table_and_accepting_it(plainly, firms):
    table, known = firms
    manager = plainly("manager.photonik")
    manager.goto("/organisations/import/")
    manager.get_by_label("Table (CSV)").set_input_files(table)
    manager.get_by_role("button", name="Look it through").click()
    rows = manager.locator("li")
    manager.reload()
    expect(rows.filter(has_text="there is no name")).to_contain_text("faulty")
    rows.filter(has_text=f"{known.name} AG").get_by_role("button", name="It is another one").click()
    manager.get_by_role("button", name="Carry out 2 rows").click()
    manager.reload()
    expect(manager.get_by_text("Done. Added: 2, updated: 0, not possible: 0.")).to_be_visible()


def test_asking_for_a_field_and_releasing_it(plainly, expert):
    asker = plainly("company.photonik")
    asker.goto(expert.get_absolute_url())
    asker.locator("li", has_text="Telephone").get_by_role("link", name=re.compile("^Ask for it")).click()
    asker.get_by_label("Why you ask").fill("For the stand at the fair")
    asker.get_by_role("button", name="Ask").click()
    expect(asker.get_by_text("asked, no answer yet")).to_be_visible()
    expect(asker.get_by_text(NUMBER)).to_have_count(0)

    owner = plainly("expert.leichtbau")
    owner.goto("/profile/releases/")
    question = owner.locator("article", has_text="For the stand at the fair")
    question.get_by_role("button", name=re.compile("^Release")).click()
    asker.reload()
    expect(asker.get_by_role("link", name=NUMBER)).to_be_visible()
    owner.get_by_role("button", name=re.compile("^Take it back")).click()
    asker.reload()
    expect(asker.get_by_text(NUMBER)).to_have_count(0)


def test_the_directory_of_experts_and_the_back_button(plainly, expert):
    page = plainly("company.photonik")
    page.goto("/experts/")
    page.locator("summary", has_text="Filter").first.click()
    page.get_by_role("checkbox", name=re.compile("^Tribology")).check()
    page.get_by_role("searchbox", name="Search experts").fill("laboratory")
    page.get_by_role("button", name="Show").first.click()
    expect(page).to_have_url(re.compile(r"topic=\d+"))
    expect(page).to_have_url(re.compile("q=laboratory"))
    page.get_by_role("link", name="Nele Brandt").click()
    expect(page.get_by_text("Leads the tribology laboratory")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="Nele Brandt")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search experts")).to_have_value("laboratory")


def test_previews_of_tables_are_clean(open_as, network, firms, tmp_path, inspect):
    table, known = firms
    manager = open_as(network["manager.photonik"], locale=None)
    manager.goto("/organisations/import/")
    manager.locator("input[type=file]").set_input_files(table)
    manager.locator("main form button[type=submit]").first.click()
    manager.wait_for_url(re.compile(r"/organisations/import/\d+/"))
    preview = manager.url.partition("//")[2].partition("/")[2]
    people = tmp_path / "people.csv"
    people.write_text("email;first_name;last_name\nnew@example.org;New;One\nnot-an-address;;\nnew@example.org;;\n")
    manager.goto("/memberships/invitations/import/")
    manager.locator("input[type=file]").set_input_files(people)
    manager.locator("main form button[type=submit]").first.click()
    manager.wait_for_url(re.compile(r"/invitations/import/\d+/"))
    inspect(manager, f"/{preview}", f"/{manager.url.partition('//')[2].partition('/')[2]}")


def test_merging_and_asking_are_clean(open_as, network, expert, firms, inspect):
    _table, known = firms
    cluster = Cluster.objects.get(slug="photonik-nord")
    others = OrganisationMembership.objects.home().filter(cluster=cluster).exclude(organisation=known)
    other = others.select_related("organisation").order_by("pk").first().organisation
    manager = open_as(network["manager.photonik"], locale=None)
    merge = f"/organisations/{known.uid}/merge/"
    inspect(manager, merge, f"{merge}?with={other.uid}")
    member = open_as(network["company.photonik"], locale=None)
    inspect(member, f"/experts/{expert.uid}/ask/phone/", f"/enquiries/about/cluster/{cluster.slug}/", "/en/c/?view=map")
