"""Sources of organisations: fetched by the clock or now; failures are shown, mailed in the end, and change nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_activity.models import Notification
from hanse_base.jobs import jobs
from hanse_base.safe_fetch import Fetcher, FetchFailed
from hanse_members import actions
from hanse_members.actions import organisation_imports, organisation_sources
from hanse_members.models import Organisation, OrganisationImport, OrganisationSource
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
HOME = "/organisations/import/"
FORM = {"name": "Our books", "url": "https://books.example/x.csv", "every": "day", "readers": "platform"}


@pytest.fixture
def web(monkeypatch):
    """What stands at each address; an exception is raised."""
    pages = {FORM["url"]: b"external_key;name;place\nK1;Lens Ltd;Jena\nK2;Prism Ltd;\n"}

    class Web:
        def fetch(self, url):
            if isinstance(pages[url], Exception):
                raise pages[url]
            return pages[url]

    monkeypatch.setattr(organisation_sources, "fetcher", Web())
    return pages


@pytest.fixture
def source(cluster, manager):
    return actions.save_source(None, by=manager, cluster=cluster, **FORM)


def due(source, capture):
    OrganisationSource.objects.filter(pk=source.pk).update(next_at=timezone.now())
    with capture(execute=True):
        number = jobs["members.fetch_organisation_sources"].run()
    source.refresh_from_db()
    return number


class TestFetching:
    def test_the_clock_fetches_and_carries_out_what_is_due(self, web, source, django_capture_on_commit_callbacks):
        assert jobs["members.fetch_organisation_sources"].run() == 0, "it was only just saved"
        assert due(source, django_capture_on_commit_callbacks) == 1
        assert sorted(Organisation.objects.values_list("name", flat=True)) == ["Lens Ltd", "Prism Ltd"]
        assert OrganisationImport.objects.get().state == "done"
        assert source.fetched_at
        assert timedelta(hours=23) < source.next_at - timezone.now() < timedelta(hours=25)
        assert jobs["members.fetch_organisation_sources"].run() == 0

    def test_again_and_again_it_brings_what_changed_and_tells_what_is_missing(
        self, web, source, manager, django_capture_on_commit_callbacks
    ):
        due(source, django_capture_on_commit_callbacks)
        lens = Organisation.objects.get(name="Lens Ltd")
        actions.update_organisation(lens, by=manager, place="Suhl")
        web[source.url] = b"external_key;name;place\nK1;Lens Limited;Gera\n"
        due(source, django_capture_on_commit_callbacks)
        lens.refresh_from_db()
        assert (lens.name, lens.place) == ("Lens Limited", "Suhl")
        newest = OrganisationImport.objects.first()
        assert [(row.name, row.verdict) for row in newest.rows.order_by("pk")] == [
            ("Lens Limited", "changed"),
            ("Prism Ltd", "missing"),
        ]
        assert Organisation.objects.shown().count() == 2

    def test_what_another_source_or_a_file_brought_is_not_missed(
        self, web, source, manager, cluster, django_capture_on_commit_callbacks
    ):
        by_hand = actions.bring_organisations(cluster=cluster, data=b"name\nHand Ltd\n", file_name="x", by=manager)
        actions.run_organisations(by_hand, by=manager)
        organisation_imports.work_off_organisations.call(by_hand.pk)
        due(source, django_capture_on_commit_callbacks)
        assert not OrganisationImport.objects.first().rows.filter(verdict="missing").exists()

    def test_what_is_perhaps_a_double_waits_for_the_management(
        self, web, source, cluster, django_capture_on_commit_callbacks
    ):
        OrganisationFactory(name="Lens GmbH", clusters=[cluster])
        due(source, django_capture_on_commit_callbacks)
        assert OrganisationImport.objects.get().rows.get(name="Lens Ltd").outcome == ""
        assert not Organisation.objects.filter(name="Lens Ltd").exists()

    def test_on_demand_it_is_looked_through_first(
        self, client, web, source, manager, django_capture_on_commit_callbacks
    ):
        client.force_login(manager)
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"/organisations/sources/{source.pk}/fetch/")
            assert answer.url == HOME
            assert not OrganisationImport.objects.exists(), "not by the worker that answers"
        found = OrganisationImport.objects.get()
        assert f"{HOME}{found.pk}/" in client.get(HOME).content.decode()
        assert (found.state, found.source, found.uploaded_by) == ("checked", source, manager)
        assert Organisation.objects.count() == 0

    @pytest.mark.parametrize("ends", ["fetched", "failed", "no manager any more"])
    def test_the_page_shows_that_it_is_fetched_and_looks_again_until_it_is(
        self, client, web, source, manager, operator, django_capture_on_commit_callbacks, ends
    ):
        part = {"HX-Request": "true", "HX-Target": "organisation-sources"}
        colleague = MembershipFactory(cluster=source.cluster, role=Role.MANAGER).person
        client.force_login(colleague)
        assert 'hx-get="/organisations/import/"' not in client.get(HOME).content.decode()
        with django_capture_on_commit_callbacks() as later:
            actions.fetch_source(source, by=manager)
        for answer in (client.get(HOME), client.get(HOME, headers=part)):
            page = answer.content.decode()
            assert 'hx-get="/organisations/import/"' in page
            assert f"{source.pk}/fetch/" not in page, "not fetched twice at once"
            assert 'id="organisation-sources-again"' in page, "the way without JavaScript"
        assert "<html" not in page
        with pytest.raises(actions.NotPossible):
            actions.fetch_source(source, by=colleague)
        if ends == "failed":
            web[FORM["url"]] = FetchFailed("It did not answer.")
        elif ends == "no manager any more":
            actions.set_role(manager.memberships.get(), Role.MEMBER, by=operator)
        for effect in later:
            effect()
        page = client.get(HOME, headers=part).content.decode()
        assert "hx-get" not in page
        assert f"{source.pk}/fetch/" in page
        assert (source.name in page, page.count(f'href="{HOME}')) == (True, ends == "fetched")
        assert ("It did not answer." in page) == (ends == "failed")
        assert OrganisationImport.objects.exists() == (ends == "fetched")

    def test_a_worker_that_died_does_not_hold_it_up_for_ever(self, source, manager):
        actions.fetch_source(source, by=manager)
        OrganisationSource.objects.update(fetching_since=timezone.now() - timedelta(minutes=16))
        actions.fetch_source(source, by=manager)

    def test_on_demand_the_rights_count_when_it_is_fetched(self, web, source, manager, operator):
        actions.set_role(manager.memberships.get(), Role.MEMBER, by=operator)
        with pytest.raises(actions.NotPermitted):
            actions.fetch_source(source, by=manager)
        organisation_sources.fetch_to_look_through.call(source.pk, manager.pk)
        source.refresh_from_db()
        assert (OrganisationImport.objects.count(), source.failures) == (0, 0)

    def test_only_when_asked_for_is_never_due(self, web, cluster, manager, django_capture_on_commit_callbacks):
        saved = actions.save_source(None, by=manager, cluster=cluster, **FORM | {"every": "never"})
        assert saved.next_at is None
        assert jobs["members.fetch_organisation_sources"].run() == 0


class TestFailures:
    @pytest.mark.parametrize(
        ("page", "said"),
        [
            (FetchFailed("The server does not answer."), "does not answer"),
            (b"place\nJena\n", "column with the names"),
            (b"name\nNul\x00l\n", "no text file"),
            (b'name\nLens Ltd\n"open', "cannot be read"),
            (b"name\nLens Ltd\n" + b"x" * 20_000, "too long"),
            (b"", "no rows"),
        ],
    )
    def test_a_failure_is_told_in_words_and_changes_nothing(
        self, client, web, source, manager, page, said, django_capture_on_commit_callbacks
    ):
        web[source.url] = page
        due(source, django_capture_on_commit_callbacks)
        assert (source.failures, Organisation.objects.count(), OrganisationImport.objects.count()) == (1, 0, 0)
        client.force_login(manager)
        page = client.get(HOME).content.decode()
        assert said in page
        assert "failed once" in page
        assert mail.outbox == []
        assert source.next_at > timezone.now() + timedelta(hours=23), "not again at once"
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/organisations/sources/{source.pk}/fetch/")
        page = client.get(HOME).content.decode()
        assert said in page
        assert "failed 2 times" in page

    def test_after_repeated_failure_the_management_is_mailed_once(
        self, web, source, cluster, manager, django_capture_on_commit_callbacks
    ):
        second = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        MembershipFactory(cluster=cluster, role=Role.EDITOR)
        good, web[source.url] = web[source.url], FetchFailed("The server does not answer.")
        for _ in range(5):
            due(source, django_capture_on_commit_callbacks)
        assert sorted(message.to[0] for message in mail.outbox) == sorted([manager.email, second.email])
        assert "The server does not answer." in mail.outbox[0].body
        assert Notification.objects.filter(kind="organisations.source_fails").count() == 2
        web[source.url] = good
        due(source, django_capture_on_commit_callbacks)
        assert (source.failures, source.problem) == (0, "")

    def test_who_no_longer_manages_brings_nothing(
        self, web, source, cluster, manager, operator, django_capture_on_commit_callbacks
    ):
        other = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        actions.set_role(manager.memberships.get(), Role.MEMBER, by=operator)
        due(source, django_capture_on_commit_callbacks)
        assert (Organisation.objects.count(), source.failures) == (0, 1)
        assert "Save it again" in source.problem
        actions.save_source(source, by=other, **FORM)
        due(source, django_capture_on_commit_callbacks)
        assert Organisation.objects.count() == 2

    def test_a_worker_that_dies_leaves_it_to_a_later_run(self, web, source):
        OrganisationSource.objects.update(next_at=timezone.now())
        assert jobs["members.fetch_organisation_sources"].run() == 1
        assert jobs["members.fetch_organisation_sources"].run() == 0, "waits for its task"
        OrganisationSource.objects.update(next_at=timezone.now() - timedelta(minutes=1))
        assert jobs["members.fetch_organisation_sources"].run() == 1

    def test_addresses_inside_are_refused_by_the_real_fetcher(
        self, client, source, manager, monkeypatch, django_capture_on_commit_callbacks
    ):
        def inside(host, port, type):
            return [(None, None, None, "", ("169.254.169.254", port))]

        monkeypatch.setattr(organisation_sources, "fetcher", Fetcher(most_bytes=100, resolve=inside))
        client.force_login(manager)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/organisations/sources/{source.pk}/fetch/")
        assert "no server of this name on the public web" in client.get(HOME).content.decode()
        assert not OrganisationImport.objects.exists()


class TestKeeping:
    def test_a_manager_saves_changes_and_removes(
        self, client, cluster, manager, web, django_capture_on_commit_callbacks
    ):
        client.force_login(manager)
        client.post("/organisations/sources/new/", FORM)
        source = OrganisationSource.objects.get()
        assert (source.cluster, source.kept_by, source.every) == (cluster, manager, "day")
        client.post(f"/organisations/sources/{source.pk}/", FORM | {"every": "week"})
        source.refresh_from_db()
        assert source.every == "week"
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/organisations/sources/{source.pk}/fetch/")
        client.post(f"/organisations/sources/{source.pk}/remove/")
        assert not OrganisationSource.objects.exists()
        assert OrganisationImport.objects.get().source is None
        verbs = AuditEvent.objects.filter(verb__startswith="organisations.source").values_list("verb", flat=True)
        assert sorted(verbs) == ["organisations.source_removed"] + ["organisations.source_saved"] * 2

    @pytest.mark.parametrize(
        "url",
        ["http://books.example/x", "https://me:pw@books.example/", "https://books.example:22/", "books", "https://"],
    )
    def test_an_address_that_is_not_fetched_is_refused_at_the_field(self, client, manager, url):
        client.force_login(manager)
        answer = client.post("/organisations/sources/new/", FORM | {"url": url})
        assert (answer.status_code, set(answer.context["form"].errors)) == (400, {"url"})
        assert not OrganisationSource.objects.exists()

    def test_not_without_end(self, client, cluster, manager, monkeypatch):
        monkeypatch.setattr(organisation_sources, "MOST_SOURCES", 1)
        client.force_login(manager)
        answers = [client.post("/organisations/sources/new/", FORM).status_code for _ in range(2)]
        assert answers == [302, 400]

    @pytest.mark.parametrize("who", ["foreign manager", "editor", "visitor"])
    def test_nobody_else_sees_or_does_anything(self, client, cluster, source, web, who):
        if who == "editor":
            client.force_login(MembershipFactory(cluster=cluster, role=Role.EDITOR).person)
        elif who == "foreign manager":
            client.force_login(MembershipFactory(cluster=ClusterFactory(), role=Role.MANAGER).person)
        for method, path in (("get", ""), ("post", ""), ("post", "fetch/"), ("post", "remove/")):
            answers = [
                getattr(client, method)(f"/organisations/sources/{pk}/{path}", FORM | {"name": "Taken"}).status_code
                for pk in (source.pk, 999_999)
            ]
            assert answers == ([302, 302] if who == "visitor" else [404, 404]), path
        source.refresh_from_db()
        assert (source.name, OrganisationImport.objects.count()) == ("Our books", 0)
        with pytest.raises(actions.NotPermitted):
            actions.save_source(None, by=MembershipFactory(role=Role.MANAGER).person, cluster=cluster, **FORM)
