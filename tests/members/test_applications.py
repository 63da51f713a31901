"""Applying, and deciding about those who apply: what is said stays between the person and the management."""

import pytest
from django.core import mail
from django.urls import reverse

from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.models import Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.matrix.probes import normalised

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
SAID = {"contributes": "Twenty years of optics", "seeks": "A partner for coatings"}
LIST = "/waiting/"


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def newcomer():
    return UserFactory(first_name="Nele", last_name="Nord")


@pytest.fixture
def applied(client, cluster, newcomer):
    client.force_login(newcomer)
    assert client.post(reverse("hanse_members:apply", args=[cluster.slug]), SAID).status_code == 302
    return newcomer.memberships.get()


def do(client, what, *chosen, reason="", follow=False):
    """Presses a button of the page of what waits: of one application ("admit:3") or of the chosen ones."""
    name, _colon, one = what.partition(":")
    sent = {
        "kind": "applications",
        "do": what,
        "chosen": chosen,
        f"reason-{name}-{one}" if one else f"reason-{name}": reason,
    }
    return client.post(LIST, sent, follow=follow)


def test_addresses_in_earlier_mails_lead_to_what_waits(client, manager):
    client.force_login(manager)
    assert client.get("/memberships/applications/").url == "/waiting/?kind=applications"


def text(client, address, person):
    client.force_login(person)
    return client.get(address).content.decode()


def test_a_visitor_signs_in_first_and_comes_back(client, cluster):
    answer = client.get(reverse("hanse_members:apply", args=[cluster.slug]))
    assert answer.url.endswith("?next=/memberships/apply/optics-north/")


def test_what_was_said_is_read_by_the_management(client, applied, manager):
    page = text(client, LIST, manager)
    assert "Nele Nord" in page
    assert "Twenty years of optics" in page
    assert "A partner for coatings" in page


@pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR])
def test_nobody_else_of_the_cluster_reads_it(client, applied, cluster, role):
    person = MembershipFactory(cluster=cluster, role=role).person
    assert "Nele Nord" not in text(client, LIST, person)
    do(client, "admit", applied.pk)
    do(client, f"decline:{applied.pk}", reason="No")
    applied.refresh_from_db()
    assert applied.state == "applied"


def test_another_management_neither_reads_nor_decides(client, applied):
    foreign = MembershipFactory(role=Role.MANAGER).person
    assert "Nele Nord" not in text(client, LIST, foreign)
    do(client, f"admit:{applied.pk}", follow=True)
    hidden, missing = (do(client, f"decline:{pk}", reason="No", follow=True) for pk in (applied.pk, 987654))
    assert normalised(hidden) == normalised(missing)
    applied.refresh_from_db()
    assert applied.state == "applied"


@pytest.mark.parametrize("missing", ["contributes", "seeks"])
def test_what_is_missing_is_asked_at_the_field_and_what_was_typed_stays(client, cluster, newcomer, missing):
    client.force_login(newcomer)
    typed = SAID | {missing: "  "}
    page = client.post(reverse("hanse_members:apply", args=[cluster.slug]), typed)
    assert page.status_code == 400
    assert set(page.context["form"].errors) == {missing}
    (kept,) = (value for name, value in SAID.items() if name != missing)
    assert kept in page.content.decode()
    assert not newcomer.memberships.exists()


def test_too_much_is_refused_and_kept(client, cluster, newcomer):
    client.force_login(newcomer)
    page = client.post(reverse("hanse_members:apply", args=[cluster.slug]), SAID | {"seeks": "x" * 1001})
    assert page.status_code == 400
    assert "x" * 1001 in page.content.decode()


def test_several_are_admitted_at_once(client, manager, cluster):
    waiting = MembershipFactory.create_batch(3, cluster=cluster, state="applied")
    client.force_login(manager)
    do(client, "admit", waiting[0].pk, waiting[1].pk)
    states = [Membership.objects.get(pk=each.pk).state for each in waiting]
    assert states == ["approved", "approved", "applied"]


def test_one_of_several_is_admitted_by_the_own_button(client, manager, cluster):
    chosen, pressed = MembershipFactory.create_batch(2, cluster=cluster, state="applied")
    client.force_login(manager)
    do(client, f"admit:{pressed.pk}", chosen.pk)
    states = [Membership.objects.get(pk=each.pk).state for each in (chosen, pressed)]
    assert states == ["applied", "approved"]


@pytest.mark.parametrize("numbers", [[], ["x"], ["9" * 40], ["-1"]])
def test_a_choice_that_is_none_is_said(client, manager, applied, numbers):
    client.force_login(manager)
    page = do(client, "admit", *numbers, follow=True)
    assert [message.level_tag for message in page.context["messages"]][-1] == "error"


def test_what_was_decided_meanwhile_is_said(client, manager, applied):
    Membership.objects.filter(pk=applied.pk).update(state="left")
    client.force_login(manager)
    page = do(client, f"admit:{applied.pk}", follow=True)
    assert [message.level_tag for message in page.context["messages"]][-1] == "info"


def test_a_refusal_needs_a_reason_and_the_applicant_reads_it(
    client, manager, applied, newcomer, cluster, django_capture_on_commit_callbacks
):
    client.force_login(manager)
    asked = do(client, f"decline:{applied.pk}", reason=" ")
    assert asked.status_code == 400
    with django_capture_on_commit_callbacks(execute=True):
        do(client, f"decline:{applied.pk}", reason="Another cluster fits better")
    assert "Another cluster fits better" in mail.outbox[-1].body
    assert "Another cluster fits better" in text(client, reverse("hanse_members:apply", args=[cluster.slug]), newcomer)


def test_who_applies_again_finds_what_was_said(client, manager, applied, newcomer, cluster):
    client.force_login(manager)
    do(client, f"decline:{applied.pk}", reason="Say more")
    assert SAID["contributes"] in text(client, reverse("hanse_members:apply", args=[cluster.slug]), newcomer)
    client.post(reverse("hanse_members:apply", args=[cluster.slug]), SAID | {"seeks": "More"})
    applied.refresh_from_db()
    assert (applied.state, applied.seeks, applied.reason) == ("applied", "More", "")


def test_who_takes_it_back_and_applies_again_is_told_of_once(client, manager, cluster, newcomer):
    for _time in range(3):
        membership = actions.apply_for_membership(person=newcomer, cluster=cluster)
        actions.end_membership(membership, by=newcomer)
    assert Notification.objects.of(manager).filter(kind="memberships.applied").count() == 1


def test_a_member_is_led_back(client, applied, newcomer, cluster):
    client.force_login(newcomer)
    answer = client.get(reverse("hanse_members:apply", args=[cluster.slug]))
    assert answer.url == reverse("hanse_members:memberships")


def test_a_suspended_cluster_takes_no_applications(client, newcomer):
    client.force_login(newcomer)
    ClusterFactory(slug="asleep", state="suspended")
    assert client.get("/memberships/apply/asleep/").status_code == 404
    assert client.post("/memberships/apply/asleep/", SAID).status_code == 404


def test_the_administration_asks_for_the_reason_too(client, manager, cluster):
    from django.contrib.auth.models import Permission

    membership = MembershipFactory(cluster=cluster, state="applied")
    manager.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(manager)
    address = reverse("hanse_members_memberships:edit", args=[membership.pk])
    page = client.post(address, {"decision": "decline", "reason": "", "role": "member"})
    assert page.context["form"].errors.keys() == {"reason"}
    client.post(address, {"decision": "decline", "reason": "Another field", "role": "member"})
    membership.refresh_from_db()
    assert (membership.state, membership.reason) == ("declined", "Another field")
