"""All registered viewsets and choosers, asked by a cluster's manager and editor for a row that is not theirs."""

import re

import pytest
from wagtail.models import Locale, Site

from hanse_members.actions import issue_terms
from hanse_members.models import Membership
from hanse_search.models import SearchWeight, SynonymGroup

from . import discovery
from .probes import client_of, forget_messages, normalised

pytestmark = pytest.mark.postgresql

MISSING = 987654


def foreign_rows(world) -> dict[str, object]:
    """A row of Beta for each model that a viewset administers; a viewset without one fails the walk."""
    beta = world.clusters["beta"]
    return {
        "hanse_challenges.Question": world.questions["beta", "own"],
        "hanse_members.Cluster": beta,
        "hanse_members.Membership": Membership.objects.get(person=world.people["member_beta"]),
        "hanse_members.Profile": world.profiles["beta", "own"],
        "hanse_members.Topic": world.topic,
        "hanse_members.Terms": issue_terms(cluster=beta, texts={"en": "Foreign."}, by=world.people["manager_beta"]),
        "hanse_members.Organisation": world.organisations["beta", "own"],
        "hanse_members.OrganisationMembership": world.organisations["beta", "own"].memberships.get(),
        "hanse_access.PageAttachment": world.files["beta", "editors"],
        "auth.Group": beta.editors_group,
        "hanse_site.User": world.people["member_beta"],
        "hanse_search.SynonymGroup": SynonymGroup.objects.create(terms="carbon\nCFK"),
        "hanse_search.SearchWeight": SearchWeight.objects.create(what="title", points=9),
        "wagtailcore.Site": Site.objects.get(),
        "wagtailcore.Locale": Locale.objects.first(),
    }


#: Wagtail's own media and building blocks of the admin, whose rows carry no audience
UNSCOPED = {"wagtailimages.Image", "wagtaildocs.Document"}


def rows_of(viewset, rows):
    model = getattr(viewset, "model", None)
    if model is None:
        return None
    label = model if isinstance(model, str) else model._meta.label
    return label, rows.get(label)


@pytest.mark.parametrize("persona", ["manager_alpha", "editor_alpha"])
def test_a_foreign_row_cannot_be_reached_through_any_viewset(world, persona):
    client = client_of(world, persona)
    rows = foreign_rows(world)
    unknown, told = [], []
    for viewset in discovery.admin_viewsets().values():
        entry = rows_of(viewset, rows)
        if entry is None or entry[0] in UNSCOPED:
            continue
        label, row = entry
        if row is None:
            unknown.append(label)
            continue
        for pattern in viewset.get_urlpatterns():
            route = str(pattern.pattern)
            if "<" not in route:
                continue
            for method in ("get", "post"):
                answers = [ask(client, method, viewset, route, pk) for pk in (row.pk, MISSING)]
                if normalised(answers[0], row.pk) != normalised(answers[1], MISSING):
                    told.append((label, method, route, answers[0].status_code, answers[1].status_code))
    assert unknown == [], "viewsets without a foreign row in this test"
    assert told == []


def ask(client, method, viewset, route, pk):
    forget_messages(client)
    path = re.sub(r"<(?:\w+:)?(\w+)>", str(pk), route)
    return getattr(client, method)(f"/admin/{viewset.url_prefix}/{path}")
