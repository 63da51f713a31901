"""What reaches me: found in the menu, changed by keyboard, without JavaScript too; and the link in a mail."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from hanse_activity.choices import Choices
from hanse_activity.delivery import Delivery, Source
from hanse_activity.follows import follow
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import QuietHours
from hanse_activity.stops import Stop
from hanse_members.topic_notifications import FOLLOWED
from tests.factories.topics import make_topic


@pytest.fixture
def lasers(network):
    topic = make_topic("Lasers", de="Laser")
    follow(FOLLOWED, [topic.pk], person=network["expert.leichtbau"])
    return topic


def line(page, name):
    return page.get_by_role("group", name=name, exact=True)


def test_choosing_by_keyboard(network, lasers, open_as):
    nele = network["expert.leichtbau"]
    page = open_as(nele)
    page.goto("/notifications/")
    page.locator("main").get_by_role("link", name="What reaches me").click()
    expect(page.get_by_role("heading", name="What reaches me, and how")).to_be_visible()
    row = line(page, "Lasers")
    expect(row.get_by_role("radio", name="as above")).to_be_checked()
    row.get_by_role("radio", name="as above").focus()
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(row.get_by_role("radio", name="weekly")).to_be_checked()
    page.keyboard.press("Tab")
    page.get_by_label(re.compile("^From")).fill("21:30")
    page.get_by_label(re.compile("^Until")).fill("06:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Choices.of(nele).sources == {Source(FOLLOWED, lasers.pk): Delivery.WEEKLY}
    assert f"{QuietHours.objects.get(person=nele).ends:%H:%M}" == "06:30"


def test_without_javascript_on_a_narrow_screen(network, lasers, open_as):
    nele = network["expert.leichtbau"]
    page = open_as(nele, java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto("/notifications/delivery/")
    line(page, "Your role in a cluster").get_by_role("radio", name="no mail").check()
    expect(line(page, "Your membership").get_by_role("radio", name="no mail")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert Choices.of(nele).of_kind(notification_kinds["memberships.role"]) == Delivery.OFF


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_link_in_a_mail_stops_after_a_press_on_the_button(network, page, scheme):
    nele = network["expert.leichtbau"]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(Stop(nele.pk, period=Delivery.DAILY).path())
    expect(page.get_by_text("Your daily digest")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert Choices.of(nele).others == Delivery.DAILY
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("heading", name="These mails do not come any more")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    assert Choices.of(nele).others == Delivery.OFF
