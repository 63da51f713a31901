"""Organisations: who sees them, how people belong to a cluster through them, and what happens when that ends."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_members import actions
from hanse_members.models import Cluster, Membership, Organisation, OrganisationMembership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PLATFORM = Scope("platform", 0)
SAID = {"contributes": "Twenty years of optics", "seeks": "A partner for coatings"}
State = Membership.State


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def other():
    return ClusterFactory(name="Metal South", slug="metal-south")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def newcomer():
    return UserFactory(first_name="Nele", last_name="Nord")


@pytest.fixture
def lens(cluster):
    return OrganisationFactory(name="Lens Ltd", clusters=[cluster])


def part(organisation, cluster) -> OrganisationMembership:
    return OrganisationMembership.objects.get(organisation=organisation, cluster=cluster)


def apply(person, cluster, organisation="") -> Membership:
    return actions.apply_for_membership(person=person, cluster=cluster, organisation=organisation, **SAID)


def said(about: str) -> dict[str, actions.FieldValue]:
    return {"about": actions.FieldValue(about)}


def texts(organisation) -> dict[str, str]:
    return dict(organisation.fields.filter(is_filled=True).values_list("name", "text"))


def reached(person, organisation) -> bool:
    return Organisation.objects.visible_to(Viewer.of(person)).filter(pk=organisation.pk).exists()


class TestApplying:
    def test_a_new_organisation_asks_with_its_first_person_and_is_admitted_with_them(self, cluster, manager, newcomer):
        membership = apply(newcomer, cluster, "  New   Optics GmbH ")
        new = Organisation.objects.get()
        assert new.name == "New Optics GmbH"
        assert part(new, cluster).state == "applied"
        assert not reached(newcomer, new)
        assert not reached(MembershipFactory().person, new)
        assert reached(manager, new)
        actions.approve_membership(membership, by=manager)
        assert part(new, cluster).state == "approved"
        membership.refresh_from_db()
        assert membership.keeps_organisation
        assert reached(newcomer, new)
        assert new.audience.scope_set == {PLATFORM}
        assert reached(MembershipFactory().person, new)

    def test_one_may_apply_for_oneself(self, cluster, manager, newcomer):
        membership = actions.approve_membership(apply(newcomer, cluster), by=manager)
        assert membership.organisation is None
        assert not Organisation.objects.exists()

    def test_a_person_can_be_admitted_without_the_organisation(self, cluster, manager, newcomer):
        membership = apply(newcomer, cluster, "New Optics GmbH")
        membership = actions.approve_membership(membership, personally=True, by=manager)
        assert membership.is_personal
        assert not membership.keeps_organisation
        assert part(membership.organisation, cluster).state == "applied"

    def test_who_is_declined_takes_a_new_organisation_along(self, cluster, manager, newcomer):
        membership = apply(newcomer, cluster, "New Optics GmbH")
        second = apply(UserFactory(), cluster, "new optics gmbh")
        actions.decline_membership(membership, reason="Too far away", by=manager)
        assert part(membership.organisation, cluster).state == "applied", "another one still asks"
        actions.end_membership(second, by=second.person)
        assert part(membership.organisation, cluster).state == "declined"

    @pytest.mark.parametrize("scopes", [[PUBLIC], [PLATFORM]])
    def test_an_organisation_that_all_members_see_is_known_by_its_name(self, cluster, other, newcomer, scopes):
        known = OrganisationFactory(name="Lens Ltd", clusters=[other], scopes=scopes)
        assert apply(newcomer, cluster, "LENS  ltd").organisation == known

    def test_a_hidden_one_of_the_cluster_is_known_and_the_applicant_is_not_told(self, client, cluster, newcomer):
        hidden = OrganisationFactory(name="LENS Ltd", clusters=[cluster], scopes=[EDITORS])
        client.force_login(newcomer)
        address = reverse("hanse_members:apply", args=[cluster.slug])
        assert b"LENS Ltd" not in client.get(address).content
        client.post(address, {**SAID, "organisation": "lens ltd"})
        assert newcomer.memberships.get().organisation == hidden
        for page in (
            reverse("hanse_members:memberships"),
            reverse("hanse_members:apply", args=[ClusterFactory().slug]),
        ):
            content = client.get(page).content
            assert b"lens ltd" in content, "one's own words"
            assert b"LENS Ltd" not in content, "the stored name would tell that it is there"

    def test_a_hidden_one_of_another_cluster_stays_unknown_to_the_management(self, cluster, other, manager, newcomer):
        hidden = OrganisationFactory(name="Lens Ltd", clusters=[other], scopes=[Scope("cluster", other.pk)])
        membership = apply(newcomer, cluster, "Lens Ltd")
        assert membership.organisation != hidden
        assert not reached(manager, hidden)

    def test_the_form_suggests_what_one_may_see_of_this_cluster(self, client, cluster, other, newcomer):
        OrganisationFactory(name="Open Optics", clusters=[cluster])
        OrganisationFactory(name="Closed Optics", clusters=[cluster], scopes=[PLATFORM])
        OrganisationFactory(name="Far Away", clusters=[other])
        client.force_login(newcomer)
        content = client.get(reverse("hanse_members:apply", args=[cluster.slug])).content.decode()
        assert re.findall(r'<option value="([^"]*)">', content) == ["Open Optics"]

    def test_the_management_reads_who_asks_and_decides_with_one_button(self, client, cluster, manager, lens):
        new, known = apply(UserFactory(), cluster, "New Optics"), apply(UserFactory(), cluster, lens.name)
        client.force_login(manager)
        address = reverse("hanse_base:waiting")
        content = client.get(address).content.decode()
        assert "it is admitted with this person" in content
        assert "Takes part in the cluster already" in content
        client.post(address, {"kind": "applications", "do": f"personally:{new.pk}"})
        client.post(address, {"kind": "applications", "do": f"admit:{known.pk}"})
        new.refresh_from_db(), known.refresh_from_db()
        assert (new.state, new.is_personal) == (State.APPROVED, True)
        assert (known.state, known.is_personal) == (State.APPROVED, False)

    @pytest.mark.parametrize(("takes_part", "personally"), [(True, False), (False, True)])
    def test_who_is_invited_while_waiting_is_admitted_with_what_they_named(
        self, cluster, manager, newcomer, lens, takes_part, personally
    ):
        EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=True, primary=True)
        (invitation,) = actions.invite(cluster=cluster, addresses=[newcomer.email], by=manager)
        apply(newcomer, cluster, lens.name if takes_part else "New Optics")
        membership = actions.accept_invitation(invitation, by=newcomer)
        assert (membership.state, membership.is_personal) == (State.APPROVED, personally)

    def test_the_organisation_of_an_earlier_membership_does_not_come_back_by_invitation(
        self, cluster, manager, newcomer, lens
    ):
        EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=True, primary=True)
        membership = MembershipFactory(cluster=cluster, person=newcomer, organisation=lens)
        actions.end_membership(membership, by=newcomer)
        (invitation,) = actions.invite(cluster=cluster, addresses=[newcomer.email], by=manager)
        assert actions.accept_invitation(invitation, by=newcomer).organisation is None


class TestEnding:
    @pytest.fixture
    def person(self, cluster, lens):
        return MembershipFactory(cluster=cluster, organisation=lens).person

    def test_its_people_are_suspended_at_once_and_come_back_with_it(
        self, cluster, other, manager, lens, person, django_capture_on_commit_callbacks
    ):
        personal = MembershipFactory(cluster=cluster, organisation=lens, is_personal=True).person
        elsewhere = MembershipFactory(cluster=other, organisation=lens).person
        suspended = MembershipFactory(cluster=cluster, organisation=lens, state=State.SUSPENDED).person
        actions.end_organisation(part(lens, cluster), by=manager)
        assert not Viewer.of(person).is_member
        assert Viewer.of(personal).is_member
        assert Viewer.of(elsewhere).is_member
        verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs[-2:] == ["organisation.ended", "membership.suspended"]
        actions.admit_organisation(part(lens, cluster), by=manager)
        assert Viewer.of(person).is_member
        assert not Viewer.of(suspended).is_member, "was suspended for another reason"

    def test_the_person_is_told_why(self, client, cluster, manager, lens, person, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            actions.end_organisation(part(lens, cluster), by=manager)
        client.force_login(person)
        assert "no longer a member of Optics North" in client.get("/notifications/").content.decode()
        assert "Name another one" in client.get(reverse("hanse_members:memberships")).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            actions.admit_organisation(part(lens, cluster), by=manager)
        assert "You are a member of Optics North now." in client.get("/notifications/").content.decode()

    def test_a_person_can_be_readmitted_personally(self, cluster, manager, lens, person):
        actions.end_organisation(part(lens, cluster), by=manager)
        membership = actions.approve_membership(person.memberships.get(), by=manager)
        assert membership.is_personal
        assert part(lens, cluster).state == "ended"
        assert Viewer.of(person).is_member
        assert reached(person, lens), "one's own organisation"

    def test_the_last_manager_is_not_lost_by_it(self, cluster, lens):
        manager = MembershipFactory(cluster=cluster, role=Role.MANAGER, organisation=lens).person
        with pytest.raises(actions.NotPossible):
            actions.end_organisation(part(lens, cluster), by=manager)
        assert part(lens, cluster).state == "approved"
        assert Viewer.of(manager).is_member

    @pytest.mark.parametrize("action", [actions.end_organisation, actions.admit_organisation])
    def test_only_the_management_of_that_cluster_and_operators_decide(self, cluster, other, lens, operator, action):
        foreign = MembershipFactory(cluster=other, role=Role.MANAGER).person
        keeper = MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True).person
        if action == actions.admit_organisation:
            OrganisationMembership.objects.update(state="ended")
        for person in (foreign, keeper):
            with pytest.raises(actions.NotPermitted):
                action(part(lens, cluster), by=person)
        action(part(lens, cluster), by=operator)

    def test_it_leaves_the_list_and_its_page_at_once(self, client, cluster, manager, lens):
        assert client.get(lens.get_absolute_url()).status_code == 200
        actions.end_organisation(part(lens, cluster), by=manager)
        assert client.get(lens.get_absolute_url()).status_code == 404
        assert "Lens Ltd" not in client.get(reverse("hanse_members:organisations")).content.decode()

    def test_a_suspended_cluster_takes_its_organisations_offline(self, client, cluster, lens):
        Cluster.objects.filter(pk=cluster.pk).update(state="suspended")
        assert client.get(lens.get_absolute_url()).status_code == 404


class TestChangingTheFirm:
    def test_to_one_that_takes_part_one_stays_and_the_management_is_told(
        self, client, cluster, manager, lens, django_capture_on_commit_callbacks
    ):
        OrganisationFactory(name="Prism", clusters=[cluster])
        membership = MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True)
        client.force_login(membership.person)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("hanse_members:change_organisation", args=[membership.pk]), {"organisation": "Prism"})
        membership.refresh_from_db()
        assert (membership.state, membership.organisation.name) == (State.APPROVED, "Prism")
        assert not reached(membership.person, lens) or lens.audience.scope_set == {PUBLIC}
        client.force_login(manager)
        assert "has changed the organisation" in client.get("/notifications/").content.decode()

    @pytest.mark.parametrize("name", ["Prism", ""])
    def test_to_another_one_is_a_new_application(self, client, cluster, lens, name):
        membership = MembershipFactory(cluster=cluster, organisation=lens, role=Role.EDITOR)
        client.force_login(membership.person)
        client.post(reverse("hanse_members:change_organisation", args=[membership.pk]), {"organisation": name})
        membership.refresh_from_db()
        assert (membership.state, membership.role) == (State.APPLIED, Role.MEMBER)
        assert not Viewer.of(membership.person).is_member

    def test_a_hidden_one_is_no_better_than_one_that_is_not_there(self, cluster, lens):
        OrganisationFactory(name="Prism", clusters=[cluster], scopes=[EDITORS])
        membership = MembershipFactory(cluster=cluster, organisation=lens)
        assert actions.change_organisation(membership, "Prism", by=membership.person).state == State.APPLIED

    def test_who_was_admitted_personally_stays(self, cluster, manager, newcomer):
        membership = actions.approve_membership(apply(newcomer, cluster), by=manager)
        membership = actions.change_organisation(membership, "Prism", by=newcomer)
        assert (membership.state, membership.is_personal) == (State.APPROVED, True)

    def test_nobody_reaches_a_hidden_one_by_naming_it(self, cluster):
        hidden = OrganisationFactory(name="Prism", clusters=[cluster], scopes=[EDITORS])
        membership = MembershipFactory(cluster=cluster)
        membership = actions.change_organisation(membership, "Prism", by=membership.person)
        assert membership.state == State.APPROVED, "as with a name that nobody has"
        assert membership.organisation != hidden
        assert not reached(membership.person, hidden)

    @pytest.mark.parametrize("personal", [True, False])
    def test_nobody_comes_to_look_after_one_by_naming_it(self, cluster, lens, personal):
        OrganisationFactory(name="Prism", clusters=[cluster])
        membership = MembershipFactory(cluster=cluster, organisation=None if personal else lens)
        membership = actions.change_organisation(membership, "Prism", by=membership.person)
        assert (membership.state, membership.organisation.name) == (State.APPROVED, "Prism")
        assert not membership.keeps_organisation

    def test_who_was_suspended_with_the_old_one_may_name_another(self, cluster, manager, lens):
        OrganisationFactory(name="Prism", clusters=[cluster])
        membership = MembershipFactory(cluster=cluster, organisation=lens)
        actions.end_organisation(part(lens, cluster), by=manager)
        membership = actions.change_organisation(membership, "Prism", by=membership.person)
        assert membership.state == State.APPLIED, "the management decides"
        assert not Viewer.of(membership.person).is_member

    def test_who_is_suspended_themselves_cannot_slip_back(self, cluster, lens):
        OrganisationFactory(name="Prism", clusters=[cluster])
        membership = MembershipFactory(cluster=cluster, organisation=lens, state=State.SUSPENDED)
        with pytest.raises(actions.NotPossible):
            actions.change_organisation(membership, "Prism", by=membership.person)

    def test_nobody_says_it_for_another(self, client, cluster, manager, lens):
        membership = MembershipFactory(cluster=cluster, organisation=lens)
        with pytest.raises(actions.NotPermitted):
            actions.change_organisation(membership, "Prism", by=manager)
        client.force_login(manager)
        address = reverse("hanse_members:change_organisation", args=[membership.pk])
        assert client.post(address, {"organisation": "Prism"}).status_code == 404

    def test_the_last_manager_stays_one(self, cluster, lens):
        membership = MembershipFactory(cluster=cluster, organisation=lens, role=Role.MANAGER)
        with pytest.raises(actions.NotPossible):
            actions.change_organisation(membership, "Prism", by=membership.person)
        membership.refresh_from_db()
        assert (membership.state, membership.organisation) == (State.APPROVED, lens)


class TestKeeping:
    def form(self, **changed):
        return {"name": "Lens Ltd", "kind": "company", "scopes": "public", **changed}

    def test_who_looks_after_it_changes_it_and_who_sees_it(self, client, cluster, lens):
        keeper = MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True).person
        client.force_login(keeper)
        address = reverse("hanse_members:edit_organisation", args=[lens.uid])
        told = self.form(about="Lenses", website="lens.example", scopes="cluster", **{"scopes-cluster": cluster.pk})
        assert client.post(address, told).status_code == 302
        lens.refresh_from_db()
        assert texts(lens) == {"about": "Lenses", "website": "https://lens.example"}
        assert lens.audience.scope_set == {Scope("cluster", cluster.pk)}
        client.logout()
        assert client.get(lens.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("changed", [{"name": ""}, {"website": "nix nix"}, {"scopes": ""}, {"kind": "bank"}])
    def test_bad_input_is_named_and_kept(self, client, cluster, lens, changed):
        client.force_login(MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True).person)
        address = reverse("hanse_members:edit_organisation", args=[lens.uid])
        answer = client.post(address, self.form(about="Typed before", **changed))
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == set(changed)
        assert "Typed before" in answer.content.decode()
        assert texts(lens) == {}

    def test_colleagues_and_strangers_do_not_change_it(self, client, cluster, other, lens):
        address = reverse("hanse_members:edit_organisation", args=[lens.uid])
        colleague = MembershipFactory(cluster=cluster, organisation=lens)
        strangers = [colleague.person, MembershipFactory(cluster=other, role=Role.MANAGER).person, UserFactory()]
        for person in strangers:
            client.force_login(person)
            assert client.get(address).status_code == client.post(address, self.form()).status_code == 404
            with pytest.raises(actions.NotPermitted):
                actions.set_keeper(colleague, True, by=person)

    def test_it_is_handed_on(self, client, cluster, lens):
        keeper = MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True)
        colleague = MembershipFactory(cluster=cluster, organisation=lens)
        client.force_login(keeper.person)
        client.post(reverse("hanse_members:keeper", args=[lens.uid, colleague.pk]), {"keeps": "yes"})
        client.post(reverse("hanse_members:keeper", args=[lens.uid, keeper.pk]), {"keeps": "no"})
        keeper.refresh_from_db(), colleague.refresh_from_db()
        assert (keeper.keeps_organisation, colleague.keeps_organisation) == (False, True)
        assert client.get(reverse("hanse_members:edit_organisation", args=[lens.uid])).status_code == 404

    def test_its_people_are_named_to_those_who_look_after_it_and_to_the_own_management(
        self, client, cluster, other, manager, lens
    ):
        OrganisationMembership.objects.create(organisation=lens, cluster=other, state="approved")
        keeper = MembershipFactory(cluster=cluster, organisation=lens, keeps_organisation=True).person
        north = UserFactory(first_name="Nora", last_name="North")
        south = UserFactory(first_name="Susi", last_name="South")
        MembershipFactory(cluster=cluster, organisation=lens, person=north)
        MembershipFactory(cluster=other, organisation=lens, person=south)
        seen = {}
        for name, person in (("keeper", keeper), ("manager", manager), ("colleague", north), ("visitor", None)):
            client.logout()
            if person:
                client.force_login(person)
            content = client.get(lens.get_absolute_url()).content.decode()
            # the menu of the person names the reader
            main = content[content.index("<main") :]
            seen[name] = [last for last in ("Nora North", "Susi South") if last in main]
        assert seen == {
            "keeper": ["Nora North", "Susi South"],
            "manager": ["Nora North"],
            "colleague": [],
            "visitor": [],
        }


class TestFurtherClusters:
    """Whoever names a known organisation in another cluster gives that cluster's management no hold on it."""

    @pytest.fixture
    def far(self, other):
        return MembershipFactory(cluster=other, role=Role.MANAGER).person

    def test_the_management_of_a_further_cluster_looks_and_changes_nothing(self, cluster, other, manager, lens, far):
        membership = apply(UserFactory(), other, lens.name)
        for _step in ("asked", "admitted"):
            with pytest.raises(PermissionDenied):
                actions.update_organisation(lens, by=far, values=said("Hijacked"))
            actions.update_organisation(lens, by=manager, values=said("Ours"))
            membership = membership if membership.admits else actions.approve_membership(membership, by=far)
        assert part(lens, other).state == "approved"
        assert not membership.keeps_organisation
        with pytest.raises(actions.NotPermitted):
            actions.set_keeper(membership, True, by=far)
        assert actions.set_keeper(membership, True, by=manager).keeps_organisation

    def test_it_sees_one_that_hides_itself_as_long_as_it_takes_part(self, cluster, other, manager, lens, far):
        apply(UserFactory(), other, lens.name)
        actions.update_organisation(lens, by=manager, scopes=[Scope("cluster", cluster.pk)])
        assert not reached(far, lens), "only named by somebody"
        actions.admit_organisation(part(lens, other), by=far)
        assert reached(far, lens)

    def test_when_the_first_part_ends_the_next_one_answers_for_it(self, cluster, other, manager, lens, far):
        actions.admit_organisation(OrganisationMembership.objects.create(organisation=lens, cluster=other), by=far)
        assert lens.home_scope() == Scope("cluster", cluster.pk)
        actions.end_organisation(part(lens, cluster), by=manager)
        assert lens.home_scope() == Scope("cluster", other.pk)
        actions.update_organisation(lens, by=far, values=said("Now ours"))
        with pytest.raises(PermissionDenied):
            actions.update_organisation(lens, by=manager, values=said("Still ours"))


