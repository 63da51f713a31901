"""One's own data: handed out whole, deleted for good, and no table with a person in it forgotten."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry, PageSubscription
from wagtail.users.models import UserProfile

from hanse_access.models import AuditEvent
from hanse_access.operators import operator_group
from hanse_base.jobs import jobs
from hanse_base.personal_data import ExportFile, PersonalData, personal_data
from hanse_base.registry import Registry
from hanse_site.account import actions, export, tasks
from hanse_site.account.adapters import AccountAdapter
from hanse_site.models import DataExport
from tests.factories.accounts import PASSWORD, confirmed_person
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.django_db

User = get_user_model()

#: Apps of the tests themselves: what they hold is no one's data.
OWN_OF_TESTS = {"testapp"}


def reauthenticated(person) -> Client:
    client = Client()
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.fixture
def registry(monkeypatch) -> Registry:
    """An empty registry in place of the site's."""
    empty: Registry = Registry()
    for module in (actions, export, "hanse_site.account.views"):
        monkeypatch.setattr(
            f"{module}.personal_data" if isinstance(module, str) else f"{module.__name__}.personal_data", empty
        )
    return empty


def entry(name="plugin", export=lambda user: (), erase=lambda user: None) -> PersonalData:
    return PersonalData(name=name, label=name.title(), models=(), export=export, erase=erase)


class TestNoTableIsForgotten:
    def models_with_a_person(self) -> dict[str, list[str]]:
        found = {}
        for model in apps.get_models():
            if model._meta.app_label in OWN_OF_TESTS or model._meta.proxy:
                continue
            names = [
                field.name
                for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
                if field.related_model is User
            ]
            if names:
                found[model._meta.label] = names
        return found

    def test_each_model_that_refers_to_a_person_is_in_an_entry(self):
        answered = {label for part in personal_data for label in part.models}
        forgotten = {label: names for label, names in self.models_with_a_person().items() if label not in answered}
        assert forgotten == {}, "register how these are handed out and erased: hanse_base.personal_data"

    def test_entries_name_models_that_exist_and_each_once(self):
        labels = [label for part in personal_data for label in part.models]
        assert len(labels) == len(set(labels))
        assert [label for label in labels if label not in {model._meta.label for model in apps.get_models()}] == []


