"""Parts of pages and timed jobs: surfaces without an address of their own, asked where they appear."""

import pytest
from django.core import mail
from django.urls import reverse

from hanse_base.jobs import jobs
from hanse_base.slots import slots
from hanse_members.models import ClusterPage
from hanse_members.sections import figures, sections

from .expected import SEES, STAFF, organisations_listed, visible
from .probes import client_of, found, text_of

pytestmark = pytest.mark.postgresql

#: page of the public frame and page of the workspace; visitors have the first only
FRAMES = ("/en/", "/en/c/alpha/", "/clusters/", "/dashboard/", "/waiting/")
#: drawn only for who is in a room or a direct conversation: test_rooms.py, test_guests.py and test_direct.py
ELSEWHERE = {"my-rooms", "my-messages", "guest-profile"}
#: approved members, counted by hand: newcomer and suspended are none; five of the own profiles, two of
#: both clusters, one who asked each of six questions
MEMBERS = 4 + 5 + 2 + 6


def templates_of(response) -> set[str]:
    return {template.name for template in response.templates}


@pytest.mark.parametrize("persona", SEES)
def test_no_slot_of_a_frame_tells_of_hidden_items(world, persona):
    client = client_of(world, persona)
    drawn = set()
    for address in FRAMES:
        response = client.get(address)
        drawn |= templates_of(response)
        assert found(world, text_of(response)) <= visible(persona), address
    places = {"league", "footer"} | (set() if persona == "visitor" else {"side", "notifications"})
    assert {part.template for part in slots if part.place in places and part.name not in ELSEWHERE} <= drawn


def test_slots_are_in_places_that_are_asked_here():
    places = {"league", "footer", "side", "notifications", "scripts", "search", "waiting", "profile", "nothing-found"}
    assert {part.place for part in slots} <= places


@pytest.mark.parametrize("persona", SEES)
def test_no_section_of_an_entry_page_tells_of_hidden_items(world, persona):
    client = client_of(world, persona)
    for sender in ("alpha", "beta"):
        response = client.get(f"/en/c/{sender}/")
        assert {section.template for section in sections} <= templates_of(response)
        told = found(world, text_of(response))
        assert told <= {key for key in visible(persona) if key[0] == sender}


@pytest.mark.parametrize("persona", SEES)
def test_no_block_of_an_entry_page_tells_of_hidden_items(world, persona):
    """With everybody's profile on it, those of another cluster too."""
    page = ClusterPage.objects.get(cluster=world.clusters["alpha"], locale__language_code="en")
    experts = [("expert", {"profile": profile, "about_text": ""}) for profile in world.profiles.values()]
    page.body = [("facts", None), ("organisations", {"heading": "", "number": 24}), ("contact", None), *experts]
    page.save_revision().publish()
    told = found(world, text_of(client_of(world, persona).get("/en/c/alpha/")))
    assert told <= visible(persona) | organisations_listed(persona)
    assert {key for key in organisations_listed(persona) if key[0] == "alpha"} <= told


def test_figures_count_what_everybody_may_know(world):
    clusters = list(world.clusters.values())
    counted = {figure.name: figure.counts(clusters) for figure in figures}
    assert counted == {"members": {cluster.pk: MEMBERS for cluster in clusters}}


@pytest.mark.parametrize("job", [job.name for job in jobs])
def test_a_timed_job_logs_nothing_of_an_item_and_mails_it_only_to_those_who_see_it(
    world, job, caplog, settings, django_capture_on_commit_callbacks
):
    if job == "prune_task_results":
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    caplog.clear()
    with django_capture_on_commit_callbacks(execute=True):
        jobs[job].run()
    own = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert found(world, "\n".join(map(caplog.handler.format, own))) == set()
    personas = {person.email: name for name, person in world.people.items() if name != "visitor"}
    for message in mail.outbox:
        assert found(world, str(message.message())) <= visible(personas[message.to[0]])


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona not in STAFF])
def test_the_report_of_the_jobs_is_for_operators(world, persona):
    assert client_of(world, persona).get(reverse("hanse_base_jobs:report")).status_code in (302, 403, 404)
