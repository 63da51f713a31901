"""A piece that is proposed to another cluster: its manager takes it over, or declines and says why."""

import pytest
from playwright.sync_api import expect

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_members.models import Cluster
from tests.factories.news import NewsPageFactory

from .editor import CLUSTERS, write_news

pytestmark = pytest.mark.usefixtures("saved_by_hand")


@pytest.fixture
def manager(network, open_as):
    """The manager to whom it is proposed, on the dashboard."""
    return open_as(network["manager.leichtbau"])


@pytest.fixture
def member(network, open_as):
    return open_as(network["expert.leichtbau"])


def is_listed(page, title: str) -> bool:
    page.goto("/news/")
    return page.locator(".news-item", has_text=title).count() == 1


def test_manager_takes_a_piece_over_and_the_members_see_it(page, network, sign_in, manager, member):
    sign_in(network["editor.photonik"])
    piece = write_news(page, title="Lasers look for fibres")
    piece.audience.choose(CLUSTERS, "Leichtbau Süd")
    piece.publish()
    assert not is_listed(member, "Lasers look for fibres")
    # The dashboard tells, the piece can be read before the decision.
    manager.goto("/dashboard/")
    manager.locator("main").get_by_role("link", name="Proposals to share").click()
    manager.get_by_role("link", name="Lasers look for fibres").click()
    expect(manager.get_by_role("heading", name="Lasers look for fibres", level=1)).to_be_visible()
    manager.go_back()
    manager.get_by_role("button", name="Take over").click()
    expect(manager.get_by_text("Taken over. Your members see it from now on.")).to_be_visible()
    assert is_listed(member, "Lasers look for fibres")
    # and back again
    manager.goto("/proposals/")
    manager.get_by_role("button", name="No longer show to our members").click()
    assert not is_listed(member, "Lasers look for fibres")


def test_manager_declines_and_the_author_reads_why(page, network, sign_in, manager, member):
    editor = network["editor.photonik"]
    own, other = (Cluster.objects.get(slug=slug) for slug in ("photonik-nord", "leichtbau-sued"))
    piece = NewsPageFactory(cluster=own, title="An offer for you", owner=editor, scopes=[Scope("cluster", own.pk)])
    change_audience(piece, scopes=[Scope("cluster", own.pk), Scope("cluster", other.pk)], by=editor)
    manager.goto("/waiting/")
    manager.get_by_text("Decline …").click()
    manager.get_by_label("Reason for the author").fill("It is about optics only.")
    manager.get_by_role("button", name="Decline An offer for you", exact=True).click()
    expect(manager.get_by_text("Declined. The author reads your reason.")).to_be_visible()
    assert manager.goto(piece.url).status == 404
    assert not is_listed(member, "An offer for you")
    sign_in(editor)
    page.goto("/dashboard/")
    page.get_by_role("navigation", name="Areas").get_by_role("link", name="Proposals").click()
    expect(page.locator("article", has_text="An offer for you")).to_contain_text("It is about optics only.")
