"""What can be near something else in topics: each plugin registers its kinds in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hanse_activity.blocks import blocked_ids
from hanse_base.registry import Registry

from .models import Membership, Organisation, OrganisationTopic, Profile, ProfileField
from .models.organisations import OrganisationQuerySet
from .models.profiles import ProfileQuerySet

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from hanse_access.viewer import Viewer

Shape = Literal["circle", "square", "diamond", "hexagon"]


@dataclass(frozen=True)
class NearKind:
    """Things of one kind that have topics, such as offers.

    ``visible(viewer)`` are the rows that the viewer may see: one of them can stand in the middle, by its field ``key``,
    which tells nothing. ``topics(row, viewer)`` gives the ids of its topics that this viewer may know.

    ``links(viewer)`` are the rows that link what may be suggested to this viewer with topics the viewer may know: under
    the rule without a stake, since a suggestion shows of everybody what it was found by; without what is out of date,
    and without the viewer. ``owner`` is its path to the thing, ``topic`` that to the topic.

    ``line(row)`` says a little more; ``notes(rows, viewer)`` gives a remark by primary key for those that have one, in
    a number of queries that does not grow. ``shape`` is drawn, so that kinds differ without colours.
    """

    name: str
    label: Any
    icon: str
    shape: Shape
    model: type[Model]
    visible: Callable[[Viewer], QuerySet]
    topics: Callable[[Any, Viewer], Collection[int]]
    links: Callable[[Viewer], QuerySet]
    owner: str
    topic: str = "topic"
    key: str = "uid"
    line: Callable[[Any], Any] = lambda row: ""
    notes: Callable[[Collection[Any], Viewer], Mapping[int, Any]] = lambda rows, viewer: {}
    order: int = 100

    def find(self, key: str, viewer: Viewer) -> Any:
        """The row with this key as the viewer sees it, or None: hidden and missing are the same."""
        if "\x00" in key:  # PostgreSQL refuses to look for it
            return None
        try:
            return self.visible(viewer).filter(**{self.key: key}).first()
        except (ValidationError, ValueError, OverflowError):
            return None


near_kinds: Registry[NearKind] = Registry()


def kind_of(row: Any) -> NearKind | None:
    return next((kind for kind in near_kinds if isinstance(row, kind.model)), None)


def _competences(profile: Profile, viewer: Viewer) -> list[int]:
    """To its owner all of them; to others what the field's audience lets them see, released or not."""
    fields = ProfileField.objects.filter(profile=profile, name="competences", is_filled=True)
    if viewer.user_id != profile.person_id:
        fields = fields.admitting(viewer)
    return list(fields.filter(topics__isnull=False).values_list("topics", flat=True))


def _profile_links(viewer: Viewer) -> QuerySet:
    """Of the field's topics; profiles are those of the directory that are current enough to be suggested."""
    now, profile = timezone.now(), "profilefield__profile__"
    rule = (
        ProfileField.admitted_q(viewer, now=now, prefix="profilefield__")
        & Profile.admitted_q(viewer, now=now, prefix=profile)
        & ProfileQuerySet.suggestible_q(profile)
    )
    links = ProfileField.topics.through.objects.filter(rule, profilefield__name="competences")
    if viewer.user is None:
        return links
    return links.exclude(
        Q(**{f"{profile}person": viewer.user_id}) | Q(**{f"{profile}person__in": blocked_ids(viewer.user)})
    )


def _colleagues(profiles: Collection[Profile], viewer: Viewer) -> dict[int, Any]:
    """Those who belong to an organisation of the viewer."""
    if viewer.user is None:
        return {}
    approved = Membership.objects.approved().order_by()
    own = approved.of(viewer.user).filter(organisation__isnull=False).values("organisation")
    people = [profile.person_id for profile in profiles]
    known = set(approved.filter(person__in=people, organisation__in=own).values_list("person_id", flat=True))
    return {profile.pk: _("From your organisation") for profile in profiles if profile.person_id in known}


def _organisation_links(viewer: Viewer) -> QuerySet:
    """Of those of the directory that are current enough to be suggested."""
    now, organisation = timezone.now(), "organisation__"
    rule = Organisation.visible_q(viewer, now=now, prefix=organisation) & Organisation.shown_q(now, organisation)
    rule &= OrganisationQuerySet.suggestible_q(organisation)
    return OrganisationTopic.objects.filter(rule)


def _own_organisations(organisations: Collection[Organisation], viewer: Viewer) -> dict[int, Any]:
    if viewer.user is None:
        return {}
    own = Membership.objects.approved().of(viewer.user).values_list("organisation_id", flat=True)
    ids = set(own.filter(organisation__in=[row.pk for row in organisations]))
    return {id: _("Your organisation") for id in ids}


experts = NearKind(
    name="expert",
    label=pgettext_lazy("one of the experts", "Expert"),
    icon="person",
    shape="circle",
    model=Profile,
    visible=Profile.objects.visible_to,
    topics=_competences,
    links=_profile_links,
    owner="profilefield__profile",
    notes=_colleagues,
    order=10,
)

organisations = NearKind(
    name="organisation",
    label=gettext_lazy("Organisation"),
    icon="building",
    shape="square",
    model=Organisation,
    visible=Organisation.objects.visible_to,
    topics=lambda organisation, viewer: list(organisation.topic_links.values_list("topic_id", flat=True)),
    links=_organisation_links,
    owner="organisation",
    line=lambda organisation: " · ".join(filter(None, [str(organisation.get_kind_display()), organisation.place])),
    notes=_own_organisations,
    order=20,
)


def register() -> None:
    near_kinds.register(experts)
    near_kinds.register(organisations)
