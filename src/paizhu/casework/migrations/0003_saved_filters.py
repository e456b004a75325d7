"""A table for the filters somebody keeps, and an index to find those to be watched."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_lists"),
        ("registry", "0002_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("wanted", models.JSONField()),
                ("threshold", models.PositiveIntegerField(null=True)),
                ("reached_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("threshold__isnull", False)),
                        fields=["id"],
                        name="saved_filter_to_watch",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "name"), name="saved_filter_name_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reached_at__isnull", True),
                            ("threshold__isnull", False),
                            _connector="OR",
                        ),
                        name="saved_filter_reached_has_a_threshold",
                    ),
                ],
            },
        ),
    ]
