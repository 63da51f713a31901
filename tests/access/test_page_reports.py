"""Reports, filters and trails of titles in the administration tell of own pages only: no foreign title or name."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Workflow, WorkflowTask
from zeal import zeal_ignore

from hanse_access.scopes import PUBLIC
from tests.access.conftest import SECRET
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions, home_page
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STRANGER = "Strangersen"
REPORTS = ("locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages")


def start_workflow(page, by, name: str) -> None:
    task = GroupApprovalTask.objects.create(name=f"{name} step")
    task.groups.add(Group.objects.create(name=f"{name} reviewers"))
    workflow = Workflow.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    page.save_revision(user=by)
    workflow.start(page, by)


def work_on(page, person, name: str) -> None:
    """Everything that leaves the person's name beside a page."""
    start_workflow(page, person, name)
    Page.objects.filter(pk=page.pk).update(owner=person, locked=True, locked_by=person, last_published_at=LONG_AGO)
    for action in ("wagtail.edit", "wagtail.publish"):
        PageLogEntry.objects.log_action(instance=page, action=action, user=person)


@pytest.fixture
def stranger(hidden):
    """Works on a hidden page, and on the home page that everybody reads."""
    person = UserFactory(first_name="Zora", last_name=STRANGER, email=f"zora.{STRANGER.lower()}@example.org")
    work_on(hidden, person, "Unheard-of review")
    work_on(home_page(), person, "Review from above")
    return person


@pytest.fixture
def colleague(own):
    """Works on a page of the editor's own section."""
    person = UserFactory(first_name="Karl", last_name="Kollegsen", email="karl.kollegsen@example.org")
    work_on(ScopedPageFactory(title="Own news", parent=own), person, "Own review")
    return person


def urls_with_names(own) -> list[str]:
    reports = [f"wagtailadmin_reports:{name}{end}" for name in REPORTS for end in ("", "_results")]
    explored = [reverse("wagtailadmin_explore", args=[page.pk]) for page in (own, home_page())]
    return [
        *map(reverse, reports),
        *explored,
        reverse("wagtailadmin_explore_root"),
        reverse("wagtailadmin_pages:type_use", args=["testapp", "scopedtestpage"]),
        reverse("wagtailadmin_pages:history", args=[own.pk]),
        reverse("wagtailadmin_home"),
    ]


def test_nobody_who_works_on_foreign_pages_is_named(client, editor, own, stranger, colleague):
    for url in urls_with_names(own):
        response = client.get(url)
        html = response.content.decode()
        assert response.status_code == 200, url
        assert STRANGER.lower() not in html.lower(), url
        assert "Unheard-of" not in html, url
        assert "Review from above" not in html, url
        assert SECRET not in html, url


@pytest.mark.parametrize("name", REPORTS)
def test_those_who_work_on_own_pages_are_named(client, editor, own, colleague, name):
    html = client.get(reverse(f"wagtailadmin_reports:{name}")).content.decode()
    assert "Own news" in html
    if name != "aging_pages":
        assert "kollegsen" in html.lower() or "Own review" in html


@pytest.mark.parametrize("name", ["owner", "edited_by"])
def test_the_explorer_can_be_narrowed_to_a_colleague(client, editor, own, stranger, colleague, name):
    url = reverse("wagtailadmin_explore", args=[own.pk])
    assert "Own news" in client.get(url, {name: colleague.pk}).content.decode()
    missing = stranger.pk + 1000
    answers = [client.get(url, {name: pk}).content.decode() for pk in (stranger.pk, missing)]
    assert ["Own news" in answer for answer in answers] == [True, True]
    assert all("not one of the available choices" in answer for answer in answers)


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exports_hold_no_more_than_the_pages(client, editor, stranger, colleague, name, format):
    from io import BytesIO
    from zipfile import ZipFile

    response = client.get(reverse(f"wagtailadmin_reports:{name}"), {"export": format})
    content = response.getvalue()
    if format == "xlsx":
        with ZipFile(BytesIO(content)) as archive:
            content = b"".join(archive.read(entry) for entry in archive.namelist())
    text = content.decode(errors="replace").lower()
    assert response.status_code == 200
    assert STRANGER.lower() not in text
    assert SECRET.lower() not in text


def test_an_operator_finds_all_of_them(client, stranger, colleague):
    everything = UserFactory()
    give_page_permissions(everything, Page.get_first_root_node(), "add", "change", "publish", "lock", "unlock")
    client.force_login(everything)
    for name in ("locked_pages", "workflow", "site_history"):
        with zeal_ignore():  # Wagtail asks for the latest revision of each page that is in a workflow
            html = client.get(reverse(f"wagtailadmin_reports:{name}")).content.decode().lower()
        assert STRANGER.lower() in html, name
        assert "kollegsen" in html, name


