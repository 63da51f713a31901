"""Answering an invitation: by its link, or signed in with the address it was sent to; by nobody else, and once."""

import re
import threading
from datetime import timedelta
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_activity.models import Notification
from hanse_base.models import LinkToken
from hanse_members import actions
from hanse_members.models import Invitation, Membership, TermsAcceptance
from hanse_members.personal_data import export_invitations
from hanse_members.roles import Role
from hanse_site.account.actions import delete_account
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.invitations import invited, link_of
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
ADDRESS = "nele@example.org"
State = Membership.State


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(cluster=cluster, role=Role.MANAGER, person=UserFactory(first_name="Mara")).person


@pytest.fixture
def nele():
    return confirmed_person(email=ADDRESS, first_name="Nele", last_name="Nord")


@pytest.fixture
def link(cluster, manager):
    return invited(cluster, ADDRESS, by=manager)[1]


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def standing(person, cluster):
    return Membership.objects.filter(person=person, cluster=cluster).values_list("state", "role").first()


def changed():
    """What looking at a page must leave alone."""
    return (
        list(Invitation.objects.values()),
        list(LinkToken.objects.values()),
        list(Membership.objects.values()),
        AuditEvent.objects.count(),
    )


class TestTheLink:
    def test_a_scanner_that_follows_it_changes_nothing(self, client, link, nele):
        before = changed()
        for visitor in (client, signed_in(nele), signed_in(UserFactory())):
            assert visitor.get(link).status_code == 200
            assert visitor.head(link).status_code == 200
        assert client.post(link).url.startswith(reverse("account_login"))
        assert changed() == before
        assert "sessionid" not in client.cookies

    def test_the_page_says_who_asks_for_what_and_only_hints_at_the_address(self, client, cluster, manager):
        _invitation, link = invited(cluster, ADDRESS, by=manager, role=Role.EDITOR, message="Join us <b>now</b>")
        page = client.get(link).content.decode()
        assert "Mara" in page
        assert "Optics North" in page
        assert "Your role there: Editor." in page
        assert "Join us &lt;b&gt;now&lt;/b&gt;" in page
        assert "n…@example.org" in page
        assert ADDRESS not in page
        assert f"{reverse('account_login')}?next={link.replace('/', '%2F')}" in page
        assert f"{reverse('account_signup')}?next={link.replace('/', '%2F')}" in page

    def test_accepting_makes_a_member_once_and_the_inviter_is_told(self, cluster, manager, nele):
        invitation, link = invited(cluster, ADDRESS, by=manager, role=Role.EDITOR)
        client = signed_in(nele)
        assert client.post(link).url == reverse("hanse_members:memberships")
        assert standing(nele, cluster) == ("approved", "editor")
        membership = nele.memberships.get()
        assert membership.decided_by == manager
        invitation.refresh_from_db()
        assert (invitation.state, invitation.accepted_by) == ("accepted", nele)
        event = AuditEvent.objects.get(verb="invitation.accepted")
        assert (event.object_id, event.scope_id, event.data) == (str(membership.pk), cluster.pk, {"role": "editor"})
        told = Notification.objects.get(kind="invitations.accepted")
        assert told.recipient == manager
        listed = signed_in(manager).get("/notifications/").content.decode()
        assert "Nele Nord has accepted your invitation to Optics North." in listed
        assert client.post(link).status_code == 404
        assert AuditEvent.objects.filter(verb="invitation.accepted").count() == 1

    def test_wrong_expired_used_and_revoked_ones_look_the_same(self, client, cluster, manager, nele):
        links = {}
        for number, end in enumerate(("used", "expired", "revoked", "void", "suspended cluster")):
            address = f"p{number}@example.org"
            home = cluster if end != "suspended cluster" else ClusterFactory()
            by = manager if end not in ("void", "suspended cluster") else None
            by = by or MembershipFactory(cluster=home, role=Role.MANAGER).person
            invitation, links[end] = invited(home, address, by=by)
            if end == "used":
                signed_in(confirmed_person(email=address)).post(links[end])
            elif end == "expired":
                LinkToken.objects.filter(pk=invitation.token_id).update(expires_at=timezone.now())
            elif end == "revoked":
                actions.revoke_invitation(invitation, by=manager)
            elif end == "void":
                get_user_model().objects.filter(pk=by.pk).update(is_active=False)
            else:
                type(home).objects.filter(pk=home.pk).update(state="suspended")
        links["wrong"] = "/invitations/" + "x" * 43 + "/"
        links["short"] = "/invitations/%00/"
        for visitor in (client, signed_in(nele)):
            for method in ("get", "post"):
                answers = {end: getattr(visitor, method)(link) for end, link in links.items()}
                assert {end: answer.status_code for end, answer in answers.items()} == dict.fromkeys(links, 404)
                pages = {normalised(answer.content.decode(), links[end]) for end, answer in answers.items()}
                assert len(pages) == 1

    def test_after_many_guesses_one_has_to_wait(self, client, link):
        for number in range(30):
            client.get(f"/invitations/guess{number}/")
        assert client.get(link).status_code == 429

    def test_its_page_is_kept_by_nobody(self, client, link):
        headers = client.get(link).headers
        assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("strict-origin", "private, no-store")

    def test_its_secret_stands_in_no_table(self, cluster, manager, nele):
        _invitation, link = invited(cluster, ADDRESS, by=manager)
        secret = link.split("/")[2]
        signed_in(nele).get(link)
        signed_in(nele).post(link)
        signed_in(nele).post(link)
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
                assert not any(secret in str(row) for row in cursor.fetchall()), table


