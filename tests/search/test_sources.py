"""What can be found: news, clusters, organisations, experts, rooms and what is in them."""

import pytest

from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_activity.models import Block
from hanse_search.documents import write_all_changes
from hanse_search.models import SearchPart
from tests.factories.clusters import MembershipFactory, content_page
from tests.factories.direct import talk
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room, say
from tests.factories.topics import make_topic

from .asking import counted, found, kinds, results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_backend")]


def test_news_are_found_by_title_summary_and_text(photonik, member):
    page = NewsPageFactory(
        cluster=photonik,
        title="Spring school",
        teaser="A week about coatings",
        body=[("paragraph", "<p>Hands on with <b>ellipsometry</b></p>")],
    )
    for word in ("school", "coatings", "ellipsometry"):
        (result,) = results(member, word)
        assert (result.source.name, result.found.url) == ("news", page.url)
    assert found(None, "ellipsometry") == ["Spring school"]
    assert found(member, "ellipsometry language:de") == []
    assert found(member, "ellipsometry language:english") == ["Spring school"]


def test_a_cluster_is_found_by_everybody(photonik):
    assert "Photonik Nord" in found(None, "photonik kind:cluster")


def test_a_page_of_a_cluster_is_found_by_everybody_in_its_language(photonik, leichtbau, member):
    body = [("paragraph", "<p>Bring <b>samples</b></p>")]
    page = content_page(photonik, title="Measuring day", lead="Each spring", body=body)
    content_page(photonik, title="Messtag", language="de", lead="In jedem Frühling")
    content_page(leichtbau, title="Measuring at night")
    for word in ("measuring day", "spring", "samples"):
        (result,) = results(None, word)
        assert (result.source.name, result.found.url) == ("page", page.url)
    assert found(member, "spring cluster:photonik-nord kind:page") == ["Measuring day"]
    assert found(member, "frühling language:de") == ["Messtag"]
    assert counted(None, "measuring").facets["cluster"] == {str(photonik.pk): 1, str(leichtbau.pk): 1}


def test_a_line_about_an_expert_is_found_by_nobody(photonik, member):
    """It stands on the page for those alone who see the expert."""
    person = MembershipFactory(cluster=photonik).person
    profile = ProfileFactory(person=person, scopes=[Scope("cluster", photonik.pk)])
    content_page(photonik, body=[("expert", {"profile": profile, "about_text": "Gyrotron whisperer"})])
    for each in (None, member):
        assert found(each, "gyrotron") == []


def test_an_organisation_is_found_by_its_topics_in_every_language(photonik, member):
    topic = make_topic("Laser technology", de="Lasertechnik")
    firm = OrganisationFactory(name="Optics Ltd", clusters=[photonik], texts={"about": "We polish mirrors"})
    firm.topics.add(topic)
    for word in ("optics", "mirror", "Lasertechnik", "laser technology"):
        assert found(member, word) == ["Optics Ltd"], word
    assert counted(member, "optics").facets["topic"] == {str(topic.pk): 1}


def test_an_expert_is_found_by_words_of_different_fields(photonik, member):
    person = UserFactory(first_name="Jana", last_name="Petersen")
    MembershipFactory(cluster=photonik, person=person)
    fill(ProfileFactory(person=person), "competences", text="Laser cladding of turbine blades")
    assert found(member, "Petersen turbine") == ["Jana Petersen"]
    assert found(member, "Petersen offshore") == []
    assert found(None, "Petersen") == []


def test_a_field_is_found_by_those_alone_who_see_it(photonik, member, stranger):
    person = UserFactory(first_name="Jana", last_name="Petersen")
    MembershipFactory(cluster=photonik, person=person)
    profile = ProfileFactory(person=person)
    fill(profile, "offers", text="Measuring time at the synchrotron", scopes=[Scope("cluster", photonik.pk)])
    fill(profile, "looks_for", text="A partner for zirconia", scopes=[EDITORS])
    assert found(member, "synchrotron") == ["Jana Petersen"]
    assert found(stranger, "synchrotron") == []
    assert found(stranger, "Petersen -synchrotron") == ["Jana Petersen"]
    assert found(member, "Petersen -synchrotron") == []
    assert found(person, "zirconia") == [], "nor by the owner what nobody else sees: it would count"


def test_an_expert_is_found_by_the_organisation_where_that_is_seen(photonik, member, stranger):
    firm = OrganisationFactory(name="Quarzwerk", clusters=[photonik], scopes=[Scope("cluster", photonik.pk)])
    person = UserFactory(first_name="Jana", last_name="Petersen")
    MembershipFactory(cluster=photonik, person=person, organisation=firm)
    ProfileFactory(person=person)
    assert set(found(member, "Quarzwerk")) == {"Jana Petersen", "Quarzwerk"}
    assert found(stranger, "Quarzwerk") == []


def test_what_is_said_in_a_room_is_found_by_the_people_in_it(photonik, member, other):
    room = make_room(photonik, members=[member], name="Lidar")
    message = say(room, member, "The mirror is **misaligned**")
    bring(room, member, "alignment-report.txt")
    (result,) = results(member, "misaligned")
    assert result.found.url == message.get_absolute_url()
    assert "<mark>misaligned</mark>" in result.snippet
    assert kinds(member, "alignment report") == ["file"]
    assert kinds(other, "misaligned") == kinds(other, "alignment") == []
    assert kinds(other, "lidar") == ["room"], "the card of the room is for the cluster"


def test_who_came_later_finds_nothing_from_before(photonik, member, other):
    room = make_room(photonik, members=[member], newcomers_see_all=False)
    say(room, member, "Merger talks")
    bring(room, member, "merger.txt")
    add(room, other)
    say(room, member, "Merger is off")
    assert sorted(kinds(member, "merger")) == ["file", "message", "message"]
    assert kinds(other, "merger") == ["message"]
    assert counted(other, "merger").total == 1


def test_whom_one_blocks_is_not_found(photonik, member, other):
    room = make_room(photonik, members=[member, other])
    say(room, other, "Nonsense")
    assert kinds(member, "nonsense") == ["message"]
    Block.objects.create(person=member, blocked=other)
    assert kinds(member, "nonsense") == []
    assert counted(member, "nonsense").total == 0


def test_direct_messages_are_in_no_common_index(photonik, member, other):
    ProfileFactory(person=other)
    talk(member, other, "Quicksilver")
    assert found(member, "quicksilver") == found(other, "quicksilver") == []
    write_all_changes()
    assert not SearchPart.objects.filter(text__contains="Quicksilver").exists()


def test_a_draft_and_what_editors_keep_is_found_by_nobody(photonik, member):
    NewsPageFactory(cluster=photonik, title="Embargo", live=False)
    NewsPageFactory(cluster=photonik, title="Embargo", scopes=[EDITORS])
    assert found(member, "embargo") == found(None, "embargo") == []


def test_a_guest_finds_the_room_that_only_its_cluster_sees(photonik, stranger, other):
    room = make_room(photonik, name="Lidar")
    assert found(stranger, "lidar") == []
    add(room, stranger, "guest")
    assert found(stranger, "lidar") == ["Lidar"]
    assert counted(stranger, "lidar").total == 1


def test_public_things_are_for_everybody(photonik):
    OrganisationFactory(name="Optics Ltd", clusters=[photonik], scopes=[PUBLIC])
    assert found(None, "optics") == ["Optics Ltd"]
