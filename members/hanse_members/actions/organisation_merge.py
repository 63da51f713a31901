"""Making two rows of one organisation one: what each says is chosen, what belongs to them moves, nobody sees more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.audit import record
from hanse_access.operators import may
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_activity.models import Follow

from ..models import (
    Enquiry,
    Membership,
    Organisation,
    OrganisationField,
    OrganisationImportRow,
    OrganisationMembership,
    OrganisationRecord,
    OrganisationTopic,
)
from ..models.organisations import CHANGE, MOST_TOPICS
from ..organisation_specs import SPECS
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .field_releases import close_releases
from .fields import let_fields_follow
from .organisations import IDENTITY, PLATFORM

Part = OrganisationMembership.State
#: what is chosen, one or the other; of topics also both
CHOSEN = (*IDENTITY, "topics", *SPECS)
#: of two parts in one cluster the one further on this list is kept
RANK = [Part.DECLINED, Part.ENDED, Part.APPLIED, Part.APPROVED]


def mergeable_by(user):
    """Organisations that the user answers for: those of the own management, which came in there; operators all."""
    organisations = Organisation.objects.filter(merged_into=None)
    if may(user, CHANGE):
        return organisations
    managed = Membership.objects.with_role(Role.MANAGER).of(user).order_by().values("cluster_id")
    home = OrganisationMembership.objects.home().filter(cluster_id__in=managed)
    return organisations.filter(pk__in=home.order_by().values("organisation_id"))


def narrower(one: Iterable[Scope], other: Iterable[Scope]) -> set[Scope]:
    """Scopes whose holders each of the two audiences admits."""
    one, other = frozenset(one), frozenset(other)
    both = {scope for scope in one if _within(scope, other)} | {scope for scope in other if _within(scope, one)}
    return both - {EDITORS} or {EDITORS}


def _within(scope: Scope, audience: frozenset[Scope]) -> bool:
    """Whoever holds the scope holds one of these: who is in a cluster is on the platform, and all are of the public."""
    wider = PLATFORM in audience and scope.kind == "cluster"
    return scope in audience or PUBLIC in audience or wider


@transaction.atomic
def merge_organisations(organisation: Organisation, into: Organisation, *, take: Mapping[str, str], by) -> Organisation:
    """Make an organisation part of another, and return that one.

    ``take`` says of what is ``CHOSEN`` whether that of the first is taken over ("other") or, for topics, "both"; what
    it does not name stays. Whoever could not see both before does not see the result, until somebody chooses so.
    The first stays as a tombstone, so that its address leads on. Raises NotPermitted, or NotPossible.
    """
    pair = {organisation.pk, into.pk}
    if len(pair) < 2 or mergeable_by(by).filter(pk__in=pair).count() < 2:
        raise NotPermitted
    # Memberships are locked before the parts, as in approving one.
    list(Membership.objects.select_for_update(of=("self",)).filter(organisation__in=pair).order_by("pk"))
    parts = OrganisationMembership.objects.select_for_update(of=("self",)).filter(organisation__in=pair)
    held = {(part.organisation_id, part.cluster_id): part for part in parts.order_by("pk")}
    rows = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=pair, merged_into=None)
    locked = {row.pk: row for row in rows.order_by("pk")}
    if len(locked) < 2:
        raise NotPossible(_("One of the two was merged meanwhile."))
    old, kept = locked[organisation.pk], locked[into.pk]
    home = kept.home_scope()
    seen_by = narrower(old.audience.scope_set, kept.audience.scope_set)
    _take_values(old, kept, take)
    _take_fields(old, kept, {name for name in SPECS if take.get(name) == "other"})
    moved = {
        "people": Membership.objects.filter(organisation=old).update(organisation=kept),
        "clusters": _move_parts(held, old, kept),
        "enquiries": Enquiry.objects.filter(subject_kind="organisation", subject_id=old.pk).update(subject_id=kept.pk),
        "follows": _move_follows(old, kept),
        "records": _move_records(old, kept),
    }
    OrganisationImportRow.objects.filter(organisation=old).update(organisation=kept)
    Organisation.objects.filter(merged_into=old).update(merged_into=kept)
    change_audience(kept, scopes=seen_by, by=None)
    let_fields_follow(None, kept)
    change_audience(old, scopes=[EDITORS], by=None)
    Organisation.objects.filter(pk=old.pk).update(merged_into=kept)
    taken = sorted(name for name in CHOSEN if take.get(name) in ("other", "both"))
    told = {f"moved_{name}": number for name, number in moved.items() if number}
    record("organisation.merged", by=by, obj=old, scope=home, into_organisation=kept.pk, fields=taken, **told)
    return Organisation.objects.get(pk=kept.pk)


def _take_values(old: Organisation, kept: Organisation, take: Mapping[str, str]) -> None:
    for name in IDENTITY:
        if take.get(name) == "other":
            setattr(kept, name, getattr(old, name))
    last = max(old, kept, key=lambda row: row.confirmed_at)
    kept.confirmed_at, kept.reminded = last.confirmed_at, last.reminded
    kept.save()
    wanted = take.get("topics")
    own = set(kept.topic_links.values_list("topic_id", flat=True))
    others = set(old.topic_links.values_list("topic_id", flat=True))
    topics = {"other": others, "both": own | others}.get(str(wanted), own)
    if len(topics) > MOST_TOPICS:
        raise NotPossible(_("Both together have more than %(number)d topics.") % {"number": MOST_TOPICS})
    OrganisationTopic.objects.filter(Q(organisation=old) | Q(organisation=kept, topic__in=own - topics)).delete()
    OrganisationTopic.objects.bulk_create(
        OrganisationTopic(organisation=kept, topic_id=topic) for topic in sorted(topics - own)
    )


def _take_fields(old: Organisation, kept: Organisation, names: Collection[str]) -> None:
    """A field that is taken over comes with its readers and releases; what it stood for goes with the tombstone.

    Nobody reads more by it: those who read the field are fewer now by those who did not see both organisations.
    """
    fields = OrganisationField.objects
    for name in names:
        fields.filter(organisation=kept, name=name).update(name=f"-{name}")
        fields.filter(organisation=old, name=name).update(organisation=kept)
        fields.filter(organisation=kept, name=f"-{name}").update(organisation=old, name=name)
    close_releases(fields.filter(organisation=old))


def _move_parts(held: dict[tuple[int, int], OrganisationMembership], old: Organisation, kept: Organisation) -> int:
    """Of two parts in one cluster the better and earlier one stays; nobody is admitted by it."""
    moved = 0
    for (organisation, cluster), part in held.items():
        if organisation != old.pk:
            continue
        other = held.get((kept.pk, cluster))
        if other is not None and _standing(other) >= _standing(part):
            part.delete()
            continue
        if other is not None:
            other.delete()
        part.organisation = kept
        part.save()
        moved += 1
    return moved


def _standing(part: OrganisationMembership) -> tuple:
    decided = part.decided_at.timestamp() if part.decided_at else 0
    return (RANK.index(Part(part.state)), -decided)


def _move_follows(old: Organisation, kept: Organisation) -> int:
    follows = Follow.objects.filter(kind="organisations", object_id=old.pk)
    both = Follow.objects.filter(kind="organisations", object_id=kept.pk).values("person_id")
    follows.filter(person_id__in=list(both.values_list("person_id", flat=True))).delete()
    _move_what_it_follows(old, kept)
    return follows.update(object_id=kept.pk)


def _move_what_it_follows(old: Organisation, kept: Organisation) -> None:
    """Each topic once; its people are told as those of the one that stays."""
    for kind, id in Follow.objects.of_body(old.as_follower).values_list("kind", "object_id"):
        there = Follow.objects.of_body(kept.as_follower).filter(kind=kind, object_id=id).exists()
        rows = Follow.objects.of_body(old.as_follower).filter(kind=kind, object_id=id)
        rows.delete() if there else rows.update(body_id=kept.pk)


def _move_records(old: Organisation, kept: Organisation) -> int:
    """External keys lead to the one that stays; of two records without a key in one cluster its own is kept."""
    records = OrganisationRecord.objects.filter(organisation=old)
    own = OrganisationRecord.objects.filter(organisation=kept, key="").values_list("cluster_id", flat=True)
    records.filter(key="", cluster__in=list(own)).delete()
    return records.update(organisation=kept)
