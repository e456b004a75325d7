"""Refusals 8 and 11: nobody bypasses, nothing goes without a trace, no real people in examples."""

import ast
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from paizhu.registry.models import Account
from tests.world import ROOT, inquiry

SRC = ROOT / "src" / "paizhu"
#: Rows written from the ledger, which can be written again.
MAY_DELETE = {"casework/rebuilding.py", "casework/tables.py"}
#: What is no record: a wish of somebody's own, a link that counts once, notes of old ticks.
NO_RECORD = ("SavedFilter.", "MailWish.", "FirstPassword.", "TickRun.")


def source() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(SRC)), path.read_text(encoding="utf-8"))
        for path in sorted(SRC.rglob("*.py"))
        if "/migrations/" not in str(path)
    ]


def test_8_there_is_no_account_that_may_do_everything():
    fields = {field.name for field in Account._meta.get_fields()}
    assert not fields & {"is_superuser", "is_staff", "user_permissions", "groups"}
    assert not apps.is_installed("django.contrib.admin")
    assert not [path for path, text in source() if "is_superuser" in text]
    assert "django.contrib.auth.backends.ModelBackend" not in settings.AUTHENTICATION_BACKENDS or (
        not hasattr(Account, "has_perm")
    )


def test_8_no_code_deletes_casework_or_the_ledger():
    for path, text in source():
        if not path.startswith(("casework/", "ledger/", "engine/", "web/", "paperwork/")):
            continue
        deletes = [
            node.lineno
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "delete"
            and not ast.unparse(node.func).startswith(
                ("request.", "response.", "cache.", *NO_RECORD)
            )
        ]
        if path not in MAY_DELETE and not path.startswith("web/"):
            assert not deletes, (path, deletes)
        assert not re.search(r"DELETE FROM ledger|TRUNCATE|DROP TRIGGER", text), path


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM ledger_entry",
        "DELETE FROM ledger_entry WHERE seq = 1",
        "UPDATE ledger_entry SET matter = 'X' WHERE seq = 1",
        "UPDATE ledger_entry SET header = '{}' WHERE seq = 1",
        "UPDATE ledger_entry SET payload = '{}' WHERE seq = 1",
        "UPDATE ledger_entry SET digest = 'x' WHERE seq = 1",
        "UPDATE ledger_readline SET person = 'x'",
        "DELETE FROM ledger_readline",
    ],
)
def test_8_the_database_itself_refuses_to_forget(world, statement):
    world.card("head", inquiry(world).ref)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


#: A resident number with its shape; a mobile number; both as whole words.
NUMBERS = re.compile(
    r"(?<!\d)(?:[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx]|1[3-9]\d{9})(?!\d)"
)
#: Made to test that such numbers are refused: their check digits and prefixes are invented there.
INVENTED = ("tests/analysis/", "src/paizhu/analysis/forbidden.py", "tests/unit/")


def test_11_no_identity_or_telephone_number_stands_in_packs_examples_or_documents():
    looked = 0
    for folder in ("packs", "tests", "docs", "src", "scripts"):
        for path in (ROOT / folder).rglob("*"):
            name = str(path.relative_to(ROOT))
            if path.suffix not in {".yaml", ".py", ".md", ".sql", ".csv"} or name.startswith(
                INVENTED
            ):
                continue
            looked += 1
            found = NUMBERS.search(path.read_text(encoding="utf-8"))
            assert found is None, (name, found)
    assert looked > 200
