"""Merging organisations: everything moves, nobody sees or may more than before, the old address leads on."""

import itertools

import pytest
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import Follow
from hanse_members import actions
from hanse_members.actions.organisation_merge import narrower
from hanse_members.models import (
    Enquiry,
    Membership,
    Organisation,
    OrganisationField,
    OrganisationFieldRelease,
    OrganisationMembership,
    OrganisationRecord,
)
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import fill
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db
PLATFORM = Scope("platform", 0)


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def kept(cluster):
    return OrganisationFactory(name="Lens Ltd", place="Jena", clusters=[cluster])


@pytest.fixture
def old(cluster):
    return OrganisationFactory(name="Lens Limited", place="Gera", texts={"about": "We grind"}, clusters=[cluster])


def merge(old, kept, by, **take):
    return actions.merge_organisations(old, kept, take=take, by=by)


def reached(person, organisation) -> bool:
    viewer = Viewer.of(person) if person else Viewer(scopes={"public": frozenset({0})})
    return Organisation.objects.visible_to(viewer).filter(pk=organisation.pk).exists()


def states(organisation):
    return dict(OrganisationMembership.objects.filter(organisation=organisation).values_list("cluster__slug", "state"))


class TestWhatMoves:
    def test_each_value_is_that_which_was_chosen(self, old, kept, manager):
        one, two = make_topic("One"), make_topic("Two")
        actions.update_organisation(old, by=manager, topics=[one])
        actions.update_organisation(kept, by=manager, topics=[two])
        merged = merge(old, kept, manager, name="own", place="other", about="other", topics="both")
        assert (merged.pk, merged.name, merged.place) == (kept.pk, "Lens Ltd", "Gera")
        assert merged.fields.get(name="about").text == "We grind"
        assert set(merged.topics.all()) == {one, two}

    def test_a_field_comes_with_its_readers_and_releases_and_what_it_replaces_is_closed(
        self, cluster, old, kept, manager
    ):
        reader = MembershipFactory().person
        change_audience(old, scopes=[Scope("platform", 0)], by=None)
        taken = fill(old, "phone", scopes=[EDITORS], on_request=True, text="of the other")
        replaced = fill(kept, "phone", scopes=[EDITORS], on_request=True, text="of this one")
        left = fill(old, "email", scopes=[EDITORS], on_request=True, text="office@lens.example")
        for field in (taken, replaced, left):
            actions.release_to_person(field, person=reader, by=manager)
        merged = merge(old, kept, manager, phone="other", about="other")
        phone, about = merged.fields.get(name="phone"), merged.fields.get(name="about")
        assert (phone.text, phone.audience.scope_set, phone.on_request) == ("of the other", {EDITORS}, True)
        assert about.audience == merged.audience
        readable = OrganisationField.objects.readable_to(Viewer.of(reader))
        assert set(readable.values_list("name", "organisation")) == {("phone", kept.pk), ("about", kept.pk)}
        closed = OrganisationFieldRelease.objects.filter(field__in=[replaced, left])
        assert set(closed.values_list("state", flat=True)) == {"revoked"}

    @pytest.mark.parametrize(("choice", "names"), [("own", {"Two"}), ("other", {"One"}), (None, {"Two"})])
    def test_topics_are_those_of_one_or_the_other(self, old, kept, manager, choice, names):
        actions.update_organisation(old, by=manager, topics=[make_topic("One")])
        actions.update_organisation(kept, by=manager, topics=[make_topic("Two")])
        merged = merge(old, kept, manager, **({"topics": choice} if choice else {}))
        assert {str(topic) for topic in merged.topics.all()} == names

    def test_too_many_topics_of_both_change_nothing(self, old, kept, manager):
        for organisation, label in ((old, "A"), (kept, "B")):
            topics = [make_topic(f"{label}{number}") for number in range(8)]
            actions.update_organisation(organisation, by=manager, topics=topics)
        with pytest.raises(actions.NotPossible):
            merge(old, kept, manager, place="other", topics="both")
        kept.refresh_from_db()
        assert (kept.place, kept.topics.count(), old.topics.count()) == ("Jena", 8, 8)

    def test_people_enquiries_followers_and_keys_go_with_it(self, cluster, old, kept, manager):
        keeper = MembershipFactory(cluster=cluster, organisation=old, keeps_organisation=True)
        both, one = UserFactory(), UserFactory()
        for person, organisation in ((both, old), (both, kept), (one, old)):
            Follow.objects.create(person=person, kind="organisations", object_id=organisation.pk)
        said = {"asker": one, "cluster": cluster, "subject_kind": "organisation", "text": "?"}
        enquiry = Enquiry.objects.create(subject_id=old.pk, **said)
        other_kind = Enquiry.objects.create(**said | {"subject_kind": "person"}, subject_id=old.pk)
        for organisation, key in ((old, "K1"), (kept, "K2"), (old, ""), (kept, "")):
            OrganisationRecord.objects.create(cluster=cluster, organisation=organisation, key=key, said={"name": key})
        merge(old, kept, manager)
        keeper.refresh_from_db()
        enquiry.refresh_from_db()
        other_kind.refresh_from_db()
        assert (keeper.organisation, keeper.keeps_organisation) == (kept, True)
        assert (enquiry.subject_id, other_kind.subject_id) == (kept.pk, old.pk)
        assert sorted(Follow.objects.values_list("person", "object_id")) == sorted(
            [(both.pk, kept.pk), (one.pk, kept.pk)]
        )
        assert sorted(OrganisationRecord.objects.filter(organisation=kept).values_list("key", flat=True)) == [
            "",
            "K1",
            "K2",
        ]

    def test_a_table_with_both_keys_finds_the_one_that_stays(self, cluster, old, kept, manager):
        for organisation, key in ((old, "K1"), (kept, "K2")):
            OrganisationRecord.objects.create(cluster=cluster, organisation=organisation, key=key)
        merge(old, kept, manager)
        table = b"external_key;name\nK1;Lens Limited\nK2;Lens Ltd\n"
        found = actions.bring_organisations(cluster=cluster, data=table, file_name="x", by=manager)
        assert [row.verdict for row in found.rows.order_by("pk")] == ["kept", "double"]

    @pytest.mark.parametrize(
        ("of_old", "of_kept", "after"),
        [
            ("approved", None, "approved"),
            ("applied", None, "applied"),
            ("ended", None, "ended"),
            ("approved", "applied", "approved"),
            ("approved", "ended", "approved"),
            ("applied", "approved", "approved"),
            ("ended", "approved", "approved"),
            ("declined", "applied", "applied"),
        ],
    )
    def test_of_two_parts_in_a_cluster_the_better_stays_and_nobody_is_admitted_by_it(
        self, old, kept, manager, of_old, of_kept, after
    ):
        second = ClusterFactory(slug="second")
        for organisation, state in ((old, of_old), (kept, of_kept)):
            if state:
                OrganisationMembership.objects.create(
                    organisation=organisation, cluster=second, state=state, decided_at=timezone.now()
                )
        asleep = MembershipFactory(
            cluster=second, organisation=old, state="suspended", suspended_with_organisation=True
        )
        waiting = MembershipFactory(cluster=second, organisation=old, state="applied")
        merge(old, kept, manager)
        assert states(kept) == {"optics-north": "approved", "second": after}
        assert states(old) == {}
        for membership, state in ((asleep, "suspended"), (waiting, "applied")):
            membership.refresh_from_db()
            assert (membership.state, membership.organisation) == (state, kept)

    def test_it_stands_in_the_audit_trail(self, cluster, kept, old, manager):
        MembershipFactory(cluster=cluster, organisation=old)
        merge(old, kept, manager, place="other")
        event = AuditEvent.objects.get(verb="organisation.merged")
        assert (event.object_id, event.scope_id) == (str(old.pk), cluster.pk)
        assert event.data == {"into_organisation": kept.pk, "fields": ["place"], "moved_people": 1}


