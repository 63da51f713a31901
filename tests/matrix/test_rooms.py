"""Rooms, asked as every persona: the card on every surface, the inside at every address.

Hidden and missing are the same answer, also between the card that one sees and the inside that one does not.
"""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass

import pytest

from hanse_access.scopes import Scope
from hanse_groups import actions
from hanse_groups.models import FileVersion, Folder, Message, Participant, Room, RoomFile, RoomLink
from hanse_search.documents import write_all_changes
from tests.factories.room_files import bring
from tests.factories.rooms import PLATFORM, add, make_room, say
from tests.scenes import scenes

from . import discovery
from .expected import SEES
from .probes import client_of, normalised, text_of
from .test_lists import parts_of
from .world import World, build

pytestmark = pytest.mark.postgresql

MISSING = "00000000-0000-4000-8000-000000000000"
ROOMS = ("open", "closed", "across", "hidden", "archived", "deleted")
NOTHING: set[str] = set()
#: persona -> (rooms whose card is seen, rooms that are open inside). All at home in Alpha and owned by its manager. In
#: the rooms "closed", "across" and "hidden" are member_both and, as guest, the account without a cluster; "open",
#: "closed" and "archived" show their card to Alpha, "across" to all members.
EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    **dict.fromkeys(("visitor", "newcomer", "suspended", "operator"), (NOTHING, NOTHING)),
    "guest": ({"closed", "across", "hidden"}, {"closed", "across", "hidden"}),
    "manager_alpha": (set(ROOMS), set(ROOMS) - {"deleted"}),
    "member_both": ({"open", "closed", "across", "hidden", "archived"}, {"closed", "across", "hidden"}),
    **dict.fromkeys(("member_alpha", "editor_alpha"), ({"open", "closed", "across", "archived"}, NOTHING)),
    **dict.fromkeys(("member_beta", "editor_beta", "manager_beta"), ({"across"}, NOTHING)),
}


def test_every_persona_is_expected_something():
    assert EXPECTED.keys() == SEES.keys()


@dataclass
class Rooms:
    rooms: dict[str, Room]
    messages: dict[str, Message]
    places: dict[str, Participant]
    links: dict[str, RoomLink]
    files: dict[str, FileVersion]
    folders: dict[str, Folder]

    def cards(self, text: str) -> set[str]:
        """Rooms that the text names or leads to."""
        return {key for key, room in self.rooms.items() if f"Room{mark(key)}" in text or str(room.uid) in text}

    def insides(self, text: str) -> set[str]:
        return {
            key
            for key, message in self.messages.items()
            if f"words{mark(key)}" in text
            or str(message.uid) in text
            or f"asks{mark(key)}" in text
            or any(f"{word}{mark(key)}" in text for word in ("file", "folder", "held"))
            or str(self.files[key].uuid) in text
            or str(self.files[key].room_file.uid) in text
        }


def mark(key: str) -> str:
    return f"Zq{key}zQ"


def build_with_rooms() -> tuple[World, Rooms]:
    world = build()
    rooms = build_rooms(world)
    write_all_changes()
    return world, rooms


scenes["world_with_rooms"] = build_with_rooms


@pytest.fixture
def world_with_rooms(stage, db) -> tuple[World, Rooms]:
    return copy.deepcopy(stage.built)


@pytest.fixture
def world(world_with_rooms) -> World:
    return world_with_rooms[0]


@pytest.fixture
def built(world_with_rooms) -> Rooms:
    return world_with_rooms[1]


