"""Production. Refuses to start while a required variable is missing and names it.

docs/reference/settings.md lists every variable.
"""

import logging
import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from hanse_site.error_reports import reporting_options
from hanse_site.logs import logging_settings
from hanse_site.settings.base import *  # noqa: F403
from hanse_site.settings.base import DATABASES, INSTALLED_APPS, STORAGES, env, pooled
from hanse_site.settings.required import log_level, misread, required, web_address

SECRET_KEY = required(env, "SECRET_KEY", "a long random value; sessions and links are signed with it")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
required(env, "ALLOWED_HOSTS", "the host names of the site, separated by commas")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
required(env, "DATABASE_URL", "postgres://user:password@host:5432/name")
WAGTAILADMIN_BASE_URL = web_address(
    "HANSE_BASE_URL", required(env, "HANSE_BASE_URL", "the address of the site, such as https://hanse.example.org")
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DATABASES = {"default": pooled(DATABASES["default"])}

# Mail: a server by EMAIL_URL, or a provider by ANYMAIL_ESP with its own ANYMAIL_… variables.
if env("ANYMAIL_ESP", default=""):
    INSTALLED_APPS = [*INSTALLED_APPS, "anymail"]
    EMAIL_BACKEND = f"anymail.backends.{env('ANYMAIL_ESP')}.EmailBackend"
    ANYMAIL = {
        name.removeprefix("ANYMAIL_"): value
        for name, value in os.environ.items()
        if name.startswith("ANYMAIL_") and name != "ANYMAIL_ESP"
    }
else:
    required(env, "EMAIL_URL", "smtp+tls://user:password@host:587 (or set ANYMAIL_ESP)")
    try:
        vars().update(env.email_url("EMAIL_URL"))
    except ImproperlyConfigured as error:
        raise misread("EMAIL_URL", "smtp+tls://user:password@host:587") from error
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Hanse <no-reply@{urlsplit(WAGTAILADMIN_BASE_URL).hostname}>")
SERVER_EMAIL = env("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)

# Files: folders under HANSE_VAR_DIR, or two buckets of an S3 store. The private one is read through the site only.
if env("S3_BUCKET", default=""):
    required(env, "S3_PRIVATE_BUCKET", "the bucket for attachments, closed to the public")
    s3_options = {
        "endpoint_url": env("S3_ENDPOINT_URL", default=None),
        "region_name": env("S3_REGION", default=None),
        "file_overwrite": False,
        "default_acl": None,
    }
    STORAGES = {
        **STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                **s3_options,
                "bucket_name": env("S3_BUCKET"),
                "custom_domain": env("S3_PUBLIC_DOMAIN", default=None),
                "querystring_auth": False,
            },
        },
        "private": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {**s3_options, "bucket_name": env("S3_PRIVATE_BUCKET"), "querystring_expire": 60},
        },
    }

# Nobody enters the administration with a password alone.
HANSE_ADMIN_REQUIRES_MFA = True

# Transport. uvicorn takes scheme and client address from the proxies named in FORWARDED_ALLOW_IPS.
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # X_FRAME_OPTIONS is SAMEORIGIN: the editor's preview shows the site in a frame of the site
]

# Warnings of packages would be lines that are no JSON.
logging.captureWarnings(True)
LOGGING = logging_settings(json=True, level=log_level("LOG_LEVEL", env("LOG_LEVEL", default="INFO")))

if env("SENTRY_DSN", default=""):
    import sentry_sdk

    sentry_sdk.init(
        dsn=env("SENTRY_DSN"),
        environment=env("SENTRY_ENVIRONMENT", default="production"),
        traces_sample_rate=env.float("SENTRY_TRACES_SAMPLE_RATE", default=0.0),
        **reporting_options(),
    )
