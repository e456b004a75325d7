"""Search: the words of each matter by level, and an index of their pieces kept by the database.

SQLite has a full-text table without content; its row number is the matter's id times four plus the
level. PostgreSQL has an inverted index over the pieces of the table itself.
"""

from django.db import migrations, models

ROW = (
    "{row}.matter_id * 4 + CASE {row}.level WHEN 'normal' THEN 0 WHEN 'content' THEN 1 ELSE 2 END"
)
IN = f"INSERT INTO casework_searchindex (rowid, pieces) VALUES ({ROW.format(row='new')}, new.pieces)"
OUT = (
    "INSERT INTO casework_searchindex (casework_searchindex, rowid, pieces)"
    f" VALUES ('delete', {ROW.format(row='old')}, old.pieces)"
)
MADE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE casework_searchindex USING fts5(pieces, content='', detail=none,"
        " tokenize='unicode61 remove_diacritics 0')",
        f"CREATE TRIGGER searchindex_in AFTER INSERT ON casework_searchtext BEGIN {IN}; END",
        f"CREATE TRIGGER searchindex_out AFTER DELETE ON casework_searchtext BEGIN {OUT}; END",
        "CREATE TRIGGER searchindex_changed AFTER UPDATE ON casework_searchtext"
        f" BEGIN {OUT}; {IN}; END",
    ),
    "postgresql": (
        # The words stand apart, so that to walk over many rows is to walk over few pages.
        "ALTER TABLE casework_searchtext SET (toast_tuple_target = 128)",
        # Not cheap, so that no plan makes it out anew for every row; not so dear that plans get compiled.
        "CREATE FUNCTION casework_pieces(pieces text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE"
        " STRICT PARALLEL SAFE COST 20 AS"
        " 'BEGIN RETURN array_to_tsvector(string_to_array(pieces, '' '')); END'",
        "CREATE INDEX casework_searchindex ON casework_searchtext USING gin (casework_pieces(pieces))",
    ),
}
UNMADE = {
    "sqlite": (
        "DROP TRIGGER searchindex_changed",
        "DROP TRIGGER searchindex_out",
        "DROP TRIGGER searchindex_in",
        "DROP TABLE casework_searchindex",
    ),
    "postgresql": ("DROP INDEX casework_searchindex", "DROP FUNCTION casework_pieces"),
}


def make(apps, schema_editor):
    for statement in MADE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in UNMADE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_saved_filters")]
    operations = [
        migrations.AddIndex(
            "reader",
            models.Index(fields=["principal", "matter", "until", "level"], name="reader_by_level"),
        ),
        migrations.RemoveIndex("reader", "reader_in_order"),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.CharField(max_length=8)),
                ("text", models.TextField()),
                ("pieces", models.TextField()),
                ("matter", models.ForeignKey(db_index=False, on_delete=models.deletion.CASCADE, related_name="+", to="casework.matter")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "level"), name="search_text_once")
                ],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