def normalised(html: str, link: str) -> str:
    html = html.replace(link, "LINK").replace(quote(link, safe=""), "LINK").replace(quote(link), "LINK")
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", html)


class TestWhoseItIs:
    def test_a_forwarded_link_admits_nobody_else(self, cluster, link):
        client = signed_in(confirmed_person(email="other@example.org"))
        page = client.get(link).content.decode()
        assert "This invitation is for another address" in page
        assert ADDRESS not in page
        assert client.post(link).status_code == 403
        assert Membership.objects.filter(cluster=cluster).count() == 1
        assert client.get(link).status_code == 200, "it still waits for its owner"

    def test_an_address_that_is_not_confirmed_is_nobodys(self, cluster, link, manager):
        person = confirmed_person(email="other@example.org")
        EmailAddress.objects.create(user=person, email=ADDRESS, verified=False)
        assert signed_in(person).post(link).status_code == 403
        with pytest.raises(actions.NotPermitted):
            actions.accept_invitation(Invitation.objects.get(), by=person)

    def test_any_confirmed_address_of_the_account_will_do(self, cluster, link):
        person = confirmed_person(email="other@example.org")
        EmailAddress.objects.create(user=person, email=ADDRESS.upper(), verified=True)
        signed_in(person).post(link)
        assert standing(person, cluster) == ("approved", "member")

    def test_signed_in_with_the_address_it_is_found_without_the_link(self, cluster, link, nele):
        client = signed_in(nele)
        own = reverse("hanse_members:own_invitation", args=[Invitation.objects.get().pk])
        for page in ("hanse_base:dashboard", "hanse_members:memberships"):
            assert own in client.get(reverse(page)).content.decode()
        assert client.get(own).status_code == 200
        assert not Membership.objects.of(nele).exists()
        assert client.post(own).url == reverse("hanse_members:memberships")
        assert standing(nele, cluster) == ("approved", "member")
        assert client.get(own).status_code == client.get(link).status_code == 404
        assert own not in client.get(reverse("hanse_base:dashboard")).content.decode()

    def test_others_do_not_find_it(self, client, link, manager):
        own = reverse("hanse_members:own_invitation", args=[Invitation.objects.get().pk])
        for person in (manager, confirmed_person(email="other@example.org")):
            answers = [signed_in(person).post(path).status_code for path in (own, "/memberships/invited/987654/")]
            assert answers == [404, 404]
        assert client.get(own).status_code == 302

    def test_sign_up_by_the_link_confirms_the_address_and_comes_back(
        self, client, cluster, link, django_capture_on_commit_callbacks, monkeypatch
    ):
        monkeypatch.setattr("hanse_site.account.entrance_forms._filled_by_a_person", lambda shown_at: True)
        data = {"first_name": "Nele", "last_name": "Nord", "email": ADDRESS, "password1": "seven boats in fog"}
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("account_signup"), data | {"terms": "on", "next": link})
        nele = get_user_model().objects.get(email=ADDRESS)
        assert client.post(link).url.startswith(reverse("account_login")), (
            "not signed in before the address is confirmed"
        )
        confirmation = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.outbox[-1].body)[1]
        door = client.post(confirmation).url
        assert door == f"{reverse('account_login')}?next={link.replace('/', '%2F')}"
        signed = client.post(door, {"login": ADDRESS, "password": "seven boats in fog", "next": link})
        assert signed.url == link
        client.post(link)
        assert standing(nele, cluster) == ("approved", "member")


