"""What was asked at the workbench."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0003_quality_and_matters"),
        ("registry", "0003_signing_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Query",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sources", models.JSONField()),
                ("purpose", models.CharField(max_length=400)),
                ("sql", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "answered"),
                            ("refused", "refused"),
                            ("stopped", "stopped"),
                        ],
                        max_length=16,
                    ),
                ),
                ("rows", models.IntegerField()),
                ("draft", models.CharField(blank=True, max_length=64)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.body",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.person",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["by", "-id"], name="query_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="query_has_purpose"
                    )
                ],
            },
        ),
    ]
