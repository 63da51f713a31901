"""Maps by region: the numbers of the list's filter, a way to each, and nothing that the reader may not see."""

import html
import re

import pytest

from hanse_access.scopes import PUBLIC, Scope
from hanse_members.actions.organisations import set_topics
from hanse_members.models import ClusterEntry, ClusterPage, EntryField, EntryRegion
from hanse_members.region_maps import SHADES, _data
from hanse_members.regions import REGIONS
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def organisation(photonik):
    def organisation(region: str, *, scopes=None, cluster=photonik, **values):
        return OrganisationFactory(clusters=[cluster], region=region, scopes=scopes, **values)

    return organisation


def drawn(client, url: str):
    return client.get(url).context["item_list"].region_map


def numbers(client, url: str) -> dict[str, int]:
    return {row.code: row.number for row in drawn(client, url).rows}


def facet(client, url: str) -> dict[str, int]:
    found = {facet.name: facet for facet in client.get(url).context["item_list"].drawn_facets}
    options = [*found["region"].first, *found["region"].others] if "region" in found else []
    return {option.value: option.count for option in options}


def test_every_german_state_has_a_shape_and_a_place_for_its_number():
    data = _data()
    states = {code for code in REGIONS if code.startswith("DE-")}
    assert len(states) == 16
    assert states <= data["shapes"].keys()
    assert data["shapes"].keys() <= REGIONS.keys()
    assert data["shapes"].keys() == data["labels"].keys()
    for x, y in data["labels"].values():
        assert 53 <= x <= data["width"] - 53
        assert 53 <= y <= data["height"] - 53
    assert {"source", "licence", "year"} <= data.keys()


def test_numbers_stand_apart_so_that_each_can_be_pressed():
    """A circle of 106 units is 24 pixels wide where the picture has 312 of them."""
    places = list(_data()["labels"].values())
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[number + 1 :]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 >= 106**2


def test_the_map_has_the_numbers_of_the_filter(client, organisation):
    for region in ("DE-BY", "DE-BY", "DE-BY", "DE-BE", "ES", ""):
        organisation(region)
    expected = {"DE-BY": 3, "DE-BE": 1, "ES": 1}
    assert numbers(client, "/organisations/?view=map") == expected == facet(client, "/organisations/?view=map")
    found = drawn(client, "/organisations/?view=map")
    shades = {region.code: region.shade for region in found.regions}
    assert (shades["DE-BY"], shades["DE-BE"], shades["DE-HE"]) == (SHADES, 2, 0)
    assert [region.code for region in found.elsewhere] == ["ES"]


def test_a_region_narrows_the_list_and_leads_back(client, organisation):
    bavarian, other = organisation("DE-BY", name="Isar GmbH"), organisation("DE-BE", name="Spree GmbH")
    links = {region.code: region.url for region in drawn(client, "/organisations/?view=map&q=GmbH").regions}
    response = client.get(links["DE-BY"])
    item_list = response.context["item_list"]
    assert item_list.rows == [bavarian]
    assert item_list.text == "GmbH"
    # the others keep their number, as in the filter, and one press goes there
    found = {region.code: region for region in item_list.region_map.regions}
    assert (found["DE-BY"].chosen, found["DE-BE"].number) == (True, 1)
    assert client.get(found["DE-BE"].url).context["item_list"].rows == [other]
    assert len(client.get(found["DE-BY"].url).context["item_list"].rows) == 2


def test_topics_narrow_the_map(client, organisation):
    topic = make_topic("Optics")
    set_topics(organisation("DE-BY"), [make_topic("Lenses", topic)], by=None)
    organisation("DE-BE")
    assert numbers(client, f"/organisations/?view=map&topic={topic.pk}") == {"DE-BY": 1}


def test_what_a_reader_does_not_see_is_not_on_the_map(client, organisation, leichtbau):
    organisation("DE-BY")
    before = client.get("/organisations/?view=map").content
    far = [Scope("cluster", leichtbau.pk)]
    organisation("DE-BY", scopes=far)
    organisation("DE-SL", scopes=far)
    after = client.get("/organisations/?view=map").content
    strip = re.compile(rb'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+')
    assert strip.sub(b"", before) == strip.sub(b"", after)
    client.force_login(MembershipFactory(cluster=leichtbau).person)
    assert numbers(client, "/organisations/?view=map") == {"DE-BY": 2, "DE-SL": 1}


