"""What is known of invitations and of the addresses they go to, and how their mails read."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hanse_access.operators import may
from hanse_activity.mails import MailContent, build_mail
from hanse_base.link_tokens import issue_link, revoke_link

from .models import Cluster, Invitation, Membership
from .models.invitations import INVITES_ANYWHERE
from .roles import Role

PURPOSE = "members.invitation"
DEFAULT_DAYS = 14
#: how long it is kept what became of an invitation
KEPT_FOR = timedelta(days=90)


def lifetime() -> timedelta:
    return timedelta(days=getattr(settings, "HANSE_INVITATION_DAYS", DEFAULT_DAYS))


def clusters_to_invite_to(user):
    """Clusters that this person may invite to."""
    if may(user, INVITES_ANYWHERE):
        return Cluster.objects.active()
    own = Membership.objects.with_role(Role.MANAGER).of(user).order_by()
    return Cluster.objects.filter(pk__in=own.values("cluster_id"))


def known_addresses(cluster: Cluster) -> dict[str, str]:
    """Addresses that this cluster's management knows, as ``PeopleImportRow.Note``: its people and invitations.

    Two queries, however many addresses are to be looked for.
    """
    invited = Invitation.objects.filter(Invitation.objects.open_q(timezone.now()), cluster=cluster)
    known = dict.fromkeys(invited.order_by().values_list("email", flat=True), "invited")
    states = [Membership.State.APPLIED, Membership.State.APPROVED, Membership.State.SUSPENDED]
    address = Lower(f"person__{get_user_model().get_email_field_name()}")
    people = Membership.objects.filter(cluster=cluster, state__in=states).order_by()
    return known | dict(people.annotate(address=address).values_list("address", "state"))


def write_invitation(invitation: Invitation) -> EmailMultiAlternatives | None:
    """The mail with a new link. The same whether the address has an account or not. None if it is void by now."""
    with transaction.atomic():
        rows = Invitation.objects.working().select_for_update(of=("self",)).select_related("cluster", "invited_by")
        found = rows.filter(pk=invitation.pk).first()
        if found is None:
            return None
        revoke_link(found.token_id)
        found.token, secret = issue_link(PURPOSE, expires_at=found.expires_at)
        found.save(update_fields=["token"])
    with translation.override(found.language):
        return build_mail(found.email, _content(found, secret))


def _content(invitation: Invitation, secret: str) -> MailContent:
    names = {
        "person": invitation.invited_by.get_full_name(),
        "cluster": invitation.cluster,
        "site": settings.WAGTAIL_SITE_NAME,
        "role": Role(invitation.role).label,
        "day": date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT"),
    }
    paragraphs = [_("%(person)s invites you to become a member of %(cluster)s on %(site)s.") % names]
    if invitation.role != Role.MEMBER:
        paragraphs.append(_("Your role there: %(role)s.") % names)
    if invitation.message:
        paragraphs += [_("%(person)s writes:") % names, *invitation.message.replace("\r\n", "\n").split("\n\n")]
    paragraphs.append(
        _(
            "Open the link, sign in or create an account with this address, and accept. It can be used once, until "
            "%(day)s, and by you only."
        )
        % names
    )
    return MailContent(
        subject=_("%(person)s invites you to %(cluster)s") % names,
        paragraphs=tuple(paragraphs),
        url=reverse("hanse_members:invitation", args=[secret]),
        action=_("See the invitation"),
        note=_(
            "You get this mail because the management of %(cluster)s entered your address. If you do not want to join, "
            "do nothing; your address is then removed."
        )
        % names,
    )


def forget_invitations() -> int:
    """Timed job: remove invitations that ended a while ago. Returns their number."""
    before = timezone.now() - KEPT_FOR
    pending = Q(state=Invitation.State.PENDING)
    return Invitation.objects.filter(Q(pending, expires_at__lt=before) | Q(~pending, ended_at__lt=before)).delete()[0]
