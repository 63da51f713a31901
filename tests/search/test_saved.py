"""Searches that people keep, and what they are told of them: each thing once, and only what they may see."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.choices import choose
from hanse_activity.delivery import Delivery, Source
from hanse_activity.digests import gather_digests
from hanse_activity.models import DeliveryChoice, Notification
from hanse_base.jobs import jobs
from hanse_base.personal_data import personal_data
from hanse_members.models import Membership
from hanse_search.backends import backend
from hanse_search.models import SavedSearch, SearchAlert
from hanse_search.saved import actions
from hanse_search.saved.actions import CannotBeSaved, change_search, delete_search, look_through, save_search
from hanse_search.saved.notifications import read
from hanse_search.saved.tasks import look_through_searches
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.rooms import add, make_room, say
from tests.groups.talk import browser

pytestmark = pytest.mark.django_db

SAVED = reverse("hanse_search:saved")
ON_KIND = {"kinds": {actions.KIND: Delivery.AT_ONCE}}


def keep(person, text="gyrotron", **facets) -> SavedSearch:
    return save_search(person, name="Mine", text=text, facets=facets)


def look(saved) -> list[str]:
    """Titles of what is told now."""
    saved.refresh_from_db()
    alert = look_through(saved)
    return titles(alert) if alert is not None else []


def titles(alert) -> list[str]:
    read([alert], Viewer.of(alert.search.person))
    return [str(result.found.title) for result in alert.results]


@pytest.fixture
def post(photonik):
    def act(title="Gyrotron week", **values):
        return NewsPageFactory(cluster=photonik, title=title, **values)

    return act


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Mails that go out by what is done."""

    def act(what, *args):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            what(*args)
        return list(mail.outbox)

    return act


class TestWhatIsNew:
    def test_only_what_was_not_found_before_and_each_once(self, each_backend, member, post):
        post("Gyrotron old")
        saved = keep(member)
        assert look(saved) == []
        post("Gyrotron new")
        post("Something else")
        assert look(saved) == ["Gyrotron new"]
        assert look(saved) == []

    def test_what_becomes_visible_later_is_new_to_that_person(self, member, stranger, post, leichtbau):
        page = post("Gyrotron plans", date="2020-01-01", scopes=[Scope("cluster", leichtbau.pk)])
        mine, theirs = keep(member), keep(stranger)
        change_audience(page, scopes=[PUBLIC], by=None)
        assert look(mine) == ["Gyrotron plans"]
        assert look(theirs) == []

    def test_what_comes_to_match_by_an_edit_is_new(self, member, post):
        page = post("Something else")
        saved = keep(member)
        page.title = "A gyrotron after all"
        page.save()
        assert look(saved) == ["A gyrotron after all"]

    def test_what_disappears_and_comes_back_is_told_once(self, member, post):
        saved = keep(member)
        page = post()
        assert look(saved) == ["Gyrotron week"]
        page.unpublish()
        assert look(saved) == []
        page.save_revision().publish()
        assert look(saved) == []

    def test_filters_count(self, member, post, photonik):
        saved = keep(member, kind=["message"])
        post()
        room = make_room(photonik, members=[member], name="Lidar")
        say(room, member, "My own gyrotron")
        say(room, add(room, MembershipFactory(cluster=photonik).person).person, "The gyrotron hums")
        assert look(saved) == ["Lidar"]
        assert saved.alerts.get().number == 1, "what somebody wrote is not told to them"

    def test_words_for_filters_are_read_in_the_persons_language(self, member, post):
        member.language = "de"
        member.save()
        saved = keep(member, "gyrotron art:neuigkeiten")
        post()
        assert look(saved) == ["Gyrotron week"]

    def test_a_pause_leaves_out_what_comes_meanwhile(self, member, post):
        saved = keep(member)
        change_search(saved, name="Mine", is_watched=False)
        post()
        assert look(saved) == []
        change_search(saved, name="Mine", is_watched=True)
        assert look(saved) == []
        post("Gyrotron month")
        assert look(saved) == ["Gyrotron month"]

    def test_nothing_is_compared_while_answers_are_poorer(self, member, post, monkeypatch):
        post("Gyrotron old")
        monkeypatch.setattr(type(backend()), "notice", "less thorough")
        saved = keep(member)
        assert saved.known is None
        monkeypatch.undo()
        assert look(saved) == [], "what it finds first is where it begins"
        post()
        assert look(saved) == ["Gyrotron week"]

    def test_too_much_is_said_and_not_compared(self, member, post, monkeypatch):
        monkeypatch.setattr(actions, "MOST_FOUND", 2)
        post(), post(), post()  # noqa: B018
        saved = keep(member)
        assert saved.is_too_broad
        assert saved.known is None
        assert "too much" in browser(member).get(SAVED).content.decode()

    def test_two_looks_at_once_tell_once(self, member, post):
        saved = keep(member)
        post()
        again = SavedSearch.objects.get(pk=saved.pk)
        assert look_through(saved) is not None
        assert look_through(again) is None
        assert SearchAlert.objects.count() == Notification.objects.count() == 1


