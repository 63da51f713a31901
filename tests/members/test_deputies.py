"""While a manager is away another of the cluster stands in; it ends by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.enquiry_reminders import remind_of_enquiries
from hanse_members.models import Deputy, Enquiry
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.enquiries import asked
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PAGE = "/waiting/absence/"
WAITING = "/waiting/"


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North")


@pytest.fixture
def karla(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def ole(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def mia(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def enquiry(cluster, karla, ole, mia):
    """Karla has it."""
    return actions.take_enquiry(asked(cluster, by=UserFactory()), by=karla)


def away(person, deputy, *, first=0, last=5):
    today = timezone.localdate()
    (membership,) = person.memberships.all()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    return actions.name_deputies(by=person, deputies={membership.cluster: deputy}, **days)


def waits_for(person, enquiry) -> bool:
    return Enquiry.objects.waiting_for(Viewer.of(person)).filter(pk=enquiry.pk).exists()


def told(person, kind) -> int:
    return Notification.objects.of(person).filter(kind=kind).count()


def remind(enquiry):
    Enquiry.objects.filter(pk=enquiry.pk).update(waiting_since=timezone.now() - timedelta(days=3))
    remind_of_enquiries()


class TestStandingIn:
    def test_the_deputy_sees_whose_it_is_and_takes_it(self, client, enquiry, karla, ole, mia):
        assert not waits_for(ole, enquiry)
        away(karla, ole)
        assert waits_for(ole, enquiry)
        assert not waits_for(mia, enquiry)
        client.force_login(ole)
        assert f"For {karla.get_full_name()}" in client.get(WAITING).content.decode()
        client.post(WAITING, {"kind": "enquiries", "do": "take", "chosen": enquiry.pk})
        enquiry.refresh_from_db()
        assert enquiry.owner == ole

    def test_reminders_go_to_the_deputy(self, enquiry, karla, ole):
        away(karla, ole)
        remind(enquiry)
        assert (told(ole, "enquiries.reminder"), told(karla, "enquiries.reminder")) == (1, 0)

    def test_what_would_be_given_to_who_is_away_goes_to_the_deputy(self, enquiry, karla, ole, mia):
        actions.take_enquiry(enquiry, by=mia)
        away(karla, ole)
        enquiry.refresh_from_db()
        assert actions.take_enquiry(enquiry, by=mia, owner=karla).owner == ole
        assert told(ole, "enquiries.given") == 1

    def test_new_enquiries_are_told_to_those_who_are_there(self, cluster, karla, ole, mia):
        away(karla, ole)
        asked(cluster, by=UserFactory())
        assert [told(person, "enquiries.received") for person in (karla, ole, mia)] == [0, 1, 1]

    def test_a_deputy_who_is_away_too_is_stood_in_for(self, enquiry, karla, ole, mia):
        away(karla, ole)
        away(ole, mia)
        assert waits_for(mia, enquiry)
        assert not waits_for(ole, enquiry)
        remind(enquiry)
        assert told(mia, "enquiries.reminder") == 1

    def test_where_all_are_away_in_a_circle_the_owner_is_reminded(self, enquiry, karla, ole):
        away(karla, ole)
        away(ole, karla)
        remind(enquiry)
        assert told(karla, "enquiries.reminder") == 1


class TestItsEnd:
    @pytest.mark.parametrize(("first", "last", "stands_in"), [(0, 0, True), (-3, 0, True), (1, 5, False)])
    def test_it_holds_from_the_first_to_the_last_day(self, enquiry, karla, ole, first, last, stands_in):
        away(karla, ole, first=first, last=last)
        assert waits_for(ole, enquiry) == stands_in

    def test_after_the_last_day_it_is_over(self, enquiry, karla, ole):
        away(karla, ole)
        Deputy.objects.update(
            starts_on=timezone.localdate() - timedelta(9), ends_on=timezone.localdate() - timedelta(1)
        )
        assert not waits_for(ole, enquiry)

    def test_back_earlier(self, client, enquiry, karla, ole):
        away(karla, ole)
        client.force_login(karla)
        client.post(PAGE, {"end": "yes"})
        assert not waits_for(ole, enquiry)
        assert AuditEvent.objects.filter(verb="deputy.ended").count() == 1

    def test_a_deputy_who_leaves_the_management_stands_in_no_longer(self, enquiry, karla, ole):
        away(karla, ole)
        actions.set_role(ole.memberships.get(), Role.MEMBER, by=karla)
        assert not waits_for(ole, enquiry)
        remind(enquiry)
        assert told(karla, "enquiries.reminder") == 1
        assert told(ole, "enquiries.reminder") == 0

    def test_it_goes_with_the_account(self, karla, ole):
        from hanse_base.personal_data import personal_data

        away(karla, ole)
        *_others, deputies = personal_data["enquiries"].export(ole)
        assert deputies.content[0]["role"] == "deputy"
        personal_data["enquiries"].erase(ole)
        assert not Deputy.objects.exists()


class TestNaming:
    def test_by_the_form_and_the_deputy_is_told(self, client, karla, ole, mia, cluster):
        client.force_login(karla)
        today = timezone.localdate()
        form = client.get(PAGE).context["form"]
        assert set(form.fields[f"deputy-{cluster.pk}"].queryset) == {ole, mia}
        sent = {"starts_on": today, "ends_on": today + timedelta(3), f"deputy-{cluster.pk}": ole.pk}
        assert client.post(PAGE, sent).status_code == 302
        assert Deputy.objects.get().deputy == ole
        assert told(ole, "deputies.named") == 1
        event = AuditEvent.objects.get(verb="deputy.named")
        assert event.data == {"membership": ole.memberships.get().pk}
        client.post(PAGE, sent | {f"deputy-{cluster.pk}": mia.pk})
        assert Deputy.objects.get().deputy == mia, "named anew, not twice"

    @pytest.mark.parametrize(("first", "last"), [(0, -1), (3, 2), (0, 400)])
    def test_days_that_do_not_fit_are_asked_again(self, client, karla, ole, cluster, first, last):
        client.force_login(karla)
        today = timezone.localdate()
        days = {"starts_on": today + timedelta(first), "ends_on": today + timedelta(last)}
        assert client.post(PAGE, {**days, f"deputy-{cluster.pk}": ole.pk}).status_code == 400
        assert not Deputy.objects.exists()

    def test_only_another_manager_of_the_cluster(self, client, karla, ole, cluster):
        client.force_login(karla)
        today = timezone.localdate()
        member = MembershipFactory(cluster=cluster).person
        foreign = MembershipFactory(role=Role.MANAGER).person
        for person in (karla, member, foreign, UserFactory()):
            sent = {"starts_on": today, "ends_on": today, f"deputy-{cluster.pk}": person.pk}
            assert client.post(PAGE, sent).status_code == 400
            with pytest.raises(actions.NotPossible):
                away(karla, person)

    def test_the_only_manager_is_told_that_nobody_can(self, client, cluster, karla):
        client.force_login(karla)
        page = client.get(PAGE)
        assert page.context["alone"] == [cluster]
        assert client.post(PAGE, {"starts_on": "2030-01-01", "ends_on": "2030-01-02"}).status_code in (200, 400)

    def test_the_page_is_missing_for_who_manages_nothing(self, client, cluster):
        client.force_login(MembershipFactory(cluster=cluster, role=Role.EDITOR).person)
        assert client.get(PAGE).status_code == 404
        assert client.post(PAGE, {"end": "yes"}).status_code == 404
