"""Settings, read from the environment. docs/environment.md explains every variable."""

import secrets
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from erp.core.database import database_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / ".data")))


def service_url(name: str, default: str = "") -> str:
    """A setting of the servers: from the environment, else of a running `make run`."""
    if value := env(name, default=""):
        return value
    try:
        from config.services.urls import discover
    except ImportError:
        return default
    return discover(DATA_DIR).get(name, default)


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = service_url("WEFT_SECRET_KEY") or secrets.token_urlsafe(50)  # a made-up one ends every session at restart
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config.apps.WeftConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_bootstrap5",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "erp.core",
    "erp.reference",
    "erp.identity",
    "erp.documents",
    "erp.screens",
    "erp.jobs",
    "erp.automation",
    "erp.parties",
    "erp.catalog",
    "erp.ledger",
    "erp.inventory",
    "erp.treasury",
    "erp.payables",
    "erp.receivables",
    "erp.manufacturing",
    "erp.purchasing",
    "erp.sales",
    "crm.pipeline",
    "crm.customers",
    "scm.planning",
    "scm.suppliers",
    "integration.relay",
    "integration.people",
    "integration.thread",
    "integration.api",
    "integration.dashboards",
    "integration.datasets",
    "integration.demo",
    "integration",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "erp.identity.middleware.LanguageMiddleware",
    "erp.identity.middleware.CompanyMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "erp.screens.context.shell",
            ],
        },
    }
]

POOLED_EXTERNALLY = env.bool("DATABASE_POOLED", default=False)
POOLER_PREPARES = env.bool("DATABASE_POOLER_PREPARES", default=False)
DATABASE_URL = service_url("DATABASE_URL", default="postgresql://weft_app@/weft")
DATABASE_OWNER_URL = service_url("DATABASE_OWNER_URL")
DATABASE_READER_URL = service_url("DATABASE_READER_URL")
DATABASE_ADMIN_URL = service_url("DATABASE_ADMIN_URL")
WEFT_CELL = env.int("WEFT_CELL", default=0)
DATABASES = {"default": database_settings(DATABASE_URL, pooled_externally=POOLED_EXTERNALLY, pooler_prepares=POOLER_PREPARES)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = service_url("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep-relay": {"task": "integration.relay.tasks.sweep", "schedule": 1.0, "options": {"expires": 2}},
    "send-mails": {"task": "erp.identity.tasks.send_mails", "schedule": 2.0, "options": {"expires": 4}},
    "verify-books": {"task": "integration.tasks.verify_books", "schedule": crontab(hour=2, minute=30)},
    "pay-due-bills": {"task": "integration.tasks.pay_due_bills", "schedule": crontab(minute=5)},
    "plan-at-night": {"task": "integration.tasks.plan_at_night", "schedule": crontab(minute=10)},
    "forget-deliveries": {"task": "integration.relay.tasks.forget", "schedule": crontab(minute=15)},
    "forget-old": {"task": "integration.tasks.forget_old", "schedule": crontab(hour=3, minute=30)},
}

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
LOGIN_URL = "identity:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "identity:login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "erp.identity.client_address.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "identity/locked.html"
AXES_VERBOSE = False

EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", default=10)
FILE_UPLOAD_HANDLERS = [
    "erp.screens.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Weft <weft@localhost>")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=None)
STATICFILES_DIRS = [BASE_DIR / "static"] + [
    (f"npm/{package}", str(folder))
    for package in (
        "@tabler/core",
        "@tabler/icons-webfont",
        "htmx.org",
        "@alpinejs/csp",
        "echarts",
        "@fontsource-variable/inter",
        "@fontsource-variable/noto-sans-sc",
        "@fontsource-variable/noto-sans-tc",
    )
    if (folder := BASE_DIR / "node_modules" / package / "dist").exists() or (folder := folder.parent).exists()
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

FILTERS_EMPTY_CHOICE_LABEL = _("All")
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "erp.identity.api_keys.ApiKeyAuthentication",
        "erp.identity.api_keys.CompanySessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["erp.identity.api_permissions.DeclaredPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "integration.api.schema.WeftSchema",
    "EXCEPTION_HANDLER": "integration.api.problems.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Weft API",
    "DESCRIPTION": "One ERP + CRM + SCM. Every verb of the screens is a verb here.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.security.DisallowedHost": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
    },
}
