"""Questions in the administration: read there, changed by who asked alone."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from hanse_access.viewsets import ScopedViewSetMixin
from hanse_members.admin_lists import WordSearch, clusters_of

from .models import Question


class QuestionFilters(WagtailFilterSet):
    class Meta:
        model = Question
        fields = ["state", "cluster"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["cluster"].queryset = partial(clusters_of, Question)


class QuestionIndex(WordSearch, IndexView):
    def get_base_queryset(self):
        rows = super().get_base_queryset().select_related("asker", "cluster")
        return rows.with_number_of_replies()


class QuestionViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Question
    name = "hanse_challenges_questions"
    icon = "help"
    menu_label = _("Questions")
    menu_order = 160
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = ["title", "text", "asker_name", "cluster", "state", "asked_at", "active_at", "topics"]
    form_fields = ["title", "text"]
    list_display = [
        TitleColumn("title", label=_("Question"), url_name="hanse_challenges_questions:inspect", sort_key="title"),
        Column("asker_name", label=_("Asked by")),
        Column("cluster", label=_("Cluster"), sort_key="cluster__name"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("replies_shown", label=_("Answers"), sort_key="replies_shown"),
        Column("asked_at", label=_("Asked"), sort_key="asked_at"),
    ]
    filterset_class = QuestionFilters
    search_fields = ["title", "text"]
    search_backend_name = None
    ordering = ["-asked_at", "-pk"]
    index_view_class = QuestionIndex
