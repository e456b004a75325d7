"""Sends what a browser without scripts sends, without the browser: links, and the controls of a form.

`Sender` has the verbs of `walking.Walker`, so that a story is lived by HTML alone at a tenth of the
price. What is hidden or locked in the page as it came cannot be filled in here either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

from paizhu.casework.cards import Receipt
from paizhu.casework.models import Matter
from paizhu.kernel.errors import Invalid, NotAllowed
from tests import world as worlds
from tests.browser.walking import PASSWORD, REFUSED, _key, _rows, _typed_as, _words

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "path", "col"})
CONTROLS = frozenset({"input", "select", "textarea"})
PICKED = frozenset({"radio", "checkbox"})


@dataclass(eq=False, slots=True)
class Node:
    """An element of a page; `text` is what stands in it before its first child."""

    tag: str
    has: dict[str, str]
    above: Node | None
    text: str = ""
    below: list[Node] = field(default_factory=list)

    def all(self, *tags: str, **has: str) -> Iterator[Node]:
        """Give the elements within of these tags with these attributes, in their order."""
        for one in self.below:
            if one.tag in tags and has.items() <= one.has.items():
                yield one
            yield from one.all(*tags, **has)

    def is_within(self, *states: str) -> bool:
        """Say whether it or what it stands in has one of these states."""
        own = not self.has.keys().isdisjoint(states)
        return own or (self.above is not None and self.above.is_within(*states))


class Page(HTMLParser):
    """Reads a page into elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.top = self.here = Node("", {}, None)
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.below.append(made)
        if tag not in VOID:
            self.here = made

    def handle_endtag(self, tag: str) -> None:
        open_one: Node | None = self.here
        while open_one is not None and open_one.tag != tag:
            open_one = open_one.above
        if open_one is not None and open_one.above is not None:
            self.here = open_one.above

    def handle_data(self, data: str) -> None:
        if not self.here.below:
            self.here.text += data


