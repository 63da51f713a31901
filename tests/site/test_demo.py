"""The demo: whole after one run, untouched by the next, and refused elsewhere."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from hanse_access.models import AudienceProposal
from hanse_access.operators import is_operator
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import DeliveryChoice, Follow, Notification, QuietHours
from hanse_challenges.models import Question, Reply
from hanse_groups.models import Message, Participant, Room
from hanse_members import actions
from hanse_members.field_reading import read_fields
from hanse_members.models import (
    Cluster,
    ClusterPage,
    Enquiry,
    FieldRelease,
    Invitation,
    Membership,
    Organisation,
    OrganisationFieldRelease,
    Profile,
    ProfileField,
    Topic,
)
from hanse_members.profile_forms import ProfileForm
from hanse_members.profile_surfaces import NEW_FOR
from hanse_news.models import NewsPage
from hanse_site.demo import people
from hanse_site.demo.field_questions import LINKS, QUESTIONS
from hanse_site.demo.load import load
from hanse_site.demo.personas import PASSWORD, PERSONAS
from tests.scenes import scenes

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def person(name):
    return get_user_model().objects.get(email=f"{name}@example.org")


def counts():
    return [
        model.objects.count()
        for model in (
            get_user_model(),
            Cluster,
            Membership,
            Profile,
            ProfileField,
            FieldRelease,
            Invitation,
            NewsPage,
            Question,
            Reply,
            AudienceProposal,
            Enquiry,
            Room,
            Message,
            Participant,
        )
    ]


scenes["demo"] = load


@pytest.fixture
def demo(stage, db):
    """The demo's site, clusters, people and news."""


def test_it_has_clusters_people_and_news_at_every_level_in_both_languages(demo):
    assert Cluster.objects.active().count() == 3
    assert ClusterPage.objects.live().exclude(tagline="").count() == 6
    levels = {scope.kind for page in NewsPage.objects.all() for scope in page.page_audience.audience.scope_set}
    assert levels == {PUBLIC.kind, EDITORS.kind, "platform", "cluster", "group"}
    for language in ("en", "de"):
        assert NewsPage.objects.live().filter(locale__language_code=language).count() > 10
    assert AudienceProposal.objects.waiting().get().scope_id == Cluster.objects.get(slug="photonik-nord").pk


def test_its_people_sign_in_with_the_password_it_tells(demo, client):
    for persona in PERSONAS:
        user = person(persona.name)
        assert user.check_password(PASSWORD)
        assert EmailAddress.objects.get(user=user).verified
    assert is_operator(person("operator"))
    assert not Viewer.of(person("guest")).is_member
    assert not Viewer.of(person("newcomer")).is_member
    assert Viewer.of(person("expert.biomed")).is_member


def test_a_shared_piece_is_seen_in_both_clusters_and_a_proposed_one_by_who_decides(demo):
    photonik, leichtbau = (Cluster.objects.get(slug=slug) for slug in ("photonik-nord", "leichtbau-sued"))
    shared = [
        page
        for page in NewsPage.objects.filter(locale__language_code="en")
        if page.page_audience.audience.scope_set == {Scope("cluster", photonik.pk), Scope("cluster", leichtbau.pk)}
    ]
    assert len(shared) == 1
    waiting = AudienceProposal.objects.waiting().get().item
    seen = {
        name: NewsPage.objects.visible_to(Viewer.of(person(name))).filter(pk=waiting.pk).exists()
        for name in ("expert.leichtbau", "company.photonik", "manager.photonik")
    }
    assert seen == {"expert.leichtbau": True, "company.photonik": False, "manager.photonik": True}


def test_there_are_invitations_in_several_states_and_one_waits_for_the_guest(demo):
    told = Invitation.objects.with_standing().filter(cluster__slug="photonik-nord")
    assert {invitation.standing for invitation in told} == {"pending", "expired", "revoked"}
    assert Invitation.objects.working().addressed_to(person("guest")).exists()


def test_there_are_enquiries_in_every_state_and_somebody_stands_in(demo):
    assert set(Enquiry.objects.values_list("state", flat=True)) == set(Enquiry.State.values)
    waiting = Enquiry.objects.waiting_for(Viewer.of(person("manager.photonik")))
    assert {enquiry.owner_id is None for enquiry in waiting} == {True, False}, "one is of whom she stands in for"
    assert Enquiry.objects.waiting_for(Viewer.of(person("manager.leichtbau"))).count() == 1, "handed over"


