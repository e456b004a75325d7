"""What ocdscardinal 0.0.8 answered, recorded once; its command line is in no package index."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds.settings import DEFAULTS
from tests.analysis.ocds_sheet import shared_data

CARDINAL = Path(os.environ.get("PAIZHU_CARDINAL_DATA") or shared_data() / "cardinal")
GENERATOR = CARDINAL.parents[1] / "tools" / "gen_ocds.py"
EXAMPLES = ["003", "018", "024", "025", "028", "030", "035", "036", "038", "048", "058"]
pytestmark = pytest.mark.skipif(
    not CARDINAL.is_dir(), reason="the recorded answers are not here; set PAIZHU_CARDINAL_DATA to their folder"
)  # fmt: skip
#: The generator writes with a library that is not ours; this writes the same bytes.
ORJSON = (
    "import json\n"
    "def dumps(value):\n"
    "    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()\n"
)
Do = Callable[..., Any]


def signals(answer: Any) -> dict[tuple[str, str, str], float]:
    return {
        (kind, who, code): value
        for kind, found in answer.items() if kind not in {"Meta", "Maps"}
        for who, by_code in found.items()
        for code, value in by_code.items()
    }  # fmt: skip


def assert_equal(mine: Any, recorded: Any) -> None:
    ours, theirs = signals(mine), signals(recorded)
    assert ours.keys() == theirs.keys()
    for key, value in theirs.items():
        assert math.isclose(ours[key], value, rel_tol=1e-12, abs_tol=1e-15), key
    assert mine["Meta"].keys() == recorded["Meta"].keys()
    for code, figures in recorded["Meta"].items():
        assert mine["Meta"][code] == pytest.approx(figures, abs=1.01e-4, nan_ok=True)


@pytest.mark.parametrize("name", EXAMPLES)
def test_documented_examples_are_answered_alike(equally: Do, name: str) -> None:
    recorded = json.loads((CARDINAL / "expected" / f"{name}.json").read_text("utf-8"))
    settings = recorded["settings"]
    mine = equally(CARDINAL / "examples" / f"{name}.jsonl", **settings)
    assert_equal(mine, recorded["result"])


def test_three_thousand_releases_are_answered_alike(equally: Do, tmp_path: Path) -> None:
    (tmp_path / "orjson.py").write_text(ORJSON, "utf-8")
    subprocess.run(
        [sys.executable, str(GENERATOR), "3000", str(tmp_path), "--seed", "11", "--jobs", "1"],
        check=True, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    recorded = json.loads((CARDINAL / "expected" / "generated-3000-seed11.json").read_text("utf-8"))
    mine = equally(tmp_path / "releases-3000.jsonl", *DEFAULTS)
    assert len(signals(recorded)) == 838
    assert_equal(mine, recorded)
