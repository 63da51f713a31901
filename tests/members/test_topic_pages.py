"""Pages of topics and the topics of organisations: what each reader finds there."""

import pytest
from django.urls import reverse
from django.utils import translation

from hanse_access.scopes import Scope
from hanse_members import actions
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import fill
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def photonics():
    return make_topic("Photonics", de="Photonik")


@pytest.fixture
def lasers(photonics):
    return make_topic("Lasers", photonics, de="Laser", synonyms="coherent light")


@pytest.fixture
def firm(photonik, lasers):
    firm = OrganisationFactory(name="Lichtwerk", clusters=[photonik])
    firm.topics.add(lasers)
    return firm


@pytest.fixture
def hidden(photonik, lasers):
    firm = OrganisationFactory(name="Verborgen", clusters=[photonik], scopes=[Scope("cluster", photonik.pk)])
    firm.topics.add(lasers)
    return firm


def html(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_topic_stands_in_its_place_and_shows_what_is_below_it(client, photonics, lasers, firm):
    text = html(client.get(photonics.get_absolute_url()))
    assert "Lichtwerk" in text
    assert lasers.get_absolute_url() in text
    text = html(client.get(lasers.get_absolute_url()))
    assert photonics.get_absolute_url() in text
    assert "coherent light" in text
    with translation.override("de"):
        assert "<h1>Laser</h1>" in html(client.get(lasers.get_absolute_url(), headers={"Accept-Language": "de"}))


def test_each_reader_finds_what_they_may_see(client, photonics, firm, hidden, member):
    text = html(client.get(photonics.get_absolute_url()))
    assert "Verborgen" not in text
    assert '<span class="muted num">1</span>' in text
    client.force_login(member)
    text = html(client.get(photonics.get_absolute_url()))
    assert "Verborgen" in text
    assert '<span class="muted num">2</span>' in text


def test_a_merged_topic_leads_to_what_it_is_part_of(client, photonics, lasers):
    actions.merge_topics(lasers, photonics, by=None)
    assert client.get(lasers.get_absolute_url())["Location"] == photonics.get_absolute_url()
    assert client.get(reverse("hanse_members:topic", args=[10**18])).status_code == 404
    assert client.get(reverse("hanse_members:topic", args=[10**30])).status_code == 404


def test_all_topics_stand_on_one_page_in_a_number_of_queries_that_does_not_grow(
    client, lasers, django_assert_max_num_queries
):
    page = reverse("hanse_members:topics")
    assert lasers.get_absolute_url() in html(client.get(page))
    with django_assert_max_num_queries(12):
        client.get(page)
    for _number in range(20):
        make_topic(parent=make_topic())
    with django_assert_max_num_queries(12):
        client.get(page)


def test_the_list_can_be_narrowed_to_a_topic_and_counts_what_is_below_it(client, photonics, lasers, firm, hidden):
    OrganisationFactory(name="Anderes", clusters=list(firm.clusters.all()))
    address = reverse("hanse_members:organisations")
    response = client.get(address, {"topic": photonics.pk})
    text = html(response)
    assert "Lichtwerk" in text
    assert "Anderes" not in text
    facets = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    assert {(option.label, option.count) for option in facets["topic"].first} == {("Photonics", 1), ("Lasers", 1)}
    german = client.get(address, headers={"Accept-Language": "de"}).context["item_list"].drawn_facets
    assert {option.label for facet in german if facet.name == "topic" for option in facet.first} == {
        "Photonik",
        "Laser",
    }


def test_a_topic_that_only_hidden_organisations_have_is_unknown_in_the_list(client, hidden, lasers):
    response = client.get(reverse("hanse_members:organisations"), {"topic": lasers.pk})
    assert not {facet.name for facet in response.context["item_list"].drawn_facets} & {"topic"} or not [
        option
        for facet in response.context["item_list"].drawn_facets
        if facet.name == "topic"
        for option in facet.first
    ]
    assert response.context["item_list"].notices


def test_a_page_of_an_organisation_names_its_topics(client, firm, lasers):
    assert lasers.get_absolute_url() in html(client.get(firm.get_absolute_url()))


def edited(firm, **changes):
    return {"name": firm.name, "kind": firm.kind, "scopes": "public"} | changes


@pytest.fixture
def keeper(photonik, firm):
    person = UserFactory()
    MembershipFactory(person=person, cluster=photonik, organisation=firm, keeps_organisation=True)
    return person


def test_those_who_look_after_an_organisation_choose_its_topics(client, firm, photonics, lasers, keeper):
    client.force_login(keeper)
    page = reverse("hanse_members:edit_organisation", args=[firm.uid])
    assert "Photonics" in html(client.get(page))
    assert client.post(page, edited(firm, topics=[photonics.pk, lasers.pk])).status_code == 302
    assert set(firm.topics.all()) == {photonics, lasers}
    assert client.post(page, edited(firm)).status_code == 302
    assert not firm.topics.exists()


def test_a_refused_choice_is_kept_with_the_error_at_the_field(client, firm, photonics, lasers, keeper):
    client.force_login(keeper)
    page = reverse("hanse_members:edit_organisation", args=[firm.uid])
    many = [photonics.pk, *(make_topic().pk for _number in range(10))]
    response = client.post(page, edited(firm, topics=many))
    assert response.status_code == 400
    assert set(response.context["form"].errors) == {"topics"}
    assert response.content.decode().count(" checked") >= len(many)
    assert set(firm.topics.all()) == {lasers}


def test_topics_are_suggested_from_what_the_organisation_says(client, firm, photonics, keeper):
    fill(firm, "about", text="We are at home in photonics.")
    client.force_login(keeper)
    text = html(client.get(reverse("hanse_members:edit_organisation", args=[firm.uid])))
    assert "Photonics" in text[text.index("Suggested") : text.index("topic-tree")]


def test_managers_choose_them_in_the_administration(client, firm, photonics, manager):
    client.force_login(manager)
    page = reverse("hanse_members_organisations:edit", args=[firm.pk])
    assert "topic-field" in html(client.get(page))
    assert client.post(page, edited(firm, topics=[photonics.pk])).status_code == 302
    assert set(firm.topics.all()) == {photonics}


def test_a_new_organisation_of_the_administration_has_topics(client, photonik, lasers, manager):
    client.force_login(manager)
    data = {"name": "Neu", "kind": "company", "cluster": photonik.pk, "scopes": "public", "topics": [lasers.pk]}
    assert client.post(reverse("hanse_members_organisations:add"), data).status_code == 302
    assert lasers.organisations.get().name == "Neu"
