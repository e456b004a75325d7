"""Serve the pages: gunicorn's threaded worker in this very process, or several under a master.

One process answers one request at a time, however many threads it has: Python does. Where many
people work at once, as many processes as there are cores answer that many. A second thread in each
of those works while the first waits for the database; more only take Python from each other (a list
for sixteen at once: 170 ms with two threads each, 210 with four).
"""

from __future__ import annotations

import errno
import os
import sys
import webbrowser
from collections.abc import Callable
from typing import Any, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.sock import TCP6Socket, TCPSocket
from gunicorn.workers.gthread import ThreadWorker

from paizhu.cli.call import Call
from paizhu.cli.installation import open_data
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text

WSGI = "paizhu.project.wsgi:application"
#: How many ports are tried, from the one asked for.
TRIED = 50


class Pages(BaseApplication):
    """What gunicorn needs to know of us."""

    def __init__(self, *, threads: int, processes: int) -> None:
        self.threads, self.processes = threads, processes
        super().__init__()

    def load_config(self) -> None:
        """Set what is not gunicorn's default."""
        for name, value in {
            "worker_class": "gthread",
            "threads": self.threads,
            "workers": self.processes,
            # The rules are read once, before there are several of us: they are then held once.
            "preload_app": True,
            "control_socket_disable": True,
            "keepalive": 15,
            "loglevel": "warning",
            "accesslog": None,
            "proc_name": "paizhu",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the application, loaded once."""
        from gunicorn.util import import_app

        return import_app(WSGI)


class OneProcess(ThreadWorker):
    """A worker without a master over it: whoever started us may well go away."""

    def is_parent_alive(self) -> bool:
        """Go on whatever became of the shell we were started from."""
        return True


#: Threads of the one process, so that a long answer holds up nobody, and of each of several.
ALONE, AMONG_SEVERAL = 8, 2


def serve(
    call: Call,
    *,
    host: str,
    port: int,
    open_browser: bool,
    threads: int | None = None,
    processes: int = 1,
) -> None:
    """Bring the tables up to date, then answer until told to stop.

    One master and one worker would be two processes with the same code in memory. With one worker
    nothing is gained by a master, so its threaded worker runs here.
    """
    open_data(call, make=True)
    from paizhu.analysis import sources
    from paizhu.casework import ticking

    ticking.tick(call.now)
    sources.remove_expired(now=call.now)
    usual = ALONE if processes == 1 else AMONG_SEVERAL
    pages = Pages(threads=threads or usual, processes=processes)
    log = Logger(pages.cfg)
    listener = _listen(host, port, pages, log)
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    address = f"http://{shown}:{listener.getsockname()[1]}/"

    def ready(_who: ThreadWorker | Arbiter) -> None:
        say_address(call, address)
        if open_browser:
            webbrowser.open(address)

    if processes > 1:
        _serve_by_many(pages, listener, ready)
    pages.cfg.set("post_worker_init", ready)
    OneProcess(0, os.getpid(), [listener], pages, 0, pages.cfg, log).init_process()


def _serve_by_many(
    pages: Pages, listener: TCPSocket, ready: Callable[[ThreadWorker | Arbiter], None]
) -> NoReturn:
    """Let a master look after several workers; what one of them opened is never shared."""
    from django.db import connections

    from paizhu.casework import rulebook

    rulebook.current()
    connections.close_all()
    pages.cfg.set("bind", f"fd://{listener.sock.detach()}")
    pages.cfg.set("when_ready", ready)
    Arbiter(pages).run()
    raise SystemExit(0)


def _listen(host: str, port: int, pages: Pages, log: Logger) -> TCPSocket:
    """Listen on the port asked for, or the next free one."""
    family = TCP6Socket if ":" in host else TCPSocket
    for tried in range(port, min(port + TRIED, 65536)):
        try:
            return family((host, tried), pages.cfg, log)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Invalid(
                    Text(
                        f"不能在 {host} 监听：{error.strerror}。",
                        f"Cannot listen on {host}: {error.strerror}.",
                    )
                ) from None
    raise Invalid(
        Text(
            f"{host} 上自 {port} 起的 {TRIED} 个端口都被占用。请用 --port 另选。",
            f"All {TRIED} ports from {port} are taken on {host}. Choose another with --port.",
        )
    )


def say_address(call: Call, address: str) -> None:
    """Say where the pages are, and in a demonstration how to sign in by one click."""
    from django.conf import settings

    call.say(
        Text(f"页面：{address}　按 Ctrl+C 停止。", f"The pages are at {address} – Ctrl+C stops.")
    )
    if settings.PAIZHU_DEMO:
        from paizhu.cli.demonstration import say_links

        say_links(call, address)
    sys.stdout.flush()
