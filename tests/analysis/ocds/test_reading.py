"""Releases come line by line, in records and in packages; settings come as their tool writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds import equal, fences, judging, reading, tables
from paizhu.analysis.ocds.indicators import Indicators
from paizhu.analysis.ocds.settings import from_file, from_mapping
from paizhu.kernel.errors import Invalid
from tests.analysis.ocds.conftest import award, bid, raised, release, write
from tests.analysis.ocds_sheet import PACKAGE, shared_data

GIVEN = [release(f"o{n}", [bid("A", n + 1), bid("B", n + 1)], award("A")) for n in range(3)]


def records() -> list[Any]:
    return [{"ocid": one["ocid"], "releases": [], "compiledRelease": one} for one in GIVEN]


def text(value: object, **how: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **how)


@pytest.mark.parametrize(
    ("shape", "content"),
    [
        ("releases", "\n".join(map(text, GIVEN))),
        ("releases", "\ufeff" + "\r\n".join(map(text, GIVEN)) + "\r\n\r\n"),
        ("wrapped", "\n".join(map(text, records()))),
        ("wrapped", text({"uri": "x", "releases": GIVEN})),
        ("wrapped", "\n".join(text({"releases": [one]}) for one in GIVEN)),
        ("wrapped", text({"records": records()})),
        ("document", text({"records": records()}, indent=1)),
        ("document", text({"releases": GIVEN}, indent=2)),
        ("document", text(GIVEN)),
        ("document", text(GIVEN, indent=4)),
    ],
)
def test_every_way_of_publishing_gives_the_same_rows(
    tmp_path: Path, lines: Callable[..., Any], shape: str, content: str
) -> None:
    file = tmp_path / "published.json"
    file.write_text(content, "utf-8")
    if not content.startswith("\ufeff"):
        assert reading.shape_of(file) == shape
    found = lines(file).execute(
        "SELECT txt(ocid), len(bids), bids[1].amount, txt(bids[2].party), awards[1].status FROM line ORDER BY rid"
    )
    assert found.fetchall() == [(f"o{n}", 2, n + 1.0, "B", 1) for n in range(3)]


def test_broken_lines_are_kept_as_rows_without_an_id(
    tmp_path: Path, judged: Callable[..., Any]
) -> None:
    found = judged([GIVEN[0], "{not json", "", GIVEN[1], {"no": "ocid"}])
    assert (found.rows, found.counted, found.nameless) == (4, 2, 2)


def test_a_very_long_line_is_read_as_well(judged: Callable[..., Any]) -> None:
    long = release("long", [], numberOfTenderers=1, description="文" * (6 << 20))
    found = judged([GIVEN[0], long, GIVEN[1]])
    assert (found.rows, found.counted) == (3, 3)


def test_late_is_the_same_found_out_while_reading(tmp_path: Path, declared: Indicators) -> None:
    """When a bid was sent is not kept where nobody will ask for it."""
    moments = [
        "2025-04-01T17:00:00+08:00", "2025-04-01T17:00:01+08:00", "2025-04-01T16:59:59+08:00",
        "2025-04-01T09:30:00Z", "2025-04-01T17:00:00+09:00", "2025-04-01T17:00:00.5+08:00",
        "2025-04-01", "2025-04-02", "soon", "", "\\", 20250401, True, ["2025-04-01"], None,
    ]  # fmt: skip
    given = [
        release(f"{n}-{m}", [bid("W", 1, date=sent)], award("W"), tenderPeriod={"endDate": end})
        for n, sent in enumerate(moments)
        for m, end in enumerate(moments)
    ]
    file = write(tmp_path / "moments.jsonl", given)

    def lines(sent: reading.Sent) -> Any:
        connection = tables.connect(spill=tmp_path / "spill")
        reading.see_lines(connection, file, folder=tmp_path, sent=sent)
        return connection

    ours = judging.judge(lines("kept"), declared)
    assert ours == judging.judge(lines("ours"), declared)
    theirs = from_mapping({"currency": "CNY", "R030": {}})
    assert equal.answer(lines("kept"), theirs) == equal.answer(lines("theirs"), theirs)
    assert raised(ours, "R030") >= {("OCID", "1-0"), ("OCID", "7-6"), ("OCID", "3-0")}


def test_a_file_too_large_for_memory_has_the_same_rows(tmp_path: Path) -> None:
    file = write(tmp_path / "few.jsonl", GIVEN)
    seen = []
    for in_memory in (0, file.stat().st_size):
        with tables.connect(spill=tmp_path / "spill") as connection:
            reading.see_lines(connection, file, folder=tmp_path, in_memory=in_memory)
            seen.append(connection.execute("SELECT * FROM line ORDER BY rid").fetchall())
        assert (tmp_path / "lines.parquet").exists() is (in_memory == 0)
        (tmp_path / "lines.parquet").unlink(missing_ok=True)
    assert seen[0] == seen[1]
    assert len(seen[0]) == len(GIVEN)


def test_too_little_memory_is_said(tmp_path: Path) -> None:
    file = write(tmp_path / "few.jsonl", GIVEN)
    with (
        tables.connect(spill=tmp_path / "spill", memory_limit="20MB") as connection,
        pytest.raises(Invalid) as refused,
    ):
        reading.store_lines(connection, file, target=tmp_path / "x.parquet")
    assert "--memory-limit" in refused.value.say.en
    assert not (tmp_path / "x.parquet").exists()


def test_an_empty_file_has_no_rows(tmp_path: Path, judged: Callable[..., Any]) -> None:
    found = judged(write(tmp_path / "empty.jsonl", []))
    assert (found.rows, found.flags) == (0, ())


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused, tables.connect(spill=tmp_path) as connection:
        reading.store_lines(connection, tmp_path / "none.json", target=tmp_path / "x")
    assert "none.json" in refused.value.say.en


@pytest.mark.skipif(
    not (shared_data() / PACKAGE).is_file(),
    reason="the published package is not here; set PAIZHU_SHARED",
)
def test_a_published_package_is_read_as_it_is(judged: Callable[..., Any]) -> None:
    found = judged(shared_data() / PACKAGE)
    assert (found.rows, found.counted) == (100, 100)
    by_code = {one.code: one for one in found.outcomes}
    assert by_code["R024"].clear == by_code["R024"].raised == 0


@pytest.mark.parametrize(
    ("count", "share", "where"),
    [(5, 0.25, (0, 1, 2 / 3)), (1, 0.25, (0, 0, 0.0)), (2, 0.75, (1, 1, 0.0)), (3, 0.0, (0, 0, 0.0)),
     (4, 1.0, (3, 3, 0.0))],
)  # fmt: skip
def test_quantiles_lie_where_type_eight_has_them(
    count: int, share: float, where: tuple[int, int, float]
) -> None:
    assert fences.places(count, share) == (*where[:2], pytest.approx(where[2]))


def test_a_fence_is_rounded_once() -> None:
    big = 134_217_729.0
    assert fences.exactly(big, big, -18_014_398_777_917_440.0) == 1.0
    assert big * big - 18_014_398_777_917_440.0 == 0.0
    assert fences.exactly(float("inf"), 1.5, 1.0) == float("inf")


def test_settings_are_read_from_the_file_of_that_tool(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    file.write_text(
        "; a note\ncurrency = CNY\nprice_comparison_procurement_methods = A|B\n[exclusions]\n"
        "procurement_method_details = X\n[defaults]\ncurrency = USD\n[R003]\nthreshold = 9\n"
        "[R003.procurement_method_details]\n; Kind = 3\nEmergency = 4\n[R024]\n[R038]\nthreshold = 0.5\n",
        "utf-8",
    )
    found = from_file(file)
    assert (found.currency, found.compared, found.excluded) == ("CNY", ("A", "B"), ("X",))
    assert list(found.indicators) == ["R003", "R024", "R038"]
    assert found.whole("R003", "threshold") == 9
    assert found.indicators["R003"]["procurement_method_details"] == {"Emergency": "4"}
    assert (found.number("R024", "threshold"), found.number("R038", "threshold")) == (None, 0.5)


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        ({"R099": {}}, "R099"),
        ({"R003": {"treshold": 3}}, "R003.treshold"),
        ({"R003": {"threshold": "many"}}, "many"),
        ({"R003": {"procurement_method_details": {"x": 1.5}}}, "1.5"),
        ({"R048": {"digits": "2.5"}}, "2.5"),
        ({"R024": "no"}, "R024"),
        ({"exclusions": "no"}, "exclusions"),
    ],
)
def test_settings_that_are_none_are_refused(raw: dict[str, object], word: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_mapping(raw)
    assert word in refused.value.say.en
    assert word in refused.value.say.zh


def test_a_mark_before_the_first_line_loses_it_for_the_tool_of_the_field(
    tmp_path: Path, equally: Callable[..., Any]
) -> None:
    file = tmp_path / "marked.jsonl"
    with_number = release("a", [], numberOfTenderers=1)
    file.write_text(
        "\ufeff" + text(with_number) + "\n" + text(with_number | {"ocid": "b"}), "utf-8"
    )
    with tables.connect(spill=tmp_path) as connection:
        reading.store_lines(connection, file, target=tmp_path / "x.parquet", as_it_is=True)
        tables.put_lines(connection, [tmp_path / "x.parquet"])
        assert equal.answer(connection, from_mapping({"R018": {}}))["OCID"] == {"b": {"R018": 1.0}}
    assert equally(file, "R018")["OCID"].keys() == {"a", "b"}


@pytest.mark.parametrize(
    "content", ["[currency]\n[R003]\nx = 1\n", "[R003", "[R003]\na = 1\na = 2\n", None]
)
def test_a_settings_file_that_cannot_be_read_is_refused(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "settings.ini"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(Invalid):
        from_file(file)
