"""Founding clusters and changing their settings."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..colours import readable_on_dark
from ..entry_pages import create_entry_pages
from ..groups import make_groups
from ..models import Cluster
from .errors import NotPermitted, NotPossible
from .standing import manages

State = Cluster.State
#: what the settings form of managers and operators may change
SETTINGS = ("name", "short_name", "languages", "contact_email", "accent", "accent_dark", "accepts_shared_items")
#: what operators may change besides: the name needs a certificate on the server
OPERATOR_SETTINGS = ("host_name",)


@transaction.atomic
def create_cluster(*, name: str, slug: str, by, **fields: Any) -> Cluster:
    """Found a cluster: its row, its collection, its two groups and its entry page in every language.

    ``by`` must be allowed to add clusters, or None for the system. Raises NotPermitted, or ValidationError with the
    errors of the fields.
    """
    if by is not None and not may(by, "hanse_members.add_cluster"):
        raise NotPermitted
    cluster = Cluster(name=name, slug=slug, **fields)
    cluster.full_clean()
    make_groups(cluster)
    cluster.save()
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
        record("cluster.settings_changed", by=by, obj=cluster, scope=("cluster", cluster.pk), fields=changed)
    return cluster


@transaction.atomic
def suspend_cluster(cluster: Cluster, *, by) -> Cluster:
    """The cluster takes no part until it is reinstated: its scope is held by nobody, its pages are not served."""
    return _set_state(cluster, {State.ACTIVE}, State.SUSPENDED, "cluster.suspended", by=by)


@transaction.atomic
def reinstate_cluster(cluster: Cluster, *, by) -> Cluster:
    return _set_state(cluster, {State.SUSPENDED}, State.ACTIVE, "cluster.reinstated", by=by)


@transaction.atomic
def close_cluster(cluster: Cluster, *, by) -> Cluster:
    """The end: as suspended, but for good. Row, id and slug stay, so that nothing else can ever take their place."""
    return _set_state(cluster, {State.ACTIVE, State.SUSPENDED}, State.CLOSED, "cluster.closed", by=by)


def _set_state(cluster: Cluster, before: set[State], after: State, verb: str, *, by) -> Cluster:
    cluster = _locked(cluster)
    if not may(by, "hanse_members.change_cluster"):
        raise NotPermitted
    if cluster.state not in before:
        raise NotPossible(
            _("This does not fit the present state of the cluster: %(state)s.") % {"state": cluster.get_state_display()}
        )
    cluster.state = after
    cluster.save()
    record(verb, by=by, obj=cluster, scope=("cluster", cluster.pk))
    return cluster


def _locked(cluster: Cluster) -> Cluster:
    return Cluster.objects.select_for_update(of=("self",)).get(pk=cluster.pk)
