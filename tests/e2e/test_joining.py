"""How one gets in and out: a person from sign-up to what members see, a cluster from its application to its end."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from playwright.sync_api import Page, expect

from hanse_access.scopes import Scope
from hanse_members import actions
from hanse_members.models import Cluster, ClusterEntry, Terms
from tests.factories.organisations import OrganisationFactory

ADDRESS = "ida@keramik-ost.example"
PASSWORD = "seven boats in fog"


def mails_about(words: str) -> list:
    """Those to the newcomer."""
    return [message for message in mail.outbox if message.to == [ADDRESS] and words in message.body]


def path_in(message) -> str:
    return urlsplit(re.findall(r"https?://\S+", message.body)[0]).path


def sign_up(page: Page) -> None:
    """From the form to being signed in, by the link of the mail."""
    page.goto("/accounts/signup/")
    page.get_by_label("First name").fill("Ida")
    page.get_by_label("Last name").fill("Ost")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I accept the terms of use").check()
    page.wait_for_timeout(2100)  # faster ones are taken for machines
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()
    page.goto(path_in(mails_about("http")[-1]))
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/dashboard/")


def test_from_sign_up_to_what_members_see(open_as, network, inspect):
    cluster = Cluster.objects.get(slug="photonik-nord")
    for_members = OrganisationFactory(name="Only for Members Ltd", clusters=[cluster], scopes=[Scope("platform", 0)])
    page = open_as(locale=None)
    sign_up(page)
    page.goto(for_members.get_absolute_url())
    expect(page.get_by_text("Only for Members Ltd")).to_have_count(0)

    page.goto("/dashboard/")
    page.get_by_role("link", name="Find your cluster").click()
    page.get_by_role("link", name="Photonik Nord").first.click()
    page.get_by_role("link", name="Become a member").click()
    page.get_by_label("Your organisation").fill("Keramik Ost GmbH")
    page.get_by_label("What you will contribute").fill("Ceramic housings for lasers")
    page.get_by_label("What you are looking for").fill("Somebody who measures them")
    for box in page.get_by_label("I accept").all():
        box.check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("You have applied to Photonik Nord.")).to_be_visible()
    # The account keeps the language of the sign-up, which would go before the one asked for.
    get_user_model().objects.filter(email=ADDRESS).update(language="")
    inspect(page, "/memberships/")
    page.goto(for_members.get_absolute_url())
    expect(page.get_by_text("Only for Members Ltd")).to_have_count(0)

    manager = open_as(network["manager.photonik"], locale=None)
    inspect(manager, "/waiting/?kind=applications")
    manager.goto("/waiting/?kind=applications")
    application = manager.locator("article, li").filter(has_text="Ceramic housings for lasers").first
    expect(application).to_contain_text("Ida Ost")
    assert not mails_about("Photonik Nord")
    application.get_by_role("button", name=re.compile(r"^Admit(?! personally)")).click()
    expect(manager.get_by_text("Ceramic housings for lasers")).to_have_count(0)

    assert mails_about("Photonik Nord"), "the newcomer is told by mail"
    page.goto(for_members.get_absolute_url())
    expect(page.get_by_role("heading", name="Only for Members Ltd")).to_be_visible()
    page.goto("/organisations/?q=Only+for+Members")
    expect(page.get_by_role("link", name="Only for Members Ltd")).to_be_visible()
    page.goto("/dashboard/")
    page.get_by_role("link", name="Fill in my profile").click()
    expect(page.get_by_role("heading", name="My profile")).to_be_visible()


@pytest.fixture
def contract(network):
    """The second version: the newest one is asked for."""
    for text in ("Keep in touch.", "Keep in touch, and pay in time."):
        actions.issue_terms(cluster=None, kind="contract", texts={"en": text}, by=network["operator"])
    return Terms.objects.contract().get()


@pytest.fixture
def entry(network):
    return ClusterEntry.objects.create(name="Keramik Ost", website="keramik-ost.example", members=40, as_of="2021")


def apply_with_cluster(page: Page, entry: ClusterEntry, contract: Terms) -> None:
    page.goto(f"/join/application/?entry={entry.pk}")
    expect(page.get_by_label("Name of the cluster")).to_have_value("Keramik Ost")
    page.get_by_label("Carrier").fill("Keramik Ost e. V.")
    page.get_by_role("button", name="Keep it for later").click()
    expect(page.get_by_label("Carrier")).to_have_value("Keramik Ost e. V.")
    page.get_by_label("Your function in the management").fill("Head of the office")
    page.get_by_label("What the cluster will contribute").fill("A laboratory for firing")
    page.get_by_label("Member organisations").fill("52")
    page.get_by_label("Company").check()
    page.get_by_label("I accept").check()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("Sent. The operator decides")).to_be_visible()


def test_a_cluster_claims_its_entry_is_admitted_under_a_contract_and_leaves(open_as, network, contract, entry, inspect):
    person = network["guest"]
    page = open_as(person, locale=None)
    inspect(page, "/join/", f"/join/application/?entry={entry.pk}")
    apply_with_cluster(page, entry, contract)
    sent = urlsplit(page.url).path
    inspect(page, sent)

    operator = open_as(network["operator"], locale=None)
    inspect(operator, "/waiting/?kind=cluster-applications")
    operator.goto("/waiting/?kind=cluster-applications")
    application = operator.locator("article, li").filter(has_text="A laboratory for firing").first
    expect(application).to_contain_text("Keramik Ost e. V.")
    expect(application.get_by_role("link", name=str(contract))).to_have_attribute("href", contract.get_absolute_url())
    application.get_by_role("button", name=re.compile("^Admit")).click()
    expect(operator.get_by_text("The cluster takes part now.")).to_be_visible()
    cluster = Cluster.objects.get(slug="keramik-ost")
    assert cluster.entry.pk == entry.pk
    page.goto(sent)
    expect(page.get_by_role("link", name="To the entry page")).to_be_visible()

    leave = f"/clusters/{cluster.slug}/leave/"
    inspect(page, leave, "/memberships/")
    page.goto(leave)
    expect(page.get_by_role("heading", name="What becomes of it")).to_be_visible()
    expect(page.locator("section").filter(has_text="What becomes of it")).to_contain_text("1 ")
    page.get_by_role("button", name="Give notice").click()
    expect(page.get_by_text("Until the operator closes the cluster, all stays as it is.")).to_be_visible()
    visitor = open_as(locale=None)
    visitor.goto(f"/en/c/{cluster.slug}/")
    expect(visitor.get_by_role("heading", name="Keramik Ost").first).to_be_visible()

    close = f"/clusters/{cluster.slug}/standing/close/"
    operator.goto("/waiting/?kind=cluster-notices")
    inspect(operator, "/waiting/?kind=cluster-notices", close)
    operator.goto("/waiting/?kind=cluster-notices")
    operator.get_by_role("link", name=re.compile("^See what becomes of it")).first.click()
    expect(operator.get_by_text("The cluster ends. This cannot be undone.")).to_be_visible()
    operator.get_by_role("button", name="Close for good now").click()
    cluster.refresh_from_db()
    assert cluster.state == Cluster.State.CLOSED
    assert visitor.goto(f"/en/c/{cluster.slug}/").status == 404
    page.goto("/memberships/")
    expect(page.locator("main")).not_to_contain_text("Manager")


def test_an_operator_suspends_a_cluster_and_reinstates_it(open_as, network, inspect):
    """What the page says beforehand is what its members find."""
    cluster = Cluster.objects.get(slug="photonik-nord")
    firm = OrganisationFactory(name="Only in Photonik Ltd", clusters=[cluster], scopes=[Scope("cluster", cluster.pk)])
    member = open_as(network["company.photonik"], locale=None)
    member.goto(firm.get_absolute_url())
    expect(member.get_by_role("heading", name="Only in Photonik Ltd")).to_be_visible()
    operator = open_as(network["operator"], locale=None)
    standing = f"/clusters/{cluster.slug}/standing"
    inspect(operator, f"{standing}/suspend/")
    operator.goto(f"{standing}/suspend/")
    members = cluster.memberships.approved().count()
    expect(operator.locator("section").filter(has_text="What becomes of it")).to_contain_text(str(members))
    operator.get_by_role("button", name="Suspend now").click()
    member.goto(firm.get_absolute_url())
    expect(member.get_by_text("Only in Photonik Ltd")).to_have_count(0)
    inspect(operator, f"{standing}/reinstate/")
    operator.goto(f"{standing}/reinstate/")
    operator.get_by_role("button", name="Reinstate now").click()
    member.goto(firm.get_absolute_url())
    expect(member.get_by_role("heading", name="Only in Photonik Ltd")).to_be_visible()