class TestWhatStandsAgainstIt:
    @pytest.fixture
    def terms(self, cluster, manager):
        return actions.issue_terms(cluster=cluster, texts={"en": "Share."}, by=manager)

    def test_terms_in_force_are_asked_for(self, cluster, link, nele, terms):
        client = signed_in(nele)
        refused = client.post(link)
        assert refused.status_code == 400
        assert "Without your consent" in refused.content.decode()
        assert standing(nele, cluster) is None
        client.post(link, {f"terms-{terms.pk}": "on"})
        assert standing(nele, cluster) == ("approved", "member")
        assert TermsAcceptance.objects.by(nele).get().terms == terms

    def test_the_action_asks_for_them_too_and_a_refusal_uses_nothing_up(self, cluster, link, nele, terms):
        with pytest.raises(actions.NotPossible):
            actions.accept_invitation(Invitation.objects.get(), by=nele, secret=link.split("/")[2])
        assert signed_in(nele).get(link).status_code == 200

    def test_a_suspended_member_does_not_come_back(self, cluster, link, nele):
        membership = MembershipFactory(person=nele, cluster=cluster, state=State.SUSPENDED)
        for address in (link, reverse("hanse_members:own_invitation", args=[Invitation.objects.get().pk])):
            answer = signed_in(nele).post(address)
            assert answer.status_code == 400
            assert "suspended" in answer.content.decode()
        membership.refresh_from_db()
        assert membership.state == "suspended"

    @pytest.mark.parametrize("decision", ["declined", "removed"])
    def test_nor_does_who_was_turned_away_since(self, cluster, manager, link, nele, decision):
        membership = actions.apply_for_membership(person=nele, cluster=cluster)
        if decision == "declined":
            actions.decline_membership(membership, reason="No", by=manager)
        else:
            actions.end_membership(actions.approve_membership(membership, by=manager), by=manager)
        assert signed_in(nele).post(link).status_code == 400
        assert standing(nele, cluster)[0] != "approved"

    def test_an_invitation_after_the_refusal_admits(self, cluster, manager, nele):
        membership = actions.apply_for_membership(person=nele, cluster=cluster)
        actions.decline_membership(membership, reason="Not yet", by=manager)
        _invitation, link = invited(cluster, ADDRESS, by=manager)
        signed_in(nele).post(link)
        membership.refresh_from_db()
        assert (membership.state, membership.reason) == ("approved", "")

    def test_who_withdrew_the_own_application_may_still_accept(self, cluster, link, nele):
        membership = actions.apply_for_membership(person=nele, cluster=cluster)
        actions.end_membership(membership, by=nele)
        signed_in(nele).post(link)
        assert standing(nele, cluster) == ("approved", "member")

    def test_it_decides_about_an_application(self, cluster, link, nele):
        actions.apply_for_membership(person=nele, cluster=cluster, contributes="Lenses")
        signed_in(nele).post(link)
        membership = nele.memberships.get()
        assert (membership.state, membership.contributes) == ("approved", "Lenses")

    @pytest.mark.parametrize(
        ("has", "offered", "then"),
        [("manager", "member", "manager"), ("editor", "editor", "editor"), ("member", "editor", "editor")],
    )
    def test_a_members_role_is_never_lowered(self, cluster, manager, nele, has, offered, then):
        _invitation, link = invited(cluster, ADDRESS, by=manager, role=offered)
        MembershipFactory(person=nele, cluster=cluster, role=has)
        signed_in(nele).post(link)
        assert standing(nele, cluster) == ("approved", then)
        assert AuditEvent.objects.filter(verb="membership.role_changed").exists() == (has != then)

    @pytest.mark.parametrize("loss", ["role", "membership", "account", "deleted"])
    def test_it_ends_with_the_rights_of_whoever_invited(self, cluster, manager, nele, loss):
        _invitation, link = invited(cluster, ADDRESS, by=manager, role=Role.MANAGER)
        second = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        own = manager.memberships.get()
        if loss == "role":
            actions.set_role(own, Role.EDITOR, by=second)
        elif loss == "membership":
            actions.end_membership(own, by=manager)
        elif loss == "account":
            get_user_model().objects.filter(pk=manager.pk).update(is_active=False)
        else:
            delete_account(user=manager)
        client = signed_in(nele)
        assert client.get(link).status_code == 404
        assert client.post(link).status_code == 404
        assert "You are invited" not in client.get(reverse("hanse_base:dashboard")).content.decode()
        with pytest.raises(actions.InvitationGone):
            actions.accept_invitation(Invitation.objects.get(), by=nele)

    def test_an_operators_invitation_lasts_as_long_as_the_office(self, cluster, operator, nele):
        _invitation, link = invited(cluster, ADDRESS, by=operator, role=Role.MANAGER)
        assert signed_in(nele).get(link).status_code == 200
        operator.groups.clear()
        assert signed_in(nele).post(link).status_code == 404

    def test_an_inactive_account_accepts_nothing(self, link, nele):
        nele.is_active = False
        with pytest.raises(actions.NotPermitted):
            actions.accept_invitation(Invitation.objects.get(), by=nele)

    def test_who_invited_cannot_raise_the_own_role_with_it(self, cluster, manager, operator):
        """An editor who once managed has no use of an invitation to the own second address."""
        EmailAddress.objects.create(user=manager, email="second@example.org", verified=True)
        _invitation, link = invited(cluster, "second@example.org", by=manager, role=Role.MANAGER)
        actions.set_role(manager.memberships.get(), Role.MEMBER, by=operator)
        assert signed_in(manager).post(link).status_code == 404
        assert standing(manager, cluster) == ("approved", "member")


