"""Bringing a table of topics in the administration: upload, what each row would do, one press, report."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, View
from django.views.generic.base import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from hanse_access.operators import may
from hanse_base.exports import table
from hanse_base.rate_limits import RateLimit
from hanse_base.row_import import MOST_BYTES, MOST_ROWS, Finding, Verdict
from hanse_base.table_fields import TableField

from . import actions
from .actions.topics import ADD, CHANGE
from .models import TopicImport

ROWS_SHOWN = 100
#: tables that one person has brought
BROUGHT = RateLimit("topic_imports", most=30, period=timedelta(hours=1))


class TopicTableForm(forms.Form):
    file = TableField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "With the headings code, parent, label_de and label_en (or label and language); synonyms_de and "
            "synonyms_en if you like, separated by bars. At most %(rows)s rows and %(size)d MB."
        ) % {"rows": number_format(MOST_ROWS, force_grouping=True), "size": MOST_BYTES // 2**20}


class OperatorsOnly:
    """Views for who may add and change topics; each sees the own tables only."""

    def dispatch(self, request, *args, **kwargs):
        if not (may(request.user, ADD) and may(request.user, CHANGE)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def own(self):
        return TopicImport.objects.of(self.request.user).defer("data")


class TopicImportPage(OperatorsOnly, WagtailAdminTemplateMixin):
    header_icon = "tag"

    def get_breadcrumbs_items(self):
        here = [
            {"url": reverse("hanse_members_topics:index"), "label": _("Topics")},
            {"url": reverse("hanse_members_topics:import"), "label": _("Bring a table")},
        ]
        return [*self.breadcrumbs_items, *here, *self.get_last_crumb()]

    def get_last_crumb(self):
        return []


class ImportTopics(TopicImportPage, FormView):
    page_title = gettext_lazy("Topics from a table")
    template_name = "hanse_members/admin/import_topics.html"
    form_class = TopicTableForm

    def form_valid(self, form):
        file, key = form.cleaned_data["file"], str(self.request.user.pk)
        if BROUGHT.is_reached(key):
            form.add_error(None, _("You have brought many tables within an hour. Please go on later."))
            return self.form_invalid(form)
        BROUGHT.count(key)
        try:
            brought = actions.bring_topics(data=file.read(), file_name=file.name, by=self.request.user)
        except ValidationError as problem:
            form.add_error("file", problem)
            return self.form_invalid(form)
        return redirect("hanse_members_topics:table", brought.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=400)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, tables=self.own.defer("data", "rows"))


class TopicTableView(TopicImportPage, TemplateView):
    """What each row would do, or did. By POST it is done."""

    template_name = "hanse_members/admin/topic_table.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.brought = None

    def get(self, request, pk):
        self.brought = get_object_or_404(self.own, pk=pk)
        return self.render_to_response(self.get_context_data())

    def post(self, request, pk):
        self.brought = get_object_or_404(self.own, pk=pk)
        try:
            actions.run_topic_import(self.brought, by=request.user)
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
            if not self.brought.done:
                actions.look_again(self.brought)
        else:
            messages.success(request, _("The topics are brought in line with the table."))
        return redirect("hanse_members_topics:table", pk)

    def get_page_title(self):
        return self.brought.file_name

    def get_last_crumb(self):
        return [{"url": "", "label": self.brought.file_name}]

    def get_context_data(self, **kwargs):
        findings = self.brought.findings
        counts = Counter(finding.verdict for finding in findings)
        asked = self.request.GET.get("verdict", "")
        chosen = Verdict(asked) if asked in {verdict.value for verdict in counts} else None
        shown = [finding for finding in findings if chosen in (None, finding.verdict)]
        return super().get_context_data(
            **kwargs,
            brought=self.brought,
            verdicts=[(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
            chosen=chosen,
            total=len(findings),
            page=Paginator(shown, ROWS_SHOWN).get_page(self.request.GET.get("p")),
            changes=counts[Verdict.NEW] + counts[Verdict.CHANGED],
        )


class TopicReport(OperatorsOnly, View):
    def get(self, request, pk):
        brought = get_object_or_404(self.own, pk=pk)
        name = f"topics-{brought.uploaded_at:%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        lines = [[_("Row"), _("Topic"), _("Verdict"), _("Note")], *map(_line, brought.findings)]
        return HttpResponse(table(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _line(finding: Finding) -> list:
    return [finding.number, finding.name, str(finding.verdict.label), "; ".join(finding.notes)]


class DiscardTopics(OperatorsOnly, View):
    http_method_names = ["post"]

    def post(self, request, pk):
        get_object_or_404(self.own, pk=pk).delete()
        messages.success(request, _("The table is removed."))
        return redirect("hanse_members_topics:import")
