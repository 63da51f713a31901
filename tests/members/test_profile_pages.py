"""The pages of a profile: what is typed, what is refused, what is taken from a file, what is handed out."""

import json

import pytest
import vobject

from hanse_access.scopes import EDITORS, Scope
from hanse_base import exports
from hanse_members.models import Profile, ProfileField, Topic
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

VCARD = b"""BEGIN:VCARD
VERSION:3.0
N:Brandt;Nele;;Dr.;
FN:Dr. Nele Brandt
TITLE:Head of coating development
TEL;TYPE=WORK:+49 30 23125 017
EMAIL:nele@institut.example
URL:https://institut.example
URL:https://orcid.org/0000-0002-1825-0097
CATEGORIES:Coating,Lasers
NOTE:Sputtering\\, plasma.
PHOTO;ENCODING=b;TYPE=JPEG:AAAA
END:VCARD
"""
ORCID = {
    "orcid-identifier": {"path": "0000-0002-1825-0097"},
    "person": {
        "biography": {"content": "Studies coatings."},
        "emails": {"email": []},
        "researcher-urls": {"researcher-url": [{"url": {"value": "https://institut.example"}}]},
        "keywords": {"keyword": [{"content": "Coating"}]},
    },
    "activities-summary": {
        "employments": {
            "affiliation-group": [
                {"summaries": [{"employment-summary": {"role-title": "Professor", "organization": {}}}]}
            ]
        }
    },
}


@pytest.fixture
def owner(photonik):
    person = UserFactory(first_name="Nele", last_name="Brandt")
    return MembershipFactory(
        cluster=photonik, person=person, organisation=OrganisationFactory(clusters=[photonik])
    ).person


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def test_filling_in_a_profile(signed_in, owner):
    topic = Topic.objects.add(labels={"en": "Coating"})
    data = {
        "function": "Head of coating",
        "function_choice": "research",
        "competences_topics": [topic.pk],
        "offers_choices": ["advice", "training"],
        "offers": "Trial coatings",
        "languages_choices": ["de", "en"],
        "phone": "+49 30  23125 017",
        "orcid": "https://orcid.org/0000-0002-1825-0097",
        "scopes": "platform",
    }
    response = signed_in.post("/profile/", data)
    profile = Profile.objects.of(owner).get()
    assert response.headers["Location"] == profile.get_absolute_url()
    fields = {field.name: field for field in profile.fields.all()}
    assert set(fields) == {"function", "competences", "offers", "languages", "phone", "orcid"}
    assert fields["phone"].text == "+49 30 23125 017"
    assert fields["orcid"].text == "0000-0002-1825-0097"
    assert {choice.value for choice in fields["offers"].choices.all()} == {"advice", "training"}
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    for text in ("Head of coating", "Coating", "Trial coatings", "German", "0000-0002-1825-0097"):
        assert text in page
    form = signed_in.get("/profile/").context["form"]
    assert form["function_choice"].value() == "research"
    assert form["competences_topics"].value() == [topic.pk]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "call me"),
        ("email", "nele"),
        ("website", "javascript:alert(1)"),
        ("orcid", "0000-0002-1825-0098"),
        ("orcid", "12"),
        ("offers", "x" * 601),
        ("function_choice", "king"),
        ("offers_choices", "everything"),
        ("languages_choices", "klingon"),
        ("competences_topics", "999999"),
        ("scopes", "nobody"),
        ("scopes", ""),
    ],
)
def test_bad_input_is_told_beside_the_field_and_what_was_typed_is_kept(signed_in, owner, field, value):
    data = {"function": "Head of coating", "scopes": "platform"} | {field: value}
    response = signed_in.post("/profile/", data)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert "Head of coating" in response.content.decode()
    assert not Profile.objects.of(owner).exists()


def test_a_file_that_is_no_picture(signed_in, owner):
    data = {"picture": uploaded("me.jpg", b"nothing", "image/jpeg"), "scopes": "platform"}
    response = signed_in.post("/profile/", data)
    assert response.status_code == 400
    assert "picture" in response.context["form"].errors


def test_the_form_shows_the_picture_there_is(signed_in, owner):
    assert "Your present picture" not in signed_in.get("/profile/").content.decode()
    assert signed_in.post("/profile/", {"picture": uploaded(), "scopes": "platform"}).status_code == 302
    form = signed_in.get("/profile/").content.decode()
    assert owner.profile.fields.get(name="picture").picture.url in form
    assert 'alt="Your present picture"' in form


