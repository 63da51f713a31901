"""Panels for Wagtail's editor."""

from __future__ import annotations

from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel

from .descriptions import describe, reach_text
from .readings import reach
from .scopes import PUBLIC


class AudiencePanel(FieldPanel):
    """The field of a ``ScopedPageForm``, above it who sees the page now, in words and numbers."""

    class BoundPanel(FieldPanel.BoundPanel):
        template_name = "hanse_access/panels/audience.html"

        @cached_property
        def present(self) -> dict:
            if self.instance.pk is None:
                return {}
            scopes = self.instance.present_scopes()
            return {
                "description": describe(scopes, self.request.viewer),
                "reach": reach_text(reach(scopes), None if PUBLIC in scopes else self.instance.stakeholders().count()),
            }

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"present": self.present}