class TestCopy:
    def collect(self, person, client=None) -> zipfile.ZipFile:
        client = client or reauthenticated(person)
        client.post(reverse("hanse_account:own_data"))
        tasks.collect_own_data.func(DataExport.objects.get(user=person).pk)
        response = client.get(reverse("hanse_account:download_own_data"))
        return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))

    def test_holds_a_folder_for_each_plugin_and_an_index(self):
        person = confirmed_person(first_name="Ada", last_name="Berg", email="ada@example.org")
        archive = self.collect(person)
        index = json.loads(archive.read("index.json"))
        assert [part["folder"] for part in index["contents"]] == [part.name for part in personal_data]
        assert {name for part in index["contents"] for name in part["files"]} < set(archive.namelist())
        account = json.loads(archive.read("account/account.json"))
        assert (account["first_name"], account["email"]) == ("Ada", "ada@example.org")
        assert json.loads(archive.read("account/email_addresses.json"))[0]["verified"] is True

    def test_holds_no_secret(self):
        person = confirmed_person()
        client = reauthenticated(person)
        Authenticator.objects.create(user=person, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
        person.refresh_from_db()
        archive = self.collect(person, client)
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        assert "JBSWY3DPEHPK3PXP" not in everything
        assert person.password not in everything

    def test_holds_nothing_about_others(self):
        confirmed_person(first_name="Jana", last_name="Zqpetersenzq")
        archive = self.collect(confirmed_person())
        assert "Zqpetersenzq" not in b"".join(archive.read(name) for name in archive.namelist()).decode()

    def test_files_of_plugins_are_in_it_as_they_are(self, registry):
        registry.register(entry(export=lambda user: [ExportFile("photo.png", b"\x89PNG"), ExportFile("a.json", [1])]))
        archive = self.collect(confirmed_person())
        assert archive.read("plugin/photo.png") == b"\x89PNG"
        assert json.loads(archive.read("plugin/a.json")) == [1]

    @pytest.mark.parametrize("path", ["../x", "/etc/x", "", "a/../../x"])
    def test_no_file_leaves_its_folder(self, registry, path):
        registry.register(entry(export=lambda user: [ExportFile(path, [])]))
        with pytest.raises(export.UnsafePath), export.write_zip(confirmed_person()):
            pass

    def test_is_for_its_owner_who_has_shown_who_they_are(self):
        owner, other = confirmed_person(), confirmed_person()
        self.collect(owner)
        url = reverse("hanse_account:download_own_data")
        assert reauthenticated(other).get(url).status_code == 404
        assert Client().get(url).url.startswith(reverse("account_login"))
        merely_signed_in = Client()
        merely_signed_in.force_login(owner)
        assert merely_signed_in.get(url).url.startswith(reverse("account_reauthenticate"))

    def test_an_asynchronous_server_streams_it(self):
        person = confirmed_person()
        self.collect(person)
        client = AsyncClient()
        client.cookies = reauthenticated(person).cookies
        response = async_to_sync(client.get)(reverse("hanse_account:download_own_data"))

        async def received() -> bytes:
            return b"".join([chunk async for chunk in response.streaming_content])

        with zipfile.ZipFile(io.BytesIO(async_to_sync(received)())) as archive:
            assert "index.json" in archive.namelist()

    def test_is_not_kept_by_caches(self):
        person = confirmed_person()
        self.collect(person)
        response = reauthenticated(person).get(reverse("hanse_account:download_own_data"))
        assert "no-store" in response["Cache-Control"]
        assert response["Content-Disposition"].startswith("attachment")

    def test_goes_after_its_time_with_its_file(self, django_capture_on_commit_callbacks):
        person = confirmed_person()
        self.collect(person)
        copy = DataExport.objects.get(user=person)
        storage, name = copy.file.storage, copy.file.name
        DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert reauthenticated(person).get(reverse("hanse_account:download_own_data")).status_code == 404
        with django_capture_on_commit_callbacks(execute=True):
            jobs["hanse_site.remove_expired_copies"].run()
        assert not DataExport.objects.exists()
        assert not storage.exists(name)

    def test_second_request_waits_for_the_first(self):
        person = confirmed_person()
        actions.request_own_data(user=person)
        with pytest.raises(actions.ExportUnderWay):
            actions.request_own_data(user=person)

    def test_interrupted_one_can_be_asked_for_again(self):
        person = confirmed_person()
        actions.request_own_data(user=person)
        DataExport.objects.update(state="running", requested_at=timezone.now() - timedelta(hours=2))
        assert actions.request_own_data(user=person).state == "waiting"

    def test_failure_is_shown_and_can_be_repeated(self, registry):
        def fail(user):
            raise RuntimeError("no disk")

        registry.register(entry(export=fail))
        person = confirmed_person()
        copy = actions.request_own_data(user=person)
        tasks.collect_own_data.func(copy.pk)
        copy.refresh_from_db()
        assert copy.state == DataExport.State.FAILED
        assert "could not be made" in reauthenticated(person).get(reverse("hanse_account:own_data")).content.decode()
        assert actions.request_own_data(user=person).state == "waiting"

    def test_task_that_runs_twice_makes_one_file(self):
        person = confirmed_person()
        copy = actions.request_own_data(user=person)
        tasks.collect_own_data.func(copy.pk)
        copy.refresh_from_db()
        first = copy.file.name
        tasks.collect_own_data.func(copy.pk)
        copy.refresh_from_db()
        assert copy.file.name == first

    def test_task_of_a_withdrawn_request_leaves_nothing(self):
        copy = actions.request_own_data(user=confirmed_person())
        pk = copy.pk
        copy.delete()
        tasks.collect_own_data.func(pk)
        assert not DataExport.objects.exists()

    def test_progress_counts_the_plugins(self, registry):
        registry.register(entry("one"))
        registry.register(entry("two"))
        heard = []
        with export.write_zip(confirmed_person(), progress=lambda *numbers: heard.append(numbers)):
            pass
        assert heard == [(1, 2), (2, 2)]


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
        assert answer.status_code == 200

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