def test_who_waits_for_admission_reads_when_the_profile_comes(client, photonik):
    person = MembershipFactory(cluster=photonik, state="applied").person
    client.force_login(person)
    assert "The management of the cluster decides." in client.get("/dashboard/").content.decode()
    assert client.get("/profile/").templates[0].name == "hanse_members/profile_later.html"
    client.post("/profile/", {"scopes": "public"})
    assert not Profile.objects.exists()


def test_fewer_people_must_be_chosen(signed_in, owner, photonik):
    profile = ProfileFactory(person=owner)
    fill(profile, "phone", text="+49 30 1")
    url = "/profile/fields/phone/"
    assert signed_in.post(url, {"follows": "own"}).status_code == 400
    assert signed_in.post(url, {"follows": "own", "scopes": "cluster"}).status_code == 400
    chosen = {"follows": "own", "scopes": "cluster", "scopes-cluster": photonik.pk, "on_request": "on"}
    assert signed_in.post(url, chosen).status_code == 302
    field = ProfileField.objects.get(name="phone")
    assert field.audience.scope_set == {Scope("cluster", photonik.pk)}
    assert (field.follows, field.on_request) == (False, True)
    assert signed_in.post(url, {"follows": "own", "scopes": "editors"}).status_code == 302
    field = ProfileField.objects.get(name="phone")
    assert field.audience.scope_set == {EDITORS}
    assert not field.on_request
    assert signed_in.post(url, {"follows": "follow"}).status_code == 302
    assert ProfileField.objects.get(name="phone").follows
    assert signed_in.get("/profile/fields/nonsense/").status_code == 404


@pytest.mark.parametrize("data", [VCARD, json.dumps(ORCID).encode()], ids=["vcard", "orcid"])
def test_a_profile_is_begun_from_a_file_and_nothing_is_stored(signed_in, owner, data):
    coating = Topic.objects.add(labels={"en": "Coating", "de": "Schicht"})
    response = signed_in.post("/profile/fill/", {"card": uploaded("card", data)})
    form = response.context["form"]
    assert form["orcid"].value() == "0000-0002-1825-0097"
    assert form["website"].value() == "https://institut.example"
    assert form["function"].value() in ("Head of coating development", "Professor")
    assert f'value="{coating.pk}"' in response.content.decode().partition("uggested")[2]
    assert not Profile.objects.exists()


def test_a_file_changes_nothing_that_the_person_wrote(signed_in, owner):
    profile = ProfileFactory(person=owner)
    fill(profile, "function", text="Physicist")
    form = signed_in.post("/profile/fill/", {"card": uploaded("card", VCARD)}).context["form"]
    assert form["function"].value() == "Physicist"
    assert form["phone"].value() == "+49 30 23125 017"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"BEGIN:VCARD\nFN:x",
        b"BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        b"{}",
        b'{"orcid-identifier": []}',
        b"[" * 100_000,
        b"{" * 100_000,
        b"\x00\xff\xfe",
        b"BEGIN:VCARD\n" * 2000,
        b"x" * 1_100_000,
        b"BEGIN:VCARD\n" + b"a" * 900_000,
        b"BEGIN:VCARD\n" * 5000 + b"END:VCARD\n" * 5000,
        b"BEGIN:VCARD\nN:a\nEND:VCARD\n" + b"=\n" * 300_000,
        b'{"orcid-identifier": {"path": "\\ud800"}}',
    ],
)
def test_a_file_that_says_nothing_is_refused_beside_the_field(signed_in, owner, data):
    response = signed_in.post("/profile/fill/", {"card": uploaded("card", data)})
    assert response.status_code == 400
    assert "card" in response.context["file_form"].errors


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VCARD\nVERSION:3.0\nFN:x\nitem1.EMAIL;TYPE=INTERNET:x@example.org\nEND:VCARD\n",
        b"BEGIN:VCARD\nVERSION:2.1\nN:x\nTEL;HOME:1\nTITLE;ENCODING=QUOTED-PRINTABLE:K=C3=BChl\nEND:VCARD\n",
        b"BEGIN:VCARD\nN;CHARSET=foo;ENCODING=QUOTED-PRINTABLE:a=20\nTITLE:x\nEND:VCARD\n",
        b"BEGIN:VCARD\nBEGIN:TITLE\nEND:TITLE\nTEL:1\nEND:VCARD\n",
        b"BEGIN:VCARD\nTITLE;ENCODING=b:AAAA\nTEL:1\nEND:VCARD\n",
        b"BEGIN:VCARD\nTEL:1\nPHOTO:" + b"a" * 900_000 + b"\nEND:VCARD\n",
        b'{"orcid-identifier": {"path": "x"}, "person": {"biography": {"content": "\\ud800\\u0000x"}}}',
        b'{"orcid-identifier": {"path": "x"}, "person": {"emails": 1, "keywords": {"keyword": [1, {"content": "y"}]}}}',
    ],
)
def test_odd_files_are_read_as_far_as_they_go(signed_in, owner, data):
    assert signed_in.post("/profile/fill/", {"card": uploaded("card", data)}).status_code == 200


