"""Following topics: the button, the page of all, and what followers are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_activity import follows
from hanse_activity.models import Follow, Notification
from hanse_base.personal_data import personal_data
from hanse_members import actions
from hanse_members.topic_notifications import FOLLOWED, tell_followers
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def photonics():
    return make_topic("Photonics")


@pytest.fixture
def lasers(photonics):
    return make_topic("Lasers", photonics)


@pytest.fixture
def reader(client):
    person = UserFactory()
    client.force_login(person)
    return person


def followed(person):
    return follows.followed_ids(FOLLOWED, person)


def button(topic):
    return reverse("hanse_activity:change_follow", args=[FOLLOWED, topic.pk])


def notified(client):
    return client.get(reverse("hanse_activity:notifications")).content.decode()


@pytest.fixture
def take_up(operator, django_capture_on_commit_callbacks):
    def act(firm, *topics):
        with django_capture_on_commit_callbacks(execute=True):
            actions.update_organisation(firm, topics=topics, by=operator)

    return act


def test_a_topic_is_followed_and_left_on_its_page(client, reader, lasers):
    assert client.get(lasers.get_absolute_url()).content.decode().count('name="follow" value="yes"') == 1
    assert client.post(button(lasers), {"follow": "yes"})["Location"] == lasers.get_absolute_url()
    client.post(button(lasers), {"follow": "yes"})
    assert followed(reader) == {lasers.pk}
    assert 'name="follow" value="no"' in client.get(lasers.get_absolute_url()).content.decode()
    assert client.post(button(lasers), {"follow": "no", "back": "list"})["Location"] == reverse(
        "hanse_activity:follows"
    )
    assert followed(reader) == set()


def test_visitors_have_no_button_and_follow_nothing(client, lasers):
    assert 'name="follow"' not in client.get(lasers.get_absolute_url()).content.decode()
    assert reverse("account_login") in client.post(button(lasers), {"follow": "yes"})["Location"]
    assert not Follow.objects.exists()


def test_what_is_not_there_cannot_be_followed(client, reader, lasers, photonics):
    actions.merge_topics(lasers, photonics, by=None)
    for address in (button(lasers), "/follows/topics/99999/", f"/follows/nonsense/{photonics.pk}/"):
        assert client.post(address, {"follow": "yes"}).status_code == 404
    assert client.get(button(photonics)).status_code == 405


def test_there_is_an_end_to_it(client, reader, lasers, photonics, monkeypatch):
    monkeypatch.setattr(follows, "MOST_FOLLOWED", 1)
    client.post(button(lasers), {"follow": "yes"})
    response = client.post(button(photonics), {"follow": "yes"}, follow=True)
    assert followed(reader) == {lasers.pk}
    assert "as many as there can be" in response.content.decode()


def test_several_are_chosen_at_once(client, reader, lasers, photonics):
    page = reverse("hanse_members:my_topics")
    client.post(button(lasers), {"follow": "yes"})
    assert client.get(page).content.decode().count(" checked") == 1
    assert client.post(page, {"topics": [photonics.pk]}).status_code == 302
    assert followed(reader) == {photonics.pk}
    refused = client.post(page, {"topics": [lasers.pk, 99999]})
    assert refused.status_code == 400
    assert f'value="{lasers.pk}" id="id_topics_1" aria-invalid="true" checked' in refused.content.decode()
    assert client.post(page, {}).status_code == 302
    assert followed(reader) == set()


def test_the_page_of_all_names_the_own_only_in_a_number_of_queries_that_does_not_grow(
    client, reader, lasers, photonics, django_assert_num_queries
):
    page = reverse("hanse_activity:follows")
    follows.follow(FOLLOWED, [photonics.pk], person=UserFactory())
    assert "Photonics" not in client.get(page).content.decode()
    follows.follow(FOLLOWED, [lasers.pk], person=reader)
    assert "Lasers" in client.get(page).content.decode()
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    follows.follow(FOLLOWED, [make_topic().pk for _number in range(20)], person=reader)
    with django_assert_num_queries(len(few)):
        client.get(page)


def test_follows_move_when_topics_are_merged(reader, lasers, photonics):
    both = UserFactory()
    follows.follow(FOLLOWED, [lasers.pk], person=reader)
    follows.follow(FOLLOWED, [lasers.pk, photonics.pk], person=both)
    actions.merge_topics(lasers, photonics, by=None)
    assert followed(reader) == followed(both) == {photonics.pk}


def test_follows_are_handed_out_and_erased(reader, lasers):
    follows.follow(FOLLOWED, [lasers.pk], person=reader)
    entry = personal_data["activity"]
    (file,) = [file for file in entry.export(reader) if file.path == "follows.json"]
    assert file.content[0]["object_id"] == lasers.pk
    entry.erase(reader)
    assert not Follow.objects.exists()


def test_followers_hear_once_of_an_organisation_that_takes_up_a_topic_or_one_below(
    client, reader, lasers, photonics, photonik, take_up
):
    firm = OrganisationFactory(name="Lichtwerk", clusters=[photonik])
    follows.follow(FOLLOWED, [lasers.pk, photonics.pk], person=reader)
    take_up(firm, lasers)
    text = notified(client)
    assert "Lichtwerk works on Lasers now." in text
    assert Notification.objects.filter(recipient=reader).count() == 1
    take_up(firm, lasers, make_topic())
    tell_followers.call(firm.pk, [lasers.pk])
    assert Notification.objects.filter(recipient=reader).count() == 1
    take_up(firm)
    assert "Lichtwerk" not in notified(client)


def test_nobody_hears_of_an_organisation_that_they_may_not_see(client, reader, lasers, photonik, take_up):
    firm = OrganisationFactory(name="Verborgen", clusters=[photonik], scopes=[Scope("cluster", photonik.pk)])
    follows.follow(FOLLOWED, [lasers.pk], person=reader)
    take_up(firm, lasers)
    assert "Verborgen" not in notified(client)
    change_audience(firm, scopes=[PUBLIC], by=None)
    assert "Verborgen" in notified(client)
