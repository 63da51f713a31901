"""What is told about proposals to share."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.models import AudienceProposal
from hanse_access.proposals import made_by, name_items
from hanse_access.scopes import scope_kinds
from hanse_access.signals import proposal_decided, proposal_made
from hanse_access.viewer import Viewer
from hanse_base.waiting import waiting_url

from .actions import notify
from .delivery import Delivery
from .kinds import NotificationKind, decides, notification_kinds
from .models import Notification

State = AudienceProposal.State


def is_closed(item: Model | None) -> bool:
    """Whether the item is seen in a closed scope, such as a room: then mails quote nothing of it."""
    if item is None:
        return True
    holders = item.audience_holders().select_related("audience")
    kinds = {scope.kind for holder in holders for scope in holder.audience.scope_set}
    return any(scope_kinds[kind].closed for kind in kinds if kind in scope_kinds)


def for_deciders(viewer: Viewer) -> QuerySet[AudienceProposal]:
    decided = AudienceProposal.objects.decided_by(viewer)
    return decided.select_related("proposed_by").prefetch_related("item")


def for_authors(viewer: Viewer) -> QuerySet[AudienceProposal]:
    return made_by(viewer).prefetch_related("item")


def made_text(notification: Notification, proposal: AudienceProposal) -> str:
    who = proposal.proposed_by.get_full_name() if proposal.proposed_by else _("Somebody")
    return _("%(person)s proposes to share “%(item)s” with your members.") % {"person": who, "item": proposal.title}


def decided_text(notification: Notification, proposal: AudienceProposal) -> str:
    texts = {
        State.ACCEPTED: _("“%(item)s” was taken over: the members proposed see it now."),
        State.DECLINED: _("Your proposal to share “%(item)s” was declined."),
        State.RELEASED: _("“%(item)s” is no longer shared with the members proposed."),
    }
    return texts.get(proposal.state, _("Your proposal to share “%(item)s” was decided.")) % {"item": proposal.title}


def to_waiting(notification: Notification, proposal: AudienceProposal) -> str:
    return waiting_url("proposals")


def to_proposals(notification: Notification, proposal: AudienceProposal) -> str:
    return reverse("hanse_access:proposals")


def tell_deciders(sender, proposal: AudienceProposal, by, **kwargs) -> None:
    deciders = scope_kinds[proposal.kind].deciders([proposal.scope_id])
    notify("proposals.made", about=proposal, recipients=deciders, by=by)


def tell_author(sender, proposal: AudienceProposal, by, **kwargs) -> None:
    if proposal.state != State.WITHDRAWN and proposal.proposed_by_id:
        author = get_user_model()._default_manager.filter(pk=proposal.proposed_by_id)
        notify("proposals.decided", about=proposal, recipients=author, by=by)


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="proposals.made",
            label=gettext_lazy("Something is proposed to your members"),
            targets=for_deciders,
            prepare=name_items,
            text=made_text,
            url=to_waiting,
            discreet=lambda proposal: is_closed(proposal.item),
            delivery=Delivery.AT_ONCE,
            concerns=decides,
            icon="inbox",
            order=10,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="proposals.decided",
            label=gettext_lazy("What you proposed was decided"),
            targets=for_authors,
            prepare=name_items,
            text=decided_text,
            details=lambda notification, proposal: proposal.reason,
            url=to_proposals,
            discreet=lambda proposal: is_closed(proposal.item),
            icon="inbox",
            order=11,
        )
    )
    proposal_made.connect(tell_deciders, dispatch_uid="hanse_activity_proposal_made")
    proposal_decided.connect(tell_author, dispatch_uid="hanse_activity_proposal_decided")