class TestTelling:
    def test_at_once_is_one_mail_to_each_look(self, member, post, sent):
        choose(member, **ON_KIND)
        saved = keep(member)
        post("Gyrotron one"), post("Gyrotron two")  # noqa: B018
        (message,) = sent(look, saved)
        assert message.subject == "2 new things for your search “Mine”"
        assert "Gyrotron one" in message.body
        assert "Gyrotron two" in message.body
        assert reverse("hanse_search:alert", args=[saved.pk, saved.alerts.get().pk]) in message.body
        assert message.extra_headers["List-Unsubscribe"]
        assert sent(look, saved) == []

    def test_a_day_is_one_line_whatever_many_looks(self, member, post, sent):
        saved = keep(member)
        for number in range(3):
            post(f"Gyrotron {number}")
            assert sent(look, saved) == []
        assert Notification.objects.count() == 1
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            (digest,) = sent(gather_digests)
        assert "3 new things" in digest.body
        assert all(f"Gyrotron {n}" in digest.body for n in range(3))

    @pytest.mark.parametrize("delivery", [Delivery.AT_ONCE, Delivery.DAILY])
    def test_the_right_to_see_is_asked_when_it_is_sent(self, member, post, sent, delivery, leichtbau):
        choose(member, kinds={actions.KIND: delivery})
        saved = keep(member)
        page, _other = post("Gyrotron secret"), post("Gyrotron open")

        def go():
            look(saved)
            change_audience(page, scopes=[Scope("cluster", leichtbau.pk)], by=None)

        messages = sent(go)
        if delivery.is_digest:
            with time_machine.travel(timezone.now() + timedelta(days=2)):
                messages = sent(gather_digests)
        (message,) = messages
        assert "secret" not in str(message.message())
        assert "1 new thing" in message.body

    @pytest.mark.parametrize("delivery", [Delivery.AT_ONCE, Delivery.DAILY])
    def test_nothing_left_is_no_mail(self, member, post, sent, delivery):
        choose(member, kinds={actions.KIND: delivery})
        saved = keep(member)
        post(scopes=[Scope("cluster", Membership.objects.get(person=member).cluster_id)])

        def go():
            look(saved)
            Membership.objects.filter(person=member).delete()

        assert sent(go) == []
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert sent(gather_digests) == []
        page = browser(member).get(reverse("hanse_activity:notifications")).content.decode()
        assert "Gyrotron" not in page

    def test_mails_only_count_what_is_in_rooms(self, member, photonik, other, sent):
        choose(member, **ON_KIND)
        saved = keep(member)
        room = make_room(photonik, members=[member, other], name="Secret project")
        say(room, other, "The gyrotron hums")
        (message,) = sent(look, saved)
        assert "and 1 more" in message.body
        assert "Secret project" not in str(message.message())
        assert "hums" not in str(message.message())
        room.mails_show_text = True
        room.save()
        say(room, other, "The gyrotron whines")
        (message,) = sent(look, saved)
        assert "Secret project" in message.body

    def test_one_search_can_be_silenced(self, member, post, sent):
        choose(member, **ON_KIND)
        loud, silent = keep(member), keep(member, "week")
        choose(member, of_sources={Source(actions.SOURCE, silent.pk): Delivery.OFF})
        post()
        assert len(sent(look, loud)) == 1
        assert sent(look, silent) == []
        assert "Gyrotron" in browser(member).get(silent.alerts.get().get_absolute_url()).content.decode()

    def test_a_paused_one_sends_no_mail_that_waited(self, member, post, sent):
        saved = keep(member)
        post()
        look(saved)
        change_search(saved, name="Mine", is_watched=False)
        with time_machine.travel(timezone.now() + timedelta(days=2)):
            assert sent(gather_digests) == []

    def test_the_job_looks_where_it_is_time_and_one_failure_keeps_no_other_waiting(
        self, member, other, post, monkeypatch
    ):
        first, second = keep(member), keep(other)
        post()
        jobs["search.alerts"].run()
        assert SearchAlert.objects.count() == 0, "an hour has not passed"
        real = actions.look_through

        def fail(saved):
            if saved.pk == first.pk:
                raise RuntimeError
            return real(saved)

        monkeypatch.setattr("hanse_search.saved.tasks.look_through", fail)
        with time_machine.travel(timezone.now() + timedelta(minutes=61)):
            jobs["search.alerts"].run()
            look_through_searches.call([first.pk, second.pk])
        assert SearchAlert.objects.get().search == second

    def test_who_has_left_is_not_looked_for(self, member, post):
        keep(member)
        member.is_active = False
        member.save()
        post()
        assert actions.due_searches(timezone.now() + timedelta(days=1)) == []


