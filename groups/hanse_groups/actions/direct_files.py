"""Files of direct conversations: taken in first, shown with their message, and gone with it."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.attachments import store_attachment
from hanse_access.uploads import accept_upload

from .. import conf
from ..file_names import checked_name
from ..models import Direct, DirectFile, Participant
from .files import require_space
from .limits import BROUGHT
from .locks import NotPermitted, require_writable
from .scans import first_scan, scan_later


def stage_direct_file(direct: Direct, *, by, upload: File) -> DirectFile:
    """Take a file in without showing it to anybody, for a message that is sent in a moment.

    Raises ValidationError for a name or a file that is refused, NotPermitted for who takes no part, NotPossible where
    the person cannot write, or where the conversation takes nothing more.
    """
    name = checked_name(upload.name or "")
    conversation = direct.conversation
    if not Participant.objects.active().of(by).filter(conversation=conversation).exists():
        raise NotPermitted
    require_writable(conversation, by)
    BROUGHT.use(by)
    text = _(
        "There is no room for this file (%(size)s): %(used)s of %(quota)s are used in this conversation. What is here "
        "already is kept; delete messages with files that you no longer need."
    )
    used = DirectFile.objects.filter(conversation=conversation).aggregate(used=Sum("size"))["used"] or 0
    require_space(text, upload.size or 0, used=used, quota=conf.direct_quota_bytes())
    clean = accept_upload(upload, any_type=True)
    with transaction.atomic():
        file = DirectFile(conversation=conversation, label=name, scan=first_scan())
        scan_later(store_attachment(file, upload=clean, by=by))
    return file


def remove_unsent(older_than: timedelta) -> int:
    """What was taken in and never sent. Returns the number of files."""
    return DirectFile.objects.on_the_way().filter(created__lt=timezone.now() - older_than).delete()[0]
