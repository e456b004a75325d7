"""A file between being sent and being taken in: kept for its sender only, and not for long."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from paizhu.analysis.sources import WAITS_FOR
from paizhu.kernel.errors import Invalid
from paizhu.kernel.text import Text
from paizhu.web.policies import nothing_here

LARGEST_BYTES = 300 * 1024 * 1024
LONGEST_NAME = 180
SESSION_KEY = "uploads"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that waits to be taken in, and what its sender said about it."""

    token: str
    path: Path
    source: str
    keep: str


def _folder() -> Path:
    return Path(settings.PAIZHU_DATA) / "uploads"


def receive(request: HttpRequest, *, source: str, keep: str, now: datetime) -> Upload:
    """Keep the file of a form; remember in the session, and nowhere else, whose it is."""
    sent = request.FILES.get("file")
    if not isinstance(sent, UploadedFile) or not sent.name:
        raise _wrong(Text("请选择文件。", "Choose a file."))
    if (sent.size or 0) > LARGEST_BYTES:
        raise _wrong(
            Text(
                "文件超过 300 MB。请按年份或单位拆分后分别导入。",
                "The file is larger than 300 MB. Split it by year or unit.",
            )
        )
    _sweep(now)
    token = secrets.token_urlsafe(24)
    path = _folder() / token / _short(Path(sent.name).name)
    path.parent.mkdir(parents=True, mode=0o700)
    with path.open("wb") as kept:
        for chunk in sent.chunks():
            kept.write(chunk)
    mine = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**mine, token: {"source": source, "keep": keep}}
    return Upload(token, path, source, keep)


def waiting(request: HttpRequest, token: str) -> Upload:
    """Give a file this session has sent; another's and none are one answer."""
    said = request.session.get(SESSION_KEY, {}).get(token)
    files = list(_files(token)) if said else []
    if not said or len(files) != 1:
        raise nothing_here()
    return Upload(token, files[0], said["source"], said["keep"])


def done(request: HttpRequest, upload: Upload) -> None:
    """Throw the file away."""
    shutil.rmtree(upload.path.parent, ignore_errors=True)
    mine = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {key: said for key, said in mine.items() if key != upload.token}


def _short(name: str) -> str:
    """Give the end of a file's name, as long as every disk takes it: it counts bytes, not letters."""
    return name.encode()[-LONGEST_NAME:].decode(errors="ignore")


def _files(token: str) -> Iterator[Path]:
    folder = _folder() / token
    return iter(sorted(folder.iterdir())) if folder.is_dir() else iter(())


def _sweep(now: datetime) -> None:
    """Throw away what was sent long ago and never taken in."""
    if not _folder().is_dir():
        return
    for folder in _folder().iterdir():
        if folder.stat().st_mtime < (now - WAITS_FOR).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _wrong(say: Text) -> Invalid:
    return Invalid(say, fields={"file": say})
