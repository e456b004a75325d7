"""The settings of one installation; everything that differs between two is an environment word.

PAIZHU_DATA           data folder (default ./var)
PAIZHU_DATABASE_URL   postgres://…; otherwise a SQLite file in the data folder
PAIZHU_PACKS          pack folders, separated as in PATH
PAIZHU_HASH           sha256 (default) or sm3, for entries from now on
PAIZHU_HOSTS          names the pages are served under, separated by commas
PAIZHU_HTTPS          1 when the pages are behind TLS
PAIZHU_DEMO           1 for the demonstration: sign-in by one click
PAIZHU_DEBUG          1 for development only
PAIZHU_MAIL           smtp://name:password@host:587, smtps://… or file:///folder; otherwise no letters
PAIZHU_MAIL_FROM      the address letters come from
PAIZHU_AS             account whose eyes `paizhu matters` uses when `--as` is not given
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from paizhu.ledger.keys import made_once
from paizhu.project.database import database
from paizhu.project.mail import mail


def _is_on(word: str) -> bool:
    return os.environ.get(word, "") == "1"


PACKAGE = Path(__file__).resolve().parent.parent
PAIZHU_DATA = Path(os.environ.get("PAIZHU_DATA") or "var").resolve()
PAIZHU_PACKS = [
    Path(folder).resolve()
    for folder in os.environ.get("PAIZHU_PACKS", "").split(os.pathsep)
    if folder
] or [PACKAGE.parent.parent / "packs" / "cn-discipline"]
PAIZHU_DEMO = _is_on("PAIZHU_DEMO")
PAIZHU_HASH = os.environ.get("PAIZHU_HASH") or "sha256"

SECRET_KEY = made_once(PAIZHU_DATA / "secret", lambda: secrets.token_hex(32).encode()).decode()
DEBUG = _is_on("PAIZHU_DEBUG")
ALLOWED_HOSTS = os.environ.get("PAIZHU_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

ROOT_URLCONF = "paizhu.project.urls"
WSGI_APPLICATION = "paizhu.project.wsgi.application"
# No admin site: it writes rows without an entry. contenttypes is there because auth needs it.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "paizhu.registry",
    "paizhu.ledger",
    "paizhu.casework",
    "paizhu.analysis",
    "paizhu.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Padded by Django, and the tokens of forms are masked: lengths tell nothing. Around the files
    # too: what is vendored comes packed, our own sheets and scripts are packed on their way.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "paizhu.web.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # The language is the reader's choice or the account's, so it is known after the account.
    "paizhu.web.middleware.Language",
    "paizhu.web.middleware.Refusals",
    "paizhu.project.knocking.Tokens",
]
# One line after an act; a cookie costs no query.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "paizhu.web.context.page",
            ]
        },
    }
]

DATABASES = {"default": database(os.environ.get("PAIZHU_DATABASE_URL", ""), PAIZHU_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PAIZHU_MAIL = os.environ.get("PAIZHU_MAIL", "")
globals().update(mail(PAIZHU_MAIL))
DEFAULT_FROM_EMAIL = os.environ.get("PAIZHU_MAIL_FROM") or "paizhu@localhost"

AUTH_USER_MODEL = "registry.Account"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
# Files are served from the package as they are: one step less to forget on a lone machine.
WHITENOISE_USE_FINDERS = True
# Every page asks for them with a digest of their content, so a new file has a new address.
WHITENOISE_MAX_AGE = 30 * 24 * 60 * 60

SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = _is_on("PAIZHU_HTTPS")
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "paizhu.web.views.errors.csrf_failed"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
