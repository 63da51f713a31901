from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import actions
from .kinds import notification_kinds
from .lists import NotificationList, notifications_of, unread_count
from .models import MailSuppression


@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    context = {"unread": unread_count(request), "suppressed": MailSuppression.objects.covers(request.user.email)}
    listed = NotificationList(request, notifications_of(request))
    return listed.render("hanse_activity/notifications.html", context)


@require_POST
@login_required
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark as read and go where it leads."""
    found = notifications_of(request).filter(pk=pk)
    notification = found.first()
    if notification is None:
        raise Http404
    kind = notification_kinds[notification.kind]
    target = kind.targets(request.viewer).filter(pk=notification.object_id).first()
    if target is None:
        raise Http404
    actions.mark_read(found)
    return redirect(kind.url(notification, target))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    actions.mark_read(notifications_of(request))
    return redirect("hanse_activity:notifications")


@require_POST
@login_required
def resume_mail(request: HttpRequest) -> HttpResponse:
    MailSuppression.objects.resume(request.user.email)
    messages.success(request, _("Mails are sent to your address again."))
    return redirect("hanse_activity:notifications")
