"""The verbs over an installation: a small demonstration, used as from a shell."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from paizhu.demo.roles import ROLES
from tests.cli.conftest import COMMAND, OURS, Installation, run

REF = re.compile(r"XS-WJ-\d{4}-\d{3}")
_refs: dict[str, list[str]] = {}


def refs(installation: Installation, username: str = "wj-head") -> list[str]:
    """Give what an account sees in its list; asked for once."""
    if username not in _refs:
        found = installation.run("matters", "list", "--as", username, "--size", "500", "--json")
        _refs[username] = [row["ref"] for row in found.json["rows"]]
    return _refs[username]


# --- where the data are -------------------------------------------------------------------------


def test_the_data_folder_is_named_before_or_after_the_verb_or_in_the_environment(installation):
    env = installation.env
    assert run("--data", installation.data, "verify", env=env).code == 0
    assert run("verify", "--data", installation.data, env=env).code == 0
    assert run("verify", env={**env, "PAIZHU_DATA": str(installation.data)}).code == 0


def test_a_folder_without_data_is_said_and_not_made(tmp_path):
    for words in (["verify"], ["matters", "list", "--as", "x"], ["rebuild", "--check"]):
        done = run("--data", tmp_path / "none", *words)
        assert done.code == 2
        assert "no data" in done.err
    assert not (tmp_path / "none").exists()


# --- the book -----------------------------------------------------------------------------------


def test_the_book_verifies_and_the_tables_agree(installation):
    verified = installation.run("verify", "--json")
    assert (verified.code, verified.json["good"], verified.json["findings"]) == (0, True, [])
    assert verified.json["pages"] > 300
    compared = installation.run("rebuild", "--check", "--json")
    assert (compared.code, compared.json["good"], compared.json["differences"]) == (0, True, [])
    assert compared.json["matters"] > 20


def test_a_checkpoint_kept_elsewhere_still_holds(installation, tmp_path):
    out = tmp_path / "checkpoint.json"
    assert installation.run("checkpoint", "--out", out).code == 0
    assert set(json.loads(out.read_text())) == {"seq", "digest", "at", "key", "signature"}
    assert installation.run("verify", "--against", out).code == 0
    out.write_text(out.read_text().replace('"seq": ', '"seq": 1'))
    forged = installation.run("verify", "--against", out, "--json")
    assert forged.code == 2
    assert "signature" in forged.json["error"]["say"]["en"]


def test_a_changed_page_is_named_and_ends_with_1(tmp_path):
    """On a copy, as somebody with the file and without our software would do it."""
    copy = Installation(tmp_path / "data", {})
    assert copy.run("demo", "--no-serve", "--scale", "0.02", "--months", "4").code == 0
    with sqlite3.connect(copy.data / "paizhu.sqlite3") as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE ledger_entry SET payload = '{}' WHERE seq = 200")
        database.execute("UPDATE casework_matter SET stage = 'closed' WHERE id = 1")
    found = copy.run("verify", "--json")
    assert found.code == 1
    assert {one["seq"] for one in found.json["findings"]} == {200}
    assert "page 200" in copy.run("verify").out
    compared = copy.run("rebuild", "--check", "--json")
    assert compared.code == 1
    doctor = copy.run("doctor", "--json")
    assert doctor.code == 1
    assert [one["what"] for one in doctor.json["checks"] if not one["is_good"]] == ["triggers"]


def test_a_tick_can_be_repeated_and_told_the_moment(installation):
    assert installation.run("tick").code == 0
    again = installation.run("tick")
    assert again.out.startswith("0 warnings")
    assert installation.run("tick", "--now", "yesterday").code == 2
    # The book is only written forward: a moment before its last page adds nothing.
    before = installation.run("verify", "--json").json["pages"]
    installation.run("tick", "--now", "2025-01-01T08:00")
    assert installation.run("verify", "--json").json["pages"] == before


# --- matters ------------------------------------------------------------------------------------


def test_matters_are_those_an_account_may_know_of(installation):
    team = set(refs(installation))
    unit = set(refs(installation, "wjw-liaison"))
    assert any(REF.fullmatch(ref) for ref in team)
    assert {ref for ref in unit if "-WJ-" in ref} < team
    assert not any(ref.startswith("XS") for ref in unit)


def test_matters_have_no_superuser(installation):
    done = installation.run("matters", "list")
    assert (done.code, "--as" in done.err) == (2, True)
    assert installation.run("matters", "list", "--as", "nobody").code == 2
    assert installation.run("matters", "list", "--as", "wj-head", "--state", "strange").code == 2


def test_unknown_and_forbidden_matters_are_one_answer(installation):
    clue = next(ref for ref in refs(installation) if REF.fullmatch(ref))
    forbidden = installation.run("matters", "show", clue, "--as", "wjw-liaison", "--json")
    unknown = installation.run("matters", "show", "XS-WJ-1999-999", "--as", "wjw-liaison", "--json")
    assert (forbidden.code, unknown.code) == (2, 2)
    assert forbidden.out == unknown.out
    assert forbidden.err == unknown.err


def test_a_matter_is_shown_as_the_account_may_read_it(installation):
    clue = next(ref for ref in refs(installation) if REF.fullmatch(ref))
    head = installation.run("matters", "show", clue, "--as", "wj-head", "--json").json
    leader = installation.run("matters", "show", clue, "--as", "sjw-duty-leader", "--json").json
    assert "summary" in {one["field"] for one in head["fields"]}
    assert "summary" not in {one["field"] for one in leader["fields"]}
    assert clue in installation.run("matters", "show", clue, "--as", "wj-head").out


def test_why_a_date_is_said_for_a_clock_of_a_matter(installation):
    cards = (
        installation.run("matters", "show", ref, "--as", "wj-head", "--json").json
        for ref in refs(installation)
    )
    card = next(card for card in cards if card["clocks"])
    clock = card["clocks"][0]
    found = installation.run(
        "explain", "date", card["ref"], clock["clock"], "--as", "wj-head", "--json"
    )
    assert found.json["clock"]["due_date"] == clock["due_date"]
    assert {line["label"]["en"] for line in found.json["lines"]} >= {"Article", "Limit"}
    assert installation.run("explain", "date", card["ref"], "no", "--as", "wj-head").code == 2


# --- dossiers -----------------------------------------------------------------------------------


def dossier(installation: Installation, tmp_path: Path, *words: str) -> dict:
    clue = next(ref for ref in refs(installation) if REF.fullmatch(ref))
    out = tmp_path / "dossier"
    done = installation.run("dossier", clue, "--out", out, *words)
    assert done.code == 0, done.err
    checked = subprocess.run(
        [sys.executable, "-I", out / "verify.py"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    return json.loads((out / "entries.json").read_text(encoding="utf-8"))


def test_a_dossier_holds_what_the_account_may_read_and_proves_itself(installation, tmp_path):
    lines = dossier(installation, tmp_path, "--as", "wj-head")["lines"]
    assert "summary" in lines[0]["payload"]["values"]


def test_a_dossier_without_an_account_holds_no_content(installation, tmp_path):
    lines = dossier(installation, tmp_path)["lines"]
    assert {line["payload"] for line in lines} == {None}


def test_a_dossier_leaves_out_what_the_account_may_not_read(installation, tmp_path):
    text = json.dumps(
        dossier(installation, tmp_path, "--as", "sjw-duty-leader"), ensure_ascii=False
    )
    head = json.dumps(
        dossier(installation, tmp_path / "head", "--as", "wj-head"), ensure_ascii=False
    )
    for word in ('"summary"', '"subject"', '"cause"'):
        assert word not in text
        assert word in head


def test_a_dossier_is_refused_to_who_may_not_know(installation, tmp_path):
    clue = next(ref for ref in refs(installation) if REF.fullmatch(ref))
    done = installation.run("dossier", clue, "--out", tmp_path / "d", "--as", "wjw-liaison")
    assert done.code == 2
    assert not (tmp_path / "d").exists()


# --- doctor, demo, serve ------------------------------------------------------------------------


def test_the_doctor_finds_a_sound_installation_and_an_empty_one(installation, tmp_path):
    done = installation.run("doctor", "--json")
    assert done.code == 0, done.out
    looked = {one["what"] for one in done.json["checks"]}
    assert looked >= {"python", "hashes", "disk", "packs", "tables", "database", "triggers", "checkpoint"}  # fmt: skip
    assert run("--data", tmp_path / "none", "doctor").code == 0


def test_the_doctor_names_the_place_where_a_pack_is_broken(tmp_path):
    (tmp_path / "pack.yaml").write_text("pack: [broken")
    done = run("--data", tmp_path / "none", "doctor", env={"PAIZHU_PACKS": str(tmp_path)})
    assert done.code == 1
    assert f"{tmp_path}/pack.yaml:" in done.out


def test_a_finished_demo_is_not_made_again(installation):
    before = installation.run("verify", "--json").json["pages"]
    done = installation.run("demo", "--no-serve")
    assert done.code == 0
    assert "Generating" not in done.out
    assert installation.run("verify", "--json").json["pages"] == before


def test_a_demo_that_was_cut_off_is_made_anew(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "demo.json").write_text('{"state": "making"}')
    (data / "paizhu.sqlite3").write_bytes(b"half a file")
    (data / "own-notes.txt").write_text("not ours")
    done = run("demo", "--no-serve", "--scale", "0.02", "--months", "4", "--data", data)
    assert done.code == 0, done.out + done.err
    assert run("verify", "--data", data).code == 0
    assert (data / "own-notes.txt").exists()


def test_a_folder_with_other_data_is_no_place_for_a_demo(tmp_path):
    (tmp_path / "paizhu.sqlite3").write_bytes(b"")
    done = run("demo", "--no-serve", "--data", tmp_path)
    assert done.code == 2
    assert "no complete demonstration" in done.err


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def served(installation: Installation):
    """The demonstration, served as `paizhu demo` serves it."""
    import os

    taken = socket.socket()
    taken.bind(("127.0.0.1", free_port()))
    taken.listen()
    port = taken.getsockname()[1]
    kept = {k: v for k, v in os.environ.items() if k not in OURS}
    process = subprocess.Popen(
        [COMMAND, "demo", "--data", installation.data, "--port", str(port), "--lang", "en"],
        env={**kept, **installation.env}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    lines: list[str] = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if "password" in line:
            break
    yield process, lines, port
    process.terminate()
    assert process.wait(timeout=20) == 0
    process.stdout.close()
    taken.close()


def test_a_demo_is_served_by_one_small_process_with_sign_ins_of_every_side(served):
    process, lines, taken = served
    links = [re.findall(r"http://\S+/demo/\S+/", line) for line in lines]
    found = [link for line in links for link in line]
    assert len(found) == len(ROLES) == 15
    # The port asked for was taken, so it is another.
    assert all(int(re.findall(r":(\d+)/", link)[0]) > taken for link in found)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    for link in found:
        with opener.open(link, timeout=20) as page:
            assert page.status == 200
            assert page.url.endswith("/")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if children.exists():  # Linux says so
        assert children.read_text().split() == []
        resident = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
        assert resident
        assert int(resident[1]) <= 256 * 1024


def test_serving_goes_on_when_the_shell_that_started_it_is_gone(tmp_path):
    """A worker of gunicorn ends with its master; ours has none."""
    port = free_port()
    data = tmp_path / "data"
    command = f"{COMMAND} serve --data {data} --port {port} >/dev/null 2>&1 & echo $!"
    shell = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    pid = int(shell.stdout)
    try:
        answered = False
        for _ in range(100):
            time.sleep(0.3)
            try:
                with urllib.request.urlopen(
                    f"http://127.0.0.1:{port}/sign-in/", timeout=10
                ) as page:
                    answered = page.status == 200
            except OSError:
                continue
            break
        assert answered
        time.sleep(2.5)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=10) as page:
            assert page.status == 200
    finally:
        import os
        import signal

        os.kill(pid, signal.SIGTERM)
    shutil.rmtree(data, ignore_errors=True)
