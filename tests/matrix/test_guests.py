"""A guest of a room walks the platform: sees this room and what everybody on the web sees; and who sees the guest."""

import pytest

from hanse_groups import actions
from tests.factories.rooms import add, make_room, say

from . import discovery
from .expected import SEES, visible
from .probes import client_of, found, normalised, text_of

pytestmark = pytest.mark.postgresql

MISSING = "00000000-0000-4000-8000-000000000000"
SAYS = ("Zqguestfirmzq", "Zqguestwordszq")
PLAIN = [route.text.removesuffix("$") for route in discovery.routes() if route.plain]
#: in the room with the guest
INSIDE = {"guest", "manager_alpha", "member_both"}


@pytest.fixture
def room(world):
    """A hidden one, with the guest and something said by somebody whose profile is for their cluster alone."""
    room = make_room(world.clusters["alpha"], owner=world.people["manager_alpha"], kind="hidden", name="Zqguestroomzq")
    add(room, world.people["member_both"])
    add(room, world.people["guest"], role="guest")
    say(room, world.people["member_both"], "@room Zqguestsaidzq")
    return room


@pytest.fixture
def profile(world, room):
    organisation, about = SAYS
    return actions.save_guest_profile(person=world.people["guest"], organisation=organisation, about=about)


def test_a_guest_finds_nothing_of_the_platform_anywhere(world, room, profile):
    """Dashboard, directories, lists, feeds, search, the administration and all other addresses without arguments."""
    client = client_of(world, "guest")
    for path in PLAIN:
        told = found(world, text_of(client.get(f"/{path}")))
        assert told <= visible("guest"), path
    for path in ("admin/", "quality/", "memberships/invitations/", "rooms/new/"):
        assert client.get(f"/{path}").status_code in {302, 403, 404}, path


def test_a_guest_reaches_what_is_the_own(world, room, profile):
    client = client_of(world, "guest")
    for path in (
        "dashboard/",
        "rooms/",
        "rooms/me/",
        "account/",
        "profile/",
        "notifications/",
        f"rooms/{room.uid}/chat/",
    ):
        assert client.get(f"/{path}").status_code == 200, path


def test_after_the_last_room_a_guest_sees_nothing(world, room, profile):
    actions.leave(room, by=world.people["guest"])
    client = client_of(world, "guest")
    for path in PLAIN:
        text = text_of(client.get(f"/{path}"))
        for word in ("Zqguestroomzq", "Zqguestsaidzq", str(room.uid)):
            assert word not in text, path
    assert client.get("/rooms/me/").status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_who_sees_the_profile_of_a_guest(world, room, profile, persona):
    client = client_of(world, persona)
    answer, missing = client.get(f"/rooms/guests/{profile.uid}/"), client.get(f"/rooms/guests/{MISSING}/")
    if persona in INSIDE:
        assert answer.status_code == 200
        assert all(word in text_of(answer) for word in SAYS)
    else:
        assert normalised(answer, profile.uid) == normalised(missing, MISSING)