def build_rooms(world) -> Rooms:
    alpha, manager = world.clusters["alpha"], world.people["manager_alpha"]
    actions.set_room_opening(alpha, by_members=False, by=manager)
    own = [Scope("cluster", alpha.pk)]
    settings = {
        "open": (Room.Kind.OPEN, own),
        "across": (Room.Kind.CLOSED, [PLATFORM]),
        "hidden": (Room.Kind.HIDDEN, ()),
    }
    rooms, messages, places, links, files, folders = {}, {}, {}, {}, {}, {}
    for key in ROOMS:
        kind, scopes = settings.get(key, (Room.Kind.CLOSED, own))
        room = make_room(
            alpha, owner=manager, kind=kind, scopes=scopes, name=f"Room{mark(key)}", purpose=f"purpose{mark(key)}"
        )
        if key in {"closed", "across", "hidden"}:
            add(room, world.people["member_both"])
            add(room, world.people["guest"], role="guest")
        messages[key] = say(room, manager, f"words{mark(key)} @room")
        actions.pin_message(messages[key], by=manager)
        folders[key] = actions.make_folder(room, by=manager, name=f"folder{mark(key)}")
        files[key] = bring(room, manager, f"file{mark(key)}.txt", f"held{mark(key)}".encode())
        bring(room, manager, f"file{mark(key)}.txt", f"held{mark(key)}".encode(), folder=folders[key])
        if key in {"closed", "across"}:
            asking = actions.ask_to_join(room, by=world.people["editor_alpha"], request=f"asks{mark(key)}")
            places[key] = asking
        else:
            places[key] = Participant.objects.get(conversation=room.conversation_id, person=manager)
        links[key] = actions.make_link(room, by=manager, role="guest")[0]
        if key == "archived":
            actions.archive_room(room, by=manager)
        if key == "deleted":
            actions.delete_room(room, by=manager)
        rooms[key] = room
    actions.save_guest_profile(person=world.people["guest"], organisation="Zqguestfirmzq")
    return Rooms(rooms, messages, places, links, files, folders)


PLAIN = [route.text for route in discovery.routes() if route.plain and not route.text.startswith("admin/")]


@pytest.mark.parametrize("persona", SEES)
def test_no_page_tells_of_a_room_to_who_does_not_see_it(world, built, persona):
    """Nor of what is in it to who is not in it."""
    client = client_of(world, persona)
    cards, insides = EXPECTED[persona]
    if persona == "editor_alpha":
        insides = insides | {"closed", "across"}  # what they said themselves when they asked
    for path in PLAIN:
        text = text_of(client.get(f"/{path.removesuffix('$')}"))
        assert built.cards(text) <= cards, path
        assert built.insides(text) <= insides, path
        assert persona == "guest" or "Zqguestfirmzq" not in text, path


@pytest.mark.parametrize("persona", SEES)
def test_the_search_finds_cards_and_what_is_in_rooms(world, built, persona):
    client = client_of(world, persona)
    cards, insides = EXPECTED[persona]
    if persona == "manager_alpha":
        cards = cards - {"deleted"}  # can be had back, but is not found
    for key in ROOMS:
        mine = client.get("/search/", {"q": f"Room{mark(key)}", "kind": "room"}).context["item_list"]
        assert [str(row.found.title) for row in mine.rows] == ([f"Room{mark(key)}"] if key in cards else [])
        for word, number in ((f"words{mark(key)} ", 1), (f"file{mark(key)} ", 2)):
            mine = client.get("/search/", {"q": word}).context["item_list"]
            assert mine.total == len(mine.rows) == (number if key in insides else 0), (key, word)


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_the_list_and_its_counts(world, built, persona):
    client = client_of(world, persona)
    response = client.get("/rooms/")
    cards, _insides = EXPECTED[persona]
    assert built.cards(text_of(response)) == cards
    for part in ("results", "more"):
        assert built.cards("\n".join(parts_of(client, "rooms", "/rooms/", part))) == cards
    counted = {option.value: option.count for option in _facet(response, "kind")}
    kinds = [built.rooms[key].kind for key in cards]
    # Those of the world, see world.add_room.
    kinds += [room.kind for sender, room in world.rooms.items() if persona in (f"editor_{sender}", "member_both")]
    assert counted == {kind: kinds.count(kind) for kind in set(kinds)}


def _facet(response, name):
    drawn = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    return drawn[name].first if name in drawn else []


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_a_word_of_a_hidden_room_finds_nothing(world, built, persona):
    client = client_of(world, persona)
    for key in set(ROOMS) - EXPECTED[persona][0]:
        for word in ("Room", "purpose"):
            response = client.get(f"/rooms/?q={word}{mark(key)}")
            assert response.context["item_list"].total == 0


@pytest.mark.parametrize("persona", SEES)
def test_the_card_and_the_home_page(world, built, persona):
    client = client_of(world, persona)
    cards, insides = EXPECTED[persona]
    for key, room in built.rooms.items():
        answer = client.get(f"/rooms/{room.uid}/")
        if key not in cards:
            assert normalised(answer, room.uid) == normalised(client.get(f"/rooms/{MISSING}/"), MISSING)
            continue
        assert answer.status_code == 200
        assert built.insides(text_of(answer)) == ({key} if key in insides else set())


