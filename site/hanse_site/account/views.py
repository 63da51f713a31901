from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter as get_sessions_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hanse_access.files import streamed_whole
from hanse_base.personal_data import personal_data

from ..models import DataExport
from .actions import ExportUnderWay, LastOperator, delete_account, is_last_operator, request_own_data
from .forms import DeleteAccountForm, ProfileForm


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent; an empty form too is a form that was sent."""
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD"])
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Where everything about one's account starts."""
    factors = set(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "pending_address": EmailAddress.objects.get_new(request.user),
        "has_app": Authenticator.Type.TOTP in factors,
        "has_passkey": Authenticator.Type.WEBAUTHN in factors,
        "session_count": UserSession.objects.filter(user=request.user).count(),
        "export": DataExport.objects.filter(user=request.user).first(),
    }
    return render(request, "hanse_site/account/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone."""
    form = ProfileForm(_sent(request), instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("hanse_account:profile")
    return render(request, "hanse_site/account/profile.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(allow_get=True)
def own_data(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of one's data, see how far it is, fetch it."""
    if request.method == "POST":
        try:
            request_own_data(user=request.user)
        except ExportUnderWay as under_way:
            messages.info(request, str(under_way))
        return redirect("hanse_account:own_data")
    context = {"export": DataExport.objects.filter(user=request.user).first(), "parts": list(personal_data)}
    template = "hanse_site/account/own_data.html"
    if request.headers.get("HX-Request"):
        template = "hanse_site/account/own_data_part.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD"])
@never_cache
@login_required
@reauthentication_required
def download_own_data(request: HttpRequest) -> FileResponse:
    """The ZIP, for its owner only."""
    export = DataExport.objects.filter(user=request.user).first()
    if export is None or not export.is_available:
        raise Http404
    response = FileResponse(
        export.file.open("rb"),
        as_attachment=True,
        filename=f"hanse-{export.requested_at:%Y-%m-%d}.zip",
        content_type="application/zip",
    )
    return streamed_whole(request, response)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, then deletes the account."""
    last_operator = is_last_operator(request.user)
    form = DeleteAccountForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            delete_account(user=request.user)
        except LastOperator as refusal:
            form.add_error(None, str(refusal))
        else:
            logout(request)
            return redirect("hanse_account:deleted")
    context = {"form": form, "last_operator": last_operator, "parts": list(personal_data)}
    return render(request, "hanse_site/account/delete.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
def deleted(request: HttpRequest) -> HttpResponse:
    """The last page, after the account is gone."""
    return render(request, "hanse_site/account/deleted.html")


@require_http_methods(["POST"])
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Ends all sessions of this person, this one too."""
    get_sessions_adapter().end_sessions(UserSession.objects.filter(user=request.user))
    logout(request)
    messages.success(request, _("You are signed out on all devices."))
    return redirect("account_login")
