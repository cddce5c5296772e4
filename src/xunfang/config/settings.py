"""Django's settings. What an administrator may change is in ``environment.py``."""

from pathlib import Path
from typing import Any

from django.utils.csp import CSP

from xunfang.config import environment

DATA_DIR = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = environment.yes_or_no("XUNFANG_DEBUG")
HTTPS = environment.yes_or_no("XUNFANG_HTTPS")
ALLOWED_HOSTS = environment.separated(
    "XUNFANG_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]"
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "xunfang.web",
    "xunfang.audit",
    "xunfang.accounts",
    "xunfang.places",
    "xunfang.units",
    "xunfang.feedback",
    "xunfang.cases",
    "xunfang.mediations",
    "xunfang.calls",
    "xunfang.patrols",
    "xunfang.field",
    "xunfang.api",
    "xunfang.public",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "xunfang.web.static_files.StaticFilesMiddleware",
    "xunfang.web.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "xunfang.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "xunfang.config.urls"
ASGI_APPLICATION = "xunfang.config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xunfang.web.themes.theme",
                "xunfang.config.navigation.navigation",
                "xunfang.config.offices.offices",
            ]
        },
    }
]

# Data

DATABASES = {"default": environment.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# The log that residents check

LEDGER_KEY = environment.ledger_key(DATA_DIR)
LEDGER_NAME = environment.ledger_name()

# People

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A duty desk is handed over after 24 hours: nobody stays signed in past the hand-over.
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_COOKIE_NAME = "xunfang_session"
CSRF_COOKIE_NAME = "xunfang_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "xunfang.web.views.form_expired"

# What a browser may do with our pages: everything comes from us, nothing is inline.

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "connect-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True

# What other systems bring

JURISDICTION = environment.jurisdiction()

# What devices report

POSITIONS_ROOM = environment.whole_number("XUNFANG_POSITIONS_ROOM", 20_000)

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "xunfang_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "locale"]
FORMAT_MODULE_PATH = "xunfang.config.formats"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Scripts, styles, icons

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "xunfang.web.static_files.HashedStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "files"
WHITENOISE_ALLOW_ALL_ORIGINS = False

# The log

LOG_LEVEL = environment.log_level()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": LOG_LEVEL,
    },
    # Django would otherwise print its own lines a second time, and mail errors.
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "django_tasks_db": {"level": LOG_LEVEL},
    },
}
