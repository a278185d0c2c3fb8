"""Django's settings of Indberet, the only settings file. What may differ between machines comes from environment.py.

Production is the rule; INDBERET_DEMO opts out of what a demo on one machine cannot have.
"""

import secrets
from logging import DEBUG as LOG_DEBUG
from logging import INFO as LOG_INFO
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from indberet import database, environment, logs

PACKAGE = Path(__file__).parent
LOCAL = ("localhost", "127.0.0.1")


def _data_folder(demo: bool) -> Path:
    """The data folder; the demo makes it, production expects it."""
    folder = environment.DATA_DIR.value().resolve()
    if demo:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not folder.is_dir():
        raise environment.BadSetting(f"{environment.DATA_DIR.name} is '{folder}', expected a folder that exists.")
    return folder


def _secret_key(folder: Path) -> str:
    """The key that was set, or the one the demo keeps in its data folder."""
    key = environment.SECRET_KEY.value()
    file = folder / "secret-key"
    if not key and not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return key or file.read_text(encoding="ascii")


def _test_login(demo: bool) -> bool:
    wanted = environment.TEST_LOGIN.value()
    if wanted and not demo:
        raise environment.BadSetting(
            f"{environment.TEST_LOGIN.name} is 'yes', expected no: the test log-in lets anybody in and never runs with "
            f"production settings; only a demo ({environment.DEMO.name}=1) may have it."
        )
    login, host = environment.LOGIN.value(), urlsplit(environment.PUBLIC_URL.value()).hostname
    if wanted and login != "none" and host not in LOCAL:
        raise environment.BadSetting(
            f"{environment.TEST_LOGIN.name} is 'yes', expected no, for {environment.LOGIN.name} is '{login}' and "
            f"{environment.PUBLIC_URL.name} is no address of this machine: nobody may choose who to be beside a real "
            f"log-in."
        )
    return wanted


# Who we are and where

environment.refuse_unknown()
DEMO = environment.demo()
DATA_DIR = _data_folder(DEMO)
SECRET_KEY = _secret_key(DATA_DIR)
TEST_LOGIN = _test_login(DEMO)
BEHIND_PROXY = environment.BEHIND_PROXY.value()
ALLOWED_HOSTS = list(environment.ALLOWED_HOSTS.value())
DEBUG = False

# What Indberet consists of

STATISTICS = ("indberet.statistics.adults", "indberet.statistics.children")
MUNICIPALITIES = "indberet.statistics.shared.MUNICIPALITIES"

INSTALLED_APPS = [
    "indberet.pages",
    "indberet.access",
    "indberet.audit",
    "indberet.register",
    "indberet.catalogue",
    "indberet.export",
    "indberet.intake",
    "indberet.report",
    "indberet.approval",
    "indberet.office",
    "indberet.trail",
    "indberet.nightly",
    "indberet.demo",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_structlog",
]
MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "indberet.pages.middleware.ReportingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "indberet.logs.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "indberet.pages.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "indberet.access.middleware.AccessMiddleware",
    "indberet.pages.middleware.ContactsFirstMiddleware",
    "indberet.pages.middleware.NoStoreMiddleware",
    "indberet.pages.middleware.UncountedMiddleware",
]
ROOT_URLCONF = "indberet.urls"
WSGI_APPLICATION = "indberet.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "indberet.pages.context.page",
            ]
        },
    }
]

# Database

THREADS = environment.THREADS.value()
DATABASES = {"default": database.connection(environment.DATABASE_URL.value(), DATA_DIR, connections=THREADS)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Language and time

LANGUAGE_CODE = "da"
LANGUAGES = [("da", "Dansk"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"

# Sessions, cookies and messages. A cookie named __Host- can be set by this host alone, over TLS alone.

_COOKIE = "indberet-" if DEMO else "__Host-"
SESSION_COOKIE_NAME = f"{_COOKIE}session"
SESSION_COOKIE_AGE = (environment.LOGIN_HOURS.value() + 24) * 60 * 60
"""Longer than a log-in, which ends by its own row: what was typed when it ended waits for the next one."""
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEMO
CSRF_COOKIE_NAME = f"{_COOKIE}csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not DEMO
CSRF_FAILURE_VIEW = "indberet.pages.errors.csrf_failure"
LOGIN_COOKIE_NAME = f"{_COOKIE}login"
"""Of a log-in under way: SameSite=None, as the answer may come by a POST from another site (access/handshake.py)."""
LANGUAGE_COOKIE_NAME = f"{_COOKIE}language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEMO
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
"""What was saved names a person, so messages stay on the server."""

# Headers

SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SILENCED_SYSTEM_CHECKS = ["security.W021"]
"""Whether browsers are shipped with our domain's HSTS is for the owner of the domain to decide."""
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "report-uri": ["/csp-report/"],
        **({} if DEMO else {"report-to": ["csp"]}),  # over TLS alone; a browser that knows it passes over report-uri
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
    )
}  # fmt: skip

# Assets: hashed and compressed by `indberet serve`, which collects them into the data folder

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}

# Log-in: how, as whom the identity provider knows us, what privileges are called, and how long it lasts

LOGIN = environment.LOGIN.value()
PUBLIC_URL = environment.PUBLIC_URL.value()
SAML_ENTITY_ID = environment.SAML_ENTITY_ID.value()
SAML_DIR = DATA_DIR / environment.SAML_DIR.value()
OIDC_ISSUER = environment.OIDC_ISSUER.value()
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = environment.OIDC_CLIENT_ID.value(), environment.OIDC_CLIENT_SECRET.value()
PRIVILEGE_PREFIX, OFFICE_CVR = environment.PRIVILEGE_PREFIX.value(), environment.OFFICE_CVR.value()
FICTITIOUS_CVR = environment.FICTITIOUS_CVR.value()
IDLE_MINUTES, LOGIN_HOURS = environment.IDLE_MINUTES.value(), environment.LOGIN_HOURS.value()
REPORTS_BY = environment.REPORTS_BY.value()
EVENT_MONTHS = environment.EVENT_MONTHS.value()
AUDIT_KEY = environment.AUDIT_KEY.value() or SECRET_KEY

# What a request may bring: 200 ticked rows and a form of long texts, with room to spare

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0

# Deliveries from systems

DELIVERY_MOST_BYTES = environment.DELIVERY_MAX_MB.value() * 1_000_000
DELIVERIES_PER_HOUR = environment.DELIVERIES_PER_HOUR.value()

# E-mail and Digital Post. A server that does not answer must not keep anybody waiting for long.

_MAIL = environment.MAIL_URL.value()
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _MAIL.host else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.security == "starttls", _MAIL.security == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.MAIL_FROM.value()
MEMO_DIR = DATA_DIR / environment.MEMO_DIR.value()

# Logs

LOGGING = logs.configure(environment.LOG_LEVEL.value(), environment.LOG_FORMAT.value())
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = LOG_DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = LOG_INFO
DJANGO_STRUCTLOG_USER_ID_FIELD = None