SCOPES = [
    [PUBLIC],
    [PLATFORM],
    [EDITORS],
    [Scope("cluster", 1)],
    [Scope("cluster", 1), Scope("cluster", 2)],
    [PLATFORM, Scope("group", 7)],
]


class TestNobodySeesMore:
    @pytest.mark.parametrize(("one", "other"), list(itertools.product(SCOPES, SCOPES)))
    def test_what_both_admit_is_never_wider_than_either(self, one, other):
        """Each kind of reader by the scopes it holds; whoever is in a cluster is on the platform."""
        readers = [
            {PUBLIC},
            {PUBLIC, PLATFORM, Scope("cluster", 1)},
            {PUBLIC, PLATFORM, Scope("cluster", 2)},
            {PUBLIC, PLATFORM, Scope("cluster", 3)},
            {PUBLIC, Scope("group", 7)},
        ]
        both = narrower(one, other)
        for reader in readers:
            if reader & both:
                assert reader & set(one)
                assert reader & set(other)
        assert narrower(other, one) == both
        assert narrower(one, one) == set(one)

    @pytest.mark.parametrize("hidden", ["old", "kept"])
    def test_who_saw_only_one_of_them_does_not_see_the_result(self, cluster, manager, hidden):
        closed = [Scope("cluster", cluster.pk)]
        old = OrganisationFactory(clusters=[cluster], scopes=closed if hidden == "old" else [PUBLIC])
        kept = OrganisationFactory(clusters=[cluster], scopes=closed if hidden == "kept" else [PUBLIC])
        stranger, member = MembershipFactory().person, MembershipFactory(cluster=cluster).person
        merged = merge(old, kept, manager, name="other")
        assert not reached(None, merged)
        assert not reached(stranger, merged)
        assert reached(member, merged)

    def test_the_tombstone_is_seen_by_nobody(self, cluster, old, kept, manager, operator):
        keeper = MembershipFactory(cluster=cluster, organisation=old, keeps_organisation=True).person
        merge(old, kept, manager)
        assert [reached(person, old) for person in (None, keeper, manager, operator)] == [False] * 4
        assert reached(keeper, kept)


