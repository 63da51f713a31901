"""Widgets of the administration print no script of their own: the policy would refuse it."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.chooser import AdminPageMoveChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser

from hanse_access.attachment_viewsets import AttachmentChooser

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
