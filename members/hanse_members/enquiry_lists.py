"""Lists of enquiries: those that the management answers, and the own ones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.lists import Facet, ItemList, Sort

from .models import Enquiry
from .subjects import name_subjects, subjects

State = Enquiry.State


def subject_labels(values: Collection[str]) -> dict[str, Any]:
    return {value: subjects[value].label for value in values if value in subjects}


def owner_names(values: Collection[int]) -> dict[int, str]:
    people = get_user_model()._default_manager.filter(pk__in=[value for value in values if value])
    return {person.pk: person.get_full_name() for person in people}


STATE = Facet("state", _("State"), "state")
CLUSTER = Facet("cluster", _("Cluster"), "cluster")
KIND = Facet("about", _("About"), "subject_kind", labels=subject_labels)


class EnquiryRows:
    """What both lists have."""

    item_template = "hanse_members/includes/enquiry.html"
    layout = "rows"
    page_size = 25
    search_fields = ("text",)
    search_label = _("Search the questions")
    sorts = (
        Sort("urgent", _("Longest waiting first"), ("is_done", "waiting_since")),
        Sort("newest", _("Last change first"), ("-changed_at",)),
    )

    request: HttpRequest

    def prepare(self, rows: list[Enquiry]) -> list[Enquiry]:
        name_subjects(rows, self.request.viewer)
        return rows


class ManagedEnquiryList(EnquiryRows, ItemList):
    name = "enquiries"
    search_fields = ("text", "asker__first_name", "asker__last_name")
    search_label = _("Search questions and people")
    facets = (STATE, CLUSTER, Facet("owner", _("Taken care of by"), "owner", labels=owner_names), KIND)
    empty = {
        "icon": "chat",
        "title": _("Nobody has asked yet"),
        "text": _("Questions to the management of your clusters come in here, and you are told by mail."),
    }

    def __init__(self, request: HttpRequest):
        done = Case(
            When(state__in=[State.NEW, State.IN_WORK], then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        enquiries = Enquiry.objects.managed_by(request.viewer).annotate(is_done=done)
        super().__init__(request, enquiries.select_related("asker", "cluster", "owner"))


class OwnEnquiryList(EnquiryRows, ItemList):
    name = "own-enquiries"
    sorts = (Sort("newest", _("Last change first"), ("-changed_at",)),)
    facets = (STATE, CLUSTER)
    empty = {
        "icon": "chat",
        "title": _("You have asked nothing yet"),
        "text": _(
            "Beside every organisation and piece of news the management is named: ask there, and read the answer here."
        ),
    }

    def __init__(self, request: HttpRequest):
        enquiries = Enquiry.objects.asked_by(request.user)
        super().__init__(request, enquiries.select_related("asker", "cluster", "owner"))
