"""The administration: managers work on their own cluster, see nothing of others, and only through the actions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.models import AuditEvent
from hanse_members.models import ClusterPage, Membership
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State = Membership.State


def url(kind, view, *args):
    return reverse(f"hanse_members_{kind}:{view}", args=args)


def sign_in(client, person):
    client.force_login(person)
    return client


def settings_of(cluster, **changes):
    data = {
        "name": cluster.name,
        "short_name": cluster.short_name,
        "languages": cluster.languages,
        "contact_email": cluster.contact_email,
        "accent": cluster.accent,
        "accent_dark": cluster.accent_dark,
    }
    return data | changes


def test_an_operator_founds_a_cluster(client, bilingual_home, operator):
    data = {"name": "BioMed Mitte", "slug": "biomed-mitte", "languages": ["en", "de"], "accent": "#2e6b3f"}
    response = sign_in(client, operator).post(url("clusters", "add"), data)
    assert response.status_code == 302
    assert ClusterPage.objects.filter(cluster__slug="biomed-mitte").count() == 2


def test_errors_stand_at_the_fields_and_the_input_is_kept(client, photonik, operator):
    data = {"name": "Another", "slug": "photonik-nord", "languages": ["en"], "accent": "#ffd000"}
    response = sign_in(client, operator).post(url("clusters", "add"), data)
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"slug", "accent"}
    assert b'value="Another"' in response.content


def test_a_manager_changes_the_settings_on_record(client, photonik, manager):
    response = sign_in(client, manager).post(
        url("clusters", "edit", photonik.pk), settings_of(photonik, short_name="Photonik", accepts_shared_items="on")
    )
    assert response.status_code == 302
    photonik.refresh_from_db()
    assert (photonik.short_name, photonik.accepts_shared_items) == ("Photonik", True)
    assert AuditEvent.objects.filter(verb="cluster.settings_changed").exists()


def test_who_manages_one_cluster_and_edits_another_changes_the_first_only(client, photonik, leichtbau, manager):
    MembershipFactory(person=manager, cluster=leichtbau, role=Role.EDITOR)
    edit = url("clusters", "edit", leichtbau.pk)
    assert sign_in(client, manager).get(edit)["Location"] == reverse("wagtailadmin_home")
    client.post(edit, settings_of(leichtbau, short_name="Mine"))
    leichtbau.refresh_from_db()
    assert leichtbau.short_name != "Mine"


@pytest.mark.parametrize("who", ["manager", "operator"])
def test_the_settings_alone_never_end_a_cluster(client, photonik, manager, operator, who):
    person = {"manager": manager, "operator": operator}[who]
    page = sign_in(client, person).get(url("clusters", "edit", photonik.pk)).content.decode()
    ways = [reverse("hanse_members:standing", args=[photonik.slug, change]) for change in ("suspend", "close")]
    assert [way in page for way in ways] == [who == "operator"] * 2
    client.post(url("clusters", "edit", photonik.pk), settings_of(photonik, standing="close", state="closed"))
    photonik.refresh_from_db()
    assert photonik.is_active


def test_a_manager_sees_the_own_memberships_only(client, manager, leichtbau):
    foreign = MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Foreign", last_name="Person"))
    own = MembershipFactory(
        cluster=manager.memberships.get().cluster, person=UserFactory(first_name="Own", last_name="Person")
    )
    response = sign_in(client, manager).get(url("memberships", "index"))
    assert own.person.get_full_name() in response.content.decode()
    assert foreign.person.get_full_name() not in response.content.decode()
    assert "Leichtbau" not in response.content.decode()


@pytest.mark.parametrize("words", ["ida lund", "Lund", "ida@example"])
def test_a_manager_finds_a_person_by_name_or_address_in_the_own_cluster(client, photonik, leichtbau, manager, words):
    for cluster, first_name in [(photonik, "Ida"), (photonik, "Tom"), (leichtbau, "Ida")]:
        email = f"{first_name}@example.{cluster.slug}".lower()
        MembershipFactory(cluster=cluster, person=UserFactory(first_name=first_name, last_name="Lund", email=email))
    response = sign_in(client, manager).get(url("memberships", "index"), {"q": words})
    found = {(row.person.first_name, row.cluster) for row in response.context["object_list"]}
    assert found == ({("Ida", photonik), ("Tom", photonik)} if words == "Lund" else {("Ida", photonik)})


@pytest.mark.parametrize("view", ["edit", "delete", "history", "usage"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_rows_do_not_exist_for_a_manager(client, manager, leichtbau, view, method):
    foreign = MembershipFactory(cluster=leichtbau, state=State.APPLIED)
    sign_in(client, manager)
    for kind, pk in [("memberships", foreign.pk), ("clusters", leichtbau.pk)]:
        response = getattr(client, method)(url(kind, view, pk), {"decision": "approve", "role": "manager"})
        assert response.status_code in {302, 404}, kind
        assert "Leichtbau" not in response.content.decode()
    foreign.refresh_from_db()
    assert foreign.state == State.APPLIED


def test_an_editor_has_no_memberships_and_reads_no_settings_of_others(client, editor, leichtbau):
    sign_in(client, editor)
    assert client.get(url("memberships", "index")).status_code == 302
    assert "Leichtbau" not in client.get(url("clusters", "index")).content.decode()


def test_a_manager_admits_and_makes_an_editor_in_one_step(client, photonik, manager):
    applicant = MembershipFactory(cluster=photonik, state=State.APPLIED)
    response = sign_in(client, manager).post(
        url("memberships", "edit", applicant.pk), {"decision": "approve", "role": "editor"}
    )
    assert response.status_code == 302
    applicant.refresh_from_db()
    assert (applicant.state, applicant.role, applicant.decided_by) == (State.APPROVED, Role.EDITOR, manager)
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {
        "membership.approved",
        "membership.role_changed",
    }


def test_who_waits_for_a_decision_stands_first_with_an_address(client, photonik, manager):
    waiting = MembershipFactory(cluster=photonik, state=State.APPLIED)
    MembershipFactory(cluster=photonik)
    sign_in(client, manager)
    rows = client.get(url("memberships", "index")).context["object_list"]
    assert [row.state for row in rows] == [State.APPLIED, State.APPROVED, State.APPROVED]
    oldest = client.get(url("memberships", "index") + "?ordering=applied_at").context["object_list"]
    assert oldest[0].person == manager
    assert waiting.person.email in client.get(url("memberships", "edit", waiting.pk)).content.decode()


def test_the_last_manager_is_told_why_not(client, manager):
    membership = manager.memberships.get()
    response = sign_in(client, manager).post(
        url("memberships", "edit", membership.pk), {"decision": "keep", "role": "member"}
    )
    assert response.status_code == 400
    assert response.context["form"].non_field_errors()
    membership.refresh_from_db()
    assert membership.role == Role.MANAGER


def test_a_role_without_admission_is_refused_at_the_field(client, photonik, manager):
    applicant = MembershipFactory(cluster=photonik, state=State.APPLIED)
    response = sign_in(client, manager).post(
        url("memberships", "edit", applicant.pk), {"decision": "decline", "role": "editor"}
    )
    assert "role" in response.context["form"].errors


def test_an_operator_makes_the_first_manager_by_address(client, photonik, operator):
    person = UserFactory(email="first@example.org")
    sign_in(client, operator)
    data = {"email": "First@example.org", "cluster": photonik.pk, "role": "manager"}
    assert client.post(url("memberships", "add"), data).status_code == 302
    assert person.memberships.get().role == Role.MANAGER
    response = client.post(url("memberships", "add"), data | {"email": "unknown@example.org"})
    assert "email" in response.context["form"].errors
    assert client.post(url("memberships", "add"), data).context["form"].non_field_errors()


def test_a_manager_admits_nobody_who_did_not_apply(client, photonik, manager):
    person = UserFactory()
    data = {"email": person.email, "cluster": photonik.pk, "role": "member"}
    assert sign_in(client, manager).post(url("memberships", "add"), data).status_code == 302
    assert not person.memberships.exists()


def test_the_list_needs_the_same_queries_for_few_and_many(client, photonik, manager):
    sign_in(client, manager)
    client.get(url("memberships", "index"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url("memberships", "index"), {"items_per_page": 100})
        return len(captured)

    MembershipFactory(cluster=photonik)
    few = queries()
    for _ in range(18):
        MembershipFactory(cluster=photonik)
    assert queries() == few
