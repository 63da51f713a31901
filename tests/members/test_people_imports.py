"""Lists of people: a verdict on each row, all new ones invited or none, nothing told of foreign accounts."""

import csv
import io
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_activity.models import Notification
from hanse_base import row_import, table_fields
from hanse_base.jobs import jobs
from hanse_members import actions, people_import_views
from hanse_members.actions import people_imports
from hanse_members.models import Invitation, PeopleImport, PeopleImportRow
from hanse_members.models.brought import MOST_TABLES
from hanse_members.personal_data import erase_invitations, export_invitations
from hanse_members.roles import Role
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NEW = "/memberships/invitations/import/"
State = PeopleImport.State


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def upload(client, manager):
    def upload(data, name="members.csv", **fields):
        client.force_login(manager)
        data = data.encode() if isinstance(data, str) else data
        sent = {"file": SimpleUploadedFile(name, data), "role": "member", "language": "en"} | fields
        return client.post(NEW, sent)

    return upload


@pytest.fixture
def brought(cluster, manager):
    def brought(text, by=manager, **fields):
        said = {"role": Role.MEMBER, "language": "en", "file_name": "members.csv"} | fields
        data = text if isinstance(text, bytes) else text.encode()
        return actions.bring_people(cluster=cluster, data=data, by=by, **said)

    return brought


def verdicts(people_import=None):
    rows = (people_import or PeopleImport.objects.get()).rows.order_by("number")
    return [(row.number, row.email, row.verdict, row.explanation) for row in rows]