#: method and address of everything inside, with {room}, {conversation}, {message}, {place}
INSIDE = [
    ("get", "/rooms/{room}/chat/"),
    ("get", "/rooms/{room}/chat/search/?q=words"),
    ("get", "/rooms/{room}/people/"),
    ("get", "/rooms/{room}/people/invite/"),
    ("get", "/rooms/{room}/settings/"),
    ("get", "/rooms/{room}/trail/"),
    ("get", "/rooms/{room}/leave/"),
    ("get", "/rooms/{room}/links/"),
    ("post", "/rooms/{room}/links/"),
    ("post", "/rooms/{room}/links/{link}/revoke/"),
    ("get", "/rooms/{room}/export/"),
    ("post", "/rooms/{room}/export/"),
    ("get", "/reports/about/message/{message}/"),
    ("post", "/reports/about/message/{message}/"),
    ("post", "/blocks/author/message/{message}/"),
    ("get", "/conversations/{conversation}/messages/{message}/withheld/"),
    ("post", "/rooms/{room}/level/"),
    ("post", "/rooms/{room}/people/{place}/object/"),
    ("post", "/rooms/{room}/people/{place}/let-in/"),
    ("get", "/rooms/{room}/messages/{message}/"),
    ("get", "/rooms/{room}/files/"),
    ("get", "/rooms/{room}/files/?q=file"),
    ("post", "/rooms/{room}/files/upload/"),
    ("post", "/rooms/{room}/files/new-folder/"),
    ("get", "/rooms/{room}/files/zip/"),
    ("get", "/rooms/{room}/files/chat/"),
    ("get", "/rooms/{room}/files/bin/"),
    ("post", "/rooms/{room}/files/bin/{file}/restore/"),
    ("post", "/rooms/{room}/files/bin/{folder}/remove/"),
    ("get", "/rooms/{room}/files/{file}/"),
    ("post", "/rooms/{room}/files/{file}/rename/"),
    ("post", "/rooms/{room}/files/{file}/move/"),
    ("post", "/rooms/{room}/files/{file}/restore/"),
    ("post", "/rooms/{room}/files/{file}/bin/"),
    ("get", "/rooms/{room}/folders/{folder}/"),
    ("post", "/rooms/{room}/folders/{folder}/upload/"),
    ("post", "/rooms/{room}/folders/{folder}/new-folder/"),
    ("get", "/rooms/{room}/folders/{folder}/zip/"),
    ("get", "/rooms/{room}/folders/{folder}/change/"),
    ("post", "/rooms/{room}/folders/{folder}/change/"),
    ("get", "/files/room/{version}/"),
    ("get", "/files/room/{version}/480/"),
    ("get", "/conversations/{conversation}/messages/"),
    ("post", "/conversations/{conversation}/messages/"),
    ("get", "/conversations/{conversation}/changes/"),
    ("post", "/conversations/{conversation}/read/"),
    ("post", "/conversations/{conversation}/attachments/"),
    ("post", "/conversations/{conversation}/attachments/{version}/remove/"),
    ("get", "/conversations/{conversation}/messages/{message}/"),
    ("post", "/conversations/{conversation}/messages/{message}/edit/"),
    ("post", "/conversations/{conversation}/messages/{message}/delete/"),
    ("post", "/conversations/{conversation}/messages/{message}/react/"),
]
#: what only needs the card
OUTSIDE = [("post", "/rooms/{room}/join/"), ("post", "/rooms/{room}/ask/"), ("post", "/rooms/{room}/state/")]


def names(built: Rooms, key: str) -> dict[str, object]:
    """What stands in the addresses of this room."""
    room, file = built.rooms[key], built.files[key]
    return {
        "room": room.uid,
        "conversation": room.conversation.uid,
        "message": built.messages[key].uid,
        "place": built.places[key].pk,
        "link": built.links[key].pk,
        "file": file.room_file.uid,
        "folder": built.folders[key].uid,
        "version": file.uuid,
    }


def answer(client, method: str, pattern: str, named: dict[str, object]) -> str:
    """Made comparable with the answer for other names."""
    data = {"body": "x", "seq": "1", "to": "archive", "name": "x", "act": "bin"} if method == "post" else {}
    return normalised(getattr(client, method)(pattern.format(**named), data), *named.values())