class TestOwnData:
    def exported(self, person):
        return next(file.content for file in export_invitations(person) if file.path == "invitations.json")

    def test_both_sides_get_theirs_and_no_address_of_others(self, cluster, manager, link, nele):
        (received,) = self.exported(nele)
        assert (received["direction"], received["address"], received["state"]) == ("received", ADDRESS, "pending")
        (sent,) = self.exported(manager)
        assert (sent["direction"], sent["address"], sent["cluster"]) == ("sent", None, "Optics North")
        assert self.exported(confirmed_person(email="other@example.org")) == []

    def test_an_accepted_one_goes_with_the_account(self, link, nele):
        signed_in(nele).post(link)
        delete_account(user=nele)
        assert not Invitation.objects.exists()

    def test_a_waiting_one_does_not_tell_that_an_account_was_deleted(self, manager, link, nele):
        before = signed_in(manager).get("/memberships/invitations/").content.decode()
        delete_account(user=nele)
        after = signed_in(manager).get("/memberships/invitations/").content.decode()
        assert normalised(before, link) == normalised(after, link)


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_the_same_moment_one_admits():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")
    manager = MembershipFactory(role=Role.MANAGER)
    nele = confirmed_person(email=ADDRESS)
    _invitation, link = invited(manager.cluster, ADDRESS, by=manager.person)
    clients = [signed_in(nele) for _ in range(4)]
    ready, answers = threading.Barrier(4, timeout=20), []

    def press(client):
        try:
            ready.wait()
            answers.append(client.post(link).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 404, 404, 404]
    assert AuditEvent.objects.filter(verb="invitation.accepted").count() == 1
    assert Notification.objects.filter(kind="invitations.accepted").count() == 1


def test_an_expired_one_is_gone_although_its_key_lives(client, link, nele):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert signed_in(nele).post(link).status_code == 404


def test_the_link_in_the_mail_is_the_link(link):
    assert link_of(mail.outbox[-1]) == link
