"""The page of a chat, wherever people talk: the newest messages. The module ``chat.js`` keeps it up to date."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Collection, Sequence
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from hanse_access.conf import upload_max_bytes
from hanse_access.shortcuts import page_viewer
from hanse_activity.blocks import blocked_ids
from hanse_base.searching import search_text

from . import conf, reading
from .actions import Attached
from .attachments import excerpt, with_first_file
from .chat_frames import ChatFrame, room_frame
from .message_views import readable_message, whole
from .models import Message, Participant, Reaction, Room
from .models.messages import LONGEST_MESSAGE
from .payloads import payloads
from .people import key_in, name_of
from .room_home import people_of, pins_of
from .shortcuts import enter, look_into

MOST_FOUND = 50


@require_GET
@login_required
def chat(request: HttpRequest, uid: UUID) -> HttpResponse:
    room, place = look_into(request, uid)
    place = place or operators_place(request, room)
    return chat_page(request, room_frame(room, place), place)


def operators_place(request: HttpRequest, room: Room) -> Participant:
    """What an operator who looks in by break-glass reads: everything, without a place in the room. Never saved."""
    return Participant(
        conversation=room.conversation, person=page_viewer(request).user, role=Participant.Role.GUEST, state="active"
    )


def chat_page(
    request: HttpRequest,
    frame: ChatFrame,
    place: Participant,
    *,
    thread: Message | None = None,
    draft: str = "",
    attached: Sequence[Attached] = (),
    status: int = 200,
) -> HttpResponse:
    """The log, or with ``thread``, which can stand in the address too, that message and its answers.

    ``draft`` and ``attached`` are what was typed and refused, and what was taken in with it. ``quote`` in the address:
    what is written next answers that message.
    """
    thread = thread or thread_of(request, place)
    number = whole(request.GET.get("around"))
    page = reading.around(place, number, thread=thread) if number is not None else reading.latest(place, thread=thread)
    conversation = frame.conversation
    own = key_in(conversation.pk, request.user.pk)
    blocked = {key_in(conversation.pk, pk) for pk in blocked_ids(request.user).values_list("blocked_id", flat=True)}
    beginning = payloads(conversation, [thread], from_seq=place.from_seq) if thread is not None else []
    messages = [drawn(message, own, blocked, place.last_read_seq) for message in [*beginning, *page.messages]]
    if not place.pk:  # files are not opened by break-glass, in whatever size
        for file in (file for message in messages for file in message.get("files", ())):
            file["thumb"] = ""
    add_bodies(place, messages)
    if not place.pk:
        for message in messages:
            message.get("author", {})["image"] = ""
    first_unread = next(
        (m["seq"] for m in messages if m["seq"] > place.last_read_seq and m["kind"] == "text" and not m["own"]), None
    )
    quoted = readable_message(place, request.GET["quote"]) if request.GET.get("quote") else None
    [answering] = payloads(conversation, [quoted], from_seq=place.from_seq) if quoted is not None else [None]
    if answering is not None and (answering["kind"] != Message.Kind.TEXT or answering.get("deleted")):
        raise Http404
    people = people_of(conversation.pk, pictured=bool(place.pk))
    for participant in people:
        participant.key = key_in(conversation.pk, participant.person_id)
    pins = pins_of(conversation.pk, place)
    for pin in pins:
        pin.address = frame.address_of(pin, place)
    context = {
        **frame.context(),
        "frame": frame,
        "is_looking_in": place.pk is None,
        "page": page,
        # "messages" are those of the frame
        "log": messages,
        "thread": thread,
        "beginning": messages[0] if thread is not None else None,
        "answering": answering and {**answering, "text": excerpt(quoted)},
        #: the model of chat.js
        "blank_message": {"id": "", "kind": "text"},
        "first_unread": first_unread,
        "people": people,
        "pins": pins,
        "draft": draft,
        "attached": attached,
        "client_key": uuids.uuid4(),
        "reaction_kinds": Reaction.Kind.choices,
        "longest": LONGEST_MESSAGE,
        "settings": {
            "conversation": str(conversation.uid),
            "messages": reverse("hanse_groups:messages", args=[conversation.uid]),
            "changes": reverse("hanse_groups:changes", args=[conversation.uid]),
            "read": reverse("hanse_groups:read", args=[conversation.uid]),
            "attach": reverse("hanse_groups:attach", args=[conversation.uid]),
            "most_files": conf.message_max_files(),
            "largest_file": upload_max_bytes(),
            "permalink": frame.address,
            "report": reverse("hanse_activity:make_report", args=["message", "{id}"]).replace("%7Bid%7D", "{id}"),
            "block": reverse("hanse_activity:block_author", args=["message", "{id}"]).replace("%7Bid%7D", "{id}"),
            "version": conversation.last_seq,
            "last_read": place.last_read_seq,
            "own": own,
            "leads": place.leads if place.pk else False,
            "may_pin": place.role != Participant.Role.GUEST,
            "writable": frame.writable,
            "live": bool(place.pk),
            "thread": str(thread.uid) if thread is not None else "",
            #: what is seen with the newest page of the log, answers in threads included
            "newest": conversation.last_seq,
            "more_before": page.more_before,
            "more_after": page.more_after,
            "longest": LONGEST_MESSAGE,
            "people": [{"key": p.key, "name": p.person.get_full_name(), "image": p.image} for p in people],
            "blocked": sorted(blocked),
            "reactions": dict(Reaction.Kind.choices),
        },
    }
    return render(request, frame.chat, context, status=status)


def thread_of(request: HttpRequest, place: Participant) -> Message | None:
    """The message whose thread is asked for. 404 for one that begins none."""
    if not request.GET.get("thread"):
        return None
    found = readable_message(place, request.GET["thread"])
    if not found.begins_thread:
        raise Http404
    return found


def drawn(payload: dict, own: str, blocked: Collection[str] = (), last_read: int = 0) -> dict:
    """A payload with what differs per reader, for the template. ``blocked``: keys of whom the reader blocks;
    ``last_read``: up to which number the reader has read."""
    author = payload.get("author", {}).get("key")
    mine = author == own
    lines = payload.get("lines", {})
    reactions = [
        {"kind": kind, "count": len(people), "names": ", ".join(name_of(p) for p in people),
         "own": any(p["key"] == own for p in people)}
        for kind, people in payload.get("reactions", {}).items()
    ]  # fmt: skip
    shown = {part: {**payload[part], "name": name_of(payload[part])} for part in ("author", "quote") if part in payload}
    return {
        **payload,
        **shown,
        "own": mine,
        "is_blocked": not mine and author in blocked,
        "quotes_blocked": payload.get("quote", {}).get("key") in blocked,
        "line": lines.get(get_language()) or next(iter(lines.values()), ""),
        "time": parse_datetime(payload["at"]),
        "mentions_me": own in payload.get("mentions", ()),
        "reacted": reactions,
        "has_new_answers": bool(payload.get("answers")) and payload["answers"]["seq"] > last_read,
        "answers_time": parse_datetime(payload["answers"]["at"]) if payload.get("answers") else None,
    }


def add_bodies(place: Participant, messages: list[dict]) -> None:
    """What the reader typed, for the form that changes it, and why somebody else deleted it."""
    own = [message["id"] for message in messages if message["own"]]
    known = Message.objects.readable_by(place).filter(uid__in=own).values_list("uid", "body", "deletion_reason")
    found = {str(uid): (body, reason) for uid, body, reason in known} if own else {}
    for message in messages:
        message["body"], message["reason"] = found.get(message["id"], ("", ""))
        if message["own"] and message.get("withheld"):
            # The page of one message tells why, so that a chat with many of them asks no more often.
            message["why"] = reverse("hanse_groups:withheld", args=[place.conversation.uid, message["id"]])


@require_GET
@login_required
def message(request: HttpRequest, uid: UUID, message: UUID) -> HttpResponse:
    """A lasting address of one message: leads to its place in the chat."""
    room, place = enter(request, uid)
    return to_message(room_frame(room, place), place, message)


def to_message(frame: ChatFrame, place: Participant, uid: UUID) -> HttpResponse:
    found = readable_message(place, uid)
    return HttpResponseRedirect(frame.address_of(found, place))


@require_GET
@login_required
def search(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Messages of the room in which all the words occur."""
    room, place = enter(request, uid)
    return search_page(request, room_frame(room, place), place)


def search_page(request: HttpRequest, frame: ChatFrame, place: Participant) -> HttpResponse:
    text = search_text(request.GET)
    found = []
    if text:
        matching = Message.objects.readable_by(place).filter(kind=Message.Kind.TEXT, deleted_at=None)
        # Of whom the reader blocks nothing is found: that it was would tell what is in it.
        matching = matching.filter(Q(author=None) | ~Q(author__in=blocked_ids(request.user)))
        for word in text.split()[:8]:
            matching = matching.filter(body__icontains=word)
        matching = with_first_file(matching.select_related("author", "thread"))
        found = list(matching.order_by("-seq")[: MOST_FOUND + 1])
        for row in found:
            row.text, row.address = excerpt(row, 300), frame.address_of(row, place)
    context = {
        **frame.context(),
        "frame": frame,
        "text": text,
        "found": found[:MOST_FOUND],
        "more": len(found) > MOST_FOUND,
    }
    return render(request, frame.search, context)
