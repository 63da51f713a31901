"""The pattern library: every component with its documentation and with examples, in both colour sets."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms
from django.template.loader import get_template, render_to_string
from django.utils.translation import gettext_lazy as _

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

ICONS = re.compile(r'<symbol id="([a-z-]+)"')
COMMENT = re.compile(r"{% comment %}(.*?){% endcomment %}", re.DOTALL)


@dataclass(frozen=True)
class Pattern:
    """A component and the contexts it is shown with.

    ``path`` is the template of a plugin's component; for a widget that of the widget, while ``drawn_by`` is the
    template that gets the examples. ``media`` is what the page has to load for it.
    """

    name: str
    examples: tuple[dict[str, Any], ...]
    inline: bool = False
    path: str = ""
    drawn_by: str = ""
    media: forms.Media = field(default_factory=forms.Media)

    @property
    def template(self) -> str:
        return self.path or f"hanse_base/components/{self.name}.html"

    @property
    def documentation(self) -> str:
        """The comment at the top of the template."""
        found = COMMENT.search(Path(get_template(self.template).origin.name).read_text(encoding="utf-8"))
        return found.group(1).strip() if found else ""


@dataclass(frozen=True)
class PluginPatterns:
    """The components of a plugin. ``patterns`` gets the colour set, as the function of that name below does."""

    name: str
    patterns: Callable[[str], list[Pattern]]
    order: int = 100


plugin_patterns: Registry[PluginPatterns] = Registry()


@dataclass(frozen=True)
class Column:
    """A component's examples as drawn in one colour set."""

    scheme: str
    rendered: list[str]


@dataclass(frozen=True)
class Section:
    """What the page shows of one component."""

    pattern: Pattern
    columns: list[Column]


class ExampleForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=80, help_text=_("What it is about, in a few words."))
    text = forms.CharField(label=_("Text"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("offer", _("Offer")), ("request", _("Request"))])
    ways = forms.MultipleChoiceField(
        label=_("Ways of cooperation"),
        choices=[("rd", _("Research and development")), ("sale", _("Sale")), ("licence", _("Licence"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    until = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    file = forms.FileField(label=_("File"), required=False, help_text=_("PDF or picture, up to 10 MB."))
    agreed = forms.BooleanField(label=_("I have the right to publish this"))


def icon_names() -> list[str]:
    sprite = Path(__file__).parent / "static" / "hanse_base" / "icons.svg"
    return ICONS.findall(sprite.read_text(encoding="utf-8"))


def sections(request: HttpRequest) -> list[Section]:
    """All components, each drawn in the light and in the dark colour set."""
    light, dark = (
        [
            Column(scheme, [_draw(pattern, context, request) for context in pattern.examples])
            for pattern in all_patterns(scheme)
        ]
        for scheme in ("light", "dark")
    )
    return [Section(pattern, [*pair]) for pattern, *pair in zip(all_patterns("light"), light, dark, strict=True)]


def _draw(pattern: Pattern, context: dict[str, Any], request: HttpRequest) -> str:
    return render_to_string(pattern.drawn_by or pattern.template, context, request)


def all_patterns(scheme: str) -> list[Pattern]:
    """The components of this package and of the plugins."""
    return [*patterns(scheme), *(pattern for plugin in plugin_patterns for pattern in plugin.patterns(scheme))]


def patterns(scheme: str) -> list[Pattern]:
    """All components of this package. ``scheme`` ("light" or "dark") keeps ids of the two columns apart."""
    lidar = {"kind": "room", "label": _("Only room “Lidar for harvesters”")}
    form = ExampleForm(data={"kind": "offer"}, prefix=scheme)
    day = datetime.date(2026, 11, 18)
    return [
        Pattern(
            "button",
            (
                {"label": _("Publish"), "kind": "primary"},
                {"label": _("Save draft")},
                {"label": _("All news"), "kind": "quiet", "url": "#"},
                {"label": _("Delete"), "kind": "danger", "icon": "trash"},
                {"label": _("Answer"), "small": True},
                {"label": _("Edit"), "icon": "edit", "only_icon": True},
            ),
            inline=True,
        ),
        Pattern(
            "audience_chip",
            (
                lidar,
                {"kind": "clusters", "label": _("Photonik Nord and Leichtbau Süd")},
                {"kind": "platform", "label": _("All members")},
                {"kind": "public", "label": _("Public")},
                {"kind": "editors", "label": _("Only editors")},
            ),
            inline=True,
        ),
        Pattern(
            "chip",
            (
                {"label": _("Coating")},
                {"label": _("Published"), "kind": "ok", "icon": "check"},
                {"label": _("In review"), "kind": "warn", "icon": "clock"},
                {"label": _("Rejected"), "kind": "stop", "icon": "close"},
            ),
            inline=True,
        ),
        Pattern(
            "copy_field",
            ({"id": f"{scheme}-copy", "label": _("Link"), "value": "https://hanse.example/rooms/invitation/k3"},),
        ),
        Pattern("count", ({"count": 3}, {"count": 128}), inline=True),
        Pattern("avatar", ({"name": "Nele Brandt"}, {"name": "Leichtbau Süd", "org": True}), inline=True),
        Pattern(
            "person",
            (
                {"name": "Dr. Nele Brandt", "line": _("Tribology lab, Leichtbau Süd"), "url": "#"},
                {"name": "Photonik Nord", "line": _("Kiel, 96 members"), "org": True},
            ),
        ),
        Pattern(
            "item_card",
            (
                {
                    "title": _("Two members win the federal sensor prize"),
                    "url": "#",
                    "kicker": "Photonik Nord",
                    "text": _("Their tiny spectrometer was born in a room of this platform."),
                    "audience": {"kind": "public", "label": _("Public")},
                    "tags": [_("Sensors")],
                },
            ),
        ),
        Pattern(
            "figures",
            (
                {"figures": [{"value": "96", "label": _("members")}, {"value": "4", "label": _("open challenges")}]},
                {
                    "column": True,
                    "figures": [{"value": "96", "label": _("members")}, {"value": "4", "label": _("open challenges")}],
                },
            ),
        ),
        Pattern(
            "rows",
            (
                {
                    "rows": [
                        {
                            "title": _("Confirm your profile"),
                            "url": "#",
                            "icon": "person",
                            "text": _("Last confirmed 11 months ago."),
                            "action": {"label": _("Confirm"), "url": "#"},
                        },
                        {"title": _("Call for joint stands"), "url": "#", "time": day, "audience": lidar},
                        {"title": _("Lidar for harvesters"), "url": "#", "icon": "lock", "count": 12},
                    ]
                },
            ),
        ),
        Pattern(
            "note",
            (
                {"text": _("Two clusters still have to agree.")},
                {"text": _("The news is published."), "kind": "success"},
                {"title": _("Before you publish"), "text": _("Publishing may rule out a patent."), "kind": "warning"},
                {"text": _("The file is larger than 10 MB. Nothing was stored."), "kind": "error"},
            ),
        ),
        Pattern(
            "empty",
            (
                {
                    "icon": "news",
                    "title": _("No news yet"),
                    "text": _("What your cluster publishes appears here."),
                    "url": "#",
                    "action": _("Write the first news"),
                },
            ),
        ),
        Pattern(
            "progress",
            (
                {"label": _("Laser safety"), "value": 4, "max": 7, "text": _("4 of 7 lessons")},
                {"label": _("Import is being prepared")},
            ),
        ),
        Pattern(
            "table",
            (
                {
                    "caption": _("Answers so far (%(scheme)s)") % {"scheme": scheme},
                    "head": [{"label": _("Cluster")}, {"label": _("Members"), "number": True}],
                    "rows": [["Photonik Nord", 96], ["Leichtbau Süd", 71]],
                },
            ),
        ),
        Pattern(
            "tabs",
            (
                {
                    "label": _("Views (%(scheme)s)") % {"scheme": scheme},
                    "tabs": [
                        {"label": _("Overview"), "url": "#", "current": True},
                        {"label": _("Questions"), "url": "#", "count": 2},
                    ],
                },
            ),
        ),
        Pattern(
            "timeline",
            (
                {
                    "label": _("Timeline"),
                    "steps": [
                        {"title": _("Published"), "text": _("2 November"), "state": "done"},
                        {"title": _("Entries open"), "text": _("until 31 January"), "state": "now"},
                        {"title": _("Jury"), "text": _("February")},
                    ],
                },
            ),
        ),
        Pattern(
            "breadcrumbs",
            ({"crumbs": [{"title": "Photonik Nord", "url": "#"}, {"title": _("News"), "url": "#"}], "label": scheme},),
        ),
        Pattern("field", tuple({"field": form[name]} for name in ("title", "kind", "ways", "agreed"))),
        Pattern("error_summary", ({"form": form},)),
        Pattern("form", ({"form": ExampleForm(prefix=f"{scheme}-whole"), "submit": _("Publish"), "cancel_url": "#"},)),
    ]
