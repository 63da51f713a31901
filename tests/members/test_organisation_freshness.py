"""A year of an organisation that nobody confirms: asked for in time, marked, behind the others, suggested to nobody."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection

from hanse_access.models import AuditEvent
from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.actions.organisations import set_topics
from hanse_members.freshness_reminders import ask_to_confirm
from hanse_members.models import Membership, Organisation
from hanse_members.models.freshness import ASKED_BEFORE, FRESH_FOR, SUGGESTED_FOR
from hanse_members.near_kinds import organisations as near_organisations
from hanse_members.nearness import find_near
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
QUESTION = "Is it still so?"


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


@pytest.fixture
def organisation(clock, photonik):
    return OrganisationFactory(name="Aalen Optics", clusters=[photonik])


@pytest.fixture
def keeper(organisation, photonik):
    return MembershipFactory(cluster=photonik, organisation=organisation, keeps_organisation=True).person


@pytest.fixture
def manager(photonik):
    return MembershipFactory(cluster=photonik, role=Role.MANAGER).person


def asked(person) -> int:
    return Notification.objects.filter(recipient=person, kind="organisations.confirm").count()


def page(client, person, url: str) -> str:
    client.force_login(person)
    return client.get(url, follow=True).content.decode()


def confirmed(organisation) -> datetime:
    return Organisation.objects.get(pk=organisation.pk).confirmed_at


class TestAsking:
    def test_those_who_look_after_it_are_asked_in_time_and_again_when_it_counts_as_old(
        self, clock, organisation, keeper, photonik
    ):
        second = MembershipFactory(cluster=photonik, organisation=organisation, keeps_organisation=True).person
        colleague = MembershipFactory(cluster=photonik, organisation=organisation).person
        clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE - DAY)
        assert ask_to_confirm() == 0
        clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE)
        assert (ask_to_confirm(), ask_to_confirm()) == (1, 0)
        clock.move_to(BEGIN + FRESH_FOR)
        assert (ask_to_confirm(), ask_to_confirm()) == (1, 0)
        assert (asked(keeper), asked(second), asked(colleague)) == (2, 2, 0)

    def test_after_a_pause_of_the_worker_only_the_last_question_is_asked(self, clock, keeper):
        clock.move_to(BEGIN + FRESH_FOR + 30 * DAY)
        assert (ask_to_confirm(), ask_to_confirm(), asked(keeper)) == (1, 0, 1)

    def test_where_nobody_looks_after_it_nobody_is_asked_until_somebody_does(
        self, clock, organisation, photonik, manager
    ):
        colleague = MembershipFactory(cluster=photonik, organisation=organisation)
        clock.move_to(BEGIN + FRESH_FOR)
        assert ask_to_confirm() == 0
        actions.set_keeper(colleague, True, by=manager)
        assert (ask_to_confirm(), asked(colleague.person), asked(manager)) == (1, 1, 0)

    def test_one_that_takes_part_no_longer_is_not_asked_about(self, clock, keeper):
        Membership.objects.update(state="suspended")
        clock.move_to(BEGIN + FRESH_FOR)
        assert ask_to_confirm() == 0

    def test_whoever_looks_after_it_no_longer_reads_nothing_of_it(
        self, clock, organisation, keeper, manager, mailoutbox, django_capture_on_commit_callbacks
    ):
        clock.move_to(BEGIN + FRESH_FOR)
        with django_capture_on_commit_callbacks(execute=True):
            ask_to_confirm()
            actions.set_keeper(keeper.memberships.get(), False, by=manager)
        assert not [mail for mail in mailoutbox if organisation.name in mail.body]

    def test_the_mail_says_what_happens_and_leads_to_the_page(
        self, clock, organisation, keeper, mailoutbox, django_capture_on_commit_callbacks
    ):
        for day, words in ((FRESH_FOR - ASKED_BEFORE, "5 January 2027"), (FRESH_FOR, "was not confirmed for a year")):
            clock.move_to(BEGIN + day)
            with django_capture_on_commit_callbacks(execute=True):
                ask_to_confirm()
            assert words in " ".join(mailoutbox[-1].body.split())
            assert organisation.get_absolute_url() in mailoutbox[-1].body
            assert mailoutbox[-1].to == [keeper.email]


class TestConfirming:
    @pytest.mark.parametrize("how", ["confirm", "save"])
    def test_a_confirmed_one_is_asked_about_after_another_year(self, clock, organisation, keeper, how):
        clock.move_to(BEGIN + FRESH_FOR)
        ask_to_confirm()
        if how == "confirm":
            actions.confirm_organisation(organisation, by=keeper)
        else:
            actions.update_organisation(organisation, by=keeper, place=organisation.place)
        assert confirmed(organisation) == BEGIN + FRESH_FOR, "even if nothing was changed"
        assert ask_to_confirm() == 0
        clock.move_to(BEGIN + FRESH_FOR + FRESH_FOR)
        assert (ask_to_confirm(), asked(keeper)) == (1, 2)

    def test_a_table_confirms_nothing(self, clock, organisation, manager):
        clock.move_to(BEGIN + DAY)
        actions.update_organisation(organisation, by=manager, quietly=True, place="Jena")
        assert Organisation.objects.get().place == "Jena"
        assert confirmed(organisation) == BEGIN

    def test_dashboard_page_and_form_ask_from_then_on_and_one_click_confirms(self, client, clock, organisation, keeper):
        shown = (organisation.get_absolute_url(), f"{organisation.get_absolute_url()}edit/")
        clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE - DAY)
        assert organisation.name not in page(client, keeper, "/dashboard/")
        assert QUESTION not in page(client, keeper, shown[1])
        for day in (FRESH_FOR - ASKED_BEFORE, FRESH_FOR + DAY):
            clock.move_to(BEGIN + day)
            for url in ("/dashboard/", *shown):
                read = page(client, keeper, url)
                assert QUESTION in read
                assert f"{organisation.get_absolute_url()}confirm/" in read
        client.force_login(keeper)
        answer = client.post(f"{organisation.get_absolute_url()}confirm/", follow=True)
        assert answer.redirect_chain == [(organisation.get_absolute_url(), 302)]
        assert organisation.name not in page(client, keeper, "/dashboard/")
        assert confirmed(organisation) == BEGIN + FRESH_FOR + DAY
        event = AuditEvent.objects.get(verb="organisation.confirmed")
        assert event.object_id == str(organisation.pk)

    def test_the_management_that_answers_for_it_confirms_it_too(self, client, clock, organisation, manager):
        clock.move_to(BEGIN + FRESH_FOR + DAY)
        client.force_login(manager)
        client.post(f"{organisation.get_absolute_url()}confirm/")
        assert confirmed(organisation) == BEGIN + FRESH_FOR + DAY

    @pytest.mark.parametrize("who", ["colleague", "foreign manager", "member"])
    def test_nobody_else_does(self, client, clock, organisation, keeper, photonik, who):
        roles = {
            "colleague": {"cluster": photonik, "organisation": organisation},
            "foreign manager": {"cluster": ClusterFactory(), "role": Role.MANAGER},
            "member": {"cluster": photonik},
        }
        person = MembershipFactory(**roles[who]).person
        clock.move_to(BEGIN + DAY)
        client.force_login(person)
        assert client.post(f"{organisation.get_absolute_url()}confirm/").status_code == 404
        with pytest.raises(PermissionDenied):
            actions.confirm_organisation(organisation, by=person)
        assert confirmed(organisation) == BEGIN

    def test_of_two_that_are_merged_the_later_word_counts(self, clock, organisation, photonik, manager):
        clock.move_to(BEGIN + 30 * DAY)
        double = OrganisationFactory(name="Aalen Optics Ltd", clusters=[photonik])
        clock.move_to(BEGIN + 60 * DAY)
        actions.merge_organisations(double, organisation, take={}, by=manager)
        assert confirmed(organisation) == BEGIN + 30 * DAY


class TestWhatFollows:
    def test_it_is_marked_then_behind_the_others_then_suggested_to_nobody(
        self, client, clock, organisation, photonik, member
    ):
        topic = make_topic()
        other = OrganisationFactory(name="Zorn Lasers", clusters=[photonik])
        middle = OrganisationFactory(name="Middle", clusters=[ClusterFactory()])
        for each in (organisation, other, middle):
            set_topics(each, [topic], by=None)

        def order(query="") -> list[str]:
            client.force_login(member)
            Organisation.objects.exclude(pk=organisation.pk).update(confirmed_at=datetime.now(UTC))
            return [row.name for row in client.get(f"/organisations/{query}").context["item_list"].rows]

        def suggested() -> tuple[bool, bool]:
            client.force_login(member)
            sections = client.get(f"/topics/{topic.pk}/").context["sections"]
            named = [row.name for each in sections for row in each["context"].get("organisations", ())]
            viewer = client.get("/organisations/").wsgi_request.viewer
            near = find_near(near_organisations, Organisation.objects.get(pk=middle.pk), viewer, most=10)
            return organisation.name in named, organisation.name in [each.row.name for each in near.found]

        assert order() == ["Aalen Optics", "Middle", "Zorn Lasers"]
        clock.move_to(BEGIN + FRESH_FOR + DAY)
        assert order() == ["Middle", "Zorn Lasers", "Aalen Optics"]
        assert order("?sort=confirmed")[-1] == "Aalen Optics"
        assert "Not confirmed since 5 January 2026" in page(client, member, organisation.get_absolute_url())
        assert page(client, member, "/organisations/").count("Not confirmed since") == 1
        assert suggested() == (True, True)
        clock.move_to(BEGIN + SUGGESTED_FOR + DAY)
        assert order() == ["Middle", "Zorn Lasers", "Aalen Optics"], "whoever looks for it finds it"
        assert suggested() == (False, False)

    def test_the_table_says_when_it_was_confirmed(self, client, clock, organisation, member):
        client.force_login(member)
        head, row = client.get("/organisations/export.csv").content.decode("utf-8-sig").splitlines()
        assert head.split(";").index("Last confirmed") == row.split(";").index("2026-01-05")


def test_those_from_before_count_from_their_last_change_and_at_most_as_a_year_old(clock, photonik, manager):
    migration = import_module("hanse_members.migrations.0035_last_confirmed_so_far")
    names = ("new", "changed", "old")
    found = {name: OrganisationFactory(name=name, clusters=[photonik]) for name in names}
    clock.move_to(BEGIN + 300 * DAY)
    actions.update_organisation(found["changed"], by=manager, place="Jena")
    clock.move_to(BEGIN + 500 * DAY)
    Organisation.objects.filter(name="new").update(created_at=BEGIN + 450 * DAY)
    migration.confirm_as_changed(apps, SimpleNamespace(connection=connection))
    reckoned = dict(Organisation.objects.values_list("name", "confirmed_at"))
    assert reckoned == {
        "new": BEGIN + 450 * DAY,
        "changed": BEGIN + 300 * DAY,
        "old": BEGIN + 500 * DAY - FRESH_FOR,
    }
