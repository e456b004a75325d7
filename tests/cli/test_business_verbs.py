"""Business data on the command line: import a table, and list, run and show measures."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import run

HEADER = "合同编号,采购单位,供应商,采购内容,品目,采购方式,签订日期,金额,币种\n"


def sheet(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_sheet_is_checked_before_it_is_imported(installation, tmp_path):
    good = sheet(
        tmp_path / "g.csv", "T-1,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-01,100.00,CNY"
    )
    dry = installation.run("import", "purchases", good, "--dry-run", "--json")
    assert (dry.code, dry.json["outcome"], dry.json["load"]) == (0, "checked", None)
    assert "in the name of Wu Jingyu" in dry.err, "nobody's name is used in silence"
    assert dry.json["mapping"]["columns"]["amount"] == "金额"
    stored = installation.run("import", "purchases", good, "--source", "wjw-purchases", "--json")
    assert (stored.code, stored.json["outcome"]) == (0, "stored")
    assert installation.run("import", "purchases", good, "--json").json["outcome"] == "known"


def test_a_bad_row_is_named_by_sheet_row_and_column(installation, tmp_path):
    bad = sheet(
        tmp_path / "bad.csv",
        "T-2,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-01,100.00,CNY",
        "T-3,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-01,很多,CNY",
    )
    done = installation.run("import", "purchases", bad, "--dry-run", "--json")
    assert done.code == 1
    problem = done.json["problems"][0]
    assert (problem["row"], problem["column"], problem["value"]) == (3, "H", "很多")
    whole = installation.run("import", "purchases", bad, "--all-or-nothing", "--json")
    assert (whole.code, whole.json["outcome"]) == (1, "refused")


def test_an_import_that_left_rows_out_keeps_the_good_ones_and_ends_with_1(installation, tmp_path):
    mixed = sheet(
        tmp_path / "mixed.csv",
        "T-21,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-03,120.00,CNY",
        "T-22,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-03,很多,CNY",
    )
    done = installation.run("import", "purchases", mixed, "--json")
    assert (done.code, done.json["outcome"]) == (1, "stored")
    assert done.json["rows"] == {"read": 2, "kept": 1, "refused": 1}
    again = installation.run("import", "purchases", mixed, "--json")
    assert (again.code, again.json["outcome"]) == (0, "known")


def test_a_mapping_is_taken_from_a_file(installation, tmp_path):
    good = sheet(
        tmp_path / "m.csv", "T-9,青屿市第一人民医院,甲公司,纸,办公用品,询价,2025-09-02,90.00,CNY"
    )
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"columns": {"unit": "采购单位", "supplier": "供应商", "signed_date": "签订日期", "amount": "金额"}, "fixed": {"currency": "CNY"}}))  # fmt: skip
    done = installation.run(
        "import", "purchases", good, "--mapping", mapping, "--dry-run", "--json"
    )
    assert (done.code, done.json["mapping"]["fixed"]) == (0, {"currency": "CNY"})
    mapping.write_text("{")
    assert installation.run("import", "purchases", good, "--mapping", mapping).code == 2


def test_what_cannot_be_imported_is_refused(installation, tmp_path):
    assert installation.run("import", "purchases", tmp_path / "no.xlsx").code == 2
    assert "acceptances" in installation.run("import", "salaries", tmp_path / "no.xlsx").err
    there = sheet(tmp_path / "x.csv", "1,2,3,4,5,6,2025-01-01,8,CNY")
    assert installation.run("import", "purchases", there, "--source", "none").code == 2


def test_measures_are_listed_run_and_shown(installation):
    listed = run("measures", "list", "--json").json
    assert "split_below_tender_line" in [one["measure"] for one in listed]
    ran = installation.run("measures", "run", "split_below_tender_line", "--json")
    assert (ran.code, ran.json[0]["outcome"]) == (0, "raised")
    assert ran.json[0]["findings"] >= 3
    shown = installation.run(
        "measures", "show", "split_below_tender_line", "--as", "wj-head", "--json"
    ).json
    assert shown["hit_rate"]["raised"] == len(shown["flags"])
    assert shown["declared"]["why"]["zh"]
    assert run("measures", "show", "split", "--json").code == 2
