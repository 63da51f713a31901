"""Fields on request: asked for, released to one person or by a link, declined, taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.models import AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.uploads import accept_upload
from hanse_access.viewer import Viewer
from hanse_activity.kinds import notification_kinds
from hanse_activity.models import Notification
from hanse_base.models import LinkToken
from hanse_base.rate_limits import RateLimit
from hanse_members import actions, field_views
from hanse_members.actions import FieldValue
from hanse_members.models import FieldRelease, Membership, ProfileField
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory, fill

pytestmark = pytest.mark.django_db
State = FieldRelease.State
SECRET = "+49 30 23125 017"


@pytest.fixture
def asker(leichtbau):
    return MembershipFactory(cluster=leichtbau, person=UserFactory(first_name="Ida", last_name="Lund")).person


@pytest.fixture
def profile(photonik):
    person = MembershipFactory(cluster=photonik, person=UserFactory(first_name="Nele", last_name="Brandt")).person
    return ProfileFactory(person=person)


@pytest.fixture
def owner(profile):
    return profile.person


@pytest.fixture
def phone(profile, photonik):
    return fill(profile, "phone", scopes=[Scope("cluster", photonik.pk)], on_request=True, text=SECRET)


def reads(person, field) -> bool:
    return ProfileField.objects.readable_to(Viewer.of(person)).filter(pk=field.pk).exists()


def page_of(client, person, profile) -> str:
    if person is None:
        client.logout()
    else:
        client.force_login(person)
    return client.get(profile.get_absolute_url()).content.decode()


def test_asking_releasing_and_taking_back(client, profile, phone, asker, owner):
    page = page_of(client, asker, profile)
    assert SECRET not in page
    ask = f"/experts/{profile.uid}/ask/phone/"
    assert ask in page
    assert client.post(ask, {"message": "For the fair"}).status_code == 302
    assert "asked, no answer yet" in page_of(client, asker, profile)

    client.force_login(owner)
    inbox = client.get("/profile/releases/").content.decode()
    assert "For the fair" in inbox
    release = FieldRelease.objects.get()
    answer = {"decision": "release", "days": "30", "answer": "Call after ten."}
    assert client.post(f"/profile/releases/{release.pk}/answer/", answer).status_code == 302
    assert SECRET in page_of(client, asker, profile)

    client.force_login(owner)
    client.post(f"/profile/releases/{release.pk}/revoke/")
    assert SECRET not in page_of(client, asker, profile)
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"field.asked", "field.released", "field.revoked"} <= verbs


def test_a_release_is_for_one_person(phone, asker, owner, leichtbau):
    other = MembershipFactory(cluster=leichtbau).person
    actions.release_to_person(phone, person=asker, by=owner)
    assert reads(asker, phone)
    assert not reads(other, phone)
    assert not ProfileField.objects.visible_to(Viewer.of(asker)).filter(pk=phone.pk).exists()


def test_a_release_ends_by_itself(phone, asker, owner):
    release = actions.release_to_person(phone, person=asker, by=owner, days=7)
    FieldRelease.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert not reads(asker, phone)
    again = actions.ask_for_field(phone, by=asker)
    assert again.pk != release.pk
    assert FieldRelease.objects.count() == 2


def test_what_is_released_is_read_only_while_the_profile_is(phone, asker, owner, profile):
    actions.release_to_person(phone, person=asker, by=owner)
    change_audience(profile, scopes=[EDITORS], by=owner)
    assert not reads(asker, phone)
    change_audience(profile, scopes=[PLATFORM], by=owner)
    Membership.objects.of(asker).update(state="suspended")
    assert not reads(asker, phone)


def test_declined_with_a_word(client, profile, phone, asker, owner):
    release = actions.ask_for_field(phone, by=asker)
    actions.decline_field(release, by=owner, answer="Please write to the office.")
    page = page_of(client, asker, profile)
    assert "Please write to the office." in page
    assert SECRET not in page
    with pytest.raises(actions.NotPossible):
        actions.release_field(release, by=owner)


def test_who_cannot_ask(phone, profile, asker, owner, photonik, member):
    for person in (UserFactory(), MembershipFactory(cluster=photonik, state="applied").person):
        with pytest.raises(PermissionDenied):
            actions.ask_for_field(phone, by=person)
    with pytest.raises(actions.NotPossible):
        actions.ask_for_field(phone, by=member)  # sees it already
    hidden = fill(profile, "website", scopes=[EDITORS], text="https://nele.example")
    with pytest.raises(PermissionDenied):
        actions.ask_for_field(hidden, by=asker)
    empty = fill(profile, "email", scopes=[EDITORS], on_request=True)
    with pytest.raises(PermissionDenied):
        actions.ask_for_field(empty, by=asker)


def test_who_was_refused_asks_again_after_a_month(phone, asker, owner):
    actions.decline_field(actions.ask_for_field(phone, by=asker), by=owner)
    with pytest.raises(actions.NotPossible):
        actions.ask_for_field(phone, by=asker)
    FieldRelease.objects.update(decided_at=timezone.now() - timedelta(days=31))
    assert actions.ask_for_field(phone, by=asker).state == State.ASKED


def test_who_is_no_member_is_not_told_that_there_is_something(client, profile, phone):
    change_audience(profile, scopes=[PUBLIC], by=profile.person)
    fill(profile, "email", scopes=[EDITORS], text="nele@institut.example")
    client.force_login(UserFactory())
    answers = {client.get(f"/experts/{profile.uid}/ask/{name}/").status_code for name in ("phone", "email", "orcid")}
    assert answers == {404}


def test_who_is_no_member_releases_nothing(phone, asker, owner):
    Membership.objects.of(owner).update(state="left")
    with pytest.raises(PermissionDenied):
        actions.release_to_person(phone, person=asker, by=owner)
    with pytest.raises(PermissionDenied):
        actions.release_to_outsider(phone, outsider="Jo Steuer", days=7, by=owner)


def test_what_is_written_after_emptying_a_field_is_for_nobody_who_read_it_before(client, phone, asker, owner):
    actions.release_to_person(phone, person=asker, by=owner)
    _release, secret = actions.release_to_outsider(phone, outsider="Jo Steuer", days=7, by=owner)
    for text in ("", "+49 30 23125 999"):
        actions.save_profile(person=owner, values={"phone": FieldValue(text=text)}, scopes=[PLATFORM])
    assert not reads(asker, phone)
    assert client.get(f"/released/{secret}/").status_code == 404


def test_a_person_releases_only_so_much_in_an_hour(client, phone, asker, owner, monkeypatch):
    reader = ProfileFactory(person=asker)
    monkeypatch.setattr(field_views, "GIVEN", RateLimit("test-given", most=1, period=timedelta(hours=1)))
    client.force_login(owner)
    for _ in range(2):
        client.post(f"/experts/{reader.uid}/give/", {"field": "phone"})
        FieldRelease.objects.update(state=State.REVOKED)
    assert FieldRelease.objects.count() == 1
    assert client.post(f"/experts/{reader.uid}/give/", {"field": "a\x00"}).status_code == 404


def test_a_field_that_is_hidden_is_asked_for_like_one_that_is_not_there(client, profile, phone, asker):
    fill(profile, "website", scopes=[EDITORS], text="https://nele.example")
    client.force_login(asker)
    for name in ("website", "orcid", "nonsense"):
        assert client.get(f"/experts/{profile.uid}/ask/{name}/").status_code == 404
        assert client.post(f"/experts/{profile.uid}/ask/{name}/").status_code == 404


def test_to_ask_twice_is_one_question(phone, asker, owner):
    assert actions.ask_for_field(phone, by=asker).pk == actions.ask_for_field(phone, by=asker).pk
    assert Notification.objects.filter(recipient=owner, kind="fields.asked").count() == 1


def test_only_the_owner_answers_gives_and_takes_back(client, profile, phone, asker, owner, manager, operator):
    release = actions.ask_for_field(phone, by=asker)
    for person in (asker, manager, operator):
        with pytest.raises(PermissionDenied):
            actions.release_field(release, by=person)
        with pytest.raises(PermissionDenied):
            actions.release_to_person(phone, person=asker, by=person)
        with pytest.raises(PermissionDenied):
            actions.release_to_outsider(phone, outsider="Somebody", days=7, by=person)
        client.force_login(person)
        for verb in ("answer", "revoke"):
            url = f"/profile/releases/{release.pk}/{verb}/"
            assert client.post(url, {"decision": "release"}).status_code == 404
    release.refresh_from_db()
    assert release.state == State.ASKED


def test_to_give_a_field_unasked_on_the_profile_of_the_reader(client, phone, asker, owner):
    reader = ProfileFactory(person=asker)
    client.force_login(owner)
    page = client.get(reader.get_absolute_url())
    assert [item.key for item in page.context["givable"]] == ["phone"]
    client.post(f"/experts/{reader.uid}/give/", {"field": "phone"})
    assert reads(asker, phone)
    client.post(f"/experts/{reader.uid}/give/", {"field": "orcid"})
    assert FieldRelease.objects.count() == 1


def test_an_outsider_reads_one_field_by_a_link_after_a_click(client, profile, phone, owner):
    fill(profile, "offers", text="Coatings")
    client.force_login(owner)
    response = client.post("/profile/fields/phone/link/", {"outsider": "Jo Steuer", "days": "7"})
    link = response.context["link"]
    assert SECRET not in response.content.decode()
    assert not LinkToken.objects.filter(digest__in=link.split("/")).exists()
    client.logout()
    looked = client.get(link)
    assert SECRET not in looked.content.decode()
    assert "no-store" in looked["Cache-Control"]
    read = client.post(link).content.decode()
    assert SECRET in read
    assert "Coatings" not in read
    release = FieldRelease.objects.get()
    assert release.read_at is not None
    actions.revoke_release(release, by=owner)
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404


def test_there_is_no_link_to_a_picture(client, profile, owner):
    fill(profile, "picture", picture=accept_upload(uploaded()))
    client.force_login(owner)
    assert client.get("/profile/fields/picture/link/").status_code == 404


@pytest.mark.parametrize("ends", ["expiry", "empty", "suspended", "only me", "deleted"])
def test_the_link_opens_nothing_any_more(client, profile, phone, owner, ends):
    release, secret = actions.release_to_outsider(phone, outsider="Jo Steuer", days=7, by=owner)
    link = f"/released/{secret}/"
    assert client.get(link).status_code == 200
    if ends == "expiry":
        past = timezone.now() - timedelta(minutes=1)
        LinkToken.objects.update(expires_at=past)
    elif ends == "empty":
        ProfileField.objects.filter(pk=phone.pk).update(is_filled=False)
    elif ends == "suspended":
        Membership.objects.of(owner).update(state="suspended")
    elif ends == "only me":
        change_audience(profile, scopes=[EDITORS], by=owner)
    else:
        profile.delete()
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404
    assert client.get(link).content == client.get("/released/nonsense/").content.replace(b"nonsense", secret.encode())


def test_notifications_and_mails_hold_nothing_of_the_field(
    phone, asker, owner, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        release = actions.ask_for_field(phone, by=asker, message="For the fair")
    with django_capture_on_commit_callbacks(execute=True):
        actions.release_field(release, by=owner, answer="Call after ten.")
    assert [message.to for message in mailoutbox] == [[owner.email], [asker.email]]
    for message in mailoutbox:
        assert SECRET not in str(message.message())


def test_the_owner_is_told_of_no_question_whose_profile_the_asker_lost(phone, profile, asker, owner):
    release = actions.ask_for_field(phone, by=asker)
    actions.release_field(release, by=owner)
    answered = notification_kinds["fields.answered"].targets
    assert list(answered(Viewer.of(asker))) == [release]
    change_audience(profile, scopes=[EDITORS], by=owner)
    assert list(answered(Viewer.of(asker))) == []
