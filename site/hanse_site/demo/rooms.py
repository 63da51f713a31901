"""Rooms of the demo: one of each kind, one across clusters with a guest, and requests that wait."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from hanse_access.scopes import Scope
from hanse_groups import actions
from hanse_groups.models import FileVersion, Message, Participant, Room
from hanse_members.models import Cluster
from hanse_members.models import Membership as ClusterMembership

from ..models import User
from .people import address_of
from .room_files import attached_to, load_files

PHOTONIK, LEICHTBAU, BIOMED = "photonik-nord", "leichtbau-sued", "biomed-mitte"


@dataclass(frozen=True)
class Said:
    """One message. ``answers``: place of the message that it quotes, from 0. ``pinned_by``: who pins it."""

    who: str
    hours_ago: float
    text: str
    answers: int | None = None
    reactions: dict[str, str] = field(default_factory=dict)
    pinned_by: str = ""


@dataclass(frozen=True)
class DemoRoom:
    """People are personas by name, others of the demo as "cluster/name". ``asking``: who waits, with the request.

    ``seen_by``: slugs of clusters, "platform", or nothing for a hidden room. ``unread``: who has not read the last
    messages, with their number.
    """

    key: str
    cluster: str
    owner: str
    name: str
    purpose: str
    kind: str
    seen_by: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    moderators: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    asking: tuple[tuple[str, str], ...] = ()
    invited: tuple[str, ...] = ()
    talk: tuple[Said, ...] = ()
    unread: dict[str, int] = field(default_factory=dict)
    archived: bool = False


ROOMS = (
    DemoRoom(
        key="lidar",
        cluster=PHOTONIK,
        owner="manager.photonik",
        name="Lidar for harvesters",
        purpose="A sensor that sees ripeness while the harvester drives. Optics from the north, frame and damping from "
        "the south; we want a proposal by March. Results belong to all partners under the agreement that is pinned.",
        kind=Room.Kind.CLOSED,
        seen_by=("platform",),
        members=("company.photonik", "expert.leichtbau", "expert.biomed"),
        guests=("guest",),
        asking=(
            (
                f"{PHOTONIK}/Birger Claasen",
                "We shape beams for a living and have a test bench for the wavelengths that you talk about.",
            ),
        ),
        talk=(
            Said(
                "manager.photonik",
                70,
                "Welcome. **Three rules:** what is said here stays here, results belong to everybody, and whoever "
                "brings a guest says so first.",
                pinned_by="manager.photonik",
            ),
            Said("expert.biomed", 52, "First run on the field is done. Dust is less of a problem than we feared, low sun is worse."),
            Said("company.photonik", 51.8, "How bad? Would a narrower filter help?"),
            Said(
                "expert.biomed",
                51.5,
                "Yes, 10 nm should do. Numbers of the second run:\n\n- 905 nm, noon: 94 % of the ears found\n"
                "- 905 nm, sun at 12 degrees: 61 %\n- with the old filter taped over: 78 %",
                answers=2,
                reactions={"company.photonik": "useful", "expert.leichtbau": "useful", "manager.photonik": "thanks"},
            ),
            Said("expert.leichtbau", 27, "Die Halterung schwingt bei 31 Hz, das sieht man in den Daten als Streifen. Ich rechne bis Freitag eine steifere."),
            Said("company.photonik", 26.5, "Gern. Bitte unter 400 Gramm bleiben, sonst hebt der Ausleger.", answers=4, reactions={"expert.leichtbau": "agree"}),
            Said("manager.photonik", 5, "@Milan Kovač the patent attorney can join on Tuesday. Shall I invite her as a guest? She would see this room only."),
            Said("expert.biomed", 4.6, "Yes please. I bring the filter on Monday."),
            Said("guest", 3, "Thank you for having me. Before you publish anything: file first, talk later."),
            Said("manager.photonik", 1, "Agreed. @room the draft of the proposal follows tonight, please comment by Thursday."),
        ),
        unread={"company.photonik": 3, "expert.leichtbau": 4, "expert.biomed": 2, "guest": 1},
    ),
    DemoRoom(
        key="machine-vision",
        cluster=PHOTONIK,
        owner="editor.photonik",
        name="Stammtisch Bildverarbeitung",
        purpose="Offen für alle aus dem Cluster: Kameras, Licht, Auswertung. Einmal im Monat auch vor Ort.",
        kind=Room.Kind.OPEN,
        seen_by=(PHOTONIK,),
        members=("company.photonik", f"{PHOTONIK}/Anke Thomsen"),
        talk=(
            Said("editor.photonik", 96, "Nächstes Treffen am 10. Dezember, 17 Uhr, bei Ostufer Optik in Kiel. Thema: Dunkelfeld ohne Spiegel."),
            Said(f"{PHOTONIK}/Anke Thomsen", 90, "Ich zeige zwei Proben, bei denen es *nicht* klappt. Daran lernt man mehr.", reactions={"company.photonik": "useful"}),
            Said("company.photonik", 30, "Wir bringen eine Zeilenkamera zum Ausprobieren mit. Wer hat `GenICam`-Erfahrung?"),
        ),
        unread={"editor.photonik": 1},
    ),
    DemoRoom(
        key="carbon-repair",
        cluster=LEICHTBAU,
        owner="manager.leichtbau",
        name="Carbon repair 2027",
        purpose="Three firms prepare a joint offer for repairs in the field. Nobody else needs to know yet.",
        kind=Room.Kind.HIDDEN,
        members=("expert.leichtbau",),
        invited=("company.photonik",),
        talk=(
            Said("manager.leichtbau", 48, "Die Frist für die Skizze ist der 15. Februar. Wer schreibt den Teil zur Prüfung?"),
            Said("expert.leichtbau", 47, "Ich. Zwei Seiten bis zum 10. Januar, mit den Werten aus der Ermüdung.", reactions={"manager.leichtbau": "thanks"}),
        ),
    ),
    DemoRoom(
        key="implants",
        cluster=BIOMED,
        owner="manager.biomed",
        name="Approval of implants: what has changed",
        purpose="Questions and answers about the new rules, collected until October. Closed with a summary.",
        kind=Room.Kind.CLOSED,
        seen_by=(BIOMED,),
        members=("expert.biomed",),
        talk=(
            Said("manager.biomed", 900, "Please ask here; I collect and pass on to the notified body."),
            Said("expert.biomed", 890, "Does a software update of the reader count as a change of the device?"),
            Said("manager.biomed", 800, "Only if it changes what is measured. The summary is on its way to all of you.", answers=1),
        ),
        archived=True,
    ),
)  # fmt: skip
#: what guests say of themselves for the people in their rooms
GUESTS = {
    "guest": {
        "organisation": "Petersen & Holm, patent attorneys",
        "function": "Patent attorney",
        "about": "Optics and sensors. I read along where results are to be protected, and say when it is too early to talk.",
    },
}
#: before the two owners who are no managers open theirs
OPEN_TO_MEMBERS = {PHOTONIK: "manager.photonik"}


def room_uid(key: str, namespace: uuid.UUID) -> uuid.UUID:
    return uuid.uuid5(namespace, f"room {key}")


def load_rooms(people: dict[str, User], namespace: uuid.UUID) -> int:
    """The rooms that are not there yet. Returns their number."""
    for slug, manager in OPEN_TO_MEMBERS.items():
        cluster = Cluster.objects.get(slug=slug)
        if not hasattr(cluster, "room_opening"):
            actions.set_room_opening(cluster, by_members=True, by=people[manager])
    added = 0
    for demo in ROOMS:
        uid = room_uid(demo.key, namespace)
        if not Room.objects.filter(uid=uid).exists():
            with transaction.atomic():
                _load(demo, uid, people)
            added += 1
    return added


def person(name: str, people: dict[str, User], cluster: str = "") -> User:
    """A persona; another person by "cluster/name"; the first manager of a cluster that has no persona."""
    if name in people:
        return people[name]
    slug, _slash, full_name = name.partition("/")
    if full_name:
        return User.objects.get(email=address_of(slug, full_name))
    managing = ClusterMembership.objects.with_role("manager").filter(cluster__slug=cluster).order_by("pk")
    return managing.select_related("person")[0].person


def _load(demo: DemoRoom, uid: uuid.UUID, people: dict[str, User]) -> None:
    def who(name: str) -> User:
        return person(name, people, demo.cluster)

    cluster, owner = Cluster.objects.get(slug=demo.cluster), who(demo.owner)
    scopes = [
        Scope("platform", 0) if name == "platform" else Scope("cluster", Cluster.objects.get(slug=name).pk)
        for name in demo.seen_by
    ]
    room = actions.open_room(
        by=owner, cluster=cluster, name=demo.name, purpose=demo.purpose, kind=demo.kind, scopes=scopes
    )
    Room.objects.filter(pk=room.pk).update(uid=uid)
    for names, role in ((demo.members, "member"), (demo.guests, "guest")):
        for name in names:
            actions.accept_invitation(actions.invite(room, by=owner, person=who(name), role=role), by=who(name))
    for name in demo.guests:
        actions.save_guest_profile(person=who(name), **GUESTS[name])
        # One that can still be used, so that the list of links has something to show.
        actions.make_link(room, by=owner, role="guest", days=30, use_limit=5)
    actions.change_room(room, by=owner, contact=owner, scopes=scopes or None)
    for name, request in demo.asking:
        actions.ask_to_join(room, by=who(name), request=request)
    for name in demo.invited:
        actions.invite(room, by=owner, person=who(name))
    load_files(demo.key, room, who)
    _talk(demo, room, who)
    if demo.archived:
        actions.archive_room(room, by=owner)


def _talk(demo: DemoRoom, room: Room, who) -> None:
    now = timezone.now()
    said: list[Message] = []
    for words in demo.talk:
        message = actions.post_message(
            room.conversation,
            by=who(words.who),
            body=words.text,
            client_key=uuid.uuid4(),
            quoted=said[words.answers] if words.answers is not None else None,
            attachments=attached_to(demo.key, room.conversation, who(words.who), words.text),
        )
        said.append(message)
        for name, kind in words.reactions.items():
            actions.react(message, kind, by=who(name))
        if words.pinned_by:
            actions.pin_message(message, by=who(words.pinned_by))
        at = now - datetime.timedelta(hours=words.hours_ago)
        Message.objects.filter(pk=message.pk).update(created_at=at)
        FileVersion.objects.filter(room_file__message=message).update(created=at)
    # What came before the talk was before it.
    first = now - datetime.timedelta(hours=demo.talk[0].hours_ago + 1)
    Message.objects.filter(conversation=room.conversation, seq__lt=said[0].seq).update(created_at=first)
    FileVersion.objects.filter(room_file__room=room, seq__lt=said[0].seq).update(created=first)
    for place in Participant.objects.active().filter(conversation=room.conversation).select_related("person"):
        unread = next((number for name, number in demo.unread.items() if who(name) == place.person), 0)
        newest = said[-1].seq if not unread else said[-unread - 1].seq
        Participant.objects.filter(pk=place.pk).update(last_read_seq=newest)
