"""What all environments share. Everything that differs between installations is read from the environment."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from hanse_site.settings.required import Environment, misread

env = Environment()

PROJECT_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env("HANSE_VAR_DIR", default=str(PROJECT_DIR / "var")))

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "hanse_site.urls"
WSGI_APPLICATION = None
ASGI_APPLICATION = "hanse_site.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "hanse_site.User"
SITE_ID = None

INSTALLED_APPS = [
    "hanse_site",
    "hanse_challenges",
    "hanse_news",
    "hanse_groups",
    "hanse_members",
    "hanse_search",
    "hanse_activity",
    "hanse_access",
    "hanse_base",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.sites",
    "hanse_site.people.apps.PeopleAppConfig",
    "wagtail.snippets",
    "wagtail.embeds",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "channels",
    "health_check",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "hanse_site.request_log.RequestLogMiddleware",
    # headers first, so that errors and static files carry them too
    "hanse_base.security.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    # before redirects to https, which would name the platform's host
    "hanse_members.cluster_hosts.ClusterHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "hanse_base.security.CharsetMiddleware",
    "hanse_site.static_middleware.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hanse_base.middleware.PersonalLocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hanse_site.account.middleware.SessionActivityMiddleware",
    "hanse_site.account.middleware.AdminSecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hanse_access.middleware.ViewerMiddleware",
    "hanse_site.body_limit.BodyLimitMiddleware",
    "hanse_access.page_guard.PageAdminMiddleware",
    "hanse_access.page_redirects.VisibleRedirectMiddleware",
    "hanse_base.refused_forms.RefusedFormMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Database. SQLite is the embedded default; PostgreSQL comes from DATABASE_URL.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database(url: str) -> dict:
    """A DATABASES entry of a URL; SQLite gets WAL and immediate transactions, without which parallel writers fail."""
    config = env.db_url_config(url)
    if "ENGINE" not in config:
        raise misread("DATABASE_URL", "postgres://user:password@host:5432/name")
    if config["ENGINE"].endswith("sqlite3"):
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        config.setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
    if config["ENGINE"].endswith("postgresql"):
        # Our queries are long and read few rows: compiling them takes many times as long as running them.
        config.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    return config


def pooled(config: dict) -> dict:
    """The same database with its connections pooled in each process; SQLite as it is.

    Requests run in threads that come and go, so a connection kept by its thread would serve one request. At most so
    many requests as the pool is large ask the database at the same time, others wait for their turn; all sockets of a
    process take turns in one thread and need one connection. A few are kept open, so that the first requests after a
    quiet while do not wait for new ones.
    """
    if not config["ENGINE"].endswith("postgresql"):
        return config
    largest = env.int("DATABASE_POOL_SIZE", default=10)
    pool = {"min_size": min(2, largest), "max_size": largest}
    # A connection that broke is noticed when it is taken out of the pool, not by whoever asks.
    checks = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    return {**config, **checks, "OPTIONS": {**config.get("OPTIONS", {}), "pool": pool}}


DATABASES = {"default": database(env("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))}

# Cache and channel layer: in the process, or Redis from REDIS_URL.
REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Accounts
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "hanse_base:dashboard"
ACCOUNT_ADAPTER = "hanse_site.account.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "hanse_site.account.adapters.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "add_email": "hanse_site.account.entrance_forms.AddEmailForm",
    "change_password": "hanse_site.account.entrance_forms.ChangePasswordForm",
    "login": "hanse_site.account.entrance_forms.LoginForm",
    "reauthenticate": "hanse_site.account.entrance_forms.ReauthenticateForm",
    "reset_password": "hanse_site.account.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "hanse_site.account.entrance_forms.ResetPasswordKeyForm",
    "set_password": "hanse_site.account.entrance_forms.SetPasswordForm",
    "signup": "hanse_site.account.entrance_forms.SignupForm",
}
# A field that people do not see; whoever fills it is a program. Its name must tempt one.
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One address each; a new one replaces the old one once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# Link scanners follow links: nothing happens before the button on the page is pressed.
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
# "strict" would let two accounts share an address; True answers alike and writes to the owner of the address.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {"signup": "10/m/ip,40/h/ip"}
MFA_ADAPTER = "hanse_site.account.adapters.MFAAdapter"
MFA_FORMS = {
    "activate_totp": "hanse_site.account.entrance_forms.ActivateTOTPForm",
    "add_webauthn": "hanse_site.account.entrance_forms.AddWebAuthnForm",
    "authenticate": "hanse_site.account.entrance_forms.AuthenticateForm",
    "authenticate_webauthn": "hanse_site.account.entrance_forms.AuthenticateWebAuthnForm",
    "edit_webauthn": "hanse_site.account.entrance_forms.EditWebAuthnForm",
    "login_webauthn": "hanse_site.account.entrance_forms.LoginWebAuthnForm",
    "reauthenticate": "hanse_site.account.entrance_forms.ReauthenticateByCodeForm",
    "reauthenticate_webauthn": "hanse_site.account.entrance_forms.ReauthenticateWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Hanse"
# Nobody signs in before an address is confirmed; otherwise people with a second factor could not change theirs.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A clock may be one step off.
MFA_TOTP_TOLERANCE = 1
# The list of sessions shows when each was last used; SessionActivityMiddleware keeps that.
USERSESSIONS_TRACK_ACTIVITY = True
HANSE_SIGNUP_OPEN = env.bool("HANSE_SIGNUP_OPEN", default=True)
# How long the ZIP of one's own data can be fetched
HANSE_DATA_EXPORT_DAYS = env.int("HANSE_DATA_EXPORT_DAYS", default=7)
# People with access to the administration must have a second factor to enter it.
HANSE_ADMIN_REQUIRES_MFA = False
# Wagtail's own ways to change what allauth guards
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False

# Languages
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", _("English")), ("de", _("German"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", _("English")), ("de", _("German"))]
USE_I18N = True
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
# English as it is written in Europe: 20 Nov 2026, 18:00.
FORMAT_MODULE_PATH = ["hanse_site.formats"]
TIME_ZONE = "Europe/Berlin"
# People choose theirs in their account. With one to choose from, the administration has no choice of its own.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]

# Static files and storage
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("HANSE_STATIC_ROOT", default=str(VAR_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "private"), "base_url": None},
    },
    "staticfiles": {"BACKEND": "hanse_site.static_files.SiteStaticFilesStorage"},
}

# Uploads: larger files go to disk while they arrive; a form without files stays small.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024

# Settings of the plugins: each has its default there, which stands unless the environment says otherwise.
PLUGIN_SETTINGS = {
    "HANSE_ACTOR_RETENTION_DAYS": env.int,
    "HANSE_ANSWER_ADDRESS": env.str,
    "HANSE_INVITATION_DAYS": env.int,
    "HANSE_MAIL_RETURN_PATH": env.str,
    "HANSE_NOTIFICATION_DAYS": env.int,
    "HANSE_REPORT_DAYS": env.int,
    "HANSE_CLAMD": env.str,
    "HANSE_CLAMD_SECONDS": env.int,
    "HANSE_ELASTICSEARCH_INDEX": env.str,
    "HANSE_ELASTICSEARCH_SECONDS": env.float,
    "HANSE_ELASTICSEARCH_URL": env.str,
    "HANSE_EXTRACTION_MAX_BYTES": env.int,
    "HANSE_EXTRACTION_MAX_CHARACTERS": env.int,
    "HANSE_EXTRACTION_MEMORY_BYTES": env.int,
    "HANSE_EXTRACTION_SECONDS": env.int,
    "HANSE_SEARCH_BACKEND": env.str,
    "HANSE_SEARCH_ALERT_MINUTES": env.int,
    "HANSE_ROOM_EXPORT_DAYS": env.int,
    "HANSE_FILES_HANDOFF": env.str,
    "HANSE_FILES_SIGNED_URL_SECONDS": env.int,
    "HANSE_FILES_X_ACCEL_PREFIX": env.str,
    "HANSE_MESSAGE_MAX_FILES": env.int,
    "HANSE_DIRECT_QUOTA_BYTES": env.int,
    "HANSE_ROOM_QUOTA_BYTES": env.int,
    "HANSE_UNUSED_ATTACHMENT_DAYS": env.int,
    "HANSE_UPLOAD_IMAGE_WIDTHS": lambda name: tuple(env.list(name, cast=int)),
    "HANSE_UPLOAD_MAX_BYTES": env.int,
    "HANSE_UPLOAD_MAX_FRAMES": env.int,
    "HANSE_UPLOAD_MAX_PIXELS": env.int,
    "HANSE_UPLOAD_TYPES": lambda name: tuple(env.list(name)),
}
vars().update({name: read(name) for name, read in PLUGIN_SETTINGS.items() if env.str(name, default="")})

# All that one request may send: several files where a form sends them at once, and in any case the largest one.
largest_request = max(60 * 1024 * 1024, vars().get("HANSE_UPLOAD_MAX_BYTES", 0) + DATA_UPLOAD_MAX_MEMORY_SIZE)
HANSE_REQUEST_MAX_BYTES = env.int("HANSE_REQUEST_MAX_BYTES", default=largest_request)

# Wagtail
WAGTAIL_SITE_NAME = "Hanse"
WAGTAILADMIN_BASE_URL = env("HANSE_BASE_URL", default="http://localhost:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
# What a page is to tell next stays on the server: a cookie would carry names of items into the browser.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hanse_site.errors.csrf_failure"

# Public face of the component page; production leaves it off.
HANSE_PATTERN_LIBRARY = False
