"""Lists go by the order of registering: each page is read from an index, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_tables")]
    operations = [
        migrations.AddIndex(
            "reader",
            models.Index(fields=["principal", "matter", "until"], name="reader_in_order"),
        ),
        migrations.RemoveIndex("matter", "matter_newest"),
        migrations.RemoveIndex("matter", "matter_by_stage"),
        migrations.AddIndex(
            "matter", models.Index(fields=["procedure", "stage", "-id"], name="matter_by_stage")
        ),
        migrations.AddIndex(
            "matter",
            models.Index(fields=["-id"], name="matter_open", condition=models.Q(is_final=False)),
        ),
    ]
