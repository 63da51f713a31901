"""Synonyms and weights in the administration, for operators."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from hanse_access.viewsets import ScopedViewSetMixin

from .choices import weighed
from .models import SearchWeight, SynonymGroup


class SynonymIndex(IndexView):
    def get_base_queryset(self):
        queryset = super().get_base_queryset()
        return queryset.filter(terms__icontains=self.search_query) if self.search_query else queryset

    def search_queryset(self, queryset):
        return queryset


class SynonymViewSet(ScopedViewSetMixin, ModelViewSet):
    name = "hanse_search_synonyms"
    model = SynonymGroup
    icon = "list-ul"
    menu_label = _("Synonyms")
    form_fields = ["terms", "is_one_way"]
    index_view_class = SynonymIndex
    list_display = [
        TitleColumn("terms", label=_("Terms"), accessor=str, url_name="hanse_search_synonyms:edit"),
        BooleanColumn("is_one_way", label=_("Only the first finds the others")),
        "changed_at",
    ]


class WeightForm(WagtailAdminModelForm):
    what = forms.ChoiceField(label=_("What"), choices=weighed)

    class Meta:
        model = SearchWeight
        fields = ["what", "points"]


class WeightViewSet(ScopedViewSetMixin, ModelViewSet):
    name = "hanse_search_weights"
    model = SearchWeight
    icon = "order"
    menu_label = _("Weights")
    list_display = [
        TitleColumn("what", label=_("What"), accessor=str, url_name="hanse_search_weights:edit"),
        Column("points", label=_("Points")),
    ]

    def get_form_class(self, for_update=False):
        return WeightForm


class SearchGroup(ModelViewSetGroup):
    menu_label = _("Search")
    menu_icon = "search"
    menu_order = 900
    items = (SynonymViewSet, WeightViewSet)
