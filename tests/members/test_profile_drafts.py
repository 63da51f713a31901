"""A manager drafts a profile; the member alone lets anything of it be seen."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, Scope
from hanse_activity.blocks import block
from hanse_base.models import LinkToken
from hanse_members import actions
from hanse_members.actions.profile_drafts import remove_drafts
from hanse_members.models import Membership, Profile, ProfileDraft, ProfileField
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def membership(photonik):
    return MembershipFactory(cluster=photonik, person=UserFactory(first_name="Nele", last_name="Brandt"))


@pytest.fixture
def person(membership):
    return membership.person


@pytest.fixture
def url(membership):
    return f"/memberships/{membership.pk}/draft/"


@pytest.fixture
def send(client, manager, url, mailoutbox, django_capture_on_commit_callbacks):
    """Sends a draft by the form. Returns the link in the mail."""

    def send(**answers):
        client.force_login(manager)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url, answers or {"function": "Head of coatings", "offers_choices": ["advice"]})
        assert response.status_code == 302, response.content.decode()
        client.logout()
        return re.search(r"/drafts/[\w-]+/", mailoutbox[-1].body)[0]

    return send


def shown(client, link):
    """As whoever has opened the link and pressed the button sees it."""
    return client.post(link, {"decision": "show"})


def decide(client, link, decision="confirm"):
    """As who has read it: the page says what of."""
    page = shown(client, link).content.decode()
    read = re.search(r'name="read" value="(\w+)"', page)
    return client.post(link, {"decision": decision, "read": read[1] if read else ""})


class TestDrafting:
    def test_the_mail_says_who_and_nothing_of_what(self, send, person, mailoutbox):
        send()
        mail = mailoutbox[-1]
        assert mail.to == [person.email]
        assert "has drafted your profile" in mail.subject
        assert "coatings" not in mail.body + str(mail.alternatives)

    def test_nothing_shows_before_it_is_confirmed(self, client, send, person, member, manager):
        send()
        assert not Profile.objects.exists()
        for reader in (member, manager):
            client.force_login(reader)
            assert "Head of coatings" not in client.get("/experts/?q=coatings").content.decode()

    def test_the_form_speaks_of_the_person_and_not_to_its_reader(self, client, manager, url):
        client.force_login(manager)
        form = client.get(url).context["form"]
        said = [str(field.label) for field in form] + [str(group.title) for group in form.groups()]
        assert not [words for words in said if "you" in words.lower().split() or "your" in words.lower().split()]

    def test_it_starts_from_the_list_of_what_is_missing(self, client, manager, person, url):
        client.force_login(manager)
        page = client.get("/memberships/quality/?kind=profiles").content.decode()
        assert "Nele Brandt" in page
        assert url in page
        assert client.get(url).status_code == 200

    def test_an_empty_one_is_refused_and_bad_input_stands_beside_its_field(self, client, manager, url):
        client.force_login(manager)
        empty = client.post(url, {})
        assert empty.status_code == 400
        assert "Please fill in at least one field." in empty.content.decode()
        wrong = client.post(url, {"function": "Head", "orcid": "1234"}).content.decode()
        assert "An ORCID has four groups" in wrong
        assert 'value="Head"' in wrong
        assert not ProfileDraft.objects.exists()

    def test_only_by_managers_of_the_own_cluster(self, client, url, leichtbau, person, member, operator):
        stranger = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        for other in (stranger, person, member, operator):
            client.force_login(other)
            assert client.get(url).status_code == 404
            assert client.post(url, {"function": "Head"}).status_code == 404

    def test_a_profile_that_the_manager_sees_is_its_owners_alone(self, client, manager, person, url):
        ProfileFactory(person=person)
        client.force_login(manager)
        refused = client.post(url, {"function": "Head"})
        assert refused.status_code == 400
        assert "has a profile" in refused.content.decode()

    def test_whether_there_is_one_that_the_manager_does_not_see_is_told_by_nothing(
        self, client, manager, person, url, photonik
    ):
        other = MembershipFactory(cluster=photonik, person=UserFactory(first_name="Nele", last_name="Brandt"))
        ProfileFactory(person=person, scopes=[EDITORS])
        client.force_login(manager)
        listed = client.get("/memberships/quality/?kind=profiles").content.decode()
        assert listed.count("Nele Brandt</b>") == 2
        answers = [
            client.post(address, {"function": "Head"}).status_code
            for address in (url, f"/memberships/{other.pk}/draft/")
        ]
        assert answers == [302, 302]


class TestConfirming:
    def test_by_the_link_without_signing_in(self, client, send, person, member):
        link = send(function="Head of coatings", competences_topics=[str(make_topic("Optics").pk)], phone="+49 30 5551")
        page = shown(client, link).content.decode()
        assert all(words in page for words in ("Head of coatings", "Optics", "+49 30 5551"))
        assert not Profile.objects.exists(), "link scanners follow links"
        assert "This is your profile now" in decide(client, link).content.decode()
        profile = Profile.objects.get(person=person)
        assert profile.audience.scope_set == {Scope("platform", 0)}
        assert profile.fields.get(name="phone").follows is False
        client.force_login(member)
        assert "Head of coatings" in client.get(profile.get_absolute_url()).content.decode()
        client.logout()
        assert client.get(link).status_code == decide(client, link).status_code == 404
        assert AuditEvent.objects.filter(verb="profile.draft_confirmed").exists()

    def test_signed_in_from_the_dashboard(self, client, send, person):
        send()
        client.force_login(person)
        assert "/profile/draft/" in client.get("/dashboard/").content.decode()
        changing = client.get("/profile/draft/change/").content.decode()
        assert 'value="Head of coatings"' in changing
        assert not Profile.objects.exists()
        assert decide(client, "/profile/draft/").status_code == 302
        assert Profile.objects.filter(person=person).exists()
        assert client.get("/profile/draft/").status_code == 404

    def test_saving_the_own_form_ends_the_draft(self, client, send, person):
        link = send()
        client.force_login(person)
        client.post("/profile/", {"function": "Something else", "scopes": "platform"})
        assert ProfileField.objects.get(name="function").text == "Something else"
        assert client.get(link).status_code == 404

    def test_what_one_has_filled_in_oneself_stays(self, client, send, person):
        own = ProfileFactory(person=person, scopes=[EDITORS])
        fill(own, "function", text="My own words")
        link = send(function="Head of coatings", offers="Advice")
        decide(client, link)
        assert own.fields.get(name="function").text == "My own words"
        assert own.fields.get(name="offers").text == "Advice"
        own.refresh_from_db()
        assert own.audience.scope_set == {EDITORS}

    def test_thrown_away(self, client, send):
        link = send()
        assert "thrown away" in decide(client, link, "discard").content.decode()
        assert [draft.answers for draft in ProfileDraft.objects.all()] == [{}]
        assert not Profile.objects.exists()
        assert client.get(link).status_code == 404

    def test_a_topic_that_is_gone_is_said(self, client, send):
        topic = make_topic("Optics")
        link = send(competences_topics=[str(topic.pk)])
        topic.delete()
        page = shown(client, link)
        assert "Something in it is not offered any more" in page.content.decode()
        assert decide(client, link).status_code == 400
        assert not Profile.objects.exists()


class TestLink:
    def test_who_only_follows_it_sees_nothing_of_the_draft(self, client, send, person, manager, photonik):
        """A link scanner, or whoever comes upon the mail: neither words nor names, and nothing changes."""
        link = send(function="Head of coatings")
        page = client.get(link)
        assert page.status_code == client.head(link).status_code == 200
        words = page.content.decode().partition("<main")[2]
        for told in ("coatings", person.get_full_name(), manager.get_full_name(), photonik.name):
            assert told not in words
        assert not Profile.objects.exists()
        assert "Head of coatings" in shown(client, link).content.decode()
        assert not Profile.objects.exists()

    def test_forwarded_to_another_member(self, client, send, member):
        link = send()
        client.force_login(member)
        assert client.get(link).status_code == decide(client, link).status_code == 403
        assert client.get("/profile/draft/").status_code == 404
        assert not Profile.objects.exists()

    def test_a_new_draft_replaces_the_old_one_with_one_mail_a_day(self, client, send, mailoutbox):
        first = send()
        assert send(function="Another") == first
        assert len(mailoutbox) == 1
        page = shown(client, first).content.decode()
        assert "Another" in page
        assert "coatings" not in page
        with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
            second = send(function="A third")
            assert client.get(first).status_code == 404
            assert "A third" in shown(client, second).content.decode()

    def test_nothing_is_confirmed_that_was_not_read(self, client, send):
        link = send()
        page = shown(client, link).content.decode()
        read = re.search(r'name="read" value="(\w+)"', page)[1]
        send(function="Something else")
        refused = client.post(link, {"decision": "confirm", "read": read})
        assert refused.status_code == 400
        assert "read it again" in refused.content.decode()
        assert not Profile.objects.exists()

    def test_who_blocks_the_manager_gets_no_mail_and_the_manager_sees_no_difference(
        self, client, manager, person, url, mailoutbox, django_capture_on_commit_callbacks
    ):
        block(person, manager)
        client.force_login(manager)
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(url, {"function": "Head"}).status_code == 302
        assert not mailoutbox
        assert "draft sent on" in client.get("/memberships/quality/?kind=profiles").content.decode()
        client.force_login(person)
        assert client.get("/profile/draft/").status_code == 404

    @pytest.mark.parametrize("fate", ["waits", "discarded", "confirmed for nobody else"])
    def test_the_manager_sees_the_same_whatever_became_of_it(self, client, send, manager, person, url, fate):
        if fate.startswith("confirmed"):
            ProfileFactory(person=person, scopes=[EDITORS])
        link = send()
        if fate != "waits":
            decide(client, link, "discard" if fate == "discarded" else "confirm")
        client.force_login(manager)
        page = client.get("/memberships/quality/?kind=profiles").content.decode()
        assert "draft sent on" in page
        assert "coatings" not in client.get(url).content.decode()
        told = AuditEvent.objects.filter(scope_kind="cluster", verb__startswith="profile.")
        assert set(told.values_list("verb", flat=True)) == {"profile.drafted"}

    def test_only_what_the_form_has_looked_at_is_stored(self, client, manager, url):
        client.force_login(manager)
        client.post(url, {"function": ["x\x00" + "y" * 100_000, "Head"]})
        assert ProfileDraft.objects.get().answers == {"function": ["Head"]}

    @pytest.mark.parametrize("change", ["expired", "left", "manager left", "guessed"])
    def test_opens_nothing_once_its_reason_is_gone(self, client, send, change, membership, manager):
        link = send()
        if change == "expired":
            ProfileDraft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        elif change == "left":
            Membership.objects.filter(pk=membership.pk).update(state="left")
        elif change == "manager left":
            Membership.objects.of(manager).update(role="member")
        else:
            link = "/drafts/" + "x" * 43 + "/"
        assert client.get(link).status_code == decide(client, link).status_code == 404
        assert not Profile.objects.exists()

    def test_the_secret_is_stored_nowhere(self, send):
        secret = send().split("/")[2]
        assert not LinkToken.objects.filter(digest__contains=secret).exists()
        assert secret not in str(list(ProfileDraft.objects.values()))

    def test_late_ones_are_removed(self, send):
        send()
        assert remove_drafts() == 0
        ProfileDraft.objects.update(expires_at=timezone.now() - timedelta(days=1))
        assert remove_drafts() == 1


def test_the_drafts_of_two_managements_know_nothing_of_each_other(membership, manager, leichtbau):
    elsewhere = MembershipFactory(cluster=leichtbau, person=membership.person)
    stranger = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
    actions.draft_profile(membership, answers={"function": ["Head"]}, by=manager)
    actions.draft_profile(elsewhere, answers={"function": ["Other"]}, by=stranger)
    assert ProfileDraft.objects.working().count() == 2
    with pytest.raises(actions.NotPermitted):
        actions.draft_profile(membership, answers={"function": ["Head"]}, by=stranger)
