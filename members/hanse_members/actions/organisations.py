"""Making, naming and changing organisations, and their part in a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from hanse_access.actions import change_audience
from hanse_access.audit import record
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer

from ..field_values import FieldValue
from ..models import Cluster, Membership, Organisation, OrganisationMembership, OrganisationTopic, Topic
from ..models.organisations import MOST_TOPICS
from ..notifications import tell_decision, tell_organisation_ended
from ..topic_notifications import tell_followers_after_commit
from .errors import NotPermitted, NotPossible
from .fields import save_fields, take_scope_out
from .standing import State, decide, may_decide, record_membership, refuse_last_manager

Part = OrganisationMembership.State
PLATFORM = Scope("platform", 0)
#: what ``update_organisation`` changes besides the fields: seen by whoever sees the organisation
IDENTITY = ("name", "kind", "place", "region", "open_for_cooperation")


def organisation_named(name: str, cluster: Cluster, *, seen_by: Viewer | None = None) -> Organisation:
    """The organisation that somebody means who applies to this cluster, a new one where none is known by that name.

    Known are those of the cluster and those that all its members see. Another one of the same name stays unknown: the
    management, which sees whom it admits, must not learn of it. Nobody is told which of the two happened.

    With ``seen_by`` only those are known that this person sees: for who belongs to it at once, without a decision.
    """
    if seen_by is not None:
        seen = Organisation.objects.visible_to(seen_by).named(name)
        return seen.order_by("pk").first() or _new(" ".join(name.split()))
    members = Viewer(scopes={"public": frozenset({0}), "platform": frozenset({0}), "cluster": frozenset({cluster.pk})})
    own = OrganisationMembership.objects.current().filter(cluster=cluster).order_by().values("organisation_id")
    known = Organisation.objects.named(name).filter(Organisation.admitted_q(members) | Q(pk__in=own))
    return known.order_by("pk").first() or _new(" ".join(name.split()))


def ask_to_join(organisation: Organisation, cluster: Cluster, *, by) -> OrganisationMembership:
    """The organisation's part in the cluster, locked; applied for where it has none."""
    part, created = OrganisationMembership.objects.select_for_update().get_or_create(
        organisation=organisation, cluster=cluster
    )
    if part.state in {Part.DECLINED, Part.ENDED}:
        part.state, part.applied_at = Part.APPLIED, timezone.now()
        part.decided_at = part.decided_by = None
        part.save()
        created = True
    if created:
        _record("organisation.applied", part, by=by)
    return part


def locked_part(membership: Membership) -> OrganisationMembership | None:
    """What the organisation of this membership has to do with the cluster, locked."""
    if membership.organisation_id is None:
        return None
    parts = OrganisationMembership.objects.select_for_update().filter(cluster=membership.cluster_id)
    return parts.filter(organisation=membership.organisation_id).first()


def admit(part: OrganisationMembership, *, by) -> None:
    """Let the organisation take part, and its people with it who were suspended when it ended. ``part`` is locked."""
    if part.state == Part.APPROVED:
        return
    _decide(part, Part.APPROVED, by=by)
    _record("organisation.admitted", part, by=by)
    for membership in _people_of(part).filter(state=State.SUSPENDED, suspended_with_organisation=True):
        membership.suspended_with_organisation = False
        decide(membership, State.APPROVED, by=by)
        record_membership("membership.approved", membership, by=by)
        tell_decision(membership, by=by)


def withdraw_unneeded(part: OrganisationMembership | None, *, by) -> None:
    """Decline an organisation that asked only through somebody who was declined or went away."""
    if part is None or part.state != Part.APPLIED:
        return
    if not _people_of(part).filter(state__in=[State.APPLIED, State.APPROVED]).exists():
        _decide(part, Part.DECLINED, by=by)
        _record("organisation.declined", part, by=by)


@transaction.atomic
def add_organisation(
    *,
    cluster: Cluster,
    by,
    scopes: Iterable[Scope] = (PLATFORM,),
    topics: Iterable[Topic] = (),
    values: Mapping[str, FieldValue] | None = None,
    quietly: bool = False,
    **data,
) -> Organisation:
    """A new member organisation of a cluster, by its management. Arguments as of ``update_organisation``."""
    if not may_decide(by, cluster):
        raise NotPermitted
    if not cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))
    present = OrganisationMembership.objects.current().filter(cluster=cluster)
    if Organisation.objects.named(data["name"]).filter(pk__in=present.values("organisation_id")).exists():
        raise NotPossible(_("An organisation of this name is in the cluster already."))
    organisation = Organisation.objects.create(**data)
    set_topics(organisation, topics, by=by, quietly=quietly)
    admit(ask_to_join(organisation, cluster, by=by), by=by)
    change_audience(organisation, scopes=scopes, by=by)
    save_fields(organisation, values or {}, by=by)
    return organisation


