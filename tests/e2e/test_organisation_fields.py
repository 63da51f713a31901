"""A field of an organisation on request: asked for, released by who looks after it, read and taken back."""

import re

import pytest
from playwright.sync_api import expect

from hanse_access.scopes import EDITORS
from hanse_members.models import Membership
from tests.factories.profiles import fill

SECRET = "Audited last spring, report on file"


@pytest.fixture
def firm(network):
    """That of the person from Photonik Nord, who looks after it."""
    own = Membership.objects.approved().of(network["company.photonik"]).filter(organisation__isnull=False).first()
    own.keeps_organisation = True
    own.save()
    firm = own.organisation
    fill(firm, "certificates", scopes=[EDITORS], on_request=True, text=SECRET)
    return firm


def test_from_the_question_to_the_taking_back(firm, network, open_as):
    asker = open_as(network["expert.leichtbau"])
    asker.goto(firm.get_absolute_url())
    expect(asker.get_by_text(SECRET)).to_have_count(0)
    asker.locator("li", has_text="Certificates").get_by_role("link", name=re.compile("^Ask for it")).click()
    asker.get_by_label("Why you ask").fill("Before we send our holders")
    asker.get_by_role("button", name="Ask", exact=True).click()
    expect(asker.get_by_text("asked, no answer yet")).to_be_visible()

    keeper = open_as(network["company.photonik"])
    keeper.goto("/profile/releases/")
    question = keeper.locator("article", has_text="Before we send our holders")
    expect(question.get_by_role("link", name=firm.name)).to_be_visible()
    question.get_by_label("For how long").select_option(label="30 days")
    question.get_by_role("button", name=re.compile("^Release")).click()
    expect(keeper.get_by_text("Released. You can take it back here at any time.")).to_be_visible()

    asker.reload()
    expect(asker.get_by_text(SECRET)).to_be_visible()
    expect(asker.get_by_text("released to you")).to_be_visible()

    released = keeper.locator("li", has_text=f"{firm.name}: Certificates")
    released.get_by_role("button", name=re.compile("^Take it back")).click()
    expect(keeper.get_by_text("It cannot be read any more.")).to_be_visible()
    asker.reload()
    expect(asker.get_by_text(SECRET)).to_have_count(0)
