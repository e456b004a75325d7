"""Published procurement data: whole processes, as ratios to a bare read of the same file.

The floor is DuckDB reading the declared columns and nothing else. PAIZHU_BENCH_RELEASES names other
numbers of releases than 10,000, 100,000 and 1,000,000 (which take 5.5 GB below the temporary folder).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10_000, 100_000, 1_000_000)
#: Times the floor, the same for our own answers, which ask more of every process.
BOUNDS = {
    "end to end, equal": 2.0, "from the store, equal": 0.6,
    "end to end": 2.0, "from the store": 0.6,
}  # fmt: skip
#: Megabytes; CPU seconds for the smallest file.
MEMORY_BOUND, SMALL_BOUND = 1300, 0.5
SMALL = 10_000
TURNS = {10_000: 5, 100_000: 3}
LIMIT = "600MB"
FOUND_LEAST = 0.95
FLOOR = (
    "import sys\nfrom pathlib import Path\nimport duckdb\nfrom paizhu.analysis.ocds import reading\n"
    "connection = duckdb.connect(config={'threads': '2'})\n"
    "connection.execute('SET enable_progress_bar = false')\n"
    "connection.execute('SELECT count(COLUMNS(*)) FROM '\n"
    "    + reading.relation(Path(sys.argv[1]), 'releases')).fetchall()\n"
)
Cost = tuple[float, float]


def run() -> dict[str, object]:
    """Measure every size; each process by its own account of CPU and memory."""
    named = os.environ.get("PAIZHU_BENCH_RELEASES", "")
    sizes = [int(word) for word in named.split(",") if word] or SIZES
    figures: dict[str, object] = {}
    misses: list[str] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            if shutil.disk_usage(folder).free < size * 7_000:
                misses.append(f"{size:,} releases were not measured: the disk is too full")
                continue
            figures[f"{size:,} releases"] = measure(Path(folder), size, misses)
    return {**figures, "misses": misses}


def measure(folder: Path, size: int, misses: list[str]) -> dict[str, Any]:
    """Measure one size; add what is over its bound to `misses`."""
    file, settings = folder / "releases.jsonl", folder / "settings.ini"
    # In a process of its own: the memory of this one would count as that of what it starts.
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.published", str(file), str(size)],
        check=True, capture_output=True, cwd=ROOT,
    )  # fmt: skip
    planted: dict[str, int] = json.loads(made.stdout)
    settings.write_text("currency = CNY\n" + "".join(f"[{code}]\n" for code in CODES), "utf-8")
    equal = ["--equal", "--settings", str(settings), "--out", str(folder / "equal.json")]
    own = ["--out", str(folder / "own.json")]
    load = ["load", str(file), "--store", "bench", "--purpose", "bench", "--expires", "2999-12-31"]
    ask = {
        "end to end, equal": ["run", str(file), *equal],
        "end to end": ["run", str(file), *own],
        f"end to end, equal, in {LIMIT}": ["run", str(file), *equal, "--memory-limit", LIMIT],
        "into a store": load,
        "from the store, equal": ["run", "--store", "bench", *equal],
        "from the store": ["run", "--store", "bench", *own],
    }
    figures: dict[str, Any] = {"megabytes": round(file.stat().st_size / 1e6)}
    floors: list[float] = []
    seen: dict[str, list[Cost]] = {name: [] for name in ask}
    for _ in range(TURNS.get(size, 1)):
        shutil.rmtree(folder / "data", ignore_errors=True)
        floors.append(cost([sys.executable, "-c", FLOOR, str(file)], folder)[0])
        for name, words in ask.items():
            seen[name].append(cost([*PAIZHU, *words], folder))
            # A million take many minutes: say how far it is.
            spent, peak = seen[name][-1]
            print(f"{size:,} {name}: {spent:.1f} CPU s, {peak:.0f} MB", file=sys.stderr, flush=True)
    figures["floor, CPU s"] = round(statistics.median(floors), 2)
    for name, costs in seen.items():
        told = told_of(costs, floors)
        if size > SMALL and name in BOUNDS:
            told["at most, times the floor"] = BOUNDS[name]
        figures[name] = told
        misses += over(name, told, size)
    figures["planted flags found"] = share = found(folder / "own.json", planted)
    misses += [
        f"{code}: {part:.2f} of the planted flags found"
        for code, part in share.items()
        if part < FOUND_LEAST
    ]
    return figures


CODES = ("R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R058")
PAIZHU = (sys.executable, "-m", "paizhu.cli.main", "ocds")


def cost(command: list[str], folder: Path) -> Cost:
    """Run a process; give its CPU seconds and its peak of memory in megabytes."""
    given = {**os.environ, "PAIZHU_DATA": str(folder / "data"), "LANG": "en"}
    # 1: flags were raised.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        pid = os.posix_spawn(
            command[0], command, given,
            file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)],
        )  # fmt: skip
        _, status, used = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    # Kilobytes, on macOS bytes.
    return used.ru_utime + used.ru_stime, used.ru_maxrss / (
        1e6 if sys.platform == "darwin" else 1e3
    )


def told_of(costs: list[Cost], floors: list[float]) -> dict[str, float]:
    """Give the medians; a ratio is taken to the floor measured beside it."""
    ratios = [spent / floor for (spent, _), floor in zip(costs, floors, strict=True)]
    return {
        "CPU s": round(statistics.median(spent for spent, _ in costs), 2),
        "times the floor": round(statistics.median(ratios), 2),
        "peak MB": round(max(peak for _, peak in costs)),
    }


def over(name: str, told: dict[str, float], size: int) -> list[str]:
    """Say which bounds were not kept."""
    is_equal, wrong, bound = "equal" in name, [], BOUNDS.get(name)
    # The smallest file is held against a time, since starting takes longer than reading it. What has to
    # spill to keep within little memory is held against nothing but that it succeeds.
    if size <= SMALL and is_equal and told["CPU s"] > SMALL_BOUND:
        wrong.append(f"{size:,} {name}: {told['CPU s']} CPU s, at most {SMALL_BOUND} wanted")
    elif size > SMALL and bound is not None and told["times the floor"] > bound:
        wrong.append(
            f"{size:,} {name}: {told['times the floor']} times the floor, at most {bound} wanted"
        )
    if told["peak MB"] > MEMORY_BOUND:
        wrong.append(f"{size:,} {name}: {told['peak MB']} MB, at most {MEMORY_BOUND} wanted")
    return wrong


def found(file: Path, planted: dict[str, int]) -> dict[str, float]:
    """Give which share of the planted flags was raised; a flag may be raised for more than was planted."""
    outcomes = {
        one["code"]: one["raised"] for one in json.loads(file.read_text("utf-8"))["outcomes"]
    }
    return {
        code: round(min(1.0, outcomes[code] / count), 3) for code, count in sorted(planted.items())
    }
