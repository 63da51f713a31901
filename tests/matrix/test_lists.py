"""Lists, cards and feeds for readers show exactly what each persona may see, and count nothing else."""

import re

import pytest

from hanse_access.viewer import Viewer
from hanse_activity.lists import NotificationList
from hanse_members.models import Enquiry
from hanse_news.lists import NewsList

from . import discovery
from .expected import LEVELS, SEES, listed, organisations_listed, visible
from .probes import client_of, found, text_of

pytestmark = pytest.mark.postgresql

SIGNED_IN = [persona for persona in SEES if persona != "visitor"]


def of(sender: str, items: set) -> set:
    return {key for key in items if key[0] == sender}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_list_over_all_clusters(world, persona):
    client = client_of(world, persona)
    text = text_of(client.get("/news/"))
    assert found(world, text) == listed(persona)
    htmx = text_of(client.get("/news/", HTTP_HX_REQUEST="true"))
    assert found(world, htmx) == listed(persona)


#: where each list is read
ADDRESSES = {
    "enquiries": ("/enquiries/management/",),  # test_enquiry_pages.py asks whose
    "own-enquiries": ("/enquiries/",),
    "entries": ("/en/c/",),  # of clusters elsewhere, which are public: told alike to all
    "experts": ("/experts/",),  # test_profiles.py
    "invitations": ("/memberships/invitations/",),  # addresses and states; test_invitations.py asks whose
    "people": ("/memberships/invitations/import/",),  # rows that only who brought them sees
    "rows": ("/organisations/import/",),  # of tables; test_organisation_table_runs.py asks whose
    "news": ("/news/", "/en/c/alpha/news/", "/en/c/beta/news/"),
    "notifications": ("/notifications/",),
    "organisations": ("/organisations/",),
    "questions": ("/questions/",),  # test_questions.py
    "own-questions": ("/questions/own/",),  # those of the reader
    "rooms": ("/rooms/",),  # test_rooms.py
    "direct": ("/messages/",),  # test_direct.py
    "search": ("/search/",),  # test_search.py
    "files": (),  # of one room each; test_rooms.py asks them as everybody
}


def parts_of(client, name: str, address: str, part: str):
    """The answers to htmx, from the first page to the last."""
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": f"{name}-{part}"}
    while address:
        response = client.get(address, **headers)
        assert response.status_code == 200
        yield text_of(response)
        address = response.context["item_list"].more_url


def test_every_list_has_an_address_here():
    assert set(ADDRESSES) == discovery.lists()


@pytest.mark.parametrize("part", ["results", "more"])
@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_parts_of_a_list_that_htmx_asks_for(world, persona, part, monkeypatch):
    client = client_of(world, persona)
    monkeypatch.setattr(NewsList, "page_size", 3)
    monkeypatch.setattr(NotificationList, "page_size", 1)
    everywhere, alpha, beta = (
        found(world, "\n".join(parts_of(client, "news", address, part))) for address in ADDRESSES["news"]
    )
    assert everywhere == listed(persona)
    assert alpha == of("alpha", listed(persona))
    assert beta == of("beta", listed(persona))
    assert not any(found(world, part) for part in parts_of(client, "entries", *ADDRESSES["entries"], part))
    for address in ADDRESSES["notifications"]:
        told = found(world, "\n".join(parts_of(client, "notifications", address, part)))
        assert told <= visible(persona)
        assert bool(told) == (persona in ("manager_alpha", "manager_beta")), "who decides is told what is proposed"


@pytest.mark.parametrize("persona", SEES)
def test_the_list_of_organisations_and_its_counts(world, persona):
    client = client_of(world, persona)
    expected = organisations_listed(persona)
    response = client.get("/organisations/")
    assert found(world, text_of(response)) == expected
    for part in ("results", "more"):
        assert found(world, "\n".join(parts_of(client, "organisations", "/organisations/", part))) == expected
    facets = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    counts = {option.label: option.count for option in facets["cluster"].first}
    assert counts == {f"Cluster {name.title()}": len(of(name, expected)) for name in ("alpha", "beta")}
    assert [option.count for option in facets["kind"].first] == [len(expected)]
    assert [option.count for option in facets["topic"].first] == [len(expected)]


@pytest.mark.parametrize("persona", SEES)
def test_the_page_of_a_topic_and_its_count(world, persona, monkeypatch):
    monkeypatch.setattr("hanse_members.topic_sections.NAMED", 100)
    expected = organisations_listed(persona)
    response = client_of(world, persona).get(world.topic.get_absolute_url())
    assert found(world, text_of(response)) == expected
    assert [shown["context"]["count"] for shown in response.context["sections"]] == [len(expected)]


