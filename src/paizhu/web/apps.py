"""Tells Django that the pages are here."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages and the one small table that slows guessing down."""

    name = "paizhu.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
