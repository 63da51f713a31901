"""What of the data of one's clusters is old, missing or there twice, as far as the reader may see it.

A field that is hidden from the reader counts like one that is not there, so that no list tells the two apart. A release
to the reader changes nothing: it is for reading alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import actions
from .models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationMembership,
    OrganisationTopic,
    Profile,
    ProfileDraft,
    ProfileField,
)
from .models.entries import website_key
from .organisation_table import loose_name
from .organisation_values import values_of
from .roles import Role

#: rows of one kind that are shown
MOST_SHOWN = 50
#: rows among which doubles are looked for
MOST_COMPARED = 5000


@dataclass(frozen=True)
class Row:
    """One thing to look at. ``links`` are further ones, by label; ``send_again`` the number of an invitation."""

    title: str
    url: str = ""
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()
    send_again: int | None = None


@dataclass(frozen=True)
class Found:
    count: int
    rows: list[Row]


@dataclass(frozen=True)
class Kind:
    """One kind of fault. ``advice`` says what to do; ``find(request, most)`` how many there are and the first ones."""

    name: str
    label: Any
    advice: Any
    find: Callable[[HttpRequest, int], Found]


def own_clusters(request: HttpRequest) -> list[int]:
    """Asked once a request."""
    if "_hanse_quality" not in request.__dict__:
        clusters = actions.clusters_to_import_to(request.user).order_by()
        request.__dict__["_hanse_quality"] = list(clusters.values_list("pk", flat=True))
    return request.__dict__["_hanse_quality"]


def _profiles(request: HttpRequest) -> QuerySet[Profile]:
    """Of members of the own clusters, as far as the reader may see them."""
    people = Membership.objects.approved().filter(cluster__in=own_clusters(request)).order_by()
    return Profile.objects.visible_to(request.viewer).shown().filter(person__in=people.values("person_id"))


def _organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """That the reader answers for, in the own clusters."""
    parts = OrganisationMembership.objects.approved().filter(cluster__in=own_clusters(request)).order_by()
    return actions.mergeable_by(request.user).filter(pk__in=parts.values("organisation_id"))


def _cut(found: QuerySet, most: int, row: Callable[[Any], Row]) -> Found:
    return Found(found.count(), [row(each) for each in found[:most]] if most else [])


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")


def stale_profiles(request: HttpRequest, most: int) -> Found:
    stale = _profiles(request).exclude(Profile.objects.fresh_q()).order_by("confirmed_at", "pk")

    def row(profile: Profile) -> Row:
        text = _("last confirmed on %(day)s") % {"day": _day(profile.confirmed_at)}
        return Row(profile.name, profile.get_absolute_url(), text)

    return _cut(stale, most, row)


def without_competences(request: HttpRequest, most: int) -> Found:
    seen = ProfileField.objects.visible_to(request.viewer).filter(name="competences", is_filled=True)
    missing = _profiles(request).filter(~Exists(seen.filter(profile=OuterRef("pk")))).order_by("sort_name", "pk")
    return _cut(missing, most, lambda profile: Row(profile.name, profile.get_absolute_url()))


def without_profile(request: HttpRequest, most: int) -> Found:
    """Members whose profile the reader does not see: there is none, or it is for others. Managers can draft one."""
    managed = Membership.objects.with_role(Role.MANAGER).of(request.user).order_by().values("cluster_id")
    seen = Profile.objects.visible_to(request.viewer).order_by().values("person_id")
    members = Membership.objects.approved().filter(cluster__in=managed).exclude(person__in=seen)
    members = members.exclude(person=request.user).select_related("person", "organisation", "cluster")
    drafts = ProfileDraft.objects.filter(cluster__in=managed)

    def row(membership: Membership) -> Row:
        draft = found.get(membership.person_id)
        text = _("draft sent on %(day)s") % {"day": _day(draft.made_at)} if draft else ""
        link = reverse("hanse_members:draft_profile", args=[membership.pk])
        return Row(membership.person.get_full_name(), "", text, ((_("Draft a profile"), link),))

    found = {draft.person_id: draft for draft in drafts} if most else {}
    return _cut(members.order_by("decided_at", "pk"), most, row)


def _organisation_row(organisation: Organisation) -> Row:
    edit = reverse("hanse_members:edit_organisation", args=[organisation.uid])
    return Row(organisation.name, organisation.get_absolute_url(), organisation.place, ((_("Edit"), edit),))


def stale_organisations(request: HttpRequest, most: int) -> Found:
    stale = _organisations(request).exclude(Organisation.objects.fresh_q()).order_by("confirmed_at", "pk")

    def row(organisation: Organisation) -> Row:
        text = _("last confirmed on %(day)s") % {"day": _day(organisation.confirmed_at)}
        return replace(_organisation_row(organisation), text=text)

    return _cut(stale, most, row)


def without_topics(request: HttpRequest, most: int) -> Found:
    topics = OrganisationTopic.objects.filter(organisation=OuterRef("pk"))
    return _cut(_organisations(request).filter(~Exists(topics)).order_by("name", "pk"), most, _organisation_row)


def without_place(request: HttpRequest, most: int) -> Found:
    return _cut(_organisations(request).filter(place="").order_by("name", "pk"), most, _organisation_row)


def without_keeper(request: HttpRequest, most: int) -> Found:
    keepers = Membership.objects.approved().filter(organisation=OuterRef("pk"), keeps_organisation=True)
    return _cut(_organisations(request).filter(~Exists(keepers)).order_by("name", "pk"), most, _organisation_row)


@dataclass
class Group:
    """Organisations that look like one."""

    members: dict[int, Organisation] = field(default_factory=dict)

    def row(self) -> Row:
        first, second, *_others = sorted(self.members.values(), key=lambda each: each.pk)
        compare = reverse("hanse_members:merge_organisation", args=[first.uid])
        names = ", ".join(sorted(organisation.name for organisation in self.members.values()))
        return Row(names, first.get_absolute_url(), "", ((_("Compare"), f"{compare}?with={second.uid}"),))


def doubled_organisations(request: HttpRequest, most: int) -> Found:
    rows = list(_organisations(request).order_by("pk")[:MOST_COMPARED])
    values = values_of([row.pk for row in rows])
    groups: dict[str, Group] = defaultdict(Group)
    for row in rows:
        website = website_key(str(values[row.pk].get("website") or ""))
        for key in filter(None, (f"name {loose_name(row.name)}", website and f"web {website}")):
            groups[key].members[row.pk] = row
    several = [group for group in groups.values() if len(group.members) > 1]
    once = {frozenset(group.members): group for group in several}
    return Found(len(once), [group.row() for group in list(once.values())[:most]])


def doubled_people(request: HttpRequest, most: int) -> Found:
    people = (
        Membership.objects.approved().filter(cluster__in=own_clusters(request)).select_related("person", "organisation")
    )
    same: dict[tuple, dict[int, Membership]] = defaultdict(dict)
    for membership in people.order_by("pk")[:MOST_COMPARED]:
        name = " ".join(membership.person.get_full_name().casefold().split())
        same[(name, membership.organisation_id)][membership.person_id] = membership
    several = [list(each.values()) for (name, _organisation), each in same.items() if name and len(each) > 1]

    def row(memberships: list[Membership]) -> Row:
        first = memberships[0]
        text = _("%(number)d accounts") % {"number": len(memberships)}
        organisation = first.organisation.name if first.organisation else _("without an organisation")
        return Row(first.person.get_full_name(), "", f"{organisation} · {text}")

    return Found(len(several), [row(each) for each in several[:most]])


def invited(request: HttpRequest, most: int) -> Found:
    open_ones = Invitation.objects.managed_by(request.user).filter(state=Invitation.State.PENDING)
    open_ones = open_ones.filter(cluster__in=own_clusters(request)).select_related("cluster").order_by("sent_at", "pk")

    def row(invitation: Invitation) -> Row:
        text = _("%(cluster)s · sent on %(day)s") % {"cluster": invitation.cluster, "day": _day(invitation.sent_at)}
        return Row(invitation.email, "", text, (), invitation.pk)

    return _cut(open_ones, most, row)


def never_here(request: HttpRequest, most: int) -> Found:
    """Members who have an account and never signed in with it: nothing reaches them but mails."""
    members = Membership.objects.approved().filter(cluster__in=own_clusters(request), person__last_login=None)
    members = members.exclude(person=request.user).select_related("person", "organisation", "cluster")

    def row(membership: Membership) -> Row:
        since = membership.decided_at or membership.applied_at
        text = _("%(cluster)s · member since %(day)s") % {"cluster": membership.cluster.label, "day": _day(since)}
        organisation = membership.organisation.name if membership.organisation else _("without an organisation")
        return Row(membership.person.get_full_name(), "", f"{organisation} · {text}")

    return _cut(members.order_by("decided_at", "pk"), most, row)


KINDS = (
    Kind(
        "profiles",
        gettext_lazy("Members without a profile that you see"),
        gettext_lazy("Put one together for them. They read it and confirm it, or throw it away."),
        without_profile,
    ),
    Kind(
        "stale-profiles",
        gettext_lazy("Profiles not confirmed for a year"),
        gettext_lazy("Their owners are reminded. A word from you helps more."),
        stale_profiles,
    ),
    Kind(
        "competences",
        gettext_lazy("Profiles without competences that you see"),
        gettext_lazy("Ask their owners to name some: that is how they are found."),
        without_competences,
    ),
    Kind(
        "stale-organisations",
        gettext_lazy("Organisations not confirmed for a year"),
        gettext_lazy("Those who look after them are asked. Where nobody does, look through them and confirm them."),
        stale_organisations,
    ),
    Kind(
        "topics",
        gettext_lazy("Organisations without topics"),
        gettext_lazy("Choose some, so that they are found under them."),
        without_topics,
    ),
    Kind(
        "place",
        gettext_lazy("Organisations without a place"),
        gettext_lazy("Fill it in, or bring it with a table."),
        without_place,
    ),
    Kind(
        "keeper",
        gettext_lazy("Organisations that nobody looks after"),
        gettext_lazy("Let one of their people look after them, on the page of the organisation."),
        without_keeper,
    ),
    Kind(
        "doubles",
        gettext_lazy("Organisations that may be the same"),
        gettext_lazy("Names or web addresses are alike. Compare them and merge what is the same."),
        doubled_organisations,
    ),
    Kind(
        "people",
        gettext_lazy("People with the same name"),
        gettext_lazy("Ask them which account they use, and end the membership of the other one."),
        doubled_people,
    ),
    Kind(
        "never-here",
        gettext_lazy("Members who have never signed in"),
        gettext_lazy("Ask them whether the mail arrived, or end the membership of who does not come."),
        never_here,
    ),
    Kind(
        "invited",
        gettext_lazy("Invited and not yet here"),
        gettext_lazy("Send the invitation again; the old link dies."),
        invited,
    ),
)


def counted(request: HttpRequest, shown: str) -> Iterable[tuple[Kind, Found]]:
    """Each kind with its count; of the one that is shown the first rows too."""
    for kind in KINDS:
        yield kind, kind.find(request, MOST_SHOWN if kind.name == shown else 0)
