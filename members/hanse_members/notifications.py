"""What is told about memberships."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify, notify_until_read
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, decides, notification_kinds
from hanse_activity.models import Notification
from hanse_base.waiting import waiting_url

from .models import Invitation, Membership
from .roles import Role

State = Membership.State

OUTCOMES = {
    State.APPROVED: gettext_lazy("You are a member of %(cluster)s now."),
    State.DECLINED: gettext_lazy("Your application to %(cluster)s was declined."),
    State.SUSPENDED: gettext_lazy("Your membership in %(cluster)s is suspended."),
    State.LEFT: gettext_lazy("Your membership in %(cluster)s has ended."),
}


def for_managers(viewer: Viewer) -> QuerySet[Membership]:
    """Memberships of the clusters whose management the viewer belongs to."""
    deciding = viewer.decides.get("cluster", frozenset())
    return Membership.objects.filter(cluster_id__in=deciding).select_related("person", "cluster")


def for_the_person(viewer: Viewer) -> QuerySet[Membership]:
    return Membership.objects.of(viewer.user).select_related("person", "cluster")


def applied_text(notification: Notification, membership: Membership) -> str:
    names = {"person": membership.person.get_full_name(), "cluster": membership.cluster}
    return _("%(person)s asks to be admitted to %(cluster)s.") % names


def decided_text(notification: Notification, membership: Membership) -> str:
    """What was decided then, whatever became of it since."""
    if notification.data.get("with_organisation"):
        text = _("Your organisation is no longer a member of %(cluster)s, so your membership is suspended.")
        return text % {"cluster": membership.cluster}
    return str(OUTCOMES[State(notification.data["state"])]) % {"cluster": membership.cluster}


def changed_text(notification: Notification, membership: Membership) -> str:
    names = {"person": membership.person.get_full_name(), "cluster": membership.cluster}
    if notification.data["state"] == State.APPLIED:
        return _("%(person)s of %(cluster)s has changed the organisation and asks to be admitted again.") % names
    return _("%(person)s of %(cluster)s has changed the organisation.") % names


def role_text(notification: Notification, membership: Membership) -> str:
    names = {"role": Role(notification.data["role"]).label, "cluster": membership.cluster}
    return _("Your role in %(cluster)s: %(role)s.") % names


def for_inviters(viewer: Viewer) -> QuerySet[Invitation]:
    return Invitation.objects.managed_by(viewer.user).select_related("accepted_by", "cluster")


def accepted_text(notification: Notification, invitation: Invitation) -> str:
    who = invitation.accepted_by.get_full_name() if invitation.accepted_by else _("Somebody")
    return _("%(person)s has accepted your invitation to %(cluster)s.") % {
        "person": who,
        "cluster": invitation.cluster,
    }


def to_invitations(notification: Notification, invitation: Invitation) -> str:
    return reverse("hanse_members:invitations")


def to_applications(notification: Notification, membership: Membership) -> str:
    return waiting_url("applications")


def to_own(notification: Notification, membership: Membership) -> str:
    return reverse("hanse_members:memberships")


def managers_of(membership: Membership) -> QuerySet:
    managing = Membership.objects.with_role(Role.MANAGER).filter(cluster=membership.cluster_id)
    return get_user_model()._default_manager.filter(pk__in=managing.values("person"))


def tell_managers(membership: Membership, *, by) -> None:
    """Somebody applied. Who takes it back and applies again is told of once, until it is read."""
    notify_until_read("memberships.applied", about=membership, recipients=managers_of(membership), by=by)


def tell_organisation_changed(membership: Membership, *, by) -> None:
    """To the management: a person belongs to another organisation now, and perhaps waits for a decision again."""
    notify(
        "memberships.organisation_changed",
        about=membership,
        recipients=managers_of(membership),
        by=by,
        state=membership.state,
    )


def tell_organisation_ended(membership: Membership, *, by) -> None:
    """To a person whose membership is suspended with that of the organisation."""
    notify(
        "memberships.decided",
        about=membership,
        recipients=[membership.person],
        by=by,
        state=membership.state,
        with_organisation=True,
    )


def tell_decision(membership: Membership, *, by) -> None:
    """The membership has the state that was decided."""
    notify("memberships.decided", about=membership, recipients=[membership.person], by=by, state=membership.state)


def tell_role(membership: Membership, *, by) -> None:
    notify("memberships.role", about=membership, recipients=[membership.person], by=by, role=membership.role)


def tell_inviter(invitation: Invitation, *, by) -> None:
    """The invitation is accepted."""
    if invitation.invited_by is not None:
        notify("invitations.accepted", about=invitation, recipients=[invitation.invited_by], by=by)


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="memberships.applied",
            label=gettext_lazy("Somebody applies to your cluster"),
            targets=for_managers,
            text=applied_text,
            url=to_applications,
            delivery=Delivery.AT_ONCE,
            concerns=decides,
            icon="people",
            order=20,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="memberships.organisation_changed",
            label=gettext_lazy("A member of your cluster changes the organisation"),
            targets=for_managers,
            text=changed_text,
            url=to_applications,
            delivery=Delivery.AT_ONCE,
            concerns=decides,
            icon="people",
            order=23,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="memberships.decided",
            label=gettext_lazy("Your membership"),
            targets=for_the_person,
            text=decided_text,
            details=lambda notification, membership: membership.reason,
            url=to_own,
            delivery=Delivery.AT_ONCE,
            required=True,
            icon="clusters",
            order=21,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="memberships.role",
            label=gettext_lazy("Your role in a cluster"),
            targets=for_the_person,
            text=role_text,
            url=to_own,
            delivery=Delivery.AT_ONCE,
            icon="clusters",
            order=22,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="invitations.accepted",
            label=gettext_lazy("Somebody accepts your invitation"),
            targets=for_inviters,
            text=accepted_text,
            url=to_invitations,
            concerns=decides,
            icon="people",
            order=23,
        )
    )
