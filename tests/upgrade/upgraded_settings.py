"""The demo's settings as a test uses them: static files without collectstatic, no redirect of host names."""

from hanse_site.settings.demo import *  # noqa: F403
from hanse_site.settings.demo import STORAGES

WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
