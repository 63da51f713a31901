"""Direct conversations, asked as every persona: who takes part reads them, and nobody else sees that there are any.

Neither the managers of a cluster nor operators are in any of these; what an operator opens by break-glass is a room.
"""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass

import pytest

from hanse_access.actions import break_glass
from hanse_access.attachments import store_attachment
from hanse_access.scopes import Scope
from hanse_activity import moderation
from hanse_activity.reportables import reportables
from hanse_groups import actions
from hanse_groups.actions import direct as acts
from hanse_groups.models import Conversation, Direct, DirectFile, Message, Participant
from hanse_search.documents import write_all_changes
from tests.factories.direct import make_group, seat, talk
from tests.factories.files import image_bytes, uploaded
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import make_room
from tests.scenes import scenes

from . import discovery
from .expected import SEES
from .probes import client_of, normalised, text_of
from .test_lists import parts_of
from .world import World, build

pytestmark = pytest.mark.postgresql

MISSING = "00000000-0000-4000-8000-000000000000"
NOTHING: set[str] = set()
TALKS = {"pair", "group", "left", "request"}
#: persona -> conversations that they read. "pair": the member of Alpha and the one of both clusters. "group": these two
#: and Alpha's editor. "left": the same three, and the editor has left. "request": Beta's member asks Alpha's.
READS: dict[str, set[str]] = {
    **dict.fromkeys(SEES, NOTHING),
    "member_alpha": {"pair", "group", "left"},
    "member_both": {"pair", "group", "left"},
    "editor_alpha": {"group"},
    "member_beta": {"request"},
}
SIGNED_IN = [persona for persona in SEES if persona != "visitor"]


@dataclass
class Talks:
    directs: dict[str, Direct]
    messages: dict[str, Message]
    places: dict[str, Participant]
    files: dict[str, DirectFile]

    def told(self, text: str) -> set[str]:
        """Conversations of which anything stands in the text: words, title, address."""
        return {
            key
            for key, message in self.messages.items()
            if f"words{mark(key)}" in text
            or f"title{mark(key)}" in text
            or str(message.uid) in text
            or f"file{mark(key)}" in text
            or str(self.files[key].uuid) in text
            or str(self.directs[key].conversation.uid) in text
        }


def mark(key: str) -> str:
    return f"Zq{key}zQ"


def build_with_talks() -> tuple[World, Talks]:
    world = build()
    talks = build_talks(world)
    write_all_changes()
    return world, talks


scenes["world_with_talks"] = build_with_talks


@pytest.fixture
def world_with_talks(stage, db) -> tuple[World, Talks]:
    return copy.deepcopy(stage.built)


@pytest.fixture
def world(world_with_talks) -> World:
    return world_with_talks[0]


@pytest.fixture
def built(world_with_talks) -> Talks:
    return world_with_talks[1]


def build_talks(world: World) -> Talks:
    people = world.people
    for name in ("member_alpha", "member_both", "editor_alpha", "member_beta", "manager_alpha"):
        ProfileFactory(person=people[name], scopes=[PLATFORM])
    one, two, three = people["member_alpha"], people["member_both"], people["editor_alpha"]
    directs = {
        "pair": talk(one, two, f"words{mark('pair')}"),
        "request": talk(people["member_beta"], one, f"words{mark('request')}"),
    }
    for key in ("group", "left"):
        directs[key] = make_group(one, two, three, title=f"title{mark(key)}", body=f"words{mark(key)}")
    acts.leave_group(directs["left"], by=three)
    messages = {key: Message.objects.get(conversation=direct.pk, kind="text") for key, direct in directs.items()}
    places = {key: Participant.objects.filter(conversation=direct.pk).last() for key, direct in directs.items()}
    files = {key: file_of(message, f"file{mark(key)}.png") for key, message in messages.items()}
    return Talks(directs, messages, places, files)


def file_of(message: Message, name: str) -> DirectFile:
    """As if it had come with the message; who asks to write cannot send any."""
    values = {"conversation": message.conversation, "message": message, "seq": message.seq, "label": name}
    upload = uploaded(name, image_bytes("PNG", (1000, 500)))
    return store_attachment(DirectFile(**values), upload=upload, by=message.author)


#: persona -> requests that wait for their answer: seen under "Waiting for me", and there they can be reported
ASKED = {"member_alpha": {"request"}}
PLAIN = [route.text for route in discovery.routes() if route.plain and not route.text.startswith("admin/")]