def test_the_directory_of_clusters_has_a_map_too(client, two_clusters):
    for name, regions in {"One": ["DE-BY", "DE-BW"], "Two": ["DE-BY", "DE"]}.items():
        entry = ClusterEntry.objects.create(name=name, website=f"{name}.example")
        EntryRegion.objects.bulk_create(EntryRegion(entry=entry, code=code) for code in regions)
        EntryField.objects.create(entry=entry, name=f"Field {name}")
    expected = {"DE-BY": 2, "DE-BW": 1, "DE": 1}
    assert numbers(client, "/en/c/?view=map") == expected == facet(client, "/en/c/?view=map")
    assert numbers(client, "/en/c/?view=map&field=Field+One") == {"DE-BY": 1, "DE-BW": 1}
    text = client.get("/en/c/?view=map").content.decode()
    assert "Bavaria: 2" in text
    assert "All of Germany" in text


def test_clusters_that_take_part_are_marked_and_counted(client, photonik, leichtbau):
    for cluster, codes in ((photonik, ["DE-SH", "DE-HH", "DK"]), (leichtbau, ["ES"])):
        entry = cluster.entry
        EntryRegion.objects.bulk_create(EntryRegion(entry=entry, code=code) for code in codes)
    EntryRegion.objects.create(entry=ClusterEntry.objects.create(name="One", website="one.example"), code="DE-SH")
    found = drawn(client, "/en/c/?view=map")
    assert {row.code: row.number for row in found.rows} == {"DE-SH": 2, "DE-HH": 1, "DK": 1, "ES": 1}
    assert {region.code for region in found.marked} == {"DE-SH", "DE-HH", "DK"}
    assert [(mark.label, mark.url) for mark in found.marks] == [
        ("Leichtbau Süd", leichtbau.get_absolute_url()),
        ("Photonik Nord", photonik.get_absolute_url()),
    ]
    text = client.get("/en/c/?view=map").content.decode()
    assert "Schleswig-Holstein: 2 – taking part: Photonik Nord" in text
    photonik.state = "suspended"
    photonik.save()
    assert not drawn(client, "/en/c/?view=map").marked
    # the list of organisations has none
    assert not drawn(client, "/organisations/?view=map").marks


def test_the_way_of_looking_stays_while_the_list_is_narrowed(client, organisation):
    organisation("DE-BY", name="Isar GmbH")
    page = client.get("/organisations/?view=map&q=Isar&kind=company").context["item_list"]
    assert [tab["current"] for tab in page.view_tabs] == [False, True]
    assert page.view_tabs[0]["url"] == "/organisations/?q=Isar&kind=company"
    assert all("view=map" in choice.url for choice in page.choices_in_force)
    assert page.whole_url == "/organisations/?view=map"
    # an unknown one is the usual one
    assert client.get("/organisations/?view=globe").context["item_list"].whole_url == "/organisations/"


def test_an_empty_map_is_still_a_map(client, two_clusters):
    response = client.get("/organisations/?view=map")
    assert response.status_code == 200
    assert drawn(client, "/organisations/?view=map").rows == []


def test_the_block_shows_the_clusters_own_as_the_reader_sees_them(client, photonik, leichtbau, organisation):
    organisation("DE-SH", scopes=[PUBLIC])
    organisation("DE-HH", scopes=[Scope("cluster", photonik.pk)])
    organisation("DE-BW", cluster=leichtbau)
    page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
    page.body = [("map", None)]
    page.save_revision().publish()

    def regions() -> set[str]:
        text = client.get(page.url).content.decode()
        return set(re.findall(r'id="organisations-map-([A-Z-]+)"', text))

    assert regions() == {"DE-SH"}
    client.force_login(MembershipFactory(cluster=photonik).person)
    assert regions() == {"DE-SH", "DE-HH"}
    url = re.search(r'id="organisations-map-DE-SH"[^>]*href="([^"]+)"', client.get(page.url).content.decode())[1]
    rows = client.get(url.replace("&amp;", "&")).context["item_list"].rows
    assert [row.region for row in rows] == ["DE-SH"]


