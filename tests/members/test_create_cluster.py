import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page

from hanse_access.models import AuditEvent
from hanse_members.actions import (
    NotPermitted,
    NotPossible,
    close_cluster,
    create_cluster,
    reinstate_cluster,
    suspend_cluster,
    update_cluster,
)
from hanse_members.colours import readable_on_dark
from hanse_members.models import Cluster, ClusterIndexPage, ClusterPage
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_a_new_cluster_has_an_entry_page_in_every_language(bilingual_home, operator):
    cluster = create_cluster(name="Photonik Nord", slug="photonik-nord", by=operator)
    pages = ClusterPage.objects.filter(cluster=cluster)
    assert sorted(page.locale.language_code for page in pages) == ["de", "en"]
    assert len({page.translation_key for page in pages}) == 1
    assert all(page.live and page.slug == "photonik-nord" and page.latest_revision for page in pages)
    assert AuditEvent.objects.filter(verb="cluster.created", scope_kind="cluster", scope_id=cluster.pk).exists()


def test_the_directory_is_made_once(photonik, leichtbau):
    assert sorted(page.locale.language_code for page in ClusterIndexPage.objects.all()) == ["de", "en"]
    assert len({page.translation_key for page in ClusterIndexPage.objects.all()}) == 1


def test_the_groups_open_the_own_pages_and_collection_and_nothing_else(photonik, leichtbau):
    for group in (photonik.editors_group, photonik.managers_group):
        opened = GroupPagePermission.objects.filter(group=group)
        assert {permission.page.specific.cluster for permission in opened} == {photonik}
        assert {permission.page.locale.language_code for permission in opened} == {"en", "de"}
        collections = GroupCollectionPermission.objects.filter(group=group)
        assert {permission.collection for permission in collections} == {photonik.collection}
        assert {permission.permission.content_type.model for permission in collections} == {"pageattachment"}
        assert {permission.codename for permission in group.permissions.all()} == {"access_admin", "submit_translation"}


def test_nothing_is_left_of_a_cluster_that_could_not_be_made(photonik):
    before = (Cluster.objects.count(), Page.objects.count())
    with pytest.raises(ValidationError) as refusal:
        create_cluster(name="Another", slug="photonik-nord", by=None)
    assert "slug" in refusal.value.message_dict
    assert (Cluster.objects.count(), Page.objects.count()) == before


def test_only_operators_found_clusters(manager):
    with pytest.raises(NotPermitted):
        create_cluster(name="Mine", slug="mine", by=manager)


def test_a_cluster_is_never_deleted_and_never_renamed_in_its_address(photonik):
    with pytest.raises(ProtectedError):
        photonik.delete()
    with pytest.raises(ProtectedError):
        Cluster.objects.filter(pk=photonik.pk).delete()
    cluster = Cluster.objects.get(pk=photonik.pk)
    cluster.slug = "another"
    with pytest.raises(ValidationError):
        cluster.full_clean()
    with pytest.raises(ValueError, match="never changes"):
        cluster.save()


def test_the_address_of_a_closed_cluster_cannot_be_used_again(operator):
    cluster = ClusterFactory(slug="gone")
    close_cluster(cluster, by=operator)
    with pytest.raises(ValidationError):
        create_cluster(name="New", slug="gone", by=operator)
    with pytest.raises(NotPossible):
        reinstate_cluster(cluster, by=operator)


@pytest.mark.parametrize("action", [suspend_cluster, close_cluster])
def test_only_operators_end_a_cluster(action, photonik, manager):
    with pytest.raises(NotPermitted):
        action(photonik, by=manager)


def test_a_suspended_cluster_takes_its_groups_away_and_gives_them_back(photonik, manager, operator):
    suspend_cluster(photonik, by=operator)
    assert not manager.groups.exists()
    reinstate_cluster(photonik, by=operator)
    assert manager.groups.get() == photonik.managers_group


def test_a_manager_changes_settings_of_the_own_cluster_only(photonik, manager):
    changed = update_cluster(photonik, by=manager, short_name="Photonik", accepts_shared_items=True)
    assert changed.accepts_shared_items
    event = AuditEvent.objects.get(verb="cluster.settings_changed")
    assert event.data == {"fields": ["accepts_shared_items", "short_name"]}
    with pytest.raises(NotPermitted):
        update_cluster(ClusterFactory(), by=manager, short_name="X")
    with pytest.raises(TypeError):
        update_cluster(photonik, by=manager, state="closed")


def test_a_tone_for_dark_mode_follows_the_accent_unless_somebody_chose_it(photonik, manager):
    followed = update_cluster(photonik, by=manager, accent="#1b5a75", accent_dark=photonik.accent_dark)
    assert followed.accent_dark == readable_on_dark("#1b5a75")
    update_cluster(photonik, by=manager, accent_dark="#ffffff")
    assert update_cluster(photonik, by=manager, accent="#2e6b3f").accent_dark == "#ffffff"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR])
def test_members_and_editors_change_no_settings(role):
    membership = MembershipFactory(role=role)
    with pytest.raises(NotPermitted):
        update_cluster(membership.cluster, by=membership.person, short_name="X")
