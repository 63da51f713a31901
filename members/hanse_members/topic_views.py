"""The tree of topics and the page of each one: where it stands, and what there is about it for this reader."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from hanse_base.frames import frame_for

from .models import Topic
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
