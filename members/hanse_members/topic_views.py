"""The tree of topics and the page of each one: where it stands, and what there is about it for this reader."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hanse_activity.follows import follow_exactly, followed_ids
from hanse_base.frames import frame_for

from .models import Topic
from .topic_fields import TopicsToFollowForm
from .topic_notifications import FOLLOWED
from .topic_sections import topic_sections
from .topic_trees import all_nodes, topic_tree


def topics(request: HttpRequest) -> HttpResponse:
    return render(request, "hanse_members/topics/index.html", {"frame": frame_for(request), "tree": topic_tree()})


def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """A topic that was merged leads to the one that it is part of now."""
    found = get_object_or_404(Topic, pk=pk)
    if found.merged_into_id is not None:
        return redirect("hanse_members:topic", found.merged_into_id)
    sections = [
        {"section": section, "context": context}
        for section in topic_sections
        if (context := section.context(request, found)) is not None
    ]
    node = all_nodes(topic_tree()).get(pk)
    context = {"frame": frame_for(request), "topic": found, "node": node, "sections": sections}
    return render(request, "hanse_members/topics/topic.html", context)


@login_required
def my_topics(request: HttpRequest) -> HttpResponse:
    """Choose the topics that one follows."""
    sent = request.POST if request.method == "POST" else None
    form = TopicsToFollowForm(sent, initial={"topics": followed_ids(FOLLOWED, request.user)})
    if request.method == "POST" and form.is_valid():
        ids = [topic.pk for topic in form.cleaned_data["topics"]]
        follow_exactly(FOLLOWED, ids, person=request.user)
        messages.success(request, _("Saved."))
        return redirect("hanse_activity:follows")
    return render(request, "hanse_members/topics/mine.html", {"form": form}, status=400 if form.errors else 200)
