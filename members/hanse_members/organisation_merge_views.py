"""Merging two organisations: choosing the other, what is kept side by side, one press."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.descriptions import describe
from hanse_base.searching import search_text

from . import actions
from .actions.organisation_merge import CHOSEN, narrower
from .field_reading import ShownField, stored_fields
from .models import Organisation, OrganisationMembership
from .organisation_specs import SPECS
from .organisation_views import people_shown

#: organisations offered to choose from
MOST_OFFERED = 50


class MergeForm(forms.Form):
    """Of each thing that differs, whose is kept. ``here`` stays, ``there`` goes."""

    def __init__(self, *args, here: Organisation, there: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        fields = [stored_fields(organisation) for organisation in (here, there)]
        for name in CHOSEN:
            if name in SPECS:
                values = [_content(stored.get(name)) for stored in fields]
            else:
                values = [_shown(organisation, name) for organisation in (here, there)]
            if values[0] == values[1]:
                continue
            choices = [("own", values[0] or _("nothing")), ("other", values[1] or _("nothing"))]
            if name == "topics":
                choices.append(("both", _("both")))
            self.fields[name] = forms.ChoiceField(
                label=_label(name),
                choices=choices,
                initial="both" if name == "topics" else ("own" if values[0] else "other"),
                widget=forms.RadioSelect,
            )
        self.fields["sure"] = forms.BooleanField(
            label=gettext_lazy("Both are the same organisation. This cannot be taken back.")
        )


@login_required
def merge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """``uid`` is the one that stays; "with" in the address the one that becomes part of it."""
    own = actions.mergeable_by(request.user)
    here = get_object_or_404(own.select_related("audience"), uid=uid)
    if "with" not in request.GET:
        return _choose(request, own, here)
    there = get_object_or_404(own.select_related("audience").exclude(pk=here.pk), uid=_read(request.GET["with"]))
    form = MergeForm(request.POST if request.method == "POST" else None, here=here, there=there)
    if request.method == "POST" and form.is_valid():
        take = {name: value for name, value in form.cleaned_data.items() if name != "sure"}
        try:
            merged = actions.merge_organisations(there, here, take=take, by=request.user)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The two are one organisation now."))
            return redirect(merged)
    scopes = narrower(here.audience.scope_set, there.audience.scope_set)
    context = {
        "form": form,
        "here": here,
        "there": there,
        "seen_by": describe(scopes, request.viewer),
        "people": people_shown(there, request.viewer).count(),
        "clusters": OrganisationMembership.objects.approved().filter(organisation=there).select_related("cluster"),
        "keys": there.records.exclude(key="").count(),
    }
    return render(request, "hanse_members/merge_organisations.html", context, status=400 if form.errors else 200)


def _choose(request: HttpRequest, own, here: Organisation) -> HttpResponse:
    text = search_text(request.GET, most=100)
    others = own.exclude(pk=here.pk)
    if text:
        others = others.filter(Q(name__icontains=text) | Q(place__icontains=text))
    context = {"here": here, "others": others.order_by("name", "pk")[:MOST_OFFERED], "text": text}
    return render(request, "hanse_members/choose_to_merge.html", context)


def _read(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _label(name: str) -> Any:
    return SPECS[name].label if name in SPECS else capfirst(Organisation._meta.get_field(name).verbose_name)


def _content(item: ShownField | None) -> str:
    if item is None:
        return ""
    return item.picture.label if item.picture else item.cell


def _shown(organisation: Organisation, name: str) -> str:
    if name == "topics":
        return ", ".join(sorted(str(topic) for topic in organisation.topics.with_names()))
    display = getattr(organisation, f"get_{name}_display", None)
    value = display() if display else getattr(organisation, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
