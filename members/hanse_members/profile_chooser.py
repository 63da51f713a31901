"""Choosing a profile in Wagtail's editor: those that the editor may see, found by their names."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.generic import chooser as chooser_views
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from hanse_access.readings import allows
from hanse_access.viewer import current_viewer

from .expert_lists import listed
from .models import Profile

CHOOSER = "hanse_profile_chooser"


class NameFilter(BaseFilterForm):
    q = forms.CharField(label=_("Name"), max_length=100, required=False)

    def filter(self, objects):
        words = self.cleaned_data.get("q", "").split()[:4]
        for word in words:
            objects = objects.filter(name__icontains=word)
        if words:
            self.is_searching, self.search_query = True, self.cleaned_data["q"]
        return objects


class VisibleProfilesMixin:
    """Only what this person may see; another number is as one that does not exist."""

    filter_form_class = NameFilter
    ordering = ("sort_name", "pk")

    def get_object_list(self):
        return listed(self.request.viewer)

    def get_object(self, pk):
        return listed(self.request.viewer).get(pk=pk)

    def get_objects(self, pks):
        return listed(self.request.viewer).filter(pk__in=pks)

    @property
    def columns(self):
        return [TitleColumn("name", label=_("Name"), url_name=f"{CHOOSER}:chosen", link_attrs=LINK)]


LINK = {"data-chooser-modal-choice": True}


class ChooseView(VisibleProfilesMixin, chooser_views.ChooseView):
    pass


class ChooseResultsView(VisibleProfilesMixin, chooser_views.ChooseResultsView):
    pass


class ChosenView(VisibleProfilesMixin, chooser_views.ChosenView):
    pass


class ChosenMultipleView(VisibleProfilesMixin, chooser_views.ChosenMultipleView):
    pass


class ProfileChooserViewSet(ChooserViewSet):
    model = Profile
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    register_widget = False


class ProfileChooser(BaseChooser):
    """A person whose profile the editor may not see keeps the place, but not the name."""

    model = Profile
    chooser_modal_url_name = f"{CHOOSER}:choose"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    show_edit_link = False
    icon = "user"

    def get_display_title(self, instance):
        return str(instance) if allows(current_viewer(), instance) else str(_("Somebody whose profile you may not see"))


profile_chooser_viewset = ProfileChooserViewSet(CHOOSER, url_prefix="profile-chooser")
