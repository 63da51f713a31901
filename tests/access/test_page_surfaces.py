"""Nobody learns of a closed page through the administration, redirects, links or the sitemap."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from django.urls import reverse
from wagtail import hooks
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry
from wagtail.rich_text import expand_db_html

from hanse_access.actions import change_audience
from hanse_access.pages import ScopedPageMixin, visible_only
from hanse_access.scopes import EDITORS, PUBLIC
from hanse_access.viewer import Viewer, viewing_as
from tests.access.conftest import SECRET
from tests.factories.files import PageAttachmentFactory
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions, home_page
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def normal(response, id: int) -> tuple:
    """An answer without the number that was asked for."""
    text = response.content.decode().replace(f"/{id}/", "/ID/")
    return response.status_code, response.headers.get("Location", "").replace(f"/{id}/", "/ID/"), text


class TestExplorer:
    @pytest.mark.parametrize(
        "name",
        [
            "wagtailadmin_explore",
            "wagtailadmin_explore_results",
            "wagtailadmin_pages:edit",
            "wagtailadmin_pages:usage",
            "wagtailadmin_pages:history",
            "wagtailadmin_pages:history_results",
            "wagtailadmin_pages:workflow_history",
            "wagtailadmin_pages:add_subpage",
            "wagtailadmin_pages:view_draft",
            "wagtailadmin_pages:delete",
            "wagtailadmin_pages:copy",
            "wagtailadmin_pages:move",
            "wagtailadmin_pages:unpublish",
            "wagtailadmin_pages:set_privacy",
            "wagtailadmin_pages:lock",
            "wagtailadmin_pages:unlock",
            "wagtailadmin_pages:convert_alias",
            "wagtailadmin_pages:preview_on_edit",
            "wagtailadmin_pages:confirm_workflow_cancellation",
            "wagtailadmin_choose_page_child",
        ],
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_hidden_page_is_a_missing_one(self, client, editor, hidden, missing, name, method):
        answers = [getattr(client, method)(reverse(name, args=[pk])) for pk in (hidden.pk, missing)]
        assert normal(answers[0], hidden.pk) == normal(answers[1], missing)
        assert SECRET not in answers[0].content.decode()

    def test_two_numbers_in_one_address(self, client, editor, own, hidden, missing):
        page = PageFactory(parent=own)
        for pair in ([page.pk, "X"], ["X", own.pk]):
            answers = [
                client.get(
                    reverse("wagtailadmin_pages:move_confirm", args=[pk if part == "X" else part for part in pair])
                )
                for pk in (hidden.pk, missing)
            ]
            assert normal(answers[0], hidden.pk) == normal(answers[1], missing)
            assert answers[0].status_code == 404

    def test_comparing_revisions_of_it(self, client, editor, hidden, missing):
        answers = [
            client.get(reverse("wagtailadmin_pages:revisions_compare", args=[pk, "live", "latest"]))
            for pk in (hidden.pk, missing)
        ]
        assert normal(answers[0], hidden.pk) == normal(answers[1], missing)

    def test_ones_own_pages_are_all_there(self, client, editor, own):
        page = ScopedPageFactory(title="Own news", parent=own)
        assert "Own news" in client.get(reverse("wagtailadmin_explore", args=[own.pk])).content.decode()
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
        assert client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).status_code == 200

    def test_listings_and_searches_do_not_name_it(self, client, editor, hidden):
        for url in (
            reverse("wagtailadmin_explore_root"),
            reverse("wagtailadmin_explore", args=[home_page().pk]),
            reverse("wagtailadmin_explore", args=[home_page().pk]) + "?q=Secret&search_all=1",
            reverse("wagtailadmin_pages:search") + "?q=Secret",
            reverse("wagtailadmin_pages:search_results") + "?q=Secret",
            reverse("wagtailadmin_pages:type_use", args=["testapp", "scopedtestpage"]),
            reverse("wagtailadmin_api:pages:listing") + "?for_explorer=1&fields=_,title",
            reverse("wagtailadmin_api:pages:listing") + "?search=Secret",
            reverse("wagtailadmin_home"),
        ):
            assert SECRET not in client.get(url).content.decode(), url

    def test_the_api_tells_no_address_of_a_hidden_page_on_the_way(self, client, hidden):
        author = UserFactory()
        give_page_permissions(author, PageFactory(title="Own annex", parent=hidden))
        client.force_login(author)
        told = client.get(reverse("wagtailadmin_api:pages:detail", args=[hidden.pk]))
        assert told.json()["id"] == hidden.pk
        assert "merger" not in told.content.decode()

    def test_whatever_a_listing_asks_for_it_gets_pages_of_the_person_only(self, rf, editor, own, hidden):
        request = rf.get("/admin/pages/")
        request.user, request.viewer = editor, Viewer.of(editor)
        (listed,) = (
            hook(home_page(), Page.objects.all(), request)
            for hook in hooks.get_hooks("construct_explorer_page_queryset")
            if hook.__module__.startswith("hanse_access")
        )
        numbers = set(listed.values_list("pk", flat=True))
        assert own.pk in numbers
        assert hidden.pk not in numbers

    def test_an_owner_and_a_reviewer_find_their_page(self, client, own):
        from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

        reviewer, author = UserFactory(), UserFactory()
        give_page_permissions(reviewer, own)
        page = ScopedPageFactory(live=False, owner=author)
        page.save_revision(user=author)
        group = Group.objects.create(name="Reviewers")
        reviewer.groups.add(group)
        task = GroupApprovalTask.objects.create(name="Review")
        task.groups.add(group)
        workflow = Workflow.objects.create(name="Four eyes")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
        workflow.start(page, author)
        client.force_login(reviewer)
        assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


class TestReports:
    @pytest.mark.parametrize(
        "name", ["locked_pages", "workflow", "workflow_tasks", "site_history", "aging_pages", "page_types_usage"]
    )
    def test_reports_do_not_name_it(self, client, editor, hidden, name):
        """Not even to whoever locked it while still working on it."""
        PageLogEntry.objects.log_action(instance=hidden, action="wagtail.edit", user=UserFactory())
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        Page.objects.filter(pk=hidden.pk).update(
            locked=True, locked_by=editor, locked_at=long_ago, last_published_at=long_ago
        )
        for url in (f"wagtailadmin_reports:{name}", f"wagtailadmin_reports:{name}_results"):
            assert SECRET not in client.get(reverse(url), follow=True).content.decode()

    def test_the_report_over_all_types_is_for_those_who_explore_all(self, client, editor):
        url = reverse("wagtailadmin_reports:page_types_usage")
        assert client.get(url).status_code != 200
        assert url not in client.get(reverse("wagtailadmin_home")).content.decode()
        everything = UserFactory()
        give_page_permissions(everything, Page.get_first_root_node())
        client.force_login(everything)
        assert client.get(url).status_code == 200
        assert url in client.get(reverse("wagtailadmin_home")).content.decode()

    def test_the_start_page_forgets_pages_that_one_edited_locked_or_submitted_once(self, client, editor, own, hidden):
        from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

        PageLogEntry.objects.log_action(instance=hidden, action="wagtail.edit", user=editor)
        Page.objects.filter(pk=hidden.pk).update(locked=True, locked_by=editor, locked_at=datetime.now(UTC))
        task = GroupApprovalTask.objects.create(name="Review")
        workflow = Workflow.objects.create(name="Four eyes")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
        workflow.start(hidden, editor)
        assert SECRET not in client.get(reverse("wagtailadmin_home")).content.decode()
        page = ScopedPageFactory(title="Own edits", parent=own)
        PageLogEntry.objects.log_action(instance=page, action="wagtail.edit", user=editor)
        assert "Own edits" in client.get(reverse("wagtailadmin_home")).content.decode()


class TestChoosers:
    @pytest.mark.parametrize("more", ["", "?multiple=1", "?user_perms=copy_to", "?page_type=testapp.scopedtestpage"])
    def test_browsing_shows_what_one_may_read_and_nothing_else(self, client, editor, hidden, foreign, more):
        readable = ScopedPageFactory(title="Readable", parent=foreign, scopes=[PUBLIC])
        html = client.get(reverse("wagtailadmin_choose_page_child", args=[foreign.pk]) + more).content.decode()
        assert readable.title in html
        assert SECRET not in html

    def test_searching(self, client, editor, hidden):
        url = reverse("wagtailadmin_choose_page_search")
        assert SECRET not in client.get(url, {"q": "Secret"}).content.decode()
        change_audience(hidden, scopes=[PUBLIC], by=None)
        assert SECRET in client.get(url, {"q": "Secret"}).content.decode()

    def test_several_chosen_ones(self, client, editor, own, hidden):
        answer = client.get(
            reverse("wagtailadmin_choose_page_chosen_multiple"), {"id": [own.pk, hidden.pk], "multiple": 1}
        )
        assert [item["id"] for item in answer.json()["result"]] == [own.pk]

    def test_an_address_typed_as_external_link(self, client, editor, hidden):
        url = reverse("wagtailadmin_choose_page_external_link")
        guess = hidden.get_full_url(RequestFactory().get("/"))
        data = {"external-link-chooser-url": guess, "external-link-chooser-link_text": "x"}
        assert SECRET not in client.post(url, data).content.decode()
        assert "id" not in client.post(url, data).json().get("result", {})

    def test_the_draft_of_a_readable_page_keeps_its_title(self, client, editor, foreign):
        page = ScopedPageFactory(title="As published", parent=foreign, scopes=[PUBLIC])
        page.title = "Not yet told"
        page.save_revision()
        html = client.get(reverse("wagtailadmin_choose_page_child", args=[foreign.pk])).content.decode()
        assert "As published" in html
        assert "Not yet told" not in html


class TestBulkActions:
    @pytest.mark.parametrize("action", ["delete", "move", "publish", "unpublish"])
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_hidden_pages_are_missing_ones(self, client, editor, hidden, missing, action, method):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        answers = [getattr(client, method)(f"{url}?id={pk}") for pk in (hidden.pk, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]

    def test_all_below_a_page_needs_rights_on_that_page(self, client, editor, own, foreign, hidden):
        ScopedPageFactory(title="Own news", parent=own)
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        assert client.get(url, {"id": "all", "childOf": foreign.pk}).status_code == 404
        assert client.get(url, {"id": "all"}).status_code == 404
        html = client.get(url, {"id": "all", "childOf": own.pk}).content.decode()
        assert "Own news" in html
        assert SECRET not in html


class TestReaders:
    def url(self, page) -> str:
        return page.get_url(RequestFactory().get("/"))

    def test_a_hidden_page_is_the_answer_of_a_missing_one(self, client, hidden):
        answers = [client.get(self.url(hidden)), client.get(self.url(hidden).replace("merger", "zerger"))]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len(answers[0].content) == len(answers[1].content)

    @pytest.mark.parametrize("gone", ["route", "hook"])
    def test_either_defence_is_enough(self, client, hidden, monkeypatch, gone):
        if gone == "route":
            monkeypatch.delattr(ScopedPageMixin, "route")
        else:
            from hanse_access import wagtail_hooks

            monkeypatch.setattr(wagtail_hooks, "ScopedPageMixin", type(None))
        assert client.get(self.url(hidden)).status_code == 404

    def test_a_visible_page_below_a_hidden_one_is_there(self, client, hidden):
        below = ScopedPageFactory(parent=hidden, scopes=[PUBLIC])
        assert client.get(self.url(below)).status_code == 200

    def test_those_with_a_stake_read_it(self, client, hidden, insider):
        client.force_login(insider)
        assert client.get(self.url(hidden)).status_code == 200

    def test_it_is_not_in_the_sitemap(self, client, hidden):
        shown = ScopedPageFactory(slug="shown", scopes=[PUBLIC])
        xml = client.get("/sitemap.xml").content.decode()
        assert shown.slug in xml
        assert hidden.slug not in xml

    @pytest.mark.parametrize("link", ["page", "missing"])
    def test_a_link_to_it_looks_like_a_link_to_nowhere(self, hidden, missing, link):
        html = expand_db_html(f'<a linktype="page" id="{hidden.pk if link == "page" else missing}">x</a>')
        assert html == "<a>x</a>"

    def test_a_link_is_printed_for_who_may_follow_it(self, hidden, insider):
        with viewing_as(Viewer.of(insider)):
            assert hidden.slug in expand_db_html(f'<a linktype="page" id="{hidden.pk}">x</a>')

    def test_chosen_pages_are_asked_for_in_one_query(self, hidden, own, django_assert_num_queries):
        viewer = Viewer.public()
        list(viewer.admitted_ids)
        visible_only(viewer, [own])
        with django_assert_num_queries(2):  # wagtail's own view restrictions, and the pages
            assert visible_only(viewer, [hidden, None, own, hidden]) == [own]


class TestRedirects:
    @pytest.fixture
    def moved(self):
        page = ScopedPageFactory(slug="old-name", scopes=[PUBLIC])
        old = page.get_url(RequestFactory().get("/"))
        page.slug = "new-name"
        page.save_revision().publish()
        return page, old

    def test_a_renamed_page_is_found_under_its_old_address(self, client, moved):
        page, old = moved
        if not Redirect.objects.exists():
            Redirect.add_redirect(old, redirect_to=page)
        assert "new-name" in client.get(old)["Location"]

    @pytest.mark.parametrize("query", ["", "?utm=1"])
    def test_a_hidden_one_is_not(self, client, moved, query):
        page, old = moved
        if not Redirect.objects.exists():
            Redirect.add_redirect(old, redirect_to=page)
        change_audience(page, scopes=[EDITORS], by=None)
        answers = [client.get(old + query), client.get(old.replace("old-name", "xld-name") + query)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert len(answers[0].content) == len(answers[1].content)

    @pytest.fixture
    def section(self, foreign):
        """A page that is moved between hidden and visible, and the address it has."""
        page = ScopedPageFactory(title=SECRET, slug="merger", parent=foreign, scopes=[PUBLIC])
        return page, page.get_url(RequestFactory().get("/"))

    @pytest.mark.parametrize(
        "form",
        [
            "http://localhost{path}",
            "http://localhost:8000{path}?a=b#c",
            "http://testserver{path}",
            "http://testserver{bare}",
            "{path}",
            "//localhost{path}",
            "{quoted}",
            "{no_language}",
        ],
    )
    @pytest.mark.parametrize("permanent", [True, False])
    def test_an_address_typed_as_target_is_followed_by_those_who_see_the_page(self, client, section, form, permanent):
        page, path = section
        quoted, no_language = path.replace("merger", "m%65rger"), path.removeprefix("/en")
        link = form.format(path=path, bare=path.rstrip("/"), quoted=quoted, no_language=no_language)
        Redirect.add_redirect("/old", redirect_to=link, is_permanent=permanent)
        answer = client.get("/old/")
        assert (answer.status_code, answer["Location"]) == (301 if permanent else 302, link)
        change_audience(page, scopes=[EDITORS], by=None)
        answers = [client.get("/old/"), client.get("/odd/")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content.replace(b"old", b"odd") == answers[1].content.replace(b"old", b"odd")
        assert answers[0].headers.keys() == answers[1].headers.keys()

    def test_a_typed_address_of_a_missing_page_is_the_same(self, client, section):
        Redirect.add_redirect("/old", redirect_to=section[1].replace("merger", "zerger"))
        assert client.get("/old/").status_code == 404

    @pytest.mark.parametrize("last", ["page", "address"])
    def test_a_redirect_to_a_redirect_leads_where_that_one_leads(self, client, section, last):
        page, path = section
        Redirect.add_redirect("/older", redirect_to="/en/old/")
        Redirect.add_redirect("/en/old", redirect_to=page if last == "page" else path)
        assert client.get("/older/").status_code == 301
        change_audience(page, scopes=[EDITORS], by=None)
        assert client.get("/older/").status_code == 404

    @pytest.mark.parametrize(
        "form", ["{url}", "{bare}", "http://localhost:8000{url}", "//testserver{url}", "{variant}"]
    )
    def test_an_address_of_a_private_file_is_followed_by_those_who_may_have_it(self, client, settings, form):
        settings.HANSE_UPLOAD_IMAGE_WIDTHS = (10,)
        file = PageAttachmentFactory()
        link = form.format(url=file.url, bare=file.url.rstrip("/"), variant=file.sources[0][0])
        Redirect.add_redirect("/old", redirect_to=link)
        answers = [client.get("/old/"), client.get("/odd/")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content.replace(b"old", b"odd") == answers[1].content.replace(b"old", b"odd")
        client.force_login(file.uploaded_by)
        assert client.get("/old/")["Location"] == link

    @pytest.mark.parametrize("missing", ["/files/page/{uuid}/7/", "/files/nothing/{uuid}/", "/files/page/{other}/"])
    def test_an_address_of_a_file_that_is_not_there_leads_nowhere(self, client, missing):
        file = PageAttachmentFactory()
        client.force_login(file.uploaded_by)
        Redirect.add_redirect("/old", redirect_to=missing.format(uuid=file.uuid, other=uuid4()))
        assert client.get("/old/").status_code == 404

    def test_redirects_in_a_circle_lead_nowhere(self, client):
        Redirect.add_redirect("/en/one", redirect_to="/en/two/")
        Redirect.add_redirect("/en/two", redirect_to="/en/one/")
        assert client.get("/en/one/").status_code == 404

    @pytest.mark.parametrize("link", ["https://elsewhere.example.org/en/foreign/merger/", "/news/", "/sitemap.xml"])
    def test_what_is_no_page_here_is_followed(self, client, section, link):
        Redirect.add_redirect("/old", redirect_to=link)
        assert client.get("/old/")["Location"] == link


def test_a_link_in_the_editor_tells_no_address_of_a_hidden_page(client, editor, own, hidden):
    page = ScopedPageFactory(parent=own, intro=f'<p><a linktype="page" id="{hidden.pk}">x</a></p>')
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "/merger/" not in html
    assert SECRET not in html
    assert json.dumps(hidden.pk) in html
