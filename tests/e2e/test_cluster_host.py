"""Two hosts: the cluster's own serves what the public sees of it; whoever signs in does so on the platform."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from hanse_members.models import Cluster

from .crawl import LOOKS, Inspector


@pytest.fixture
def platform(settings, live_server):
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    host, _, port = live_server.url.removeprefix("http://").partition(":")
    Site.objects.update(hostname=host, port=port)
    return live_server.url


@pytest.fixture
def own(platform, network):
    return platform.replace("://localhost", "://photonik-nord.localhost")


def test_the_cluster_at_its_own_address_and_everything_else_on_the_platform(page, platform, own, network, sign_in):
    assert Inspector().problems(page, f"{own}/en/c/photonik-nord/", "en", LOOKS) == []
    page.goto(own)
    expect(page).to_have_url(f"{own}/en/c/photonik-nord/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("measure, mark and see with light")
    accent = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brick')")
    assert Cluster.objects.get(slug="photonik-nord").accent in accent
    assert page.locator("link[rel=canonical]").get_attribute("href") == f"{platform}/en/c/photonik-nord/"
    assert page.context.cookies() == []

    page.get_by_role("link", name="Deutsch").first.click()
    expect(page).to_have_url(f"{own}/de/c/photonik-nord/")
    assert page.context.cookies() == []

    page.get_by_role("link", name="Anmelden").first.click()
    page.wait_for_url(f"{platform}/accounts/login/**")
    expect(page.locator("[name=login]")).to_be_visible()

    sign_in(network["manager.photonik"])
    page.goto(f"{platform}/de/c/photonik-nord/")
    expect(page.get_by_role("heading", name="Für die Redaktion")).to_be_visible()
    page.goto(f"{own}/de/c/photonik-nord/")
    expect(page.get_by_role("heading", name="Für die Redaktion")).to_have_count(0)
    expect(page.get_by_role("link", name="Anmelden").first).to_be_visible()
