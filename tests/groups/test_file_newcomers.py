"""In a room whose newcomers see only what follows: files obey the same number as messages, exactly."""

import io
import zipfile

import pytest
from django.test import Client

from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.file_tree import Tree
from hanse_groups.models import FileVersion
from tests.factories.clusters import MembershipFactory
from tests.factories.room_files import bring
from tests.factories.rooms import add, owner_of, place_of

from .talk import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined(newcomer):
    """The room, its owner with files from before, and somebody who came after."""
    room, _before, _first = newcomer
    owner = owner_of(room)
    old_folder = actions.make_folder(room, by=owner, name="Merger")
    old = bring(room, owner, "Secret.txt", b"before")
    both = bring(room, owner, "Both.txt", b"before")
    deep = bring(room, owner, "Deep.txt", b"before", folder=old_folder)
    person = MembershipFactory(cluster=room.cluster).person
    add(room, person)
    return room, owner, person, {"old": old, "both": both, "deep": deep, "folder": old_folder}


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def names_in_archive(client: Client, address: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(address).streaming_content))) as archive:
        return sorted(archive.namelist())


def test_the_boundary_is_the_joining_itself(newcomer):
    room, _before, person = newcomer
    owner, place = owner_of(room), place_of(room, person)
    version = bring(room, owner)
    for number, sees in ((place.from_seq, False), (place.from_seq + 1, True)):
        FileVersion.objects.filter(pk=version.pk).update(seq=number)
        assert FileVersion.objects.visible_to(Viewer.of(person)).exists() is sees
        assert FileVersion.objects.readable_by(place).exists() is sees


def test_nothing_from_before_is_on_any_page_or_address(joined):
    room, owner, person, things = joined
    client, base = browser(person), f"/rooms/{room.uid}/"
    for address in (
        base,
        f"{base}files/",
        f"{base}files/?q=Secret",
        f"{base}files/?q=erge",
        f"{base}files/bin/",
        f"{base}chat/",
    ):
        shown = text(client, address)
        assert not any(word in shown for word in ("Secret.txt", "Both.txt", "Deep.txt", "Merger")), address
        assert not any(str(things[name].uuid) in shown for name in ("old", "both", "deep")), address
    for address in (
        things["old"].url,
        things["old"].room_file.get_absolute_url(),
        things["folder"].get_absolute_url(),
        f"{base}folders/{things['folder'].uid}/zip/",
    ):
        assert client.get(address).status_code == 404, address
        assert browser(owner).get(address).status_code == 200, address
    assert names_in_archive(client, f"{base}files/zip/") == []
    assert len(names_in_archive(browser(owner), f"{base}files/zip/")) == 3


def test_a_newer_version_shows_without_those_from_before(joined):
    room, owner, person, things = joined
    newer = bring(room, owner, "Both.txt", b"after")
    page = text(browser(person), newer.room_file.get_absolute_url())
    assert "Version 1" in page
    assert "Version 2" not in page
    assert str(things["both"].uuid) not in page
    assert browser(person).get(things["both"].url).status_code == 404
    assert browser(person).get(newer.url).status_code == 200
    assert "Version 2" in text(browser(owner), newer.room_file.get_absolute_url())
    act = f"{newer.room_file.get_absolute_url()}restore/"
    assert browser(person).post(act, {"version": things["both"].uuid}).status_code == 404


def test_an_older_folder_shows_once_something_newer_lies_in_it(joined):
    room, owner, person, things = joined
    assert not Tree(room, place_of(room, person)).seen
    bring(room, owner, "After.txt", folder=things["folder"])
    client = browser(person)
    assert "Merger" in text(client, f"/rooms/{room.uid}/files/")
    inside = text(client, things["folder"].get_absolute_url())
    assert "After.txt" in inside
    assert "Deep.txt" not in inside
    assert names_in_archive(client, f"/rooms/{room.uid}/files/zip/") == ["Merger/After.txt"]


def test_names_from_before_are_free_and_their_owners_keep_them(joined):
    """Whoever cannot see a file is neither refused its name nor gets a version of it, which would tell of it."""
    room, owner, person, things = joined
    own = bring(room, person, "Secret.txt", b"mine")
    assert (own.number, own.room_file == things["old"].room_file) == (1, False)
    other = bring(room, person, "Other.txt").room_file
    actions.rename_file(other, by=person, name="Both.txt")
    folder = actions.make_folder(room, by=person, name="Merger")
    assert folder != things["folder"]
    assert bring(room, person, "Secret.txt", b"again").number == 2
    old = FileVersion.objects.get(pk=things["old"].pk)
    assert (old.is_newest, old.file.read()) == (True, b"before")
    assert sorted(names_in_archive(browser(owner), f"/rooms/{room.uid}/files/zip/")) == [
        "Both (2).txt", "Both.txt", "Merger/Deep.txt", "Secret (2).txt", "Secret.txt",
    ]  # fmt: skip


def test_the_bin_shows_what_one_could_know(joined):
    room, owner, person, things = joined
    after = bring(room, owner, "After.txt")
    for version in (things["old"], after):
        actions.bin_file(version.room_file, by=owner)
    actions.bin_folder(things["folder"], by=owner)
    shown = text(browser(person), f"/rooms/{room.uid}/files/bin/")
    assert "After.txt" in shown
    assert "Secret.txt" not in shown
    assert "Merger" not in shown
    assert "Merger" in text(browser(owner), f"/rooms/{room.uid}/files/bin/")
    place = f"/rooms/{room.uid}/files/bin/"
    for thing in (things["old"].room_file, things["folder"]):
        assert browser(person).post(f"{place}{thing.uid}/restore/").status_code == 404