class TestAddress:
    def test_the_old_one_leads_to_the_new_one(self, client, old, kept, manager):
        merge(old, kept, manager)
        answer = client.get(old.get_absolute_url())
        assert (answer.status_code, answer.url) == (302, kept.get_absolute_url())

    def test_over_several_merges(self, client, cluster, old, kept, manager):
        last = OrganisationFactory(clusters=[cluster])
        merge(old, kept, manager)
        merge(kept, last, manager)
        assert client.get(old.get_absolute_url()).url == last.get_absolute_url()

    def test_for_who_may_not_see_the_new_one_it_is_missing(self, client, cluster, old, manager):
        kept = OrganisationFactory(clusters=[cluster], scopes=[Scope("cluster", cluster.pk)])
        merge(old, kept, manager)
        missing = "/organisations/00000000-0000-4000-8000-000000000000/"
        for person in (None, MembershipFactory().person):
            if person:
                client.force_login(person)
            answers = [client.get(address) for address in (old.get_absolute_url(), kept.get_absolute_url(), missing)]
            assert [answer.status_code for answer in answers] == [404] * 3
        client.force_login(MembershipFactory(cluster=cluster).person)
        assert client.get(old.get_absolute_url()).status_code == 302

    def test_it_can_be_neither_edited_nor_merged_again(self, client, old, kept, manager):
        merge(old, kept, manager)
        client.force_login(manager)
        for path in ("edit/", "merge/", f"merge/?with={kept.uid}"):
            assert client.get(f"{old.get_absolute_url()}{path}").status_code == 404
        with pytest.raises(actions.NotPermitted):
            merge(old, kept, manager)


class TestWho:
    @pytest.mark.parametrize("who", ["of one", "further cluster", "keeper", "member", "editor", "nobody"])
    def test_only_who_answers_for_both(self, client, cluster, kept, who):
        home = ClusterFactory()
        old = OrganisationFactory(name="Elsewhere Ltd", clusters=[home])
        if who == "further cluster":
            OrganisationMembership.objects.create(
                organisation=old, cluster=cluster, state="approved", decided_at=timezone.now()
            )
        role = {"of one": Role.MANAGER, "further cluster": Role.MANAGER, "editor": Role.EDITOR}.get(who, Role.MEMBER)
        person = UserFactory() if who == "nobody" else MembershipFactory(cluster=cluster, role=role).person
        if who == "keeper":
            for organisation, part in ((old, home), (kept, cluster)):
                Membership.objects.filter(person=person, cluster=part).delete()
                MembershipFactory(cluster=part, person=person, organisation=organisation, keeps_organisation=True)
        with pytest.raises(actions.NotPermitted):
            merge(old, kept, person)
        client.force_login(person)
        expected = 200 if role == Role.MANAGER else 404
        chooser = client.get(f"{kept.get_absolute_url()}merge/")
        assert chooser.status_code == expected
        assert "Elsewhere Ltd" not in chooser.content.decode()
        for here, there in ((kept, old), (old, kept)):
            address = f"{here.get_absolute_url()}merge/?with={there.uid}"
            assert (client.get(address).status_code, client.post(address, {"sure": "on"}).status_code) == (404, 404)
        assert not Organisation.objects.exclude(merged_into=None).exists()

    def test_operators_merge_any(self, kept, operator):
        old = OrganisationFactory(clusters=[ClusterFactory(slug="other")])
        merge(old, kept, operator)
        assert set(states(kept)) == {"optics-north", "other"}

    def test_not_with_itself(self, client, kept, manager):
        with pytest.raises(actions.NotPermitted):
            merge(kept, kept, manager)
        client.force_login(manager)
        for other in (kept.uid, "x", ""):
            assert client.get(f"{kept.get_absolute_url()}merge/?with={other}").status_code == 404


class TestPage:
    def test_side_by_side_then_done(self, client, cluster, old, kept, manager):
        MembershipFactory(cluster=cluster, organisation=old)
        client.force_login(manager)
        page = client.get(f"{kept.get_absolute_url()}merge/?q=limited").content.decode()
        assert "Lens Limited" in page
        address = f"{kept.get_absolute_url()}merge/?with={old.uid}"
        form = client.get(address).context["form"]
        assert set(form.fields) == {"name", "place", "about", "sure"}, "only what differs"
        assert (form.fields["place"].initial, form.fields["about"].initial) == ("own", "other")
        chosen = {"name": "own", "place": "other", "about": "other"}
        assert client.post(address, chosen).status_code == 400, "it must be confirmed"
        assert not Organisation.objects.exclude(merged_into=None).exists()
        answer = client.post(address, chosen | {"sure": "on"}, follow=True)
        assert "The two are one organisation now." in answer.content.decode()
        kept.refresh_from_db()
        assert (kept.place, kept.people.count()) == ("Gera", 1)
        client.post(address, {"name": "<b>", "sure": "on"})

    def test_odd_choices_are_refused_beside_the_field(self, client, old, kept, manager):
        client.force_login(manager)
        answer = client.post(f"{kept.get_absolute_url()}merge/?with={old.uid}", {"name": "x", "sure": "on"})
        assert (answer.status_code, "name" in answer.context["form"].errors) == (400, True)
        assert client.get(f"{kept.get_absolute_url()}merge/?q=%00%27").status_code == 200
