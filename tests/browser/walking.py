"""Does through the pages what the stories at the door do: the same verbs, as somebody at a screen.

`Walker.take`, `sign` and `opened` stand in for the verbs of `tests.desk.stories`, so that one
story is told once and lived twice. What the pages do not offer counts as refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from playwright.sync_api import Browser, Locator, Page

from paizhu.casework.cards import Receipt
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Conflict, Invalid, NotAllowed
from paizhu.kernel.text import Text
from tests import world as worlds

PASSWORD = "a long enough phrase"
REFUSED = {403: NotAllowed, 409: Conflict, 422: Invalid}


class Walker:
    """Everybody at their own browser; each signs in at the first step."""

    def __init__(self, browser: Browser, base: str, *, scripts: bool = True) -> None:
        self.browser, self.base, self.scripts = browser, base, scripts
        self.lang = "zh"
        self.pages: dict[str, Page] = {}
        #: Who was shown a page by the last act, and when: nobody can have changed it since.
        self.landed: tuple[str, date] | None = None

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    # --- the verbs of the stories ---------------------------------------------------------------

    def opened(self, world: worlds.World, name: str, procedure: str, **raw) -> str:
        """Open a matter from the desk; give its number."""
        page, body = self.at(world, name, "/"), name.partition("_")[0]
        link = page.locator(f"a[href='/matters/new/{procedure}/{body}/']")
        if not link.count():
            raise NotAllowed(_words(f"no link to open {procedure} for {name}"))
        group = page.locator("details.offer-group", has=link)
        if group.count():
            group.locator("summary").click()
            link = group.locator(link)
        link.first.click()
        fill(page.locator("main form").last, world, raw)
        self.send(page, page.locator("main form .btn-main").last)
        self.landed = (name, world.today)
        return page.url.split("/matters/")[1].split("/")[0]

    def take(self, world: worlds.World, name: str, ref: str, action: str, **raw) -> Receipt:
        """Take an action from the page of the matter."""
        page = self.at(world, name, f"/matters/{ref}/")
        part = page.locator(f"details#do-{action}")
        if not part.count():
            raise NotAllowed(_words(f"{name} is not offered {action} in {ref}"))
        part.locator("summary").first.click()
        fill(part, world, raw)
        receipt = self.send(page, part.locator(".btn-main"))
        self.landed = (name, world.today)
        return receipt

    def sign(self, world: worlds.World, name: str, ref: str) -> Receipt:
        """Sign the proposal that waits, found from the desk."""
        page = self.at(world, name, "/")
        page.locator("#waiting a.ref", has_text=ref).first.click()
        page.wait_for_url(f"**/matters/{ref}/**")
        receipt = self.send(page, page.locator("form[action$='/sign/'] button"))
        self.landed = (name, world.today)
        return receipt

    # --- within ---------------------------------------------------------------------------------

    def at(self, world: worlds.World, name: str, path: str) -> Page:
        """Give somebody's browser at a page, signed in; where one stands after an act, one stays."""
        page = self.pages.get(name) or self._signed_in(world, name)
        if self.landed != (name, world.today) or page.url != f"{self.base}{path}":
            page.goto(path)
        self.landed = None
        return page

    def _signed_in(self, world: worlds.World, name: str) -> Page:
        worlds.account(world, name, PASSWORD)
        # A long page that glides to each part draws itself sixty times a second on the way.
        context = self.browser.new_context(
            base_url=self.base,
            locale="zh-CN",
            java_script_enabled=self.scripts,
            reduced_motion="reduce",
        )
        context.add_cookies([{"name": "paizhu_lang", "value": self.lang, "url": self.base}])
        context.set_default_timeout(15_000)
        self.pages[name] = page = context.new_page()
        page.goto("/")
        page.locator("#account").fill(name)
        page.locator("#password").fill(PASSWORD)
        page.locator("main form .btn").first.click()
        page.wait_for_url(f"{self.base}/")
        self.landed = (name, world.today)
        return page

    def send(self, page: Page, button: Locator) -> Receipt:
        """Press the button; give what was opened, or raise what was refused."""
        before = set(Matter.objects.values_list("ref", flat=True))
        with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
            button.click()
        page.wait_for_load_state()
        status = caught.value.status
        if status in REFUSED:
            raise REFUSED[status](_words(page.locator("main").inner_text()[:600]))
        assert status == 302, status
        new = Matter.objects.exclude(ref__in=before).order_by("pk")
        return Receipt("", 0, 0, None, tuple(new.values_list("ref", flat=True)))


def _words(text: str) -> Text:
    return Text(text, text)


# --- filling in -----------------------------------------------------------------------------------


def fill(form: Locator, world: worlds.World, raw: dict[str, object]) -> None:
    """Fill in a form; a field that appears with an earlier answer is filled in after it."""
    left = dict(raw)
    while left:
        ready = [name for name in left if _is_asked(form, name)]
        if not ready:
            raise Invalid(_words(f"the form does not ask for {sorted(left)}"))
        for name in ready:
            _fill_one(form, world, name, left.pop(name))


def _inputs(form: Locator, name: str) -> Locator:
    return form.locator(f"[name='f.{name}'], [name='f.{name}[]'], [name^='f.{name}[].']")


def _is_asked(form: Locator, name: str) -> bool:
    found = _inputs(form, name)
    return found.count() > 0 and found.first.is_enabled()


def _fill_one(form: Locator, world: worlds.World, name: str, value: object) -> None:
    found = _inputs(form, name)
    first = found.first
    kind = first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if str(first.get_attribute("name")).find("[].") > 0:
        _fill_lines(form, world, name, str(value))
    elif kind == "select":
        first.select_option(str(value))
    elif kind in ("radio", "checkbox"):
        for one in value if isinstance(value, list) else [value]:
            _choose(found, _key(world, str(one)))
    else:
        first.fill(_typed(world, first, value))


def _choose(found: Locator, value: str) -> None:
    option = found.and_(found.page.locator(f"[value='{value}']"))
    if not option.count():
        raise Invalid(_words(f"{value} is not among what may be chosen"))
    option.check()


def _key(world: worlds.World, value: str) -> str:
    return f"body:{world.bodies[value].pk}" if value in world.bodies else value


def _typed(world: worlds.World, field: Locator, value: object) -> str:
    return _typed_as(world, value, is_picked=bool(field.get_attribute("list")))


def _typed_as(world: worlds.World, value: object, *, is_picked: bool) -> str:
    """Give what is typed; of a body, the line of the list it is picked from."""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    body = world.bodies.get(str(value)) if is_picked else None
    return body.name_zh if body else str(value)


def _fill_lines(form: Locator, world: worlds.World, name: str, value: str) -> None:
    table = form.locator("[data-lines]", has=form.page.locator(f"[name^='f.{name}[].']"))
    for number, cells in enumerate(_rows(value)):
        if number >= table.locator("tbody tr").count():
            form.locator("fieldset", has=table).locator("[data-add-line]").click()
        inputs = table.locator("tbody tr").nth(number).locator("input")
        for place, cell in enumerate(cells):
            inputs.nth(place).fill(_typed(world, inputs.nth(place), cell))


def _rows(value: str) -> Iterator[list[str]]:
    for line in value.splitlines():
        yield [cell.strip() for cell in re.split(r"[|｜]", line)]
