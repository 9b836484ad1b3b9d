"""Settings of the portal, read from the environment.

Safe for production by default: what a demonstration or a test needs to be looser is switched by ``PORTAL_MODE``
(``production`` unless said otherwise), never by a missing variable. docs/operating/settings.md lists every variable.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("PORTAL_MODE", default="production")
if MODE not in {"production", "demonstration", "test"}:
    raise ImproperlyConfigured(f"PORTAL_MODE is {MODE!r}; it must be production, demonstration or test.")
PRODUCTION = MODE == "production"
VAR_DIR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))

SECRET_KEY = (
    env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="not-secret-outside-production-" * 2)
)
DEBUG = False
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
BASE_URL = env.str("BASE_URL") if PRODUCTION else env.str("BASE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "imi_portal.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "django_filters",
    "pgtrigger",
    "csp",
    "foundation",
    "accounts",
    "standards",
    "centres",
    "apprentices",
    "epa",
    "certificates",
    "imi_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.ActingOrganisationMiddleware",
    "imi_portal.task_count.TaskCountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "foundation.middleware.RefusalMiddleware",
    "foundation.middleware.NoStoreMiddleware",
]

ROOT_URLCONF = "imi_portal.urls"
WSGI_APPLICATION = "imi_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "imi_portal.context.shell",
            ],
            "builtins": ["foundation.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "portal"
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_FAIL_SILENTLY = False

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("CACHE_PREFIX", default="imi"),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrftoken"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account exists only by invitation, and its link proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": PRIVATE_ROOT}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)

# The key that seals contracts (foundation.sealing). Production names its own; elsewhere "manage.py seal_key" makes one.
SEAL_KEY_FILE = env.str("SEAL_KEY_FILE", default="" if PRODUCTION else str(VAR_DIR / "seal.p12"))
SEAL_KEY_PASSPHRASE = env.str("SEAL_KEY_PASSPHRASE", default="" if PRODUCTION else "not-secret-outside-production")
SEAL_TIMESTAMP_URL = env.str("SEAL_TIMESTAMP_URL", default="")
# A demonstration has no mailbox: there the code of a signature is shown among the person's messages too.
SIGNING_CODES_IN_PORTAL = MODE == "demonstration"
CHECK_MAX_BYTES = env.int("CHECK_MAX_BYTES", default=10 * 1024 * 1024)

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
# Day first, also in forms that are not built on ours (the admin, filters).
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d %b %Y", "%d %B %Y", "%Y-%m-%d"]

EMAIL_CONFIG = (
    env.email_url("EMAIL_URL")
    if PRODUCTION
    else env.email_url("EMAIL_URL", default="filemail:///" + str(VAR_DIR / "mail"))
)
vars().update(EMAIL_CONFIG)
if MODE == "demonstration":
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = EMAIL_CONFIG.get("EMAIL_TIMEOUT") or 20  # seconds a mail server may be silent
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="IMI portal <no-reply@theimi.org.uk>")
EPA_TEAM_MAILBOX = env.str("EPA_TEAM_MAILBOX", default="epa@theimi.org.uk")

# The one clock (foundation.clock). Only a demonstration or a test may name a file that moves it.
CLOCK_FILE = env.str("CLOCK_FILE", default="")
if CLOCK_FILE and PRODUCTION:
    raise ImproperlyConfigured("CLOCK_FILE moves the clock; it is refused in production.")

# The CSV file of the government's register, fetched daily; empty: it is uploaded. Register settings in admin go first.
REGISTER_URL = env.str("REGISTER_URL", default="")
ASSESSMENT_SERVICE_URL = env.str("ASSESSMENT_SERVICE_URL", default="")
ASSESSMENT_SERVICE_KEY = env.str("ASSESSMENT_SERVICE_KEY", default="")
ASSESSMENT_SERVICE_TIMEOUT = env.float("ASSESSMENT_SERVICE_TIMEOUT", default=30.0)
# The service's longest processing time: after an unknown outcome nothing is asked before it has passed.
ASSESSMENT_SERVICE_SETTLE = env.float("ASSESSMENT_SERVICE_SETTLE", default=240.0)
EPAO_ID = env.str("EPAO_ID", default="EPA0023")
EPAO_UKPRN = env.int("EPAO_UKPRN", default=10022714)
# ULNs that begin so need no right check digit: the test learners of the assessment service's sandbox, "10023278" for
# organisation EPA0023 on LARS 278. Empty: every ULN is checked.
SANDBOX_ULN_PREFIX = env.str("SANDBOX_ULN_PREFIX", default="")

CELERY_BROKER_URL = REDIS_URL

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    # The printers tell every table of every font.
    "loggers": {
        name: {"level": "ERROR"} for name in ("fontTools", "weasyprint", "pikepdf", "pyhanko", "pyhanko_certvalidator")
    },
}
