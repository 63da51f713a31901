"""What the rule costs in the directory of experts: whole pages with facets, where each field has its own audience."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q

from hanse_access.models import Audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_base.lists import line_of
from hanse_members.expert_lists import ExpertList, facets_for
from hanse_members.models import FieldChoice, Membership, Profile, ProfileField, Topic
from hanse_members.profile_reading import read_list
from hanse_members.profile_specs import SPECS

from .measure import compare
from .rule import Result, browse
from .world import BATCH, START, WORDS, World

#: profiles at each size
PROFILES = {"full": 100_000, "small": 200}
#: fields that each profile has, and how many choices
CHOSEN = {"function": 1, "offers": 2, "looks_for": 2, "roles": 1, "languages": 2}
#: how many profiles, and how many fields that do not follow theirs, have which kind of audience
PROFILE_SHARES = {"public": 20, "platform": 65, "cluster": 13, "editors": 2}
FIELD_SHARES = {"platform": 30, "cluster": 50, "editors": 20}
VISIBLE, ALL = "/experts/", "/bench/experts/"


class EveryExpert(ExpertList):
    """The same page without the rule: every profile, every field."""

    def __init__(self, request):
        self.facets = facets_for(request.viewer, admitted=lambda model, prefix: Q())
        super(ExpertList, self).__init__(request, Profile.objects.mark_stale().select_related("person"))

    def fields(self):
        return ProfileField.objects.filter(is_filled=True)

    def prepare(self, rows):
        return read_list(rows, self.viewer, fields=self.fields())


def build(world: World, number: int | None = None) -> None:
    """Profiles of so many further people, members of one cluster each."""
    dice = random.Random(7)
    number = number or PROFILES[world.size.name]
    User = get_user_model()
    people = User.objects.bulk_create(
        (
            User(email=f"expert{n}@example.org", first_name=dice.choice(WORDS).title(), last_name=f"E{n}", password="!")
            for n in range(number)
        ),
        batch_size=BATCH,
    )
    clusters = [dice.choice(world.clusters) for _ in people]
    approved = Membership.State.APPROVED
    Membership.objects.bulk_create(
        (
            Membership(person=person, cluster=cluster, state=approved)
            for person, cluster in zip(people, clusters, strict=True)
        ),
        batch_size=BATCH,
    )
    of = Audience.objects.of
    fixed = {"public": of([PUBLIC]), "platform": of([("platform", 0)]), "editors": of([EDITORS])}
    own = {cluster.pk: of([Scope("cluster", cluster.pk)]) for cluster in world.clusters}

    def audience(shares: dict[str, int], cluster) -> Audience:
        return fixed.get(dice.choices(list(shares), list(shares.values()))[0], own[cluster.pk])

    profiles = Profile.objects.bulk_create(
        (
            Profile(
                person=person,
                name=person.get_full_name(),
                sort_name=f"{person.last_name} {person.first_name}".casefold(),
                audience=audience(PROFILE_SHARES, cluster),
                confirmed_at=START + timedelta(minutes=n),
            )
            for n, (person, cluster) in enumerate(zip(people, clusters, strict=True))
        ),
        batch_size=BATCH,
    )
    _fields(profiles, clusters, audience, dice)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _fields(profiles, clusters, audience, dice: random.Random) -> None:
    """Half of the fields follow the profile."""
    topics = _topics()
    made = []
    for profile, cluster in zip(profiles, clusters, strict=True):
        for name in (*CHOSEN, "competences"):
            follows = dice.random() < 0.5
            seen_by = profile.audience if follows else audience(FIELD_SHARES, cluster)
            text = " ".join(dice.choices(WORDS, k=6)) if SPECS[name].longest else ""
            choices = dice.sample(list(SPECS[name].choices), CHOSEN.get(name, 0))
            made.append(
                ProfileField(
                    profile=profile,
                    name=name,
                    text=text,
                    chosen=line_of(choices),
                    is_filled=True,
                    follows=follows,
                    audience=seen_by,
                )
            )
    fields = ProfileField.objects.bulk_create(made, batch_size=BATCH)
    FieldChoice.objects.bulk_create(
        (FieldChoice(field=field, value=value) for field in fields for value in field.chosen.split()),
        batch_size=BATCH,
    )
    Link = ProfileField.topics.through
    Link.objects.bulk_create(
        (
            Link(profilefield=field, topic=topic)
            for field in fields
            if field.name == "competences"
            for topic in dice.sample(topics, 3)
        ),
        batch_size=BATCH,
    )


def _topics() -> list[Topic]:
    """Sixty below six."""
    roots = [Topic.objects.add(labels={"en": f"Field {n}", "de": f"Feld {n}"}) for n in range(6)]
    return [Topic.objects.add(labels={"en": f"Topic {n}", "de": f"Thema {n}"}, parent=roots[n % 6]) for n in range(60)]


def measure(world: World, pairs: int) -> Iterator[Result]:
    topic = Topic.objects.filter(parent__isnull=False).first()
    narrowed = f"?topic={topic.pk}&as=speaker"
    for who, person in world.asking.items():
        client = browse(person)
        for what, query in [
            ("experts", ""),
            ("experts, filtered", narrowed),
            ("experts, searched", "?q=laser"),
        ]:
            measured, beside = compare(lambda: client(VISIBLE + query), lambda: client(ALL + query), pairs)  # noqa: B023
            yield Result(what, who, measured, beside, bound=True)
