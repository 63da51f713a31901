"""Inviting: who may, what the management is told, what goes out by mail."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_activity.models import MailSuppression
from hanse_activity.tasks import deliver
from hanse_base.models import LinkToken
from hanse_members import actions
from hanse_members.invitation_views import SENT
from hanse_members.invitations import forget_invitations
from hanse_members.models import Invitation
from hanse_members.roles import Role
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.invitations import invited, link_of, mailed_link
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
LIST, NEW = "/memberships/invitations/", "/memberships/invitations/new/"
State = Invitation.State


@pytest.fixture
def cluster():
    return ClusterFactory(name="Optics North", slug="optics-north")


@pytest.fixture
def manager(cluster):
    return MembershipFactory(
        cluster=cluster, role=Role.MANAGER, person=UserFactory(first_name="Mara", last_name="Nord")
    ).person


@pytest.fixture
def send(client, manager, django_capture_on_commit_callbacks):
    """Sends the form as the manager."""

    def send(addresses, **fields):
        client.force_login(manager)
        data = {"addresses": addresses, "role": "member", "language": "en", "message": ""} | fields
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(NEW, data)

    return send


class TestTheForm:
    def test_several_are_invited_at_once_each_by_a_mail_of_their_own(self, send, cluster, manager):
        answer = send("nele@example.org\r\n Max Muster <MAX@Example.org> ; nele@example.org", message="Come, join us")
        assert answer.url == LIST
        rows = Invitation.objects.order_by("email")
        assert [(row.email, row.role, row.state) for row in rows] == [
            ("max@example.org", "member", "pending"),
            ("nele@example.org", "member", "pending"),
        ]
        assert sorted(message.to[0] for message in mail.outbox) == ["max@example.org", "nele@example.org"]
        assert all("Come, join us" in message.body for message in mail.outbox)
        assert len({link_of(message) for message in mail.outbox}) == 2
        event = AuditEvent.objects.filter(verb="invitation.sent").get()
        assert (event.scope_id, event.data) == (cluster.pk, {"role": "member", "number": 2})

    def test_the_mail_says_who_asks_in_the_chosen_language_in_text_and_html(self, send):
        send("nele@example.org", language="de", role="editor", message="Erste Zeile\r\n\r\n<b>Zweite</b>")
        (message,) = mail.outbox
        assert "Mara Nord lädt Sie zu Optics North ein" in message.subject
        assert "Ihre Rolle dort: Redaktion" in message.body
        html = message.alternatives[0][0]
        assert link_of(message) in html
        assert "&lt;b&gt;Zweite&lt;/b&gt;" in html

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("", "required"),
            (" \n; ", "enter an address"),
            ("nele@example.org\nnobody", "“nobody” is no e-mail address"),
            ("a@b@example.org", "is no e-mail address"),
            ("\n".join(f"p{n}@example.org" for n in range(51)), "at most 50"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_the_field_and_kept(self, send, typed, told):
        answer = send(typed, message="Kept")
        assert answer.status_code == 400
        assert told in str(answer.context["form"].errors["addresses"])
        assert "Kept" in answer.content.decode()
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        ("state", "told"), [("approved", "is a member"), ("applied", "has applied"), ("suspended", "is suspended")]
    )
    def test_people_of_the_own_cluster_are_known(self, send, cluster, state, told):
        person = MembershipFactory(cluster=cluster, state=state).person
        answer = send(f"new@example.org\n{person.email.upper()}")
        assert told in str(answer.context["form"].errors["addresses"])
        assert not Invitation.objects.exists()

    def test_who_is_invited_already_is_known_until_the_time_is_over(self, send, cluster):
        send("nele@example.org")
        assert "is invited already" in str(send("nele@example.org").context["form"].errors)
        Invitation.objects.update(expires_at=timezone.now())
        assert send("nele@example.org", message="Again").status_code == 302
        row = Invitation.objects.get()
        assert (row.message, row.expires_at > timezone.now()) == ("Again", True)

    def test_it_tells_nothing_of_accounts_elsewhere(self, send, client, manager):
        """A member of another cluster, somebody who left this one's list, and nobody at all look the same."""
        account = confirmed_person(email="known@example.org")
        MembershipFactory(person=account)
        pages = []
        for address in ("known@example.org", "unknown@example.org"):
            answer = send(address)
            listed = client.get(LIST).content.decode()
            Invitation.objects.all().delete()
            message = mail.outbox.pop()
            shown = (listed, message.subject, message.body.replace(link_of(message), "LINK"))
            pages.append((answer.status_code, *(text.replace(address, "ADDRESS") for text in shown)))
        (status, page, *first), (other_status, other_page, *second) = pages
        assert (status, first) == (other_status, second)
        assert without_numbers(page) == without_numbers(other_page)

    def test_too_many_in_an_hour_are_refused(self, send, manager):
        SENT.count(str(manager.pk), SENT.most)
        assert "within an hour" in str(send("nele@example.org").context["form"].errors)
        assert not Invitation.objects.exists()


