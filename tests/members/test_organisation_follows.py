"""An organisation follows topics: those who look after it choose for it and hear of what is new."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from hanse_access.scopes import Scope
from hanse_activity.follows import follow
from hanse_activity.models import Follow, Notification
from hanse_members import actions
from hanse_members.topic_notifications import FOLLOWED, KIND
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def take_up(operator, django_capture_on_commit_callbacks):
    def act(firm, *topics):
        with django_capture_on_commit_callbacks(execute=True):
            actions.update_organisation(firm, topics=topics, by=operator)

    return act


@pytest.fixture
def keeper(photonik, place):
    return MembershipFactory(cluster=photonik, organisation=place, keeps_organisation=True).person


@pytest.fixture
def place(photonik):
    return OrganisationFactory(name="Followers Ltd", clusters=[photonik])


@pytest.fixture
def choose(client, place):
    address = reverse("hanse_members:organisation_follows", args=[place.uid])

    def choose(person, *topics):
        client.force_login(person)
        return client.post(address, {"topics": [topic.pk for topic in topics]})

    return choose


def test_its_keepers_hear_of_news_in_the_topic_and_below_it(photonik, place, keeper, choose, take_up):
    colleague = MembershipFactory(cluster=photonik, organisation=place).person
    topic = make_topic()
    below = make_topic("Below", topic)
    assert choose(keeper, topic).status_code == 302
    take_up(OrganisationFactory(clusters=[photonik]), below)
    assert [row.recipient for row in Notification.objects.filter(kind=KIND)] == [keeper]
    assert not Notification.objects.filter(recipient=colleague).exists()


def test_of_itself_it_tells_nothing(place, keeper, choose, take_up):
    topic = make_topic()
    choose(keeper, topic)
    take_up(place, topic)
    assert not Notification.objects.filter(kind=KIND).exists()


def test_who_follows_both_ways_is_told_once(photonik, keeper, choose, take_up):
    topic = make_topic()
    choose(keeper, topic)
    follow(FOLLOWED, [topic.pk], person=keeper)
    take_up(OrganisationFactory(clusters=[photonik]), topic)
    assert Notification.objects.filter(kind=KIND, recipient=keeper).count() == 1


def test_a_keeper_is_told_nothing_that_they_may_not_see(client, leichtbau, keeper, choose, take_up, mailoutbox):
    topic = make_topic()
    choose(keeper, topic)
    hidden = OrganisationFactory(name="Hidden Ltd", clusters=[leichtbau], scopes=[Scope("cluster", leichtbau.pk)])
    take_up(hidden, topic)
    assert "Hidden Ltd" not in client.get(reverse("hanse_activity:notifications")).content.decode()
    assert not mailoutbox


def test_only_who_looks_after_it_chooses_and_sees_the_choice(client, photonik, place, keeper, choose):
    topic = make_topic("Secret choice")
    choose(keeper, topic)
    assert "Secret choice" in client.get(place.get_absolute_url()).content.decode()
    other = MembershipFactory(cluster=photonik, organisation=place).person
    assert choose(other, topic).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.follow_topics(place, [], by=other)
    assert "Secret choice" not in client.get(place.get_absolute_url()).content.decode()
    assert [str(each) for each in actions.followed_topics(place)] == ["Secret choice"]


def test_merged_topics_and_organisations_take_it_along(photonik, place, keeper, choose, operator):
    old, new, both = make_topic(), make_topic(), make_topic()
    choose(keeper, old, both)
    kept = OrganisationFactory(clusters=[photonik])
    actions.follow_topics(kept, [both], by=operator)
    actions.merge_topics(old, into=new, by=operator)
    actions.merge_organisations(place, kept, take={}, by=operator)
    assert {topic.pk for topic in actions.followed_topics(kept)} == {new.pk, both.pk}
    assert not Follow.objects.of_body(place.as_follower).exists()
