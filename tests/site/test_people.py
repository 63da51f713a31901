"""Operators close accounts and name operators, on record; nothing else about a person is theirs to change."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse

from hanse_access.models import AuditEvent
from hanse_access.operators import is_operator, operator_group
from hanse_site.people import actions
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    person = UserFactory()
    person.groups.add(operator_group())
    return person


@pytest.fixture
def person():
    return UserFactory(first_name="Ida", last_name="Lund")


def test_an_operator_closes_and_opens_an_account_on_record(client, operator, person):
    client.force_login(operator)
    assert "Ida Lund" in client.get("/admin/users/").content.decode()
    client.post(f"/admin/users/edit/{person.pk}/", {"is_operator": ""})
    person.refresh_from_db()
    assert not person.is_active
    client.post(f"/admin/users/edit/{person.pk}/", {"is_active": "on"})
    person.refresh_from_db()
    assert person.is_active
    verbs = AuditEvent.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["person.deactivated", "person.reactivated"]


def test_an_operator_names_another(client, operator, person):
    client.force_login(operator)
    client.post(f"/admin/users/edit/{person.pk}/", {"is_active": "on", "is_operator": "on"})
    assert is_operator(person)
    assert AuditEvent.objects.get().verb == "operator.named"


def test_nobody_becomes_superuser_or_gets_another_address_through_the_form(client, operator, person):
    client.force_login(operator)
    address = person.email
    client.post(
        f"/admin/users/edit/{person.pk}/",
        {"is_active": "on", "is_superuser": "on", "email": "mine@example.org", "password1": "x", "groups": "1"},
    )
    person.refresh_from_db()
    assert not person.is_superuser
    assert person.email == address
    assert not person.groups.exists()
    assert client.get("/admin/users/new/").status_code == 302


@pytest.mark.parametrize(
    "act",
    [
        lambda person, by: actions.set_active(person, False, by=by),
        lambda person, by: actions.set_operator(person, False, by=by),
    ],
    ids=["close", "end"],
)
def test_who_was_closed_a_moment_ago_closes_nobody_in_turn(operator, act):
    """Two operators at once: the one whose request waits for the lock acts with an account that is closed by then."""
    other = UserFactory()
    other.groups.add(operator_group())
    type(operator).objects.filter(pk=operator.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        act(other, operator)
    other.refresh_from_db()
    assert other.is_active
    assert is_operator(other)


@pytest.mark.parametrize("who", ["self", "deleted", "superuser"])
def test_some_accounts_refuse(client, operator, who):
    from django.utils import timezone

    target = {
        "self": lambda: operator,
        "deleted": lambda: UserFactory(deleted_at=timezone.now()),
        "superuser": lambda: UserFactory(is_superuser=True),
    }[who]()
    client.force_login(operator)
    client.post(f"/admin/users/edit/{target.pk}/", {})
    target.refresh_from_db()
    assert target.is_active
    assert not AuditEvent.objects.exists()


def test_several_at_once_are_on_record_too(client, operator, person):
    client.force_login(operator)
    url = f"/admin/bulk/hanse_site/user/set_active_state/?id={person.pk}"
    assert client.get(url).status_code == 200
    client.post(url, {"mark_as_active": "False"})
    person.refresh_from_db()
    assert not person.is_active
    url = f"/admin/bulk/hanse_site/user/assign_role/?id={person.pk}"
    client.post(url, {"role": operator_group().pk})
    assert [event.verb for event in AuditEvent.objects.order_by("pk")] == ["person.deactivated", "operator.named"]


def test_others_have_no_business_there(client, person):
    client.force_login(person)
    assert client.get("/admin/users/").status_code in (302, 403, 404)


def test_the_first_operator_is_named_on_the_server():
    person = UserFactory()
    call_command("name_operator", person.email.upper())
    assert is_operator(person)
    assert AuditEvent.objects.get(verb="operator.named").actor is None


def test_nobody_without_an_open_account_is_named():
    closed = UserFactory(is_active=False)
    for email in (closed.email, "nobody@example.org"):
        with pytest.raises(CommandError):
            call_command("name_operator", email)
    assert not is_operator(closed)


def test_the_administration_bears_the_name_of_the_site(client, operator):
    client.force_login(operator)
    html = client.get("/admin/").content.decode()
    assert "- Hanse</title>" in html
    assert "hanse_base/favicon" in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["add", "copy"])
def test_nobody_is_added_by_hand_not_even_by_a_superuser(client, name):
    superuser = UserFactory(is_superuser=True)
    client.force_login(superuser)
    address = reverse(f"wagtailusers_users:{name}", args=[superuser.pk] if name == "copy" else [])
    for answer in (client.get(address), client.post(address, {"email": "new@example.org"})):
        assert (answer.status_code, answer.url) == (302, reverse("wagtailusers_users:index"))
    assert not type(superuser).objects.filter(email="new@example.org").exists()
