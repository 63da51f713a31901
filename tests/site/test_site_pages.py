import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.templatetags.static import static
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from hanse_access.scopes import PUBLIC, Scope
from hanse_members.actions import create_cluster
from hanse_members.models import ClusterPage, Membership
from hanse_site.models import HomePage, StandardPage
from hanse_site.setup import create_site_pages
from hanse_site.setup.standard_texts import LEGAL
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def test_setup_makes_every_page_in_both_languages(site_pages):
    for model, number in ((HomePage, 1), (StandardPage, 4)):
        for code in ("en", "de"):
            assert model.objects.live().filter(locale__language_code=code).count() == number
    for page in StandardPage.objects.filter(locale__language_code="en"):
        assert page.get_translations().count() == 1


def test_setup_puts_the_home_page_in_the_place_of_wagtails_own(site_pages):
    assert Site.objects.get(is_default_site=True).root_page.specific_class is HomePage
    assert not Page.objects.filter(title__startswith="Welcome to your new").exists()


def test_setup_a_second_time_changes_nothing(site_pages):
    imprint = StandardPage.objects.get(slug="imprint")
    imprint.title = "Who we are"
    imprint.save()
    before = list(Page.objects.order_by("pk").values_list("pk", "title", "live"))
    call_command("setup_site")
    assert list(Page.objects.order_by("pk").values_list("pk", "title", "live")) == before


def test_setup_gives_the_site_the_address_of_the_settings(client, settings):
    for address in ("https://hanse.example.org", "http://localhost:8123"):
        settings.WAGTAILADMIN_BASE_URL = address
        create_site_pages()
        assert f"<loc>{address}/en/</loc>" in client.get("/sitemap.xml").content.decode()


def test_setup_leaves_a_site_alone_whose_root_is_somebody_elses(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://hanse.example.org"
    site = Site.objects.get(is_default_site=True)
    site.root_page = Page.objects.get(depth=1)
    site.save()
    create_site_pages()
    assert Site.objects.get(is_default_site=True).hostname == "localhost"


def test_robots_are_led_to_the_sitemap_and_away_from_forms(client, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://hanse.example.org/"
    told = client.get("/robots.txt")
    assert told["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/" in told.content.decode()
    assert "Sitemap: https://hanse.example.org/sitemap.xml\n" in told.content.decode()


def test_browsers_that_guess_an_icon_find_it(client):
    assert client.get("/favicon.ico").url == static("hanse_base/favicon.svg")


def test_setup_makes_what_is_missing_again_as_a_translation(site_pages):
    StandardPage.objects.get(slug="impressum").delete()
    create_site_pages()
    assert StandardPage.objects.get(slug="impressum").get_translations().get().slug == "imprint"


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_can_be_read_and_leads_to_the_legal_pages(site_pages, client, language):
    for page in Page.objects.filter(locale__language_code=language, depth__gt=1):
        html = client.get(page.url).content.decode()
        footer = html[html.index("<footer") :]
        for legal in StandardPage.objects.filter(locale__language_code=language):
            assert f'href="{legal.url}"' in footer
        assert f'<html lang="{language}"' in html


def test_the_workspace_leads_to_the_legal_pages_too(site_pages, client):
    client.force_login(UserFactory(language="de"))
    assert "/de/impressum/" in client.get("/dashboard/").content.decode()


def test_a_legal_page_without_translation_is_linked_in_the_other_language(site_pages, client):
    StandardPage.objects.get(slug="impressum").unpublish()
    html = client.get("/de/").content.decode()
    assert re.search(r'href="/en/imprint/" lang="en"', html)


def test_the_footer_costs_one_query_however_many_pages_there_are(site_pages, client):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/")
        return len(queries)

    count()
    few = count()
    home = HomePage.objects.get(locale__language_code="en")
    for n in range(5):
        home.add_child(
            instance=StandardPage(title=f"More {n}", slug=f"more-{n}", show_in_footer=True, locale=home.locale)
        )
    assert count() == few


def test_the_bare_address_leads_to_the_language_of_the_browser(site_pages, client):
    assert client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"})["Location"] == "/de/"
    assert client.get("/", headers={"Accept-Language": "fr"})["Location"] == "/en/"


class TestBlocksOfPlugins:
    """Editors put them on home and standard pages; each reader finds in them what they may see."""

    @pytest.fixture
    def page(self, site_pages):
        cluster = create_cluster(name="Alpha", slug="alpha", by=None)
        MembershipFactory.create_batch(2, cluster=cluster)
        NewsPageFactory(cluster=cluster, title="Told to all", scopes=[PUBLIC])
        NewsPageFactory(cluster=cluster, title="Told to members", scopes=[Scope("cluster", cluster.pk)])
        page = StandardPage.objects.get(slug="imprint")
        page.body = [("figures", None), ("news", {"heading": "What is new", "number": 5})]
        page.save_revision().publish()
        return page

    def test_visitors_find_numbers_and_public_news(self, client, page):
        html = " ".join(client.get(page.url).content.decode().split())
        assert "<dt>cluster</dt><dd>1</dd>" in html
        assert "<dt>people on this platform</dt><dd>2</dd>" in html
        assert "What is new" in html
        assert "Told to all" in html
        assert "Told to members" not in html

    def test_members_find_their_news_too(self, client, page):
        client.force_login(Membership.objects.first().person)
        assert "Told to members" in client.get(page.url).content.decode()

    def test_the_entry_page_of_a_cluster_takes_the_numbers_too(self, client, page):
        entry = ClusterPage.objects.get(locale__language_code="en")
        entry.body = [("figures", None)]
        entry.save_revision().publish()
        assert "All clusters together" in client.get(entry.url).content.decode()


@pytest.mark.parametrize("language", ["en", "de"])
def test_sign_up_leads_to_the_terms_and_the_privacy_notice(site_pages, client, language):
    client.cookies["django_language"] = language
    form = client.get("/accounts/signup/", headers={"Accept-Language": language}).content.decode()
    form = form[form.index("<form class") : form.index("<footer")]
    for name in ("terms", "privacy"):
        slug = next(texts[language].slug for texts in LEGAL if texts[language].name == name)
        assert f'href="/{language}/{slug}/"' in form


def test_sign_up_works_without_these_pages(client):
    assert "<form class" in client.get("/accounts/signup/").content.decode()


def test_public_pages_tell_search_engines_what_they_are(site_pages, client, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://hanse.example.org"
    create_site_pages()
    html = client.get("/en/privacy/").content.decode()
    page = StandardPage.objects.get(slug="privacy")
    assert f'<meta name="description" content="{page.lead}">' in html
    assert '<link rel="canonical" href="https://hanse.example.org/en/privacy/">' in html
