"""The page "Data quality": each fault is found, only what the manager may see, at a constant price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.scopes import EDITORS, Scope
from hanse_members import actions
from hanse_members.actions.organisations import set_topics
from hanse_members.models import Organisation, Profile
from hanse_members.quality import KINDS, MOST_SHOWN
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db
PAGE = "/memberships/quality/"
OLD = timezone.now() - timedelta(days=400)


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def shown(client, manager):
    def shown(kind):
        client.force_login(manager)
        context = client.get(f"{PAGE}?kind={kind}").context
        assert {each.name: count for each, count in context["kinds"]}[kind] == context["found"].count
        return [row.title for row in context["found"].rows]

    return shown


def member(cluster, name, scopes=None, **fields):
    first, last = name.split()
    person = UserFactory(first_name=first, last_name=last)
    MembershipFactory(cluster=cluster, person=person, **fields)
    return ProfileFactory(person=person, scopes=scopes)


class TestProfiles:
    def test_those_not_confirmed_for_a_year(self, cluster, shown):
        member(cluster, "Fresh One")
        for name, scopes in (("Old Seen", None), ("Old Hidden", [EDITORS])):
            Profile.objects.filter(pk=member(cluster, name, scopes).pk).update(confirmed_at=OLD)
        Profile.objects.filter(pk=member(ClusterFactory(), "Old Elsewhere").pk).update(confirmed_at=OLD)
        assert shown("stale-profiles") == ["Old Seen"]

    def test_those_without_competences_as_far_as_the_manager_sees(self, cluster, manager, shown):
        topic = make_topic("Lasers")
        member(cluster, "Without Any")
        fill(member(cluster, "Has Some"), "competences", topics=[topic])
        fill(member(cluster, "Hidden Some"), "competences", topics=[topic], scopes=[EDITORS])
        fill(member(cluster, "Hidden None"), "competences", scopes=[EDITORS])
        fill(member(cluster, "Seen None"), "competences")
        member(cluster, "Hidden Person", [EDITORS])
        released = fill(member(cluster, "Released Some"), "competences", topics=[topic], scopes=[EDITORS])
        actions.release_to_person(released, person=manager, by=released.profile.person)
        unseen = ["Hidden None", "Hidden Some", "Released Some", "Seen None", "Without Any"]
        assert sorted(shown("competences")) == unseen, "hidden or not there is all the same"


class TestOrganisations:
    @pytest.fixture
    def foreign(self, cluster):
        """Of further and of other clusters: others answer for them."""
        home = ClusterFactory()
        return [OrganisationFactory(name="Shared", clusters=[home, cluster]), OrganisationFactory(clusters=[home])]

    def test_those_not_confirmed_for_a_year(self, cluster, manager, foreign, shown):
        for name in ("Old", "Old but confirmed", "New"):
            OrganisationFactory(name=name, clusters=[cluster])
        Organisation.objects.exclude(name="New").update(confirmed_at=OLD)
        actions.confirm_organisation(Organisation.objects.get(name="Old but confirmed"), by=manager)
        assert shown("stale-organisations") == ["Old"]

    def test_those_without_topics_place_or_keeper(self, cluster, foreign, shown):
        whole = OrganisationFactory(name="Whole", clusters=[cluster], place="Jena")
        set_topics(whole, [make_topic("Lasers")], by=None)
        MembershipFactory(cluster=cluster, organisation=whole, keeps_organisation=True)
        bare = OrganisationFactory(name="Bare", clusters=[cluster], scopes=[Scope("cluster", cluster.pk)])
        MembershipFactory(cluster=cluster, organisation=bare)
        MembershipFactory(cluster=cluster, organisation=bare, state="applied", keeps_organisation=True)
        assert [shown(kind) for kind in ("topics", "place", "keeper")] == [["Bare"]] * 3

    def test_those_that_may_be_the_same(self, client, cluster, manager, foreign, shown):
        OrganisationFactory(name="Lens GmbH", clusters=[cluster], texts={"website": "https://lens.example"})
        OrganisationFactory(name="Lens AG", clusters=[cluster])
        OrganisationFactory(name="Else", clusters=[cluster], texts={"website": "http://www.lens.example/"})
        OrganisationFactory(name="shared", clusters=[cluster])
        assert shown("doubles") == ["Lens AG, Lens GmbH", "Else, Lens GmbH"]
        page = client.get(f"{PAGE}?kind=doubles")
        ((_label, url),) = page.context["found"].rows[0].links
        assert client.get(url).status_code == 200


class TestPeople:
    def test_those_of_one_name_and_organisation(self, cluster, shown):
        lens = OrganisationFactory(clusters=[cluster])
        for organisation in (lens, lens, None):
            member(cluster, "Nele Nord", organisation=organisation)
        twice = member(cluster, "Max Muster").person
        MembershipFactory(cluster=ClusterFactory(), person=twice)
        other = ClusterFactory()
        for _ in range(2):
            member(other, "Else Where")
        assert shown("people") == ["Nele Nord"]

    def test_those_who_are_invited_can_be_invited_again(self, client, cluster, manager, shown):
        actions.invite(cluster=cluster, addresses=["nele@example.org"], by=manager)
        other = MembershipFactory(role=Role.MANAGER)
        actions.invite(cluster=other.cluster, addresses=["else@example.org"], by=other.person)
        assert shown("invited") == ["nele@example.org"]
        assert "/again/" in client.get(f"{PAGE}?kind=invited").content.decode()


class TestPage:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR, None])
    def test_only_managers_have_one(self, client, cluster, role):
        if role:
            client.force_login(MembershipFactory(cluster=cluster, role=role).person)
        answer = client.get(PAGE)
        assert answer.status_code == (404 if role else 302)

    def test_operators_see_what_they_may_see(self, client, cluster, operator):
        OrganisationFactory(name="Bare", clusters=[cluster])
        Profile.objects.filter(pk=member(cluster, "Old Seen").pk).update(confirmed_at=OLD)
        client.force_login(operator)
        counts = {kind.name: count for kind, count in client.get(PAGE).context["kinds"]}
        assert (counts["topics"], counts["stale-profiles"]) == (1, 0)

    def test_the_way_there_is_in_the_navigation_of_managers(self, client, manager):
        client.force_login(manager)
        assert PAGE in client.get("/dashboard/").content.decode()

    def test_an_unknown_kind_is_none(self, client, manager):
        client.force_login(manager)
        assert client.get(f"{PAGE}?kind=%00x").context["kind"] is None

    def test_long_lists_are_cut_and_the_number_of_queries_stays(self, client, cluster, manager):
        client.force_login(manager)

        def add(number):
            for place in range(number):
                OrganisationFactory(name=f"Firm {place} GmbH", clusters=[cluster])
                OrganisationFactory(name=f"Firm {place} AG", clusters=[cluster])
                for _ in range(2):
                    member(cluster, f"Nele Nord{place}")
            Profile.objects.update(confirmed_at=OLD)
            Organisation.objects.update(confirmed_at=OLD)

        asked = []
        for number in (2, MOST_SHOWN + 1):
            add(number)
            client.get(PAGE)
            with CaptureQueriesContext(connection) as queries:
                pages = {kind.name: client.get(f"{PAGE}?kind={kind.name}") for kind in KINDS}
            asked.append(len(queries))
        assert asked[0] == asked[1]
        assert all(len(page.context["found"].rows) <= MOST_SHOWN for page in pages.values())
        assert f"The first {MOST_SHOWN} of" in pages["stale-profiles"].content.decode()


def test_members_who_have_never_signed_in(cluster, shown):
    here = member(cluster, "Been Here").person
    member(cluster, "Never Here")
    member(ClusterFactory(), "Never Elsewhere")
    type(here).objects.filter(pk=here.pk).update(last_login=timezone.now())
    assert shown("never-here") == ["Never Here"]
