"""Before a cluster is suspended, reinstated or closed, a page says what becomes of it. That is what happens."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from hanse_access.actions import accept_proposal, change_audience
from hanse_access.models import AudienceProposal, AuditEvent
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_members import actions
from hanse_members.consequences import Change, Consequence, consequences, digest_of, state_of_affairs
from hanse_members.models import (
    Cluster,
    ClusterPage,
    Enquiry,
    Invitation,
    Membership,
    Organisation,
    Profile,
)
from hanse_members.roles import Role
from hanse_news.models import NewsPage
from tests.factories.clusters import MembershipFactory
from tests.factories.enquiries import asked
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(photonik, leichtbau, manager, editor, member, operator):
    """Photonik Nord with something of every kind, beside what is not its own."""
    both = MembershipFactory(cluster=photonik).person
    MembershipFactory(cluster=leichtbau, person=both)
    MembershipFactory(cluster=photonik, state="suspended")
    MembershipFactory(cluster=photonik, state="applied")
    other_manager = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
    MembershipFactory(cluster=leichtbau, state="applied")
    MembershipFactory(cluster=leichtbau)
    for person in (member, both, other_manager):
        ProfileFactory(person=person, scopes=[PUBLIC])
    for clusters in ([photonik], [photonik, leichtbau], [leichtbau]):
        OrganisationFactory(clusters=clusters, scopes=[PUBLIC])
    own, other = Scope("cluster", photonik.pk), Scope("cluster", leichtbau.pk)
    for scopes in ([own], [PUBLIC], [Scope("platform", 0)]):
        NewsPageFactory(cluster=photonik, owner=editor, scopes=scopes)
    NewsPageFactory(cluster=leichtbau, scopes=[PUBLIC])
    proposed = NewsPageFactory(cluster=photonik, owner=editor, scopes=[own])
    change_audience(proposed, scopes=[own, other], by=editor)
    for _ in range(2):
        page = NewsPageFactory(cluster=leichtbau, owner=other_manager, scopes=[other])
        change_audience(page, scopes=[own, other], by=other_manager)
    accept_proposal(AudienceProposal.objects.filter(scope_id=photonik.pk).first(), by=manager)
    actions.invite(cluster=photonik, addresses=["a@example.org", "b@example.org", "c@example.org"], by=manager)
    actions.invite(cluster=leichtbau, addresses=["a@example.org"], by=other_manager)
    late = Invitation.objects.get(email="c@example.org")
    Invitation.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    asked(photonik, by=both)
    asked(leichtbau, by=both)
    return photonik


STATED = {
    "members": 4,
    "members-only-here": 3,
    "staff": 2,
    "profiles": 1,
    "organisations": 1,
    "pages": 8,
    "news": 4,
    "news-shared": 2,
    "taken-over": 1,
    "proposed-to": 1,
    "proposed-by": 1,
    "invitations": 2,
    "applications": 1,
    "enquiries": 1,
}
#: told by a person in other clusters, and by profiles that the management may not see
FOR_OPERATORS = {"members-only-here", "profiles"}
FOR_MANAGERS = {name: number for name, number in STATED.items() if name not in FOR_OPERATORS}


def found(client) -> dict[str, int]:
    """What visitors, members and managers of the whole platform find: by other ways than the statement counts."""
    client.logout()
    people = list({row.person for row in Membership.objects.select_related("person")})
    viewers = [Viewer.of(person) for person in people]
    cluster = Cluster.objects.get(slug="photonik-nord")
    pages = [page for each in ClusterPage.objects.filter(cluster=cluster) for page in each.get_descendants(True).live()]
    manager = Membership.objects.get(cluster=cluster, role=Role.MANAGER).person
    visitor = Viewer.public()
    served = [page for page in pages if client.get(page.url).status_code == 200]
    closed_news = [page for page in pages if isinstance(page.specific, NewsPage) and page not in served]
    member = member_of("photonik-nord")
    client.force_login(member)
    served += [page for page in closed_news if client.get(page.url).status_code == 200]
    taken = NewsPage.objects.filter(page_audience__audience__scopes__object_id=cluster.pk).exclude(cluster=cluster)
    return {
        "members": sum(viewer.holds("cluster", cluster.pk) for viewer in viewers),
        "platform": sum(viewer.is_member for viewer in viewers),
        "staff": sum(person.has_perm("wagtailadmin.access_admin") for person in people),
        "profiles": Profile.objects.visible_to(visitor).count(),
        "organisations": Organisation.objects.visible_to(visitor).count(),
        "pages": len({page.pk for page in served}),
        "news-shared": NewsPage.objects.visible_to(Viewer.of(member_of("leichtbau-sued"))).shown().count(),
        "taken-over": taken.visible_to(Viewer.of(member)).shown().count(),
        "proposed-to": AudienceProposal.objects.waiting().decided_by(Viewer.of(manager)).count(),
        "invitations": Invitation.objects.working().count(),
        "applications": Membership.objects.waiting().count(),
        "enquiries": Enquiry.objects.unanswered().count(),
    }


def member_of(slug):
    """Of this cluster alone, and without a role in it."""
    rows = Membership.objects.filter(cluster__slug=slug, state="approved", role="member")
    return next(row.person for row in rows if row.person.memberships.count() == 1)


def numbers(cluster, change) -> dict[str, int]:
    return {each.name: each.number for each in state_of_affairs(cluster, Change(change))}


#: what stands under another name, or is not counted from outside
NAMES = {"platform": "members-only-here"}


@pytest.mark.parametrize("change", ["suspend", "close"])
def test_what_is_stated_is_what_happens(client, life, operator, change):
    assert numbers(life, change) == STATED
    before = found(client)
    {"suspend": actions.suspend_cluster, "close": actions.close_cluster}[change](life, by=operator)
    after = found(client)
    assert {name: before[name] - after[name] for name in before} == {
        name: STATED[NAMES.get(name, name)] for name in before
    }


def test_reinstating_gives_all_of_it_back(client, life, operator):
    before = found(client)
    actions.suspend_cluster(life, by=operator)
    assert numbers(life, "reinstate") == STATED
    actions.reinstate_cluster(life, by=operator)
    assert found(client) == before


@pytest.mark.parametrize("from_suspended", [False, True])
def test_closing_ends_what_waited(life, operator, from_suspended):
    if from_suspended:
        actions.suspend_cluster(life, by=operator)
    stated = numbers(life, "close")
    ended = ("invitations", "applications", "enquiries", "proposed-to", "proposed-by")
    assert {name: stated[name] for name in ended} == {name: STATED[name] for name in ended}
    actions.close_cluster(life, by=operator)
    assert Invitation.objects.filter(cluster=life, state="revoked").count() == STATED["invitations"]
    assert Membership.objects.filter(cluster=life, state="declined").exclude(reason="").count() == 1
    assert Enquiry.objects.filter(cluster=life, state="closed").count() == STATED["enquiries"]
    assert AudienceProposal.objects.filter(state="withdrawn").count() == 2
    assert not AudienceProposal.objects.waiting().exists()


def test_asking_changes_nothing(life, client, operator):
    before = found(client)
    client.force_login(operator)
    for change in ("suspend", "close"):
        page = client.get(reverse("hanse_members:standing", args=[life.slug, change])).content.decode()
        assert "4 members see no longer what is shared with the cluster." in page
    assert found(client) == before
    assert Cluster.objects.get(pk=life.pk).is_active


def test_an_operator_reads_it_and_does_it_on_record_and_the_managers_are_told(
    client, life, manager, operator, django_capture_on_commit_callbacks
):
    client.force_login(operator)
    address = reverse("hanse_members:standing", args=[life.slug, "suspend"])
    seen = client.get(address).context["seen"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"seen": seen})
    life.refresh_from_db()
    assert life.state == Cluster.State.SUSPENDED
    assert AuditEvent.objects.get(verb="cluster.suspended").data["numbers"] == FOR_MANAGERS, "managers read it"
    assert [message.to for message in mail.outbox] == [[manager.email]]
    assert client.get(address).url == reverse("hanse_members_clusters:edit", args=[life.pk])


@pytest.mark.parametrize("seen", ["", "old"])
def test_what_nobody_has_read_is_not_done(client, life, operator, seen):
    client.force_login(operator)
    client.post(reverse("hanse_members:standing", args=[life.slug, "close"]), {"seen": seen})
    assert Cluster.objects.get(pk=life.pk).is_active


def test_what_changed_since_is_read_again(client, life, operator):
    client.force_login(operator)
    address = reverse("hanse_members:standing", args=[life.slug, "suspend"])
    seen = client.get(address).context["seen"]
    MembershipFactory(cluster=life)
    assert "Please read again" in client.post(address, {"seen": seen}, follow=True).content.decode()
    assert Cluster.objects.get(pk=life.pk).is_active


@pytest.mark.parametrize("who", ["manager", "member", "foreign", "visitor"])
def test_for_others_the_page_is_not_there(client, photonik, leichtbau, manager, member, who):
    people = {"manager": manager, "member": member}
    if who == "foreign":
        people["foreign"] = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
    if who != "visitor":
        client.force_login(people[who])
    for change in (*Change.values, "explode"):
        for slug in (photonik.slug, "missing"):
            address = reverse("hanse_members:standing", args=[slug, change])
            for answer in (client.get(address), client.post(address, {"seen": "x"})):
                assert answer.status_code == (302 if who == "visitor" else 404)
    assert Cluster.objects.get(pk=photonik.pk).is_active


class TestLeaving:
    @pytest.fixture
    def address(self, photonik):
        return reverse("hanse_members:leave_platform", args=[photonik.slug])

    def test_a_manager_reads_what_follows_and_gives_notice(
        self, client, life, manager, operator, address, django_capture_on_commit_callbacks
    ):
        client.force_login(manager)
        assert "2 invitations are taken back." in client.get(address).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address)
        life.refresh_from_db()
        assert life.is_active
        assert life.notice_at is not None
        assert [message.to for message in mail.outbox] == [[operator.email]]
        client.force_login(operator)
        waiting = client.get(reverse("hanse_base:waiting")).content.decode()
        closing = reverse("hanse_members:standing", args=[life.slug, "close"])
        assert closing in waiting
        client.post(closing, {"seen": client.get(closing).context["seen"]})
        assert Cluster.objects.get(pk=life.pk).state == Cluster.State.CLOSED
        assert closing not in client.get(reverse("hanse_base:waiting")).content.decode()

    def test_it_tells_a_manager_nothing_of_hidden_profiles_and_other_clusters(
        self, client, life, leichtbau, manager, operator, address
    ):
        client.force_login(manager)
        pages = [client.get(address)]
        MembershipFactory(cluster=leichtbau, person=member_of(life.slug))
        ProfileFactory(person=Membership.objects.get(cluster=life, role=Role.EDITOR).person, scopes=[EDITORS])
        pages.append(client.get(address))
        for page in pages:
            assert {each.name: each.number for each in page.context["stated"]} == FOR_MANAGERS
        assert pages[0].context["seen"] == pages[1].context["seen"]
        client.force_login(operator)
        told = client.get(reverse("hanse_members:standing", args=[life.slug, "close"])).context["stated"]
        assert {each.name for each in told} >= FOR_OPERATORS

    def test_it_is_given_once_and_can_be_taken_back(self, photonik, manager, client, address):
        actions.give_notice(photonik, by=manager)
        with pytest.raises(actions.NotPossible):
            actions.give_notice(photonik, by=manager)
        client.force_login(manager)
        client.post(address, {"back": "yes"})
        assert Cluster.objects.get(pk=photonik.pk).notice_at is None
        with pytest.raises(actions.NotPossible):
            actions.take_notice_back(photonik, by=manager)
        verbs = AuditEvent.objects.filter(verb__startswith="cluster.notice").values_list("verb", flat=True)
        assert set(verbs) == {"cluster.notice_given", "cluster.notice_taken_back"}

    @pytest.mark.parametrize("role", ["editor", "member", "foreign", "operator"])
    def test_nobody_else_gives_it(self, client, photonik, leichtbau, operator, address, role):
        person = operator
        if role == "foreign":
            person = MembershipFactory(cluster=leichtbau, role=Role.MANAGER).person
        elif role != "operator":
            person = MembershipFactory(cluster=photonik, role=role).person
        client.force_login(person)
        assert client.get(address).status_code == client.post(address).status_code == 404
        with pytest.raises(actions.NotPermitted):
            actions.give_notice(photonik, by=person)


def test_plugins_add_their_part(photonik, operator, monkeypatch):
    monkeypatch.setattr(consequences, "_items", dict(consequences._items))
    ended = []
    consequences.register(
        Consequence(
            name="labs",
            label="Labs",
            says=lambda change, number: f"{number} labs",
            counts=lambda cluster: 3 if cluster.is_active else 1,
            ends=lambda cluster: ["a", "b", "c"],
            end=lambda row, by: ended.append(row),
        )
    )
    assert numbers(photonik, "suspend")["labs"] == 2
    stated = state_of_affairs(photonik, Change.CLOSE)
    assert [each.text for each in stated if each.name == "labs"] == ["3 labs"]
    actions.close_cluster(photonik, by=operator, seen=digest_of(stated))
    assert ended == ["a", "b", "c"]


def test_an_applicant_is_told_why_when_the_cluster_ends(photonik, operator, django_capture_on_commit_callbacks):
    applicant = UserFactory()
    MembershipFactory(cluster=photonik, person=applicant, state="applied")
    with django_capture_on_commit_callbacks(execute=True):
        actions.close_cluster(photonik, by=operator)
    (message,) = [message for message in mail.outbox if message.to == [applicant.email]]
    assert "does not take part any more" in message.body
