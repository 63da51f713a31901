"""The directory of organisations, and their administration."""

import pytest
from django.urls import reverse

from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_members.models import Organisation, OrganisationMembership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PLATFORM = Scope("platform", 0)


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def other():
    return ClusterFactory(name="Metal South", slug="metal-south")


@pytest.fixture
def lens(cluster):
    return OrganisationFactory(name="Lens Ltd", clusters=[cluster])


def part(organisation, cluster) -> OrganisationMembership:
    return OrganisationMembership.objects.get(organisation=organisation, cluster=cluster)


class TestList:
    def test_each_sees_what_is_for_them_with_counts_of_that(self, client, cluster, other):
        for name, scopes in (
            ("Public", [PUBLIC]),
            ("Platform", [PLATFORM]),
            ("North", [Scope("cluster", cluster.pk)]),
            ("South", [Scope("cluster", other.pk)]),
            ("Nobody", [EDITORS]),
        ):
            OrganisationFactory(name=f"{name} Works", clusters=[other], scopes=scopes)
        asking = OrganisationFactory(name="Asking Works")
        OrganisationMembership.objects.create(organisation=asking, cluster=cluster)
        expected = {
            None: {"Public"},
            MembershipFactory(cluster=other).person: {"Public", "Platform", "South"},
            MembershipFactory(cluster=cluster, role=Role.MANAGER).person: {"Public", "Platform", "North"},
            MembershipFactory(cluster=other, role=Role.MANAGER).person: {
                "Public",
                "Platform",
                "North",
                "South",
                "Nobody",
            },
        }
        for person, names in expected.items():
            client.logout()
            if person:
                client.force_login(person)
            found = client.get(reverse("hanse_members:organisations")).context["item_list"]
            assert {row.name.removesuffix(" Works") for row in found.rows} == names
            facets = {facet.name: facet for facet in found.drawn_facets}
            assert [(o.label, o.count) for o in facets["cluster"].first] == [("Metal South", len(names))]

    def test_a_cluster_that_it_only_asks_to_join_is_neither_counted_nor_found(self, client, cluster, other, lens):
        OrganisationMembership.objects.create(organisation=lens, cluster=other)
        address = reverse("hanse_members:organisations")
        found = client.get(address).context["item_list"]
        assert [o.label for facet in found.drawn_facets if facet.name == "cluster" for o in facet.first] == [
            "Optics North"
        ]
        narrowed = client.get(address, {"cluster": other.pk}).context["item_list"]
        assert narrowed.notices, "this value is not known here"
        assert "Metal South" not in client.get(lens.get_absolute_url()).content.decode().split("<main")[1]

    def test_a_hidden_one_and_a_missing_one_are_the_same(self, client, cluster):
        hidden = OrganisationFactory(clusters=[cluster], scopes=[PLATFORM])
        client.force_login(UserFactory())
        missing = "00000000-0000-4000-8000-000000000000"
        for name in ("organisation", "edit_organisation"):
            answers = [client.get(reverse(f"hanse_members:{name}", args=[uid])) for uid in (hidden.uid, missing)]
            assert [answer.status_code for answer in answers] == [404, 404]


class TestAdministration:
    def url(self, name, *args):
        return reverse(f"hanse_members_organisations:{name}", args=args)

    def test_a_manager_adds_one_to_the_own_cluster(self, client, photonik, leichtbau, manager):
        manager = MembershipFactory(cluster=photonik, role=Role.MANAGER).person
        client.force_login(manager)
        told = {"name": "Prism", "kind": "institute", "cluster": photonik.pk, "scopes": "public"}
        assert "cluster" in client.post(self.url("add"), {**told, "cluster": leichtbau.pk}).context["form"].errors
        client.post(self.url("add"), told)
        prism = Organisation.objects.get()
        assert part(prism, photonik).state == "approved"
        assert prism.audience.scope_set == {PUBLIC}
        twice = client.post(self.url("add"), told)
        assert "is in the cluster already" in twice.content.decode()
        assert Organisation.objects.count() == 1

    def test_the_form_of_its_part_says_whom_it_concerns_and_ends_it(self, client, photonik):
        manager = MembershipFactory(cluster=photonik, role=Role.MANAGER).person
        prism = OrganisationFactory(name="Prism", clusters=[photonik])
        MembershipFactory.create_batch(2, cluster=photonik, organisation=prism)
        client.force_login(manager)
        address = reverse("hanse_members_organisation_memberships:edit", args=[part(prism, photonik).pk])
        assert "2 people who belong to the cluster through it" in client.get(address).content.decode()
        client.post(address, {"decision": "end"})
        assert part(prism, photonik).state == "ended"
        assert "brings 2 people back" in client.get(address).content.decode()

    def test_rows_of_other_clusters_do_not_exist(self, client, photonik, leichtbau):
        client.force_login(MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person)
        OrganisationFactory(name="Own", clusters=[leichtbau])
        prism = OrganisationFactory(name="Prism", clusters=[photonik])
        assert client.get(self.url("edit", prism.pk)).status_code == 404
        row = part(prism, photonik)
        assert client.get(reverse("hanse_members_organisation_memberships:edit", args=[row.pk])).status_code == 404
        for name in ("hanse_members_organisations", "hanse_members_organisation_memberships"):
            assert "Prism" not in client.get(reverse(f"{name}:index")).content.decode()

    @pytest.mark.parametrize(
        ("name", "column"),
        [("hanse_members_organisations", "name"), ("hanse_members_organisation_memberships", "organisation")],
    )
    def test_words_are_looked_for_one_by_one(self, client, photonik, name, column):
        client.force_login(MembershipFactory(cluster=photonik, role=Role.MANAGER).person)
        for firm in ("Prism and Lens", "Prism", "Lens"):
            OrganisationFactory(name=firm, clusters=[photonik])
        rows = client.get(reverse(f"{name}:index"), {"q": "lens prism"}).context["object_list"]
        assert [str(getattr(row, column)) for row in rows] == ["Prism and Lens"]