@transaction.atomic
def update_organisation(
    organisation: Organisation,
    *,
    by,
    scopes: Iterable[Scope] | None = None,
    topics: Iterable[Topic] | None = None,
    values: Mapping[str, FieldValue] | None = None,
    quietly: bool = False,
    **data,
) -> Organisation:
    """Change what an organisation says of itself, with ``topics`` what it is about, with ``scopes`` who can see it.

    ``data`` is its ``IDENTITY``, or some of it. ``values`` by the names of ``organisation_specs.SPECS``, as for
    ``save_fields``: who sees a field stays as it is, ``choose_readers`` changes it. Whoever saves it confirms with it
    that it is so; ``quietly``, as tables do, it confirms nothing and tells none who follow its topics.
    """
    policy = policy_registry.get_by_type(Organisation)
    if not policy.user_has_permission_for_instance(by, "change", organisation):
        raise PermissionDenied
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    changed = sorted(name for name in data if getattr(organisation, name) != data[name])
    for name in changed:
        setattr(organisation, name, data[name])
    if not quietly:
        organisation.confirm()
    if changed or not quietly:
        organisation.save()
    if topics is not None and set_topics(organisation, topics, by=by, quietly=quietly):
        changed.append("topics")
    changed += save_fields(organisation, values or {}, by=by)
    if changed:
        home = organisation.home_scope()
        record("organisation.changed", by=by, obj=organisation, scope=home, fields=sorted(changed))
    if scopes is not None:
        change_audience(organisation, scopes=scopes, by=by)
    return organisation


@transaction.atomic
def confirm_organisation(organisation: Organisation, *, by) -> None:
    """Say that all of it is still so: whoever may change it."""
    policy = policy_registry.get_by_type(Organisation)
    if not policy.user_has_permission_for_instance(by, "change", organisation):
        raise PermissionDenied
    found = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    found.confirm()
    found.save(update_fields=["confirmed_at", "reminded"])
    record("organisation.confirmed", by=by, obj=found, scope=found.home_scope())


@transaction.atomic
def admit_organisation(part: OrganisationMembership, *, by) -> OrganisationMembership:
    """Let an organisation take part that asked to, was declined or has left."""
    part = _locked(part, by=by)
    if part.state == Part.APPROVED:
        raise NotPossible(_("This organisation takes part already."))
    admit(part, by=by)
    return part


@transaction.atomic
def end_organisation(part: OrganisationMembership, *, by) -> OrganisationMembership:
    """End an organisation's part in the cluster. The people who belong to the cluster through it are suspended.

    What of it was for the members of the cluster is for them no longer, nor after a return unless chosen again.
    Raises NotPossible when that would leave the cluster without a manager.
    """
    # Memberships are locked before the organisation's part, as in approving one.
    people = Membership.objects.filter(cluster=part.cluster_id, organisation=part.organisation_id)
    list(people.select_for_update(of=("self",)).order_by("pk"))
    part = _locked(part, by=by)
    if part.state != Part.APPROVED:
        raise NotPossible(_("This organisation does not take part."))
    _decide(part, Part.ENDED, by=by)
    take_scope_out(Organisation.objects.filter(pk=part.organisation_id), Scope("cluster", part.cluster_id))
    _record("organisation.ended", part, by=by)
    for membership in _people_of(part).filter(state=State.APPROVED, is_personal=False):
        refuse_last_manager(membership, by=by)
        membership.suspended_with_organisation = True
        decide(membership, State.SUSPENDED, by=by)
        record_membership("membership.suspended", membership, by=by)
        tell_organisation_ended(membership, by=by)
    return part


def set_topics(organisation: Organisation, topics: Iterable[Topic], *, by, quietly: bool = False) -> bool:
    """Returns whether they are others than before. Raises NotPossible for too many or one that was merged."""
    wanted = {topic.pk for topic in topics}
    present = set(OrganisationTopic.objects.filter(organisation=organisation).values_list("topic_id", flat=True))
    if wanted == present:
        return False
    # Locked, so that none is merged into another meanwhile.
    there = Topic.objects.in_use().select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    if len(wanted) > MOST_TOPICS or len(there) < len(wanted):
        raise NotPossible(_("These topics cannot be kept. Please choose again."))
    OrganisationTopic.objects.filter(organisation=organisation, topic__in=present - wanted).delete()
    OrganisationTopic.objects.bulk_create(
        OrganisationTopic(organisation=organisation, topic_id=id) for id in sorted(wanted - present)
    )
    if not quietly:
        tell_followers_after_commit(organisation, wanted - present, by=by)
    return True


def _new(name: str) -> Organisation:
    """For all members, from when it takes part in a cluster."""
    organisation = Organisation.objects.create(name=name)
    change_audience(organisation, scopes=[PLATFORM], by=None)
    return organisation


def _people_of(part: OrganisationMembership):
    people = Membership.objects.filter(cluster=part.cluster_id, organisation=part.organisation_id)
    return people.select_related("cluster", "person").order_by("pk")


def _locked(part: OrganisationMembership, *, by) -> OrganisationMembership:
    part = OrganisationMembership.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=part.pk)
    if not may_decide(by, part.cluster):
        raise NotPermitted
    return part


def _decide(part: OrganisationMembership, state: Part, *, by) -> None:
    part.state, part.decided_by, part.decided_at = state, by, timezone.now()
    part.save()


def _record(verb: str, part: OrganisationMembership, *, by) -> None:
    record(verb, by=by, obj=part.organisation, scope=("cluster", part.cluster_id))
