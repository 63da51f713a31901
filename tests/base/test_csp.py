"""The administration prints no script of its own into a page: the policy would refuse it."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import reverse
from wagtail.admin.panels import InlinePanel, MultipleChooserPanel, ObjectList
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput, AdminPageChooser, AdminTimeInput
from wagtail.admin.widgets.chooser import AdminPageMoveChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser
from wagtail.models import Page, Workflow, get_page_models

from hanse_access.attachment_viewsets import AttachmentChooser
from tests.factories.people import UserFactory
from tests.site.urls_walk import routes

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
CHOOSERS = [
    AdminPageChooser,
    AdminPageMoveChooser,
    AdminTaskChooser,
    AdminDocumentChooser,
    AdminImageChooser,
    AttachmentChooser,
]


@pytest.mark.parametrize("chooser", CHOOSERS)
def test_a_chooser_carries_its_call_as_data(chooser):
    html = chooser().render("target", None, {"id": "id_target"})
    assert "<script" not in html
    function, arguments = re.search(r'<csp-init fn="(\w+)" args="([^"]*)"', html).groups()
    assert json.loads(unescape(arguments))[0] == "id_target"
    script = Path(apps.get_app_config("hanse_base").path, "static/hanse_base/admin/csp-init.js").read_text()
    assert f'"{function}"' in script


def test_a_chooser_without_a_place_is_refused():
    with pytest.raises(TypeError):
        AdminPageChooser().render("target", None, {})


#: answer with an error on purpose, and sign out
LEFT_OUT = {"/admin/failwhale/", "/admin/test404/", "/admin/logout/"}
#: scripts that stand in the page: without an address, and no data
INLINE = re.compile(r"<script(?![^>]*\s(?:src=|nonce=|type=[\"']application/(?:json|ld\+json)))[^>]*>|\son[a-z]+=[\"']")


@pytest.mark.parametrize("widget", [AdminDateInput, AdminTimeInput, AdminDateTimeInput])
def test_a_picker_carries_its_call_as_data(widget):
    html = widget().render("when", None, {"id": "id_when"})
    assert "<csp-init" in html
    assert not INLINE.search(html)


@pytest.mark.parametrize("panel", [InlinePanel("workflow_tasks"), MultipleChooserPanel("workflow_tasks", "task")])
def test_a_panel_of_children_carries_its_call_as_data(panel, rf):
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True)
    handler = ObjectList([panel]).bind_to_model(Workflow)
    workflow = Workflow()
    bound = handler.get_bound_panel(
        instance=workflow, request=request, form=handler.get_form_class()(instance=workflow)
    )
    html = bound.render_html()
    assert f'fn="{type(panel).__name__}"' in html
    assert not INLINE.search(html)


def test_no_page_of_the_administration_holds_a_script(client):
    """Every address there is, and the form of each type of page."""
    client.force_login(UserFactory(is_superuser=True))
    paths = {route.path for route in routes() if (route.path or "").startswith("/admin/")}
    home = Page.objects.get(depth=2)
    paths |= {
        reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, home.pk])
        for model in get_page_models()
    }
    looked_at, found = 0, {}
    for path in sorted(paths - LEFT_OUT):
        response = client.get(path)
        if response.status_code == 200 and response.headers["content-type"].startswith("text/html"):
            looked_at += 1
            if scripts := INLINE.findall(response.content.decode()):
                found[path] = scripts
    assert found == {}
    assert looked_at > 50
