"""What the tables of the book may not do, refused by the database itself.

The owner of the database can take these off; that is what the chain and the checkpoints are for.
"""

from django.db import migrations

BOOK = ["entry", "head", "checkpoint", "readline", "readseal", "ruletext"]
#: Tables whose rows never change, each with its key.
WRITTEN_ONCE = {"checkpoint": "entry", "readline": "id", "readseal": "day", "ruletext": "digest"}
KEPT = ["seq", "matter", "version", "header", "payload_digest", "prev", "digest"]
SEALED = "EXISTS (SELECT 1 FROM ledger_readseal WHERE day = NEW.day)"

#: A new page follows the last one, whole.
FOLLOWS = """NEW.payload IS NOT NULL
    AND NEW.seq = 1 + COALESCE((SELECT MAX(seq) FROM ledger_entry), 0)
    AND NEW.prev = COALESCE((SELECT digest FROM ledger_entry WHERE seq = NEW.seq - 1), '')
    AND (NEW.version <= 1 OR EXISTS (
        SELECT 1 FROM ledger_entry WHERE matter = NEW.matter AND version = NEW.version - 1))"""
#: The head moves forward, onto a page that is there; the first head stands before page 1.
FORWARD = """NEW.id = OLD.id AND NEW.seq > OLD.seq AND EXISTS (
        SELECT 1 FROM ledger_entry WHERE seq = NEW.seq AND digest = NEW.digest)"""
FIRST = "NEW.seq = 0 AND NEW.digest = '' AND NOT EXISTS (SELECT 1 FROM ledger_entry)"


def _same(operator):
    return " AND ".join(f"NEW.{column} {operator} OLD.{column}" for column in KEPT)


def _removal(operator):
    """Only payload and salt, both together, of a matter's page, become null."""
    return f"OLD.matter IS NOT NULL AND NEW.payload IS NULL AND NEW.salt IS NULL AND {_same(operator)}"


def sqlite():
    """Give the statements for SQLite: `INSERT OR REPLACE` must not slip past the delete trigger."""
    rules = [
        ("entry", "INSERT", FOLLOWS, "a page of the ledger follows the last one"),
        ("entry", "UPDATE", _removal("IS"), "a page of the ledger is never changed"),
        ("head", "INSERT", f"{FIRST} AND NOT EXISTS (SELECT 1 FROM ledger_head)",
         "the ledger has one head"),
        ("head", "UPDATE", FORWARD, "the head of the ledger only moves forward"),
    ]
    for table, key in WRITTEN_ONCE.items():
        free = f"NOT EXISTS (SELECT 1 FROM ledger_{table} WHERE {key} = NEW.{key})"
        rule = f"{free} AND NOT {SEALED}" if table == "readline" else free
        rules.append((table, "INSERT", rule, f"{table}: written once, and never in a sealed day"))
        rules.append((table, "UPDATE", "0", f"{table}: never changed"))
    rules += [(table, "DELETE", "0", f"{table}: never deleted") for table in BOOK]
    return [
        f"CREATE TRIGGER ledger_{table}_{event.lower()} BEFORE {event} ON ledger_{table} "
        f"WHEN NOT ({rule}) BEGIN SELECT RAISE(ABORT, 'paizhu: {words}'); END"
        for table, event, rule, words in rules
    ]


def postgresql():
    """Give the statements for PostgreSQL."""
    changes = {
        "entry": (FOLLOWS, _removal("IS NOT DISTINCT FROM")),
        "head": (FIRST, FORWARD),
        "readline": (f"NOT {SEALED}", "false"),
    }
    statements = []
    for table in BOOK:
        inserted, updated = changes.get(table, ("true", "false"))
        name = f"ledger_{table}_guard"
        statements.append(f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF {inserted} THEN RETURN NEW; END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF {updated} THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'paizhu: % refused on {table}: it is written once', TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $$""")
        statements.append(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OR DELETE ON ledger_{table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
        statements.append(
            f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON ledger_{table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return statements


def sqlite_off():
    """Give what takes the triggers off again."""
    return [
        f"DROP TRIGGER ledger_{table}_{event}"
        for table in BOOK
        for event in ("insert", "update", "delete")
    ]


def postgresql_off():
    """Give what takes the triggers off again; the functions go last."""
    triggers = [
        f"DROP TRIGGER ledger_{table}_guard{which} ON ledger_{table}"
        for table in BOOK
        for which in ("", "_truncate")
    ]
    return triggers + [f"DROP FUNCTION ledger_{table}_guard()" for table in BOOK]


STATEMENTS = {"sqlite": (sqlite, sqlite_off), "postgresql": (postgresql, postgresql_off)}


def put_on(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][0]():
        schema_editor.execute(statement, params=None)


def take_off(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][1]():
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_book")]
    operations = [migrations.RunPython(put_on, take_off)]
