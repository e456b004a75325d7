"""Casework as a Django app."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Matters, who may read them, what waits for whom."""

    name = "paizhu.casework"
    label = "casework"
    default_auto_field = "django.db.models.BigAutoField"
