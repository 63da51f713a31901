"""Reporting and blocking: what is handed over to whom, what becomes of it, and what nobody is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity import moderation
from hanse_activity.blocks import block
from hanse_activity.models import Block, Notification, Report
from hanse_activity.reportables import reportables
from hanse_members import actions
from hanse_members.models import FieldRelease, Profile
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory, fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(photonik):
    return MembershipFactory(cluster=photonik, person=UserFactory(first_name="Nele", last_name="Brandt")).person


@pytest.fixture
def profile(author):
    profile = ProfileFactory(person=author)
    fill(profile, "offers", text="I know all their secrets")
    fill(profile, "phone", text="+49 30 5551", scopes=[Scope("cluster", 0)])
    return profile


@pytest.fixture
def reporter(leichtbau):
    return MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Ole", last_name="Kern")).person


@pytest.fixture
def report(profile, reporter, manager):
    return moderation.report(reportables["person"], profile, by=reporter, category="untrue", reason="She does not")


def told(person) -> list[str]:
    return list(Notification.objects.of(person).order_by("pk").values_list("kind", flat=True))


def seen_by(person, profile) -> bool:
    return Profile.objects.visible_to(Viewer.of(person)).shown().filter(pk=profile.pk).exists()


def url_of(profile) -> str:
    return f"/reports/about/person/{profile.uid}/"


class TestReporting:
    def test_hands_over_what_the_reporter_saw_and_nothing_else(self, report, manager, reporter, author):
        assert "I know all their secrets" in report.copy
        assert "5551" not in report.copy
        assert told(manager) == ["reports.made"]
        assert told(author) == told(reporter) == []

    def test_fields_for_others_are_not_handed_over(self, profile, photonik, leichtbau, manager):
        """The telephone is for one cluster; the report goes to another."""
        MembershipFactory(cluster=leichtbau, person=profile.person)
        MembershipFactory(cluster=leichtbau, role=Role.MANAGER)
        fill(profile, "phone", text="+49 30 5551", scopes=[Scope("cluster", leichtbau.pk)])
        reader = MembershipFactory(cluster=leichtbau).person
        made = moderation.report(reportables["person"], profile, by=reader, category="untrue")
        assert (made.scope_kind, made.scope_id) == ("cluster", photonik.pk)
        assert "5551" not in made.copy
        assert "Telephone: not handed over" in made.copy

    def test_by_the_form(self, client, profile, reporter, manager):
        client.force_login(reporter)
        assert url_of(profile) in client.get(profile.get_absolute_url()).content.decode()
        refused = client.post(url_of(profile), {"category": "other", "reason": ""})
        assert refused.status_code == 400
        assert "Please say in a sentence" in refused.content.decode()
        assert client.post(url_of(profile), {"category": "secret", "reason": "Ours"}).status_code == 302
        again = client.post(url_of(profile), {"category": "secret", "reason": "Ours"})
        assert again.status_code == 400
        assert "You have reported this already" in again.content.decode()
        page = client.get("/reports/").content.decode()
        assert "Tells something confidential: a profile" in page
        assert "not decided yet" in page

    def test_what_one_does_not_see_is_not_there(self, client, profile, photonik, reporter):
        from hanse_access.actions import change_audience

        change_audience(profile, scopes=[Scope("cluster", photonik.pk)], by=None)
        client.force_login(reporter)
        for url in (url_of(profile), f"/blocks/author/person/{profile.uid}/"):
            missing = url.replace(str(profile.uid), "00000000-0000-4000-8000-000000000000")
            assert client.post(url, {"category": "secret"}).status_code == 404
            assert client.post(missing, {"category": "secret"}).status_code == 404
        for odd in ("/reports/about/nothing/1/", "/reports/about/person/%00/", "/reports/about/person/x/"):
            assert client.get(odd).status_code == 404
        assert not Report.objects.exists()

    def test_ones_own_is_not_reported(self, profile, author):
        with pytest.raises(moderation.NotPossible):
            moderation.report(reportables["person"], profile, by=author, category="other", reason="x")

    def test_only_so_many_within_an_hour(self, client, profile, reporter):
        client.force_login(reporter)
        for _number in range(20):
            client.post(url_of(profile), {"category": "secret"})
        assert "many reports" in client.post(url_of(profile), {"category": "secret"}).content.decode()

    def test_operators_decide_where_the_management_is_concerned(self, photonik, manager, operator, reporter):
        """The only manager is the author: nobody decides about themselves."""
        own = ProfileFactory(person=manager)
        made = moderation.report(reportables["person"], own, by=reporter, category="untrue")
        assert (made.scope_kind, told(manager), told(operator)) == ("", [], ["reports.made"])
        assert not Report.objects.decided_by(Viewer.of(manager)).exists()


class TestDeciding:
    def test_dismissed_the_reporter_alone_is_told_why(self, report, manager, reporter, author, profile):
        moderation.dismiss(report, by=manager, statement="She proved it.")
        assert told(reporter) == ["reports.decided"]
        assert told(author) == []
        assert seen_by(reporter, profile)

    def test_withheld_only_the_author_still_sees_it_and_both_sides_read_the_reasons(
        self, client, report, manager, reporter, author, profile
    ):
        second = moderation.report(reportables["person"], profile, by=UserFactory(), category="offensive")
        moderation.withhold(report, by=manager, statement="It was not true.")
        second.refresh_from_db()
        assert (second.state, second.statement) == ("withheld", "It was not true.")
        assert (told(reporter), told(author)) == (["reports.decided"], ["reports.withheld"])
        for person in (reporter, manager, None):
            assert not seen_by(person, profile)
        client.force_login(author)
        own = client.get(profile.get_absolute_url()).content.decode()
        assert "It was not true." in own
        assert "/enquiries/about/cluster/photonik-nord/" in own
        client.force_login(reporter)
        assert client.get(profile.get_absolute_url()).status_code == 404
        assert "It was not true." in client.get("/reports/").content.decode()

    def test_its_author_cannot_bring_it_back_and_the_management_can(
        self, client, report, manager, reporter, author, profile
    ):
        moderation.withhold(report, by=manager, statement="It was not true.")
        actions.save_profile(person=author, values={}, scopes=[PUBLIC])
        assert not seen_by(reporter, profile)
        for person, status in ((author, 404), (reporter, 404), (manager, 302)):
            client.force_login(person)
            assert client.post(f"/reports/{report.pk}/show-again/").status_code == status
        assert seen_by(reporter, profile)
        assert told(author) == ["reports.withheld", "reports.shown_again"]
        with pytest.raises(moderation.NotPossible):
            moderation.show_again(report, by=manager)

    def test_from_the_list_of_what_waits(self, client, report, manager, profile, reporter):
        client.force_login(manager)
        page = client.get("/waiting/?kind=reports").content.decode()
        for words in (
            "Untrue or misleading: a profile of Nele Brandt",
            "Ole Kern",
            "She does not",
            "all their secrets",
        ):
            assert words in page
        act = {"kind": "reports", "do": f"withhold:{report.pk}"}
        refused = client.post("/waiting/", {**act, f"reason-dismiss-{report.pk}": "For the other button"})
        assert refused.status_code == 400
        assert seen_by(reporter, profile)
        client.post("/waiting/", {**act, f"reason-withhold-{report.pk}": "It was not true."})
        assert not seen_by(reporter, profile)

    @pytest.mark.parametrize("action", [moderation.dismiss, moderation.withhold])
    def test_nobody_else_decides_and_nobody_twice(self, action, report, manager, leichtbau, reporter, author):
        stranger = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        for person in (stranger, reporter, author, UserFactory()):
            with pytest.raises(PermissionDenied):
                action(report, by=person, statement="So")
        with pytest.raises(moderation.NotPossible):
            action(report, by=manager, statement="  ")
        action(report, by=manager, statement="So")
        with pytest.raises(moderation.NotPossible):
            action(report, by=manager, statement="So")

    def test_who_reported_is_told_to_nobody_but_the_deciders(
        self, client, report, manager, author, django_capture_on_commit_callbacks, mailoutbox
    ):
        with django_capture_on_commit_callbacks(execute=True):
            moderation.withhold(report, by=manager, statement="It was not true.")
        client.force_login(author)
        pages = [client.get(url).content.decode() for url in ("/notifications/", "/reports/", report_url(report))]
        for text in [*pages, *(mail.body + mail.subject for mail in mailoutbox if author.email in mail.to)]:
            assert "Ole" not in text

    def test_the_trail_of_the_cluster_names_no_reporter(self, report):
        """Whom it is about can be one of the managers who read it."""
        assert AuditEvent.objects.get(verb="report.made").actor is None

    def test_who_did_not_decide_brings_nothing_back(self, profile, photonik, leichtbau, manager, reporter, operator):
        """The person is in two clusters; the other management has a report of the same."""
        MembershipFactory(cluster=leichtbau, person=profile.person)
        other = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        mine = moderation.report(reportables["person"], profile, by=reporter, category="untrue")
        theirs = moderation.report(reportables["person"], profile, by=UserFactory(), category="untrue")
        Report.objects.filter(pk=theirs.pk).update(scope_id=leichtbau.pk)
        Report.objects.filter(pk=mine.pk).update(scope_id=photonik.pk)
        moderation.withhold(mine, by=manager, statement="It was not true.")
        with pytest.raises(PermissionDenied):
            moderation.show_again(theirs, by=other)
        moderation.show_again(mine, by=manager)

    def test_what_an_operator_decided_is_not_for_the_management_to_undo(self, report, manager, operator):
        moderation.withhold(report, by=operator, statement="It was not true.")
        with pytest.raises(PermissionDenied):
            moderation.show_again(report, by=manager)
        moderation.show_again(report, by=operator)

    def test_is_in_the_audit_trail_of_the_cluster(self, report, manager, photonik):
        moderation.dismiss(report, by=manager, statement="She proved it.")
        events = AuditEvent.objects.filter(verb__startswith="report.", scope_kind="cluster", scope_id=photonik.pk)
        assert set(events.values_list("verb", flat=True)) == {"report.made", "report.dismissed"}


def report_url(report) -> str:
    return Profile.objects.get(pk=report.object_id).get_absolute_url()


class TestOrganisations:
    def test_out_of_sight_for_all_but_its_own_people_and_those_who_answer(self, client, photonik, manager, reporter):
        firm = OrganisationFactory(name="Zqfirm", clusters=[photonik])
        keeper = MembershipFactory(cluster=photonik, organisation=firm, keeps_organisation=True).person
        made = moderation.report(reportables["organisation"], firm, by=reporter, category="advertising")
        assert made.author == keeper
        assert "Zqfirm" in made.copy
        moderation.withhold(made, by=manager, statement="Bought stars.")
        assert told(keeper) == ["reports.withheld"]
        for person, status in ((reporter, 404), (keeper, 200), (manager, 200)):
            client.force_login(person)
            page = client.get(firm.get_absolute_url())
            assert page.status_code == status
            assert ("Bought stars." in page.content.decode()) == (status == 200)
            if person != manager:
                assert "Zqfirm" not in client.get("/organisations/").content.decode()
        moderation.show_again(made, by=manager)
        client.force_login(reporter)
        assert client.get(firm.get_absolute_url()).status_code == 200


class TestNews:
    def test_goes_offline_in_every_language(self, client, photonik, manager, reporter):
        piece = NewsPageFactory(cluster=photonik, title="A scandal")
        client.force_login(reporter)
        assert "/reports/about/news/" in client.get(piece.url).content.decode()
        made = moderation.report(reportables["news"], piece, by=reporter, category="unlawful")
        assert "A scandal" in made.copy
        moderation.withhold(made, by=manager, statement="It names somebody.")
        assert client.get(piece.url).status_code == 404
        client.force_login(manager)
        assert f"/reports/{made.pk}/show-again/" not in client.get("/reports/").content.decode()


class TestKeeping:
    def test_decided_reports_go_after_a_while_and_what_hides_something_stays(self, report, manager, settings):
        settings.HANSE_REPORT_DAYS = 30
        moderation.withhold(report, by=manager, statement="So")
        Report.objects.update(decided_at=timezone.now() - timedelta(days=31))
        assert moderation.remove_old_reports() == 0
        moderation.show_again(report, by=manager)
        assert moderation.remove_old_reports() == 1


class TestBlocking:
    def test_no_question_reaches_who_blocks_and_the_other_sees_no_difference(
        self, client, profile, author, reporter, django_capture_on_commit_callbacks
    ):
        field = fill(profile, "email", text="nele@example.org", scopes=[Scope("cluster", 0)], on_request=True)
        client.force_login(author)
        theirs = ProfileFactory(person=reporter)
        assert client.post(f"/blocks/author/person/{theirs.uid}/").status_code == 302
        assert "Ole Kern" in client.get("/reports/").content.decode()

        client.force_login(reporter)
        asked = client.post(f"/experts/{profile.uid}/ask/email/", {"message": "Please"})
        assert asked.status_code == 302
        assert "asked, no answer yet" in client.get(profile.get_absolute_url()).content.decode()
        assert FieldRelease.objects.filter(field=field, person=reporter, state="asked").exists()

        assert told(author) == []
        client.force_login(author)
        for url in ("/waiting/", "/profile/releases/", "/notifications/"):
            assert "Ole Kern" not in client.get(url, follow=True).content.decode()
        client.post(f"/blocks/{Block.objects.get().pk}/end/")
        assert "Ole Kern" in client.get("/profile/releases/").content.decode()

    def test_a_changed_name_of_the_blocked_is_not_told(self, client, profile, author, reporter):
        block(author, reporter)
        type(reporter).objects.filter(pk=reporter.pk).update(first_name="Secret")
        client.force_login(author)
        page = client.get("/reports/").content.decode()
        assert "Ole Kern" in page
        assert "Secret" not in page

    def test_giving_unasked_reaches_nobody_who_blocks(self, client, profile, author, reporter):
        theirs = ProfileFactory(person=reporter)
        fill(theirs, "phone", text="+49 30 7777", scopes=[EDITORS])
        block(author, reporter)
        client.force_login(reporter)
        client.post(f"/experts/{profile.uid}/give/", {"field": "phone"})
        assert told(author) == []

    def test_who_is_blocked_is_not_suggested(self, client, profile, author, reporter):
        ProfileFactory(person=reporter, scopes=[PLATFORM])
        client.force_login(author)
        assert "Ole Kern" in client.get("/dashboard/").content.decode()
        block(author, reporter)
        assert "Ole Kern" not in client.get("/dashboard/").content.decode()

    def test_nobody_blocks_themselves_or_ends_the_block_of_another(self, client, profile, author, reporter):
        client.force_login(author)
        assert client.post(f"/blocks/author/person/{profile.uid}/").status_code == 404
        block(reporter, author)
        assert client.post(f"/blocks/{Block.objects.get().pk}/end/").status_code == 404
        assert client.get(f"/blocks/author/person/{profile.uid}/").status_code == 405
