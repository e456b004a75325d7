"""Twenty-five hand-overs at the same moment: none is lost, none is doubled."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.unit.ledger.test_apart import ROOT, Environment, own_database

__all__ = ["own_database"]
ALL = 25


def test_of_twenty_five_hand_overs_at_once_none_is_lost_and_none_is_doubled(
    own_database: Environment,
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.desk.apart"],
        env=own_database, cwd=ROOT, text=True, capture_output=True, timeout=400, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert len(set(found["sent"])) == ALL
    assert found["refs"] == found["sent"] == found["accepted"]
    assert found["subjects"] == sorted(f"移交第{number}件" for number in range(ALL))
    assert found["enacted"] == {"draft": ALL, "offer": ALL, "accept": ALL}
    assert found["stages"] == {"accepted": ALL}
    assert (found["differences"], found["findings"]) == (0, 0)