def test_there_are_questions_of_every_state_one_without_name_and_one_for_a_room(demo):
    assert set(Question.objects.values_list("state", flat=True)) == set(Question.State.values)
    assert Question.objects.filter(is_anonymous=True).exists()
    assert Question.objects.discreet().count() == 1
    levels = {scope.kind for question in Question.objects.all() for scope in question.audience.scope_set}
    assert levels == {"public", "platform", "cluster", "group"}


def test_somebody_follows_topics_and_has_chosen_how_to_hear_of_them(demo):
    milan = person("expert.biomed")
    assert Follow.objects.of(milan).filter(kind="topics").count() == 3
    assert {row.delivery for row in DeliveryChoice.objects.of(milan)} == {"at_once", "off"}
    assert QuietHours.objects.filter(person=milan).exists()
    assert Notification.objects.of(milan).filter(kind="topics.organisation").exists()


def test_a_second_run_changes_nothing_and_keeps_what_people_changed(demo):
    piece = NewsPage.objects.first()
    NewsPage.objects.filter(pk=piece.pk).update(title="Changed by somebody")
    before = counts()
    said = []
    load(said.append)
    assert counts() == before
    assert said == []
    piece.refresh_from_db()
    assert piece.title == "Changed by somebody"


def test_it_is_refused_outside_the_demo(settings):
    settings.HANSE_DEMO = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not Cluster.objects.exists()


def test_visitors_read_the_public_pieces(demo, client):
    assert client.get("/de/c/leichtbau-sued/").status_code == 200
    for page in NewsPage.objects.select_related("locale"):
        public = PUBLIC in page.page_audience.audience.scope_set and page.live
        assert client.get(page.url).status_code == (200 if public else 404)


#: reserved for films and books by the Bundesnetzagentur and the mobile networks: they ring nowhere
PHONE = re.compile(r"\+49 (30 23125 \d{3}|40 66969 \d{3}|89 99998 \d{3}|176 040690 \d\d|171 39200 \d\d)")


