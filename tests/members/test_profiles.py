"""Profiles: who sees them, what becomes of them, and what their owner can do."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_members import actions
from hanse_members.actions import FieldValue
from hanse_members.models import Membership, Profile, ProfileField, Topic
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(leichtbau):
    return MembershipFactory(cluster=leichtbau).person


@pytest.fixture
def owner(photonik):
    return MembershipFactory(cluster=photonik, person=UserFactory(first_name="Nele", last_name="Brandt")).person


@pytest.fixture
def profile(owner):
    return ProfileFactory(person=owner)


def seen_by(person, profile) -> bool:
    return Profile.objects.visible_to(Viewer.of(person)).shown().filter(pk=profile.pk).exists()


def fields_seen_by(person) -> set[str]:
    return set(ProfileField.objects.visible_to(Viewer.of(person)).shown().values_list("name", flat=True))


def test_lists_show_what_the_rule_admits_and_is_shown(profile, owner, other, member):
    hidden = ProfileFactory(person=member)
    change_audience(hidden, scopes=[EDITORS], by=member)
    Profile.objects.filter(pk=ProfileFactory(person=other).pk).update(withheld=True)
    for person in (owner, other, member, UserFactory(), None):
        viewer = Viewer.of(person)
        assert set(Profile.objects.shown_to(viewer)) == set(Profile.objects.visible_to(viewer).shown())
        assert set(ProfileField.objects.shown_to(viewer)) == set(ProfileField.objects.visible_to(viewer).shown())


def test_choices_stand_in_one_line_that_lists_count(profile):
    field = fill(profile, "offers", choices=["training", "advice"])
    field.refresh_from_db()
    assert field.chosen == " advice training "
    fill(profile, "offers")
    field.refresh_from_db()
    assert field.chosen == ""


def test_members_see_a_profile_that_is_for_all_members_and_visitors_do_not(profile, other):
    assert seen_by(other, profile)
    assert not seen_by(None, profile)
    assert not seen_by(UserFactory(), profile)


def test_a_profile_for_one_cluster_is_for_its_members_alone(profile, photonik, member, other):
    change_audience(profile, scopes=[Scope("cluster", photonik.pk)], by=profile.person)
    assert seen_by(member, profile)
    assert not seen_by(other, profile)


@pytest.mark.parametrize("state", ["suspended", "left", "declined", "applied"])
def test_who_is_no_member_any_more_is_not_shown(profile, other, state):
    Membership.objects.of(profile.person).update(state=state)
    assert not seen_by(other, profile)


def test_managers_see_no_more_of_a_profile_than_its_owner_shows_them(profile, manager, operator):
    fill(profile, "phone", scopes=[EDITORS], text="12345")
    change_audience(profile, scopes=[EDITORS], by=profile.person)
    assert not seen_by(manager, profile)
    assert not seen_by(operator, profile)
    assert fields_seen_by(manager) == set()


def test_a_field_has_an_audience_of_its_own(profile, photonik, member, other):
    fill(profile, "phone", scopes=[Scope("cluster", photonik.pk)], text="12345")
    fill(profile, "offers", text="Coatings")
    assert fields_seen_by(member) == {"phone", "offers"}
    assert fields_seen_by(other) == {"offers"}
    assert fields_seen_by(profile.person) == {"phone", "offers"}


def test_a_public_field_of_a_profile_that_is_not_stays_with_the_profile(profile, other):
    fill(profile, "offers", scopes=[PUBLIC], text="Coatings")
    assert fields_seen_by(None) == set()
    assert fields_seen_by(other) == {"offers"}


def test_fields_follow_the_profile_until_their_owner_chooses(profile, photonik, other):
    fill(profile, "offers", text="Coatings")
    change_audience(profile, scopes=[PUBLIC], by=profile.person)
    assert fields_seen_by(None) == {"offers"}
    own = [Scope("cluster", photonik.pk)]
    actions.choose_readers(profile, "offers", follows=False, scopes=own, on_request=False, by=profile.person)
    assert fields_seen_by(other) == set()
    change_audience(profile, scopes=[PLATFORM], by=profile.person)
    assert fields_seen_by(other) == set()
    actions.choose_readers(profile, "offers", follows=True, on_request=False, by=profile.person)
    assert fields_seen_by(other) == {"offers"}


def test_a_profile_is_proposed_to_no_foreign_cluster(profile, leichtbau):
    with pytest.raises(ValidationError):
        change_audience(profile, scopes=[Scope("cluster", leichtbau.pk)], by=profile.person)


def test_only_the_owner_chooses_who_sees_a_field(profile, manager):
    with pytest.raises(PermissionDenied):
        actions.choose_readers(profile, "offers", follows=True, on_request=False, by=manager)
    field = fill(profile, "offers", text="Coatings")
    with pytest.raises(PermissionDenied):
        change_audience(field, scopes=[PUBLIC], by=manager)


def test_contact_data_are_for_the_own_clusters_at_first_and_others_may_ask(owner, member, other):
    values = {"phone": FieldValue(text="+49 30 1"), "offers": FieldValue(text="Coatings", choices=["advice"])}
    profile = actions.save_profile(person=owner, values=values, scopes=[PLATFORM])
    assert fields_seen_by(member) == {"phone", "offers"}
    assert fields_seen_by(other) == {"offers"}
    assert profile.fields.get(name="phone").on_request
    assert not profile.fields.get(name="offers").on_request


def test_nobody_has_a_profile_before_a_cluster_admits_them(photonik):
    applied = MembershipFactory(cluster=photonik, state="applied").person
    with pytest.raises(actions.NotPossible):
        actions.save_profile(person=applied, values={}, scopes=[PLATFORM])
    assert not Profile.objects.of(applied).exists()


def test_an_emptied_field_is_gone_and_keeps_who_may_see_it(owner, other, photonik):
    topic = Topic.objects.add(labels={"en": "Coating"})
    values = {"competences": FieldValue(topics=[topic])}
    profile = actions.save_profile(person=owner, values=values, scopes=[PLATFORM])
    own = [Scope("cluster", photonik.pk)]
    actions.choose_readers(profile, "competences", follows=False, scopes=own, on_request=True, by=owner)
    actions.save_profile(person=owner, values={"competences": FieldValue()}, scopes=[PLATFORM])
    assert fields_seen_by(owner) == set()
    actions.save_profile(person=owner, values=values, scopes=[PLATFORM])
    assert fields_seen_by(other) == set()
    assert fields_seen_by(owner) == {"competences"}


def test_to_save_or_to_confirm_makes_a_profile_current(profile, manager):
    Profile.objects.update(confirmed_at=timezone.now() - timedelta(days=400))
    profile.refresh_from_db()
    assert not profile.is_fresh
    with pytest.raises(PermissionDenied):
        actions.confirm_profile(profile, by=manager)
    actions.confirm_profile(profile, by=profile.person)
    profile.refresh_from_db()
    assert profile.is_fresh
    Profile.objects.update(confirmed_at=timezone.now() - timedelta(days=400))
    actions.save_profile(person=profile.person, values={}, scopes=[PLATFORM])
    profile.refresh_from_db()
    assert profile.is_fresh


def test_the_name_follows_the_account(profile, owner):
    owner.last_name = "Brandt-Holm"
    owner.save()
    profile.refresh_from_db()
    assert profile.name == "Nele Brandt-Holm"


def test_who_leaves_a_cluster_is_read_there_no_longer_by_what_was_for_its_members(profile, photonik, leichtbau, member):
    both = [Scope("cluster", photonik.pk), Scope("cluster", leichtbau.pk)]
    MembershipFactory(cluster=leichtbau, person=profile.person)
    fill(profile, "phone", scopes=both[:1], on_request=True, text="12345")
    fill(profile, "email", scopes=both, text="nele@institut.example")
    assert fields_seen_by(member) == {"phone", "email"}
    membership = profile.person.memberships.get(cluster=photonik)
    actions.end_membership(membership, by=profile.person)
    assert fields_seen_by(member) == set()
    assert seen_by(member, profile)
    assert profile.fields.get(name="phone").audience.scope_set == {EDITORS}
    assert profile.fields.get(name="email").audience.scope_set == {both[1]}


def test_who_is_declined_after_changing_the_firm_is_read_there_no_longer(profile, photonik, leichtbau, member, manager):
    MembershipFactory(cluster=leichtbau, person=profile.person)
    fill(profile, "phone", scopes=[Scope("cluster", photonik.pk)], text="12345")
    membership = profile.person.memberships.get(cluster=photonik)
    Membership.objects.filter(pk=membership.pk).update(state=Membership.State.APPLIED)
    membership.refresh_from_db()
    assert fields_seen_by(member) == {"phone"}
    actions.decline_membership(membership, reason="Another firm", by=manager)
    assert fields_seen_by(member) == set()


def test_the_list_goes_by_family_names_and_puts_what_is_not_confirmed_last(client, owner, profile, photonik, member):
    for first, last, days in (("Zoe", "Abel", 0), ("Adam", "Zorn", 0), ("Ada", "Aal", 400)):
        person = MembershipFactory(cluster=photonik, person=UserFactory(first_name=first, last_name=last)).person
        ProfileFactory(person=person, confirmed_at=timezone.now() - timedelta(days=days))
    client.force_login(member)
    rows = client.get("/experts/").context["item_list"].rows
    assert [row.name for row in rows] == ["Zoe Abel", "Nele Brandt", "Adam Zorn", "Ada Aal"]


def test_the_picture_is_a_file_that_follows_its_field(client, profile, owner, member, other, photonik):
    client.force_login(owner)
    data = {"picture": uploaded(), "scopes": "platform"}
    assert client.post("/profile/", data).status_code == 302
    url = profile.fields.get(name="picture").picture.url
    own = [Scope("cluster", photonik.pk)]
    actions.choose_readers(profile, "picture", follows=False, scopes=own, on_request=True, by=owner)
    for person, status in ((owner, 200), (member, 200), (other, 404)):
        client.force_login(person)
        assert client.get(url).status_code == status
    client.force_login(owner)
    assert client.post("/profile/", {"no_picture": "on", "scopes": "platform"}).status_code == 302
    assert client.get(url).status_code == 404
