"""What bodies hold and have a part in, in the order of registering: counted no further than is shown."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0006_search_by_level")]
    operations = [
        migrations.AddIndex(
            "matter",
            models.Index(
                fields=["body", "-id"],
                name="matter_open_of_body",
                condition=models.Q(is_final=False),
            ),
        ),
        migrations.AddIndex("part", models.Index(fields=["body", "matter"], name="part_of_body")),
        migrations.AlterField(
            "part",
            "body",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.body",
            ),
        ),
    ]
