"""Write docs/reference/*.md from the code: commands, settings, field types, entry kinds, keys.

`make reference` writes; a test compares. Nothing is explained here by hand: the words come from
docstrings, help texts and `#:` comments beside what they explain.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer.main

from paizhu.cli.main import app
from paizhu.engine.entries import KINDS
from paizhu.rules.explain import manual
from paizhu.rules.fieldtypes import TYPES
from paizhu.rules.load import load
from paizhu.rules.rulebook import Rulebook
from scripts import openapi
from scripts.flags_reference import flags_page, validation_page

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "paizhu"
REFERENCE = ROOT / "docs" / "reference"
PACK = ROOT / "packs" / "cn-discipline"
PACK_NOTE = "<!-- Written by `make reference` from the pack; edit the pack, not this page. -->\n"
NOTE = "<!-- Written by `make reference` from the code; edit the code, not this page. -->\n"


def markdown(title: str, intro: str, *parts: str) -> str:
    """Give a page."""
    return "\n".join([f"# {title}\n", NOTE, f"{intro}\n", *parts]).rstrip() + "\n"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Give a table; bars inside a cell are escaped."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in lines
    ) + "\n"  # fmt: skip


# --- commands ------------------------------------------------------------------------------------


def _plain(given: Any) -> str:
    """Give an argument or option by its name alone."""
    word = (given.metavar or given.name.upper()).strip("[].")
    if given.param_type_name == "argument":
        return str(word)
    return given.opts[0] if given.is_flag else f"{given.opts[0]} {word}"


def _written(given: Any) -> str:
    """Give an argument or option as one types it: in brackets when it may be left out."""
    word = f"{_plain(given)}{'…' if given.nargs < 0 else ''}"
    word = word if given.required else f"[{word}]"
    return f"{word}…" if given.multiple else word


def _parameters(command: Any) -> list[Any]:
    """Give what a verb takes, but for the two options that all of them have."""
    return [p for p in command.params if not p.hidden and p.name not in {"data", "lang", "help"}]


def _verb(name: str, command: Any) -> str:
    parts = _parameters(command)
    usage = " ".join([name, *(_written(part) for part in parts)])
    says = inspect.cleandoc(command.help or "")
    rows = [(f"`{_plain(p)}`", inspect.cleandoc(p.help or "")) for p in parts]
    return "\n".join(
        [
            f"## `{name}`\n\n{says}\n\n```\n{usage}\n```\n",
            *([table(("argument or option", "meaning"), rows)] if rows else []),
        ]
    )


def verbs(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give each verb that can be typed, with the words before it."""
    inner = getattr(command, "commands", None)
    if not inner:
        yield name, command
        return
    for word, part in inner.items():
        if not part.hidden:
            yield from verbs(part, f"{name} {word}")


def cli_page() -> str:
    """Give the page of the command line."""
    parts = [_verb(name, found) for name, found in verbs(typer.main.get_command(app), "paizhu")]
    intro = (
        "Exit code 0: good. 1: a check found something. 2: wrong use. Every verb takes"
        " `--data DIR` (the data folder; else `PAIZHU_DATA`, else `./var`) and `--lang zh` or"
        " `--lang en` (else the language of `LANG`, else Chinese)."
    )
    return markdown("The command `paizhu`", intro, *parts)


# --- settings ------------------------------------------------------------------------------------


