"""What stands on a topic's page: each plugin registers what it has about topics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry

from . import expert_lists
from .models import OrganisationTopic, ProfileField
from .organisation_lists import listed, with_topics
from .profile_reading import read_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from .models import Topic


@dataclass(frozen=True)
class TopicSection:
    """Things of one kind about a topic and those below it, such as organisations.

    ``context`` gets request and topic and returns what the template has as ``found``, or None when there is nothing to
    show; it must ask for everything through ``visible_to``, in a number of queries that does not grow.
    """

    name: str
    label: Any
    template: str
    context: Callable[[HttpRequest, Topic], dict | None]
    order: int = 100


topic_sections: Registry[TopicSection] = Registry()

#: things of one kind named on a topic's page; the list has the others
NAMED = 10


def _organisations(request: HttpRequest, topic: Topic) -> dict | None:
    about = OrganisationTopic.objects.filter(topic__within=topic).values("organisation_id")
    found = listed(request.viewer).filter(pk__in=about).with_clusters()
    count = found.count()
    if not count:
        return None
    url = f"{reverse('hanse_members:organisations')}?{urlencode({'topic': topic.pk})}"
    current = found.suggestible().order_by("stale", Lower("name"), "pk")
    return {"organisations": with_topics(list(current[:NAMED])), "count": count, "url": url}


def _experts(request: HttpRequest, topic: Topic) -> dict | None:
    """Those whose competences the reader may see."""
    about = ProfileField.objects.admitting(request.viewer).filter(name="competences", topics__within=topic)
    found = expert_lists.listed(request.viewer).filter(pk__in=about.order_by().values("profile_id"))
    count = found.count()
    if not count:
        return None
    url = f"{reverse('hanse_members:experts')}?{urlencode({'topic': topic.pk})}"
    return {
        "experts": read_list(list(found.suggestible().order_by("stale", "sort_name")[:NAMED]), request.viewer),
        "count": count,
        "url": url,
    }


experts = TopicSection(
    name="experts",
    label=_("Experts"),
    template="hanse_members/topics/experts.html",
    context=_experts,
    order=5,
)

organisations = TopicSection(
    name="organisations",
    label=_("Organisations"),
    template="hanse_members/topics/organisations.html",
    context=_organisations,
    order=10,
)
