"""Two clusters and rooms, twelve people, eighteen items with files, organisations and so on, with planted markers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from hanse_access.actions import change_audience
from hanse_access.models import PageAttachment
from hanse_access.operators import operator_group
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_challenges.models import Question
from hanse_groups import actions as rooms
from hanse_groups.models import Room
from hanse_members.actions import create_cluster, hand_over_enquiry
from hanse_members.models import Cluster, ClusterContentPage, Membership, Organisation, Profile, Topic
from hanse_members.roles import Role
from hanse_search.documents import write_all_changes
from tests.factories.clusters import MembershipFactory, content_page
from tests.factories.enquiries import asked
from tests.factories.files import PageAttachmentFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.questions import answer, make_question
from tests.factories.rooms import make_room, place_of
from tests.factories.topics import make_topic

from . import expected

PLATFORM = Scope("platform", 0)
KINDS = ("Title", "teaser", "words", "file", "inside", "Firm", "does", "Page", "lines")


@dataclass
class World:
    clusters: dict[str, Cluster] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)
    #: one of each cluster
    rooms: dict[str, Room] = field(default_factory=dict)
    items: dict[tuple[str, str], Page] = field(default_factory=dict)
    files: dict[tuple[str, str], PageAttachment] = field(default_factory=dict)
    organisations: dict[tuple[str, str], Organisation] = field(default_factory=dict)
    #: that all organisations have
    topic: Topic = field(default_factory=make_topic)
    profiles: dict[tuple[str, str], Profile] = field(default_factory=dict)
    #: below the entry pages
    pages: dict[tuple[str, str], ClusterContentPage] = field(default_factory=dict)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    #: that all questions have
    asked_topic: Topic = field(default_factory=make_topic)

    def markers(self, key: tuple[str, str]) -> list[str]:
        """Strings that stand in the item, its file, the organisation or the profile of its level and nowhere else."""
        sender, level = key
        words = [f"{kind}{mark(key)}" for kind in (*KINDS, "Person", "offers", "Question", "asks", "answers", "Asker")]
        for rows in (self.profiles, self.questions):
            if key in rows:
                words.append(str(rows[key].uid))
        return [*words, str(self.organisations[key].uid), self.items[sender, level].slug, str(self.files[key].uuid)]


def mark(key: tuple[str, str]) -> str:
    sender, level = key
    return f"Zq{sender}{level}zQ"


def build() -> World:
    world = World()
    german = Locale.objects.get_or_create(language_code="de")[0]
    home = Site.objects.get(is_default_site=True).root_page
    if not home.has_translation(german):
        home.copy_for_translation(german).save_revision().publish()
    for name in ("alpha", "beta"):
        world.clusters[name] = create_cluster(name=f"Cluster {name.title()}", slug=name, by=None)
    add_people(world)
    for sender in ("alpha", "beta"):
        world.rooms[sender] = add_room(world, sender)
        for level in expected.LEVELS:
            world.items[sender, level] = add_item(world, sender, level)
            if level in expected.PAGES:
                world.pages[sender, level] = add_page(world, sender, level)
    ask_about_what_others_do_not_see(world)
    write_all_changes()  # as the worker would have done long ago: a search writes the newest only
    return world


def ask_about_what_others_do_not_see(world: World) -> None:
    """A member's questions about items of the own cluster, handed over to the other, whose people do not see them."""
    member, manager = world.people["member_alpha"], world.people["manager_alpha"]
    for about in (world.organisations["alpha", "own"], world.items["alpha", "own"]):
        for cluster in ("alpha", "beta"):
            enquiry = asked(about, by=member, text=f"A question for {cluster}")
            if cluster == "beta":
                hand_over_enquiry(enquiry, by=manager, cluster=world.clusters["beta"])


def add_people(world: World) -> None:
    alpha, beta = world.clusters["alpha"], world.clusters["beta"]
    memberships = {
        "newcomer": [(alpha, Role.MEMBER, Membership.State.APPLIED)],
        "guest": [],
        "suspended": [(alpha, Role.MEMBER, Membership.State.SUSPENDED)],
        "member_alpha": [(alpha, Role.MEMBER, Membership.State.APPROVED)],
        "member_beta": [(beta, Role.MEMBER, Membership.State.APPROVED)],
        "member_both": [
            (alpha, Role.MEMBER, Membership.State.APPROVED),
            (beta, Role.MEMBER, Membership.State.APPROVED),
        ],
        "editor_alpha": [(alpha, Role.EDITOR, Membership.State.APPROVED)],
        "editor_beta": [(beta, Role.EDITOR, Membership.State.APPROVED)],
        "manager_alpha": [(alpha, Role.MANAGER, Membership.State.APPROVED)],
        "manager_beta": [(beta, Role.MANAGER, Membership.State.APPROVED)],
        "operator": [],
    }
    for name, rows in memberships.items():
        person = UserFactory(first_name=name, last_name="Persona")
        for cluster, role, state in rows:
            MembershipFactory(person=person, cluster=cluster, role=role, state=state)
        world.people[name] = person
    world.people["operator"].groups.add(operator_group())
    world.people["visitor"] = AnonymousUser()


