"""What is done with files and folders that are there, and with what is in the bin."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import actions
from .actions.file_bin import binned_folders
from .file_forms import TOP, MoveForm, NameForm
from .file_tree import Tree
from .file_views import file_or_404, file_page, files_address, folder_or_404, may_change, refusal
from .models import FileVersion, Folder, Participant, Room, RoomFile
from .room_home import tabs
from .shortcuts import enter

#: things of a bin on one page, of each sort
MOST_BINNED = 200
REFUSED = (actions.NotPossible, ValidationError)


@require_POST
@login_required
def act_on_file(request: HttpRequest, uid: UUID, file: UUID, act: str) -> HttpResponse:
    """Rename, move, delete, restore a version. The action asks whether the person may."""
    room, place = enter(request, uid)
    newest = file_or_404(room, place, file)
    own = newest.room_file
    if act == "rename":
        form = NameForm(request.POST)
        done = _done(form, "name", lambda: actions.rename_file(own, by=request.user, name=form.cleaned_data["name"]))
        if not done:
            return file_page(request, room, place, newest, status=400, name_form=form)
    elif act == "move":
        form = MoveForm(request.POST, tree=Tree(room, place))
        if not _done(form, "folder", lambda: actions.move_file(own, by=request.user, folder=form.chosen)):
            return file_page(request, room, place, newest, status=400, move_form=form)
    elif act == "restore":
        _restore_version(request, place, own)
    elif act == "bin":
        try:
            actions.bin_file(own, by=request.user)
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
            return redirect(own)
        messages.success(request, _("“%(name)s” is in the bin. It stays there for 30 days.") % {"name": own.name})
        return redirect(own.folder if own.folder and not own.in_chat else files_address(room))
    else:
        raise Http404
    return redirect(own)


def _done(form, field: str, act) -> bool:
    """Whether the form was in order and the act was done; what was refused stands beside the field then."""
    if not form.is_valid():
        return False
    try:
        act()
    except REFUSED as problem:
        form.add_error(field, refusal(problem))
        return False
    return True


def _restore_version(request: HttpRequest, place: Participant, own: RoomFile) -> None:
    number = request.POST.get("version", "")
    known = FileVersion.objects.readable_by(place).filter(room_file=own)
    version = known.filter(uuid=number).first() if _is_uuid(number) else None
    if version is None:
        raise Http404
    try:
        actions.restore_version(version, by=request.user)
        messages.success(request, _("This version is the newest once more."))
    except actions.NotPossible as problem:
        messages.error(request, str(problem))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@login_required
def change_folder(request: HttpRequest, uid: UUID, folder: UUID) -> HttpResponse:
    """Rename a folder, move it, or put it into the bin with all that is in it."""
    room, place = enter(request, uid)
    tree = Tree(room, place)
    shown = folder_or_404(tree, folder)
    if shown is None or not may_change(place, shown):
        raise Http404
    here = {"name": shown.name, "folder": str(shown.parent.uid) if shown.parent else TOP}
    name_form, move_form = NameForm(initial=here), MoveForm(tree=tree, but=shown, initial=here)
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "rename":
            name_form = form = NameForm(request.POST)
            rename = lambda: actions.rename_folder(shown, by=request.user, name=form.cleaned_data["name"])  # noqa: E731
            done = _done(form, "name", rename)
        elif act == "move":
            move_form = form = MoveForm(request.POST, tree=tree, but=shown)
            done = _done(form, "folder", lambda: actions.move_folder(shown, by=request.user, parent=form.chosen))
        elif act == "bin":
            return _bin_folder(request, room, shown)
        else:
            raise Http404
        if done:
            return redirect(shown)
    context = {
        "room": room,
        "place": place,
        "tabs": tabs(room, place, "files"),
        "folder": shown,
        "path": [{"title": f.name, "url": f.get_absolute_url()} for f in tree.path(shown)],
        "name_form": name_form,
        "move_form": move_form,
    }
    refused = name_form.errors or move_form.errors
    return render(request, "hanse_groups/folder.html", context, status=400 if refused else 200)


def _bin_folder(request: HttpRequest, room: Room, shown: Folder) -> HttpResponse:
    try:
        actions.bin_folder(shown, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect(shown)
    text = _("The folder “%(name)s” is in the bin with all that is in it. It stays there for 30 days.")
    messages.success(request, text % {"name": shown.name})
    return redirect(shown.parent or files_address(room))


@require_GET
@login_required
def file_bin(request: HttpRequest, uid: UUID) -> HttpResponse:
    room, place = enter(request, uid)
    binned = FileVersion.objects.readable_by(place).newest().filter(room_file__room=room)
    binned = binned.filter(room_file__binned_at__isnull=False, room_file__binned_with=None)
    files = list(binned.select_related("room_file__binned_by").order_by("-room_file__binned_at", "-pk")[:MOST_BINNED])
    folders = binned_folders(room, place.from_seq).select_related("binned_by").order_by("-binned_at", "-pk")
    context = {
        "room": room,
        "place": place,
        "tabs": tabs(room, place, "files"),
        "files": [(version, _may_restore(place, version.room_file)) for version in files],
        "folders": [(folder, _may_restore(place, folder)) for folder in folders[:MOST_BINNED]],
        "writable": room.is_writable,
    }
    return render(request, "hanse_groups/bin.html", context)


def _may_restore(place: Participant, thing: RoomFile | Folder) -> bool:
    return place.leads or thing.binned_by_id == place.person_id


@require_POST
@login_required
def act_on_binned(request: HttpRequest, uid: UUID, thing: UUID, act: str) -> HttpResponse:
    """Have a file or folder back, or remove it for good."""
    room, place = enter(request, uid)
    known = FileVersion.objects.readable_by(place).newest().filter(room_file__room=room)
    file = (
        RoomFile.objects.filter(uid=thing, binned_at__isnull=False, versions__in=known).select_related("room").first()
    )
    folder = binned_folders(room, place.from_seq).filter(uid=thing).select_related("room").first()
    if (file is None and folder is None) or act not in ("restore", "remove"):
        raise Http404
    try:
        if act == "remove":
            (actions.remove_file if file else actions.remove_folder)(file or folder, by=request.user)
            messages.success(request, _("Removed for good."))
        else:
            back = (actions.restore_file if file else actions.restore_folder)(file or folder, by=request.user)
            messages.success(request, _("“%(name)s” is back.") % {"name": back.name})
            return redirect(back)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("hanse_groups:bin", room.uid)