class TestVerdicts:
    def test_each_row_gets_one(self, upload, client, cluster, manager):
        member = MembershipFactory(cluster=cluster, person=UserFactory(email="member@example.org"))
        MembershipFactory(cluster=cluster, person=UserFactory(email="applied@example.org"), state="applied")
        MembershipFactory(cluster=cluster, person=UserFactory(email="asleep@example.org"), state="suspended")
        MembershipFactory(cluster=cluster, person=UserFactory(email="left@example.org"), state="left")
        MembershipFactory(person=UserFactory(email="elsewhere@example.org"))
        actions.invite(cluster=cluster, addresses=["invited@example.org"], by=manager)
        answer = upload(
            "Vorname;Nachname;E-Mail\n"
            f"Max;Muster;{member.person.email.upper()}\n"
            "A;B;applied@example.org\n"
            ";;asleep@example.org\n"
            ";;invited@example.org\n"
            "Nele;Nord; nele@example.org \n"
            ";;NELE@example.org\n"
            ";;left@example.org\n"
            ";;elsewhere@example.org\n"
            "No;Address;\n"
            ";;nobody\n"
        )
        found = PeopleImport.objects.get()
        assert answer.url == f"{NEW}{found.pk}/"
        assert verdicts() == [
            (2, "member@example.org", "known", "is a member already"),
            (3, "applied@example.org", "known", "has applied already; decide about it under “Applications”"),
            (4, "asleep@example.org", "known", "is suspended; admit the person again under “Memberships”"),
            (5, "invited@example.org", "known", "is invited already"),
            (6, "nele@example.org", "new", ""),
            (7, "nele@example.org", "double", "as in row 6"),
            (8, "left@example.org", "new", ""),
            (9, "elsewhere@example.org", "new", ""),
            (10, "", "faulty", "there is no address"),
            (11, "nobody", "faulty", "this is no e-mail address"),
        ]
        page = client.get(answer.url).content.decode()
        assert "Invite 3 people" in page
        assert "Nele Nord" in page
        narrowed = client.get(f"{answer.url}?verdict=faulty").content.decode()
        assert ("nobody" in narrowed, "nele@example.org" in narrowed) == (True, False)

    def test_an_account_elsewhere_looks_like_none(self, brought):
        account = confirmed_person(email="known@example.org")
        MembershipFactory(person=account)
        found = brought("email\nknown@example.org\nunknown@example.org\n")
        first, second = found.rows.order_by("number").values("verdict", "note", "same_as", "outcome")
        assert first == second
        actions.invite_people(found, by=found.uploaded_by)
        people_imports.invite_imported.call(found.pk)
        first, second = found.rows.order_by("number").values("verdict", "note", "same_as", "outcome")
        assert first == second

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("separator", ";,\t")
    def test_encodings_and_separators_of_common_programs(self, brought, encoding, separator):
        text = "email;Nachname\nm@example.org;Müller-Groß\n".replace(";", separator)
        assert brought(text.encode(encoding)).rows.get().name == "Müller-Groß"

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"email\n",
            b"email\n\n  \n",
            b"address\nx@example.org",
            b"email;email\na@example.org;b@example.org",
            b"PK\x03\x04\x00\x00\x00",
            b"\xff\xfe\x00",
            b"email\n\x81\x8d@example.org",
            b"email\nNul\x00l@example.org\n",
            "email\nm@example.org\n".encode("utf-16")[:-1],
            "email\nm@example.org\n".encode("utf-16-le"),
            "email;name\na@example.org;Müller\n".encode() + "b@example.org;Bäcker\n".encode("cp1252"),
            b"email;name\na@example.org;A\nb@example",
            b'email\n"open@example.org',
            b"email\n" + b"x" * 20_000,
        ],
    )
    def test_what_is_no_such_table_is_said_at_the_field(self, upload, data):
        answer = upload(data)
        assert answer.status_code == 400
        assert set(answer.context["form"].errors) == {"file"}
        assert not PeopleImport.objects.exists()

    def test_too_many_rows_and_too_many_bytes_are_refused(self, upload, monkeypatch):
        monkeypatch.setattr(row_import, "MOST_ROWS", 2)
        assert "at most 2 rows" in str(upload("email\n" + "x@example.org\n" * 3).context["form"].errors["file"])
        monkeypatch.setattr(table_fields, "MOST_BYTES", 2**20)
        answer = upload("email\n" + "x@example.org\n" * 80_000)
        assert "at most 1 MB" in str(answer.context["form"].errors["file"])

    @pytest.mark.parametrize(
        ("address", "verdict"),
        [("ä@example.org", "faulty"), ("a@exämple.org", "new"), ("a" * 65 + "@example.org", "new"), ("=1+1", "faulty")],
    )
    def test_odd_addresses_do_no_harm(self, brought, address, verdict):
        (row,) = verdicts(brought(f"email\n{address}\n"))
        assert row[2] in (verdict, "faulty")

    def test_the_page_asks_the_database_as_often_for_many_rows_as_for_few(self, client, brought):
        few, many = (brought("email\n" + "".join(f"p{i}@example.org\n" for i in range(number))) for number in (2, 45))
        client.force_login(few.uploaded_by)
        asked = []
        for found in (few, few, many):
            with CaptureQueriesContext(connection) as queries:
                client.get(f"{NEW}{found.pk}/")
            asked.append(len(queries))
        assert asked[1] == asked[2]

    def test_odd_names_of_files_do_no_harm(self, upload, client):
        answer = upload("email\nx@example.org\n", name="<b>\x00members\n.csv" + "x" * 300)
        assert answer.status_code == 302
        assert "<b>" not in client.get(answer.url).content.decode().split("<main", 1)[1].split("</h1>")[0]


