"""Each refusal says what is kept, and nothing that was typed is lost: for scripts, and for forms without them."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hanse_groups import actions
from hanse_groups.actions.limits import SAID
from hanse_groups.models import Message
from tests.factories.direct import accepts
from tests.factories.direct import talk as direct_talk
from tests.factories.rooms import place_of, say
from tests.matrix.probes import normalised

from .talk import address, browser, send

pytestmark = pytest.mark.django_db
TEXT = "What took me an hour"


@pytest.fixture
def refused(room, manager, ada, monkeypatch, settings):
    """Name of a refusal → what is sent, once that is so."""

    def too_long():
        return {"body": TEXT + "x" * 10_000}

    def too_often():
        for _time in range(SAID.limit.most):
            SAID.limit.count(str(ada.pk))
        return {"body": TEXT}

    def archived():
        actions.archive_room(room, by=manager)
        return {"body": TEXT}

    def removed():
        actions.remove(place_of(room, ada), by=manager)
        return {"body": TEXT}

    def answered_to_what_is_gone():
        said = say(room, manager)
        actions.delete_message(said, by=manager)
        return {"body": TEXT, "quoted": str(said.uid)}

    def too_large():
        settings.HANSE_UPLOAD_MAX_BYTES = 10
        return {"body": TEXT, "files": SimpleUploadedFile("big.txt", b"x" * 11)}

    def too_many_files():
        settings.HANSE_MESSAGE_MAX_FILES = 1
        return {"body": TEXT, "files": [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(2)]}

    def no_space():
        settings.HANSE_ROOM_QUOTA_BYTES = 1
        return {"body": TEXT, "files": SimpleUploadedFile("plan.txt", b"plan")}

    def file_that_is_gone():
        return {"body": TEXT, "attachments": [str(uuid.uuid4())]}

    return locals()


REFUSALS = [
    "too_long",
    "too_often",
    "archived",
    "removed",
    "answered_to_what_is_gone",
    "too_large",
    "too_many_files",
    "no_space",
    "file_that_is_gone",
]


@pytest.mark.parametrize("name", REFUSALS)
def test_scripts_are_told_what_is_kept(room, ada, refused, name):
    answer = send(ada, address(room), **refused[name]())
    assert answer.status_code in (400, 404)
    assert "kept" in answer.json()["error"]
    assert not Message.objects.filter(author=ada).exists()


@pytest.mark.parametrize("name", REFUSALS)
def test_without_scripts_the_text_stands_on_the_page(room, ada, refused, name):
    answer = browser(ada).post(address(room), refused[name]())
    assert answer.status_code in (400, 404)
    assert TEXT in answer.text
    assert "kept" in answer.text or "to copy" in answer.text


def test_a_change_for_which_one_came_too_late_is_handed_back_too(room, manager, ada):
    mine = say(room, ada, "First")
    actions.remove(place_of(room, ada), by=manager)
    answer = browser(ada).post(address(room, mine, "edit"), {"body": TEXT})
    assert (answer.status_code, TEXT in answer.text) == (404, True)
    assert "kept" in send(ada, address(room, mine, "edit"), body=TEXT).json()["error"]


def test_who_is_out_and_what_never_was_get_the_same_answer(room, manager, ada, stranger):
    actions.remove(place_of(room, ada), by=manager)
    nowhere = reverse("hanse_groups:messages", args=[uuid.uuid4()])
    for person in (ada, stranger):
        client = browser(person)
        hidden, missing = (client.post(where, {"body": TEXT}) for where in (address(room), nowhere))
        assert hidden.status_code == missing.status_code == 404
        assert normalised(hidden) == normalised(missing)


def test_a_direct_message_that_is_refused_stays_in_its_field(room, ada, ben):
    direct = direct_talk(ada, ben, "Hello")
    accepts(ben, "nobody")
    where = reverse("hanse_groups:messages", args=[direct.conversation.uid])
    answer = browser(ada).post(where, {"body": TEXT})
    assert (answer.status_code, TEXT in answer.text) == (400, True)


@pytest.mark.parametrize("act", ["remove", "bar"])
def test_a_reason_for_removing_somebody_that_is_refused_stays_in_its_field(room, manager, ada, act):
    place = place_of(room, ada)
    reason = TEXT + "x" * 1000
    where = reverse("hanse_groups:participant", args=[room.uid, place.pk, act])
    answer = browser(manager).post(where, {"reason": reason})
    assert answer.status_code == 400
    field = BeautifulSoup(answer.text, "html.parser").find(id=f"reason-{place.pk}")
    assert field["value"] == reason
    assert "1000" in field.find_next(id=field["aria-describedby"]).text
    assert place_of(room, ada).is_active