class Sender:
    """Everybody with links and forms alone; each signs in at the first step."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}

    def close(self) -> None:
        """There is nothing to close."""

    def opened(self, world: worlds.World, name: str, procedure: str, **raw: object) -> str:
        """Open a matter from the desk; give its number."""
        path = f"/matters/new/{procedure}/{name.partition('_')[0]}/"
        if not any(self.at(world, name, "/").all("a", href=path)):
            raise NotAllowed(_words(f"no link to open {procedure} for {name}"))
        (main,) = self.at(world, name, path).all("main")
        *_, form = main.all("form")
        answer = self.send(name, form, fill(form, world, raw))
        return answer["Location"].split("/matters/")[1].split("/")[0]

    def take(self, world: worlds.World, name: str, ref: str, action: str, **raw: object) -> Receipt:
        """Take an action from the page of the matter."""
        part = next(
            self.at(world, name, f"/matters/{ref}/").all("details", id=f"do-{action}"), None
        )
        if part is None:
            raise NotAllowed(_words(f"{name} is not offered {action} in {ref}"))
        (form,) = part.all("form")
        return self.done(name, form, fill(form, world, raw))

    def sign(self, world: worlds.World, name: str, ref: str) -> Receipt:
        """Sign the proposal that waits, found from the desk."""
        (waiting,) = self.at(world, name, "/").all("section", id="waiting")
        path = next(link.has["href"] for link in waiting.all("a") if link.text.strip() == ref)
        forms = self.at(world, name, path).all("form")
        (form,) = (one for one in forms if one.has.get("action", "").endswith("/sign/"))
        return self.done(name, form, sent_by(form))

    # --- within ---------------------------------------------------------------------------------

    def at(self, world: worlds.World, name: str, path: str) -> Node:
        """Give a page as somebody is shown it, signed in."""
        if name not in self.clients:
            self._sign_in(world, name)
        answer = self.clients[name].get(path, follow=True)
        assert answer.status_code == 200, (name, path, answer.status_code)
        return Page(answer.content.decode()).top

    def _sign_in(self, world: worlds.World, name: str) -> None:
        worlds.account(world, name, PASSWORD)
        client = self.clients[name] = Client(enforce_csrf_checks=True)
        (main,) = Page(client.get("/sign-in/").content.decode()).top.all("main")
        form = next(main.all("form"))
        for control, value in (("account", name), ("password", PASSWORD)):
            next(form.all("input", name=control)).has["value"] = value
        self.send(name, form, sent_by(form))

    def done(self, name: str, form: Node, values: dict[str, list[str]]) -> Receipt:
        """Send a step; give what was opened by it."""
        before = set(Matter.objects.values_list("ref", flat=True))
        self.send(name, form, values)
        new = Matter.objects.exclude(ref__in=before).order_by("pk")
        return Receipt("", 0, 0, None, tuple(new.values_list("ref", flat=True)))

    def send(self, name: str, form: Node, values: dict[str, list[str]]) -> HttpResponse:
        """Send a form; raise what was refused."""
        answer = self.clients[name].post(form.has["action"], values)
        if answer.status_code in REFUSED:
            raise REFUSED[answer.status_code](_words(answer.content.decode()))
        assert answer.status_code == 302, answer.status_code
        return answer


# --- forms ----------------------------------------------------------------------------------------


def sent_by(form: Node) -> dict[str, list[str]]:
    """Give what the main button of a form sends."""
    sent: dict[str, list[str]] = {}
    for one in form.all(*CONTROLS):
        is_left = one.has.get("type") in PICKED and "checked" not in one.has
        if one.has.get("name") and not is_left and not one.is_within("disabled"):
            sent.setdefault(one.has["name"], []).append(_value(one))
    return sent


def _value(control: Node) -> str:
    if control.tag == "textarea" and "value" not in control.has:
        return control.text.removeprefix("\n")
    if control.tag == "select" and "value" not in control.has:
        options = list(control.all("option"))
        chosen = [one for one in options if "selected" in one.has] or options
        return chosen[0].has.get("value", chosen[0].text)
    return control.has.get("value", "")


def fill(form: Node, world: worlds.World, raw: dict[str, object]) -> dict[str, list[str]]:
    """Fill a form in; give what it sends."""
    for name, value in raw.items():
        named = (f"f.{name}", f"f.{name}[]")
        found = [
            one
            for one in form.all(*CONTROLS)
            if (said := one.has.get("name", "")) in named or said.startswith(f"f.{name}[].")
            if not one.is_within("hidden", "disabled")
        ]
        if not found:
            raise Invalid(_words(f"the form does not ask for {name}"))
        _fill_one(found, world, value)
    return sent_by(form)


def _fill_one(found: list[Node], world: worlds.World, value: object) -> None:
    first = found[0]
    if "[]." in first.has["name"]:
        _fill_lines(found, world, str(value))
    elif first.has.get("type") in PICKED:
        for one in value if isinstance(value, list) else [value]:
            _choose(found, _key(world, str(one)))
    elif first.tag == "select":
        offered = {one.has.get("value") for one in first.all("option")}
        if str(value) not in offered:
            raise Invalid(_words(f"{value} is not among what may be chosen"))
        first.has["value"] = str(value)
    else:
        first.has["value"] = _typed_as(world, value, is_picked="list" in first.has)


def _choose(found: list[Node], value: str) -> None:
    option = next((one for one in found if one.has.get("value") == value), None)
    if option is None:
        raise Invalid(_words(f"{value} is not among what may be chosen"))
    if option.has["type"] == "radio":
        for one in found:
            one.has.pop("checked", None)
    option.has["checked"] = ""


def _fill_lines(found: list[Node], world: worlds.World, value: str) -> None:
    """Fill in the rows that came with the page; where there are too few, this fails."""
    width = len({one.has["name"] for one in found})
    for number, cells in enumerate(_rows(value)):
        for place, cell in enumerate(cells):
            control = found[number * width + place]
            control.has["value"] = _typed_as(world, cell, is_picked="list" in control.has)