def without_numbers(html: str) -> str:
    html = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", html)
    return re.sub(r"\d+", "0", html)


class TestRights:
    @pytest.mark.parametrize("role", [Role.MEMBER, Role.EDITOR, None])
    def test_nobody_else_sees_or_sends_any(self, client, cluster, manager, role):
        person = MembershipFactory(cluster=cluster, role=role).person if role else UserFactory()
        invitation, _link = invited(cluster, "nele@example.org", by=manager)
        client.force_login(person)
        assert client.get(LIST).status_code == 404
        assert client.get(NEW).status_code == 404
        assert client.post(NEW, {"addresses": "x@example.org", "role": "member", "language": "en"}).status_code == 404
        for act in ("again", "revoke"):
            assert client.post(f"{LIST}{invitation.pk}/{act}/").status_code == 404
        with pytest.raises(actions.NotPermitted):
            actions.invite(cluster=cluster, addresses=["x@example.org"], by=person)
        invitation.refresh_from_db()
        assert (Invitation.objects.count(), invitation.state) == (1, "pending")

    def test_a_manager_reaches_no_other_cluster_in_any_way(self, send, client, cluster, manager):
        other = MembershipFactory(role=Role.MANAGER)
        foreign, _link = invited(other.cluster, "nele@example.org", by=other.person)
        # The field is not in the form: what is sent all the same goes to the own cluster.
        send("max@example.org", cluster=other.cluster.pk, role="manager")
        assert Invitation.objects.get(email="max@example.org").cluster == cluster
        assert "nele@example.org" not in client.get(LIST).content.decode()
        for act in ("again", "revoke"):
            missing = client.post(f"{LIST}987654/{act}/")
            hidden = client.post(f"{LIST}{foreign.pk}/{act}/")
            assert (hidden.status_code, missing.status_code) == (404, 404)
        for act in (actions.revoke_invitation, actions.send_invitation_again):
            with pytest.raises(actions.NotPermitted):
                act(foreign, by=manager)
        with pytest.raises(actions.NotPermitted):
            actions.invite(cluster=other.cluster, addresses=["x@example.org"], by=manager)

    def test_a_manager_of_two_clusters_chooses_between_these(self, send, cluster, manager):
        second = MembershipFactory(person=manager, role=Role.MANAGER).cluster
        MembershipFactory(person=manager, role=Role.EDITOR)
        foreign = ClusterFactory()
        assert "cluster" in send("nele@example.org").context["form"].errors
        assert "cluster" in send("nele@example.org", cluster=foreign.pk).context["form"].errors
        send("nele@example.org", cluster=second.pk)
        assert Invitation.objects.get().cluster == second

    def test_no_role_that_does_not_exist(self, send):
        assert "role" in send("nele@example.org", role="operator").context["form"].errors

    def test_nobody_gives_a_role_above_the_own_one(self, cluster, manager):
        assert actions.may_invite(manager, cluster, Role.MANAGER)
        editor = MembershipFactory(cluster=cluster, role=Role.EDITOR).person
        assert not actions.may_invite(editor, cluster, Role.EDITOR)
        assert not actions.may_invite(editor, cluster, Role.MANAGER)

    def test_operators_invite_to_all(self, client, cluster, operator):
        ClusterFactory()
        client.force_login(operator)
        data = {"addresses": "nele@example.org", "role": "manager", "language": "en", "cluster": cluster.pk}
        assert client.post(NEW, data).url == LIST
        assert "nele@example.org" in client.get(LIST).content.decode()

    def test_a_suspended_cluster_invites_nobody(self, client, cluster, manager, operator):
        actions.suspend_cluster(cluster, by=operator)
        client.force_login(manager)
        assert client.get(NEW).status_code == 404
        with pytest.raises(actions.NotPossible):
            actions.invite(cluster=cluster, addresses=["x@example.org"], by=operator)

    @pytest.mark.parametrize("act", ["again", "revoke"])
    def test_looking_at_the_address_of_a_button_does_nothing(self, client, cluster, manager, act):
        invitation, _link = invited(cluster, "nele@example.org", by=manager)
        client.force_login(manager)
        assert client.get(f"{LIST}{invitation.pk}/{act}/").status_code == 405


