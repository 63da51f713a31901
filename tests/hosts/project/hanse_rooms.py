"""The settings of the host with the search and rooms besides."""

from host.settings.hanse import *  # noqa: F403
from host.settings.hanse import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS[: INSTALLED_APPS.index("hanse_members") + 1],
    "hanse_search",
    *INSTALLED_APPS[INSTALLED_APPS.index("hanse_members") + 1 :],
]
INSTALLED_APPS.insert(0, "hanse_groups")
ROOT_URLCONF = "host.rooms_urls"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
DATABASES = {"default": {**DATABASES["default"]}}
