"""Enquiries: between whoever asks and the management that answers, and never forgotten."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.audit import readable_by as readable_events
from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.enquiry_reminders import remind_of_enquiries
from hanse_members.models import Enquiry
from hanse_members.roles import Role
from hanse_members.subjects import subjects
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.enquiries import asked
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def other():
    return MembershipFactory(cluster=ClusterFactory(name="Fibres South"), role=Role.MANAGER).cluster


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def colleague(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER).person


@pytest.fixture
def asker():
    return UserFactory(first_name="Nele", last_name="Nord", language="en")


@pytest.fixture
def lens(cluster):
    return OrganisationFactory(name="Lens Ltd", clusters=[cluster])


@pytest.fixture
def enquiry(asker, manager, lens):
    return asked(lens, by=asker)


def foreign_manager(cluster):
    return cluster.memberships.get(role=Role.MANAGER).person


def reads(person, enquiry) -> bool:
    return Enquiry.objects.readable_by(Viewer.of(person)).filter(pk=enquiry.pk).exists()


def waits_for(person, enquiry) -> bool:
    return Enquiry.objects.waiting_for(Viewer.of(person)).filter(pk=enquiry.pk).exists()


def told(person, kind=None):
    rows = Notification.objects.of(person).filter(kind__startswith="enquiries.")
    return list((rows.filter(kind=f"enquiries.{kind}") if kind else rows).order_by("pk"))


def kinds(person) -> list[str]:
    return [row.kind.removeprefix("enquiries.") for row in told(person)]


def older(enquiry, **ago) -> Enquiry:
    Enquiry.objects.filter(pk=enquiry.pk).update(waiting_since=timezone.now() - timedelta(**ago))
    enquiry.refresh_from_db()
    return enquiry


class TestWhoReadsIt:
    def test_the_asker_and_the_management_that_answers(self, cluster, enquiry, asker, manager, colleague):
        assert all(reads(person, enquiry) for person in (asker, manager, colleague))

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR])
    def test_nobody_else_of_the_cluster(self, cluster, enquiry, role):
        assert not reads(MembershipFactory(cluster=cluster, role=role).person, enquiry)

    def test_neither_other_managements_nor_operators_nor_visitors(self, other, enquiry, operator):
        assert not reads(foreign_manager(other), enquiry)
        assert not reads(operator, enquiry)
        assert not Enquiry.objects.readable_by(Viewer.public()).exists()

    def test_after_a_hand_over_the_new_management_and_no_longer_the_former(self, enquiry, asker, manager, other):
        actions.hand_over_enquiry(enquiry, by=manager, cluster=other)
        assert reads(asker, enquiry)
        assert reads(foreign_manager(other), enquiry)
        assert not reads(manager, enquiry)

    def test_after_a_hand_over_the_former_management_is_told_nothing_but_has_it_on_record(
        self, enquiry, asker, manager, other
    ):
        actions.hand_over_enquiry(enquiry, by=manager, cluster=other)
        actions.reply_to_enquiry(enquiry, by=asker, text="Is anybody there?")
        viewer = Viewer.of(manager)
        assert told(manager)
        assert not Notification.objects.shown_to(viewer).filter(kind__startswith="enquiries.").exists()
        assert readable_events(viewer).filter(verb="enquiry.handed_over").count() == 1

    def test_a_manager_who_leaves_reads_it_no_longer(self, cluster, enquiry, manager, colleague):
        actions.end_membership(manager.memberships.get(), by=manager)
        assert not reads(manager, enquiry)

    def test_the_management_of_a_suspended_cluster_does_not(self, cluster, enquiry, manager, asker, operator):
        actions.suspend_cluster(cluster, by=operator)
        assert not reads(manager, enquiry)
        assert reads(asker, enquiry)


class TestAsking:
    def test_the_management_is_told_and_the_mail_quotes_nothing(
        self, asker, manager, lens, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            asked(lens, by=asker, text="Secret plans")
        (sent,) = mail.outbox
        assert sent.to == [manager.email]
        assert "Nele Nord has an enquiry for Optics North." in sent.body
        assert "Secret plans" not in str(sent.message())
        assert "Lens Ltd" not in str(sent.message())

    def test_what_one_may_not_see_cannot_be_asked_about(self, asker, manager, cluster, lens):
        change_audience(lens, scopes=[Scope("cluster", cluster.pk)], by=None)
        with pytest.raises(actions.NotPermitted):
            asked(lens, by=asker)

    def test_only_a_cluster_of_it_can_be_asked(self, asker, manager, lens, other):
        with pytest.raises(actions.NotPossible):
            asked(lens, by=asker, cluster=other)

    def test_nobody_is_asked_where_nobody_could_answer(self, asker, lens):
        with pytest.raises(actions.NotPossible):
            asked(lens, by=asker)

    def test_inactive_people_ask_nothing(self, asker, manager, lens):
        asker.is_active = False
        with pytest.raises(actions.NotPermitted):
            asked(lens, by=asker)


class TestTakingCare:
    def test_it_waits_for_all_managers_until_one_takes_it(self, enquiry, manager, colleague):
        assert waits_for(manager, enquiry)
        assert waits_for(colleague, enquiry)
        actions.take_enquiry(enquiry, by=manager)
        assert waits_for(manager, enquiry)
        assert not waits_for(colleague, enquiry)

    def test_a_colleague_to_whom_it_is_given_is_told(self, enquiry, manager, colleague):
        taken = actions.take_enquiry(enquiry, by=manager, owner=colleague)
        assert taken.owner == colleague
        assert kinds(colleague) == ["given"]
        event = AuditEvent.objects.get(verb="enquiry.taken")
        assert event.data == {"membership": colleague.memberships.get().pk}
        assert event.actor.user == manager

    def test_it_is_given_to_managers_of_the_cluster_only(self, enquiry, manager, asker, other):
        for person in (asker, foreign_manager(other), UserFactory()):
            with pytest.raises(actions.NotPossible):
                actions.take_enquiry(enquiry, by=manager, owner=person)

    def test_who_comes_second_is_told_and_takes_nothing(self, enquiry, manager, colleague):
        stale = Enquiry.objects.get(pk=enquiry.pk)
        actions.take_enquiry(enquiry, by=manager)
        with pytest.raises(actions.NotPossible):
            actions.take_enquiry(stale, by=colleague)

    def test_what_somebody_has_who_left_the_management_waits_for_all_again(self, cluster, enquiry, manager, colleague):
        actions.take_enquiry(enquiry, by=manager)
        actions.end_membership(manager.memberships.get(), by=manager)
        assert waits_for(colleague, enquiry)

    def test_others_cannot(self, enquiry, asker, other, manager):
        for person in (asker, foreign_manager(other), UserFactory()):
            with pytest.raises(actions.NotPermitted):
                actions.take_enquiry(enquiry, by=person)
            with pytest.raises(actions.NotPermitted):
                actions.answer_enquiry(enquiry, by=person, text="Yes")
            with pytest.raises(actions.NotPermitted):
                actions.hand_over_enquiry(enquiry, by=person, cluster=other)

    def test_a_manager_does_not_answer_the_own_question(self, cluster, lens, manager, colleague):
        own = asked(lens, by=manager)
        assert not waits_for(manager, own)
        with pytest.raises(actions.NotPermitted):
            actions.answer_enquiry(own, by=manager, text="Yes")
        assert actions.answer_enquiry(own, by=colleague, text="Yes").state == "answered"


class TestAnswering:
    def test_whoever_answers_takes_care_and_the_asker_is_told(
        self, enquiry, manager, asker, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answered = actions.answer_enquiry(enquiry, by=manager, text="Come and see us")
        assert (answered.state, answered.owner) == ("answered", manager)
        assert not waits_for(manager, enquiry)
        (sent,) = mail.outbox
        assert sent.to == [asker.email]
        assert "Come and see us" not in sent.body

    def test_a_reply_opens_it_again_for_who_had_it(self, enquiry, manager, colleague, asker):
        actions.answer_enquiry(enquiry, by=manager, text="Yes", close=True)
        opened = actions.reply_to_enquiry(enquiry, by=asker, text="And when?")
        assert (opened.state, opened.owner) == ("in_work", manager)
        assert kinds(manager) == ["received", "replied"]
        assert kinds(colleague) == []

    def test_only_the_asker_replies(self, enquiry, manager):
        with pytest.raises(actions.NotPermitted):
            actions.reply_to_enquiry(enquiry, by=manager, text="And when?")

    def test_the_management_closes_what_it_answered_and_the_asker_at_any_time(self, enquiry, manager, asker, lens):
        with pytest.raises(actions.NotPossible):
            actions.close_enquiry(enquiry, by=manager)
        actions.answer_enquiry(enquiry, by=manager, text="Yes")
        assert actions.close_enquiry(enquiry, by=manager).state == "closed"
        with pytest.raises(actions.NotPossible):
            actions.answer_enquiry(enquiry, by=manager, text="Yes")
        assert actions.close_enquiry(asked(lens, by=asker), by=asker).state == "closed"


class TestHandOver:
    def test_it_begins_anew_there_and_the_asker_is_told(self, enquiry, manager, asker, other):
        actions.take_enquiry(enquiry, by=manager)
        handed = actions.hand_over_enquiry(older(enquiry, days=6), by=manager, cluster=other, note="Ask the fibres")
        assert (handed.cluster, handed.owner, handed.state, handed.days_waiting()) == (other, None, "new", 0)
        assert kinds(asker) == ["handed_over"]
        assert told(foreign_manager(other), "received")[0].data == {"handed_over": True}

    def test_it_is_on_record_in_both_clusters(self, enquiry, manager, cluster, other):
        actions.hand_over_enquiry(enquiry, by=manager, cluster=other)
        events = AuditEvent.objects.filter(verb="enquiry.handed_over")
        assert {event.scope_id for event in events} == {cluster.pk, other.pk}
        assert events[0].data == {"before": [["cluster", cluster.pk]], "after": [["cluster", other.pk]]}

    def test_only_to_who_could_answer(self, enquiry, manager, cluster):
        asleep = MembershipFactory(cluster=ClusterFactory(state="suspended"), role=Role.MANAGER).cluster
        alone = MembershipFactory(person=enquiry.asker, role=Role.MANAGER).cluster
        for target in (cluster, ClusterFactory(), asleep, alone):
            with pytest.raises(actions.NotPossible):
                actions.hand_over_enquiry(enquiry, by=manager, cluster=target)


class TestReminders:
    def test_after_three_days_whoever_has_it(self, enquiry, manager, colleague, asker):
        actions.take_enquiry(enquiry, by=manager)
        assert remind_of_enquiries() == 0
        older(enquiry, days=3)
        assert remind_of_enquiries() == 1
        assert remind_of_enquiries() == 0
        assert len(told(manager, "reminder")) == 1
        assert told(colleague, "reminder") == told(asker) == []

    def test_after_three_days_all_where_nobody_has_it(self, enquiry, manager, colleague):
        older(enquiry, days=4)
        remind_of_enquiries()
        assert [row.data for person in (manager, colleague) for row in told(person, "reminder")] == [{"days": 4}] * 2

    def test_after_seven_days_all_of_them_and_the_asker(self, enquiry, manager, colleague, asker):
        actions.take_enquiry(enquiry, by=manager)
        older(enquiry, days=3)
        remind_of_enquiries()
        older(enquiry, days=7)
        assert remind_of_enquiries() == 1
        assert remind_of_enquiries() == 0
        assert (len(told(manager, "reminder")), len(told(colleague, "reminder"))) == (2, 1)
        assert kinds(asker) == ["still_open"]

    def test_after_a_pause_of_the_worker_only_the_last_step(self, enquiry, manager):
        older(enquiry, days=30)
        assert remind_of_enquiries() == 1
        assert len(told(manager, "reminder")) == 1

    @pytest.mark.parametrize("close", [True, False])
    def test_never_of_what_is_answered(self, enquiry, manager, close):
        actions.answer_enquiry(enquiry, by=manager, text="Yes", close=close)
        older(enquiry, days=30)
        assert remind_of_enquiries() == 0

    def test_what_was_opened_again_is_reminded_of_anew(self, enquiry, manager, asker):
        older(enquiry, days=7)
        remind_of_enquiries()
        actions.answer_enquiry(enquiry, by=manager, text="Yes")
        actions.reply_to_enquiry(enquiry, by=asker, text="And when?")
        assert remind_of_enquiries() == 0
        older(enquiry, days=3)
        assert remind_of_enquiries() == 1

    def test_not_while_the_cluster_takes_no_part(self, enquiry, cluster, operator):
        actions.suspend_cluster(cluster, by=operator)
        older(enquiry, days=7)
        assert remind_of_enquiries() == 0


class TestSubjects:
    @pytest.mark.parametrize("key", ["x", "", "9" * 40, "\x00", "00000000-0000-0000-0000-000000000000"])
    def test_no_key_is_an_error(self, key):
        for subject in subjects:
            assert subject.find(key, Viewer.public()) is None

    def test_what_a_reader_sees_no_longer_is_not_named(self, client, enquiry, asker, lens, manager):
        client.force_login(asker)
        assert "Lens Ltd" in client.get(enquiry.get_absolute_url()).content.decode()
        change_audience(lens, scopes=[EDITORS], by=None)
        for address in (enquiry.get_absolute_url(), "/enquiries/"):
            text = client.get(address).content.decode()
            assert "Lens Ltd" not in text
            assert "An organisation that you cannot see" in text
        client.force_login(manager)
        assert "Lens Ltd" in client.get(enquiry.get_absolute_url()).content.decode()