def test_every_persona_is_expected_something():
    assert READS.keys() == SEES.keys()


@pytest.mark.parametrize("persona", SEES)
def test_no_page_tells_of_a_conversation_to_who_is_not_in_it(world, built, persona):
    client = client_of(world, persona)
    # Who is asked reads the request among what waits, and nothing else leads there.
    waits = {"request"} if persona == "member_alpha" else NOTHING
    for path in PLAIN:
        told = built.told(text_of(client.get(f"/{path.removesuffix('$')}")))
        allowed = READS[persona] | (waits if path.startswith(("waiting", "dashboard", "notifications")) else NOTHING)
        assert told <= allowed, path


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_list_has_the_own_ones_and_the_search_finds_in_them(world, built, persona):
    client = client_of(world, persona)
    response = client.get("/messages/")
    assert built.told(text_of(response)) == READS[persona]
    assert response.context["item_list"].total == len(READS[persona])
    for part in ("results", "more"):
        assert built.told("\n".join(parts_of(client, "direct", "/messages/", part))) == READS[persona]
    for key in TALKS:
        found = client.get(f"/messages/search/?q=words{mark(key)}").context["found"]
        assert [message.uid for message in found] == ([built.messages[key].uid] if key in READS[persona] else [])


#: method and address of everything inside, with {conversation}, {message}, {place}, {file}
INSIDE = [
    ("get", "/messages/{conversation}/"),
    ("get", "/messages/{conversation}/search/?q=words"),
    ("get", "/messages/{conversation}/at/{message}/"),
    ("get", "/messages/{conversation}/people/"),
    ("post", "/messages/{conversation}/people/add/"),
    ("post", "/messages/{conversation}/people/{place}/block/"),
    ("post", "/messages/{conversation}/title/"),
    ("post", "/messages/{conversation}/level/"),
    ("post", "/messages/{conversation}/archive/"),
    ("post", "/messages/{conversation}/leave/"),
    ("get", "/conversations/{conversation}/messages/"),
    ("post", "/conversations/{conversation}/messages/"),
    ("get", "/conversations/{conversation}/changes/"),
    ("post", "/conversations/{conversation}/read/"),
    ("post", "/conversations/{conversation}/attachments/"),
    ("post", "/conversations/{conversation}/attachments/{file}/remove/"),
    ("get", "/files/direct/{file}/"),
    ("get", "/files/direct/{file}/480/"),
    ("get", "/conversations/{conversation}/messages/{message}/"),
    *(
        ("post", f"/conversations/{{conversation}}/messages/{{message}}/{act}/")
        for act in ("edit", "delete", "react", "pin", "unpin")
    ),
    ("get", "/reports/about/message/{message}/"),
    ("post", "/reports/about/message/{message}/"),
    ("post", "/blocks/author/message/{message}/"),
]
#: what who is asked can do before the answer: be led there, report, block
BEFORE_THE_ANSWER = {
    "/messages/{conversation}/",
    "/messages/{conversation}/at/{message}/",
    "/reports/about/message/{message}/",
    "/blocks/author/message/{message}/",
}


def check_missing(client, asked, built: Talks, keys: set[str]) -> None:
    """The answers for these conversations are those for one that is not there."""
    missing = {"conversation": MISSING, "message": MISSING, "place": 999999999, "file": MISSING}
    for method, pattern in asked if keys else ():
        nothing = answer(client, method, pattern, missing)
        for key in keys:
            names = {
                "conversation": built.directs[key].conversation.uid,
                "message": built.messages[key].uid,
                "place": built.places[key].pk,
                "file": built.files[key].uuid,
            }
            assert answer(client, method, pattern, names) == nothing, (key, pattern)


def answer(client, method: str, pattern: str, names: dict[str, object]) -> str:
    data = {"body": "x", "seq": "1", "title": "x", "level": "none", "category": "untrue"} if method == "post" else {}
    return normalised(getattr(client, method)(pattern.format(**names), data), *names.values())


