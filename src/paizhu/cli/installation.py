"""The data folder: open it for a verb, bring its tables up to date, find the account that asks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from paizhu.cli.call import Call
from paizhu.kernel.errors import Invalid, NotFound
from paizhu.kernel.text import Text

if TYPE_CHECKING:
    from paizhu.registry.models import Account
    from paizhu.registry.principals import Who

AS_WORD = "PAIZHU_AS"


def open_data(call: Call, *, make: bool = False) -> None:
    """Set Django up over the data folder. Raise NotFound when nothing is there, unless `make`.

    A verb that reads changes nothing, so it brings no table up to date either.
    """
    if not (make or has_database(call)):
        raise NotFound(_nothing_at(call))
    set_up(call)
    if make:
        bring_up_to_date()
    elif not _is_up_to_date():
        raise NotFound(
            Text(
                "数据表还不是本版本的结构。请先运行 paizhu serve 或 paizhu tick，二者会自动更新。",
                "The tables are not those of this version yet. Run paizhu serve or paizhu tick "
                "first; both bring them up to date.",
            )
        )


def has_database(call: Call) -> bool:
    """Say whether there is a database to look into, whatever it holds."""
    on_server = bool(os.environ.get("PAIZHU_DATABASE_URL"))
    return on_server or (call.data / "paizhu.sqlite3").is_file()


def set_up(call: Call) -> None:
    """Set Django up over the data folder, and look at nothing yet."""
    os.environ["PAIZHU_DATA"] = str(call.data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "paizhu.project.settings")
    import django

    django.setup()


def _nothing_at(call: Call) -> Text:
    return Text(
        f"目录 {call.data} 中没有数据。请用 --data 指明数据目录，或先运行 paizhu found 或 paizhu demo。",
        f"There are no data in {call.data}. Name the folder with --data, or run paizhu found or "
        "paizhu demo first.",
    )


def bring_up_to_date() -> None:
    """Run every migration that has not run."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _is_up_to_date() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def who_asks(call: Call, username: str | None) -> Who:
    """Give the person behind an account; what they may know is what they are shown."""
    from django.utils.timezone import localtime

    from paizhu.registry.principals import who

    return who(account_of(username), on=localtime(call.now).date(), now=call.now)


def account_of(username: str | None) -> Account:
    """Give the account in whose name something is asked."""
    from paizhu.registry.models import Account

    name = username or os.environ.get(AS_WORD, "")
    if not name:
        raise Invalid(
            Text(
                "请用 --as 指明以哪个账号查看：命令行没有超级用户。",
                "Say with --as whose eyes to use: there is no superuser on the command line either.",
            )
        )
    account = Account.objects.select_related("person").filter(username=name, is_active=True).first()
    if account is None:
        # Which accounts there are is for those who keep them, not for whoever asks here.
        raise NotFound(
            Text(
                f"没有可用的账号“{name}”。请核对账号名；账号由安全管理员在 /administration/security/ 开立和管理。",
                f"There is no account “{name}” that may be used. Check its name; the security "
                "administrator opens and keeps accounts at /administration/security/.",
            )
        )
    return account


def responsible(
    call: Call,
    username: str | None,
    *,
    tables: Sequence[str],
    source: str | None,
    one: bool = True,
) -> tuple[Who, str]:
    """Give in whose name business data are handled, and over which source.

    Without an account it is whoever registered the source, who answers for its purpose; where that
    would be several people, or several sources when `one` is needed, they are named and refused.
    """
    named = username or os.environ.get(AS_WORD)
    if named:
        who = who_asks(call, named)
        return who, _source_of(who, call, tables=tables, source=source, one=one)
    from django.utils.timezone import localtime

    from paizhu.analysis.models import Source
    from paizhu.registry.principals import who_is

    today = localtime(call.now).date()
    there = Source.objects.filter(table__in=tables, expires_date__gte=today).order_by("key")
    usable = there.filter(approved_by__isnull=False)
    known = list((there.filter(key=source) if source else usable).select_related("registered_by"))
    if source and not known:
        raise NotFound(_no_source(source, [one_source.key for one_source in usable]))
    if not source and one and len(known) != 1:
        raise Invalid(_which_source([one_source.key for one_source in known]))
    people = {one_source.registered_by_id: one_source.registered_by for one_source in known}
    if len(people) != 1:
        raise Invalid(
            Text(
                "请用 --as 指明以谁的名义办理。", "Say with --as in whose name this is to be done."
            )
        )
    person = next(iter(people.values()))
    # Not part of the answer; but nobody's name is used without saying so.
    typer.echo(
        Text(
            f"没有用 --as 指明账号：记在登记数据源的{person.name.zh}名下。",
            f"No account was named with --as: done in the name of {person.name.en}, who registered the source.",
        ).say(call.lang),
        err=True,
    )
    return who_is(person, on=today), known[0].key


def _source_of(
    who: Who, call: Call, *, tables: Sequence[str], source: str | None, one: bool
) -> str:
    """Give the source an account means; where it is not clear, name those it may use, and no others."""
    from paizhu.analysis import sources

    mine = [s.key for s in sources.sources_for(who, now=call.now) if s.table in tables]
    if source is None:
        if one and len(mine) != 1:
            raise Invalid(_which_source(mine))
        return mine[0] if mine else ""
    try:
        return sources.source_for(who, source, now=call.now).key
    except NotFound:
        raise NotFound(_no_source(source, mine)) from None


def _no_source(key: str, keys: list[str]) -> Text:
    """Say that there is no such source, which was probably meant, and which there are."""
    from paizhu.rules.mistakes import nearest

    near, others = nearest(key, keys), _which_source(keys)
    return Text(
        f"没有数据源“{key}”，或者不归您使用。{f'是否想写“{near}”？' if near else ''}{others.zh}",
        f"There is no source “{key}”, or it is not yours to use. "
        f"{f'Did you mean “{near}”? ' if near else ''}{others.en}",
    )


def _which_source(keys: list[str]) -> Text:
    if not keys:
        return Text(
            "没有可用的数据源。请先在 /sources/ 页登记数据源，写明用途和到期日，并由他人批准。",
            "There is no source to import into. Register one at /sources/ with its purpose and expiry, "
            "and have another person approve it.",
        )
    listed = ", ".join(keys)
    return Text(
        f"请用 --source 指明数据源。可用：{listed}。",
        f"Say with --source which source. There are: {listed}.",
    )
