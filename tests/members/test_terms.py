"""Terms: versions that never change, and who agreed to which one when."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from wagtail.permissions import policy_registry

from hanse_access.models import ActorKey, AuditEvent
from hanse_members import actions
from hanse_members.models import Membership, Terms, TermsAcceptance
from hanse_members.personal_data import export
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

TEXTS = {"en": "Be fair.", "de": "Seien Sie fair."}


@pytest.fixture
def cluster(photonik):
    return photonik


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def platform_terms(operator):
    return actions.issue_terms(cluster=None, texts=TEXTS, by=operator)


@pytest.fixture
def cluster_terms(cluster, manager):
    return actions.issue_terms(cluster=cluster, texts={"en": "Share something."}, by=manager)


class TestIssuing:
    def test_each_issuer_counts_its_own_versions_and_the_newest_is_in_force(self, cluster, manager, operator):
        for text in ("One.", "Two."):
            actions.issue_terms(cluster=None, texts={"en": text}, by=operator)
            actions.issue_terms(cluster=cluster, texts={"en": text}, by=manager)
        elsewhere = actions.issue_terms(cluster=ClusterFactory(), texts={"en": "One."}, by=operator)
        assert [terms.version for terms in Terms.objects.filter(cluster=cluster).order_by("pk")] == [1, 2]
        in_force = Terms.objects.in_force()
        assert {(terms.cluster_id, terms.version) for terms in in_force} == {
            (None, 2),
            (cluster.pk, 2),
            (elsewhere.cluster_id, 1),
        }
        event = AuditEvent.objects.filter(verb="terms.issued", scope_id=cluster.pk).first()
        assert event.data["version"] == 2

    def test_the_digest_tells_any_change_of_the_text(self, platform_terms):
        assert platform_terms.digest == platform_terms.compute_digest()
        platform_terms.texts = {**TEXTS, "en": "Be fair!"}
        assert platform_terms.digest != platform_terms.compute_digest()

    @pytest.mark.parametrize("change", ["update", "delete"])
    def test_a_version_and_an_acceptance_cannot_be_changed(self, platform_terms, manager, change):
        actions.accept_terms([platform_terms], by=manager)
        for rows, fields in ((Terms.objects, {"texts": {}}), (TermsAcceptance.objects, {"terms_id": 0})):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                rows.all()._raw_delete("default") if change == "delete" else rows.update(**fields)

    def test_nobody_issues_for_others(self, cluster, manager, operator):
        editor = MembershipFactory(cluster=cluster, role=Role.EDITOR).person
        for by, issuer in ((editor, cluster), (manager, ClusterFactory()), (manager, None), (UserFactory(), None)):
            with pytest.raises(actions.NotPermitted):
                actions.issue_terms(cluster=issuer, texts=TEXTS, by=by)

    @pytest.mark.parametrize("texts", [{}, {"en": "  "}, TEXTS])
    def test_what_says_nothing_new_is_refused(self, platform_terms, operator, texts):
        with pytest.raises(actions.NotPossible):
            actions.issue_terms(cluster=None, texts=texts, by=operator)


class TestReading:
    def test_everybody_reads_them_in_the_own_language_where_there_is_one(self, client, platform_terms, cluster_terms):
        address = platform_terms.get_absolute_url()
        assert "Be fair." in client.get(address, headers={"Accept-Language": "en"}).content.decode()
        assert "Seien Sie fair." in client.get(address, headers={"Accept-Language": "de"}).content.decode()
        german = client.get(cluster_terms.get_absolute_url(), headers={"Accept-Language": "de"}).content.decode()
        assert '<div class="prose" lang="en"><p>Share something.</p>' in german

    def test_an_old_version_says_so(self, client, platform_terms, operator):
        newer = actions.issue_terms(cluster=None, texts={"en": "Be kind."}, by=operator)
        old = client.get(platform_terms.get_absolute_url()).content.decode()
        assert "Version 2 is in force now." in old
        assert "in force now" not in client.get(newer.get_absolute_url()).content.decode()

    def test_those_of_a_cluster_that_takes_no_part_are_missing(self, client, cluster, cluster_terms, operator):
        actions.suspend_cluster(cluster, by=operator)
        assert client.get(cluster_terms.get_absolute_url()).status_code == 404

    def test_markup_in_them_stays_text(self, client, operator):
        terms = actions.issue_terms(cluster=None, texts={"en": "<script>x</script>"}, by=operator)
        assert "&lt;script&gt;" in client.get(terms.get_absolute_url()).content.decode()


class TestApplying:
    @pytest.fixture
    def newcomer(self, client):
        person = UserFactory()
        client.force_login(person)
        return person

    def apply(self, client, cluster, *accepted):
        said = {"contributes": "Lenses", "seeks": "Partners"}
        consent = {f"terms-{terms.pk}": "on" for terms in accepted}
        return client.post(reverse("hanse_members:apply", args=[cluster.slug]), said | consent)

    def test_one_applies_with_the_consent_to_all_of_them(
        self, client, cluster, platform_terms, cluster_terms, newcomer
    ):
        refused = self.apply(client, cluster, platform_terms)
        assert refused.status_code == 400
        assert "Without your consent" in refused.content.decode()
        assert "Lenses" in refused.content.decode()
        assert not Membership.objects.of(newcomer).exists()
        assert not TermsAcceptance.objects.by(newcomer).exists()
        self.apply(client, cluster, platform_terms, cluster_terms)
        assert Membership.objects.of(newcomer).get().state == "applied"
        assert {row.terms for row in TermsAcceptance.objects.by(newcomer)} == {platform_terms, cluster_terms}

    def test_what_was_accepted_before_is_not_asked_again(self, client, cluster, platform_terms, newcomer):
        self.apply(client, cluster, platform_terms)
        second = ClusterFactory(slug="second")
        form = client.get(reverse("hanse_members:apply", args=["second"])).context["form"]
        assert form.terms == {}
        self.apply(client, second)
        assert Membership.objects.of(newcomer).count() == 2

    def test_a_version_issued_while_the_form_was_open_is_asked_for(
        self, client, cluster, platform_terms, newcomer, operator
    ):
        newer = actions.issue_terms(cluster=None, texts={"en": "Be kind."}, by=operator)
        answer = self.apply(client, cluster, platform_terms)
        assert answer.status_code == 400
        assert f"terms-{newer.pk}" in answer.context["form"].errors

    def test_the_management_reads_what_each_applicant_accepted(
        self, client, cluster, platform_terms, cluster_terms, newcomer, operator
    ):
        foreign = actions.issue_terms(cluster=ClusterFactory(name="Elsewhere"), texts={"en": "Else."}, by=operator)
        actions.accept_terms([foreign], by=newcomer)
        self.apply(client, cluster, platform_terms, cluster_terms)
        other = MembershipFactory(cluster=cluster, state="applied").person
        client.force_login(MembershipFactory(cluster=cluster, role=Role.MANAGER).person)
        (group,) = client.get(reverse("hanse_base:waiting")).context["groups"]
        rows = [drawn.item for drawn in group.items]
        accepted = {row.person: [acceptance.terms for acceptance in row.accepted] for row in rows}
        assert accepted == {newcomer: [platform_terms, cluster_terms], other: []}

    def test_the_action_itself_refuses_without_consent(self, cluster, platform_terms, newcomer):
        with pytest.raises(actions.NotPossible):
            actions.apply_for_membership(person=newcomer, cluster=cluster)


class TestAskingMembers:
    def test_a_new_version_is_a_card_until_it_is_accepted(self, client, manager, platform_terms, cluster_terms):
        client.force_login(manager)
        dashboard = reverse("hanse_base:dashboard")
        assert "Terms to accept" in client.get(dashboard).content.decode()
        page = client.get(reverse("hanse_members:accept_terms")).content.decode()
        assert page.index("Be fair.") < page.index("Share something.")
        client.post(reverse("hanse_members:accept_terms"), {"terms": [platform_terms.pk, cluster_terms.pk]})
        assert "Terms to accept" not in client.get(dashboard).content.decode()
        assert TermsAcceptance.objects.by(manager).count() == 2

    def test_nothing_is_accepted_that_was_not_on_the_page(self, client, manager, platform_terms, cluster_terms):
        client.force_login(manager)
        foreign = actions.issue_terms(cluster=None, texts={"en": "Other."}, by=UserFactory(is_superuser=True))
        client.post(reverse("hanse_members:accept_terms"), {"terms": [platform_terms.pk, cluster_terms.pk, "x", "-1"]})
        assert {row.terms for row in TermsAcceptance.objects.by(manager)} == {cluster_terms}
        assert list(actions.terms_asked_of(manager)) == [foreign]

    def test_guests_and_applicants_are_not_asked(self, cluster, platform_terms):
        applicant = MembershipFactory(cluster=cluster, state="applied").person
        assert not actions.terms_asked_of(applicant).exists()
        assert not actions.terms_asked_of(UserFactory()).exists()


class TestAdministration:
    def test_a_manager_issues_the_next_version_from_what_is_in_force(self, client, cluster, manager, cluster_terms):
        client.force_login(manager)
        address = reverse("hanse_members_terms:add")
        assert "Share something." in client.get(address).content.decode()
        client.post(address, {"cluster": cluster.pk, "text_en": "Share more.", "text_de": "Teilen Sie."})
        newest = Terms.objects.in_force().get(cluster=cluster)
        assert (newest.version, newest.texts) == (2, {"en": "Share more.", "de": "Teilen Sie."})

    def test_what_is_refused_is_said_beside_the_field_and_kept(self, client, cluster, manager, cluster_terms):
        client.force_login(manager)
        for number, data in ((400, {"text_en": ""}), (400, {"cluster": ClusterFactory().pk, "text_en": "Mine."})):
            answer = client.post(reverse("hanse_members_terms:add"), {"cluster": cluster.pk} | data)
            assert answer.status_code in (200, number)
            assert answer.context["form"].errors
        assert Terms.objects.count() == 1

    def test_who_may_issue_and_who_is_named_for_it_are_the_same_people(self, cluster, manager, operator):
        editor, member = (MembershipFactory(cluster=cluster, role=role).person for role in (Role.EDITOR, Role.MEMBER))
        policy = policy_registry.get_by_type(Terms)
        named = policy.users_with_any_permission(["add"])
        for person in (manager, operator, editor, member):
            assert policy.user_has_permission(person, "add") == (person in named) == (person in (manager, operator))

    def test_operators_issue_those_of_the_platform(self, client, operator):
        client.force_login(operator)
        client.post(reverse("hanse_members_terms:add"), {"cluster": "", "text_en": "Be fair."})
        assert Terms.objects.get().cluster is None

    def test_the_list_holds_the_own_ones_and_leads_to_no_form_of_change(self, client, manager, cluster_terms, operator):
        foreign = actions.issue_terms(cluster=ClusterFactory(name="Elsewhere"), texts=TEXTS, by=operator)
        client.force_login(manager)
        html = client.get(reverse("hanse_members_terms:index")).content.decode()
        assert cluster_terms.get_absolute_url() in html
        assert foreign.get_absolute_url() not in html
        assert "/edit/" not in html
        for name in ("edit", "delete"):
            assert client.get(reverse(f"hanse_members_terms:{name}", args=[cluster_terms.pk])).status_code in (
                302,
                403,
                404,
            )


def test_the_own_data_tell_what_was_accepted_and_the_record_outlives_the_account(manager, platform_terms):
    actions.accept_terms([platform_terms], by=manager)
    told = next(file for file in export(manager) if file.path == "accepted_terms.json")
    assert told.content[0]["digest"] == platform_terms.digest
    ActorKey.objects.filter(user=manager).update(user=None)
    assert TermsAcceptance.objects.count() == 1
    assert not TermsAcceptance.objects.by(manager).exists()
