"""Whatever takes something out of sight: the very next search is right, in results, numbers, facets and snippets."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_groups import actions as rooms
from hanse_groups.models import Message, Room
from hanse_members.models import Cluster, ClusterContentPage, Membership, Profile, TopicLabel
from hanse_news.models import NewsPage
from hanse_search.documents import write_all_changes
from hanse_search.models import SearchChange, SearchDocument
from tests.factories.clusters import MembershipFactory, content_page, entry_page
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.room_files import bring
from tests.factories.rooms import make_room, owner_of, say
from tests.factories.topics import make_topic

from .asking import counted, found, kinds, results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_backend")]


def nothing(person, text: str) -> bool:
    """As for a word that occurs nowhere."""
    told = counted(person, text)
    return results(person, text) == [] and told == counted(person, "xyzzyplugh")


@pytest.fixture
def expert(photonik):
    person = UserFactory(first_name="Jana", last_name="Petersen")
    MembershipFactory(cluster=photonik, person=person)
    fill(ProfileFactory(person=person), "competences", text="Laser cladding")
    return person


def test_a_membership_ends(photonik, stranger, manager):
    membership = MembershipFactory(cluster=photonik, person=stranger)
    NewsPageFactory(cluster=photonik, title="Gyrotron", scopes=[Scope("cluster", photonik.pk)])
    assert found(stranger, "gyrotron") == ["Gyrotron"]
    Membership.objects.filter(pk=membership.pk).update(state="left")
    assert nothing(stranger, "gyrotron")


def test_an_item_is_moved_to_another_level(photonik, leichtbau, member, stranger):
    page = NewsPageFactory(cluster=photonik, title="Gyrotron", scopes=[PUBLIC])
    assert found(None, "gyrotron") == found(stranger, "gyrotron") == ["Gyrotron"]
    change_audience(page, scopes=[Scope("cluster", photonik.pk)], by=None)
    assert nothing(None, "gyrotron")
    assert nothing(stranger, "gyrotron")
    assert found(member, "gyrotron") == ["Gyrotron"]
    change_audience(page, scopes=[EDITORS], by=None)
    assert nothing(member, "gyrotron")


def test_a_secret_is_edited_away(photonik, member):
    page = NewsPageFactory(cluster=photonik, title="News", teaser="We buy Acme next week")
    assert found(member, "acme") == ["News"]
    page.teaser = "We stay as we are"
    page.save_revision().publish()
    assert nothing(member, "acme")
    assert found(member, "stay") == ["News"]


def test_a_message_is_edited_and_deleted(photonik, member):
    room = make_room(photonik, members=[member])
    message = say(room, member, "The password is swordfish")
    assert kinds(member, "swordfish") == ["message"]
    rooms.edit_message(message, by=member, body="The password is secret")
    assert nothing(member, "swordfish")
    rooms.delete_message(Message.objects.get(pk=message.pk), by=member)
    assert nothing(member, "password")


def test_a_field_is_withdrawn(photonik, expert, member):
    assert found(member, "cladding") == ["Jana Petersen"]
    field = expert.profile.fields.get(name="competences")
    field.follows = False
    field.save()
    change_audience(field, scopes=[EDITORS], by=None)
    assert nothing(member, "cladding")
    assert found(member, "petersen") == ["Jana Petersen"]


def test_a_profile_is_narrowed_and_its_fields_with_it(photonik, expert, member, stranger):
    assert found(stranger, "cladding") == ["Jana Petersen"]
    change_audience(expert.profile, scopes=[Scope("cluster", photonik.pk)], by=None)
    assert nothing(stranger, "cladding")
    assert nothing(stranger, "petersen")
    assert found(member, "cladding petersen") == ["Jana Petersen"]


def test_a_person_is_renamed(expert, member):
    expert.last_name = "Sommer"
    expert.save()
    assert nothing(member, "petersen")
    assert found(member, "sommer") == ["Jana Sommer"]


@pytest.mark.parametrize("end", ["deactivated", "deleted", "suspended", "withheld"])
def test_a_person_goes(expert, member, end):
    assert found(member, "cladding") == ["Jana Petersen"]
    if end == "deleted":
        Profile.objects.filter(person=expert).delete()
        expert.memberships.all().delete()
        expert.delete()
    elif end == "deactivated":
        type(expert).objects.filter(pk=expert.pk).update(is_active=False)
    elif end == "suspended":
        expert.memberships.update(state="suspended")
    else:
        Profile.objects.filter(person=expert).update(withheld=True)
    assert nothing(member, "cladding")
    assert nothing(member, "petersen")


def test_a_room_is_archived_left_and_deleted(photonik, member, other):
    room = make_room(photonik, members=[member, other], name="Lidar")
    say(room, member, "Gyrotron")
    bring(room, member, "gyrotron.txt")
    rooms.archive_room(room, by=owner_of(room))
    assert sorted(kinds(member, "gyrotron")) == ["file", "message"], "an archived room can be read"
    assert counted(member, "lidar").facets["state"] == {"archived": 1}
    rooms.leave(room, by=other)
    assert nothing(other, "gyrotron")
    Room.objects.filter(pk=room.pk).update(state="deleted")
    assert nothing(member, "gyrotron")
    assert nothing(member, "lidar")


def test_a_file_goes_to_the_bin_and_comes_back(photonik, member):
    room = make_room(photonik, members=[member])
    version = bring(room, member, "gyrotron.txt")
    assert kinds(member, "gyrotron") == ["file"]
    rooms.bin_file(version.room_file, by=member)
    assert nothing(member, "gyrotron")
    version.room_file.refresh_from_db()
    rooms.restore_file(version.room_file, by=member)
    assert kinds(member, "gyrotron") == ["file"]


def test_a_cluster_is_suspended(photonik, member, stranger, expert):
    NewsPageFactory(cluster=photonik, title="Gyrotron", scopes=[PUBLIC])
    OrganisationFactory(name="Gyrotron Ltd", clusters=[photonik])
    assert len(found(stranger, "gyrotron")) == 2
    Cluster.objects.filter(pk=photonik.pk).update(state="suspended")
    assert nothing(stranger, "gyrotron")
    assert nothing(stranger, "photonik")
    assert nothing(stranger, "cladding")


def test_news_are_taken_offline_expire_and_are_deleted(photonik, member):
    page = NewsPageFactory(cluster=photonik, title="Gyrotron")
    UnpublishPageAction(page).execute(skip_permission_checks=True)
    assert nothing(member, "gyrotron")
    page.refresh_from_db()
    page.save_revision().publish()
    assert found(member, "gyrotron") == ["Gyrotron"]
    NewsPage.objects.get(pk=page.pk).delete()
    assert nothing(member, "gyrotron")


def test_news_are_over_at_their_time_whether_or_not_anything_runs(photonik, member, time_machine):
    page = NewsPageFactory(cluster=photonik, title="Gyrotron")
    NewsPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() + timedelta(hours=1))
    assert found(member, "gyrotron") == ["Gyrotron"]
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert nothing(member, "gyrotron")


def test_a_page_of_a_cluster_changes_goes_offline_and_is_deleted(photonik, member):
    page = content_page(photonik, title="Gyrotron", lead="We buy Acme")
    assert found(member, "acme") == ["Gyrotron"]
    page.lead = "We stay as we are"
    page.save_revision().publish()
    assert nothing(None, "acme")
    UnpublishPageAction(page).execute(skip_permission_checks=True)
    assert nothing(member, "gyrotron")
    page.refresh_from_db()
    page.save_revision().publish()
    assert found(None, "gyrotron") == ["Gyrotron"]
    ClusterContentPage.objects.get(pk=page.pk).delete()
    assert nothing(member, "gyrotron")


def test_a_page_of_a_cluster_is_over_at_its_time_and_with_the_cluster(photonik, member, time_machine):
    page = content_page(photonik, title="Gyrotron")
    Cluster.objects.filter(pk=photonik.pk).update(state="suspended")
    assert nothing(None, "gyrotron")
    Cluster.objects.filter(pk=photonik.pk).update(state="active")
    assert found(None, "gyrotron") == ["Gyrotron"]
    ClusterContentPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() + timedelta(hours=1))
    assert found(None, "gyrotron") == ["Gyrotron"]
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert nothing(None, "gyrotron")


def test_a_page_that_is_moved_is_counted_for_the_other_cluster(photonik, leichtbau):
    page = content_page(photonik, title="Gyrotron")
    assert counted(None, "gyrotron").facets["cluster"] == {str(photonik.pk): 1}
    page.move(entry_page(leichtbau), pos="last-child")
    assert counted(None, "gyrotron").facets["cluster"] == {str(leichtbau.pk): 1}


def test_a_topic_gets_another_name(photonik, expert, member):
    above = make_topic("Photonics")
    topic = make_topic("Lidar", above)
    expert.profile.fields.get(name="competences").topics.add(topic)
    assert found(member, "lidar") == found(member, "photonics kind:person") == ["Jana Petersen"]
    TopicLabel.objects.filter(topic=above).update(text="Optics")
    assert found(member, "optics") == ["Jana Petersen"]
    assert found(member, "photonics kind:person") == []


def test_what_changes_without_any_python_is_found_too(photonik, member):
    """A statement of the database's administrator, say."""
    room = make_room(photonik, members=[member], name="Lidar")
    assert found(member, "lidar") == ["Lidar"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hanse_groups_room SET name = 'Sonar' WHERE id = %s", [room.pk])
    assert nothing(member, "lidar")
    assert found(member, "sonar") == ["Sonar"]


def test_changes_that_nobody_has_written_yet_are_left_out(photonik, member, monkeypatch):
    """The worker is stopped, and there is too much for a search to write."""
    page = NewsPageFactory(cluster=photonik, title="Gyrotron", teaser="We buy Acme")
    write_all_changes()
    monkeypatch.setattr("hanse_search.searching.bring_up_to_date", lambda: None)
    NewsPage.objects.filter(pk=page.pk).update(teaser="We stay")
    assert nothing(member, "acme")
    assert nothing(member, "gyrotron")
    change_audience(page, scopes=[EDITORS], by=None)
    assert nothing(member, "acme")


def test_a_hit_that_the_rule_does_not_give_is_dropped_and_the_page_stays_full(photonik, member):
    for number in range(12):
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}")
    write_all_changes()
    hidden = NewsPage.objects.filter(title__in=["Gyrotron 10", "Gyrotron 11"])
    digests = dict(SearchDocument.objects.values_list("pk", "digest"))
    for page in hidden:
        change_audience(page, scopes=[EDITORS], by=None)
    # an index that lags behind, as a separate one may
    SearchChange.objects.all().delete()
    assert digests == dict(SearchDocument.objects.values_list("pk", "digest"))
    shown = found(member, "gyrotron", size=10)
    assert len(shown) == 10
    assert not {"Gyrotron 10", "Gyrotron 11"} & set(shown)


def test_what_changed_last_is_found_although_much_else_waits(photonik, member, monkeypatch):
    monkeypatch.setattr("hanse_search.searching.MOST_AT_ONCE", 3)
    for number in range(12):
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number:02}")
    assert found(member, "gyrotron", sort="newest") == ["Gyrotron 11", "Gyrotron 10", "Gyrotron 09"]
    assert counted(member, "gyrotron").total == 6, "a search more, and three more are written"
    write_all_changes()
    assert len(found(member, "gyrotron")) == 12
