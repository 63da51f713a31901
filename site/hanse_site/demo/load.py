"""Loading the demo: with the actions that the product has, once; a second run finds everything in place."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from hanse_access.actions import accept_proposal, change_audience
from hanse_access.attachments import store_attachment
from hanse_access.models import AudienceProposal, PageAttachment
from hanse_access.operators import operator_group
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_groups.models import Room
from hanse_members import actions
from hanse_members.entry_import import import_entries
from hanse_members.models import (
    Cluster,
    ClusterEntry,
    ClusterIndexPage,
    ClusterPage,
    Invitation,
    Membership,
    Terms,
    Topic,
)
from hanse_members.roles import Role
from hanse_news.models import NewsIndexPage, NewsPage
from hanse_search.documents import write_all_changes

from ..models import User
from ..setup import create_site_pages
from . import organisations, others, photonik
from .applications import load_applications
from .cluster_sites import load_cluster_sites
from .clusters import CLUSTERS, DIRECTORY_LEAD, DemoCluster
from .enquiries import load_enquiries
from .facts import load_facts
from .field_questions import load_field_questions
from .following import load_following
from .illustrations import illustration
from .invitations import INVITATIONS
from .joining import load_joining
from .messages import load_messages
from .people import load_members, load_profiles, row_of
from .personas import PASSWORD, PERSONAS, Persona
from .pieces import Piece, Words
from .questions import load_questions
from .rooms import load_rooms, room_uid
from .terms import CONTRACT, TERMS

PIECES = (*photonik.PIECES, *others.PIECES)
#: names the demo's pieces, so that they are known again
NAMESPACE = uuid.UUID("5f0c9a50-8d7e-4f0c-9a2e-6f1f0a7f4a11")
#: 42 rows of public figures; two clusters stand in it twice
ENTRIES = Path(__file__).parent / "data" / "clusters.csv"
#: a starting list of fields of technology and markets
TOPICS = Path(__file__).parent / "data" / "topics.csv"
LANGUAGES = ("en", "de")
Say = Callable[[str], None]


def load(say: Say = lambda text: None) -> None:
    """Bring the demo up to date. What somebody changed in it since stays as it is."""
    create_site_pages()
    with transaction.atomic():
        people = load_personas()
        load_clusters(people, say)
        load_terms(people, say)
        load_topics(people, say)
        load_organisations(people, say)
        load_memberships(people, say)
        organisations.name_keepers(people["operator"])
        if added := load_profiles():
            say(f"Profiles: {added}")
        if added := load_field_questions():
            say(f"Questions for fields: {added}")
        if added := load_following(people):
            say(f"Topics followed: {added}")
        if added := load_applications(people):
            say(f"Applications: {added}")
        load_invitations(people, say)
        load_entries(say)
        if added := load_facts(people):
            say(f"Facts of clusters: {added}")
        if added := load_cluster_sites(people):
            say(f"Pages of clusters: {added}")
        if added := load_joining():
            say(f"Applications of clusters: {added}")
    if added := load_rooms(people, NAMESPACE):
        say(f"Rooms: {added}")
    for piece in PIECES:
        with transaction.atomic():
            load_piece(piece, people, say)
    if asked := load_enquiries(people, NAMESPACE):
        say(f"Enquiries: {asked}")
    if added := load_questions(people, NAMESPACE):
        say(f"Questions: {added}")
    if added := load_messages(people, NAMESPACE):
        say(f"Direct conversations: {added}")
    write_all_changes()


def load_entries(say: Say) -> None:
    """The real clusters of the field, with the figures that they published themselves."""
    if not ClusterEntry.objects.filter(cluster=None).exists():
        found = import_entries(ENTRIES.read_bytes(), as_of="2012–2021", source="Brochures of the clusters, 2012–2021")
        say(f"Directory: {ClusterEntry.objects.count()} clusters of {len(found)} rows")


def load_personas() -> dict[str, User]:
    """The personas by name, with confirmed addresses."""
    people = {user.email: user for user in User.objects.filter(email__in=[persona.email for persona in PERSONAS])}
    password = ""
    for persona in PERSONAS:
        if persona.email not in people:
            password = password or make_password(PASSWORD)
            people[persona.email] = _new_person(persona, password)
    return {persona.name: people[persona.email] for persona in PERSONAS}


def _new_person(persona: Persona, password: str) -> User:
    user = User(email=persona.email, first_name=persona.first_name, last_name=persona.last_name, password=password)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if persona.operator:
        user.groups.add(operator_group())
    return user


def load_clusters(people: dict[str, User], say: Say) -> None:
    present = set(Cluster.objects.values_list("slug", flat=True))
    for wanted in CLUSTERS:
        if wanted.slug not in present:
            cluster = actions.create_cluster(
                name=wanted.name,
                slug=wanted.slug,
                short_name=wanted.short_name,
                accent=wanted.accent,
                contact_email=wanted.contact_email,
                by=people["operator"],
                **wanted.settings,
            )
            _fill_entry_pages(cluster, wanted)
            say(f"Cluster {cluster}")
    for page in ClusterIndexPage.objects.filter(lead="").select_related("locale"):
        page.lead = DIRECTORY_LEAD[page.locale.language_code]
        page.save_revision().publish()


def _fill_entry_pages(cluster: Cluster, wanted: DemoCluster) -> None:
    for page in ClusterPage.objects.filter(cluster=cluster).select_related("locale"):
        text = wanted.de if page.locale.language_code == "de" else wanted.en
        page.kicker, page.tagline, page.lead = text.kicker, text.tagline, text.lead
        sections = ((block.block_type, block.value) for block in page.body)
        members = ("organisations", {"heading": "", "number": 8})
        page.body = [("paragraph", text.about), *sections, members, ("facts", None), ("figures", None)]
        page.save_revision().publish()


def load_terms(people: dict[str, User], say: Say) -> None:
    """The platform's, one cluster's own, and the contract with clusters."""
    for slug, texts in TERMS.items():
        cluster = Cluster.objects.get(slug=slug) if slug else None
        if not Terms.objects.filter(cluster=cluster, kind=Terms.Kind.MEMBERS).exists():
            say(str(actions.issue_terms(cluster=cluster, texts=texts, by=people["operator"])))
    if not Terms.objects.contract().exists():
        contract = {"cluster": None, "texts": CONTRACT, "kind": Terms.Kind.CONTRACT}
        say(str(actions.issue_terms(**contract, by=people["operator"])))


def load_topics(people: dict[str, User], say: Say) -> None:
    if not Topic.objects.exists():
        say(f"Topics: {len(actions.import_topics(TOPICS.read_bytes(), by=people['operator']))}")


def load_organisations(people: dict[str, User], say: Say) -> None:
    clusters = {cluster.slug: cluster for cluster in Cluster.objects.all()}
    if added := organisations.load_organisations(clusters, people["operator"]):
        say(f"Organisations: {added}")


def load_memberships(people: dict[str, User], say: Say) -> None:
    clusters = {cluster.slug: cluster for cluster in Cluster.objects.all()}
    operator = people["operator"]
    known = set(Membership.objects.values_list("person__email", "cluster__slug"))
    for persona in PERSONAS:
        person = people[persona.name]
        for slug, role in persona.roles:
            if (persona.email, slug) not in known:
                works_for = row_of(persona.full_name).organisation_in(slug)
                membership = actions.add_member(
                    person=person, cluster=clusters[slug], role=role, organisation=works_for, by=operator
                )
                if slug != persona.to_accept:
                    asked = Terms.objects.asked_of([clusters[slug]], managing=role == Role.MANAGER)
                    actions.accept_terms(asked, by=person)
                if persona.contact:
                    actions.set_public_contact(membership, True, by=person)
        for slug, organisation, contributes, seeks in persona.applied:
            if (persona.email, slug) not in known:
                said = {"organisation": organisation, "contributes": contributes, "seeks": seeks}
                asked = Terms.objects.asked_of([clusters[slug]])
                actions.apply_for_membership(person=person, cluster=clusters[slug], accepted=asked, **said)
    for cluster in load_members(clusters, operator):
        say(f"Members of {cluster}")


def load_invitations(people: dict[str, User], say: Say) -> None:
    known = set(Invitation.objects.values_list("cluster__slug", "email"))
    missing = [wanted for wanted in INVITATIONS if (wanted.cluster, wanted.address) not in known]
    for wanted in missing:
        cluster, by = Cluster.objects.get(slug=wanted.cluster), people[wanted.by]
        said = {"role": wanted.role, "message": wanted.message, "language": wanted.language}
        (invitation,) = actions.invite(cluster=cluster, addresses=[wanted.address], by=by, **said)
        if wanted.revoked:
            actions.revoke_invitation(invitation, by=by)
        earlier = datetime.timedelta(days=wanted.days_ago)
        sent_at, expires_at = invitation.sent_at - earlier, invitation.expires_at - earlier
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=sent_at, expires_at=expires_at)
    if missing:
        say(f"Invitations: {len(missing)}")


def load_piece(piece: Piece, people: dict[str, User], say: Say) -> None:
    key = uuid.uuid5(NAMESPACE, piece.key)
    if NewsPage.objects.filter(translation_key=key).exists():
        return
    author = people[piece.author]
    cluster = Cluster.objects.get(slug=piece.cluster)
    attachment = _attachment(piece, cluster, author)
    pages = [
        _new_page(piece, cluster, key, language, words, author, attachment)
        for language in LANGUAGES
        if (words := getattr(piece, language)) is not None
    ]
    change_audience(pages[0], scopes=_scopes(piece), by=author)
    if piece.accepted_by:
        for proposal in AudienceProposal.objects.waiting().about(pages[0].proposal_anchor()):
            accept_proposal(proposal, by=people[piece.accepted_by])
    say(f"News: {pages[0].title}")


def _new_page(
    piece: Piece, cluster: Cluster, key: uuid.UUID, language: str, words: Words, author: User, attachment
) -> NewsPage:
    index = NewsIndexPage.objects.select_related("locale").get(cluster=cluster, locale__language_code=language)
    page = NewsPage(
        title=words.title,
        teaser=words.teaser,
        body=[_block(kind, text) for kind, text in words.body],
        date=timezone.localdate() - datetime.timedelta(days=piece.days_ago),
        locale=index.locale,
        translation_key=key,
        owner=author,
        live=False,
    )
    if attachment is not None and piece.picture is not None:
        alt_text = getattr(piece.picture, language)
        page.lead_image = [("image", {"image": attachment, "alt_text": alt_text, "decorative": False, "caption": ""})]
    if first := NewsPage.objects.filter(translation_key=key).first():
        page.slug = first.slug
    Page.objects.get(pk=index.pk).add_child(instance=page)
    revision = page.save_revision(user=author)
    if piece.live:
        revision.publish(user=author)
    return page


def _block(kind: str, text: str) -> tuple[str, object]:
    if kind == "quote":
        quotation, _, source = text.partition(" | ")
        return kind, {"text": quotation, "source": source}
    return kind, text


def _attachment(piece: Piece, cluster: Cluster, author: User) -> PageAttachment | None:
    if piece.picture is None:
        return None
    upload = ContentFile(illustration(piece.picture.motif, cluster.accent), name=f"{piece.key}.png")
    return store_attachment(PageAttachment(collection=cluster.collection), upload=upload, by=author)


def _scopes(piece: Piece) -> list[Scope]:
    if isinstance(piece.level, tuple):
        ids = Cluster.objects.filter(slug__in=piece.level).values_list("pk", flat=True)
        return [Scope("cluster", pk) for pk in ids]
    if piece.level.startswith("room "):
        return [Scope("group", Room.objects.get(uid=room_uid(piece.level.removeprefix("room "), NAMESPACE)).pk)]
    return {"public": [PUBLIC], "platform": [Scope("platform", 0)], "editors": [EDITORS]}[piece.level]
