"""Runs inside the host: makes one of everything, and opens each named page as each person. Prints status by page."""

import json
import sys
import uuid
from collections.abc import Iterator

import django

django.setup()

from django.apps import apps  # noqa: E402 - needs the setup
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse  # noqa: E402

from hanse_access.scopes import PUBLIC  # noqa: E402
from hanse_members import actions  # noqa: E402
from hanse_members.entry_pages import add_published  # noqa: E402
from hanse_members.field_values import FieldValue  # noqa: E402
from hanse_members.models import Cluster, ClusterContentPage, ClusterPage, Membership, Topic  # noqa: E402
from hanse_members.subjects import subjects  # noqa: E402

User = get_user_model()
PLUGINS = ("hanse_base", "hanse_access", "hanse_activity", "hanse_search", "hanse_members", "hanse_groups")
VIEWSETS = ("clusters", "memberships", "organisations", "organisation_memberships", "terms", "topics")


def make() -> dict[str, list[str]]:
    """Addresses of what was made, by person."""
    chief = User.objects.get(username="chief")
    cluster = Cluster.objects.get(slug="photonics-north")
    people = {
        name: User.objects.create_user(name, email=f"{name}@example.org", first_name=name.title(), last_name="Host")
        for name in ("manager", "keeper", "newcomer")
    }
    manager, keeper = people["manager"], people["keeper"]
    actions.add_member(person=manager, cluster=cluster, role="manager", by=chief)
    topic = Topic.objects.add(labels={"en": "Optics", "de": "Optik"})
    place = actions.apply_for_membership(
        person=keeper, cluster=cluster, organisation="Lens Works", contributes="Lenses", seeks=""
    )
    actions.approve_membership(place, by=manager)
    place = Membership.objects.select_related("organisation").get(pk=place.pk)
    firm = place.organisation
    actions.update_organisation(firm, by=keeper, scopes=[PUBLIC], topics=[topic], place="Jena")
    profile = actions.save_profile(
        person=keeper,
        values={"function": FieldValue(text="Grinds lenses"), "competences": FieldValue(topics=[topic])},
        scopes=[PUBLIC],
    )
    subject = subjects["cluster"]
    enquiry = actions.ask_management(by=keeper, cluster=cluster, subject=subject, key=cluster.slug, text="Who?")
    terms = actions.issue_terms(cluster=cluster, texts={"en": "Be kind."}, by=chief)
    actions.invite(cluster=cluster, addresses=["guest@example.org"], by=manager)
    entry = ClusterPage.objects.get(cluster=cluster, locale__language_code="en")
    blocks = [("organisations", {"heading": "", "number": 8}), ("expert", {"profile": profile, "about_text": ""})]
    page = add_published(entry, ClusterContentPage(title="About", cluster=cluster, locale=entry.locale, body=blocks))
    firm_url, expert_url = firm.get_absolute_url(), profile.get_absolute_url()
    members = "hanse_members"
    everybody = [
        page.url,
        entry.url,
        "/de/c/photonics-north/",
        "/en/c/",
        "/en/c/?view=map",
        "/organisations/?view=map",
        firm_url,
        f"{firm_url}card.vcf",
        expert_url,
        f"{expert_url}card.vcf",
        topic.get_absolute_url(),
        terms.get_absolute_url(),
        reverse(f"{members}:theme", args=["photonics-north"]),
        reverse(f"{members}:near", args=["organisation", firm.uid]),
        reverse(f"{members}:near", args=["expert", profile.uid]),
    ]
    found = {
        "": everybody,
        "newcomer": [reverse(f"{members}:apply", args=["photonics-north"])],
        "keeper": [
            *everybody,
            f"{firm_url}edit/",
            f"{firm_url}topics/",
            reverse(f"{members}:ask", args=["cluster", "photonics-north"]),
            enquiry.get_absolute_url(),
            reverse(f"{members}:field_readers", kwargs={"name": "function"}),
        ],
        "manager": [
            *everybody,
            reverse(f"{members}:edit_facts", args=["photonics-north"]),
            reverse(f"{members}:leave_platform", args=["photonics-north"]),
            reverse(f"{members}:draft_profile", args=[Membership.objects.get(person__username="grace").pk]),
            *(reverse(f"hanse_members_{name}:index") for name in VIEWSETS if name != "topics"),
            reverse("hanse_members_clusters:edit", args=[cluster.pk]),
            reverse("hanse_members_memberships:edit", args=[place.pk]),
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            reverse("wagtailadmin_pages:add", args=["hanse_members", "clustercontentpage", entry.pk]),
        ],
        "chief": [
            *(reverse(f"hanse_members_{name}:index") for name in VIEWSETS),
            reverse("hanse_members_clusters:add"),
            reverse("hanse_members_memberships:add"),
            reverse("hanse_members_topics:edit", args=[topic.pk]),
            *(reverse(f"{members}:standing", args=["photonics-north", each]) for each in ("suspend", "close")),
        ],
    }
    if apps.is_installed("hanse_groups"):
        make_rooms(cluster, people, found)
    return found


def make_rooms(cluster, people, found) -> None:
    from hanse_groups import actions as rooms

    room = rooms.open_room(
        cluster=cluster,
        by=people["manager"],
        name="Lenses",
        kind="closed",
        purpose="Talk",
        scopes=[("cluster", cluster.pk)],
    )
    home = room.get_absolute_url()
    rooms.post_message(room.conversation, by=people["manager"], body="Good **morning**", client_key=uuid.uuid4())
    found["manager"] += [home, *(f"{home}{part}/" for part in ("chat", "files", "people", "settings", "links"))]


def plain_pages() -> Iterator[str]:
    """Each address of the plugins that takes no argument."""
    for each in get_resolver().url_patterns:
        yield from _plain(each, "")


def _plain(pattern: URLPattern | URLResolver, namespace: str) -> Iterator[str]:
    if isinstance(pattern, URLResolver):
        inner = ":".join(filter(None, [namespace, pattern.namespace]))
        if not namespace and pattern.namespace not in (None, *PLUGINS):
            return
        for each in pattern.url_patterns:
            yield from _plain(each, inner)
    elif namespace in PLUGINS and pattern.name:
        try:
            yield reverse(f"{namespace}:{pattern.name}")
        except NoReverseMatch:
            return


def main() -> None:
    found = make()
    plain = sorted(set(plain_pages()))
    told: dict[str, int] = {}
    for name, addresses in found.items():
        client = Client(headers={"host": "localhost"})
        if name:
            client.force_login(User.objects.get(username=name))
        for address in [*addresses, *plain]:
            response = client.get(address, follow=True)
            b"".join(response) if response.streaming else response.content
            told[f"{name or 'visitor'} {address}"] = response.status_code
    json.dump({"told": told, "made": {name or "visitor": urls for name, urls in found.items()}}, sys.stdout)


main()