class TestTheWayToOnesOwnPages:
    """Above one's own pages there may be hidden ones, and drafts of visible ones."""

    @pytest.fixture
    def above(self):
        page = ScopedPageFactory(title=SECRET, slug="section")
        page.save_revision()
        return page

    @pytest.fixture
    def below(self, above, editor):
        page = PageFactory(title="Own corner", slug="corner", parent=above)
        give_page_permissions(editor, page)
        return page

    @pytest.mark.parametrize(
        ("name", "of"),
        [
            ("wagtailadmin_explore", "below"),
            ("wagtailadmin_explore", "above"),
            ("wagtailadmin_explore", "home"),
            ("wagtailadmin_pages:edit", "below"),
            ("wagtailadmin_pages:history", "below"),
            ("wagtailadmin_pages:add_subpage", "below"),
            ("wagtailadmin_pages:usage", "below"),
            ("wagtailadmin_choose_page_child", "above"),
            ("wagtailadmin_choose_page_child", "below"),
            ("wagtailadmin_api:pages:detail", "below"),
            ("wagtailadmin_api:pages:detail", "above"),
        ],
    )
    def test_a_hidden_page_on_it_has_a_number_and_no_title(self, client, above, below, name, of):
        page = {"below": below, "above": above, "home": home_page()}[of]
        response = client.get(reverse(name, args=[page.pk]))
        assert response.status_code == 200
        assert SECRET not in response.content.decode()

    def test_it_can_be_walked(self, client, above, below):
        html = client.get(reverse("wagtailadmin_explore", args=[above.pk])).content.decode()
        assert "Own corner" in html
        assert f"page {above.pk}" in html.lower()

    def test_a_draft_of_a_visible_page_on_it_is_not_told(self, client, editor, own):
        home = home_page()
        home.title = "Not yet told"
        home.save_revision()
        section = ScopedPageFactory(title="As published", slug="open", scopes=[PUBLIC])
        section.title = "Not yet told either"
        section.save_revision()
        corner = PageFactory(title="Own corner", slug="corner", parent=section)
        give_page_permissions(editor, corner)
        for page in (corner, section, home):
            html = client.get(reverse("wagtailadmin_explore", args=[page.pk])).content.decode()
            assert "Not yet told" not in html
        assert "As published" in client.get(reverse("wagtailadmin_explore", args=[corner.pk])).content.decode()

    @pytest.mark.parametrize(
        "name", ["history", "edit", "usage", "workflow_history", "add_subpage", "copy", "delete", "lock"]
    )
    def test_nothing_but_the_way_is_there(self, client, above, below, missing, name):
        for page in (above, home_page()):
            answers = [client.get(reverse(f"wagtailadmin_pages:{name}", args=[pk])) for pk in (page.pk, missing)]
            assert [answer.status_code for answer in answers] == [404, 404]

    def test_no_link_leads_to_its_history(self, client, above, below):
        shown = {}
        for page in (below, above, home_page()):
            html = client.get(reverse("wagtailadmin_explore", args=[page.pk])).content.decode()
            shown[page] = reverse("wagtailadmin_pages:history", args=[page.pk]) in html
        assert list(shown.values()) == [True, False, False]

    def test_its_history_is_not_in_the_history_of_the_site(self, client, above, below):
        PageLogEntry.objects.log_action(instance=above, action="wagtail.edit", user=UserFactory())
        PageLogEntry.objects.log_action(instance=below, action="wagtail.edit", user=UserFactory())
        html = client.get(reverse("wagtailadmin_reports:site_history")).content.decode()
        assert "Own corner" in html
        assert SECRET not in html


def test_the_start_page_counts_own_pages_alone(client, editor, own, hidden):
    def count() -> int:
        html = client.get(reverse("wagtailadmin_home")).content.decode()
        return int(re.search(r"(\d+) Pages? <span", html)[1])

    before = count()
    ScopedPageFactory(parent=hidden.get_parent(), scopes=hidden.present_scopes())
    assert count() == before
    ScopedPageFactory(parent=own)
    assert count() == before + 1


def test_the_start_page_counts_images_and_documents_of_own_collections_alone(client, own):
    from django.contrib.auth.models import Permission
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model
    from wagtail.models import Collection, GroupCollectionPermission

    root = Collection.get_first_root_node()
    mine, foreign = root.add_child(name="Mine"), root.add_child(name="Foreign")
    user = UserFactory()
    group = give_page_permissions(user, own)
    client.force_login(user)
    assert "Document" not in client.get(reverse("wagtailadmin_home")).content.decode()
    permission = Permission.objects.get(codename="change_document")
    GroupCollectionPermission.objects.create(group=group, collection=mine, permission=permission)
    for number, collection in enumerate((mine, foreign, foreign)):
        get_document_model().objects.create(
            title=f"Paper {number}", file=ContentFile(b"x", name="x.txt"), collection=collection, uploaded_by_user=None
        )
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert re.search(r"\b1\s+Document\b", html)
