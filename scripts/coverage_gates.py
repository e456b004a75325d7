"""Hold each floor to its share of lines and branches reached by the tests."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Up to the door every branch is law or proof; above it a branch may be a matter of looks.
DEFAULT = 90.0
GATES = dict.fromkeys(
    ("kernel", "rules", "staffing", "engine", "ledger", "registry", "casework"), 100.0
)


def reached() -> dict[str, tuple[int, int]]:
    """Give, for each floor, the lines and branches reached and those there are."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run(
            [sys.executable, "-m", "coverage", "json", "--quiet", "-o", str(report)],
            cwd=ROOT,
            check=True,
        )
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name, file in files.items():
        parts = Path(name).parts
        floor = parts[parts.index("paizhu") + 1]
        total = file["summary"]
        have, all_ = sums[floor]
        sums[floor] = (
            have + total["covered_lines"] + total["covered_branches"],
            all_ + total["num_statements"] + total["num_branches"],
        )
    return {floor: pair for floor, pair in sums.items() if not floor.endswith(".py")}


def main() -> int:
    """Print each floor with its share; 1 if one is below its gate."""
    missed = 0
    for floor, (have, all_) in sorted(reached().items()):
        if not all_:
            continue
        share, gate = 100 * have / all_, GATES.get(floor, DEFAULT)
        mark = "" if share >= gate else f"  below {gate:.0f} %"
        missed += bool(mark)
        print(f"{floor:12} {share:6.1f} %  {all_ - have:5d} not reached{mark}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
