"""A manager who is away names who stands in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record

from ..deputy_notifications import tell_deputy
from ..models import Cluster, Deputy, Membership
from .errors import NotPermitted, NotPossible
from .standing import manages

#: nobody is away for longer; a role is given up instead
LONGEST_ABSENCE = timedelta(days=366)


@transaction.atomic
def name_deputies(*, by, deputies: Mapping[Cluster, object], starts_on: date, ends_on: date) -> list[Deputy]:
    """From the first to the last day these managers stand in for ``by``, each in one of the own clusters.

    Raises NotPermitted for a cluster that ``by`` does not manage, NotPossible for days and people that do not fit.
    """
    today = timezone.localdate()
    if ends_on < max(starts_on, today):
        raise NotPossible(_("The last day is over already."))
    if ends_on - max(starts_on, today) > LONGEST_ABSENCE:
        raise NotPossible(_("That is longer than a year."))
    named = []
    for cluster, deputy in deputies.items():
        if not manages(by, cluster):
            raise NotPermitted
        if deputy == by or not manages(deputy, cluster):
            raise NotPossible(_("This person does not belong to the management of the cluster."))
        row, _created = Deputy.objects.update_or_create(
            person=by, cluster=cluster, defaults={"deputy": deputy, "starts_on": starts_on, "ends_on": ends_on}
        )
        membership = Membership.objects.of(deputy).get(cluster=cluster)
        record("deputy.named", by=by, scope=("cluster", cluster.pk), membership=membership.pk)
        tell_deputy(row, by=by)
        named.append(row)
    return named


@transaction.atomic
def end_deputies(*, by) -> int:
    """Back earlier, or not away after all. Returns in how many clusters somebody stood in or would have."""
    rows = list(Deputy.objects.of(by).filter(ends_on__gte=timezone.localdate()).select_for_update())
    for row in rows:
        record("deputy.ended", by=by, scope=("cluster", row.cluster_id))
        row.delete()
    return len(rows)
