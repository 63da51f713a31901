"""Panels for Wagtail's editor."""

from __future__ import annotations

from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel

from .descriptions import describe, scope_names
from .proposals import waiting_scopes
from .prospects import asked_text, reach_text
from .readings import is_shown, reach


class AudiencePanel(FieldPanel):
    """The field of a ``ScopedPageForm``, above it who sees the page now, in words and numbers."""

    class BoundPanel(FieldPanel.BoundPanel):
        template_name = "hanse_access/panels/audience.html"

        @cached_property
        def present(self) -> dict:
            if self.instance.pk is None:
                return {}
            scopes, viewer = self.instance.present_scopes(), self.request.viewer
            waiting = waiting_scopes(self.instance)
            names = scope_names(waiting, viewer).values()
            return {
                "description": describe(scopes, viewer),
                "reach": reach_text(reach(scopes, self.instance)),
                "asked": asked_text(names, len(waiting) - len(names)) if waiting else "",
                "is_shown": is_shown(self.instance),
            }

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | {"present": self.present}
