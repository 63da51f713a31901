"""The pages of a cluster that takes no part are nowhere, on surfaces too that know nothing of clusters."""

import pytest
from django.test import RequestFactory
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import expand_db_html

from hanse_access.models import PageAttachment
from hanse_access.page_explorer import known_pages
from hanse_access.pages import visible_only, visible_pages
from hanse_access.viewer import Viewer
from hanse_members.actions import issue_terms, reinstate_cluster, suspend_cluster
from hanse_members.models import ClusterPage
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.files import PageAttachmentFactory
from tests.factories.news import NewsPageFactory, news_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def attachment():
    return PageAttachmentFactory()


@pytest.fixture
def piece(photonik, attachment):
    lead = [("image", {"image": attachment, "alt_text": "Glass", "decorative": False, "caption": ""})]
    return NewsPageFactory(cluster=photonik, title="Zqmerger", lead_image=lead)


@pytest.fixture
def pages(photonik, piece):
    """All pages of Photonik in one language: the piece, the list that it stands in, the entry page."""
    return [piece, news_index(photonik), ClusterPage.objects.get(cluster=photonik, locale__language_code="en")]


@pytest.fixture
def suspended(photonik, operator):
    """Called: Photonik takes no part any more."""
    return lambda: suspend_cluster(photonik, by=operator)


@pytest.fixture
def foreign_editor(client, leichtbau):
    person = MembershipFactory(cluster=leichtbau, role=Role.EDITOR).person
    client.force_login(person)
    return Viewer.of(person)


def test_its_files_are_missing(client, attachment, piece, suspended):
    assert client.get(attachment.url).status_code == 200
    suspended()
    assert client.get(attachment.url).status_code == 404
    assert not PageAttachment.objects.visible_to(Viewer.public()).exists()


def test_its_pages_are_no_choice_for_links_of_others(client, foreign_editor, pages, suspended):
    listed = reverse("wagtailadmin_choose_page_child", args=[pages[1].pk])
    searched = reverse("wagtailadmin_choose_page_search") + "?q=Zqmerger"
    several = reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={pages[0].pk}"
    assert "Zqmerger" in client.get(listed).content.decode()
    assert "Zqmerger" in client.get(several).content.decode()
    suspended()
    assert not known_pages(foreign_editor).filter(pk__in=[page.pk for page in pages]).exists()
    for address in (listed, searched, several):
        assert "Zqmerger" not in client.get(address).content.decode()


@pytest.mark.parametrize("named", [True, False], ids=["page", "address"])
def test_redirects_to_its_pages_and_files_lead_nowhere(client, pages, attachment, suspended, named):
    for number, page in enumerate(pages):
        Redirect.add_redirect(f"/old-{number}", redirect_to=page if named else page.get_url(RequestFactory().get("/")))
    Redirect.add_redirect("/old-file", redirect_to=attachment.url)
    addresses = [*(f"/old-{number}/" for number in range(len(pages))), "/old-file/"]
    assert [client.get(address).status_code for address in addresses] == [301] * len(addresses)
    suspended()
    assert [client.get(address).status_code for address in addresses] == [404] * len(addresses)


def test_redirects_to_what_it_has_besides_pages_lead_nowhere(client, photonik, operator, suspended):
    terms = issue_terms(cluster=photonik, texts={"en": "Text."}, by=operator)
    views = [
        reverse("hanse_members:cluster", args=[photonik.slug]),
        reverse("hanse_members:apply", args=[photonik.slug]),
        reverse("hanse_members:theme", args=[photonik.slug]),
        reverse("hanse_members:terms", args=[terms.pk]),
        reverse("hanse_news:cluster_feed", args=["en", photonik.slug]),
    ]
    for number, view in enumerate(views):
        Redirect.add_redirect(f"/old-{number}", redirect_to=view)
    addresses = [f"/old-{number}/" for number in range(len(views))]
    assert [client.get(address).status_code for address in addresses] == [301] * len(views)
    suspended()
    assert [client.get(address).status_code for address in addresses] == [404] * len(views)


def test_links_and_chosen_pages_are_left_out(pages, suspended):
    links = [f'<a linktype="page" id="{page.pk}">x</a>' for page in pages]
    assert all("href" in expand_db_html(link) for link in links)
    suspended()
    assert [expand_db_html(link) for link in links] == ["<a>x</a>"] * len(links)
    assert visible_only(Viewer.public(), pages) == []


def test_sitemap_and_feeds_forget_its_pages_until_it_takes_part_again(client, photonik, operator, pages, suspended):
    surfaces = ["/sitemap.xml", reverse("hanse_news:feed", args=["en"])]

    def told() -> list[bool]:
        return [pages[0].slug in client.get(address).content.decode() for address in surfaces]

    assert told() == [True, True]
    suspended()
    assert told() == [False, False]
    public = Page.objects.live().public()
    assert not public.filter(pk__in=[page.pk for page in pages]).exists()
    reinstate_cluster(photonik, by=operator)
    assert told() == [True, True]


def test_those_who_see_it_without_a_stake_see_none_of_it(pages, suspended, member):
    viewers = [Viewer.public(), Viewer.of(member)]
    everything = {page.pk for page in pages}
    for viewer in viewers:
        assert everything <= set(visible_pages(viewer).values_list("pk", flat=True))
    suspended()
    for viewer in viewers:
        assert not everything & set(visible_pages(viewer).values_list("pk", flat=True))


def test_a_page_closed_in_wagtails_way_stays_closed_while_its_cluster_takes_part(pages):
    PageViewRestriction.objects.create(page=pages[1], restriction_type=PageViewRestriction.LOGIN)
    assert not visible_pages(Viewer.public()).filter(pk=pages[1].pk).exists()
