"""What a viewer should find, asked of the rule alone: every visible row is read, word for word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from hanse_access.viewer import Viewer
from hanse_activity.models import Block
from hanse_challenges.models import Question
from hanse_groups.models import FileVersion, Message, Participant, Room
from hanse_members.models import Membership, Organisation, OrganisationField, Profile, ProfileField
from hanse_news.models import NewsPage
from hanse_search.analysis import words


@dataclass
class Item:
    source: str
    pk: int
    #: what of it the viewer may read, piece by piece
    texts: list[str]
    facets: dict[str, set] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        return self.source, self.pk

    def has(self, phrase: list[str], *, beginning: bool = False) -> bool:
        for text in self.texts:
            tokens = [word.folded for word in words(text)]
            for i in range(len(tokens) - len(phrase) + 1):
                piece = tokens[i : i + len(phrase)]
                if piece == phrase:
                    return True
                if beginning and piece[:-1] == phrase[:-1] and piece[-1].startswith(phrase[-1]):
                    return True
        return False


def visible_items(viewer: Viewer) -> Iterator[Item]:
    for page in NewsPage.objects.visible_to(viewer).shown().filter(alias_of=None):
        yield Item(
            "news",
            page.pk,
            [page.title, page.teaser],
            {"cluster": {page.cluster_id}, "language": {page.locale.language_code}},
        )
    for firm in Organisation.objects.visible_to(viewer).shown():
        told = OrganisationField.objects.admitting(viewer).filter(organisation=firm)
        parts = firm.memberships.approved().values_list("cluster_id", flat=True)
        yield Item("organisation", firm.pk, [firm.name, *(f.text for f in told)], {"cluster": set(parts)})
    for profile in Profile.objects.visible_to(viewer).shown():
        told = ProfileField.objects.admitting(viewer).filter(profile=profile)
        places = list(Membership.objects.approved().filter(person=profile.person_id))
        firms = Organisation.objects.admitting(viewer).filter(pk__in=[p.organisation_id for p in places])
        texts = [profile.name, *(f.text for f in told), *(firm.name for firm in firms)]
        yield Item("expert", profile.pk, texts, {"cluster": {place.cluster_id for place in places}})
    for question in Question.objects.visible_to(viewer).shown():
        answers = question.replies.shown().values_list("text", flat=True)
        # One text: two words stand next to each other also where one ends and the next begins.
        yield Item("question", question.pk, [question.title, "\n".join([question.text, *answers])])
    for room in Room.objects.visible_to(viewer).shown():
        facets = {"cluster": {room.cluster_id}, "state": {room.state}}
        yield Item("room", room.pk, [room.name, room.purpose], facets)
    if viewer.user is not None:
        yield from _in_rooms(viewer)


def _in_rooms(viewer: Viewer) -> Iterator[Item]:
    blocked = set(Block.objects.filter(person=viewer.user).values_list("blocked_id", flat=True))
    for place in Participant.objects.active().of(viewer.user).exclude(conversation__room__state="deleted"):
        room = Room.objects.get(conversation=place.conversation_id)
        facets = {"cluster": {room.cluster_id}, "room": {room.pk}}
        for message in Message.objects.readable_by(place).filter(kind="text", deleted_at=None):
            if message.author_id not in blocked:
                yield Item("message", message.pk, [message.body], facets)
        for file in FileVersion.objects.readable_by(place).newest().in_place():
            yield Item("file", file.pk, [file.room_file.name], facets)


def numbers(items: list[Item], facet: str) -> dict[str, int]:
    values = Counter()
    for item in items:
        values.update({item.source} if facet == "kind" else item.facets.get(facet, set()))
    return {str(value): number for value, number in values.items()}
