"""`paizhu found`: an empty installation gets its bodies, people and accounts from one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urljoin

import typer

from paizhu.cli.call import Call
from paizhu.cli.installation import has_database, open_data, set_up
from paizhu.cli.packs import rulebook
from paizhu.cli.verbs import verb
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.rules.check import charter as charters

if TYPE_CHECKING:
    from paizhu.casework.founding import Founded, Link
    from paizhu.rules.charter import Charter
    from paizhu.rules.mistakes import Mistake


def declare(app: typer.Typer) -> None:
    """Declare the verb."""
    verb(app, "found", reads=True)(found)


def found(
    call: Call,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="YAML: bodies, ties, persons, administrators. 文件。"),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check only; store nothing. 只检查，不保存。")
    ] = False,
    address: Annotated[
        str,
        typer.Option(
            "--address",
            metavar="URL",
            help="Where the pages will be, for the links. 页面地址，用于生成链接。",
        ),
    ] = "http://localhost:8000/",
) -> None:
    """Found an empty installation from a file, and print the first-password links, this once.

    按一份文件建立空的安装，并显示首次口令链接，只显示这一次。

    The file says which bodies, posts, persons, accounts and administrators there are.
    文件写明单位、岗位、人员、账号和三个管理员。
    """
    base, name = _base(address), file.as_posix()
    data = _bytes(file)
    charter, warnings = charters.read(data, file=name, on=call.today)
    warnings += charters.unheld(charter, data, file=name, rules=rulebook(), on=call.today)
    if dry_run:
        _look(call)
        call.answer({"warnings": warnings}, [*_warned(warnings, call.lang), _would(charter)])
        return
    open_data(call, make=True)
    from paizhu.casework import founding

    made = founding.found(charter, now=call.now)
    links = [{**_plain(link), "link": _address(base, link.secret)} for link in made.links]
    shown = {"founded": made.counted, "links": links, "warnings": warnings}
    call.answer(shown, [*_warned(warnings, call.lang), *_said(call, made, base)])


# --- what is given --------------------------------------------------------------------------------


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        say = Text(
            f"读不了文件 {file}：{error.strerror}。", f"Cannot read {file}: {error.strerror}."
        )
        raise Invalid(say) from None


def _base(address: str) -> str:
    """Give the address with the stroke at its end that paths are joined to."""
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
        say = Text(
            f"“{address}”不是页面地址，请写成 https://paizhu.example.org/ 这样的地址。",
            f"“{address}” is no address of pages. Write it like https://paizhu.example.org/.",
        )
        raise Invalid(say, fields={"--address": say})
    return address.rstrip("/") + "/"


def _look(call: Call) -> None:
    """Refuse what would be refused later; where there is nothing yet, nothing is made to look at."""
    if not has_database(call):
        return
    set_up(call)
    from django.db import connection

    from paizhu.casework import founding

    if founding.TABLE in connection.introspection.table_names():
        founding.refuse_unless_empty()


# --- what is said ---------------------------------------------------------------------------------


def _address(base: str, secret: str) -> str:
    from django.urls import reverse

    return urljoin(base, reverse("welcome", kwargs={"secret": secret}).lstrip("/"))


def _plain(link: Link) -> dict[str, object]:
    return {
        "account": link.username,
        "person": link.person,
        "name": link.name,
        "expires_at": link.expires_at,
    }


def _said(call: Call, made: Founded, base: str) -> Iterator[Text | str]:
    count = made.counted
    yield Text(
        f"已建立：{count['bodies']} 个单位、{count['ties']} 条关系、{count['posts']} 个岗位、"
        f"{count['persons']} 名人员、{count['tenures']} 项任职；台账共 {made.page} 页。",
        f"Founded: {count['bodies']} bodies, {count['ties']} ties, {count['posts']} posts, "
        f"{count['persons']} persons, {count['tenures']} appointments; the book has {made.page} pages.",
    )
    yield Text(
        "首次口令链接，只显示这一次；三天内有效，只能用一次，请当面交给本人：",
        "Links for the first password, shown this once. Each works once, within three days; "
        "hand it over in person:",
    )
    for link in made.links:
        yield f"  {link.username}  {link.name.say(call.lang)}  {_address(base, link.secret)}"
    yield Text(f"启动：paizhu serve --data {call.data}", f"Serve: paizhu serve --data {call.data}")


def _would(charter: Charter) -> Text:
    accounts = sum(one.account is not None for one in charter.persons)
    return Text(
        f"检查通过，未保存：{len(charter.bodies)} 个单位、{len(charter.persons)} 名人员、{accounts} 个账号。",
        f"Good, and nothing was stored: {len(charter.bodies)} bodies, {len(charter.persons)} persons, "
        f"{accounts} accounts.",
    )


def _warned(warnings: list[Mistake], lang: str) -> Iterator[str]:
    for one in warnings:
        yield Text("提醒 ", "warning ").say(lang) + one.show(lang)
