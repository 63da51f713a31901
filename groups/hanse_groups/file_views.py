"""The files of a room: folders, one file with its versions, what is brought."""

from __future__ import annotations

import uuid as uuids
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hanse_search.extraction.files import text_of as words_of

from . import actions, conf
from .chat_views import operators_place
from .file_archive import archive
from .file_forms import TOP, FolderForm, MoveForm, NameForm, UploadForm
from .file_lists import FileList, describe, shown_versions
from .file_tree import Tree
from .message_views import wants_json
from .models import FileVersion, Folder, Participant, Room, RoomFile
from .room_home import tabs
from .shortcuts import enter, look_into

#: of a text so much is shown on its page
MOST_TEXT = 64 * 1024
MOST_VERSIONS = 100
#: named above the list of what is new
MOST_NEW = 10


def refusal(error: Exception) -> str:
    """What is said beside the field of what was refused."""
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def folder_or_404(tree: Tree, uid: UUID | str | None) -> Folder | None:
    if not uid:
        return None
    found = tree.find(uid)
    if found is None:
        raise Http404
    return found


def file_or_404(room: Room, place: Participant, uid: UUID) -> FileVersion:
    """The newest version of a file that is in its place."""
    found = shown_versions(room, place).filter(room_file__uid=uid).first()
    if found is None:
        raise Http404
    describe(found)
    return found


@require_GET
@login_required
def files(request: HttpRequest, uid: UUID, folder: UUID | None = None, *, in_chat: bool = False) -> HttpResponse:
    room, place = look_into(request, uid)
    if place is None or folder is not None or in_chat:
        return files_page(request, room, place, folder=folder, in_chat=in_chat)
    return files_page(request, room, place, new=seen_now(room, place))


def seen_now(room: Room, place: Participant) -> dict[str, object] | None:
    """What is new since the last visit, wherever it lies; with this visit it is seen."""
    # The number is older than the list: what comes between the two is new the next time.
    reached = room.conversation.last_seq
    found = FileVersion.objects.new_to(place).filter(seq__lte=reached).select_related("room_file", "uploaded_by")
    new = list(found.order_by("-seq")[: MOST_NEW + 1])
    count = len(new) if len(new) <= MOST_NEW else found.count()
    actions.see_files(place, up_to=reached)
    return {"versions": new[:MOST_NEW], "count": count, "more": max(count - MOST_NEW, 0)} if new else None


def files_page(
    request: HttpRequest,
    room: Room,
    place: Participant | None,
    *,
    folder: UUID | str | None = None,
    in_chat: bool = False,
    status: int = 200,
    **forms,
) -> HttpResponse:
    """``forms`` are those that were refused, and what is ``new``.

    ``place`` None: an operator who looks in, and opens nothing.
    """
    reading = place or operators_place(request, room)
    tree = Tree(room, reading)
    shown = folder_or_404(tree, folder)
    from_chat = FileVersion.objects.readable_by(reading).newest().in_place().filter(room_file__in_chat=True)
    quota = conf.room_quota_bytes()
    context = {
        "room": room,
        "place": place,
        "tabs": tabs(room, place, "files"),
        "folder": shown,
        "in_chat": in_chat,
        "path": [{"title": f.name, "url": _address(room, f)} for f in tree.path(shown)[:-1]],
        "folders": [] if in_chat else [(f, _address(room, f)) for f in tree.children(shown)],
        "from_chat": from_chat.count() if shown is None and not in_chat else 0,
        "writable": place is not None and room.is_writable,
        "may_change_folder": shown is not None and place is not None and may_change(place, shown),
        "used": actions.used_bytes(room),
        "quota": quota,
        "upload_form": UploadForm(initial={"batch": uuids.uuid4()}),
        "folder_form": FolderForm(auto_id="folder_%s"),
        **forms,
    }
    found = FileList(request, room, reading, tree=tree, folder=shown, in_chat=in_chat)
    # Also of a page that answers a form.
    found.path = reverse("hanse_groups:chat_files", args=[room.uid]) if in_chat else _address(room, shown)
    answer = found.render("hanse_groups/files.html", context)
    answer.status_code = status
    return answer


def _address(room: Room, folder: Folder | None) -> str:
    return reverse("hanse_groups:folder", args=[room.uid, folder.uid]) if folder else files_address(room)


def files_address(room: Room) -> str:
    return reverse("hanse_groups:files", args=[room.uid])


def may_change(place: Participant, thing: RoomFile | Folder) -> bool:
    return place.role != Participant.Role.GUEST or thing.created_by_id == place.person_id