def add_room(world: World, sender: str) -> Room:
    """A hidden room that the manager opened, handed over to the editor, and left."""
    manager, editor = world.people[f"manager_{sender}"], world.people[f"editor_{sender}"]
    members = [editor, world.people["member_both"]]
    room = make_room(world.clusters[sender], kind="hidden", owner=manager, members=members)
    rooms.hand_over(room, by=manager, to=place_of(room, editor))
    rooms.leave(room, by=manager)
    return room


def add_organisation(world: World, sender: str, level: str, scopes: list[Scope]) -> Organisation:
    """For "draft" one that asks to take part, for "expired" one whose part has ended."""
    own, other = world.clusters[sender], world.clusters["beta" if sender == "alpha" else "alpha"]
    key = (sender, level)
    organisation = OrganisationFactory(name=f"Firm{mark(key)} Zqshared", clusters=[own], scopes=scopes)
    fill(organisation, "about", text=f"does{mark(key)}")
    fill(organisation, "offers", text=f"offers{mark(key)}", choices=["advice"])
    fill(organisation, "references", text=f"references{mark(key)}", scopes=[EDITORS], on_request=True)
    organisation.topics.add(world.topic)
    states = {"draft": "applied", "expired": "ended"}
    organisation.memberships.update(state=states.get(level, "approved"))
    if level == "proposed":
        manager = world.people[f"manager_{sender}"]
        change_audience(organisation, scopes=[*scopes, Scope("cluster", other.pk)], by=manager)
    return organisation


def add_profile(world: World, sender: str, level: str, scopes: list[Scope]) -> Profile:
    """For "draft" of somebody who applied, for "expired" of somebody who is suspended."""
    key = (sender, level)
    person = UserFactory(first_name=f"Person{mark(key)}", last_name="Zqshared")
    state = {"draft": "applied", "expired": "suspended"}.get(level, "approved")
    clusters = ("alpha", "beta") if level == "both" else (sender,)
    for cluster in clusters:
        MembershipFactory(person=person, cluster=world.clusters[cluster], state=state)
    profile = ProfileFactory(person=person, scopes=scopes)
    fill(profile, "offers", text=f"offers{mark(key)}", choices=["advice"])
    return profile


def add_page(world: World, sender: str, level: str) -> ClusterContentPage:
    key = (sender, level)
    page = content_page(
        world.clusters[sender],
        title=f"Page{mark(key)} Zqshared",
        slug=f"page{mark(key)}",
        lead=f"lines{mark(key)}",
        owner=world.people[f"editor_{sender}"],
    )
    if level == "draft":
        page.unpublish()
    if level == "expired":
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    page.refresh_from_db()
    return page


def add_question(world: World, sender: str, level: str, scopes: list[Scope]) -> Question:
    """Without name, each; for "draft" one that is out of sight."""
    key, own = (sender, level), world.clusters[sender]
    asker = MembershipFactory(cluster=own, person=UserFactory(first_name=f"Asker{mark(key)}")).person
    question = make_question(
        own,
        asker=asker,
        title=f"Question{mark(key)} Zqshared",
        text=f"asks{mark(key)}",
        topics=[world.asked_topic],
        is_anonymous=True,
    )
    answer(question, by=asker, text=f"answers{mark(key)}")
    change_audience(question, scopes=scopes, by=None)
    Question.objects.filter(pk=question.pk).update(withheld=level == "draft")
    return question


def add_item(world: World, sender: str, level: str) -> Page:
    own, other = world.clusters[sender], world.clusters["beta" if sender == "alpha" else "alpha"]
    own_scope, other_scope = Scope("cluster", own.pk), Scope("cluster", other.pk)
    scopes = {
        "public": [PUBLIC],
        "platform": [PLATFORM],
        "own": [own_scope],
        "both": [own_scope, other_scope],
        "proposed": [own_scope],
        "room": [Scope("group", world.rooms[sender].pk)],
        "editors": [EDITORS],
        "draft": [PUBLIC],
        "expired": [PUBLIC],
    }[level]
    key = (sender, level)
    world.organisations[key] = add_organisation(world, sender, level, scopes)
    if level != "proposed":
        world.profiles[key] = add_profile(world, sender, level, scopes)
    if level not in ("proposed", "editors", "expired"):
        world.questions[key] = add_question(world, sender, level, scopes)
    attachment = PageAttachmentFactory(
        collection=own.collection,
        upload=SimpleUploadedFile(f"file{mark(key)}.txt", f"inside{mark(key)}".encode(), "text/plain"),
        by=world.people[f"editor_{sender}"],
    )
    world.files[key] = attachment
    page = NewsPageFactory(
        cluster=own,
        title=f"Title{mark(key)} Zqshared",
        teaser=f"teaser{mark(key)} of a piece of news",
        body=[("paragraph", f"<p>words{mark(key)} in the body</p>"), ("file", {"file": attachment, "title": ""})],
        owner=world.people[f"editor_{sender}"],
        live=level != "draft",
        scopes=scopes,
    )
    page.save_revision(user=page.owner)
    if level == "proposed":
        change_audience(page, scopes=[own_scope, other_scope], by=world.people[f"editor_{sender}"])
    if level == "expired":
        Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    page.refresh_from_db()
    return page
