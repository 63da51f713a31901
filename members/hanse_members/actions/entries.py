"""What a cluster's managers say of it in the directory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..models import Cluster, ClusterEntry, EntryField, EntryRegion, Topic
from ..models.entries import EARLIEST
from .errors import NotPermitted
from .standing import manages

#: what ages, and so needs the time that it is of
FIGURES = ("members", "members_exactness", "smes")
SAID = (
    *FIGURES,
    "website",
    "founded",
    "members_note",
    "carrier",
    "legal_form",
    "management",
    "office",
    "bodies",
    "quality_label",
    "partners",
)


def may_edit_facts(user, cluster: Cluster) -> bool:
    return may(user, "hanse_members.change_cluster") or manages(user, cluster)


@transaction.atomic
def save_facts(
    cluster: Cluster,
    *,
    by,
    regions: Iterable[str],
    fields: Iterable[str],
    topics: Iterable[Topic] | None = None,
    as_of: str = "",
    source: str = "",
    **said: Any,
) -> ClusterEntry:
    """Say what stands in the cluster's entry, which is made with the first facts if it is missing.

    Without ``topics`` those that it has stay.

    ``as_of`` and ``source`` belong to the figures: new figures need the time that they are of, and without a source
    they are what the cluster says itself. Left empty with the same figures, both stay.

    Raises NotPermitted, or ValidationError with the errors of the fields.
    """
    if unknown := said.keys() - set(SAID):
        raise TypeError(f"not a fact: {sorted(unknown)}")
    cluster = Cluster.objects.select_for_update(of=("self",)).get(pk=cluster.pk)
    if not may_edit_facts(by, cluster):
        raise NotPermitted
    entry = ClusterEntry.objects.filter(cluster=cluster).first() or ClusterEntry(cluster=cluster, name=cluster.name)
    changed = [name for name in SAID if name in said and getattr(entry, name) != said[name]]
    for name in changed:
        setattr(entry, name, said[name])
    new_figures = set(changed) & set(FIGURES) and (entry.members, entry.smes) != (None, None)
    if new_figures and not as_of:
        raise ValidationError({"as_of": _("Please say of when the new figures are.")})
    if (entry.members, entry.smes) == (None, None):
        as_of, source, kept = "", "", ("", "")
    else:
        kept = (as_of or entry.as_of, source if as_of or source else entry.source)
    changed += [name for name, value in zip(("as_of", "source"), kept, strict=True) if getattr(entry, name) != value]
    entry.as_of, entry.source = kept
    _check(entry)
    entry.save()
    changed += _set_all(entry, EntryRegion, "code", regions) + _set_all(entry, EntryField, "name", fields)
    if topics is not None:
        changed += _set_topics(entry, topics)
    if changed:
        record("entry.changed", by=by, obj=entry, scope=("cluster", cluster.pk), fields=sorted(changed))
    return entry


def _check(entry: ClusterEntry) -> None:
    """Raises ValidationError with the errors of the fields."""
    errors: dict[str, Any] = {}
    try:
        entry.full_clean(exclude=["cluster"], validate_constraints=False, validate_unique=False)
    except ValidationError as problem:
        errors.update(problem.error_dict)
    if entry.founded is not None and not EARLIEST <= entry.founded <= timezone.localdate().year:
        errors["founded"] = [ValidationError(_("Please enter a year that has come."))]
    if entry.smes is not None and entry.members is not None and entry.smes > entry.members:
        errors["smes"] = [ValidationError(_("These are more than all members together."))]
    others = ClusterEntry.objects.exclude(pk=entry.pk)
    if entry.website and others.filter(website=entry.website).exists():
        errors["website"] = [ValidationError(_("Another cluster in the directory has this web address."))]
    if errors:
        raise ValidationError(errors)


def _set_topics(entry: ClusterEntry, topics: Iterable[Topic]) -> list[str]:
    wanted, present = {topic.pk for topic in topics}, set(entry.topics.values_list("pk", flat=True))
    entry.topics.set(wanted)
    return ["topics"] if wanted != present else []


def _set_all(entry: ClusterEntry, model, field: str, wanted: Iterable[str]) -> list[str]:
    """Bring the regions or fields of an entry in line. Returns their name among the facts if that changed anything."""
    wanted = list(dict.fromkeys(wanted))
    rows = model.objects.filter(entry=entry).order_by("pk")
    if list(rows.values_list(field, flat=True)) == wanted:
        return []
    rows.delete()
    model.objects.bulk_create(model(entry=entry, **{field: value}) for value in wanted)
    return ["regions" if model is EntryRegion else "fields"]
