"""The pages of proposals to share: what waits for a decision, what was proposed and taken over."""

import pytest

from hanse_access import actions
from hanse_access.models import AudienceProposal
from hanse_access.scopes import Scope
from hanse_members.actions import create_cluster
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.news import NewsPageFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def owner():
    return UserFactory()


@pytest.fixture
def proposal(author, owner):
    item = ItemFactory(author=author, title="Light on composites")
    room = RoomFactory(owner=owner, people=[owner], name="Optics")
    actions.change_audience(item, scopes=[Scope("room", room.pk)], by=author)
    return AudienceProposal.objects.get()


WAITING = "/waiting/"


def decide(client, proposal, what, reason="", **options):
    sent = {"kind": "proposals", "do": f"{what}:{proposal.pk}", f"reason-{what}-{proposal.pk}": reason}
    return client.post(WAITING, sent, **options)


def test_a_proposed_page_can_be_opened_before_the_decision(client):
    cluster, other = (create_cluster(name=name, slug=name.lower(), by=None) for name in ("Alpha", "Beta"))
    manager = MembershipFactory(cluster=other, role=Role.MANAGER).person
    editor = MembershipFactory(cluster=cluster, role=Role.EDITOR).person
    page = NewsPageFactory(cluster=cluster, scopes=[Scope("cluster", cluster.pk)])
    actions.change_audience(page, scopes=[Scope("cluster", cluster.pk), Scope("cluster", other.pk)], by=editor)
    client.force_login(manager)
    assert f'<a href="{page.url}">{page.title}</a>' in client.get(WAITING).content.decode()
    assert client.get(page.url).status_code == 200


def test_an_item_without_an_address_is_named_without_a_link(client, owner, proposal):
    client.force_login(owner)
    assert f'<h3 id="proposals-{proposal.pk}">Light on composites</h3>' in client.get(WAITING).content.decode()


def test_whoever_decides_sees_it_and_takes_it_over(client, owner, proposal):
    client.force_login(owner)
    assert "Light on composites" in client.get(WAITING).content.decode()
    assert "1 proposal waits" in client.get("/proposals/").content.decode()
    decide(client, proposal, "accept")
    proposal.refresh_from_db()
    assert proposal.state == "accepted"
    assert "Light on composites" in client.get("/proposals/").content.decode()
    client.post(f"/proposals/{proposal.pk}/release/")
    proposal.refresh_from_db()
    assert proposal.state == "released"


def test_an_item_that_one_can_no_longer_see_is_not_named(client, author, owner, proposal):
    """Taken offline by its author, or lost from sight by who proposed it: the list tells no more than the page."""
    Item.objects.update(state=Item.State.DRAFT)
    client.force_login(owner)
    for answer in (
        client.get(WAITING),
        decide(client, proposal, "decline"),
    ):
        assert "Light on composites" not in answer.content.decode()
        assert "An item that you cannot see at present" in answer.content.decode()
    client.force_login(author)
    assert "Light on composites" in client.get("/proposals/").content.decode()
    Item.objects.update(author=UserFactory())
    assert "Light on composites" not in client.get("/proposals/").content.decode()


def test_a_proposal_of_somebody_who_left_says_so(client, author, owner, proposal):
    AudienceProposal.objects.update(proposed_by=None)
    client.force_login(owner)
    text = client.get(WAITING).content.decode()
    assert "by a former member" in text
    assert "proposed by  on" not in text


def test_a_decline_without_a_reason_is_asked_again(client, owner, proposal):
    client.force_login(owner)
    assert decide(client, proposal, "decline").status_code == 400
    decide(client, proposal, "decline", reason="Not our field")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason) == ("declined", "Not our field")


def test_the_author_reads_the_reason_and_can_withdraw_what_waits(client, author, owner, proposal):
    client.force_login(author)
    assert "Withdraw" in client.get("/proposals/").content.decode()
    actions.decline_proposal(proposal, by=owner, reason="Not our field")
    assert "Not our field" in client.get("/proposals/").content.decode()


def test_who_comes_second_is_told_that_it_is_decided(client, owner, proposal):
    actions.accept_proposal(proposal, by=owner)
    client.force_login(owner)
    page = decide(client, proposal, "accept", follow=True)
    assert page.status_code == 200
    assert "does not wait for you any more" in page.content.decode()


def test_who_comes_second_by_a_hair_is_told_too(client, owner, proposal, monkeypatch):
    """Decided between reading the list and locking the row."""
    stale = AudienceProposal.objects.filter(pk=proposal.pk)
    monkeypatch.setattr("hanse_access.waiting.inbox", lambda viewer: stale.order_by("pk"))
    actions.accept_proposal(proposal, by=owner)
    client.force_login(owner)
    page = decide(client, proposal, "accept", follow=True)
    assert "Light on composites: This was decided in the meantime" in page.content.decode()


@pytest.mark.parametrize("step", ["withdraw", "release"])
def test_a_foreign_proposal_does_not_exist(client, proposal, step):
    client.force_login(UserFactory())
    assert client.post(f"/proposals/{proposal.pk}/{step}/", {"decision": "accept"}).status_code == 404
    assert client.post(f"/proposals/999999/{step}/", {"decision": "accept"}).status_code == 404
    assert "Light on composites" not in client.get("/proposals/").content.decode()
    decide(client, proposal, "accept")
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_the_number_of_queries_does_not_grow(client, owner, author, django_assert_max_num_queries):
    room = RoomFactory(owner=owner)
    client.force_login(owner)

    def queries(items: int) -> int:
        for item in ItemFactory.create_batch(items, author=author):
            actions.change_audience(item, scopes=[Scope("room", room.pk)], by=author)
        with django_assert_max_num_queries(60) as counted:
            client.get(WAITING)
        return len(counted)

    queries(1)  # fills the caches of the process
    assert queries(2) == queries(20)
