"""The audit trail in words, for people: what an event was about and what it changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext

from .descriptions import describe_each
from .models import AuditEvent
from .scopes import Scope, scope_kinds
from .viewsets import reachable

if TYPE_CHECKING:
    from .viewer import Viewer

#: key of an event's data → its name and what makes text of a value
_details: dict[str, tuple[Any, Callable[[Any], str]]] = {}
#: the same of numbers of people
_people: dict[str, Any] = {}


def name_details(details: dict[str, tuple[Any, Callable[[Any], str]]]) -> None:
    """Give keys of ``record``'s data a name and a function that says their values, in ``AppConfig.ready()``."""
    _details.update(details)


def name_people(labels: dict[str, Any]) -> None:
    """Give keys of ``record``'s data whose values are numbers of people a name, in ``AppConfig.ready()``."""
    _people.update(labels)


def tell(
    events: Iterable[AuditEvent],
    viewer: Viewer,
    *,
    people: Callable[[Collection[int]], Mapping[int, str]] | None = None,
) -> None:
    """Set ``about`` and ``details``, both texts, on each event: a number of queries that does not grow with them.

    What the viewer may not see is called by its kind and number only. So are people, unless ``people`` gives their
    names, for readers who know them.
    """
    events = list(events)
    ids = {event.data[key] for event in events for key in _people if isinstance(event.data.get(key), int)}
    known = people(ids) if people is not None and ids else {}
    names = _object_names(events, viewer)
    audiences = _audiences(events, viewer)
    for event in events:
        event.about = names.get((event.object_type, event.object_id)) or _nameless(event)
        event.details = "; ".join(_told(event, audiences, known))


def _object_names(events: list[AuditEvent], viewer: Viewer) -> dict[tuple[str, str], str]:
    ids: dict[str, set[str]] = {}
    for event in events:
        if event.object_type:
            ids.setdefault(event.object_type, set()).add(event.object_id)
    found = {}
    for object_type, group in ids.items():
        for obj in _seen(_model(object_type), group, viewer):
            found[object_type, str(obj.pk)] = f"{capfirst(obj._meta.verbose_name)}: {obj}"
    return found


def _seen(model: type[Model] | None, ids: set[str], viewer: Viewer) -> Iterable[Model]:
    """Those of the objects that this viewer may see: by the rule, else by what the administration shows them.

    A query set may have ``with_names``, which loads what ``str`` of its objects needs.
    """
    if model is None:
        return ()
    objects: Any = model._default_manager
    if hasattr(objects, "visible_to"):
        rows: Any = objects.visible_to(viewer)
    else:
        rows = objects.filter(pk__in=reachable(model, viewer.user).values("pk"))
    owners = [field.name for field in model._meta.fields if field.many_to_one]
    if hasattr(rows, "with_names"):
        rows = rows.with_names()
    return rows.filter(pk__in=ids).select_related(*owners)


def _model(object_type: str) -> type[Model] | None:
    try:
        return apps.get_model(object_type)
    except LookupError:  # of a plugin that is no longer installed
        return None


def _nameless(event: AuditEvent) -> str:
    model = _model(event.object_type) if event.object_type else None
    kind = capfirst(model._meta.verbose_name) if model else event.object_type
    return f"{kind} {event.object_id}".strip()


def _scopes(value: Any) -> list[Scope] | None:
    """The scopes that a value lists, or None when it is something else."""
    if isinstance(value, list) and all(isinstance(each, list) and len(each) == 2 for each in value):
        return [Scope(*each) for each in value if each[0] in scope_kinds]
    return None


def _audiences(events: list[AuditEvent], viewer: Viewer) -> dict[frozenset[Scope], str]:
    groups = {
        frozenset(scopes) for event in events for key in ("before", "after") if (scopes := _scopes(event.data.get(key)))
    }
    ordered = list(groups)
    return {group: description.text for group, description in zip(ordered, describe_each(ordered, viewer), strict=True)}


def _told(event: AuditEvent, audiences: dict[frozenset[Scope], str], people: Mapping[int, str]) -> list[str]:
    if _scopes(event.data.get("after")) is not None and _scopes(event.data.get("before")) is not None:
        now, past = (audiences.get(frozenset(_scopes(event.data[key]) or ()), "–") for key in ("after", "before"))
        return [gettext("%(after)s; before: %(before)s") % {"after": now, "before": past}]
    told = []
    # PostgreSQL keeps an order of its own in JSON.
    for key, value in sorted(event.data.items()):
        if key in _details:
            label, text = _details[key]
            told.append(f"{label}: {text(value)}")
        elif key in _people:
            nameless = gettext("number %(number)s") % {"number": value}
            told.append(f"{_people[key]}: {people.get(value) or nameless}")
    return told