def test_who_has_a_stake_is_named_the_same_by_query_and_by_row(cluster, other, operator, manager, lens):
    """``stake_q`` and ``stakeholders`` say the same of everybody."""
    third = ClusterFactory()
    OrganisationMembership.objects.create(organisation=lens, cluster=other, state="approved", decided_at=timezone.now())
    OrganisationMembership.objects.create(organisation=lens, cluster=third)
    MembershipFactory(cluster=third, role=Role.MANAGER)
    MembershipFactory(cluster=cluster, organisation=lens)
    MembershipFactory(cluster=cluster, organisation=lens, state=State.APPLIED)
    MembershipFactory(cluster=other, role=Role.MANAGER)
    MembershipFactory(role=Role.MANAGER)
    by_row = set(lens.stakeholders())
    everybody = type(manager).objects.all()
    by_query = {
        person
        for person in everybody
        if Organisation.objects.filter(Organisation.stake_q(Viewer.of(person)), pk=lens.pk).exists()
    }
    assert by_row == by_query
    assert len(by_row) == 4, "operator, two managers, one who belongs to it"


def test_the_audit_trail_tells_what_was_changed(client, cluster, manager, lens):
    actions.update_organisation(lens, by=manager, values=said("Lenses"), name="Lens & Co")
    event = AuditEvent.objects.get(verb="organisation.changed")
    assert event.data == {"fields": ["about", "name"]}
    assert (event.scope_kind, event.scope_id) == ("cluster", cluster.pk)
    assert Organisation.objects.named("lens & CO").get() == lens
