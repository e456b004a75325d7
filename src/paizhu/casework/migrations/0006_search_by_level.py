"""Search by level: PostgreSQL has an inverted index for each, so that a word above what somebody reads costs them nothing."""

from django.db import migrations, models

LEVELS = ("normal", "content", "identity")
MADE = (
    "DROP INDEX casework_searchindex",
    *(
        f"CREATE INDEX casework_searchindex_{level} ON casework_searchtext"
        f" USING gin (casework_pieces(pieces)) WHERE level = '{level}'"
        for level in LEVELS
    ),
)
UNMADE = (
    *(f"DROP INDEX casework_searchindex_{level}" for level in LEVELS),
    "CREATE INDEX casework_searchindex ON casework_searchtext USING gin (casework_pieces(pieces))",
)


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in MADE:
            schema_editor.execute(statement)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in UNMADE:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_inspections")]
    operations = [
        migrations.AddIndex(
            "reader",
            models.Index(
                fields=["principal", "level", "matter", "until"],
                name="reader_above",
                condition=models.Q(level__in=["content", "identity"]),
            ),
        ),
        migrations.RunPython(make, unmake),
    ]
