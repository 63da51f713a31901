"""Every page of rooms and messages, with something of each kind on it: accessible and whole, in both languages."""

import pytest
from django.urls import reverse

from hanse_activity import moderation
from hanse_activity.reportables import reportables
from hanse_groups import actions, urls
from hanse_groups.actions import direct as direct_acts
from hanse_groups.models import Message, Participant
from tests.factories.accounts import confirmed_person
from tests.factories.direct import make_group, talk
from tests.factories.files import image_bytes
from tests.factories.profiles import ProfileFactory
from tests.factories.room_files import bring
from tests.factories.room_links import copied
from tests.factories.rooms import PLATFORM, add, place_of, say

from ..crawl import LOOKS, Inspector, Look

#: addresses below which no page is drawn: what forms are sent to, what scripts ask for, and what leads on
NO_PAGES = {
    "change_state", "join", "ask", "level", "revoke_link", "object", "participant", "message", "direct_message",
    "direct_add", "direct_block", "direct_rename", "direct_level", "direct_archive", "direct_leave", "upload",
    "new_folder", "upload_to", "new_folder_in", "archive", "archive_of", "binned", "act_on_file", "messages",
    "changes", "attach", "detach", "read", "one", "act_on_message",
}  # fmt: skip
#: pages that are all the room's own
IN_ROOM = (
    "room", "settings", "trail", "leave", "people", "invite", "export", "links", "chat", "files", "chat_files", "bin",
)  # fmt: skip


@pytest.fixture
def scene(network, people, room):
    """The room with somebody of each role, requests, invitations, talk and files, and two direct conversations.

    Name of an address → who opens it, with what, and what stands behind it.
    """
    owner, second, third = people
    outsider = network["company.photonik"]
    guest = confirmed_person(email="nele@patents.example", first_name="Nele", last_name="Nord")
    room.shows_who_read = True
    room.save()
    add(room, guest, role="guest")
    actions.set_role(place_of(room, second), Participant.Role.MODERATOR, by=owner)
    profile = actions.save_guest_profile(person=guest, organisation="Patent office Nord", about="Patents of lenses")
    asking = actions.ask_to_join(room, by=outsider, request="I make lenses")
    actions.object_to(asking, by=third, text="They compete with us")
    actions.invite(room, by=owner, person=network["manager.biomed"])
    _link, link = copied(room, by=owner, role="guest")
    add(room, network["editor.photonik"])
    actions.ban(place_of(room, network["editor.photonik"]), by=owner, reason="Not here")
    actions.request_room_export(room, by=owner)

    begun = say(room, owner, f"Hello @{second.get_full_name()}, see https://example.org and `code`\n\n- a\n- b")
    actions.react(begun, "agree", by=third)
    actions.pin_message(begun, by=owner)
    say(room, second, "Ask Meyer", thread=begun)
    say(room, third, "Good", quoted=begun)
    say(room, guest, "A" * 300)
    actions.delete_message(say(room, third, "Gone"), by=owner, reason="Because")
    withheld = say(room, third, "What an insult")
    report = moderation.report(reportables["message"], withheld, by=second, category="offensive", reason="An insult")
    moderation.withhold(report, by=network["operator"], statement="It insults")

    folder = actions.make_folder(room, by=second, name="Drawings with a rather long name that has to be wrapped")
    bring(room, second, "inside.csv", b"a;b", folder=folder)
    bring(room, owner, "notes.txt")
    file = bring(room, second, "notes.txt", b"more words").room_file
    bring(room, owner, f"{'a' * 100}.png", image_bytes("PNG", (900, 500)))
    actions.bin_file(bring(room, owner, "binned.txt").room_file, by=owner)

    direct = talk(owner, second, "Hello", f"{'b' * 200} word")
    group = make_group(owner, second, third, title="Lunch with a rather long title that has to be wrapped")
    archived = talk(third, owner, "An old matter")
    direct_acts.archive_direct(archived, by=owner)
    stranger = ProfileFactory(person=network["manager.leichtbau"], scopes=[PLATFORM])

    in_room = {name: (owner, [room.uid]) for name in IN_ROOM}
    by_owner = {name: (owner, []) for name in ("rooms", "new_room", "directs", "archived_directs", "new_direct")}
    return {
        **in_room,
        **by_owner,
        "search_directs": (owner, [], "?q=word"),
        "message_settings": (owner, []),
        "own_guest_profile": (guest, []),
        "guest": (owner, [profile.uid]),
        "opening": (owner, [room.cluster.slug]),
        "search": (owner, [room.uid], "?q=Hello"),
        "link": (None, [link.strip("/").rpartition("/")[2]]),
        "write": (owner, [stranger.uid]),
        "write_in_room": (owner, [room.uid, place_of(room, guest).pk]),
        "direct": (owner, [direct.conversation.uid]),
        "direct_search": (owner, [direct.conversation.uid], "?q=word"),
        "direct_people": (owner, [group.conversation.uid]),
        "folder": (owner, [room.uid, folder.uid]),
        "change_folder": (owner, [room.uid, folder.uid]),
        "file": (owner, [room.uid, file.uid]),
        "withheld": (third, [room.conversation.uid, withheld.uid]),
    }


@pytest.mark.parametrize(
    ("language", "looks"),
    [
        ("en", [Look("light", 360)]),
        ("de", [Look("dark", 360)]),
        pytest.param("en", LOOKS, marks=pytest.mark.slow),
        pytest.param("de", LOOKS, marks=pytest.mark.slow),
    ],
    ids=["english light", "german dark", "english", "german"],
)
def test_nothing_is_wrong_with_any_of_them(scene, open_as, network, room, language, looks):
    # None is left out that a page is drawn for.
    assert {pattern.name for pattern in urls.urlpatterns} == scene.keys() | NO_PAGES
    found, opened = {}, {}
    for name, (person, arguments, *query) in scene.items():
        key = person and person.pk
        if key not in opened:
            # What a person chose, or a browser's locale says, would go before what is asked for here.
            opened[key] = open_as(person, locale=None)
        path = "".join([reverse(f"hanse_groups:{name}", args=arguments), *query])
        if problems := Inspector().problems(opened[key], path, language, looks):
            found[name] = problems
    page = opened[scene["room"][0].pk]
    begun = Message.objects.filter(conversation=room.conversation_id, replies__isnull=False).first()
    outside = open_as(network["company.photonik"], locale=None)
    for where, own, path in (
        ("card", outside, room.get_absolute_url()),
        ("thread", page, f"{reverse('hanse_groups:chat', args=[room.uid])}?thread={begun.uid}"),
        ("notifications", page, reverse("hanse_activity:notifications")),
        ("what reaches me", page, reverse("hanse_activity:delivery")),
    ):
        if problems := Inspector().problems(own, path, language, looks):
            found[where] = problems
    assert found == {}
