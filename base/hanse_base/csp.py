"""Wagtail's admin without inline scripts, so that the strict Content-Security-Policy holds there too (ADR 0010).

Where Wagtail prints ``<script>new PageChooser(…)</script>`` beside a widget, an element ``<csp-init>`` carries the
same call as data. Its definition in ``hanse_base/admin/csp-init.js`` runs the call when the element enters the page,
which also covers fragments that arrive later: inline panels, modal dialogs, swapped parts. Only the initialisers
listed there can be called, so an injected element gains nothing.
"""

from __future__ import annotations

import json
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString


def initialiser(function: str, *arguments: Any) -> SafeString:
    """The element that calls ``function(*arguments)`` in the browser. ``arguments`` must be JSON-ready."""
    return format_html('<csp-init fn="{}" args="{}" hidden></csp-init>', function, json.dumps(arguments))


def render_chooser(self, name, value, attrs=None, renderer=None) -> SafeString:
    """Stands in for ``BaseChooser.render``; raises TypeError like it for a widget without an id."""
    from wagtail.admin.widgets.workflows import AdminTaskChooser

    if not attrs or "id" not in attrs:
        raise TypeError("BaseChooser cannot be rendered without an 'id' attribute")
    value_data = self.get_value_data(value)
    html = self.render_html(name, value_data, attrs)
    if isinstance(self, AdminTaskChooser):
        call = initialiser("createTaskChooser", attrs["id"])
    else:
        options = self.get_js_init_options(attrs["id"], name, value_data)
        call = initialiser(self.js_constructor, attrs["id"], options)
    return html + call


def replace_inline_scripts() -> None:
    """Makes every chooser of the admin render without a script element. Called once, from ``AppConfig.ready()``."""
    from wagtail.admin.widgets.chooser import BaseChooser

    BaseChooser.render = render_chooser
