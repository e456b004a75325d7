"""Where letters are handed over, from one address: `smtp://name:password@host:587`, `file:///folder`."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

BACKENDS = {"smtp": "smtp", "smtps": "smtp", "file": "filebased"}
PORTS = {"smtp": 25, "smtps": 465}
#: A tick does not wait long for a mail server that is not there.
PATIENCE = 10


def mail(address: str) -> dict[str, object]:
    """Give the mail settings of Django; with an empty address no letter is ever sent."""
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(address)
    if parts.scheme not in BACKENDS:
        raise ValueError(f"PAIZHU_MAIL: {parts.scheme}:// is none of {', '.join(BACKENDS)}")
    made: dict[str, object] = {
        "EMAIL_BACKEND": f"django.core.mail.backends.{BACKENDS[parts.scheme]}.EmailBackend",
        "EMAIL_TIMEOUT": PATIENCE,
    }
    if parts.scheme == "file":
        return {**made, "EMAIL_FILE_PATH": parts.path}
    return {
        **made,
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        # A password goes over the line in cipher only.
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
    }