@pytest.mark.parametrize("persona", SEES)
def test_an_organisation_by_its_address(world, persona):
    """Those in the directory by all who see them there; others by those with a stake alone."""
    client = client_of(world, persona)
    for key, organisation in world.organisations.items():
        answer = client.get(organisation.get_absolute_url())
        if answer.status_code == 200:
            assert key in visible(persona) | organisations_listed(persona)
            assert found(world, text_of(answer)) == {key}
        else:
            assert answer.status_code == 404
            assert key not in organisations_listed(persona)
            # the address that was asked for stands in the answer, as it does for a missing one
            assert not found(world, text_of(answer).replace(str(organisation.uid), ""))


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_facets_count_what_the_persona_sees_and_nothing_else(world, persona):
    client = client_of(world, persona)
    text = text_of(client.get("/news/"))
    for sender in ("alpha", "beta"):
        expected = len(of(sender, listed(persona)))
        name = world.clusters[sender].label
        counted = re.search(rf"{name}\s*</span>\s*<span[^>]*>\s*(\d+)", text)
        if expected:
            assert counted, (persona, sender)
            assert int(counted[1]) == expected, (persona, sender)


@pytest.mark.parametrize("persona", SEES)
@pytest.mark.parametrize("sender", ["alpha", "beta"])
def test_the_list_of_one_cluster(world, persona, sender):
    client = client_of(world, persona)
    text = text_of(client.get(f"/en/c/{sender}/news/"))
    assert found(world, text) == of(sender, listed(persona))


@pytest.mark.parametrize("persona", SEES)
@pytest.mark.parametrize("sender", ["alpha", "beta"])
def test_the_entry_page_of_a_cluster(world, persona, sender):
    client = client_of(world, persona)
    told = found(world, text_of(client.get(f"/en/c/{sender}/")))
    assert told <= of(sender, listed(persona))
    assert told


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_dashboard(world, persona):
    client = client_of(world, persona)
    told = found(world, text_of(client.get("/dashboard/")))
    assert told <= listed(persona)
    assert told


@pytest.mark.parametrize("persona", SEES)
def test_feeds_hold_the_public_pieces_whoever_asks(world, persona):
    client = client_of(world, persona)
    public = {("alpha", "public"), ("beta", "public")}
    assert found(world, text_of(client.get("/news/en.atom"))) == public
    assert found(world, text_of(client.get("/news/en/alpha.atom"))) == {("alpha", "public")}
    assert found(world, text_of(client.get("/news/de.atom"))) == set()
    assert client.get("/news/en/nonsense.atom").status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_the_sitemap_holds_the_public_pieces_whoever_asks(world, persona):
    told = found(world, text_of(client_of(world, persona).get("/sitemap.xml")))
    assert told == {("alpha", "public"), ("beta", "public")}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_a_word_that_stands_only_in_hidden_items_finds_what_a_word_finds_that_stands_nowhere(world, persona):
    client = client_of(world, persona)

    def result(word):
        return re.sub(
            re.escape(word),
            "WORD",
            re.sub(r'nonce[^ ]+|value="[^"]{40,}"|X-Request-ID: \w+', "", text_of(client.get(f"/news/?q={word}"))),
        )

    for sender in ("alpha", "beta"):
        for level in LEVELS:
            if (sender, level) not in listed(persona):
                assert result(f"TitleZq{sender}{level}zQ") == result(f"TitleZq{sender}{level[::-1]}nO")


@pytest.mark.parametrize(
    ("persona", "read"), [("member_alpha", 4), ("manager_alpha", 2), ("manager_beta", 2), ("editor_alpha", 0)]
)
def test_an_enquiry_names_what_it_is_about_only_to_those_who_see_that(world, persona, read):
    """Two of the member's questions about items of Alpha are answered by Beta, whose management does not see them."""
    client = client_of(world, persona)
    enquiries = Enquiry.objects.readable_by(Viewer.of(world.people[persona]))
    assert enquiries.count() == read
    pages = ["/enquiries/", "/enquiries/management/", "/waiting/", *(each.get_absolute_url() for each in enquiries)]
    told = found(world, "\n".join(text_of(client.get(address)) for address in pages))
    assert told <= visible(persona)
    assert (("alpha", "own") in told) == (persona in ("member_alpha", "manager_alpha"))
