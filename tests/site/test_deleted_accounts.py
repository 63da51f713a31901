"""An account that its owner deletes: what is personal goes for good, what is shared stays without a name."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry, PageSubscription
from wagtail.users.models import UserProfile

from hanse_access.models import AuditEvent
from hanse_access.operators import operator_group
from hanse_site.account import actions, tasks
from hanse_site.account.adapters import AccountAdapter
from hanse_site.models import DataExport
from tests.factories.accounts import PASSWORD, confirmed_person
from tests.factories.pages import PageFactory

from .own_data import entry, reauthenticated

pytestmark = pytest.mark.django_db

User = get_user_model()


class TestDeletion:
    @pytest.fixture
    def person(self):
        return confirmed_person(email="ada@example.org", first_name="Ada", last_name="Berg", language="de")

    def test_needs_the_password_and_a_tick(self, person):
        url = reverse("hanse_account:delete")
        client = Client()
        client.force_login(person)
        assert client.post(url, {"understood": "on"}).url.startswith(reverse("account_reauthenticate"))
        client = reauthenticated(person)
        assert client.post(url, {}).status_code == 400
        assert User.objects.filter(pk=person.pk, deleted_at=None).exists()
        assert client.post(url, {"understood": "on"}).url == reverse("hanse_account:deleted")
        assert User.objects.filter(pk=person.pk, deleted_at__isnull=False).exists()
        assert "_auth_user_id" not in client.session

    def test_leaves_a_tombstone_without_personal_data(self, person):
        actions.delete_account(user=person)
        person.refresh_from_db()
        assert re.fullmatch(r"deleted-[0-9a-f]{24}@invalid", person.email)
        assert (person.first_name, person.last_name, person.language, person.time_zone) == ("", "", "", "")
        assert not person.is_active
        assert not person.has_usable_password()
        assert person.deleted_at is not None
        with translation.override("en"):
            assert person.get_full_name() == "Former member"

    def test_removes_ways_in(self, person):
        client = reauthenticated(person)
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
        actions.delete_account(user=person)
        assert client.get(reverse("hanse_account:overview")).status_code == 302
        for model in (EmailAddress, Authenticator, UserSession):
            assert not model.objects.filter(user=person).exists()
        answer = Client().post(reverse("account_login"), {"login": "ada@example.org", "password": PASSWORD})
        assert answer.status_code == 400

    def test_frees_the_address(self, person):
        actions.delete_account(user=person)
        assert confirmed_person(email="ada@example.org").pk != person.pk

    def test_is_confirmed_by_a_mail_in_the_persons_language(self, person, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            actions.delete_account(user=person)
        assert [(message.to, message.subject) for message in mail.outbox] == [
            (["ada@example.org"], "Ihr Konto ist gelöscht")
        ]

    def test_removes_the_copy_of_ones_data_with_its_file(self, person, django_capture_on_commit_callbacks):
        tasks.collect_own_data.func(actions.request_own_data(user=person).pk)
        copy = DataExport.objects.get(user=person)
        with django_capture_on_commit_callbacks(execute=True):
            actions.delete_account(user=person)
        assert not copy.file.storage.exists(copy.file.name)

    def test_is_done_when_neither_mail_server_nor_storage_answers(
        self, person, django_capture_on_commit_callbacks, monkeypatch
    ):
        class Unreachable(Exception):
            pass

        def fail(*args):
            raise Unreachable

        tasks.collect_own_data.func(actions.request_own_data(user=person).pk)
        storage = DataExport.objects.get(user=person).file.storage
        client = reauthenticated(person)
        monkeypatch.setattr(AccountAdapter, "send_mail", fail)
        monkeypatch.setattr(storage, "delete", fail)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("hanse_account:delete"), {"understood": "on"})
        assert answer.url == reverse("hanse_account:deleted")
        assert "_auth_user_id" not in client.session

    def test_a_file_that_its_storage_did_not_remove_is_swept_later(
        self, person, django_capture_on_commit_callbacks, monkeypatch
    ):
        tasks.collect_own_data.func(actions.request_own_data(user=person).pk)
        copy = DataExport.objects.get(user=person)
        storage, name = copy.file.storage, copy.file.name

        def fail(name):
            raise OSError

        with monkeypatch.context() as patched, django_capture_on_commit_callbacks(execute=True):
            patched.setattr(storage, "delete", fail)
            actions.delete_account(user=person)
        assert storage.exists(name)
        assert actions.sweep_copies() == 0, "it might be a copy that is just being collected"
        monkeypatch.setattr(type(storage), "get_modified_time", lambda self, name: timezone.now() - timedelta(hours=2))
        kept = DataExport.objects.create(user=confirmed_person(), expires_at=timezone.now() + timedelta(days=1))
        kept.file.save("kept.zip", ContentFile(b"copy"))
        assert actions.sweep_copies() >= 1
        assert not storage.exists(name)
        assert storage.exists(kept.file.name)

    def test_one_copy_that_cannot_be_removed_does_not_keep_the_others(self, person, monkeypatch):
        over = timezone.now() - timedelta(hours=1)
        first, second = (DataExport.objects.create(user=who, expires_at=over) for who in (person, confirmed_person()))
        remove = actions.remove_own_data_copy

        def fail_for_the_first(export):
            if export.pk == first.pk:
                raise OSError
            remove(export)

        monkeypatch.setattr(actions, "remove_own_data_copy", fail_for_the_first)
        assert actions.remove_expired_copies() == 1
        assert list(DataExport.objects.all()) == [first]
        assert second.pk != first.pk

    def test_what_is_shared_stays(self, person):
        page = PageFactory(owner=person)
        PageSubscription.objects.create(user=person, page=page, comment_notifications=True)
        actions.delete_account(user=person)
        page.refresh_from_db()
        assert page.owner == person
        assert not PageSubscription.objects.exists()

    def test_log_of_the_account_forgets_the_name(self, person):
        ModelLogEntry.objects.log_action(person, "wagtail.edit", user=person)
        actions.delete_account(user=person)
        assert not ModelLogEntry.objects.filter(label__contains="Berg").exists()

    def test_is_on_record(self, person):
        actions.delete_account(user=person)
        assert AuditEvent.objects.filter(verb="account.deleted", object_id=str(person.pk)).exists()

    def test_removes_no_file_and_tells_nobody_before_it_is_committed(self, person):
        tasks.collect_own_data.func(actions.request_own_data(user=person).pk)
        copy = DataExport.objects.get(user=person).file
        avatar = UserProfile.get_for_user(person).avatar
        avatar.save("face.png", ContentFile(b"face"))
        actions.delete_account(user=person)
        assert copy.storage.exists(copy.name)
        assert avatar.storage.exists(avatar.name)
        assert mail.outbox == []

    def test_is_all_or_nothing(self, person, registry):
        registry.register(entry("first", erase=lambda user: EmailAddress.objects.filter(user=user).delete()))

        def fail(user):
            raise RuntimeError

        registry.register(entry("second", erase=fail))
        with pytest.raises(RuntimeError):
            actions.delete_account(user=person)
        person.refresh_from_db()
        assert person.is_active
        assert EmailAddress.objects.filter(user=person).exists()

    def test_twice_is_once(self, person):
        actions.delete_account(user=person)
        person.refresh_from_db()
        address = person.email
        actions.delete_account(user=person)
        person.refresh_from_db()
        assert person.email == address

    @pytest.mark.parametrize("kind", ["operator", "superuser"])
    def test_last_one_who_runs_the_platform_is_told_why_not(self, person, kind):
        if kind == "operator":
            person.groups.add(operator_group())
        else:
            User.objects.filter(pk=person.pk).update(is_superuser=True)
        response = reauthenticated(person).post(reverse("hanse_account:delete"), {"understood": "on"})
        assert response.status_code == 400
        assert "die letzte Person" in response.content.decode()
        with pytest.raises(actions.LastOperator):
            actions.delete_account(user=person)
        confirmed_person().groups.add(operator_group())
        actions.delete_account(user=person)
        assert User.objects.get(pk=person.pk).deleted_at