class TestLater:
    def test_taken_back_is_for_good(self, client, cluster, manager):
        invitation, link = invited(cluster, "nele@example.org", by=manager)
        client.force_login(manager)
        client.post(f"{LIST}{invitation.pk}/revoke/")
        assert client.get(link).status_code == 404
        assert "taken back" in client.get(LIST).content.decode()
        with pytest.raises(actions.NotPossible):
            actions.send_invitation_again(invitation, by=manager)
        assert AuditEvent.objects.filter(verb="invitation.revoked", scope_id=cluster.pk).exists()

    def test_what_was_taken_back_before_the_mail_went_out_is_not_sent(self, cluster, manager):
        (invitation,) = actions.invite(cluster=cluster, addresses=["nele@example.org"], by=manager)
        actions.revoke_invitation(invitation, by=manager)
        deliver.call([invitation.pk], "invitations")
        assert mail.outbox == []

    def test_sent_again_the_old_link_is_dead_and_the_new_one_works(self, client, cluster, manager):
        invitation, old = invited(cluster, "nele@example.org", by=manager)
        Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=1), expires_at=timezone.now())
        second = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        actions.send_invitation_again(invitation, by=second)
        assert client.get(old).status_code == 404
        new = mailed_link(invitation)
        assert client.get(new).status_code == 200
        assert (invitation.invited_by, invitation.expires_at > timezone.now()) == (second, True)

    def test_not_sent_again_at_once(self, client, cluster, manager):
        invitation, link = invited(cluster, "nele@example.org", by=manager)
        client.force_login(manager)
        page = client.post(f"{LIST}{invitation.pk}/again/", follow=True)
        assert [message.level_tag for message in page.context["messages"]] == ["error"]
        assert client.get(link).status_code == 200

    @pytest.mark.parametrize("loss", ["role", "account"])
    def test_the_list_says_when_nobody_vouches_for_one_any_more(self, client, cluster, manager, loss):
        invited(cluster, "nele@example.org", by=manager)
        second = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        if loss == "role":
            actions.set_role(manager.memberships.get(), Role.EDITOR, by=second)
        else:
            manager.is_active = False
            manager.save()
        client.force_login(second)
        actions.invite(cluster=cluster, addresses=["max@example.org"], by=second)
        void, pending = (client.get(f"{LIST}?state={state}").content.decode() for state in ("void", "pending"))
        assert "without effect" in void
        assert ("nele@example.org" in void, "max@example.org" in void) == (True, False)
        assert ("nele@example.org" in pending, "max@example.org" in pending) == (False, True)

    def test_no_mail_goes_where_mails_come_back(self, cluster, manager):
        MailSuppression.objects.suppress("nele@example.org")
        (invitation,) = actions.invite(cluster=cluster, addresses=["nele@example.org"], by=manager)
        deliver.call([invitation.pk], "invitations")
        invitation.refresh_from_db()
        assert (mail.outbox, invitation.mail) == ([], Invitation.Mail.LEFT_OUT)

    def test_a_mail_that_is_tried_again_has_a_link_that_works(self, client, cluster, manager, monkeypatch):
        reachable = EmailBackend.open
        monkeypatch.setattr(EmailBackend, "open", lambda self: (_ for _ in ()).throw(ConnectionRefusedError()))
        (invitation,) = actions.invite(cluster=cluster, addresses=["nele@example.org"], by=manager)
        deliver.call([invitation.pk], "invitations")
        monkeypatch.setattr(EmailBackend, "open", reachable)
        assert client.get(mailed_link(invitation)).status_code == 200
        assert LinkToken.objects.valid().count() == 1

    def test_after_a_while_addresses_are_forgotten(self, cluster, manager):
        now = timezone.now()
        ends = {
            "forgotten@example.org": {"expires_at": now - timedelta(days=91)},
            "expired@example.org": {"expires_at": now - timedelta(days=89)},
            "gone@example.org": {"state": State.REVOKED, "ended_at": now - timedelta(days=91)},
            "revoked@example.org": {"state": State.REVOKED, "ended_at": now - timedelta(days=89)},
            "open@example.org": {},
        }
        actions.invite(cluster=cluster, addresses=list(ends), by=manager)
        for email, fields in ends.items():
            Invitation.objects.filter(email=email).update(**{"mail": Invitation.Mail.SENT} | fields)
        assert forget_invitations() == 2
        kept = {"expired@example.org", "revoked@example.org", "open@example.org"}
        assert set(Invitation.objects.values_list("email", flat=True)) == kept


def test_the_way_there_is_shown_to_those_who_may(client, manager, cluster, operator):
    for person, expected in ((manager, True), (operator, True), (MembershipFactory(cluster=cluster).person, False)):
        client.force_login(person)
        assert (f'href="{LIST}"' in client.get(reverse("hanse_base:dashboard")).content.decode()) == expected
