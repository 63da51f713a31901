"""What a project must have for the rule to hold. ``manage.py check`` refuses one that lacks it."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, register
from django.utils.module_loading import import_string
from wagtail.fields import StreamField
from wagtail.models import get_page_models

from .models import AudienceScope, Scoped
from .scopes import scope_kinds

HOOKS = ("shown_q", "stake_q", "stakeholders")
VIEWER = "hanse_access.middleware.ViewerMiddleware"
GUARD = "hanse_access.page_guard.PageAdminMiddleware"
REDIRECTS = "hanse_access.page_redirects.VisibleRedirectMiddleware"
WAGTAIL_REDIRECTS = "wagtail.contrib.redirects.middleware.RedirectMiddleware"


@register()
def scoped_models_define_their_hooks(app_configs, **kwargs):
    """A scoped model without its hooks would answer the rule with an exception, or worse with a guess."""
    errors = []
    for model in apps.get_models():
        if issubclass(model, Scoped):
            errors += [
                Error(
                    f"{model._meta.label} follows the visibility rule but does not define {hook}().",
                    hint="See hanse_access.models.Scoped.",
                    obj=model,
                    id="hanse_access.E001",
                )
                for hook in HOOKS
                if getattr(getattr(model, hook), "__func__", getattr(model, hook))
                is getattr(getattr(Scoped, hook), "__func__", getattr(Scoped, hook))
            ]
    return errors


@register()
def middleware_keeps_the_rule(app_configs, **kwargs):
    """Without these, views have no viewer, and Wagtail's administration and redirects tell of hidden pages."""
    viewer, guard = _place(VIEWER), _place(GUARD)
    errors = []
    if viewer is None:
        hint = "It puts the viewer on each request; it belongs after the middleware for authentication."
        errors.append(Error(f"{VIEWER} is missing in MIDDLEWARE.", hint=hint, id="hanse_access.E002"))
    if guard is None:
        hint = "It hides pages by number in Wagtail's administration; it belongs after ViewerMiddleware."
        errors.append(Error(f"{GUARD} is missing in MIDDLEWARE.", hint=hint, id="hanse_access.E003"))
    if viewer is not None and guard is not None and guard < viewer:
        hint = "It needs the viewer that the other puts on the request."
        errors.append(Error(f"{GUARD} stands before {VIEWER} in MIDDLEWARE.", hint=hint, id="hanse_access.E004"))
    if _place(WAGTAIL_REDIRECTS) is not None and _place(REDIRECTS) is None:
        errors.append(
            Error(
                "Wagtail's redirects lead to hidden pages.",
                hint=f"Put {REDIRECTS} in its place.",
                id="hanse_access.E005",
            )
        )
    return errors


@register()
def names_of_scope_kinds_fit(app_configs, **kwargs):
    """A longer name would fail when the first audience with it is stored, on some databases only."""
    longest = AudienceScope._meta.get_field("kind").max_length or 0
    return [
        Error(
            f"The name of the scope kind {kind.name!r} is longer than {longest} characters.",
            hint="Choose a shorter one; it is stored with each audience and proposal.",
            obj=type(kind),
            id="hanse_access.E007",
        )
        for kind in scope_kinds
        if len(kind.name) > longest
    ]


@register()
def private_files_have_a_place(app_configs, **kwargs):
    if "private" in settings.STORAGES:
        return []
    hint = "Nothing may serve it but hanse_access: not below MEDIA_ROOT, no public bucket."
    return [Error('STORAGES has no "private" for files that follow the rule.', hint=hint, id="hanse_access.E006")]


@register()
def pages_with_private_files_ask_who_chose_them(app_configs, **kwargs):
    """A published page opens the private files on it, so its form must refuse those that were never offered."""
    from .blocks import AttachmentChooserBlock
    from .page_forms import UsableContentForm

    return [
        Error(
            f"{model._meta.label} takes private files and does not ask whether the editor may use them.",
            hint="Set base_form_class to hanse_access.page_forms.UsableContentForm or a subclass.",
            obj=model,
            id="hanse_access.E008",
        )
        for model in get_page_models()
        if not issubclass(getattr(model, "base_form_class", object), UsableContentForm)
        and any(
            isinstance(block, AttachmentChooserBlock)
            for field in model._meta.get_fields()
            if isinstance(field, StreamField)
            for block in _blocks(field.stream_block)
        )
    ]


def _blocks(block):
    yield block
    children = [*getattr(block, "child_blocks", {}).values(), *filter(None, [getattr(block, "child_block", None)])]
    for child in children:
        yield from _blocks(child)


def _place(name: str) -> int | None:
    """Where this middleware, or one made from it, stands in MIDDLEWARE."""
    wanted = import_string(name)
    for place, path in enumerate(settings.MIDDLEWARE):
        found = import_string(path)
        if isinstance(found, type) and issubclass(found, wanted):
            return place
    return None
