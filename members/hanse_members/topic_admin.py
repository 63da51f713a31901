"""The administration of topics: the tree, labels in each language, moving, merging, bringing a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from hanse_access.viewsets import ScopedViewSetMixin

from . import actions
from .admin_lists import WordSearch
from .models import Topic
from .models.topics import LONGEST_SYNONYMS
from .through_actions import ThroughActions
from .topic_import import LONGEST_LABEL
from .topic_import_admin import DiscardTopics, ImportTopics, TopicReport, TopicTableView
from .topic_links import topic_links
from .topic_trees import TopicNode, all_nodes, topic_tree

#: before a label, for each level above it
INDENT = "\u2003"


class TopicPlaceField(forms.ChoiceField):
    """One topic of the tree, or none. Cleans to its number or None."""

    def __init__(self, *, nodes: list[TopicNode], none: Any, **kwargs):
        choices = [(str(node.id), INDENT * (node.level - 1) + node.label) for node in nodes]
        super().__init__(choices=[("", none), *choices], required=False, **kwargs)

    def clean(self, value) -> int | None:
        return int(chosen) if (chosen := super().clean(value)) else None


class TopicForm(WagtailAdminModelForm):
    """A label and other words in each language, and the place in the tree."""

    class Meta:
        model = Topic
        fields = ["code"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        present = {label.language: label for label in self.instance.labels.all()} if self.instance.pk else {}
        for code, language in settings.LANGUAGES:
            label = present.get(code)
            self.fields[f"label_{code}"] = forms.CharField(
                label=_("Label (%(language)s)") % {"language": _(language)},
                max_length=LONGEST_LABEL,
                required=False,
                initial=label.text if label else "",
                widget=forms.TextInput({"lang": code}),
            )
            self.fields[f"synonyms_{code}"] = forms.CharField(
                label=_("Other words (%(language)s)") % {"language": _(language)},
                help_text=_("By which the topic is found and suggested, one a line."),
                max_length=LONGEST_SYNONYMS,
                required=False,
                initial=label.synonyms if label else "",
                widget=forms.Textarea({"lang": code, "rows": 3}),
            )
        nodes = [node for top in topic_tree() for node in top.branch()]
        own = next((node for node in nodes if node.id == self.instance.pk), None)
        inside = {node.id for node in own.branch()} if own else set()
        others = [node for node in nodes if node.id not in inside]
        self.fields["parent"] = TopicPlaceField(
            label=_("Below"), nodes=others, none=_("none: a topmost topic"), initial=self.instance.parent_id
        )
        if own is not None:
            self.fields["into"] = TopicPlaceField(
                label=_("Make it part of another topic"),
                help_text=_(
                    "Everything below it and linked to it goes there; its labels become other words for that topic. "
                    "This cannot be undone."
                ),
                nodes=others,
                none=_("Leave it as it is"),
            )

    def clean(self):
        cleaned: dict[str, Any] = super().clean() or {}
        codes = [code for code, _language in settings.LANGUAGES]
        chosen = [id for name in ("parent", "into") if (id := cleaned.get(name)) is not None]
        found = Topic.objects.in_bulk(chosen) if chosen else {}
        cleaned |= {name: found.get(cleaned.get(name)) for name in ("parent", "into")}
        cleaned["labels"] = {code: cleaned.get(f"label_{code}", "") for code in codes}
        cleaned["synonyms"] = {code: cleaned.get(f"synonyms_{code}", "") for code in codes}
        if not self.errors and not any(cleaned["labels"].values()):
            self.add_error(f"label_{codes[0]}", _("Please enter a label in one language at least."))
        return cleaned

    def _get_validation_exclusions(self):
        return {field.name for field in self._meta.model._meta.fields} - {"code"}


class TopicIndex(WordSearch, IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().in_use().prefetch_related("labels")

    def search_queryset(self, queryset):
        return super().search_queryset(queryset).distinct() if self.is_searching else queryset

    def paginate_queryset(self, queryset, page_size):
        """In the order of the tree, which no column holds: a vocabulary is short enough for that."""
        places = {id: place for place, id in enumerate(self.nodes)}
        rows = sorted(queryset, key=lambda topic: places.get(topic.pk, len(places)))
        return super().paginate_queryset(rows, page_size)

    @cached_property
    def nodes(self) -> dict[int, TopicNode]:
        return all_nodes(topic_tree())

    @cached_property
    def header_buttons(self):
        buttons = list(super().header_buttons)
        if self.add_url:
            url = reverse("hanse_members_topics:import")
            buttons.append(HeaderButton(_("Bring a table"), url=url, icon_name="upload"))
        return buttons

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        rows = context["object_list"]
        counts = [(links.label, links.counts([topic.pk for topic in rows])) for links in topic_links]
        for topic in rows:
            node = self.nodes.get(topic.pk)
            above = node.above if node else []
            topic.in_tree = str(topic) if self.is_searching else INDENT * len(above) + str(topic)
            topic.path = " › ".join(each.label for each in above)
            told = [f"{label}: {found[topic.pk]}" for label, found in counts if topic.pk in found]
            topic.linked = ", ".join(told)
        return context


class TopicCreate(ThroughActions, CreateView):
    log_action = "wagtail.create"

    def perform(self, data):
        said = {name: data[name] for name in ("labels", "synonyms", "parent")}
        return actions.add_topic(**said, code=data["code"] or "", by=self.request.user)


class TopicEdit(ThroughActions, EditView):
    def get_object(self, *args, **kwargs):
        topic = super().get_object(*args, **kwargs)
        if topic.merged_into_id is not None:
            raise Http404
        return topic

    def perform(self, data):
        by = self.request.user
        topic = actions.move_topic(Topic.objects.get(pk=self.object.pk), data["parent"], by=by)
        said = {"labels": data["labels"], "synonyms": data["synonyms"], "code": data["code"] or ""}
        topic = actions.update_topic(topic, **said, by=by)
        return actions.merge_topics(topic, data["into"], by=by) if data["into"] else topic


class TopicViewSet(ScopedViewSetMixin, ModelViewSet):
    model = Topic
    name = "hanse_members_topics"
    icon = "tag"
    menu_label = gettext_lazy("Topics")
    add_to_reference_index = False
    copy_view_enabled = False
    list_per_page = 100
    list_display = [
        TitleColumn(
            "in_tree",
            label=gettext_lazy("Topic"),
            get_url=lambda topic: reverse("hanse_members_topics:edit", args=[topic.pk]),
        ),
        Column("path", label=gettext_lazy("Below")),
        Column("code", label=gettext_lazy("Code")),
        Column("linked", label=gettext_lazy("Linked to it")),
    ]
    search_fields = ["labels__text", "labels__synonyms", "code"]
    search_backend_name = None
    ordering = ["pk"]
    index_view_class = TopicIndex
    add_view_class = TopicCreate
    edit_view_class = TopicEdit

    def get_form_class(self, for_update=False):
        return TopicForm

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("import/", ImportTopics.as_view(), name="import"),
            path("import/<int:pk>/", TopicTableView.as_view(), name="table"),
            path("import/<int:pk>/report.csv", TopicReport.as_view(), name="report"),
            path("import/<int:pk>/discard/", DiscardTopics.as_view(), name="discard"),
        ]
