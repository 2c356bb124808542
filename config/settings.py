"""One settings file, read from the environment, that fails loudly.

`script/server` writes what it started to `var/rostrum.env`, so that a `manage.py` typed by hand
finds the same database; a variable that is really in the environment wins over the file.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
VAR = Path(env.str("ROSTRUM_VAR", default=str(BASE_DIR / "var")))
env.read_env(VAR / "rostrum.env")

# -- where it runs -----------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
BEHIND_TLS = SITE_URL.startswith("https://")
# Addresses from which an auditor may read without a second factor (CIDR notation). Empty: nowhere.
TRUSTED_NETWORKS = env.list("TRUSTED_NETWORKS", default=[])
# How many reverse proxies of ours stand in front; decides which address a request is counted under.
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# -- keys, kept outside the database -----------------------------------------------------------------

# Fernet keys for stored credentials and second-factor secrets, newest first; older ones only decrypt.
CREDENTIAL_KEYS = env.list("CREDENTIAL_KEYS")
SIGNING_KEY_FILE = Path(env.str("SIGNING_KEY_FILE", default=str(VAR / "keys" / "signing.pem")))

# -- parts -------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["application_name"] = "rostrum"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# redis-py calls a socket unix://, Celery calls the same socket redis+socket://.
CACHE_URL = REDIS_URL.replace("redis+socket://", "unix://")
# On a socket, redis-py names the database `db`, Celery's transport `virtual_host`.
BROKER_URL = CACHE_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "rostrum",
    }
}

# Empty outside the demonstration city: the practice network's address, where nothing is real.
PRACTICE_NETWORK_URL = env.str("PRACTICE_NETWORK_URL", default="").rstrip("/")
# Servers that are not on the public internet and to which accounts may nevertheless be connected: the local
# Bluesky network of tests and demonstration. Anywhere else, staff could reach inside the city's network.
LOCAL_NETWORKS_ALLOWED = env.list("LOCAL_NETWORKS_ALLOWED", default=[])

# The directory of identities of a Bluesky network on this machine; empty: the public one.
PLC_URL = env.str("PLC_URL", default="").rstrip("/")

# -- the application ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "simple_history",
    "city",
    "policies",
    "accounts",
    "records",
    "posts",
    "comments",
    "elections",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "city.typed.KeepTypedMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "city.middleware.CityMiddleware",
    "city.middleware.SecondFactorMiddleware",
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
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
            "builtins": ["city.templatetags.rostrum"],
        },
    }
]
FORMS_URLFIELD_ASSUME_HTTPS = True  # as Django 6 does
FORM_RENDERER = "city.rendering.UswdsRenderer"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/Chicago"  # the default; CityMiddleware activates the zone in City settings
USE_TZ = True
USE_I18N = True

# -- files -------------------------------------------------------------------------------------------

NODE_MODULES = BASE_DIR / "node_modules"
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("uswds/css", NODE_MODULES / "@uswds" / "uswds" / "dist" / "css"),
    ("uswds/fonts", NODE_MODULES / "@uswds" / "uswds" / "dist" / "fonts"),
    ("uswds/img", NODE_MODULES / "@uswds" / "uswds" / "dist" / "img"),
    ("uswds/js", NODE_MODULES / "@uswds" / "uswds" / "dist" / "js"),
    ("htmx", NODE_MODULES / "htmx.org" / "dist"),
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "media", "base_url": "/media/"},
    },
    "archive": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "archive", "file_permissions_mode": 0o440},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

# -- sign-in -----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "city.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # Milwaukee's policy asks for twelve characters or more.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is confirmed by the invitation that was mailed to it
ACCOUNT_ADAPTER = "city.sign_in.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "city.sign_in.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Rostrum"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
SOCIALACCOUNT_ADAPTER = "city.sign_in.SocialAccountAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
USERSESSIONS_TRACK_ACTIVITY = True
# The city's identity provider. Its people must be invited here first: it proves who, we decide what.
OPENID_SERVER_URL = env.str("OPENID_SERVER_URL", default="")
SOCIALACCOUNT_PROVIDERS = {}
if OPENID_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": env.str("OPENID_NAME", default="City sign-in"),
                "client_id": env.str("OPENID_CLIENT_ID"),
                "secret": env.str("OPENID_CLIENT_SECRET"),
                "settings": {"server_url": OPENID_SERVER_URL},
            }
        ],
    }

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

# -- pages: nothing inline, nothing from elsewhere ---------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
if OPENID_SERVER_URL:
    # The button on the sign-in page is a form of ours that leads there.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append("/".join(OPENID_SERVER_URL.split("/")[:3]))
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REFERRER_POLICY = "same-origin"

# -- mail --------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_BACKEND = "city.mail.Backend"  # SMTP, or the outbox page in the demonstration city
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Rostrum <rostrum@localhost>")

# -- work --------------------------------------------------------------------------------------------

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True  # rows are the results
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 280
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_timeout": 10}
CELERY_TIMEZONE = "UTC"
# How long a capture belongs to a worker that no longer says that it is alive.
CAPTURE_LEASE_SECONDS = env.float("CAPTURE_LEASE_SECONDS", default=120)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"httpx": {"level": "WARNING"}, "httpcore": {"level": "WARNING"}},
}

# -- posts -------------------------------------------------------------------------------------------

# How long a worker holds one delivery; more than the slowest whole exchange with a platform.
DISPATCH_LEASE_SECONDS = env.int("DISPATCH_LEASE_SECONDS", default=180)
# A post that could not be sent within this time after its minute is parked for a person, never sent late.
DISPATCH_LATEST_MINUTES = env.int("DISPATCH_LATEST_MINUTES", default=15)

# -- comments ----------------------------------------------------------------------------------------

# How long a worker holds one measure; more than the slowest whole exchange with a platform.
MEASURE_LEASE_SECONDS = env.int("MEASURE_LEASE_SECONDS", default=180)
