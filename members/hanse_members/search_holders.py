"""What of experts and organisations can be found: what they are called, and each field for those who see that field."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Prefetch
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanse_search.sources import Entry, Found, Hop, NamedText, Part, Source, Watch

from .field_kinds import FIELD_KINDS, FieldKind
from .field_reading import ShownField, read_lists
from .models import (
    Cluster,
    FieldChoice,
    Membership,
    Organisation,
    OrganisationField,
    OrganisationFieldChoice,
    OrganisationMembership,
    OrganisationTopic,
    Profile,
    ProfileField,
    TopicAncestor,
    TopicLabel,
)
from .models.freshness import Confirmable
from .profile_reading import with_belongings
from .regions import region_names


class HolderSource(Source):
    """Holders of fields. What was released to somebody alone is not found, nor by its owner what nobody else sees."""

    kind_name: ClassVar[str]
    #: fields that are searched; contacts are not
    searched: ClassVar[Collection[str]]

    @property
    def kind(self) -> FieldKind:
        return FIELD_KINDS[self.kind_name]

    def parts(self, row: Any, topics: Topics) -> list[Part]:
        parts = []
        for field in row.told_fields:
            chosen = {choice.value for choice in field.choices.all()}
            linked = [topic.pk for topic in field.linked_topics()]
            text = " ".join([field.text, *in_all_languages(field.spec.labels(chosen)), *topics.words(linked)])
            if text.strip():
                parts.append(Part(field.name, field.audience_id, text, {"topic": topics.within(linked)}))
        return parts

    def told_fields(self) -> Prefetch:
        told = self.kind.field.objects.filter(name__in=self.searched, is_filled=True).order_by("name")
        return Prefetch("fields", told.prefetch_related(*self.kind.field.content_relations), to_attr="told_fields")

    def texts(self, row: Any) -> list[str]:
        """Of what the viewer sees of the row, after ``read_lists``."""
        shown = [row.shown[name] for name in self.searched if name in row.shown]
        return [NamedText(text_of(field), field.spec.label) for field in shown]


def freshness(row: Confirmable) -> list[str]:
    """What marks a row that nobody confirmed for long."""
    if row.is_fresh:
        return []
    day = date_format(timezone.localtime(row.confirmed_at), "DATE_FORMAT")
    return [gettext("Not confirmed since %(day)s") % {"day": day}]


def text_of(shown: ShownField) -> str:
    return " · ".join([*([shown.text] if shown.text else []), *map(str, shown.choices), *shown.topics])


def in_all_languages(labels: Iterable[Any]) -> list[str]:
    labels = list(labels)
    told = []
    for code, _name in settings.LANGUAGES if labels else ():
        with translation.override(code):
            told += [str(label) for label in labels]
    return told


class Topics:
    """The words of these topics in every language, and what they lie within: two queries."""

    def __init__(self, ids: Collection[int]):
        self._within: dict[int, list[int]] = {}
        self._words: dict[int, list[str]] = {}
        lineage = TopicAncestor.objects.filter(topic__in=ids).order_by("ancestor").values_list("topic", "ancestor")
        for topic, ancestor in lineage if ids else ():
            self._within.setdefault(topic, []).append(ancestor)
        above = {ancestor for line in self._within.values() for ancestor in line}
        labels = TopicLabel.objects.filter(topic__in=above).order_by("topic", "language")
        for label in labels if above else ():
            self._words.setdefault(label.topic_id, []).append(f"{label.text} {label.synonyms}".strip())

    def within(self, ids: Iterable[int]) -> set[int]:
        return {ancestor for topic in ids for ancestor in self._within.get(topic, ())}

    def words(self, ids: Iterable[int]) -> list[str]:
        return [word for ancestor in sorted(self.within(ids)) for word in self._words.get(ancestor, ())]


class ExpertSource(HolderSource):
    """Profiles. The organisations that somebody belongs to are parts, for those who see the organisation."""

    name = "expert"
    order = 10
    label = _("Person")
    plural = _("People")
    icon = "person"
    model = Profile
    kind_name = "profile"
    searched = ("function", "competences", "offers", "looks_for", "roles", "languages")

    of_person = (Hop(Profile, "person_id", "id"),)
    of_organisation = (Hop(Membership, "organisation_id", "person_id"), *of_person)
    of_field = (Hop(ProfileField, "id", "profile_id"),)
    of_topic = (Hop(ProfileField.topics.through, "topic_id", "profilefield_id"), *of_field)
    below = (Hop(TopicAncestor, "ancestor_id", "topic_id"), *of_topic)

    @property
    def watches(self):
        person = get_user_model()
        return (
            Watch(Profile, "id", only=("audience_id", "name", "withheld", "confirmed_at")),
            Watch(ProfileField, "profile_id"),
            Watch(FieldChoice, "field_id", self.of_field),
            Watch(ProfileField.topics.through, "profilefield_id", self.of_field),
            Watch(TopicLabel, "topic_id", self.below),
            Watch(TopicAncestor, "topic_id", self.of_topic),
            Watch(person, person._meta.pk.column, self.of_person, only=("is_active",)),
            Watch(Membership, "person_id", self.of_person),
            Watch(Cluster, "id", (Hop(Membership, "cluster_id", "person_id"), *self.of_person), only=("state",)),
            Watch(Organisation, "id", self.of_organisation, only=("name", "region", "audience_id", "withheld")),
            Watch(OrganisationMembership, "organisation_id", self.of_organisation),
            Watch(
                Cluster,
                "id",
                (Hop(OrganisationMembership, "cluster_id", "organisation_id"), *self.of_organisation),
                only=("state",),
            ),
        )

    def rows(self):
        belongs = Membership.objects.approved().order_by("pk").select_related("organisation")
        memberships = Prefetch("person__memberships", belongs, to_attr="belongs")
        shown = Profile.objects.shown().select_related("person")
        return shown.prefetch_related(memberships, self.told_fields())

    def entries(self, rows):
        topics = Topics({topic.pk for row in rows for field in row.told_fields for topic in field.linked_topics()})
        firms = {place.organisation_id for row in rows for place in row.person.belongs if place.organisation_id}
        shown = set(Organisation.objects.shown().filter(pk__in=firms).values_list("pk", flat=True)) if firms else set()
        return {row.pk: self._entry(row, topics, shown) for row in rows}

    def _entry(self, row: Profile, topics: Topics, shown: Collection[int]) -> Entry:
        parts = self.parts(row, topics)
        firms = {place.organisation_id: place.organisation for place in row.person.belongs}
        for pk in sorted(shown & firms.keys()):
            firm = firms[pk]
            parts.append(Part(f"organisation {pk}", firm.audience_id, firm.name, {"region": [firm.region]}))
        clusters = {place.cluster_id for place in row.person.belongs}
        return Entry(
            row.audience_id,
            row.name,
            date=row.created_at,
            lower_after=row.fresh_until,
            facets={"cluster": clusters},
            parts=parts,
        )

    def visible(self, viewer):
        return Profile.objects.shown_to(viewer).select_related("person")

    def found(self, rows, viewer):
        read_lists(self.kind, rows, viewer)
        with_belongings(rows, viewer)
        return {row.pk: self._found(row) for row in rows}

    def _found(self, row: Profile) -> Found:
        firms = [place.organisation.name for place in row.belongings if place.organisation]
        names = list(dict.fromkeys([*firms, *(place.cluster.label for place in row.belongings)])) + freshness(row)
        return Found(row.name, row.get_absolute_url(), self.texts(row), names, row.audience_in_force_id)


class OrganisationSource(HolderSource):
    name = "organisation"
    order = 20
    label = _("Organisation")
    plural = _("Organisations")
    icon = "building"
    model = Organisation
    kind_name = "organisation"
    searched = ("about", "offers", "looks_for", "machines", "certificates", "references")

    of_field = (Hop(OrganisationField, "id", "organisation_id"),)
    of_topic = (Hop(OrganisationTopic, "topic_id", "organisation_id"),)
    below = (Hop(TopicAncestor, "ancestor_id", "topic_id"), *of_topic)
    watches = (
        Watch(Organisation, "id"),
        Watch(OrganisationField, "organisation_id"),
        Watch(OrganisationFieldChoice, "field_id", of_field),
        Watch(OrganisationTopic, "organisation_id"),
        Watch(TopicLabel, "topic_id", below),
        Watch(TopicAncestor, "topic_id", of_topic),
        Watch(OrganisationMembership, "organisation_id"),
        Watch(Cluster, "id", (Hop(OrganisationMembership, "cluster_id", "organisation_id"),), only=("state",)),
    )

    def rows(self):
        taking_part = OrganisationMembership.objects.approved().order_by("pk")
        parts = Prefetch("memberships", taking_part, to_attr="takes_part")
        return Organisation.objects.shown().prefetch_related(parts, "topic_links", self.told_fields())

    def entries(self, rows: Sequence[Organisation]) -> Mapping[int, Entry]:
        topics = Topics({link.topic_id for row in rows for link in row.topic_links.all()})
        return {row.pk: self._entry(row, topics) for row in rows}

    def _entry(self, row: Organisation, topics: Topics) -> Entry:
        linked = [link.topic_id for link in row.topic_links.all()]
        told = [row.place, *in_all_languages([row.get_kind_display(), *region_names([row.region]).values()])]
        return Entry(
            row.audience_id,
            row.name,
            " ".join([*told, *topics.words(linked)]),
            date=row.created_at,
            lower_after=row.fresh_until,
            facets={
                "cluster": [part.cluster_id for part in row.takes_part],
                "topic": topics.within(linked),
                "region": [row.region],
            },
            parts=self.parts(row, topics),
        )

    def visible(self, viewer):
        return Organisation.objects.shown_to(viewer).with_clusters()

    def found(self, rows, viewer):
        from .organisation_lists import with_topics

        read_lists(self.kind, rows, viewer)
        with_topics(rows)
        return {row.pk: self._found(row) for row in rows}

    def _found(self, row: Organisation) -> Found:
        facts = [
            row.get_kind_display(),
            *([row.place] if row.place else []),
            *(p.cluster.label for p in row.taking_part),
            *freshness(row),
        ]
        texts = [*self.texts(row), " · ".join(row.topic_names)]
        return Found(row.name, row.get_absolute_url(), texts, facts, row.audience_in_force_id)
