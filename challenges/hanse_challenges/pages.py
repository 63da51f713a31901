"""The page of one question: what is asked, the answers, and what its reader can do there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from hanse_base.frames import frame_for
from hanse_groups.models import Room
from hanse_members.models import Cluster, Membership
from hanse_members.models.topics import topic_labels

from .actions import room_clusters, to_invite
from .forms import AddForm, ReplyForm, RoomForm
from .models import Question, Reply
from .models.questions import ReplyQuerySet

#: answers on one page
MOST_SHOWN = 50


def question_page(request: HttpRequest, question: Question, *, refused=None) -> HttpResponse:
    """``refused`` is the form that was sent and not accepted: nothing that was typed is lost."""
    viewer = request.viewer
    own = question.is_of(viewer.user)
    kept_away = question.answers_kept_from(viewer)
    readable = question.replies.filter(author=viewer.user_id) if kept_away else question.replies.all()
    replies, later = shown_replies(request, question, readable)
    names = topic_labels(question.topic_links.values_list("topic_id", flat=True))
    context = {
        "frame": frame_for(request),
        "question": question,
        "own": own,
        "replies": replies,
        "later": later,
        "best": best_of(question, replies, readable),
        "topics": sorted(names.items(), key=lambda topic: topic[1].casefold()),
        "kept_away": kept_away,
        "may_delete": own and not question.has_answers_of_others(),
        "room": visible_room(question, viewer),
        "reply_form": answer_form(question, viewer, refused),
        "refused": refused is not None,
        **(room_context(question, request.user) if own and not kept_away and not question.withheld else {}),
    }
    return render(request, "hanse_challenges/question.html", context, status=400 if refused is not None else 200)


def answer_form(question: Question, viewer, refused=None):
    if not question.answerable_by(viewer):
        return None
    if refused is not None:
        return refused
    return form_for(question, viewer.user)


def form_for(question: Question, person, *data):
    """What whoever asked adds, or what others answer."""
    if question.is_of(person):
        return AddForm(*data, user=person, unnamed=question.is_anonymous)
    return ReplyForm(*data)


def shown_replies(
    request: HttpRequest, question: Question, readable: ReplyQuerySet
) -> tuple[list[Reply], Reply | None]:
    """The readable answers of this page in their order, and the last of it if others follow: a constant number of
    queries.

    ``after`` in the address is the number of the answer before; ``reply`` one that is to be on the page.
    """
    everything = readable.select_related("author").order_by("created_at", "pk")
    start = _named(readable, request.GET.get("after", "")) or _before(readable, request.GET.get("reply", ""))
    if start is not None:
        everything = everything.filter(after_q(start))
    rows = list(everything[: MOST_SHOWN + 1])
    page = rows[:MOST_SHOWN]
    for reply in page:
        reply.question = question
        reply.is_own = reply.is_of(request.viewer.user)
    return page, page[-1] if len(rows) > MOST_SHOWN else None


def after_q(reply: Reply) -> Q:
    return Q(created_at__gt=reply.created_at) | Q(created_at=reply.created_at, pk__gt=reply.pk)


def _named(readable: ReplyQuerySet, text: str) -> Reply | None:
    try:
        return readable.filter(uid=UUID(text)).first()
    except ValueError:
        return None


def _before(readable: ReplyQuerySet, text: str) -> Reply | None:
    """The answer before the page on which the named one is."""
    named = _named(readable, text)
    if named is None:
        return None
    place = readable.exclude(after_q(named)).count() - 1
    if place < MOST_SHOWN:
        return None
    ordered = readable.order_by("created_at", "pk")
    return ordered[place - place % MOST_SHOWN - 1]


def best_of(question: Question, replies: list[Reply], readable: ReplyQuerySet) -> Reply | None:
    if question.best_id is None:
        return None
    found = next((reply for reply in replies if reply.pk == question.best_id), None)
    if found is None:
        found = readable.shown().select_related("author").filter(pk=question.best_id).first()
        if found is not None:
            found.question = question
    return found


def visible_room(question: Question, viewer) -> Room | None:
    """Where it went on, for those who see the card of that room."""
    if question.room_id is None:
        return None
    return Room.objects.visible_to(viewer).shown().filter(pk=question.room_id).first()


def room_context(question: Question, person) -> dict[str, Any]:
    """For who asked: whether and with whom it can go on in a room, else whose management opens rooms."""
    people = [each.get_full_name() for each in to_invite(question)] if question.room_id is None else []
    if not people:
        return {}
    form = RoomForm(clusters=room_clusters(person))
    if form.only_cluster is None and not form.fields["cluster"].queryset.exists():
        mine = Membership.objects.approved().of(person).order_by().values("cluster")
        return {"asking_for_room": Cluster.objects.active().filter(pk__in=mine).order_by("name").first()}
    return {"room_form": form, "invited": get_text_list(people, _("and"))}