def test_a_block_with_nothing_to_show_shows_nothing(client, photonik, leichtbau, organisation):
    organisation("DE-BW", cluster=leichtbau)
    page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
    page.body = [("map", None)]
    page.save_revision().publish()
    assert "region-map" not in client.get(page.url).content.decode()


class TestChoicesOfTheBlock:
    @pytest.fixture
    def show(self, client, photonik):
        """Puts maps on the page of a cluster and gives the regions of each, in order, as the client sees them."""

        def show(*maps) -> list[set[str]]:
            page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
            page.body = [("map", each) for each in maps]
            page.save_revision().publish()
            text = client.get(page.url).content.decode()
            ids = re.findall(r'id="(organisations-map(?:-\d+)?)-([A-Z-]+)"', text)
            assert len(ids) == len(set(ids))
            names = ["organisations-map", *(f"organisations-map-{number}" for number in range(2, len(maps) + 1))]
            return [{region for of, region in ids if of == name} for name in names]

        return show

    def test_it_is_narrowed_to_topics_and_those_below_them(self, show, organisation):
        light = make_topic("Light")
        laser, fibre = make_topic("Lasers", parent=light), make_topic("Fibres")
        for region, topic in (("DE-SH", laser), ("DE-HH", fibre), ("DE-BY", None)):
            set_topics(organisation(region), [topic] if topic else [], by=None)
        chosen = [[], [light], [laser, fibre], [make_topic("Nobody's")]]
        maps = [{"topics": [str(topic.pk) for topic in topics]} for topics in chosen]
        assert show(*maps) == [{"DE-SH", "DE-HH", "DE-BY"}, {"DE-SH"}, {"DE-SH", "DE-HH"}, set()]

    def test_it_shows_this_cluster_or_all(self, client, show, organisation, photonik, leichtbau):
        organisation("DE-SH")
        organisation("DE-BW", cluster=leichtbau)
        organisation("DE-SL", cluster=leichtbau, scopes=[Scope("cluster", leichtbau.pk)])
        assert show({"level": "cluster"}, {"level": "platform"}, None) == [{"DE-SH"}, {"DE-SH", "DE-BW"}, {"DE-SH"}]
        client.force_login(MembershipFactory(cluster=leichtbau).person)
        assert show({"level": "platform"}) == [{"DE-SH", "DE-BW", "DE-SL"}], "who may see more sees more"

    def test_a_press_leads_to_the_list_that_is_narrowed_in_the_same_way(self, client, show, organisation, photonik):
        topic = make_topic("Light")
        for name, topics in (("Lens", [topic]), ("Else", [])):
            set_topics(organisation("DE-SH", name=name), topics, by=None)
        show({"topics": [str(topic.pk)], "level": "platform", "heading": "Light in the north"})
        page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
        text = client.get(page.url).content.decode()
        assert "Light in the north" in text
        url = re.search(r'id="organisations-map-DE-SH"[^>]*href="([^"]+)"', text)[1]
        assert [row.name for row in client.get(url.replace("&amp;", "&")).context["item_list"].rows] == ["Lens"]

    def test_what_was_stored_before_there_were_choices_is_read_as_before(self, photonik):
        block = ClusterPage._meta.get_field("body").stream_block.child_blocks["map"]
        for value in (block.to_python(None), *block.bulk_to_python([None]), block.normalize(None)):
            assert (value["level"], list(value["topics"])) == ("cluster", [])

    def test_editors_choose_from_the_tree(self, client, photonik):
        below = make_topic("Lasers", parent=make_topic("Light"))
        client.force_login(MembershipFactory(cluster=photonik, role="manager").person)
        page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
        page.body = [("map", {"topics": [str(below.pk)]})]
        page.save_revision().publish()
        text = html.unescape(client.get(f"/admin/pages/{page.pk}/edit/").content.decode())
        assert "\\u2013 Lasers" in text, "as the editor's script gets it, one level below its topic"
        assert "Those of all clusters" in text
