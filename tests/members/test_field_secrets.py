"""Nobody can tell from anything what stands in a field that they may not see.

Each surface is asked twice, with one content in the field and with another, or with none where the field is hidden: the
answers must be the same, byte for byte.
"""

import re

import pytest

from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_members import actions
from hanse_members.actions.profiles import FieldValue, fill_fields
from hanse_members.models import FieldRelease, Profile, Topic
from hanse_members.near_kinds import experts
from hanse_members.nearness import near_url
from hanse_members.profile_specs import SPECS
from tests.factories.clusters import MembershipFactory
from tests.factories.files import image_bytes, uploaded
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill

pytestmark = pytest.mark.django_db

CHANGING = re.compile(
    r'nonce="[^"]+"'
    r'|name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken&quot;: ?&quot;[^&]+|after=[^"&]+|[A-Za-z0-9]{64}'
)
#: one of each make; the others go the same ways
EACH_MAKE = {"phone", "competences", "roles", "picture"}
FIELDS = [pytest.param(name, marks=() if name in EACH_MAKE else pytest.mark.slow) for name in sorted(SPECS)]
ASKABLE = [field for field in FIELDS if SPECS[field.values[0]].askable]


@pytest.fixture
def topics(db):
    field = Topic.objects.add(labels={"en": "Zqfield", "de": "Zqfeld"})
    return [Topic.objects.add(labels={"en": f"Zq{word}", "de": f"Zq{word}"}, parent=field) for word in ("one", "two")]


@pytest.fixture
def outsider_of_field(leichtbau, topics):
    """A member of another cluster: sees profiles for all members, and not the field in question.

    Has both topics, so that whoever has one of them would be near.
    """
    person = MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Ada", last_name="Zqviewer")).person
    fill(ProfileFactory(person=person), "competences", topics=topics)
    return person


@pytest.fixture
def profiles(photonik, topics):
    """The one with the secret between two others, so that its place in a sorted list would tell."""
    people = [
        MembershipFactory(cluster=photonik, person=UserFactory(first_name=name, last_name="Zqperson")).person
        for name in ("Bo", "Mia", "Uwe")
    ]
    made = [ProfileFactory(person=person) for person in people]
    for profile in (made[0], made[2]):
        fill(profile, "offers", text="Zqoffer", choices=["advice"])
        fill(profile, "competences", topics=topics[:1])
    return made


def contents(name: str, topics) -> list[FieldValue]:
    """Two contents of a field that differ in everything that a list could show, count or sort by."""
    spec = SPECS[name]
    values = list(spec.choices or {})
    if name == "picture":
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


def put(profile: Profile, name: str, value: FieldValue, *, on_request: bool) -> None:
    """As its owner would, but without a trace in what is not the field."""
    field = profile.fields.filter(name=name).first()
    if field is None:
        fill(profile, name, scopes=[EDITORS], on_request=on_request, text="x" if SPECS[name].longest else "")
        field = profile.fields.get(name=name)
    fill_fields({field: value}, by=profile.person)


#: facet of a field in the address of the list
FACETS = {"function": "function", "offers": "offers", "looks_for": "looks_for", "roles": "as", "languages": "language"}


def surfaces(profile: Profile, name: str) -> list[str]:
    lists = ["/experts/", "/experts/?sort=confirmed"]
    if SPECS[name].longest:
        lists += ["/experts/?q=Zqsecret", "/experts/?q=Another"]
    if SPECS[name].topics:
        lists += ["/experts/?q=Zqone", *(f"/experts/?topic={topic.pk}" for topic in Topic.objects.all())]
    if name in FACETS:
        lists += [f"/experts/?{FACETS[name]}={value}" for value in list(SPECS[name].choices)[:2]]
    about = [f"/topics/{topic.pk}/" for topic in Topic.objects.all()] if SPECS[name].topics else []
    if SPECS[name].topics:
        # what is near the reader, the profile itself, and each of the others
        about += ["/dashboard/", "/near/", *(near_url(experts, each) for each in Profile.objects.order_by("pk"))]
    exports = ["/experts/export.csv", f"{profile.get_absolute_url()}card.vcf"]
    return [*lists, *about, *exports, profile.get_absolute_url()]


def answers(client, profile: Profile, name: str) -> dict[str, tuple[int, str]]:
    found = {}
    for url in surfaces(profile, name):
        response = client.get(url)
        body = b"".join(response) if response.streaming else response.content
        found[url] = (response.status_code, CHANGING.sub("", body.decode()))
    return found


def assert_same(one: dict, two: dict) -> None:
    assert [url for url in one if one[url] != two[url]] == []


@pytest.mark.parametrize("state", ["on request", "hidden"])
@pytest.mark.parametrize("name", FIELDS)
def test_content_that_a_reader_may_not_see_changes_nothing_anywhere(
    client, profiles, outsider_of_field, topics, name, state
):
    profile = profiles[1]
    client.force_login(outsider_of_field)
    asked = state == "on request" and SPECS[name].askable
    missing = answers(client, profile, name)
    told = []
    for value in contents(name, topics):
        put(profile, name, value, on_request=asked)
        told.append(answers(client, profile, name))
    assert_same(*told)
    if asked:
        label = str(SPECS[name].label)
        assert label in told[0][profile.get_absolute_url()][1]
        lists = {url: answer for url, answer in missing.items() if url != profile.get_absolute_url()}
        assert_same(lists, told[0])
    else:
        assert_same(missing, told[0])


@pytest.mark.parametrize("name", FIELDS)
def test_the_same_content_changes_lists_for_who_may_see_it(client, profiles, outsider_of_field, topics, name):
    """Else the test above would say nothing."""
    profile = profiles[1]
    client.force_login(outsider_of_field)
    before = answers(client, profile, name)
    fill(profile, name, **vars(contents(name, topics)[0]))
    after = answers(client, profile, name)
    assert [url for url in before if before[url] != after[url]]


@pytest.mark.parametrize("name", ASKABLE)
def test_what_is_released_to_one_person_is_on_the_page_and_in_no_list(
    client, profiles, outsider_of_field, topics, name
):
    profile = profiles[1]
    client.force_login(outsider_of_field)

    def lists():
        """Without the frame, whose bell counts what the person was told."""
        found = answers(client, profile, name).items()
        return {url: body.partition("<main")[2] for url, (_, body) in found if url != profile.get_absolute_url()}

    before = lists()
    put(profile, name, contents(name, topics)[0], on_request=True)
    field = profile.fields.get(name=name)
    release = actions.release_to_person(field, person=outsider_of_field, by=profile.person)
    assert lists() == before
    page = client.get(profile.get_absolute_url())
    assert field in [item.row for item in page.context["shown"].values()]
    actions.revoke_release(release, by=profile.person)
    page = client.get(profile.get_absolute_url())
    assert field not in [item.row for item in page.context["shown"].values()]
    assert FieldRelease.objects.get().state == "revoked"


@pytest.mark.parametrize("scopes", [[EDITORS], [Scope("platform", 0)]])
def test_visitors_read_of_a_public_profile_what_is_public(client, profiles, scopes):
    from hanse_access.actions import change_audience

    change_audience(profiles[1], scopes=[PUBLIC], by=profiles[1].person)
    fill(profiles[1], "phone", scopes=scopes, on_request=True, text="Zqsecret")
    fill(profiles[1], "function", text="Zqfunction")
    text = client.get(profiles[1].get_absolute_url()).content.decode()
    assert "Zqfunction" in text
    assert "Zqsecret" not in text
    assert str(SPECS["phone"].label) not in text
