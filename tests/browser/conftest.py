"""A real Chromium before a live server, over a small institution."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from paizhu.casework import rulebook
from tests import world as worlds
from tests.plugins.demonstration import lay_out

# Playwright keeps a loop in this thread; the tests themselves ask the database one at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
#: Where it may be; `scripts/test-needs` looks for the same. The first is the same engine without
#: windows nobody sees: opening a page costs it a third less.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
#: A container gives 64 MB of shared memory, too little for a page; root may not have a sandbox.
ARGS = ["--no-sandbox", "--disable-dev-shm-usage"]
#: Each context gets a window with an address bar nobody sees, whose lists are two pages more to
#: start than ours: half of what a new context costs. The rest is what Playwright switches off, as
#: the last list given counts alone.
NOT_NEEDED = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGS.append(f"--disable-features={','.join(NOT_NEEDED)}")
PACK = Path(__file__).resolve().parents[1] / "web" / "pack"
PASSWORD = "a long enough phrase"


def pytest_collection_modifyitems(items):
    """Mark everything here, so that a machine without a browser can leave it out."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert found, f"No browser was found; looked for {', '.join(BROWSERS)}: scripts/test-needs"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def world(transactional_db, settings) -> Iterator[worlds.World]:
    settings.PAIZHU_PACKS = [*worlds.PACKS, PACK]
    rulebook.forget()
    yield worlds.small_world()
    rulebook.forget()


@pytest.fixture
def demo(transactional_db, settings, tmp_path, tmp_path_factory) -> Iterator[None]:
    """The demonstration as of today, small."""
    settings.PAIZHU_DATA = tmp_path
    settings.PAIZHU_DEMO = True
    lay_out(tmp_path, tmp_path_factory, PASSWORD)
    yield
    rulebook.forget()


@pytest.fixture
def open_as(world, live_server, chromium):
    """Open a browser as somebody; what the page complains about fails the test at its end."""
    contexts = []
    complaints: list[str] = []

    def opened(name: str, lang: str = "zh", *, scripts: bool = True, **options) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="zh-CN" if lang == "zh" else "en-GB",
            java_script_enabled=scripts,
            **options,
        )
        contexts.append(context)
        cookies = {"paizhu_lang": lang}
        if name:
            account = worlds.Account.objects.filter(username=name).first()
            client = Client()
            client.force_login(account or worlds.account(world, name, PASSWORD))
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies(
            [
                {"name": key, "value": value, "url": live_server.url}
                for key, value in cookies.items()
            ]
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _bad(said) -> bool:
    """An answer of 4xx that a test asked for is no complaint; a policy broken is."""
    return said.type == "error" and "Failed to load resource" not in said.text
