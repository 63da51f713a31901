"""A year in the life of a profile that nobody confirms: asked for in time, marked, behind the others, not suggested."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hanse_activity.models import Notification
from hanse_members import actions
from hanse_members.freshness_reminders import ask_to_confirm
from hanse_members.models import Membership, Profile
from hanse_members.models.freshness import ASKED_BEFORE, FRESH_FOR, SUGGESTED_FOR
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(BEGIN, tick=False) as clock:
        yield clock


@pytest.fixture
def profile(clock, photonik):
    person = MembershipFactory(cluster=photonik, person=UserFactory(first_name="Ada", last_name="Aal")).person
    return ProfileFactory(person=person)


def asked(profile) -> int:
    return Notification.objects.filter(recipient=profile.person, kind="profiles.confirm").count()


def page(client, person, url: str) -> str:
    client.force_login(person)
    return client.get(url, follow=True).content.decode()


def test_its_owner_is_asked_in_time_and_again_when_it_counts_as_old(clock, profile):
    clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE - DAY)
    assert ask_to_confirm() == 0
    clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE)
    assert (ask_to_confirm(), ask_to_confirm(), asked(profile)) == (1, 0, 1)
    clock.move_to(BEGIN + FRESH_FOR)
    assert (ask_to_confirm(), ask_to_confirm(), asked(profile)) == (1, 0, 2)


def test_after_a_pause_of_the_worker_only_the_last_question_is_asked(clock, profile):
    clock.move_to(BEGIN + FRESH_FOR + 30 * DAY)
    assert (ask_to_confirm(), ask_to_confirm(), asked(profile)) == (1, 0, 1)


@pytest.mark.parametrize("confirm", [True, False])
def test_a_confirmed_one_is_asked_about_after_another_year(clock, profile, confirm):
    clock.move_to(BEGIN + FRESH_FOR)
    ask_to_confirm()
    if confirm:
        actions.confirm_profile(profile, by=profile.person)
    else:
        actions.save_profile(person=profile.person, values={}, scopes=profile.audience.scope_set)
    assert ask_to_confirm() == 0
    clock.move_to(BEGIN + FRESH_FOR + FRESH_FOR)
    assert (ask_to_confirm(), asked(profile)) == (1, 2)


def test_who_is_no_member_any_more_is_not_asked(clock, profile):
    Membership.objects.update(state="left")
    clock.move_to(BEGIN + FRESH_FOR)
    assert ask_to_confirm() == 0


def test_the_mail_says_what_happens_and_where_one_confirms(
    clock, profile, mailoutbox, django_capture_on_commit_callbacks
):
    for day, words in ((FRESH_FOR - ASKED_BEFORE, "5 January 2027"), (FRESH_FOR, "was not confirmed for a year")):
        clock.move_to(BEGIN + day)
        with django_capture_on_commit_callbacks(execute=True):
            ask_to_confirm()
        assert words in " ".join(mailoutbox[-1].body.split())
        assert "/profile/" in mailoutbox[-1].body


def test_dashboard_and_form_ask_from_then_on(client, clock, profile):
    question = "Is it still so?"
    clock.move_to(BEGIN + FRESH_FOR - ASKED_BEFORE - DAY)
    assert question not in page(client, profile.person, "/dashboard/") + page(client, profile.person, "/profile/")
    for day in (FRESH_FOR - ASKED_BEFORE, FRESH_FOR + DAY):
        clock.move_to(BEGIN + day)
        assert question in page(client, profile.person, "/dashboard/")
        assert question in page(client, profile.person, "/profile/")
    client.post("/profile/confirm/")
    assert question not in page(client, profile.person, "/dashboard/") + page(client, profile.person, "/profile/")


def test_it_is_marked_then_behind_the_others_then_suggested_to_nobody(client, clock, profile, photonik, member):
    topic = make_topic()
    other = ProfileFactory(
        person=MembershipFactory(cluster=photonik, person=UserFactory(first_name="Zoe", last_name="Zorn")).person
    )
    for each in (profile, other):
        fill(each, "competences", topics=[topic])

    def order() -> list[str]:
        client.force_login(member)
        Profile.objects.filter(pk=other.pk).update(confirmed_at=datetime.now(UTC))
        return [row.name for row in client.get("/experts/").context["item_list"].rows]

    def suggested() -> bool:
        sections = client.get(f"/topics/{topic.pk}/").context["sections"]
        return "Ada Aal" in [row.name for each in sections for row in each["context"].get("experts", ())]

    assert order() == ["Ada Aal", "Zoe Zorn"]
    clock.move_to(BEGIN + FRESH_FOR + DAY)
    assert order() == ["Zoe Zorn", "Ada Aal"]
    assert "Not confirmed since 5 January 2026" in page(client, member, profile.get_absolute_url())
    assert suggested()
    clock.move_to(BEGIN + SUGGESTED_FOR + DAY)
    assert order() == ["Zoe Zorn", "Ada Aal"]
    assert not suggested()
