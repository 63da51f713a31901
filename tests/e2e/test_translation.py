"""A piece of news is translated with wagtail-localize; the German page is seen by the same people."""

from playwright.sync_api import expect

from hanse_access.scopes import Scope
from hanse_members.models import Cluster
from hanse_news.models import NewsPage
from tests.factories.news import NewsPageFactory


def translate(page, segment: str, words: str) -> None:
    """Fills the box of a segment of the source."""
    row = page.locator(".js-translation-editor li li", has_text=segment).first
    row.get_by_role("button", name="Translate").click()
    row.get_by_role("textbox").fill(words)
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Translated manually")


def test_editor_translates_a_piece_which_keeps_its_audience(page, network, sign_in, open_as):
    editor = network["editor.photonik"]
    cluster = Cluster.objects.get(slug="photonik-nord")
    source = NewsPageFactory(cluster=cluster, title="Light in fog", owner=editor, scopes=[Scope("cluster", cluster.pk)])
    source.save_revision().publish()
    sign_in(editor)
    page.goto(f"/admin/pages/{source.pk}/edit/")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("link", name="Translate").first.click()
    page.get_by_label("German").check()
    page.get_by_role("button", name="Submit").click()
    translate(page, "Light in fog", "Licht im Nebel")
    translate(page, "What it is about.", "Worum es geht.")
    page.get_by_role("button", name="Publish in German").click()
    expect(page.get_by_role("status").first).to_contain_text("Published 'Licht im Nebel' in German")
    german = NewsPage.objects.get(translation_key=source.translation_key, locale__language_code="de")
    member, other = open_as(network["company.photonik"]), open_as(network["expert.leichtbau"])
    assert member.goto(german.url).status == 200
    expect(member.get_by_role("heading", name="Licht im Nebel")).to_be_visible()
    expect(member.get_by_text("Worum es geht.")).to_be_visible()
    assert other.goto(german.url).status == 404
    assert open_as(None).goto(german.url).status == 404
