"""Verbs that keep running or look after the installation: demo, serve, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from paizhu.cli.call import Call
from paizhu.cli.verbs import verb

PortOption = Annotated[
    int,
    typer.Option(
        "--port", min=0, max=65535, help="The next free one if taken. 端口，被占用时顺延。"
    ),
]
OpenOption = Annotated[bool, typer.Option("--open", help="Open a browser. 打开浏览器。")]


def declare(app: typer.Typer) -> None:
    """Declare the verbs."""
    verb(app, "demo")(demo)
    verb(app, "serve")(serve)
    verb(app, "doctor", reads=True)(doctor)


def demo(
    call: Call,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Only generate it. 只生成，不启动服务。")
    ] = False,
    port: PortOption = 8000,
    open_browser: OpenOption = False,
    scale: Annotated[
        float,
        typer.Option("--scale", min=0.01, max=5, help="A share of the full size. 规模，1 为完整。"),
    ] = 1.0,
    months: Annotated[
        int, typer.Option("--months", min=4, max=18, help="How far back it goes. 往前多少个月。")
    ] = 18,
) -> None:
    """Generate the demonstration institution and serve it; made once, served ever after.

    生成演示机构并启动服务；只生成一次。
    """
    from paizhu.cli.demonstration import demo as made

    made(call, scale=scale, months=months, serve=not no_serve, port=port, open_browser=open_browser)


def serve(
    call: Call,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on. 监听地址。")
    ] = "127.0.0.1",
    port: PortOption = 8000,
    threads: Annotated[
        int | None,
        typer.Option(
            "--threads",
            min=1,
            max=64,
            show_default=False,
            help="Threads a process: 8 in one, 2 in each of several. 每个进程的线程数：单进程 8，多进程各 2。",
        ),
    ] = None,
    processes: Annotated[
        int,
        typer.Option("--processes", min=1, max=64, help="One a core at most. 进程数，不多于核数。"),
    ] = 1,
    open_browser: OpenOption = False,
) -> None:
    """Serve the pages from one process or several; tables are brought up to date first.

    启动页面服务；先更新数据表。
    """
    from paizhu.cli.serving import serve as served

    served(
        call, host=host, port=port, threads=threads, processes=processes, open_browser=open_browser
    )  # fmt: skip


def doctor(call: Call) -> None:
    """Look at the installation and say what is wrong. 检查本机安装。"""
    from paizhu.cli.doctor import examine

    examine(call)
