"""Every setting of Venia. Each value read from the environment has a row in docs/settings.md."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from config.environment import (
    database,
    derived,
    env_bool,
    env_folders,
    env_int,
    env_secret,
    env_secrets,
    env_text,
    env_zone,
    mail,
    networks,
)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env_text("VENIA_DATA", str(BASE_DIR / ".data"))).resolve()
PORT = env_int("PORT", 8000)
BIND_ADDRESS = env_text("BIND_ADDRESS", "127.0.0.1")
WEB_WORKERS = env_int("WEB_WORKERS", os.cpu_count() or 1)
DEMO = env_bool("DEMO", default=True)
PUBLIC_URL = env_text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")

VENIA_MASTER_KEY = env_secret("VENIA_MASTER_KEY")
VENIA_MASTER_KEY_VERSION = env_int("VENIA_MASTER_KEY_VERSION", 1)
VENIA_PREVIOUS_MASTER_KEYS = env_secret("VENIA_PREVIOUS_MASTER_KEYS")
VENIA_KEY_PROVIDER = env_text("VENIA_KEY_PROVIDER", "pseudonymize.keys.from_settings")
SECRET_KEY = env_secret("SECRET_KEY") or derived(VENIA_MASTER_KEY, purpose="django")
DEBUG = env_bool("DEBUG", default=False)
_OWN_HOSTS = f"127.0.0.1,localhost,[::1],{urlsplit(PUBLIC_URL).hostname}"
ALLOWED_HOSTS = env_text("ALLOWED_HOSTS", _OWN_HOSTS).split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "config",
    "audit",
    "pseudonymize",
    "consent",
    "policies",
    "rights",
    "portal",
]
MIDDLEWARE = [
    "config.middleware.request_id",
    "config.middleware.whole_path",
    "config.middleware.body_limit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.english_for_programs",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.content_security_policy",
    "config.idempotency.idempotency_key",
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
            ]
        },
    }
]

DATABASES = {
    "default": database(env_secret("DATABASE_URL") or "postgresql:///venia?host=/nonexistent")
}
MIGRATE_DATABASE_URL = env_secret("MIGRATE_DATABASE_URL") or env_secret("DATABASE_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BROKER_URL = env_secret("BROKER_URL")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # its own handlers would write identifiers unmasked
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Who hands work over does not wait for a broker that is away: beat finds the work by itself.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_TASK_DEFAULT_QUEUE = "due"
CELERY_TASK_ROUTES = {"*.bulk_*": {"queue": "bulk"}}

USE_TZ = True
TIME_ZONE = "UTC"
DESK_TIME_ZONE = env_zone("DESK_TIME_ZONE")
USE_I18N = True
LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("pt-br", "Português (Brasil)"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

_mail = mail(env_secret("EMAIL_URL") or "file:", DATA_DIR / "mail")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH")
EMAIL_HOST = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = _mail.get("EMAIL_TIMEOUT")
DEFAULT_FROM_EMAIL = env_text("MAIL_FROM", "Grupo Alameda <privacidad@alameda.example>")

DEADLINE_TERMS = env_text("DEADLINE_TERMS").replace(",", " ").split()
DECISION_MONTHS = env_int("DECISION_MONTHS", 13)
VENIA_ERASURE_JOURNAL = env_text("VENIA_ERASURE_JOURNAL", str(DATA_DIR / "erasures.journal"))
VENIA_SYSTEMS = env_text("VENIA_SYSTEMS")
SYSTEM_SECRETS = env_secrets("SYSTEM_SECRET_")
TEXT_SPACY_MODELS = env_folders("TEXT_SPACY_MODELS", known=("es", "pt", "en"))

BODY_LIMIT_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT_BYTES
UPLOAD_LIMIT_BYTES = FILE_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024  # files stay off the disk
TRUSTED_PROXIES = networks("TRUSTED_PROXIES", env_text("TRUSTED_PROXIES"))
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS ends at the operator's proxy

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["config.http.ServiceKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["config.http.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.http.JsonParser"],
    "EXCEPTION_HANDLER": "config.http.problem_response",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Venia",
    "DESCRIPTION": "Consent, policy checks, pseudonyms and rights of data subjects.",
    "VERSION": "0.1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SORT_OPERATIONS": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ActingEnum": ["subject", "guardian", "agent"],
        "IdentifierTypeEnum": ["external_id", "email", "phone", "device_id"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"identifiers": {"()": "config.logs.MaskIdentifiers"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["identifiers"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env_text("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