def check_missing(client, asked, built: Rooms, keys: set[str]) -> None:
    """The answers for these rooms are those for one that is not there."""
    nothing = {**dict.fromkeys(names(built, "open"), MISSING), "place": 999999999, "link": 999999999}
    for method, pattern in asked if keys else ():
        missing = answer(client, method, pattern, nothing)
        for key in keys:
            assert answer(client, method, pattern, names(built, key)) == missing, (key, pattern)


@pytest.mark.parametrize("persona", SEES)
def test_the_inside_is_missing_for_who_is_not_in_it(world, built, persona):
    client = client_of(world, persona)
    _cards, insides = EXPECTED[persona]
    check_missing(client, INSIDE, built, set(ROOMS) - insides)
    assert Message.objects.filter(kind="text").count() == len(ROOMS)
    assert RoomFile.objects.filter(binned_at=None, name__contains="file").count() == 2 * len(ROOMS)
    assert Folder.objects.filter(binned_at=None).count() == len(ROOMS)


@pytest.mark.parametrize("persona", SEES)
def test_a_hidden_room_can_be_neither_joined_nor_asked_nor_changed(world, built, persona):
    client = client_of(world, persona)
    cards, _insides = EXPECTED[persona]
    before = set(Participant.objects.values_list("pk", "state"))
    check_missing(client, OUTSIDE, built, set(ROOMS) - cards)
    assert set(Participant.objects.values_list("pk", "state")) == before


@pytest.mark.parametrize("persona", SEES)
def test_messages_are_read_by_who_is_in_the_room(world, built, persona):
    client = client_of(world, persona)
    for key in EXPECTED[persona][1]:
        conversation = built.rooms[key].conversation.uid
        for address in (f"/rooms/{built.rooms[key].uid}/chat/", f"/conversations/{conversation}/changes/?after=0"):
            answer = client.get(address)
            assert built.insides(text_of(answer)) == {key}, address


@pytest.mark.parametrize("persona", SEES)
def test_files_are_opened_by_who_is_in_the_room(world, built, persona):
    client = client_of(world, persona)
    for key, version in built.files.items():
        answer = client.get(version.url)
        if key not in EXPECTED[persona][1]:
            assert answer.status_code == 404
            continue
        assert f"held{mark(key)}" in text_of(answer)
        room = f"/rooms/{built.rooms[key].uid}"
        parts = ("", "?q=file", f"{version.room_file.uid}/", "zip/", "bin/", "chat/")
        folder = f"{room}/folders/{built.folders[key].uid}/"
        for address in (*(f"{room}/files/{part}" for part in parts), folder, f"{folder}zip/"):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert built.insides(text_of(answer)) <= {key}, address


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_a_file_of_another_room_is_missing_at_the_address_of_the_own(world, built, persona):
    client = client_of(world, persona)
    for key in EXPECTED[persona][1]:
        own = f"/rooms/{built.rooms[key].uid}"
        for other in set(ROOMS) - {key}:
            file, folder = built.files[other].room_file.uid, built.folders[other].uid
            for address, uid in ((f"{own}/files/{file}/", file), (f"{own}/folders/{folder}/", folder),
                                 (f"{own}/folders/{folder}/zip/", folder)):  # fmt: skip
                hidden, missing = client.get(address), client.get(address.replace(str(uid), MISSING))
                assert normalised(hidden, uid) == normalised(missing, MISSING)
            assert client.post(f"{own}/files/{file}/bin/").status_code == 404


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_a_message_of_another_room_is_missing_at_the_address_of_the_own(world, built, persona):
    client = client_of(world, persona)
    for key in EXPECTED[persona][1]:
        others = set(ROOMS) - EXPECTED[persona][1]
        for other in others:
            uid = built.messages[other].uid
            for address in (
                f"/rooms/{built.rooms[key].uid}/messages/",
                f"/conversations/{built.rooms[key].conversation.uid}/messages/",
            ):
                hidden, missing = client.get(f"{address}{uid}/"), client.get(f"{address}{uuid.UUID(MISSING)}/")
                assert normalised(hidden, uid) == normalised(missing, MISSING)


def test_who_is_told_of_messages(world, built):
    """The mention of everybody reaches those inside, and their lists of notifications name no other room."""
    for persona in SEES:
        if persona == "visitor":
            continue
        text = text_of(client_of(world, persona).get("/notifications/"))
        assert built.cards(text) <= EXPECTED[persona][0], persona
