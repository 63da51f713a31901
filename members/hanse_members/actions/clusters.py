"""Founding clusters and changing their settings."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..cluster_notifications import tell_notice, tell_standing
from ..colours import readable_on_dark
from ..consequences import AFTERWARDS, Change, carry_out, digest_of, for_managers, state_of_affairs
from ..entry_pages import create_entry_pages
from ..groups import make_groups
from ..models import Cluster, ClusterEntry
from .errors import NotPermitted, NotPossible
from .standing import manages

State = Cluster.State
#: what the settings form of managers and operators may change
SETTINGS = (
    "name",
    "short_name",
    "languages",
    "contact_email",
    "accent",
    "accent_dark",
    "logo_has_name",
    "accepts_shared_items",
)
#: what operators may change besides: the name needs a certificate on the server
OPERATOR_SETTINGS = ("host_name",)


@transaction.atomic
def create_cluster(*, name: str, slug: str, by, entry: ClusterEntry | None = None, **fields: Any) -> Cluster:
    """Found a cluster: its row, its collection, its two groups and its entry page in every language.

    ``entry`` is what the directory says of it already; without one it gets a new one. ``by`` must be allowed to add
    clusters, or None for the system. Raises NotPermitted, or ValidationError with the errors of the fields.
    """
    if by is not None and not may(by, "hanse_members.add_cluster"):
        raise NotPermitted
    cluster = Cluster(name=name, slug=slug, **fields)
    cluster.full_clean()
    make_groups(cluster)
    cluster.save()
    entry = entry or ClusterEntry(name=cluster.name)
    entry.cluster_id = cluster.pk
    entry.save()
    create_entry_pages(cluster, by=by)
    record("cluster.created", by=by, obj=cluster, scope=("cluster", cluster.pk))
    return cluster


@transaction.atomic
def update_cluster(cluster: Cluster, *, by, **settings: Any) -> Cluster:
    """Change settings, named as the model's fields. Managers change their own cluster, operators all.

    An accent for dark mode that was made from the accent follows it. Raises NotPermitted, or ValidationError.
    """
    cluster = _locked(cluster)
    operates = may(by, "hanse_members.change_cluster")
    if not (operates or manages(by, cluster)):
        raise NotPermitted
    if settings.keys() & set(OPERATOR_SETTINGS) and not operates:
        raise NotPermitted
    if unknown := settings.keys() - {*SETTINGS, *OPERATOR_SETTINGS}:
        raise TypeError(f"not a setting: {sorted(unknown)}")
    derived = cluster.accent_dark == readable_on_dark(cluster.accent)
    changed = sorted(field for field, value in settings.items() if getattr(cluster, field) != value)
    for field in changed:
        setattr(cluster, field, settings[field])
    if derived and "accent" in changed and "accent_dark" not in changed:
        cluster.accent_dark = ""
    if changed:
        cluster.full_clean()
        cluster.save()
        if "name" in changed:
            ClusterEntry.objects.filter(cluster=cluster).update(name=cluster.name)
        record("cluster.settings_changed", by=by, obj=cluster, scope=("cluster", cluster.pk), fields=changed)
    return cluster


@transaction.atomic
def suspend_cluster(cluster: Cluster, *, by, seen: str = "") -> Cluster:
    """The cluster takes no part until it is reinstated: its scope is held by nobody, its pages are not served.

    ``seen`` is the digest of the statement (``hanse_members.consequences``) that ``by`` has read: raises NotPossible
    when it says something else by now. The numbers go on record, the managers are told.
    """
    return _set_state(cluster, Change.SUSPEND, by=by, seen=seen)


@transaction.atomic
def reinstate_cluster(cluster: Cluster, *, by, seen: str = "") -> Cluster:
    """As it was before. What ended meanwhile, such as invitations by their time, stays ended."""
    return _set_state(cluster, Change.REINSTATE, by=by, seen=seen)


@transaction.atomic
def close_cluster(cluster: Cluster, *, by, seen: str = "") -> Cluster:
    """The end: as suspended, but for good. Row, id and slug stay, so that nothing else can ever take their place.

    What waited for somebody's decision ends with it.
    """
    return _set_state(cluster, Change.CLOSE, by=by, seen=seen)


@transaction.atomic
def give_notice(cluster: Cluster, *, by) -> Cluster:
    """The management wants to leave the platform. Operators are told, and close the cluster.

    Raises NotPermitted for all but its managers, NotPossible when it was given already.
    """
    cluster = _locked(cluster)
    if not manages(by, cluster):
        raise NotPermitted
    if cluster.notice_at is not None:
        raise NotPossible(_("Notice was given already."))
    cluster.notice_at = timezone.now()
    cluster.save(update_fields=["notice_at"])
    record("cluster.notice_given", by=by, obj=cluster, scope=("cluster", cluster.pk))
    tell_notice(cluster, by=by)
    return cluster


@transaction.atomic
def take_notice_back(cluster: Cluster, *, by) -> Cluster:
    """Raises NotPermitted for all but its managers, NotPossible when none was given."""
    cluster = _locked(cluster)
    if not manages(by, cluster):
        raise NotPermitted
    if cluster.notice_at is None:
        raise NotPossible(_("No notice was given."))
    cluster.notice_at = None
    cluster.save(update_fields=["notice_at"])
    record("cluster.notice_taken_back", by=by, obj=cluster, scope=("cluster", cluster.pk))
    return cluster


#: change -> states that allow it, and what it is called in the audit trail
CHANGES = {
    Change.SUSPEND: ({State.ACTIVE}, "cluster.suspended"),
    Change.REINSTATE: ({State.SUSPENDED}, "cluster.reinstated"),
    Change.CLOSE: ({State.ACTIVE, State.SUSPENDED}, "cluster.closed"),
}


def changes_of(cluster: Cluster) -> list[Change]:
    """What can become of a cluster now."""
    return [change for change, (states, _verb) in CHANGES.items() if cluster.state in states]


def _set_state(cluster: Cluster, change: Change, *, by, seen: str) -> Cluster:
    cluster = _locked(cluster)
    if not may(by, "hanse_members.change_cluster"):
        raise NotPermitted
    before, verb = CHANGES[change]
    if cluster.state not in before:
        raise NotPossible(
            _("This does not fit the present state of the cluster: %(state)s.") % {"state": cluster.get_state_display()}
        )
    stated = state_of_affairs(cluster, change)
    if seen and seen != digest_of(stated):
        raise NotPossible(_("Something has changed meanwhile. Please read again what becomes of it."))
    if change == Change.CLOSE:
        carry_out(cluster, by=by)
        cluster.notice_at = None
    cluster.state = AFTERWARDS[change]
    cluster.save()
    # The managers read the trail of the cluster.
    numbers = {each.name: each.number for each in for_managers(stated)}
    record(verb, by=by, obj=cluster, scope=("cluster", cluster.pk), numbers=numbers)
    tell_standing(cluster, change, by=by)
    return cluster


def _locked(cluster: Cluster) -> Cluster:
    return Cluster.objects.select_for_update(of=("self",)).get(pk=cluster.pk)
