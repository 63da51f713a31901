"""Pages of the administration: the audit trail, and break-glass for operators."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView

from . import actions
from .audit import readable_by, verb_choices, verb_label
from .descriptions import scope_names
from .models import AuditEvent, BreakGlass
from .operators import may
from .scopes import Scope, scope_kinds
from .trail import tell


class AuditFilterSet(WagtailFilterSet):
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)
    verb = django_filters.ChoiceFilter(label=_("What"), choices=verb_choices)

    class Meta:
        model = AuditEvent
        fields = ["at", "verb"]


class AuditTrailView(ReportView):
    """Operators read the whole trail, deciders of a scope that of its administration."""

    model = AuditEvent
    page_title = _("Audit trail")
    header_icon = "history"
    index_url_name = "hanse_access_admin:audit_trail"
    index_results_url_name = "hanse_access_admin:audit_trail_results"
    filterset_class = AuditFilterSet
    default_ordering = "-pk"
    list_export = ["at", "actor", "verb", "object_type", "object_id", "scope_kind", "scope_id", "data"]
    columns = [
        DateColumn("at", label=_("When")),
        Column("actor", label=_("Who"), accessor=lambda event: event.actor or gettext("the system")),
        Column("verb", label=_("What"), accessor=lambda event: verb_label(event.verb)),
        Column("about", label=_("Object")),
        Column("details", label=_("Details")),
    ]

    def dispatch(self, request, *args, **kwargs):
        if not may_read_trail(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        self.queryset = readable_by(self.request.viewer).select_related("actor__user")
        return super().get_queryset()

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        tell(context["object_list"], self.request.viewer)
        return context

    def get_filename(self):
        return f"audit-trail-{timezone.localdate():%Y-%m-%d}"


def may_read_trail(request) -> bool:
    return may(request.user, "hanse_access.view_auditevent") or bool(request.viewer.decides)


class BreakGlassForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"))
    scope = forms.CharField(
        label=_("Address or number"),
        max_length=500,
        help_text=_("The address of what you want to open, or its number in the audit trail."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        help_text=_("At least 20 characters. The people inside and other operators can read it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in scope_kinds if kind.closed]

    def clean(self):
        super().clean()
        kind, text = self.cleaned_data.get("kind"), self.cleaned_data.get("scope")
        if kind and text:
            self.cleaned_data["scope"] = scope_kinds[kind].number_of(text)
            if self.cleaned_data["scope"] is None:
                # The same as for one that is not there.
                self.add_error("scope", gettext("There is nothing with this number."))


class BreakGlassView(WagtailAdminTemplateMixin, FormView):
    """Open a closed scope for 30 minutes of page views, on record; what one has open, and the latest of all."""

    form_class = BreakGlassForm
    template_name = "hanse_access/admin/break_glass.html"
    page_title = _("Break-glass access")
    header_icon = "warning"
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        if not may_break_glass(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            glass = actions.break_glass(
                by=self.request.user, scope=Scope(data["kind"], data["scope"]), reason=data["reason"]
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        until = timezone.localtime(glass.closes_at)
        messages.success(self.request, gettext("Open to you until %(time)s, pages only.") % {"time": f"{until:%H:%M}"})
        return redirect("hanse_access_admin:break_glass")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs):
        recent = BreakGlass.objects.select_related("person").order_by("-pk")
        mine = list(recent.open().filter(person=self.request.user))
        latest = list(recent[:20])
        names = _names(mine + latest, self.request.viewer)
        return super().get_context_data(
            mine=[(glass, names[glass.pk]) for glass in mine],
            latest=[(glass, names[glass.pk]) for glass in latest],
            **kwargs,
        )


def may_break_glass(request) -> bool:
    return any(kind.closed for kind in scope_kinds) and may(request.user, "hanse_access.add_breakglass")


def _names(glasses: list[BreakGlass], viewer) -> dict[int, str]:
    names = scope_names({Scope(glass.kind, glass.scope_id) for glass in glasses}, viewer)
    return {
        glass.pk: names.get(Scope(glass.kind, glass.scope_id), f"{scope_kinds[glass.kind].label} {glass.scope_id}")
        for glass in glasses
    }


class CloseGlassView(View):
    def post(self, request, pk: int):
        glass = BreakGlass.objects.filter(pk=pk, person=request.user).first()
        if glass is None:
            raise Http404
        actions.close_glass(glass, by=request.user)
        messages.success(request, gettext("The access is ended."))
        return redirect("hanse_access_admin:break_glass")
