"""A passkey, made and shown in a real browser with a virtual authenticator; and none without one."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from paizhu.registry.models import Passkey, RecoveryCode
from tests.browser.conftest import PASSWORD


def with_authenticator(page: Page) -> None:
    """Put an authenticator into the browser, as if in the machine."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_asked_for_and_needed_from_then_on(world, open_as):
    page = open_as("head")
    with_authenticator(page)
    page.goto("/account/")
    page.get_by_text("添加通行密钥", exact=True).click()
    page.get_by_label("名称").fill("我的电脑")
    page.locator("#pw-key").fill(PASSWORD)
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("我的电脑").first).to_be_visible()
    expect(page.get_by_text("从未使用")).to_be_visible()
    assert Passkey.objects.get().name == "我的电脑"

    page.get_by_text("生成十个新恢复码").click()
    page.locator("#pw-recovery").fill(PASSWORD)
    page.get_by_role("button", name="生成", exact=True).click()
    expect(page.locator(".codes li")).to_have_count(10)
    code = page.locator(".codes code").first.inner_text()

    page.context.clear_cookies(name="sessionid")
    page.goto("/matters/")
    page.locator("#account").fill("head")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form .btn-main").first.click()
    expect(page.get_by_text("第二步验证").first).to_be_visible()
    page.get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url("**/matters/")
    assert Passkey.objects.get().used_date is not None

    # The key is gone from the machine: a recovery code, once.
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    page.context.clear_cookies(name="sessionid")
    page.goto("/")
    page.locator("#account").fill("head")
    page.locator("#password").fill(PASSWORD)
    page.locator("main form .btn-main").first.click()
    page.locator("details.fold summary").click()
    page.locator("#recovery").fill(code)
    page.get_by_role("button", name="用恢复码").click()
    page.wait_for_url(lambda address: address.endswith("/"))
    assert RecoveryCode.objects.filter(used_at__isnull=False).count() == 1


def test_without_scripts_codes_are_offered_and_passkeys_are_not(world, open_as):
    page = open_as("head", "en", scripts=False)
    page.goto("/account/")
    expect(page.get_by_text("one-time codes do without")).to_be_visible()
    expect(page.get_by_text("Add a passkey", exact=True)).to_be_hidden()
    page.get_by_text("Set up one-time codes").click()
    page.locator("#pw-codes").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("code.key")).to_be_visible()