def test_a_business_card_has_what_the_reader_can_read(client, owner, member, leichtbau, photonik):
    profile = ProfileFactory(person=owner)
    fill(profile, "function", text="Head; of\ncoating, \\ 2")
    fill(profile, "phone", scopes=[Scope("cluster", photonik.pk)], on_request=True, text="+49 30 23125 017")
    fill(profile, "website", scopes=[EDITORS], text="https://nele.example")

    def card_for(person):
        client.force_login(person)
        response = client.get(f"{profile.get_absolute_url()}card.vcf")
        assert response["Content-Disposition"] == 'attachment; filename="nele-brandt.vcf"'
        return vobject.readOne(response.content.decode())

    near = card_for(member)
    assert near.fn.value == "Nele Brandt"
    assert near.title.value == "Head; of\ncoating, \\ 2"
    assert near.tel.value == "+49 30 23125 017"
    assert near.org.value == [owner.memberships.get().organisation.name]
    assert "url" not in near.contents
    assert "tel" not in card_for(MembershipFactory(cluster=leichtbau).person).contents
    client.logout()
    assert client.get(f"{profile.get_absolute_url()}card.vcf").status_code == 404


def test_the_table_has_the_list_as_it_is_narrowed_without_formulas(client, owner, member, leichtbau, photonik):
    profile = ProfileFactory(person=owner)
    fill(profile, "offers", text="=cmd|' /C calc'!A0", choices=["advice"])
    fill(profile, "phone", scopes=[Scope("cluster", photonik.pk)], on_request=True, text="+49 30 23125 017")
    other = ProfileFactory(person=MembershipFactory(cluster=leichtbau).person)
    fill(other, "looks_for", text="=1+1")
    client.force_login(member)
    table = client.get("/experts/export.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 3
    assert "'+49 30 23125 017" in table
    assert ";'=1+1;" in table
    assert "Advice and experience; =cmd" in table
    narrowed = client.get("/experts/export.csv?offers=advice").content.decode()
    assert len(narrowed.splitlines()) == 2
    client.force_login(other.person)
    assert "23125" not in client.get("/experts/export.csv").content.decode()
    client.logout()
    assert client.get("/experts/export.csv").status_code == 302


def test_a_long_table_goes_on_batch_by_batch_and_says_where_it_ends(client, owner, photonik, monkeypatch):
    for _ in range(5):
        ProfileFactory(person=MembershipFactory(cluster=photonik).person)
    from hanse_members.expert_lists import ExpertList

    monkeypatch.setattr(ExpertList.everything, "__defaults__", (2,))
    client.force_login(owner)
    assert len(client.get("/experts/export.csv").content.decode().splitlines()) == 6
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    lines = client.get("/experts/export.csv").content.decode().splitlines()
    assert len(lines) == 5
    assert "Only the first 3 rows" in lines[-1]


def test_confirming(signed_in, owner):
    assert signed_in.post("/profile/confirm/").status_code == 404
    profile = ProfileFactory(person=owner)
    Profile.objects.update(confirmed_at="2020-01-01T00:00Z")
    assert "Not confirmed since" in signed_in.get("/dashboard/").content.decode()
    assert signed_in.post("/profile/confirm/").status_code == 302
    profile.refresh_from_db()
    assert profile.is_fresh
    assert signed_in.get("/profile/confirm/").status_code == 405