class TestPeople:
    def test_the_table_fits_organisations_topics_and_what_forms_accept(self, demo, rf):
        organisations = {
            (organisation.name, cluster.slug)
            for cluster in Cluster.objects.all()
            for organisation in Organisation.objects.filter(clusters=cluster)
        }
        topics = {topic.code: topic for topic in Topic.objects.in_use()}
        for row in people.rows():
            named = row.cells["organisations"].split("|")
            assert {(name, slug) for name, slug in zip(named, row.clusters, strict=True) if name} <= organisations
            assert set(filter(None, row.cells["topics"].split(","))) <= set(topics), row.name
            form = ProfileForm(self.as_entered(row, topics), user=person("operator"), profile=None, stored={})
            assert not {name: errors for name, errors in form.errors.items() if name != "scopes"}, row.name
            assert PHONE.fullmatch(row.cells["phone"] or "+49 30 23125 000"), row.name
            assert re.match(r"(https://[a-z0-9.-]+\.example(\.org)?(/|$)|$)", row.cells["website"]), row.name

    @staticmethod
    def as_entered(row, topics):
        data = {name: row.cells[name] for name in ("phone", "website", "orcid")}
        data |= {name: row.cells[f"{name}_text"] for name in ("function", "competences", "offers", "looks_for")}
        data |= {
            f"{name}_choices": row.cells[name].split(",") for name in ("offers", "looks_for", "roles", "languages")
        }
        data = {name: value for name, value in data.items() if value != [""]}
        data["function_choice"] = row.cells["function"]
        data["competences_topics"] = [topics[code].pk for code in filter(None, row.cells["topics"].split(","))]
        return data

    def test_there_are_profiles_of_every_level_some_stale_some_new_and_two_members_without(self, demo):
        levels = {scope.kind for profile in Profile.objects.all() for scope in profile.audience.scope_set}
        assert levels == {PUBLIC.kind, EDITORS.kind, "platform", "cluster"}
        members = get_user_model().objects.filter(memberships__in=Membership.objects.approved()).distinct()
        assert members.count() == len(people.rows()) >= 120
        assert members.filter(profile=None).count() == 2
        stale = [profile for profile in Profile.objects.all() if not profile.is_fresh]
        assert 5 <= len(stale) <= Profile.objects.count() / 5
        assert Profile.objects.filter(created_at__gte=timezone.now() - NEW_FOR).count() >= 5
        assert ProfileField.objects.filter(name="picture", is_filled=True).count() >= 8

    def test_new_fields_have_the_readers_that_saving_a_profile_gives_them(self, demo):
        owner = person("company.photonik")
        row = people.row_of(owner.get_full_name())
        loaded = Profile.objects.of(owner).get()
        scopes = loaded.audience.scope_set
        before = self.told(loaded)
        loaded.delete()
        topics = {topic.code: topic for topic in Topic.objects.in_use()}
        assert self.told(actions.save_profile(person=owner, values=row.values(topics), scopes=scopes)) == before
        assert {"email", "languages"} <= set(before)

    @staticmethod
    def told(profile):
        return {
            field.name: (field.text, field.is_filled, field.follows, field.on_request, field.audience_id)
            for field in profile.fields.all()
        }

    def test_a_member_of_another_cluster_finds_fields_in_all_three_states(self, demo):
        viewer = Viewer.of(person("company.photonik"))
        profile = Profile.objects.visible_to(viewer).of(person("expert.leichtbau")).get()
        shown, askable = read_fields(profile, viewer, is_own=False)
        names = set(shown), {item.spec.name for item in askable}
        assert {"competences", "offers"} <= names[0]
        assert names[1] == {"email", "phone"}
        filled = set(profile.fields.filter(is_filled=True).values_list("name", flat=True))
        assert filled - names[0] - names[1] == {"looks_for"}

    def test_a_profile_that_is_half_filled_says_what_is_missing(self, demo, client):
        client.force_login(person("company.photonik"))
        cards = client.get("/dashboard/").context["cards"]
        card = next(filled for filled in cards if filled.card.name == "profile")
        assert 0 < card.context["done"] < card.context["wanted"]

    def test_questions_for_fields_are_in_every_state_and_one_waits_for_an_answer(self, demo):
        asked = FieldRelease.objects.count() + OrganisationFieldRelease.objects.count()
        assert asked == len(QUESTIONS) + len(LINKS)
        assert set(OrganisationFieldRelease.objects.values_list("state", flat=True)) == set(FieldRelease.State.values)
        assert set(FieldRelease.objects.values_list("state", flat=True)) == set(FieldRelease.State.values)
        own = FieldRelease.objects.answered_by(person("expert.leichtbau"))
        waiting = own.waiting().get(person=person("company.photonik"))
        assert (waiting.field.name, bool(waiting.message)) == ("phone", True)
        assert own.in_force().filter(person__isnull=False).exists()
        assert own.in_force().filter(person=None).exclude(outsider="").exclude(token=None).exists()
        assert own.filter(state=FieldRelease.State.DECLINED).exclude(answer="").exists()
        expired = FieldRelease.objects.filter(state=FieldRelease.State.RELEASED, expires_at__lt=timezone.now())
        assert expired.exists()

    def test_applications_are_in_every_state_and_one_waits_in_each_cluster(self, demo):
        assert set(Membership.objects.values_list("state", flat=True)) == set(Membership.State.values)
        assert set(Membership.objects.waiting().values_list("cluster__slug", flat=True)) == set(
            Cluster.objects.values_list("slug", flat=True)
        )


class TestRooms:
    def test_there_is_one_of_each_kind_one_archived_and_one_across_clusters_with_a_guest(self, demo):
        assert set(Room.objects.values_list("kind", flat=True)) == set(Room.Kind.values)
        assert Room.objects.filter(state="archived").exists()
        across = Room.objects.get(name="Lidar for harvesters")
        people = Participant.objects.active().filter(conversation=across.conversation_id)
        clusters = Membership.objects.filter(person__in=people.values("person")).values("cluster").distinct()
        assert clusters.count() == 3
        assert people.filter(role="guest", person=person("guest")).exists()

    def test_people_talk_quote_react_and_somebody_waits(self, demo):
        assert Message.objects.filter(quoted__isnull=False).exists()
        assert Message.objects.filter(reactions__isnull=False).exists()
        assert Participant.objects.waiting().exists()
        assert Participant.objects.invited().filter(person=person("company.photonik")).exists()

    def test_each_has_something_unread_where_the_demo_says_so(self, demo):
        lidar = Room.objects.get(name="Lidar for harvesters").conversation_id
        unread = Message.objects.unread_by(person("company.photonik")).filter(conversation=lidar)
        assert unread.count() == 3