@require_POST
@login_required
def upload(request: HttpRequest, uid: UUID, folder: UUID | None = None) -> HttpResponse:
    """Bring files. Each is taken or refused by itself; what was taken is kept whatever becomes of the others."""
    room, place = enter(request, uid)
    target = folder_or_404(Tree(room, place), folder)
    form = UploadForm(request.POST, request.FILES)
    kept: list[FileVersion] = []
    if form.is_valid():
        batch = form.cleaned_data["batch"] or uuids.uuid4()
        for file in form.cleaned_data["files"]:
            try:
                kept.append(actions.add_file(room, by=request.user, upload=file, folder=target, batch=batch))
            except (actions.NotPossible, ValidationError) as problem:
                form.add_error("files", _("%(file)s: %(problem)s") % {"file": file.name, "problem": refusal(problem)})
    if wants_json(request):
        if form.errors:
            return JsonResponse({"error": " ".join(form.errors.get("files", [_("This was refused.")]))}, status=400)
        return JsonResponse(
            {"files": [{"name": version.label, "number": version.number} for version in kept]}, status=201
        )
    if kept:
        text = ngettext("%(number)d file is here now.", "%(number)d files are here now.", len(kept))
        messages.success(request, text % {"number": len(kept)})
    if form.errors:
        return files_page(request, room, place, folder=folder, status=400, upload_form=form)
    return redirect(_address(room, target))


@require_POST
@login_required
def new_folder(request: HttpRequest, uid: UUID, folder: UUID | None = None) -> HttpResponse:
    room, place = enter(request, uid)
    parent = folder_or_404(Tree(room, place), folder)
    form = FolderForm(request.POST, auto_id="folder_%s")
    if form.is_valid():
        try:
            made = actions.make_folder(room, by=request.user, name=form.cleaned_data["name"], parent=parent)
        except (actions.NotPossible, ValidationError) as problem:
            form.add_error("name", refusal(problem))
        else:
            return redirect(_address(room, made))
    return files_page(request, room, place, folder=folder, status=400, folder_form=form)


@require_GET
@login_required
def file(request: HttpRequest, uid: UUID, file: UUID) -> HttpResponse:
    room, place = look_into(request, uid)
    reading = place or operators_place(request, room)
    return file_page(request, room, place, file_or_404(room, reading, file))


def file_page(
    request: HttpRequest, room: Room, place: Participant | None, newest: FileVersion, *, status: int = 200, **forms
) -> HttpResponse:
    reading = place or operators_place(request, room)
    tree = Tree(room, reading)
    own = newest.room_file
    versions = FileVersion.objects.readable_by(reading).filter(room_file=own).select_related("uploaded_by")
    versions = list(versions.order_by("-number")[:MOST_VERSIONS])
    for version in versions:
        version.first = newest.first
        describe(version)
    folder = tree.all.get(own.folder_id) if own.folder_id else None
    changes = place is not None and room.is_writable and may_change(place, own)
    message = own.message if own.message is not None and not own.message.is_deleted else None
    context = {
        "room": room,
        "place": place,
        "tabs": tabs(room, place, "files"),
        "file": own,
        "newest": newest,
        "opens": place is not None and not newest.is_infected,
        "text": text_of(newest) if place is not None and newest.is_text and not newest.is_infected else None,
        "words": None if newest.is_infected else words_of(newest),
        "versions": versions,
        "path": [{"title": f.name, "url": _address(room, f)} for f in tree.path(folder)],
        "message": message,
        "changes": changes,
        "scanner": bool(conf.clamd_address()),
        "name_form": NameForm(initial={"name": own.name}),
        "move_form": MoveForm(tree=tree, initial={"folder": str(folder.uid) if folder else TOP}),
        **forms,
    }
    return render(request, "hanse_groups/file.html", context, status=status)


def text_of(version: FileVersion) -> dict[str, object] | None:
    """The beginning of a text; None when it is not there any more."""
    try:
        with version.file.open("rb") as stored:
            data = stored.read(MOST_TEXT)
    except FileNotFoundError:
        return None
    return {"words": data.decode("utf-8-sig", "replace"), "more": version.size > MOST_TEXT}


@require_GET
@login_required
def archive_of(request: HttpRequest, uid: UUID, folder: UUID | None = None) -> HttpResponseBase:
    """A folder with all that is in it, or all files of the room, as a ZIP that is written while it is sent."""
    room, place = enter(request, uid)
    tree = Tree(room, place)
    return archive(request, room, place, tree, folder_or_404(tree, folder))
