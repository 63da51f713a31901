"""What waits for a person: one page over all kinds, several done at once, each for itself."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from hanse_base import waiting_views
from hanse_base.waiting import CannotBeDone, WaitingAction, WaitingKind, waiting
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/waiting/"


class Desk:
    """Two kinds of made-up things, people by their names: what was done to whom, and who refuses."""

    def __init__(self):
        self.done = []
        self.refusing = {}

    def people(self, request):
        if not request.user.is_staff:
            return get_user_model().objects.none()
        done = [person for _name, person, _reason in self.done]
        return get_user_model().objects.exclude(pk=request.user.pk).exclude(last_name__in=done).order_by("pk")

    def perform(self, name):
        def perform(request, person, reason):
            if error := self.refusing.get(person.last_name):
                raise error
            self.done.append((name, person.last_name, reason))

        return perform

    def kind(self, name):
        return WaitingKind(
            name=name,
            label=f"All {name}",
            template="testapp/card.html",
            items=self.people,
            concerns=lambda request: request.user.is_staff,
            title=lambda person: person.get_full_name(),
            actions=(
                WaitingAction("yes", "Yes", self.perform("yes"), lambda number: f"{number} done"),
                WaitingAction("no", "No", self.perform("no"), str, reason_label="Why", longest_reason=20),
                WaitingAction(
                    "alone",
                    "Alone",
                    self.perform("alone"),
                    str,
                    fits=lambda person, request: person.last_name == "Adams",
                    several=False,
                ),
            ),
        )


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(waiting, "_items", {})
    desk = Desk()
    waiting.register(desk.kind("apples"))
    return desk


@pytest.fixture
def keeper(client, monkeypatch):
    monkeypatch.setattr("hanse_site.models.User.is_staff", True)
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def people(keeper):
    return [UserFactory(first_name="A", last_name=name) for name in ("Adams", "Brown", "Clark")]


def do(client, what, *chosen, **more):
    sent = {"kind": "apples", "do": what, "chosen": [person.pk for person in chosen], **more}
    return client.post(PAGE, sent, follow=True)


def said(page) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def test_visitors_sign_in(client):
    assert client.get(PAGE).url.endswith("?next=/waiting/")


def test_the_chosen_ones_are_done_and_the_others_stay(client, desk, people):
    page = do(client, "yes", people[0], people[2])
    assert desk.done == [("yes", "Adams", ""), ("yes", "Clark", "")]
    assert said(page) == [("success", "2 done")]
    assert [drawn.title for drawn in page.context["groups"][0].items] == ["A Brown"]


def test_one_is_done_by_the_own_button_whatever_is_chosen(client, desk, people):
    do(client, f"yes:{people[1].pk}", people[0])
    assert desk.done == [("yes", "Brown", "")]


def test_all_that_were_shown(client, desk, people):
    late = UserFactory(last_name="Late")
    do(client, "yes", shown=[person.pk for person in people], all="yes")
    assert [name for _do, name, _reason in desk.done] == ["Adams", "Brown", "Clark"]
    assert late.last_name not in str(desk.done)


def test_what_one_refuses_is_said_and_the_others_are_done(client, desk, people):
    desk.refusing = {"Adams": CannotBeDone("Too late."), "Brown": PermissionDenied()}
    page = do(client, "yes", *people)
    assert desk.done == [("yes", "Clark", "")]
    levels, texts = zip(*said(page), strict=True)
    assert levels == ("error", "error", "success")
    assert texts[0] == "A Adams: Too late."
    assert texts[1].startswith("A Brown: ")


def test_what_waits_no_more_is_counted_and_not_named(client, desk, people, keeper):
    page = do(client, "yes", people[0], keeper)
    assert desk.done == [("yes", "Adams", "")]
    assert [level for level, _text in said(page)] == ["success", "info"]
    assert keeper.get_full_name() not in said(page)[1][1]


@pytest.mark.parametrize(("reason", "wrong"), [("", True), ("  ", True), ("x" * 21, True), ("Rotten", False)])
def test_one_reason_for_all_is_asked_for(client, desk, people, reason, wrong):
    page = do(client, "no", people[0], people[1], **{"reason-no": reason})
    assert page.status_code == (400 if wrong else 200)
    assert len(desk.done) == (0 if wrong else 2)
    if wrong:
        text = page.content.decode()
        assert text.count("checked") == 2, "the choice is kept"
        assert 'id="reason-apples-no-error"' in text
        assert reason.strip() in text


def test_the_reason_for_one_stands_beside_it(client, desk, people):
    one = people[0].pk
    page = do(client, f"no:{one}", **{f"reason-no-{one}": " "})
    assert f'id="reason-apples-no-{one}-error"' in page.content.decode()
    assert 'id="reason-apples-no-error"' not in page.content.decode()
    do(client, f"no:{one}", **{f"reason-no-{one}": "Rotten", "reason-no": "Another"})
    assert desk.done == [("no", "Adams", "Rotten")]


def test_an_action_is_offered_where_it_fits_and_for_several_only_where_it_may(client, desk, people):
    group = client.get(PAGE).context["groups"][0]
    offered = [[offer.action.name for offer in drawn.offers] for drawn in group.items]
    assert offered == [["yes", "no", "alone"], ["yes", "no"], ["yes", "no"]]
    assert [offer.action.name for offer in group.several] == ["yes", "no"]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": "pears", "do": "yes", "chosen": "1"},
        {"kind": "apples", "do": "eat", "chosen": "1"},
        {"kind": "apples", "do": "yes"},
        {"kind": "apples", "do": "yes", "chosen": "9" * 30},
        {"kind": "apples", "do": "yes:²"},
    ],
)
def test_what_makes_no_sense_is_said(client, desk, people, sent):
    page = client.post(PAGE, sent, follow=True)
    assert [level for level, _text in said(page)] == ["error"]
    assert desk.done == []


def test_nobody_does_what_does_not_wait_for_them(client, desk, people, monkeypatch):
    monkeypatch.setattr("hanse_site.models.User.is_staff", False)
    do(client, "yes", *people)
    assert desk.done == []


def test_the_page_of_one_kind_shows_more_of_it_and_stays_after_doing(client, desk, people, monkeypatch):
    waiting.register(desk.kind("pears"))
    monkeypatch.setattr(waiting_views, "FEW", 2)
    groups = client.get(PAGE).context["groups"]
    assert [(group.kind.name, len(group.items), group.count) for group in groups] == [("apples", 2, 3), ("pears", 2, 3)]
    (group,) = client.get(f"{PAGE}?kind=pears").context["groups"]
    assert (group.kind.name, len(group.items)) == ("pears", 3)
    sent = {"kind": "pears", "do": "yes", "chosen": people[0].pk}
    assert client.post(f"{PAGE}?kind=pears", sent).url == f"{PAGE}?kind=pears"
    assert client.post(PAGE, sent | {"chosen": people[1].pk}).url == PAGE


def test_an_unknown_kind_in_the_address_shows_all(client, desk, people):
    assert len(client.get(f"{PAGE}?kind=nonsense").context["groups"]) == 1


def test_the_navigation_and_the_dashboard_count_it(client, desk, people):
    text = client.get("/dashboard/").content.decode()
    assert 'href="/waiting/?kind=apples"' in text
    page = client.get(PAGE)
    (link,) = (link for link in page.wsgi_request._hanse_navigation["workspace"] if link.name == "waiting")
    assert link.count == 3


def test_whom_it_never_concerns_is_not_shown_the_way(client, desk, monkeypatch):
    monkeypatch.setattr("hanse_site.models.User.is_staff", False)
    client.force_login(UserFactory())
    assert 'href="/waiting/"' not in client.get("/dashboard/").content.decode()
    assert client.get(PAGE).context["groups"] == []
