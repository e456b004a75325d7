"""What a page may load, how heavy it is, and that what we carry is what was published."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from paizhu.web.middleware import HEADERS

WEB = Path(__file__).resolve().parents[2] / "src" / "paizhu" / "web"
VENDOR = WEB / "static" / "vendor"
KILOBYTE = 1024


@pytest.mark.parametrize("path", ["/sign-in/", "/", "/nowhere/"])
def test_every_answer_carries_the_full_set_of_headers(client, db, path):
    answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer[name] == value
    assert "no-store" in answer["Cache-Control"]


def test_the_policy_lets_nothing_in_from_elsewhere():
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("file", sorted((WEB / "templates").rglob("*.html")), ids=lambda f: f.name)
def test_no_template_needs_inline_style_or_script(file):
    text = file.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "http://" not in text
    assert "https://" not in text


def test_what_we_carry_is_what_was_published():
    kept = json.loads((VENDOR / "VENDOR.json").read_text())
    carried = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    for one in kept:
        data = (VENDOR / one["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
        assert gzip.decompress((VENDOR / f"{one['file']}.gz").read_bytes()) == data
        assert one["licence"]
        carried -= {one["file"], f"{one['file']}.gz", f"{one['file'].split('/')[0]}/LICENSE"}
    assert carried == {"VENDOR.json"}


def test_the_first_page_is_light(as_):
    page = as_("head").get("/")
    files = re.findall(r'(?:href|src)="/static/([^"?#]+)', page.content.decode())
    weight = len(gzip.compress(page.content))
    for name in set(files):
        file = WEB / "static" / name
        ready = file.with_name(f"{file.name}.gz")
        weight += len(ready.read_bytes() if ready.exists() else gzip.compress(file.read_bytes()))
    assert weight <= 400 * KILOBYTE


def test_static_files_are_served_with_a_digest_in_the_address(as_):
    page = as_("head").get("/").content.decode()
    sheets = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page)
    assert len(sheets) >= 6
    assert all(re.search(r"\?v=[0-9a-f]{10}$", sheet) for sheet in sheets)
