"""Invitations to a room in the browser: by mail to somebody from outside, who signs up and is a guest; and copied."""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from hanse_members.models import Cluster
from tests.factories.room_links import LINK
from tests.factories.rooms import make_room, say

from ..test_invitation import ADDRESS, sent_to, sign_up

ROOM = "Lens test"


@pytest.fixture
def room(network):
    """At home in Photonik Nord, with somebody who has said something."""
    owner, other = network["manager.photonik"], network["company.photonik"]
    made = make_room(Cluster.objects.get(slug="photonik-nord"), owner=owner, members=[other], name=ROOM)
    say(made, owner, "Which lens?")
    return made


def test_from_the_mail_to_a_guest_in_the_room(open_as, network, room):
    leader = open_as(network["manager.photonik"])
    leader.goto(reverse("hanse_groups:people", args=[room.uid]))
    leader.get_by_role("link", name="Invite by mail or by a link").click()
    leader.get_by_label("E-mail addresses").fill(ADDRESS)
    mailed = leader.locator("form").filter(has=leader.get_by_label("E-mail addresses"))
    mailed.get_by_label("Guests").check()
    mailed.get_by_label("Personal message").fill("You know the patents.")
    leader.get_by_role("button", name="Send the invitations").click()
    expect(leader.get_by_text("1 invitation is on its way.")).to_be_visible()
    expect(leader.get_by_role("listitem").filter(has_text=ADDRESS)).to_contain_text("1 of 1 use left")
    link = urlsplit(LINK.search(sent_to(ADDRESS).body)[0]).path
    assert Client().get(link).status_code == 200  # the scanner of a mail server

    page = open_as()
    page.goto(link)
    expect(page.get_by_role("heading", name=f"Invitation to “{ROOM}”")).to_be_visible()
    expect(page.get_by_text("You know the patents.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Create an account").click()
    sign_up(page)
    page.goto(urlsplit(re.findall(r"https?://\S+", sent_to(ADDRESS).body)[0]).path)
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Password").fill("seven boats in fog")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Join the room").click()
    expect(page.get_by_text("You are in the room now.")).to_be_visible()
    expect(page.locator(".msg.line").last).to_contain_text("Nele Nord has joined, invited by")

    page.goto("/profile/")
    page.get_by_role("link", name="What my rooms see of me").click()
    page.get_by_label("Organisation").fill("Nord Patents")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Nele Nord")).to_be_visible()
    leader.goto(reverse("hanse_groups:people", args=[room.uid]))
    expect(leader.get_by_role("listitem").filter(has_text="Nele Nord")).to_contain_text("Guest · Nord Patents")
    assert len([message for message in mail.outbox if ADDRESS in message.to]) == 2


def test_a_link_to_copy_is_there_once(open_as, network, room):
    leader = open_as(network["manager.photonik"])
    leader.goto(reverse("hanse_groups:links", args=[room.uid]))
    leader.get_by_role("button", name="Make the link").click()
    address = leader.get_by_label("Link", exact=True).input_value()
    leader.reload()
    leader.goto(reverse("hanse_groups:links", args=[room.uid]))
    expect(leader.get_by_label("Link", exact=True)).to_have_count(0)
    page = open_as(network["expert.leichtbau"])
    page.goto(urlsplit(address).path)
    page.get_by_role("button", name="Join the room").click()
    expect(page.get_by_text("You are in the room now.")).to_be_visible()


def test_a_message_is_reported_from_its_menu(open_as, network, room):
    page = open_as(network["company.photonik"])
    page.goto(reverse("hanse_groups:chat", args=[room.uid]))
    message = page.locator(".msg").filter(has_text="Which lens?")
    message.locator("details.acts > summary").click()
    message.get_by_role("link", name="Report").click()
    page.get_by_label("Untrue or misleading").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Your report is on its way")).to_be_visible()


def test_a_link_is_copied_by_its_button_and_that_is_said(open_as, network, room):
    leader = open_as(network["manager.photonik"])
    leader.context.grant_permissions(["clipboard-read", "clipboard-write"])
    leader.goto(reverse("hanse_groups:links", args=[room.uid]))
    leader.get_by_role("button", name="Make the link").click()
    address = leader.get_by_label("Link", exact=True).input_value()
    leader.get_by_role("button", name="Copy").click()
    expect(leader.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert leader.evaluate("navigator.clipboard.readText()") == address


def test_where_the_browser_refuses_the_link_is_selected_and_that_is_said(open_as, network, room):
    leader = open_as(network["manager.photonik"])
    leader.add_init_script(
        "if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject(new Error('no'))"
    )
    leader.goto(reverse("hanse_groups:links", args=[room.uid]))
    leader.get_by_role("button", name="Make the link").click()
    leader.get_by_role("button", name="Copy").click()
    expect(leader.get_by_role("status").filter(has_text="please copy it yourself")).to_be_visible()
    assert leader.evaluate("getSelection().toString()") == leader.get_by_label("Link", exact=True).input_value()
