"""Analysis as a Django app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """Sources, loads, flags."""

    name = "paizhu.analysis"
    label = "analysis"
    default_auto_field = "django.db.models.BigAutoField"
