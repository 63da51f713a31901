"""Invitations in the browser: sent by a manager, opened by a scanner, accepted after signing up; a table of people."""

import re
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client
from playwright.sync_api import expect

from tests.factories.invitations import link_of

ADDRESS = "nele@foerde-optik.example"


def sent_to(address: str):
    return next(message for message in reversed(mail.outbox) if message.to == [address])


def sign_up(page) -> None:
    page.get_by_label("First name").fill("Nele")
    page.get_by_label("Last name").fill("Nord")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill("seven boats in fog")
    page.get_by_label("I accept the terms of use").check()
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="Look into your mailbox")).to_be_visible()


def test_from_sending_to_acceptance(open_as, network):
    manager = open_as(network["manager.photonik"])
    manager.goto("/dashboard/")
    manager.get_by_role("link", name="Invitations").click()
    manager.get_by_role("link", name="Invite people").first.click()
    manager.get_by_label("E-mail addresses").fill(ADDRESS)
    manager.get_by_label("Editor").check()
    manager.get_by_label("Personal message").fill("Come and look around.")
    manager.get_by_role("button", name="Send the invitations").click()
    expect(manager.get_by_text("1 invitation is on its way.")).to_be_visible()
    expect(manager.get_by_role("listitem").filter(has_text=ADDRESS)).to_contain_text("pending")
    link = link_of(sent_to(ADDRESS))
    assert Client().get(link).status_code == 200  # the scanner of a mail server

    page = open_as()
    page.goto(link)
    expect(page.get_by_text("Come and look around.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Create an account").click()
    sign_up(page)
    page.goto(urlsplit(re.findall(r"https?://\S+", sent_to(ADDRESS).body)[0]).path)
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill("seven boats in fog")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Invitation to Photonik Nord")).to_be_visible()
    page.get_by_role("button", name="Become a member").click()
    expect(page.get_by_text("You are a member of Photonik Nord now.")).to_be_visible()
    expect(page.locator(".card").filter(has_text="Photonik Nord")).to_contain_text("Editor")
    page.goto("about:blank")
    manager.reload()
    expect(manager.get_by_role("listitem").filter(has_text=ADDRESS)).to_contain_text("accepted")


def test_a_link_that_does_not_work_says_what_to_do(page):
    page.goto("/invitations/none/")
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_a_table_is_looked_through_and_its_new_people_are_invited(open_as, network, tmp_path):
    page = open_as(network["manager.photonik"])
    page.goto("/memberships/invitations/")
    page.get_by_role("link", name="Invite from a table").click()
    table = tmp_path / "people.csv"
    rows = ["Vorname;Nachname;E-Mail", f"Nele;Nord;{ADDRESS}", f"Nele;N.;{ADDRESS}", ";;company.photonik@example.org"]
    table.write_bytes("\r\n".join([*rows, "Jörn;Süß;niemand"]).encode("cp1252"))
    page.get_by_label("Table (CSV)").set_input_files(table)
    page.get_by_role("button", name="Look it through").click()
    expect(page.get_by_role("heading", name="people.csv")).to_be_visible()
    verdicts = page.locator("#people-results li")
    for place, words in enumerate(
        ("new", "as in row 2", "is a member already", "Jörn Süß · this is no e-mail address")
    ):
        expect(verdicts.nth(place)).to_contain_text(words)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the report").click()
    assert download.value.suggested_filename.endswith(".csv")
    assert not mail.outbox
    page.get_by_role("button", name="Invite 1 person").click()
    expect(page.get_by_text("1 person is invited.")).to_be_visible()
    expect(verdicts.first).to_contain_text("invited")
    assert link_of(sent_to(ADDRESS))