class TestInviting:
    @pytest.fixture
    def found(self, brought):
        return brought("email\nnele@example.org\nmax@example.org\nnobody\n", role=Role.EDITOR, message="Come")

    def press(self, client, found, capture):
        client.force_login(found.uploaded_by)
        with capture(execute=True):
            return client.post(f"{NEW}{found.pk}/")

    def test_one_press_invites_all_new_ones(self, client, found, django_capture_on_commit_callbacks):
        self.press(client, found, django_capture_on_commit_callbacks)
        rows = Invitation.objects.order_by("email").values_list("email", "role", "message")
        assert list(rows) == [("max@example.org", "editor", "Come"), ("nele@example.org", "editor", "Come")]
        assert sorted(message.to[0] for message in mail.outbox) == ["max@example.org", "nele@example.org"]
        found.refresh_from_db()
        assert found.state == State.DONE
        assert "2 people are invited." in client.get(f"{NEW}{found.pk}/").content.decode()
        assert AuditEvent.objects.get(verb="invitation.sent").data == {"role": "editor", "number": 2}

    def test_nothing_goes_out_before(self, found):
        assert (Invitation.objects.count(), mail.outbox) == (0, [])

    def test_a_second_press_and_a_second_run_invite_nobody_twice(
        self, client, found, django_capture_on_commit_callbacks
    ):
        for _ in range(2):
            self.press(client, found, django_capture_on_commit_callbacks)
        people_imports.invite_imported.call(found.pk)
        assert (Invitation.objects.count(), len(mail.outbox)) == (2, 2)

    def test_the_same_list_again_finds_all_of_them_known(self, brought, found):
        actions.invite_people(found, by=found.uploaded_by)
        people_imports.invite_imported.call(found.pk)
        again = brought("email\nnele@example.org\nmax@example.org\n")
        assert {row[2] for row in verdicts(again)} == {"known"}
        with pytest.raises(actions.NotPossible):
            actions.invite_people(again, by=again.uploaded_by)

    def test_who_became_known_meanwhile_is_left_out_and_said(self, cluster, found):
        MembershipFactory(cluster=cluster, person=UserFactory(email="nele@example.org"))
        actions.invite_people(found, by=found.uploaded_by)
        people_imports.invite_imported.call(found.pk)
        outcomes = dict(found.rows.values_list("email", "outcome"))
        assert outcomes == {"nele@example.org": "left_out", "max@example.org": "invited", "nobody": ""}

    def test_an_error_in_the_middle_leaves_nothing_half_done(
        self, client, found, monkeypatch, django_capture_on_commit_callbacks
    ):
        send = people_imports.invite

        def fail_late(**said):
            send(**said)
            raise RuntimeError

        monkeypatch.setattr(people_imports, "invite", fail_late)
        self.press(client, found, django_capture_on_commit_callbacks)
        found.refresh_from_db()
        assert (found.state, Invitation.objects.count(), mail.outbox) == (State.FAILED, 0, [])
        assert set(found.rows.values_list("outcome", flat=True)) == {""}
        assert "nobody was invited" in client.get(f"{NEW}{found.pk}/").content.decode()
        monkeypatch.setattr(people_imports, "invite", send)
        self.press(client, found, django_capture_on_commit_callbacks)
        assert (Invitation.objects.count(), len(mail.outbox)) == (2, 2)

    def test_a_worker_that_dies_in_the_middle_leaves_it_to_the_next_run(self, found, monkeypatch):
        send = people_imports.invite

        def die(**said):
            send(**said)
            raise SystemExit

        monkeypatch.setattr(people_imports, "invite", die)
        actions.invite_people(found, by=found.uploaded_by)
        with pytest.raises(SystemExit):
            people_imports.invite_imported.call(found.pk)
        found.refresh_from_db()
        assert (found.state, Invitation.objects.count()) == (State.INVITING, 0)
        monkeypatch.setattr(people_imports, "invite", send)
        people_imports.invite_imported.call(found.pk)
        assert Invitation.objects.count() == 2

    def test_a_list_whose_worker_died_is_told_of_and_can_be_used_again(self, client, found):
        actions.invite_people(found, by=found.uploaded_by)
        assert jobs["members.give_up_lost_people_imports"].run() == 0, "it may still be running"
        PeopleImport.objects.update(started_at=timezone.now() - timedelta(hours=1))
        assert jobs["members.give_up_lost_people_imports"].run() == 1
        client.force_login(found.uploaded_by)
        assert "nobody was invited" in client.get(f"{NEW}{found.pk}/").content.decode()
        people_imports.invite_imported.call(found.pk)
        assert not Invitation.objects.exists(), "a task that comes late does nothing"
        actions.invite_people(found, by=found.uploaded_by)
        people_imports.invite_imported.call(found.pk)
        assert Invitation.objects.count() == 2
        PeopleImport.objects.update(started_at=timezone.now() - timedelta(hours=1))
        assert jobs["members.give_up_lost_people_imports"].run() == 0, "it is done"

    @pytest.mark.parametrize("between", ["pressed", "before"])
    def test_the_rights_count_when_it_is_done(self, client, found, operator, between):
        manager = found.uploaded_by
        if between == "pressed":
            actions.invite_people(found, by=manager)
        actions.set_role(manager.memberships.get(), Role.EDITOR, by=operator)
        if between == "pressed":
            people_imports.invite_imported.call(found.pk)
            found.refresh_from_db()
            assert found.state == State.FAILED
        else:
            with pytest.raises(actions.NotPermitted):
                actions.invite_people(found, by=manager)
        assert not Invitation.objects.exists()

    def test_while_it_runs_the_page_asks_again_and_is_whole_at_the_end(self, client, found):
        actions.invite_people(found, by=found.uploaded_by)
        client.force_login(found.uploaded_by)
        address, part = f"{NEW}{found.pk}/", {"HX-Request": "true", "HX-Target": "people-import"}
        assert "every 2s" in client.get(address).content.decode()
        running = client.get(address, headers=part)
        assert "HX-Refresh" not in running
        assert "<html" not in running.content.decode()
        assert client.post(f"{address}discard/", follow=True).redirect_chain
        assert PeopleImport.objects.filter(pk=found.pk).exists(), "not removed while it runs"
        people_imports.invite_imported.call(found.pk)
        assert client.get(address, headers=part)["HX-Refresh"] == "true"

    def test_ten_thousand_rows(self, brought, django_assert_max_num_queries):
        lines = [f"Person {number};p{number}@example.org" for number in range(10_000)]
        with django_assert_max_num_queries(100):
            found = brought("\n".join(["name;email", *lines, *lines[:5]]))
        assert found.count_verdicts() == {"new": 10_000, "known": 0, "double": 5, "faulty": 0}
        actions.invite_people(found, by=found.uploaded_by)
        # rows go in by batches; the mails wait for the commit, fifty a task
        with django_assert_max_num_queries(400):
            people_imports.invite_imported.call(found.pk)
        assert Invitation.objects.filter(mail="waiting").count() == 10_000
        assert found.rows.filter(outcome="invited").count() == 10_000


