"""Production. Refuses to start while a required variable is missing and names it."""

from hanse_site.settings.base import *  # noqa: F403
