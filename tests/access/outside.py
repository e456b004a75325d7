"""The two ways in for programs beside the oracle: the interface over HTTP and the command line.

What is hidden must be, byte for byte, what was never there.
"""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from paizhu.cli import matters as verbs
from paizhu.cli.call import Call, Leave
from paizhu.kernel.errors import Refused
from paizhu.registry import tokens
from paizhu.registry.models import Account
from tests.access.moments import MOMENT
from tests.access.seen import Seen

NOWHERE = "TX-TA-2025-9999"
#: Below a matter, what can be asked for whatever it is; the empty one is the matter itself.
BELOW = ("", "timeline/", "access/", "actions/", "hand-over/", "clocks/take_in/")
#: What may differ between any two answers.
ANY = {"Date", "Set-Cookie"}


class Outside:
    """Asks as one person from outside the process, at the moment of the world."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        name = f"p{seen.person.pk}"  # the same person may be asked again later
        found = Account.objects.filter(username=name).first()
        account = found or Account.objects.create(username=name, password="!", person=seen.person)
        self.account = account
        now = timezone.now()
        ends = now + timedelta(days=1)
        _, self.secret = tokens.issue(account, name="x", scopes=["read"], expires_at=ends, now=now)

    def compare(self) -> None:
        """Ask for the list, for something that is known, and for something that is hidden."""
        self._listed()
        random, known = self.seen.world.random, self.seen.known
        if known:
            self._shown(random.choice(known))
        if hidden := [ref for ref in self.seen.oracle.matters if ref not in known]:
            self._hidden(random.choice(hidden))

    # --- over HTTP ------------------------------------------------------------------------------

    def get(self, below: str, **asked: object):
        """Ask the interface."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            MOMENT: self.seen.now().isoformat(),
        }
        return Client().get(f"/api/matters/{below}", asked, headers=headers)

    def _listed(self) -> None:
        seen, refs, cursor = self.seen, [], ""
        while cursor is not None:
            answer = self.get("", size=2, **({"cursor": cursor} if cursor else {}))
            seen.says_nothing_above(answer.content.decode(), "normal", "list")
            refs += [row["ref"] for row in answer.json()["rows"]]
            cursor = answer.json()["next"]
        assert sorted(refs) == sorted(seen.known), seen.case
        found = json.loads(self.say(verbs.list_matters, as_json=True))
        assert sorted(row["ref"] for row in found["rows"]) == sorted(seen.known), seen.case
        assert found["total"] == len(seen.known), seen.case
        lines = self.say(verbs.list_matters)
        seen.says_nothing_above(lines, "normal", "list")
        assert {ref for ref in seen.oracle.matters if ref in lines} == set(seen.known), seen.case

    def _shown(self, ref: str) -> None:
        seen = self.seen
        level, fields = (
            seen.oracle.level(seen.person.pk, ref),
            seen.oracle.shown(seen.person.pk, ref),
        )
        answer = self.get(f"{ref}/")
        lines = self.say(verbs.show_matter, ref)
        for card in (answer.json(), json.loads(self.say(verbs.show_matter, ref, as_json=True))):
            assert (card["level"], card["stage"]) == (level, seen.oracle.matters[ref].stage)
            assert {one["field"] for one in card["fields"]} == fields, (seen.case, ref)
        values = seen.oracle.matters[ref].values
        typed = repr([values[name] for name in fields])  # who asks for a matter writes its number
        for said in (answer.content.decode(), lines):
            seen.says_nothing_above(said, level, ref)
            for other in set(seen.oracle.matters) - set(seen.known):
                assert other not in said or other in typed, (seen.case, ref, other)
        seen.tally["shown outside"] += 1

    def _hidden(self, ref: str) -> None:
        seen = self.seen
        for below in seen.world.random.sample(BELOW, 2):
            one, other = (self.get(f"{asked}/{below}") for asked in (ref, NOWHERE))
            assert (one.status_code, _plain(one)) == (404, _plain(other)), (seen.case, ref, below)
        verb = seen.world.random.choice([verbs.show_matter, verbs.why_access])
        for as_json in (False, True):
            one, other = (self.refusal(verb, asked, as_json=as_json) for asked in (ref, NOWHERE))
            assert one == other, (seen.case, ref)
        seen.tally["hidden outside"] += 1

    # --- on the command line --------------------------------------------------------------------

    def say(self, verb, *given: str, as_json: bool = False) -> str:
        """Use a verb as this account; give what it wrote."""
        call = Call(settings.PAIZHU_DATA, "zh", as_json, self.seen.now())
        with redirect_stdout(io.StringIO()) as written:
            verb(call, *given, username=self.account.username)
        return written.getvalue()

    def refusal(self, verb, ref: str, *, as_json: bool) -> tuple[object, str, str]:
        """Use a verb that is refused; give exit code, answer and complaint."""
        call = Call(settings.PAIZHU_DATA, "zh", as_json, self.seen.now())
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                verb(call, ref, username=self.account.username)
            except Refused as refused:
                with pytest.raises(Leave) as left:
                    call.refuse(refused)
                return left.value.code, out.getvalue(), err.getvalue()
        pytest.fail(f"{self.seen.case}: {ref} was answered")


def _plain(answer) -> tuple[object, ...]:
    return answer.content, {name: said for name, said in answer.items() if name not in ANY}


def command_line_at(folder: Path) -> None:
    """Let the command line find the tables of the tests where an installation has them."""
    file = folder / "paizhu.sqlite3"
    if connection.vendor == "sqlite" and not file.exists():
        file.symlink_to(connection.settings_dict["NAME"])
