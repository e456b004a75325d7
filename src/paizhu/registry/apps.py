"""The registry as a Django app."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Bodies, posts, persons, accounts."""

    name = "paizhu.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
