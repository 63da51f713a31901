"""System checks: what the pages of this plugin, and of those above it, need from the host."""

from django.apps import apps
from django.core.checks import Error, register


@register()
def times_in_words(app_configs, **kwargs) -> list[Error]:
    """How long ago something was is said in words, in the reader's language."""
    if apps.is_installed("django.contrib.humanize"):
        return []
    return [
        Error(
            "django.contrib.humanize is not installed.",
            hint="Add it to INSTALLED_APPS: lists say by it how long ago something was.",
            id="hanse_activity.E001",
        )
    ]
