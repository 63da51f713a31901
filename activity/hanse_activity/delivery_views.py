"""What reaches a person and how: the page of all choices, and the link in mails that stops them."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from hanse_base.link_pages import link_page
from hanse_base.rate_limits import RateLimit
from hanse_base.zones import zone_of

from .choices import choose, keep_quiet
from .delivery_forms import DeliveryForm
from .models import MailSuppression
from .stops import carry_out, describe, read_stop

#: times that one link can be pressed
PRESSED = RateLimit("stops", most=20, period=timedelta(hours=1))


@login_required
def delivery(request: HttpRequest) -> HttpResponse:
    form = DeliveryForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            keep_quiet(request.user, form.quiet)
            choose(request.user, kinds=form.kinds, of_sources=form.of_sources)
        messages.success(request, _("Saved."))
        return redirect("hanse_activity:delivery")
    context = {
        "form": form,
        "zone": zone_of(request.user),
        "suppressed": MailSuppression.objects.covers(request.user.email),
    }
    return render(request, "hanse_activity/delivery.html", context, status=400 if form.errors else 200)


@csrf_exempt
@link_page
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails that a link came with: on POST, which mail programs send by themselves (RFC 8058).

    GET shows a button only, since link scanners follow every link. The link says for whom; who is signed in here may
    be somebody else. As no session counts, there is none to abuse, so it is exempt from the check of forged requests.
    """
    found = read_stop(token)
    too_often = request.method == "POST" and PRESSED.is_reached(token)
    done = request.method == "POST" and not too_often
    if done:
        PRESSED.count(token)
        carry_out(found)
    context = {"what": describe(found), "done": done, "too_often": too_often}
    return render(request, "hanse_activity/stop.html", context, status=429 if too_often else 200)
