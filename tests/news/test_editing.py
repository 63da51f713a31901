"""The editor's form: a piece in a few fields, with the choice of who sees it."""

import pytest
from django.urls import reverse
from wagtail.permissions import policy_registry
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from hanse_access.models import AudienceProposal, AuditEvent, PageAttachment
from hanse_access.readings import allows
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_news.models import NewsPage
from tests.factories.files import PageAttachmentFactory
from tests.factories.news import NewsPageFactory, news_index

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def add_url(cluster):
    return reverse("wagtailadmin_pages:add", args=["hanse_news", "newspage", news_index(cluster).pk])


def data(clusters=(), **changes):
    fields = nested_form_data(
        {
            "title": "A new laser",
            "teaser": "It is small.",
            "date": "2026-11-20",
            "body": streamfield([("paragraph", rich_text("<p>Words</p>"))]),
            "lead_image": streamfield([]),
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 0},
            **changes,
        }
    )
    return fields | {"audience-cluster": list(clusters)}


def scopes_of(page):
    return page.page_audience.audience.scope_set


def test_the_form_begins_with_the_own_cluster(client, photonik, editor):
    client.force_login(editor)
    form = client.get(add_url(photonik)).context["form"]
    assert set(form.fields["audience"].initial) == {Scope("cluster", photonik.pk)}
    assert "slug" not in form.fields


def test_an_editor_publishes_for_the_public_in_one_step(client, photonik, editor):
    client.force_login(editor)
    response = client.post(add_url(photonik), data(audience="public", **{"action-publish": "1"}))
    assert response.status_code == 302
    page = NewsPage.objects.get()
    assert (page.live, page.cluster, page.owner) == (True, photonik, editor)
    assert scopes_of(page) == {PUBLIC}
    assert AuditEvent.objects.filter(verb="audience.changed", scope_id=photonik.pk).exists()
    assert client.get(page.url).status_code == 200


def test_chosen_clusters_are_in_force_or_asked(client, photonik, leichtbau, editor):
    client.force_login(editor)
    clusters = [photonik.pk, leichtbau.pk]
    client.post(add_url(photonik), data(clusters, audience="cluster", **{"action-publish": "1"}))
    page = NewsPage.objects.get()
    assert scopes_of(page) == {Scope("cluster", photonik.pk)}
    assert AudienceProposal.objects.waiting().get().scope_id == leichtbau.pk


def test_an_edit_keeps_the_audience_or_changes_it_at_once_for_a_draft_too(client, photonik, editor):
    page = NewsPageFactory(cluster=photonik)
    page.save_revision().publish()
    client.force_login(editor)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    client.post(edit, data(audience="public", title="Edited"))
    assert scopes_of(NewsPage.objects.get()) == {PUBLIC}
    client.post(edit, data(audience="editors", title="Edited again"))
    page = NewsPage.objects.get()
    assert scopes_of(page) == {EDITORS}
    assert not allows(Viewer.public(), page)


def test_what_is_saved_by_itself_never_changes_who_sees_a_piece(client, photonik, editor):
    page = NewsPageFactory(cluster=photonik)
    page.save_revision().publish()
    client.force_login(editor)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    json = {"accept": "application/json"}
    assert client.post(edit, data(audience="public", title="Typing"), headers=json).status_code == 200
    assert client.post(edit, data(audience="platform"), headers=json).status_code == 200
    assert scopes_of(NewsPage.objects.get()) == {PUBLIC}


def test_a_preview_does_not_change_who_sees_a_piece(client, photonik, editor):
    page = NewsPageFactory(cluster=photonik)
    page.save_revision().publish()
    client.force_login(editor)
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert client.post(preview, data(audience="editors", title="Preview")).json()["is_valid"]
    assert client.get(preview).status_code == 200
    assert scopes_of(NewsPage.objects.get()) == {PUBLIC}


def test_a_new_piece_is_previewed_before_it_is_saved(client, photonik, editor):
    client.force_login(editor)
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["hanse_news", "newspage", news_index(photonik).pk])
    assert client.post(preview, data(audience="public", title="Not yet")).json()["is_valid"]
    response = client.get(preview)
    assert response.status_code == 200
    assert "Not yet" in response.content.decode()
    assert not NewsPage.objects.exists()


def test_errors_stand_at_the_fields(client, photonik, leichtbau, editor):
    client.force_login(editor)
    response = client.post(add_url(photonik), data(audience="cluster", title="", teaser="", **{"action-publish": "1"}))
    assert response.status_code == 400
    assert {"title", "teaser", "audience"} <= set(response.context["form"].errors)
    forged = data([999999], audience="cluster", **{"action-publish": "1"})
    assert "audience" in client.post(add_url(photonik), forged).context["form"].errors
    assert not NewsPage.objects.exists()


def test_an_editor_writes_nothing_for_another_cluster(client, leichtbau, editor):
    client.force_login(editor)
    assert client.post(add_url(leichtbau), data(audience="public")).status_code in {302, 404}
    assert not NewsPage.objects.exists()


def test_an_editor_puts_private_files_into_the_own_collection_and_sees_no_other(client, photonik, leichtbau, editor):
    policy = policy_registry.get_by_type(PageAttachment)
    own = PageAttachmentFactory(collection=photonik.collection)
    foreign = PageAttachmentFactory(collection=leichtbau.collection)
    assert policy.user_has_permission(editor, "add")
    assert policy.user_has_permission_for_instance(editor, "change", own)
    assert not policy.user_has_any_permission_for_instance(editor, ["view", "choose", "change", "delete"], foreign)


def test_the_management_reviews_what_an_editor_submits(photonik, leichtbau, editor, manager):
    page = NewsPageFactory(cluster=photonik, scopes=[EDITORS], live=False)
    page.save_revision(user=editor)
    workflow = page.get_workflow()
    assert workflow == NewsPageFactory(cluster=photonik, language="de").get_workflow()
    assert workflow != NewsPageFactory(cluster=leichtbau).get_workflow()
    state = workflow.start(page, editor)
    task = state.current_task_state.task.specific
    assert task.user_can_access_editor(page, manager)
    assert not task.user_can_access_editor(page, editor)
    state.current_task_state.approve(user=manager)
    page.refresh_from_db()
    assert page.live
