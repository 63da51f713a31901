"""Revisions, workflows and their steps have numbers of their own: those of foreign pages are as missing, too."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from tests.access.conftest import SECRET
from tests.factories.pages import ScopedPageFactory, home_page
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
MISSING = 987654


@pytest.fixture
def states(editor, own, hidden):
    """Where an own page, a hidden one and the one above the own stand in the same workflow."""
    group = Group.objects.create(name="Reviewers")
    task = GroupApprovalTask.objects.create(name="Review")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="Four eyes")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    pages = {"own": ScopedPageFactory(title="Own news", parent=own), "hidden": hidden, "above": home_page()}
    for page in pages.values():
        page.save_revision()
    return {key: workflow.start(page, UserFactory()) for key, page in pages.items()}


def address(name: str, page, number: int) -> str:
    action = ["approve"] if "action" in name else []
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *action, number])


def number_in(name: str, state) -> int:
    """The number that the view takes beside that of the page."""
    if "revision" in name:
        return state.content_object.latest_revision_id
    return state.current_task_state_id if "action" in name else state.pk


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "name",
    [
        "revisions_view",
        "revisions_revert",
        "revisions_unschedule",
        "workflow_history_detail",
        "workflow_action",
        "collect_workflow_action_data",
    ],
)
def test_beside_an_own_page_that_of_a_foreign_one_is_as_missing(client, states, method, name):
    page = states["own"].content_object
    for number in (number_in(name, states["hidden"]), number_in(name, states["above"]), MISSING, 0):
        answer = getattr(client, method)(address(name, page, number))
        assert answer.status_code in ({404} if method == "get" else {404, 405}), number
        assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("name", ["revisions_view", "workflow_history_detail"])
def test_that_of_the_page_itself_is_there(client, states, name):
    page = states["own"].content_object
    assert client.get(address(name, page, number_in(name, states["own"]))).status_code == 200
