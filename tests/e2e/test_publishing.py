"""An editor at work: the entry page, news for each level, and who sees what afterwards."""

import pytest
from playwright.sync_api import expect

from hanse_access.scopes import PUBLIC as PUBLIC_SCOPE
from hanse_members.models import Membership
from hanse_news.models import NewsPage

from .editor import CLUSTERS, MEMBERS, PUBLIC, PageEditor, write_news


@pytest.fixture
def editor(page, network, sign_in):
    sign_in(network["editor.photonik"])
    return network["editor.photonik"]


def members_of(**clusters) -> int:
    return Membership.objects.filter(state="approved", **clusters).values("person").distinct().count()


def titles_listed(page, address: str) -> set[str]:
    page.goto(address)
    return set(page.locator(".news-item h3").all_inner_texts())


def test_editor_changes_the_entry_page_of_the_cluster(page, editor, open_as):
    page.goto("/en/c/photonik-nord/")
    page.get_by_role("link", name="Edit this page").click()
    page.get_by_label("Heading", exact=True).first.fill("Light that measures")
    PageEditor(page).add_text("Come to the open day.")
    PageEditor(page).publish()
    visitor = open_as(None)
    visitor.goto("/en/c/photonik-nord/")
    expect(visitor.get_by_role("heading", name="Light that measures")).to_be_visible()
    expect(visitor.get_by_text("Come to the open day.")).to_be_visible()


def test_each_level_of_news_is_seen_by_those_it_is_for(page, network, editor, open_as):
    own, all_members = members_of(cluster__slug="photonik-nord"), members_of()
    counts = {
        PUBLIC: "Everybody on the web can see this.",
        MEMBERS: f"{all_members} people can see this.",
        CLUSTERS: f"{own} people can see this.",
    }
    for level, count in counts.items():
        piece = write_news(page, title=f"For {level}")
        piece.audience.choose(level)
        expect(piece.audience.reach).to_have_text(count)
        piece.publish()
    proposal = write_news(page, title="For two clusters")
    proposal.audience.choose(CLUSTERS, "Leichtbau Süd")
    expect(proposal.audience.reach).to_contain_text(f"{counts[CLUSTERS]} Leichtbau Süd is asked first")
    proposal.publish()
    everything = {f"For {PUBLIC}", f"For {MEMBERS}", f"For {CLUSTERS}", "For two clusters"}
    addresses = {piece.title: piece.url for piece in NewsPage.objects.filter(title__in=everything)}
    assert addresses.keys() == everything
    seen_by = {
        None: {f"For {PUBLIC}"},
        "newcomer": {f"For {PUBLIC}"},
        "expert.leichtbau": {f"For {PUBLIC}", f"For {MEMBERS}"},
        "company.photonik": everything,
    }
    for persona, expected in seen_by.items():
        reader = open_as(network[persona] if persona else None)
        # Visitors have the list of the cluster only.
        assert titles_listed(reader, "/news/" if persona else "/en/c/photonik-nord/news/") == expected, persona
        for title, address in addresses.items():
            status = reader.goto(address).status
            assert status == (200 if title in expected else 404), (persona, title)
            expect(reader.get_by_role("heading", name=title)).to_have_count(1 if title in expected else 0)


def change_title(page, piece: PageEditor, title: str) -> None:
    """Wagtail's editor begins to watch two seconds after it was opened; what was typed before, it takes as old."""
    page.wait_for_timeout(3_000)
    piece.title.fill(title)


def test_a_choice_waits_for_the_editor_while_the_text_is_saved(page, editor):
    piece = write_news(page, title="Not yet saved")
    change_title(page, piece, "Saved on the way")
    page.wait_for_url("**/edit/", timeout=30_000)
    piece.audience.choose(PUBLIC)
    expect(page.get_by_text("Not in force yet")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url) as saved:
        piece.title.fill("Saved once more")
    assert saved.value.status == 200
    expect(page.locator("#w-autosave-indicator")).to_have_attribute("data-w-autosave-state-value", "saved")
    draft = NewsPage.objects.get()
    assert draft.get_latest_revision_as_object().title == "Saved once more"
    assert PUBLIC_SCOPE not in draft.present_scopes()
    piece.publish()
    assert PUBLIC_SCOPE in NewsPage.objects.get().present_scopes()


def test_publishing_while_a_new_piece_is_being_saved_makes_one_page(page, editor, open_as):
    """The answer to the saving that makes the page is held back until the editor has pressed the button."""
    held = []

    def hold(route):
        if route.request.method == "POST" and route.request.headers["accept"] == "application/json" and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route("**/admin/pages/add/**", hold)
    piece = write_news(page, title="Not yet saved")
    piece.audience.choose(PUBLIC)
    with page.expect_request(lambda request: request.method == "POST" and "/pages/add/" in request.url, timeout=30_000):
        change_title(page, piece, "Only once")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click(no_wait_after=True)
    page.wait_for_timeout(3_000)
    route, answer = held[0]
    route.fulfill(response=answer)
    expect(page.locator(".messages .success")).to_contain_text("published")
    only = NewsPage.objects.get(title="Only once")
    visitor = open_as(None)
    assert visitor.goto(only.url).status == 200
