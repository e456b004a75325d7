"""A table for who was shown round already."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('registry', '0001_tables'),
        ('web', '0002_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SeenTour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tour', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='registry.person')),
            ],
        ),
        migrations.AddConstraint(
            model_name="seentour",
            constraint=models.UniqueConstraint(
                fields=("person", "tour"), name="web_seen_tour_once"
            ),
        ),
    ]