def settings_named() -> set[str]:
    """Find every environment variable of ours that the code names."""
    name = re.compile(r"""["'](PAIZHU_[A-Z_]+)["']""")
    texts = (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    return {found for text in texts for found in name.findall(text)}


def settings_explained() -> dict[str, str]:
    """Read the list in the docstring of the settings."""
    tree = ast.parse((SOURCE / "project" / "settings.py").read_text(encoding="utf-8"))
    lines = re.findall(r"(?m)^(PAIZHU_[A-Z_]+) +(\S.*)$", ast.get_docstring(tree) or "")
    return dict(lines)


def settings_page() -> str:
    """Give the page of settings."""
    rows = [(f"`{name}`", says) for name, says in sorted(settings_explained().items())]
    return markdown(
        "Settings",
        "Settings come from the environment; there is no settings file to edit.",
        table(("variable", "meaning"), rows),
    )


# --- entry kinds and field types ------------------------------------------------------------------


def entries_page() -> str:
    """Give the page of the closed set of entry kinds."""
    shredded = {"payload": "values and salt are removed", "never": "nothing to remove"}
    rows = [
        (
            f"`{kind.name}`",
            kind.scope,
            " ".join(f"`{key}`" for key in kind.payload),
            f"{kind.says.zh}<br>{kind.says.en}",
            shredded[kind.shred],
        )
        for kind in KINDS.values()
    ]
    return markdown(
        "Entry kinds",
        "The whole list. A new procedure never adds one.",
        table(("kind", "of", "payload", "sentence", "on lawful removal"), rows),
    )


def fields_page() -> str:
    """Give the page of field types."""
    rows = [
        (f"`{name}`", kind.title.zh, kind.title.en, str(kind.longest or ""))
        for name, kind in TYPES.items()
    ]
    return markdown(
        "Field types",
        "A field of a procedure has one of these types. The list is closed.",
        table(
            ("type", "中文", "English", "characters at most, when the field sets no `max`"), rows
        ),
    )


# --- keys of a pack ------------------------------------------------------------------------------


def shapes() -> Iterator[tuple[ast.ClassDef, list[str]]]:
    """Give each declared shape with the lines of its file, in the order written."""
    for folder in ("rules", "analysis"):
        for path in sorted((SOURCE / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef) and any(
                    isinstance(base, ast.Name) and base.id in {"Declared", "Shape"}
                    for base in node.bases
                ):
                    yield node, text.splitlines()


def key_of(item: ast.AnnAssign) -> str:
    """Give the key as it is written in a file: the alias, where Python has the word already."""
    for node in ast.walk(item):
        if isinstance(node, ast.keyword) and node.arg == "alias":
            return str(ast.literal_eval(node.value))
    return item.target.id if isinstance(item.target, ast.Name) else ""


def _required(item: ast.AnnAssign) -> bool:
    value = item.value
    if value is None:
        return True
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "Field":
        return not value.args and not any(word.arg == "default" for word in value.keywords)
    return False


def _comment(item: ast.AnnAssign, lines: list[str]) -> str:
    said: list[str] = []
    at = item.lineno - 2
    while at >= 0 and lines[at].strip().startswith("#:"):
        said.insert(0, lines[at].strip()[2:].strip())
        at -= 1
    return " ".join(said)


def _type(item: ast.AnnAssign) -> str:
    text = ast.unparse(item.annotation)
    text = re.sub(r"Annotated\[tuple\[(\w+), \.\.\.\], Many\]", r"\1, or a list of \1", text)
    text = re.sub(r"Annotated\[(.+), Field\(.*\)\]", r"\1", text)
    text = re.sub(r"tuple\[([^\[\]]+), \.\.\.\]", r"list of \1", text)
    text = re.sub(r"dict\[([^\[\],]+), ([^\[\]]+)\]", r"\2 by \1", text)
    text = re.sub(r"Dated\[([^\[\]]+)\]", r"\1, or \1 by day", text)
    text = re.sub(r"Literal\[([^\]]*)\]", lambda m: m[1].replace("'", "").replace(",", " ·"), text)
    return (
        text.replace(" | None", "")
        .replace("PeriodText", "period")
        .replace("str", "text")
        .replace("Words", "zh and en")
    )


def words() -> Iterator[tuple[str, str]]:
    """Give each named set of allowed words, such as the levels."""
    for path in sorted((SOURCE / "rules").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript):
                target = node.targets[0]
                if isinstance(target, ast.Name) and ast.unparse(node.value.value) == "Literal":
                    allowed = ast.literal_eval(node.value.slice)
                    yield target.id, " · ".join(f"`{word}`" for word in allowed)


def keys_page() -> str:
    """Give the page of every key that may stand in a file of a pack."""
    parts = []
    for node, lines in shapes():
        items = [item for item in node.body if isinstance(item, ast.AnnAssign)]
        items = [item for item in items if key_of(item) != "model_config"]
        if not items:
            continue
        says = inspect.cleandoc(ast.get_docstring(node) or "")
        rows = [
            (f"`{key_of(i)}`", _type(i), "yes" if _required(i) else "", _comment(i, lines))
            for i in items
        ]
        parts += [f"## {node.name}\n\n{says}\n", table(("key", "value", "required", ""), rows)]
    parts.append("## Allowed words\n")
    parts.append(table(("where it says", "one of"), [(name, said) for name, said in words()]))
    intro = (
        "Every shape that can be declared. YAML 1.2; an unknown key is an error; every text has"
        " `zh` and `en`. A period is written `5 working days`, `15 days`, `1 month`, `24 hours`,"
        " `2 years`."
    )
    return markdown("Keys of a pack", intro, *parts)


# --- procedures ----------------------------------------------------------------------------------


@functools.cache
def _rulebook() -> Rulebook:
    return load([PACK])


def manual_page(name: str, lang: str) -> str:
    """Give the manual page of the newest version of a procedure, with its diagram."""
    heading, rest = manual(_rulebook().procedures[name][-1], lang).split("\n", 1)
    return f"{heading}\n\n{PACK_NOTE}{rest.rstrip()}\n"


def pages() -> dict[str, Callable[[], str]]:
    """Give each page by its place under docs/reference, with what writes it."""
    written: dict[str, Callable[[], str]] = {
        "cli.md": cli_page,
        "settings.md": settings_page,
        "entries.md": entries_page,
        "fields.md": fields_page,
        "keys.md": keys_page,
    }
    for lang in ("zh", "en"):
        written[f"flags.{lang}.md"] = functools.partial(flags_page, lang)
        written[f"flags-validation.{lang}.md"] = functools.partial(validation_page, lang)
    for folder in sorted((PACK / "procedures").iterdir()):
        for lang in ("zh", "en"):
            name = f"procedures/{folder.name}.{lang}.md"
            written[name] = functools.partial(manual_page, folder.name, lang)
    return written


def main() -> int:
    """Write every page."""
    (REFERENCE / "procedures").mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name}")
    lost = openapi.write()
    for promise in lost:
        print(f"docs/reference/openapi.json is not written: {promise}", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
