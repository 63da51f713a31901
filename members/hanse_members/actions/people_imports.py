"""Bringing a list of people, and inviting those on it who are new. Nothing is half done, nobody is invited twice."""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from ..invitations import known_addresses
from ..models import Cluster, PeopleImport, PeopleImportRow
from ..models.brought import kept_until, shown_name
from ..people_files import judged_rows
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .invitations import invite, may_invite

logger = logging.getLogger(__name__)

State, Verdict, Outcome = PeopleImport.State, PeopleImportRow.Verdict, PeopleImportRow.Outcome
BATCH = 1000


@transaction.atomic
def bring_people(
    *, cluster: Cluster, data: bytes, file_name: str, role: Role, language: str, message: str = "", by
) -> PeopleImport:
    """Look a table through and keep it with a verdict on each row, for the person alone and for a day.

    Raises NotPermitted, NotPossible, or ValidationError for what is no such table.
    """
    if not may_invite(by, cluster, role):
        raise NotPermitted
    if not cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))
    rows = judged_rows(data, known_addresses(cluster))
    brought = PeopleImport.objects.create(
        cluster=cluster,
        uploaded_by=by,
        file_name=shown_name(file_name),
        role=Role(role),
        language=language,
        message=message.strip(),
        expires_at=kept_until(),
    )
    for row in rows:
        row.people_import = brought
    PeopleImportRow.objects.bulk_create(rows, batch_size=BATCH)
    PeopleImport.objects.of(by).exclude(state=State.INVITING).forget_older()
    return brought


@transaction.atomic
def invite_people(people_import: PeopleImport, *, by) -> None:
    """Have all new ones invited by a task. Raises NotPermitted, or NotPossible when that is done or under way."""
    found = PeopleImport.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=people_import.pk)
    if found.uploaded_by_id != by.pk or not may_invite(by, found.cluster, Role(found.role)):
        raise NotPermitted
    if not found.can_invite:
        raise NotPossible(_("These people are invited already, or just being invited."))
    if not found.rows.filter(verdict=Verdict.NEW).exists():
        raise NotPossible(_("There is nobody new on this list."))
    found.state, found.expires_at, found.started_at = State.INVITING, kept_until(), timezone.now()
    found.save()
    transaction.on_commit(partial(invite_imported.enqueue, found.pk))


@transaction.atomic
def discard_people(people_import: PeopleImport, *, by) -> None:
    """Remove the list before its time. Raises NotPermitted, or NotPossible while its people are being invited."""
    found = PeopleImport.objects.select_for_update().get(pk=people_import.pk)
    if found.uploaded_by_id != by.pk:
        raise NotPermitted
    if found.is_under_way:
        raise NotPossible(_("The people on this list are just being invited. Please wait."))
    found.delete()


@task()
def invite_imported(pk: int) -> None:
    """Invite the new ones of a list, all or none. Can run twice: the second run finds it done."""
    try:
        with transaction.atomic():
            rows = PeopleImport.objects.select_for_update(of=("self",)).select_related("cluster", "uploaded_by")
            found = rows.filter(pk=pk, state=State.INVITING).first()
            if found is not None:
                _invite_new(found)
    except Exception:  # whatever it was, nothing of it is done
        logger.exception("a list of people could not be invited", extra={"people_import": pk})
        PeopleImport.objects.filter(pk=pk, state=State.INVITING).update(state=State.FAILED)


def _invite_new(found: PeopleImport) -> None:
    new = found.rows.filter(verdict=Verdict.NEW)
    said = {"role": Role(found.role), "language": found.language, "message": found.message}
    addresses = list(new.order_by("number").values_list("email", flat=True))
    invitations = invite(cluster=found.cluster, addresses=addresses, by=found.uploaded_by, **said)
    new.update(outcome=Outcome.INVITED)
    left_out = sorted(set(addresses) - {invitation.email for invitation in invitations})
    for start in range(0, len(left_out), BATCH):
        new.filter(email__in=left_out[start : start + BATCH]).update(outcome=Outcome.LEFT_OUT)
    found.state = State.DONE
    found.save()


def give_up_lost_people_imports() -> int:
    """Timed job: tell of lists whose worker died that nobody was invited. Returns their number."""
    return PeopleImport.objects.give_up_lost(State.INVITING, State.FAILED)


def remove_people_imports() -> int:
    """Timed job: remove lists whose time is over. Returns their number."""
    return PeopleImport.objects.remove_expired()
