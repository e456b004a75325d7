"""Our own answers: where the field's tool guesses, and what cannot be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paizhu.analysis.ocds import tables
from paizhu.analysis.ocds.indicators import Indicators, check_indicators, load_indicators
from paizhu.analysis.ocds.judging import judge, unassessed
from paizhu.kernel.errors import Invalid
from paizhu.rules.mistakes import PackErrors
from tests.analysis.ocds.conftest import (
    PACK,
    award,
    bid,
    changed,
    contest,
    crowd,
    opened,
    outcome,
    raised,
    release,
)

Do = Callable[..., Any]
SOUND = release("x", [bid("W", 100), bid("L", 111), bid("D", 120, status="disqualified")],
                award("W"), numberOfTenderers=3)  # fmt: skip


#: What is wrong with a sound process: the indicator that asks, the place, what stands there, the reason.
MISSING: list[tuple[str, str, Any, str]] = [
    ("R003", "tender/tenderPeriod", None, "period_missing"),
    ("R003", "tender/tenderPeriod/endDate", "2025-04-01T17:00:00", "time_unclear"),
    ("R003", "tender/tenderPeriod/endDate", "2025-02-01T17:00:00Z", "impossible_dates"),
    ("R003", "tender/procurementMethod", "direct", "no_limit"),
    ("R018", "tender/procurementMethod", None, "method_missing"),
    ("R018", "tender/procurementMethod", "direct", "other_method"),
    ("R018", "tender/numberOfTenderers", 1, "contradiction"),
    ("R024", "awards", None, "no_award"),
    ("R024", "awards/0/status", "pending", "award_open"),
    ("R024", "awards/0/status", "cancelled", "no_active_award"),
    ("R024", "awards/0/suppliers", [{"id": "W"}, {"id": "L"}], "several_suppliers"),
    ("R024", "awards/0/suppliers", [{"id": "Z"}], "winner_bid_missing"),
    ("R024", "bids", None, "no_bids"),
    ("R024", "bids/details/1", None, "one_tenderer"),
    ("R024", "bids/details/1/status", None, "bid_status_missing"),
    ("R024", "bids/details/1/value/amount", None, "price_missing"),
    ("R024", "bids/details/1/value/amount", 0, "zero_price"),
    ("R024", "bids/details/1/value/currency", None, "currency_missing"),
    ("R024", "bids/details/1/value/currency", "USD", "several_currencies"),
    ("R024", "bids/details/1/value/amount", 90, "not_the_lowest"),
    ("R024", "tender/status", "cancelled", "cancelled"),
    ("R058", "bids/details/0/value/currency", "USD", "several_currencies"),
    ("R028", "bids/details/2/value/amount", None, "price_missing"),
    ("R028", "bids/details/2/value/currency", None, "currency_missing"),
    ("R028", "bids/details", [bid("W", 1)], "one_bid"),
    ("R030", "tender/tenderPeriod/endDate", None, "deadline_missing"),
    ("R030", "bids/details/0/date", "2025-03-20", "time_unclear"),
    ("R030", "awards/0/status", "pending", "award_open"),
    ("R030", "awards/0/status", "unsuccessful", "no_active_award"),
    ("R035", "awards", None, "no_award"),
    ("R035", "awards/0/status", "pending", "award_open"),
    ("R036", "bids/details/2/value/amount", None, "price_missing"),
    ("R036", "bids/details/2/value/amount", -1, "zero_price"),
    ("R036", "bids/details/2/value/currency", "USD", "several_currencies"),
    ("R055", "tender/procurementMethod", "limited", "price_missing"),
]  # fmt: skip


@pytest.fixture(scope="module")
def not_told(
    tmp_path_factory: pytest.TempPathFactory, declared: Indicators
) -> dict[str, set[tuple[str, str]]]:
    """Give for each indicator the processes it could not judge; judged once with all in one file."""
    wrong = [
        changed(SOUND, path, value) | {"ocid": f"x{n}"}
        for n, (_, path, value, _) in enumerate(MISSING)
    ]
    with opened(tmp_path_factory.mktemp("missing"), [*wrong, *crowd()]) as connection:
        judge(connection, declared)
        return {
            code: {(ocid, why) for ocid, why, _ in unassessed(connection, code)}
            for code in declared.indicators
        }


@pytest.mark.parametrize(
    "case", range(len(MISSING)), ids=["-".join((c, p, w)) for c, p, _, w in MISSING]
)
def test_what_is_missing_is_said_and_nothing_is_guessed(
    not_told: dict[str, set[tuple[str, str]]], case: int
) -> None:
    code, _, _, reason = MISSING[case]
    assert (f"x{case}", reason) in not_told[code]


def test_a_sound_process_is_clear_of_everything(judged: Do) -> None:
    found = judged([SOUND, *crowd()])
    assert {flag.who for flag in found.flags} == set()
    for code in ("R003", "R018", "R024", "R028", "R030", "R035", "R036", "R058"):
        assert outcome(found, code).clear >= 1, code
    assert (found.rows, found.counted, found.nameless, found.superseded) == (41, 41, 0, 0)


def test_processes_of_another_currency_are_judged_in_their_own(judged: Do, equally: Do) -> None:
    """One process in dollars among many in yuan: a ratio has no currency, so it is judged."""
    dollars = contest("usd", 300)
    for place in (0, 1):
        dollars = changed(dollars, f"bids/details/{place}/value/currency", "USD")
    given = [dollars, *crowd()]
    assert raised(judged(given), "R058") == {("OCID", "usd")}
    assert "usd" not in equally(given, "R058").get("OCID", {})


def test_late_is_told_by_the_moment(judged: Do, equally: Do) -> None:
    given = [
        release("late in UTC", [bid("W", date="2025-04-01T09:30:00Z")], award("W")),
        release("early in Tokyo", [bid("W", date="2025-04-01T17:00:00+09:00")], award("W")),
        release("late", [bid("W", date="2025-04-01T17:00:01+08:00")], award("W")),
        release("by the day", [bid("W", date="2025-04-02")], award("W"),
                tenderPeriod={"endDate": "2025-04-01"}),
        release("partner", [bid("A", date="2025-04-01T19:30:00+08:00", tenderers=[{"id": "A"}, {"id": "W"}])],
                award("V", "W")),
        release("loser", [bid("L", date="2025-04-01T19:30:00+08:00")], award("W")),
    ]  # fmt: skip
    found = judged(given)
    assert raised(found, "R030") == {
        ("OCID", "late in UTC"), ("OCID", "late"), ("OCID", "by the day"), ("OCID", "partner"),
    }  # fmt: skip
    theirs = equally(given, "R030")["OCID"]
    assert "early in Tokyo" in theirs
    assert "late in UTC" not in theirs


def test_a_short_period_is_short_for_its_method(judged: Do) -> None:
    period = {"startDate": "2025-03-01T17:00:00+08:00", "endDate": "2025-03-19T17:00:00+08:00"}
    given = [
        release("open", [], tenderPeriod=period),
        release("direct", [], tenderPeriod=period, procurementMethod="direct"),
        release("days", [], tenderPeriod={"startDate": "2025-03-01", "endDate": "2025-03-21"}),
    ]
    found = judged(given)
    assert raised(found, "R003") == {("OCID", "open")}
    assert next(f for f in found.flags).value == 18.0


def test_one_tenderer_is_counted_where_no_number_is_stated(judged: Do) -> None:
    given = [
        release("counted", [bid("A"), bid("A"), bid("B", status="withdrawn")]),
        release("two", [bid("A"), bid("B")]),
        release("stated", [], numberOfTenderers=1),
        release("odd", [bid("A")], numberOfTenderers=2),
    ]
    found = judged(given)
    assert raised(found, "R018") == {("OCID", "counted"), ("OCID", "stated")}
    assert outcome(found, "R018").not_assessable == {"contradiction": 1}


def test_shares_are_judged_by_processes_and_within_a_population(judged: Do, equally: Do) -> None:
    """Two bids in one process are one process; direct awards do not set the fence of open tenders."""
    out = [bid("A"), bid("D", status="disqualified")]
    given = [release("once", out) | {"buyer": {"id": "Once"}}]
    for buyer in range(40):
        for turn in range(3):
            status = "disqualified" if buyer % 2 and turn == 0 else "valid"
            bids = [bid(f"T{buyer}", status=status), bid(f"U{turn}{buyer}")]
            made = release(f"{buyer}-{turn}", bids, procuringEntity={"id": f"E{buyer}"})
            given.append(made | {"buyer": {"id": f"B{buyer}"}})
    given += [
        release(f"h{n}", out, procuringEntity={"id": "Hard"}) | {"buyer": {"id": "Hard"}}
        for n in range(3)
    ]
    found = judged(given)
    assert ("Buyer", "Once") not in raised(found, "R038")
    assert {("Buyer", "Hard"), ("ProcuringEntity", "Hard"), ("Tenderer", "D")} <= raised(
        found, "R038"
    )
    assert "Once" in equally(given, R038={"threshold": 0.4})["Buyer"]
    rows = next(f.rows for f in found.flags if (f.kind, f.who) == ("Buyer", "Hard"))
    assert rows == (121, 122, 123)


def test_a_fence_stands_around_one_method_and_category(judged: Do) -> None:
    """Gaps of 30 percent are usual for works and unheard of for goods."""
    works = [contest(f"w{n}", 130 + n % 5, mainProcurementCategory="works") for n in range(40)]
    given = [
        *crowd(),
        *works,
        contest("goods", 130),
        contest("usual", 131, mainProcurementCategory="works"),
    ]
    found = judged(given)
    assert raised(found, "R058") == {("OCID", "goods")}
    flag = next(f for f in found.flags if f.code == "R058")
    assert (flag.method, flag.category, flag.rows) == ("open", "goods", (80,))
    populations = {f.category: f.figures["count"] for f in found.fences if f.code == "R058"}
    assert populations == {"goods": 41.0, "works": 41.0}


def test_a_small_population_has_no_fence(judged: Do) -> None:
    found = judged([*crowd(10), contest("far", 900)])
    assert outcome(found, "R058").not_assessable == {"small_population": 11}
    assert outcome(found, "R025").not_assessable == {"small_population": 12}


def test_a_price_close_to_the_winning_one_is_told(judged: Do) -> None:
    found = judged([*crowd(), contest("close", 100.5)])
    assert raised(found, "R024") == {("OCID", "close")}


def test_who_always_comes_and_never_wins_is_told(judged: Do) -> None:
    given = [
        release(f"a{n}-{turn}", [bid("Loser", 120), bid(f"T{n}", 100), bid(f"T{(n + 1) % 40}", 110)], award(f"T{n}"))
        for n in range(40) for turn in range(3)
    ]  # fmt: skip
    found = judged(given)
    assert raised(found, "R025") == {("Tenderer", "Loser")}
    assert len(next(f for f in found.flags if f.code == "R025").rows) == 120


def test_equal_prices_and_out_of_turn_disqualifications_are_told(judged: Do) -> None:
    out = bid("D", 90, status="disqualified")
    given = [
        release("same", [bid("A", 7), bid("B", 7), bid("C", 8)], award("A")),
        release("free", [bid("A", 0), bid("B", 0)], award("A")),
        release("other coin", [bid("A", 7), bid("B", 7, value={"amount": 7, "currency": "USD"})], award("A")),
        release("left", [bid("W", 100), out], award("W")),
        release("dear", [bid("W", 80), bid("V", 85), out], award("W")),
    ]  # fmt: skip
    found = judged(given)
    assert raised(found, "R028") == {("OCID", "same")}
    assert raised(found, "R035") == {("OCID", "left")}
    assert raised(found, "R036") == {("OCID", "left")}
    assert next(f.value for f in found.flags if f.code == "R036") == pytest.approx(0.1)


def test_a_supplier_of_everything_is_told(judged: Do) -> None:
    def of(party: str, turn: int, kind: int) -> Any:
        items = [{"classification": {"id": f"{kind:02}000000"}}]
        return release(f"{party}-{turn}", [bid(party, 1)], award(party, items=items))

    given = [of(f"S{n}", turn, n % 3) for n in range(32) for turn in range(20)]
    given += [of("All", turn, turn) for turn in range(20)]
    given += [of("Few", turn, turn) for turn in range(19)]
    found = judged(given)
    assert raised(found, "R048") == {("Tenderer", "All")}
    assert outcome(found, "R048").not_assessable == {"few_processes": 1}


def split(ocid: str, amount: float, **more: Any) -> Any:
    """Give an award of A1020 to S for the buyer B, not openly tendered."""
    of = {
        "value": {"amount": amount, "currency": "CNY"}, "date": "2025-05-01T10:00:00+08:00",
        "items": [{"classification": {"id": "A1020101"}}], **more.pop("award", {}),
    }  # fmt: skip
    return release(ocid, [], award("S", **of), **{"procurementMethod": "limited", **more})


def test_purchases_that_reach_the_line_together_are_told_as_the_statute_does(judged: Do) -> None:
    given = [split("a", 250_000), split("b", 150_000), split("c", 1, award={"date": "2024-12-31"})]
    found = judged(given)
    flag = next(f for f in found.flags if f.code == "R055")
    assert (flag.kind, flag.who, flag.value, flag.threshold) == ("Buyer", "B", 400_000.0, 400_000.0)
    assert (flag.rows, flag.detail) == ((0, 1), "A102 / 2025")


def test_a_sum_reaches_the_line_in_whatever_order_it_is_added_up(judged: Do) -> None:
    amounts = [84770.76, 36881.72, 76658.45, 12997.16, 34572.2, 138192.99, 15926.72]
    for given in (amounts, sorted(amounts), sorted(amounts, reverse=True)):
        found = judged([split(f"p{n}", amount) for n, amount in enumerate(given)])
        assert [f.value for f in found.flags if f.code == "R055"] == [400_000.0]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (split("b", 149_999), None),
        (split("b", 400_000), "above_the_line"),
        (split("b", 150_000, procurementMethod="open"), None),
        (split("b", 150_000, procurementMethodDetails="公开招标"), "open_tender"),
        (split("b", 150_000, procurementMethod=None), "method_missing"),
        (split("b", 150_000, award={"date": "2026-01-01T10:00:00+08:00"}), None),
        (split("b", 150_000, award={"items": [{"classification": {"id": "B1020101"}}]}), None),
        (split("b", 150_000, award={"status": "cancelled"}), "no_active_award"),
        (
            split("b", 150_000, award={"value": {"amount": 150_000, "currency": "USD"}}),
            "other_currency",
        ),
        (split("b", 150_000, award={"value": {"amount": 150_000}}), "currency_missing"),
        (split("b", -1), "zero_price"),
        (split("b", 150_000, award={"date": None}), "award_date_missing"),
        (split("b", 150_000, award={"items": []}), "class_missing"),
        (split("b", 150_000, status="cancelled"), "cancelled"),
        (split("b", 150_000) | {"buyer": {"id": "Other"}}, None),
        (split("b", 150_000) | {"buyer": {}}, "buyer_missing"),
        (split("b", 150_000) | {"planning": {"budget": {"project": "another"}}}, None),
    ],
)
def test_what_only_looks_like_splitting_is_not_told(
    lines: Do, declared: Indicators, second: Any, reason: str | None
) -> None:
    connection = lines([split("a", 250_000), second])
    assert raised(judge(connection, declared), "R055") == set()
    reasons = {why for ocid, why, _ in unassessed(connection, "R055") if ocid == "b"}
    assert reasons == ({reason} if reason else set())


def test_lots_of_one_process_are_one_purchase(judged: Do) -> None:
    lots = split("a", 250_000)
    lots["awards"] *= 2
    assert raised(judged([lots]), "R055") == set()


def test_several_releases_of_one_process_are_not_put_together(judged: Do) -> None:
    twice = [release("x", [], numberOfTenderers=1), release("x", [], numberOfTenderers=4)]
    found = judged([*twice, release("y", [], numberOfTenderers=1)])
    assert raised(found, "R018") == {("OCID", "y")}
    assert outcome(found, "R018").not_assessable == {"several_releases": 2}


def test_rows_behind_a_flag_are_shown_as_they_came(lines: Do, declared: Indicators) -> None:
    connection = lines([*crowd(), contest('far "京"', 900)])
    flag = next(f for f in judge(connection, declared).flags if f.code == "R058")
    (row,) = tables.rows_at(connection, flag.rows)
    assert (row["row"], row["ocid"], row["buyer"], row["method"]) == (41, 'far "京"', "B", "open")
    assert [(b["tenderers"], b["amount"], b["status"]) for b in row["bids"]] == [
        (['Lfar "京"'], 900.0, "valid"), (["W"], 100.0, "valid"),
    ]  # fmt: skip
    assert [a["suppliers"] for a in row["awards"]] == [["W"]]


def test_every_indicator_is_told_in_both_languages_and_accuses_nobody(declared: Indicators) -> None:
    assert list(declared.indicators) == [
        "R003", "R018", "R024", "R025", "R028", "R030", "R035", "R036", "R038", "R048", "R055", "R058",
    ]  # fmt: skip
    for one in declared.indicators.values():
        words = one.says.zh + one.why.zh + one.title.zh + one.says.en + one.why.en + one.title.en
        assert not any(
            word in words
            for word in ("违法", "违纪", "腐败", "嫌疑人", "guilty", "corrupt", "crime")
        )
        filled = {"who": 1, "value": 1, "threshold": 1, "processes": 1, "detail": 1}
        assert one.says.zh.format(**filled)
        assert one.says.en.format(**filled)


def test_every_reason_that_may_be_given_is_declared(declared: Indicators) -> None:
    given = {
        reason
        for file in (tables.SQL / "judge").glob("*.sql")
        for reason in re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", file.read_text("utf-8"))
    }
    known = declared.not_assessable.keys() | declared.outside.keys()
    assert given - {"raised", "clear"} == known


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("  R058:", "  R059:", "indicators.R059"),
        ("      least:", "      most:", "indicators.R035.parameters"),
        ("value: {open: 20, selective: 20}", "value: 20", "indicators.R003.parameters.days"),
        ("value: 400000,", "value: much,", "indicators.R055.parameters.line"),
        ("reach: 1.5", "reach: far", "reach"),
        ("minimum_population: 30", "minimum: 30", "minimum_population"),
    ],
)
def test_a_declaration_that_does_not_fit_is_refused(
    tmp_path: Path, before: str, after: str, key: str
) -> None:
    file = tmp_path / "ocds" / "indicators.yaml"
    file.parent.mkdir()
    text = (PACK / "ocds" / "indicators.yaml").read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after), "utf-8")
    assert key in {mistake.key for mistake in check_indicators([tmp_path])}
    with pytest.raises(PackErrors):
        load_indicators([PACK, tmp_path])


def test_a_pack_of_ones_own_comes_before_the_national_one(tmp_path: Path) -> None:
    file = tmp_path / "ocds" / "indicators.yaml"
    file.parent.mkdir()
    text = (PACK / "ocds" / "indicators.yaml").read_text("utf-8")
    file.write_text(text.replace("value: 400000,", "value: 2000000,"), "utf-8")
    assert check_indicators([PACK, tmp_path]) == []
    found = load_indicators([PACK, tmp_path])
    assert found.indicators["R055"].parameters["line"].value == 2_000_000
    with pytest.raises(Invalid):
        load_indicators([tmp_path / "none"])