class TestPages:
    def test_saving_from_the_results_with_filters(self, member, post):
        page = post()
        client = browser(member)
        html = client.get(reverse("hanse_search:search"), {"q": "gyrotron", "kind": "news"}).content.decode()
        address = reverse("hanse_search:save") + "?q=gyrotron&kind=news"
        assert address.replace("&", "&amp;") in html
        form = client.get(address)
        assert form.context["form"].initial["name"] == "gyrotron · Kind: News"
        answer = client.post(address, {"name": "My gyrotrons", "is_watched": "on"}, follow=True)
        assert answer.redirect_chain[-1][0] == SAVED
        saved = SavedSearch.objects.get()
        assert (saved.person, saved.name, saved.text, saved.facets) == (
            member,
            "My gyrotrons",
            "gyrotron",
            {"kind": ["news"]},
        )
        assert saved.get_absolute_url() == reverse("hanse_search:search") + "?q=gyrotron&kind=news"
        assert saved.known == {"news": [page.pk]}
        assert "My gyrotrons" in answer.content.decode()

    def test_nothing_cannot_be_saved_and_the_limit_is_said_beside_what_was_typed(self, member, monkeypatch):
        client = browser(member)
        answer = client.post(reverse("hanse_search:save"), {"name": "Everything"})
        assert answer.status_code == 400
        assert "Search for something first" in answer.content.decode()
        monkeypatch.setattr(actions, "MOST_SAVED", 1)
        keep(member)
        answer = client.post(reverse("hanse_search:save") + "?q=x", {"name": "One more"})
        assert answer.status_code == 400
        assert 'value="One more"' in answer.content.decode()
        with pytest.raises(CannotBeSaved):
            keep(member)
        answer = client.post(reverse("hanse_search:save") + "?q=x", {"name": "x" * 99})
        assert answer.status_code == 400

    def test_renamed_paused_deleted(self, member, post):
        saved = keep(member)
        post()
        look(saved)
        choose(member, of_sources={Source(actions.SOURCE, saved.pk): Delivery.WEEKLY})
        client = browser(member)
        client.post(reverse("hanse_search:change", args=[saved.pk]), {"name": "Other", "is_watched": "on"})
        assert "Other" in client.get(SAVED).content.decode()
        client.post(reverse("hanse_search:pause", args=[saved.pk]), {"watch": "no"})
        assert "Paused" in client.get(SAVED).content.decode()
        client.post(reverse("hanse_search:pause", args=[saved.pk]), {"watch": "yes"})
        saved.refresh_from_db()
        assert saved.is_watched
        assert saved.name == "Other"
        client.post(reverse("hanse_search:delete", args=[saved.pk]))
        assert not SavedSearch.objects.exists()
        assert not Notification.objects.exists()
        assert not DeliveryChoice.objects.exists()

    def test_others_searches_are_not_there(self, member, other, post):
        saved = keep(member)
        post()
        look(saved)
        client = browser(other)
        for address in (
            reverse("hanse_search:change", args=[saved.pk]),
            saved.alerts.get().get_absolute_url(),
        ):
            assert client.get(address).status_code == 404
        for name in ("pause", "delete"):
            assert client.post(reverse(f"hanse_search:{name}", args=[saved.pk])).status_code == 404
        assert "Mine" not in client.get(SAVED).content.decode()
        assert Client().get(SAVED)["Location"].startswith(reverse("account_login"))

    def test_a_filter_that_is_not_there_any_more_is_said(self, member, photonik):
        room = make_room(photonik, name="Secret project")
        save_search(member, name="Mine", text="", facets={"room": [str(room.pk)]})
        html = browser(member).get(SAVED).content.decode()
        assert "no longer there" in html
        assert "Secret project" not in html

    def test_personal_data(self, member, post):
        keep(member, kind=["news"])
        entry = personal_data["searches"]
        file = next(iter(entry.export(member)))
        assert file.content[0]["text"] == "gyrotron"
        assert file.content[0]["facets"] == {"kind": ["news"]}
        entry.erase(member)
        assert not SavedSearch.objects.exists()

    def test_deleting_leaves_those_of_others(self, member, other):
        kept = keep(other)
        delete_search(keep(member))
        assert SavedSearch.objects.get() == kept

    def test_old_alerts_go(self, member, post):
        saved = keep(member)
        post()
        look(saved)
        saved.alerts.update(made_at=timezone.now() - timedelta(days=400))
        jobs["search.remove_old_alerts"].run()
        assert not saved.alerts.exists()
        assert look(saved) == []
