"""What a load keeps of its quality, and the matter in which a source was approved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0002_computations"),
    ]

    operations = [
        migrations.AddField(
            model_name="load",
            name="quality",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="load",
            name="replaces",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="load",
            name="rests_on_earlier",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="source",
            name="matter",
            field=models.CharField(blank=True, db_index=True, max_length=64),
        ),
        migrations.AddField(
            model_name="source",
            name="period_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="source",
            name="period_until",
            field=models.DateField(null=True),
        ),
    ]
