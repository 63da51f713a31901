"""Messages for the page that is open: read, send, change. Each answer is JSON; the forms of the page work without."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages as notes
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import actions, reading
from .actions.limits import CHANGED, SAID
from .chat_frames import frame_of
from .looks import what_may
from .models import Message, Participant
from .payloads import payloads
from .reportable_kinds import why_withheld

#: largest number of the database
MOST = 2**63 - 1


def place_in(request: HttpRequest, uid: UUID) -> Participant:
    """The reader's place in the conversation. 404 for everybody who is not in it."""
    found = (
        Participant.objects.active()
        .of(request.user)
        .filter(conversation__uid=uid)
        .exclude(conversation__room__state="deleted")
        .select_related("person", "conversation__room", "conversation__direct")
        .first()
    )
    if found is None:
        raise Http404
    return found


def readable_message(place: Participant, uid: UUID | str | None) -> Message:
    try:
        return Message.objects.readable_by(place).get(uid=uid)
    except (Message.DoesNotExist, ValidationError, ValueError, TypeError) as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def messages(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET: a page of messages (``before``, ``after`` or ``around`` a number; ``thread``). POST: say something."""
    if request.method == "POST":
        if wants_json(request) and is_words(request):
            return say(request, uid)
        try:
            return post(request, place_in(request, uid))
        except (Http404, actions.NotPermitted):
            return lost(request)
    place = place_in(request, uid)
    thread = readable_message(place, request.GET["thread"]) if request.GET.get("thread") else None
    if (number := whole(request.GET.get("around"))) is not None:
        page = reading.around(place, number, thread=thread)
    elif (number := whole(request.GET.get("after"))) is not None:
        page = reading.after(place, number, thread=thread)
    else:
        page = reading.before(place, whole(request.GET.get("before")), thread=thread)
    return JsonResponse(page.as_json())


def is_words(request: HttpRequest) -> bool:
    """Nothing hangs on it: neither a file nor what it answers."""
    return not (has_files(request) or request.POST.get("thread") or request.POST.get("quoted"))


def say(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The usual message of an open page, which asks the database as little as can be."""
    key = key_of(request)
    try:
        SAID.use(request.user)
        message = actions.post_words(uid, by=request.user, body=request.POST.get("body", ""), client_key=key)
    except actions.NotPermitted:
        return lost(request)
    except actions.NotPossible as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    payload = message.shown
    if payload is None:  # sent before
        place = place_in(request, uid)
        [payload] = payloads(place.conversation, [message], from_seq=place.from_seq)
    return JsonResponse({"message": payload}, status=201)


def post(request: HttpRequest, place: Participant) -> HttpResponse:
    """What was refused is said; what was typed stays in the page, and without JavaScript in the form.

    Files come by their numbers, taken in before (``attachment_views``), or with the form itself.
    """
    key = key_of(request)
    attached: list[actions.Attached] = []
    thread = None
    try:
        thread = answered(place, request.POST.get("thread"))
        SAID.use(request.user)
        if has_files(request) and not was_sent(request, place, key):
            take_in(request, place, attached)
        message = actions.post_message(
            place.conversation,
            by=request.user,
            body=request.POST.get("body", ""),
            client_key=key,
            quoted=answered(place, request.POST.get("quoted")),
            thread=thread,
            attachments=attached,
        )
    except actions.NotPossible as problem:
        return refused(request, place, str(problem), thread, attached)
    if wants_json(request):
        payload = message.shown
        if payload is None or payload["oldest"] <= place.from_seq:
            [payload] = payloads(place.conversation, [message], from_seq=place.from_seq)
        return JsonResponse({"message": payload}, status=201)
    if is_another_text(request.POST.get("body", ""), message):
        text = _("This form was sent before. What you wrote now is kept in the field; please send it again.")
        return refused(request, place, text, thread)
    return back(request, place, message)


def has_files(request: HttpRequest) -> bool:
    return bool(request.POST.getlist("attachments") or request.FILES.getlist("files"))


def was_sent(request: HttpRequest, place: Participant, key: UUID) -> bool:
    """Then its files were taken in, too."""
    sent = Message.objects.filter(author=request.user, conversation=place.conversation_id, client_key=key)
    return sent.exists()


def take_in(request: HttpRequest, place: Participant, attached: list[actions.Attached]) -> None:
    """Adds what is to be sent with the message to ``attached``. Raises NotPossible when anything of it is refused."""
    problems = []
    if uuids := request.POST.getlist("attachments"):
        attached += actions.staged_by(request.user, place.conversation, uuids)
    uploads = request.FILES.getlist("files")
    for upload in uploads:
        try:
            attached.append(actions.stage(place.conversation, by=request.user, upload=upload))
        except (actions.NotPossible, ValidationError) as problem:
            words = " ".join(problem.messages) if isinstance(problem, ValidationError) else str(problem)
            problems.append(f"{upload.name}: {words}")
    if problems:
        kept = _("Your text is kept, and so are the other files.")
        raise actions.NotPossible(" ".join([*problems, kept]))


def is_another_text(body: str, message: Message) -> bool:
    """Whether somebody went back to a page whose form was sent, and wrote something else under the same key."""
    return message.edited_at is None and not message.is_deleted and body.split() != message.body.split()


@require_GET
@login_required
def changes(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What changed after ``after``: for pages whose socket is not there, and for a first look."""
    place = place_in(request, uid)
    found = reading.changes(place, whole(request.GET.get("after")) or 0)
    return JsonResponse({**found.as_json(), "place": what_may(place)})


@require_POST
@login_required
def read(request: HttpRequest, uid: UUID) -> HttpResponse:
    seq = whole(request.POST.get("seq"))
    if seq is None:
        place_in(request, uid)
        return JsonResponse({"error": _("This is not a number of a message.")}, status=400)
    try:
        return JsonResponse({"read": actions.mark_read_of(uid, by=request.user, seq=seq)})
    except actions.NotPermitted as error:
        raise Http404 from error


@require_GET
@login_required
def one(request: HttpRequest, uid: UUID, message: UUID) -> HttpResponse:
    """One message as it is now; for its author with what was typed and why somebody deleted it."""
    place = place_in(request, uid)
    found = readable_message(place, message)
    [payload] = payloads(place.conversation, [found], from_seq=place.from_seq)
    if found.author_id == request.user.pk:
        payload |= {"body": found.body, "deletion_reason": found.deletion_reason}
        if found.withheld:
            payload["deletion_reason"] = why_withheld(found)["deletion_reason"]
    return JsonResponse({"message": payload})


@require_GET
@login_required
def withheld(request: HttpRequest, uid: UUID, message: UUID) -> HttpResponse:
    """For the author of a message that the management took out of sight: what it said, why, and how to object."""
    place = place_in(request, uid)
    found = readable_message(place, message)
    if found.author_id != request.user.pk or not found.withheld:
        raise Http404
    frame = frame_of(place, request.viewer)
    context = {**frame.context(), "frame": frame, "message": found, **why_withheld(found)}
    return render(request, "hanse_groups/withheld.html", context)


@require_POST
@login_required
def act_on(request: HttpRequest, uid: UUID, message: UUID, act: str) -> HttpResponse:
    """Edit, delete, react, pin, unpin. The action asks whether the person may."""
    try:
        place = place_in(request, uid)
        found = readable_message(place, message)
    except Http404:
        if act != "edit":
            raise
        return lost(request)
    by = request.user
    try:
        CHANGED.use(by)
        if act == "edit":
            actions.edit_message(found, by=by, body=request.POST.get("body", ""))
        elif act == "delete":
            actions.delete_message(found, by=by, reason=request.POST.get("reason", ""))
        elif act == "react":
            actions.react(found, request.POST.get("kind", ""), by=by)
        elif act == "pin":
            actions.pin_message(found, by=by)
        elif act == "unpin":
            actions.unpin_message(found, by=by)
        else:
            raise Http404
    except actions.NotPossible as problem:
        return refused(request, place, str(problem))
    if wants_json(request):
        [payload] = payloads(place.conversation, [found], from_seq=place.from_seq)
        return JsonResponse({"message": payload})
    return back(request, place, found)


def refused(
    request: HttpRequest,
    place: Participant,
    text: str,
    thread: Message | None = None,
    attached: Sequence[actions.Attached] = (),
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": text}, status=400)
    notes.error(request, text)
    from .chat_views import chat_page

    thread = thread if thread is not None and thread.begins_thread else None
    kept = {"thread": thread, "draft": request.POST.get("body", ""), "attached": attached}
    return chat_page(request, frame_of(place, request.viewer), place, status=400, **kept)


def lost(request: HttpRequest) -> HttpResponse:
    """404 that hands back what was typed: for who was removed while writing, and for what never was, alike."""
    if wants_json(request):
        text = _(
            "There is no such conversation, or you no longer take part in it. What you wrote is kept here, to copy."
        )
        return JsonResponse({"error": text}, status=404)
    return render(request, "hanse_groups/not_sent.html", {"draft": request.POST.get("body", "")}, status=404)


def back(request: HttpRequest, place: Participant, message: Message) -> HttpResponse:
    frame = frame_of(place, request.viewer)
    if message.thread_id:
        return HttpResponseRedirect(frame.address_of(message, place))
    return HttpResponseRedirect(f"{frame.address}#m-{message.uid}")


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def key_of(request: HttpRequest) -> UUID:
    """The key of this sending; a form that was drawn without one gets its own."""
    try:
        return UUID(request.POST.get("client_key", ""))
    except ValueError:
        return uuids.uuid4()


def answered(place: Participant, uid: str | None) -> Message | None:
    """The message that is answered. Raises NotPossible where the reader has it no longer."""
    if not uid:
        return None
    try:
        return readable_message(place, uid)
    except Http404 as error:
        text = _("The message that you answer was deleted in the meantime. Your text is kept.")
        raise actions.NotPossible(text) from error


def whole(text: str | None) -> int | None:
    """A number of a message; None for what is none."""
    if text is None or not text.isascii() or not text.isdigit() or int(text[:20]) > MOST:
        return None
    return int(text[:20])
