"""Nobody can tell from anything what stands in a field that they may not see.

Each surface is asked twice, with one content in the field and with another, or with none where the field is hidden: the
answers must be the same, byte for byte.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from zeal import zeal_ignore

from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_members import actions
from hanse_members.actions.fields import FieldValue, fill_fields
from hanse_members.field_specs import FieldSpec
from hanse_members.models import ClusterPage, FieldHolder, Profile, Topic
from hanse_members.near_kinds import experts
from hanse_members.nearness import near_url
from hanse_members.organisation_specs import SPECS as ORGANISATION_SPECS
from hanse_members.profile_specs import SPECS
from hanse_members.roles import Role
from hanse_search.documents import write_all_changes
from tests.factories.clusters import MembershipFactory
from tests.factories.files import image_bytes, uploaded
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory, fill

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

CHANGING = re.compile(
    r'nonce="[^"]+"'
    r'|name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+|after=[^"&]+|[A-Za-z0-9]{64}'
)


def profile_of(name: str, cluster) -> FieldHolder:
    person = UserFactory(first_name=name, last_name="Zqperson")
    return ProfileFactory(person=MembershipFactory(cluster=cluster, person=person).person)


def organisation_of(name: str, cluster) -> FieldHolder:
    """Looked after by ``name``."""
    firm = OrganisationFactory(name=f"{name} Zqworks", clusters=[cluster], scopes=[PLATFORM])
    keeper = UserFactory(first_name=name, last_name="Zqkeeper")
    MembershipFactory(cluster=cluster, person=keeper, organisation=firm, keeps_organisation=True)
    return firm


@dataclass(frozen=True)
class Directory:
    """A list of holders. ``facets``: of a field in the address of the list."""

    make: Callable
    specs: Mapping[str, FieldSpec]
    path: str
    sorts: tuple[str, ...]
    facets: Mapping[str, str] = field(default_factory=dict)


DIRECTORIES = {
    "profile": Directory(
        profile_of,
        SPECS,
        "/experts/",
        ("confirmed", "newest"),
        {"function": "function", "offers": "offers", "looks_for": "looks_for", "roles": "as", "languages": "language"},
    ),
    "organisation": Directory(
        organisation_of,
        ORGANISATION_SPECS,
        "/organisations/",
        ("confirmed", "newest"),
        {name: name for name in ("size", "offers", "looks_for", "certificates")},
    ),
}
#: what they are called in the search
SEARCHED = {"profile": "person", "organisation": "organisation"}
SOURCES = {"profile": "expert", "organisation": "organisation"}
#: one of each make; the others go the same ways
EACH_MAKE = {
    "profile": {"phone", "competences", "roles", "picture"},
    "organisation": {"size", "references", "offers", "logo"},
}
FIELDS = [
    pytest.param(kind, name, marks=() if name in EACH_MAKE[kind] else pytest.mark.slow, id=f"{kind}-{name}")
    for kind, directory in DIRECTORIES.items()
    for name in sorted(directory.specs)
]
ASKABLE = [field for field in FIELDS if DIRECTORIES[field.values[0]].specs[field.values[1]].askable]


@pytest.fixture
def topics(db):
    field = Topic.objects.add(labels={"en": "Zqfield", "de": "Zqfeld"})
    return [Topic.objects.add(labels={"en": f"Zq{word}", "de": f"Zq{word}"}, parent=field) for word in ("one", "two")]


@pytest.fixture
def outsider_of_field(leichtbau, topics):
    """A member of another cluster: sees what is for all members, and not the field in question.

    Has both topics, so that whoever has one of them would be near.
    """
    person = MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Ada", last_name="Zqviewer")).person
    fill(ProfileFactory(person=person), "competences", topics=topics)
    return person


@pytest.fixture
def holder(kind, photonik, topics):
    """The one with the secret between two others, so that its place in a sorted list would tell."""
    made = [DIRECTORIES[kind].make(name, photonik) for name in ("Bo", "Mia", "Uwe")]
    for other in (made[0], made[2]):
        fill(other, "offers", text="Zqoffer", choices=["advice"])
        if kind == "profile":
            fill(other, "competences", topics=topics[:1])
    page = ClusterPage.objects.get(cluster=photonik, locale__language_code="en")
    page.body = [
        ("organisations", {"heading": "", "number": 8}),
        ("map", {"heading": "", "level": "cluster", "topics": [topics[0].pk]}),
        *[("expert", {"profile": each, "about_text": ""}) for each in made if kind == "profile"],
    ]
    page.save()
    return made[1]


def contents(spec: FieldSpec, topics) -> list[FieldValue]:
    """Two contents of a field that differ in everything that a list could show, count or sort by."""
    values = list(spec.choices)
    if spec.is_picture:
        return [FieldValue(picture=uploaded_picture("red")), FieldValue(picture=uploaded_picture("blue"))]
    first = FieldValue(
        text="Zqsecret" if spec.longest else "", choices=values[:1], topics=topics[:1] if spec.topics else []
    )
    second = FieldValue(
        text="Another" if spec.longest else "", choices=values[1:3], topics=topics[1:] if spec.topics else []
    )
    return [first, second]


def uploaded_picture(color: str):
    from hanse_access.uploads import accept_upload

    return accept_upload(uploaded(content=image_bytes(color=color)))


def put(holder: FieldHolder, name: str, value: FieldValue, *, on_request: bool) -> None:
    """As its owner would, but without a trace in what is not the field."""
    field = holder.fields.filter(name=name).first()
    if field is None:
        text = "x" if holder.fields.model.specs[name].longest else ""
        field = fill(holder, name, scopes=[EDITORS], on_request=on_request, text=text)
    fill_fields({field: value}, by=holder.answering().get())


def surfaces(kind: str, holder: FieldHolder, name: str) -> list[str]:
    directory = DIRECTORIES[kind]
    spec, path = directory.specs[name], directory.path
    lists = [path, *(f"{path}?sort={sort}" for sort in directory.sorts)]
    if spec.longest:
        lists += [f"{path}?q=Zqsecret", f"{path}?q=Another"]
    if spec.topics:
        lists += [f"{path}?q=Zqone", *(f"{path}?topic={topic.pk}" for topic in Topic.objects.all())]
    if name in directory.facets:
        lists += [f"{path}?{directory.facets[name]}={value}" for value in list(spec.choices)[:2]]
    about = [f"/topics/{topic.pk}/" for topic in Topic.objects.all()] if spec.topics else []
    if spec.topics:
        # what is near the reader, the profile itself, and each of the others
        about += ["/near/", *(near_url(experts, each) for each in Profile.objects.order_by("pk"))]
    searched = [f"/search/?q={word}" for word in ("Zqsecret", "Another", "Zqtwo", "Zqfield", f"kind:{SEARCHED[kind]}")]
    searched += [f"/search/?q=Mia&topic={topic.pk}" for topic in Topic.objects.all()] if spec.topics else []
    values = [str(label) for label in list(spec.choices.values())[:2]]
    searched += [f"/search/?{urlencode({'q': value})}" for value in values]
    searched += [
        "/search/?q=Mia&view=kinds",
        *(f"/search/suggestions/?q={word}" for word in ("Zqsecret", "Another", "Mia")),
    ]
    searched += [f"/search/similar/{SOURCES[kind]}/{each.pk}/" for each in type(holder).objects.order_by("pk")]
    maps = [f"{path}?view=map", f"{path}?view=map&q=Zqsecret"] if kind == "organisation" else []
    pages = ["/en/c/photonik-nord/", "/waiting/", "/memberships/quality/"]
    exports = [f"{path}export.csv", f"{holder.get_absolute_url()}card.vcf"]
    return [*lists, *about, *searched, *maps, *pages, *exports, "/dashboard/", holder.get_absolute_url()]


def answers(client, kind: str, holder: FieldHolder, name: str) -> dict[str, tuple[int, str]]:
    write_all_changes()
    found = {}
    for url in surfaces(kind, holder, name):
        with zeal_ignore():  # what is like an item is loaded twice: the item, then the others
            response = client.get(url)
        assert response.status_code != 429, "asked too often: the answer would tell nothing"
        body = b"".join(response) if response.streaming else response.content
        found[url] = (response.status_code, CHANGING.sub("", body.decode()))
    return found


def assert_same(one: dict, two: dict) -> None:
    assert [url for url in one if one[url] != two[url]] == []


def assert_nothing_tells(client, kind: str, holder: FieldHolder, name: str, topics, *, on_request: bool) -> None:
    spec = DIRECTORIES[kind].specs[name]
    missing = answers(client, kind, holder, name)
    told = []
    for value in contents(spec, topics):
        put(holder, name, value, on_request=on_request)
        told.append(answers(client, kind, holder, name))
    assert_same(*told)
    if on_request:
        assert f"ask/{name}/" in told[0][holder.get_absolute_url()][1]
        lists = {url: answer for url, answer in missing.items() if url != holder.get_absolute_url()}
        assert_same(lists, told[0])
    else:
        assert_same(missing, told[0])


@pytest.mark.parametrize("state", ["on request", "hidden"])
@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_content_that_a_reader_may_not_see_changes_nothing_anywhere(
    client, holder, outsider_of_field, topics, kind, name, state
):
    client.force_login(outsider_of_field)
    asked = state == "on request" and DIRECTORIES[kind].specs[name].askable
    assert_nothing_tells(client, kind, holder, name, topics, on_request=asked)


@pytest.mark.parametrize("state", ["on request", "hidden"])
@pytest.mark.parametrize(("kind", "name"), [("profile", "competences"), ("profile", "phone")])
def test_who_manages_the_members_learns_no_more_of_them_than_others(
    client, holder, photonik, topics, kind, name, state
):
    """Neither by what waits for them nor by the quality of the data."""
    client.force_login(MembershipFactory(cluster=photonik, role=Role.MANAGER).person)
    assert_nothing_tells(client, kind, holder, name, topics, on_request=state == "on request")


@pytest.mark.parametrize("state", ["on request", "hidden"])
@pytest.mark.parametrize("who", ["colleague", "manager of a further cluster"])
@pytest.mark.parametrize(("kind", "name"), [("organisation", "references")])
def test_who_sees_an_organisation_anyway_learns_nothing_of_a_field_with_readers_of_its_own(
    client, holder, photonik, leichtbau, topics, kind, name, who, state
):
    if who == "colleague":
        viewer = MembershipFactory(cluster=photonik, organisation=holder).person
    else:
        viewer = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        part = actions.organisations.ask_to_join(holder, leichtbau, by=viewer)
        actions.admit_organisation(part, by=viewer)
    client.force_login(viewer)
    assert_nothing_tells(client, kind, holder, name, topics, on_request=state == "on request")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_the_same_content_changes_lists_for_who_may_see_it(client, holder, outsider_of_field, topics, kind, name):
    """Else the test above would say nothing."""
    client.force_login(outsider_of_field)
    before = answers(client, kind, holder, name)
    fill(holder, name, **vars(contents(DIRECTORIES[kind].specs[name], topics)[0]))
    after = answers(client, kind, holder, name)
    assert [url for url in before if before[url] != after[url]]


@pytest.mark.parametrize(("kind", "name"), ASKABLE)
def test_what_is_released_to_one_person_is_on_the_page_and_the_card_and_in_no_list(
    client, holder, outsider_of_field, topics, kind, name
):
    client.force_login(outsider_of_field)
    page = holder.get_absolute_url()

    def lists():
        """Without the frame, whose bell counts what the person was told."""
        found = answers(client, kind, holder, name).items()
        return {url: body.partition("<main")[2] for url, (_, body) in found if not url.startswith(page)}

    before = lists()
    put(holder, name, contents(DIRECTORIES[kind].specs[name], topics)[0], on_request=True)
    field = holder.fields.get(name=name)
    release = actions.release_to_person(field, person=outsider_of_field, by=holder.answering().get())
    assert lists() == before
    assert field in [item.row for item in client.get(page).context["shown"].values()]
    if name in {"phone", "email", "website"}:
        assert "Zqsecret" in client.get(f"{page}card.vcf").content.decode()
    actions.revoke_release(release, by=holder.answering().get())
    assert field not in [item.row for item in client.get(page).context["shown"].values()]
    release.refresh_from_db()
    assert release.state == "revoked"


@pytest.mark.parametrize("scopes", [[EDITORS], [Scope("platform", 0)]])
@pytest.mark.parametrize("kind", DIRECTORIES)
def test_visitors_read_of_what_is_public_what_is_public_in_it(client, holder, scopes, kind):
    from hanse_access.actions import change_audience

    change_audience(holder, scopes=[PUBLIC], by=None)
    fill(holder, "phone", scopes=scopes, on_request=True, text="Zqsecret")
    fill(holder, "offers", text="Zqoffered")
    text = client.get(holder.get_absolute_url()).content.decode()
    assert "Zqoffered" in text
    assert "Zqsecret" not in text
    assert str(SPECS["phone"].label) not in text