class TestPrivate:
    @pytest.mark.parametrize("who", ["second manager", "foreign manager", "member", "operator"])
    def test_nobody_else_sees_or_uses_a_list(self, client, brought, cluster, operator, who):
        found = brought("email\nnele@example.org\n")
        person = {
            "second manager": lambda: MembershipFactory(cluster=cluster, role=Role.MANAGER).person,
            "foreign manager": lambda: MembershipFactory(role=Role.MANAGER).person,
            "member": lambda: MembershipFactory(cluster=cluster).person,
            "operator": lambda: operator,
        }[who]()
        client.force_login(person)
        for method, path in (("get", ""), ("post", ""), ("get", "report.csv"), ("post", "discard/")):
            hidden = getattr(client, method)(f"{NEW}{found.pk}/{path}")
            missing = getattr(client, method)(f"{NEW}987654/{path}")
            assert (hidden.status_code, missing.status_code) == (404, 404)
        for act in (actions.invite_people, actions.discard_people):
            with pytest.raises(actions.NotPermitted):
                act(found, by=person)
        assert client.get(NEW).status_code == (404 if who == "member" else 200)

    def test_a_manager_brings_none_for_another_cluster_nor_with_a_role_there_is_not(self, upload, client, brought):
        foreign = ClusterFactory()
        upload("email\nx@example.org\n", cluster=foreign.pk)
        assert PeopleImport.objects.get().cluster != foreign
        assert "role" in upload("email\nx@example.org\n", role="operator").context["form"].errors
        with pytest.raises(actions.NotPermitted):
            brought("email\nx@example.org\n", by=UserFactory())

    def test_who_lost_the_role_loses_the_list(self, client, brought, operator):
        found = brought("email\nx@example.org\n")
        actions.set_role(found.uploaded_by.memberships.get(), Role.EDITOR, by=operator)
        client.force_login(found.uploaded_by)
        assert client.get(f"{NEW}{found.pk}/report.csv").status_code == 404

    def test_it_is_removed_after_a_day_by_hand_and_with_the_account(self, client, brought):
        old, kept, thrown = (brought(f"email\np{number}@example.org\n") for number in range(3))
        PeopleImport.objects.filter(pk=old.pk).update(expires_at=timezone.now())
        jobs["members.remove_people_imports"].run()
        client.force_login(kept.uploaded_by)
        client.post(f"{NEW}{thrown.pk}/discard/")
        assert list(PeopleImport.objects.all()) == [kept]
        assert PeopleImportRow.objects.count() == 1
        assert kept.expires_at - timezone.now() <= timedelta(days=1)
        told = next(file for file in export_invitations(kept.uploaded_by) if file.path == "lists_of_people.json")
        assert [row["file_name"] for row in told.content] == ["members.csv"]
        assert "p1@example.org" not in str(told.content)
        erase_invitations(kept.uploaded_by)
        assert not PeopleImportRow.objects.exists()

    def test_older_lists_give_way(self, brought):
        first = brought("email\nx@example.org\n")
        for _ in range(MOST_TABLES):
            brought("email\nx@example.org\n")
        assert PeopleImport.objects.count() == MOST_TABLES
        assert not PeopleImport.objects.filter(pk=first.pk).exists()

    def test_many_in_an_hour_are_refused(self, upload, manager):
        people_import_views.BROUGHT.count(str(manager.pk), people_import_views.BROUGHT.most)
        assert "within an hour" in str(upload("email\nx@example.org\n").context["form"].errors)


