"""Guests: what they say of themselves, for the people in their rooms."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from hanse_access.attachment_forms import UploadField
from hanse_access.shortcuts import get_visible_or_404

from . import actions
from .actions.guests import may_have_guest_profile
from .models import GuestPicture, GuestProfile, Participant, Room


class GuestProfileForm(forms.ModelForm):
    picture = UploadField(
        label=gettext_lazy("Picture"),
        required=False,
        images_only=True,
        help_text=gettext_lazy(
            "A picture of yourself that you have the right to use. The people in your rooms see it, and nobody else."
        ),
    )
    no_picture = forms.BooleanField(label=gettext_lazy("Remove the picture"), required=False)

    class Meta:
        model = GuestProfile
        fields = ("organisation", "function", "about")
        widgets = {"about": forms.Textarea({"rows": 4})}
        help_texts = {"about": gettext_lazy("What the people in your rooms should know of you.")}

    field_order = ("picture", "no_picture", "organisation", "function", "about")

    def __init__(self, *args, picture: GuestPicture | None, **kwargs):
        super().__init__(*args, **kwargs)
        if picture is None:
            del self.fields["no_picture"]


def _picture_of(profile: GuestProfile | None) -> GuestPicture | None:
    return GuestPicture.objects.filter(profile=profile).first() if profile is not None else None


@login_required
def own_guest_profile(request: HttpRequest) -> HttpResponse:
    """For guests; members of a cluster have a profile of the platform. 404 for who is in no room."""
    if request.viewer.is_member:
        return redirect("hanse_members:my_profile")
    if not may_have_guest_profile(request.viewer):
        raise Http404
    profile = GuestProfile.objects.filter(person=request.user).first()
    picture = _picture_of(profile)
    form = GuestProfileForm(request.POST or None, request.FILES or None, instance=profile, picture=picture)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_guest_profile(person=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. This is what the people in your rooms see of you."))
        return redirect(saved)
    context = {"form": form, "picture": picture}
    return render(request, "hanse_groups/own_guest_profile.html", context, status=400 if form.errors else 200)


@require_GET
@login_required
def guest(request: HttpRequest, uid: UUID) -> HttpResponse:
    """For whoever is in a room with this guest."""
    found = get_visible_or_404(request, GuestProfile.objects.select_related("person"), uid=uid)
    theirs = Participant.objects.active().of(found.person).order_by().values("conversation")
    rooms = Room.objects.entered_by(request.viewer).filter(conversation__in=theirs).order_by("name", "pk")
    context = {
        "profile": found,
        "picture": _picture_of(found),
        "rooms": rooms,
        "is_own": found.person_id == request.user.pk,
    }
    return render(request, "hanse_groups/guest.html", context)
