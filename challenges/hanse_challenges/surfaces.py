"""What questions add to the shared surfaces: navigation, dashboard, pages of topics."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_activity.follows import followed_ids
from hanse_base.cards import Card
from hanse_base.navigation import NavigationItem
from hanse_members.models import Topic
from hanse_members.topic_links import TopicLinks
from hanse_members.topic_notifications import FOLLOWED as TOPICS
from hanse_members.topic_sections import NAMED, TopicSection

from .actions import may_ask
from .lists import listed, prepare
from .models import Question, QuestionTopic

#: questions on the card
ON_CARD = 5


def card_context(request: HttpRequest) -> dict | None:
    """Open ones of others, those in followed topics first. None for who may not ask and finds none."""
    asking = may_ask(request.user)
    others = listed(request.viewer).filter(state=Question.State.OPEN).exclude(asker=request.user)
    others = others.with_number_of_replies().order_by("-asked_at", "-pk")
    found: list[Question] = []
    if followed := followed_ids(TOPICS, request.user):
        about = QuestionTopic.objects.filter(topic__within__in=followed).values("question_id")
        found = list(others.filter(pk__in=about)[:ON_CARD])
    if len(found) < ON_CARD:
        found += others.exclude(pk__in=[row.pk for row in found])[: ON_CARD - len(found)]
    if not found and not asking:
        return None
    return {"questions": prepare(found, request.viewer), "may_ask": asking}


card = Card(
    name="questions",
    title=_("Open questions"),
    template="hanse_challenges/cards/questions.html",
    context=card_context,
    order=25,
)

navigation_item = NavigationItem(
    name="questions",
    label=_("Questions"),
    url=lambda request: reverse("hanse_challenges:questions"),
    icon="bulb",
    order=32,
)
public_navigation_item = NavigationItem(
    name="public-questions",
    label=_("Questions"),
    url=lambda request: reverse("hanse_challenges:questions"),
    icon="bulb",
    order=26,
    area="public",
)


def about_topic(request: HttpRequest, topic: Topic) -> dict | None:
    about = QuestionTopic.objects.filter(topic__within=topic).order_by().values("question_id")
    found = listed(request.viewer).filter(pk__in=about)
    count = found.count()
    if not count:
        return None
    newest = found.with_number_of_replies().order_by("-asked_at", "-pk")[:NAMED]
    url = f"{reverse('hanse_challenges:questions')}?{urlencode({'topic': topic.pk})}"
    return {"questions": prepare(list(newest), request.viewer), "count": count, "url": url}


topic_section = TopicSection(
    name="questions",
    label=_("Questions"),
    template="hanse_challenges/topics/questions.html",
    context=about_topic,
    order=20,
)

question_topics = TopicLinks(
    name="questions",
    label=_("Questions"),
    rows=QuestionTopic.objects.all,
    owner="question_id",
    counted=False,  # some are for one room alone
    order=30,
)
