"""What is told about enquiries. Nothing that was said is quoted: an enquiry is between the asker and the management."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, decides, everybody, notification_kinds
from hanse_activity.models import Notification

from .models import Enquiry, Membership
from .models.deputies import deputies_in
from .roles import Role


def for_management(viewer: Viewer) -> QuerySet[Enquiry]:
    return Enquiry.objects.managed_by(viewer).select_related("asker", "cluster")


def for_asker(viewer: Viewer) -> QuerySet[Enquiry]:
    if viewer.user is None:
        return Enquiry.objects.none()
    return Enquiry.objects.asked_by(viewer.user).select_related("asker", "cluster")


def names(enquiry: Enquiry) -> dict[str, object]:
    return {"person": enquiry.asker.get_full_name(), "cluster": enquiry.cluster}


def received_text(notification: Notification, enquiry: Enquiry) -> str:
    if notification.data.get("handed_over"):
        return _("An enquiry of %(person)s was handed over to %(cluster)s.") % names(enquiry)
    return _("%(person)s has an enquiry for %(cluster)s.") % names(enquiry)


def replied_text(notification: Notification, enquiry: Enquiry) -> str:
    return _("%(person)s has written more about the enquiry to %(cluster)s.") % names(enquiry)


def given_text(notification: Notification, enquiry: Enquiry) -> str:
    giver = notification.actor.get_full_name() if notification.actor else _("Somebody")
    return _("%(giver)s asks you to take care of the enquiry of %(person)s.") % {"giver": giver, **names(enquiry)}


def reminder_text(notification: Notification, enquiry: Enquiry) -> str:
    days = notification.data["days"]
    text = ngettext(
        "The enquiry of %(person)s to %(cluster)s has waited for an answer for %(days)d day.",
        "The enquiry of %(person)s to %(cluster)s has waited for an answer for %(days)d days.",
        days,
    )
    return text % {"days": days, **names(enquiry)}


def answered_text(notification: Notification, enquiry: Enquiry) -> str:
    return _("%(cluster)s has answered your enquiry.") % names(enquiry)


def handed_over_text(notification: Notification, enquiry: Enquiry) -> str:
    return _("Your enquiry was handed over to %(cluster)s, whose management answers you.") % names(enquiry)


def still_open_text(notification: Notification, enquiry: Enquiry) -> str:
    text = _("Your enquiry to %(cluster)s is still open. We have reminded the management; you need not do anything.")
    return text % names(enquiry)


def to_enquiry(notification: Notification, enquiry: Enquiry) -> str:
    return enquiry.get_absolute_url()


def managers_of(enquiry: Enquiry) -> QuerySet:
    """The management, without the asker."""
    managing = Membership.objects.with_role(Role.MANAGER).filter(cluster=enquiry.cluster_id).order_by()
    people = get_user_model()._default_manager.filter(pk__in=managing.values("person"))
    return people.exclude(pk=enquiry.asker_id)


def present_managers(enquiry: Enquiry) -> list:
    """Those who are not away; all of them where everybody is."""
    managers = list(managers_of(enquiry))
    away = {person for _cluster, person in deputies_in([enquiry.cluster_id])}
    return [person for person in managers if person.pk not in away] or managers


def in_charge(enquiry: Enquiry) -> list:
    """Who is to act: the owner, or who stands in; the management where nobody of it has the enquiry."""
    if enquiry.owner_id is None:
        return present_managers(enquiry)
    deputy = deputies_in([enquiry.cluster_id]).get((enquiry.cluster_id, enquiry.owner_id))
    return list(managers_of(enquiry).filter(pk=deputy or enquiry.owner_id)) or present_managers(enquiry)


def tell_management(enquiry: Enquiry, *, by, handed_over: bool = False) -> None:
    """A new enquiry has come, or one from another cluster."""
    data = {"handed_over": True} if handed_over else {}
    notify("enquiries.received", about=enquiry, recipients=present_managers(enquiry), by=by, **data)


def tell_reply(enquiry: Enquiry, *, by) -> None:
    notify("enquiries.replied", about=enquiry, recipients=in_charge(enquiry), by=by)


def tell_new_owner(enquiry: Enquiry, *, by) -> None:
    notify("enquiries.given", about=enquiry, recipients=[enquiry.owner], by=by)


def tell_answer(enquiry: Enquiry, *, by) -> None:
    notify("enquiries.answered", about=enquiry, recipients=[enquiry.asker], by=by)


def tell_asker_of_hand_over(enquiry: Enquiry, *, by) -> None:
    notify("enquiries.handed_over", about=enquiry, recipients=[enquiry.asker], by=by)


def register() -> None:
    management = (
        ("received", gettext_lazy("An enquiry to your cluster"), received_text),
        ("replied", gettext_lazy("Somebody writes more about an enquiry"), replied_text),
        ("given", gettext_lazy("You are asked to take care of an enquiry"), given_text),
        ("reminder", gettext_lazy("An enquiry waits for an answer"), reminder_text),
    )
    asker = (
        ("answered", gettext_lazy("Your enquiry is answered"), answered_text),
        ("handed_over", gettext_lazy("Your enquiry is handed over"), handed_over_text),
        ("still_open", gettext_lazy("Your enquiry is still open"), still_open_text),
    )
    for targets, concerns, kinds in ((for_management, decides, management), (for_asker, everybody, asker)):
        for name, label, text in kinds:
            notification_kinds.register(
                NotificationKind(
                    name=f"enquiries.{name}",
                    label=label,
                    targets=targets,
                    text=text,
                    url=to_enquiry,
                    delivery=Delivery.AT_ONCE,
                    concerns=concerns,
                    icon="chat",
                    order=30,
                )
            )