@pytest.mark.parametrize("persona", SEES)
def test_the_inside_is_missing_for_who_is_not_in_it(world, built, persona):
    client = client_of(world, persona)
    before = list(Message.objects.order_by("pk").values_list("pk", "version_seq"))
    asked = ASKED.get(persona, NOTHING)
    closed = TALKS - READS[persona]
    check_missing(client, INSIDE, built, closed - asked)
    later = [(method, pattern) for method, pattern in INSIDE if pattern not in BEFORE_THE_ANSWER]
    check_missing(client, later, built, closed & asked)
    assert list(Message.objects.order_by("pk").values_list("pk", "version_seq")) == before


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_messages_are_read_by_who_takes_part(world, built, persona):
    client = client_of(world, persona)
    for key in READS[persona]:
        conversation = built.directs[key].conversation.uid
        for address in (f"/messages/{conversation}/", f"/conversations/{conversation}/changes/?after=0"):
            assert key in built.told(text_of(client.get(address))), address
        for size in ("", "480/"):
            assert client.get(f"{built.files[key].url}{size}").status_code == 200


@pytest.mark.parametrize("persona", ["member_alpha", "editor_alpha"])
def test_a_message_of_another_conversation_is_missing_at_the_address_of_the_own(world, built, persona):
    client = client_of(world, persona)
    own = built.directs["group"].conversation.uid
    for key in TALKS - READS[persona]:
        uid = built.messages[key].uid
        for address in (f"/messages/{own}/at/", f"/conversations/{own}/messages/"):
            hidden, missing = client.get(f"{address}{uid}/"), client.get(f"{address}{uuid.UUID(MISSING)}/")
            assert normalised(hidden, uid) == normalised(missing, MISSING)


def test_break_glass_opens_none(world, built):
    """Neither one of a room that the same people are in, nor one with the number of a conversation."""
    operator = world.people["operator"]
    room = make_room(
        world.clusters["alpha"], owner=world.people["manager_alpha"], members=[world.people["member_alpha"]]
    )
    break_glass(by=operator, scope=Scope("group", room.pk), reason="A member reported threats here")
    client = client_of(world, "operator")
    assert client.get(f"/rooms/{room.uid}/chat/").status_code == 200
    check_missing(client, INSIDE, built, TALKS)


def test_who_decides_about_a_report_reads_the_copy_and_nothing_more(world, built):
    second = actions.post_message(
        built.directs["pair"].conversation,
        by=world.people["member_both"],
        body=f"other{mark('pair')}",
        client_key=uuid.uuid4(),
    )
    moderation.report(
        reportables["message"], second, by=world.people["member_alpha"], category="offensive", reason="Look"
    )
    seen = [
        persona
        for persona in SIGNED_IN
        if f"other{mark('pair')}" in text_of(client_of(world, persona).get("/waiting/"))
    ]
    assert set(seen) <= {"manager_alpha", "manager_beta", "operator"}
    assert len(seen) >= 1
    for persona in seen:
        client = client_of(world, persona)
        assert f"words{mark('pair')}" not in text_of(client.get("/waiting/"))
        assert client.get(f"/messages/{built.directs['pair'].conversation.uid}/").status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_a_profile_that_one_does_not_see_leads_nowhere(world, built, persona):
    client = client_of(world, persona)
    for key, profile in world.profiles.items():
        if client.get(profile.get_absolute_url()).status_code == 404:
            hidden, missing = client.get(f"/messages/to/{profile.uid}/"), client.get(f"/messages/to/{MISSING}/")
            assert normalised(hidden, profile.uid) == normalised(missing, MISSING), key
            answer = client.get(f"/messages/new/?with=p{profile.uid}&q=Person{key[0]}")
            if persona != "visitor":
                assert answer.context["chosen"] == []
    assert Conversation.objects.filter(direct__isnull=False).count() == len(TALKS)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_people_are_found_by_name_only_where_their_profile_is_seen(world, built, persona):
    client = client_of(world, persona)
    for profile in world.profiles.values():
        found = client.get("/messages/new/", {"q": profile.person.first_name}).context["found"]
        seen = client.get(profile.get_absolute_url()).status_code == 200
        assert {each.person for each in found} <= ({profile.person} if seen else set())


def test_who_is_told(world, built):
    for persona in SIGNED_IN:
        text = text_of(client_of(world, persona).get("/notifications/"))
        allowed = READS[persona] | ({"request"} if persona == "member_alpha" else NOTHING)
        assert built.told(text) <= allowed, persona
    assert seat(built.directs["request"], world.people["member_alpha"]).state == "invited"
