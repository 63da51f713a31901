"""One's own data: handed out whole, and no table with a person in it forgotten."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from asgiref.sync import async_to_sync
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from hanse_base.jobs import jobs
from hanse_base.personal_data import ExportFile, personal_data
from hanse_site.account import actions, export, tasks
from hanse_site.models import DataExport
from tests.factories.accounts import confirmed_person

from .own_data import entry, reauthenticated

pytestmark = pytest.mark.django_db

User = get_user_model()

#: Apps of the tests themselves: what they hold is no one's data.
OWN_OF_TESTS = {"testapp"}


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
