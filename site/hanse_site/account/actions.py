"""Use cases of one's own account. Each runs in one transaction; mails and tasks follow after the commit."""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from functools import partial

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import OPERATORS
from hanse_base.personal_data import personal_data

from ..models import DataExport
from ..models.exports import private_storage
from .tasks import collect_own_data

logger = logging.getLogger(__name__)

#: A collection that has not ended by then was interrupted, and may be asked for again.
INTERRUPTED_AFTER = timedelta(hours=1)


class LastOperator(Exception):
    """This person is the last one who can run the platform; somebody else must be able to first."""

    def __str__(self) -> str:
        return _(
            "You are the last person who runs this platform. Make somebody else an operator first, "
            "then you can delete your account."
        )


class ExportUnderWay(Exception):
    """A copy of this person's data is being collected right now."""

    def __str__(self) -> str:
        return _("Your data are being collected already.")


def is_last_operator(user) -> bool:
    """Runs the platform, as operator or superuser, and no other active person does."""
    running = Q(is_superuser=True) | Q(groups__name=OPERATORS)
    people = get_user_model().objects.filter(running, is_active=True)
    return people.filter(pk=user.pk).exists() and not people.exclude(pk=user.pk).exists()


def request_own_data(*, user) -> DataExport:
    """Have a copy of everything about this person collected. Replaces an older copy.

    Raises ExportUnderWay while one is being made.
    """
    now = timezone.now()
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        older = DataExport.objects.filter(user=user).first()
        if older and older.is_under_way and older.requested_at > now - INTERRUPTED_AFTER:
            raise ExportUnderWay
        if older:
            remove_own_data_copy(older)
        export = DataExport.objects.create(
            user=user,
            total=len(personal_data),
            requested_at=now,
            expires_at=now + timedelta(days=settings.HANSE_DATA_EXPORT_DAYS),
        )
        transaction.on_commit(partial(collect_own_data.enqueue, export.pk))
    return export


def remove_own_data_copy(export: DataExport) -> None:
    """Delete the request and, once that is committed, its file."""
    name, storage = export.file.name, export.file.storage
    export.delete()
    if name:
        transaction.on_commit(partial(_remove_file, storage, name))


def _remove_file(storage: Storage, name: str) -> None:
    """What is committed stands: a storage that does not answer is told to those who run the site, not to the person."""
    try:
        storage.delete(name)
    except Exception:  # storages raise what the services behind them raise
        logger.exception("a copy of own data could not be removed", extra={"file": name})


def remove_expired_copies() -> int:
    """Remove the copies whose time is over; returns their number. Run by a timed job.

    One that cannot be removed is logged and does not keep the others from going.
    """
    count = 0
    for export in DataExport.objects.expired().iterator():
        try:
            with transaction.atomic():
                remove_own_data_copy(export)
        except Exception:
            logger.exception("a copy of own data could not be removed", extra={"export": export.pk})
        else:
            count += 1
    return count


def sweep_copies() -> int:
    """Remove files of copies whose request is gone: their storage did not answer when they were to go. Timed job.

    Returns how many are removed. A copy that is just being collected has a file before its request names it.
    """
    storage, before = private_storage(), timezone.now() - INTERRUPTED_AFTER
    known = set(DataExport.objects.exclude(file="").values_list("file", flat=True))
    count = 0
    for name in _copies_in(storage):
        try:
            if name not in known and storage.get_modified_time(name) < before:
                storage.delete(name)
                count += 1
        except Exception:  # storages raise what the services behind them raise
            logger.exception("a copy of own data could not be removed", extra={"file": name})
    return count


def _copies_in(storage: Storage) -> list[str]:
    try:
        return [f"exports/{name}" for name in storage.listdir("exports")[1]]
    except FileNotFoundError:
        return []


def delete_account(*, user) -> None:
    """Delete this account for good, and tell its owner by mail.

    Every plugin removes what is the person's alone; what is shared stays and shows "Former member". The row itself is
    kept as a tombstone without personal data, so that its number never names somebody else.

    Raises LastOperator for the last person who runs the platform.
    """
    with transaction.atomic():
        people = get_user_model().objects.select_for_update()
        # All who run the platform are locked, so that the last two cannot leave at the same moment.
        running = Q(pk=user.pk) | Q(is_superuser=True) | Q(groups__name=OPERATORS)
        list(people.filter(pk__in=get_user_model().objects.filter(running).values("pk")).order_by("pk"))
        user = people.get(pk=user.pk)
        if user.deleted_at:
            return
        if is_last_operator(user):
            raise LastOperator
        address, language = user.email, user.language
        record("account.deleted", by=user, obj=user)
        for entry in personal_data:
            entry.erase(user)
        _bury(user)
        transaction.on_commit(partial(_confirm_deletion, address, language))


def _bury(user) -> None:
    user.email = f"deleted-{secrets.token_hex(12)}@invalid"
    user.first_name = user.last_name = user.language = user.time_zone = ""
    user.is_active = user.is_superuser = False
    user.last_login = user.terms_accepted_at = None
    user.deleted_at = timezone.now()
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()


def _confirm_deletion(address: str, language: str) -> None:
    """The account is gone by now; a mail that cannot be sent must not look as if it were still there."""
    reader = get_user_model()(language=language)
    try:
        get_adapter().send_mail("hanse_site/account/email/account_deleted", address, {"user": reader})
    except Exception:  # each way to send mails raises errors of its own
        logger.exception("the mail about a deleted account could not be sent")
