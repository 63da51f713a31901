"""The audit trail as the managers of a cluster read it: in words, and not more than they may see."""

import re

import pytest
from django.utils import translation

from hanse_access.actions import change_audience
from hanse_access.audit import readable_by, verb_choices
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.trail import tell
from hanse_access.viewer import Viewer
from hanse_members import actions
from scripts.catalogues import packages
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory

pytestmark = pytest.mark.django_db


def told(person):
    events = list(readable_by(Viewer.of(person)).select_related("actor__user").order_by("pk"))
    with translation.override("en"):
        tell(events, Viewer.of(person))
    return [(event.verb, event.about, event.details) for event in events]


def test_an_admission_is_told_with_name_and_role(photonik, manager):
    applicant = MembershipFactory(cluster=photonik, state="applied", person__first_name="Ida", person__last_name="Lund")
    actions.approve_membership(applicant, by=manager)
    actions.set_role(applicant, "editor", by=manager)
    about = "Membership: Ida Lund in Photonik Nord"
    assert told(manager)[-2:] == [
        ("membership.approved", about, ""),
        ("membership.role_changed", about, "Before: Member; Role: Editor"),
    ]


def test_a_change_of_audience_is_told_in_the_words_of_the_chip(photonik, manager):
    page = NewsPageFactory(cluster=photonik, title="A prize", scopes=[EDITORS])
    change_audience(obj=page, scopes={Scope("cluster", photonik.pk)}, by=None)
    assert told(manager)[-1] == (
        "audience.changed",
        "Piece of news: A prize",
        "Photonik Nord; before: Only the editors",
    )


def test_what_the_reader_may_not_see_has_no_name(photonik, leichtbau, manager):
    """The cluster took part once, so the event is in its trail; what became of the piece is none of its business."""
    page = NewsPageFactory(cluster=leichtbau, title="Secret merger", scopes=[Scope("cluster", photonik.pk)])
    change_audience(obj=page, scopes={EDITORS}, by=None)
    assert told(manager)[-1][1] == f"Piece of news {page.pk}"


def test_the_page_of_the_administration_says_the_same(client, photonik, manager):
    page = NewsPageFactory(cluster=photonik, title="A prize", scopes=[EDITORS])
    change_audience(obj=page, scopes={PUBLIC}, by=manager)
    client.force_login(manager)
    html = client.get("/admin/access/audit-trail/").content.decode()
    assert "Piece of news: A prize" in html
    assert "Public; before: Only the editors" in html
    assert "newspage" not in html


def test_every_step_that_is_recorded_has_a_name():
    sources = "".join(path.read_text() for package in packages() for path in package.rglob("*.py"))
    recorded = set(re.findall(r"""(?:record|record_membership|_set_state)\([^)]*?"([a-z_]+\.[a-z_]+)\"""", sources))
    assert {"membership.added", "cluster.created", "audience.changed"} <= recorded
    assert recorded - {verb for verb, _label in verb_choices()} == set()