class TestTheReport:
    def read(self, client, found):
        client.force_login(found.uploaded_by)
        answer = client.get(f"{NEW}{found.pk}/report.csv")
        assert answer["Content-Disposition"].startswith('attachment; filename="invitations-optics-north-')
        assert "no-store" in answer["Cache-Control"]
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    def test_it_says_all_of_each_row(self, client, brought):
        found = brought("first name,last name,email\nNele,Nörd,nele@example.org\n,,nobody\n,,nele@example.org\n")
        actions.invite_people(found, by=found.uploaded_by)
        people_imports.invite_imported.call(found.pk)
        assert self.read(client, found)[1:] == [
            ["2", "nele@example.org", "Nele Nörd", "new", "", "invited"],
            ["3", "nobody", "", "faulty", "this is no e-mail address", ""],
            ["4", "nele@example.org", "", "double", "as in row 2", ""],
        ]

    @pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1"])
    def test_no_cell_is_taken_for_a_formula(self, client, brought, text):
        found = brought(f"name,email\n{text},{text}@example.org\n")
        row = self.read(client, found)[1]
        assert row[2] == f"'{text}"
        assert row[1].startswith("'")

    def test_it_can_be_brought_again(self, client, brought):
        found = brought("email\nnele@example.org\n")
        client.force_login(found.uploaded_by)
        again = brought(client.get(f"{NEW}{found.pk}/report.csv").content)
        assert [row[1:3] for row in verdicts(again)] == [("nele@example.org", "new")]


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_and_two_runs_at_the_same_moment_one_invites():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    manager = MembershipFactory(role=Role.MANAGER)
    said = {"role": Role.MEMBER, "language": "en", "file_name": "x.csv", "by": manager.person}
    found = actions.bring_people(cluster=manager.cluster, data=b"email\nnele@example.org\nmax@example.org\n", **said)
    ready, refused = threading.Barrier(4, timeout=20), []

    def press():
        try:
            ready.wait()
            actions.invite_people(found, by=manager.person)
        except actions.NotPossible as error:
            refused.append(error)
        finally:
            people_imports.invite_imported.call(found.pk)
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
    assert (Invitation.objects.count(), len(mail.outbox)) == (2, 2)
    assert AuditEvent.objects.filter(verb="invitation.sent").count() == 1
    assert not Notification.objects.exists()
