"""The answers of the field's tool, worked by hand from its definitions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from paizhu.analysis.ocds.settings import Settings
from tests.analysis.ocds.conftest import award, bid, changed, contest, release

Do = Callable[..., Any]


def codes_of(answer: Any, code: str, kind: str = "OCID") -> dict[str, float]:
    return {who: found[code] for who, found in answer.get(kind, {}).items() if code in found}


def test_a_period_under_fifteen_whole_days_is_short(equally: Do) -> None:
    def of(ocid: str, end: str, **more: Any) -> Any:
        period = {"startDate": "2025-03-01T10:00:00+08:00", "endDate": end}
        return release(ocid, [], tenderPeriod=period, **more)

    given = [
        of("short", "2025-03-16T09:59:59+08:00"), of("long", "2025-03-16T10:00:00+08:00"),
        of("zones", "2025-03-16T04:00:00Z"), of("no zone", "2025-03-02T10:00:00"),
        of("a day", "2025-03-02"), of("backwards", "2025-02-28T10:00:00+08:00"),
        of("fraction", "2025-03-16T09:59:59.999+08:00"), of("cancelled", "2025-03-02T10:00:00Z", status="cancelled"),
        of("details", "2025-03-04T10:00:00+08:00", procurementMethodDetails="emergency"),
        of("limited", "2025-03-02T10:00:00+08:00", procurementMethod="limited"),
    ]  # fmt: skip
    found = equally(
        given, R003={"procurement_method_details": {"emergency": 3}, "procurement_methods": "open"}
    )
    assert codes_of(found, "R003") == {"short": 1.0, "backwards": 1.0, "fraction": 1.0}
    assert found["Meta"] == {}


def test_one_tenderer_is_told_by_the_number_stated(equally: Do) -> None:
    given = [
        release("one", [], numberOfTenderers=1), release("text", [], numberOfTenderers="1"),
        release("two", [], numberOfTenderers=2), release("float", [], numberOfTenderers=1.5),
        release("direct", [], numberOfTenderers=1, procurementMethod="direct"),
        release("none", [], numberOfTenderers=1, procurementMethod=None),
    ]  # fmt: skip
    assert codes_of(equally(given, "R018"), "R018") == {"one": 1.0}


def test_gaps_have_quartiles_of_type_eight_and_fences_around_them(equally: Do) -> None:
    """1 and four times 99, as in the tool's manual: q1 = 1 + 2/3 · 98."""
    given = [contest("F", 2, won=1)] + [contest(f"n{n}", 100, won=1) for n in range(4)]
    found = equally(given, "R024", "R058")
    assert found["Meta"]["R024"] == {"q1": 66.3333, "q3": 99.0, "lower_fence": 17.3333}
    assert found["Meta"]["R058"] == {"q1": 66.3333, "q3": 99.0, "upper_fence": 148.0}
    assert codes_of(found, "R024") == {"F": 1.0}
    assert codes_of(found, "R024", "Tenderer") == {"W": 0.0, "LF": 0.0}
    assert codes_of(found, "R058") == {}


def test_a_gap_needs_one_winner_and_prices_in_the_currency(equally: Do) -> None:
    sound = contest("sound", 103)
    given = [
        sound,
        changed(sound, "awards/0/status", "pending") | {"ocid": "open"},
        release("two awards", [bid("W", 1), bid("L", 2)], award("W"), award("L")),
        release("cancelled too", [bid("W", 100), bid("L", 101)], award("W"), award("L", status="cancelled")),
        release("together", [bid("W", 1), bid("L", 2)], award("W", "L")),
        changed(sound, "bids/details/0/value/currency", "USD") | {"ocid": "dollars"},
        changed(sound, "bids/details/0/value/amount", "103") | {"ocid": "text"},
        changed(sound, "bids/details/0/tenderers/0/id", 7) | {"ocid": "number"},
        changed(sound, "awards/0/suppliers", {"id": "W"}) | {"ocid": "object"},
        contest("cheaper", 99),
        release("twice", [bid("W", 105), bid("W", 100), bid("L", 102), bid("M", 102)], award("W")),
    ]  # fmt: skip
    found = equally(given, R058={"threshold": 0})
    assert codes_of(found, "R058") == {}
    found = equally(given, R024={"threshold": 0.5})
    assert codes_of(found, "R024") == {"sound": 0.03, "cancelled too": 0.01, "twice": 0.02}
    assert codes_of(found, "R024", "Tenderer").keys() == {"W", "L", "Lsound"}
    assert found["Meta"] == {"R024": {"lower_fence": 0.5}}


def test_without_a_currency_the_first_one_met_counts(equally: Do) -> None:
    dollars = contest("dollars", 200)
    for n in (0, 1):
        dollars = changed(dollars, f"bids/details/{n}/value/currency", "USD")
    given = [dollars, contest("yuan", 200)]
    found = equally(given, R058={"threshold": 0.5}, currency=None)
    assert codes_of(found, "R058") == {"dollars": 1.0}
    found = equally(given[::-1], R058={"threshold": 0.5}, currency=None)
    assert codes_of(found, "R058") == {"yuan": 1.0}
    assert codes_of(equally(given, R036={}, currency=None), "R036") == {}


def test_prices_are_compared_only_where_the_settings_say(equally: Do) -> None:
    given = [contest("a", 200, procurementMethodDetails="Lot"), contest("b", 200, procurementMethodDetails="价"),
             contest("c", 200)]  # fmt: skip
    wanted = {"R058": {"threshold": 0.5}}
    found = equally(given, no_price_comparison_procurement_methods="Lot|x", **wanted)
    assert codes_of(found, "R058").keys() == {"b", "c"}
    found = equally(given, price_comparison_procurement_methods="价|", **wanted)
    assert codes_of(found, "R058").keys() == {"b"}
    found = equally(given, exclusions={"procurement_method_details": "价"}, **wanted)
    assert codes_of(found, "R058").keys() == {"a", "c"}


def test_who_bids_often_and_seldom_wins_is_an_outlier(equally: Do) -> None:
    """F wins one of six; everyone else wins the one it was in, as in the tool's manual."""
    given = [release("0", [bid("F")], award("F"))]
    given += [
        release(str(n), [bid("F"), bid("F"), bid(str(n))], award(str(n))) for n in range(1, 6)
    ]
    found = equally(given, "R025")
    assert codes_of(found, "R025", "Tenderer") == {"F": 1 / 6}
    assert found["Meta"]["R025"] == {
        "q1": 0.9306, "q3": 1.0, "upper_fence": 1.4167, "lower_fence": 0.8264,
    }  # fmt: skip
    found = equally(given, R025={"threshold": 0.1, "percentile": 50})
    assert codes_of(found, "R025", "Tenderer") == {}
    assert found["Meta"]["R025"] == {"upper_fence": 1.0, "lower_fence": 0.1}


def test_equal_prices_of_different_tenderers_are_told(equally: Do) -> None:
    pair = [bid("V", 1), bid("D", 1, status="disqualified")]
    given = [
        release("same", pair), release("own", [bid("V", 1), bid("V", 1)]),
        release("withdrawn", [bid("V", 1), bid("D", 1, status="withdrawn")]),
        release("group", [bid("V", 2, tenderers=[{"id": "V"}, {"id": "X"}]), bid("V", 2)]),
        release("same group", [bid("V", 3, tenderers=[{"id": "Y"}, {"id": "Z"}]),
                               bid("V", 3, tenderers=[{"id": "Z"}, {"id": "Y"}])]),
        release("coins", [bid("V", 1), bid("D", 1, value={"amount": 1, "currency": "USD"})]),
        release("nobody", [bid(None, 1), bid("D", 1)]),
    ]  # fmt: skip
    found = equally(given, "R028")
    assert codes_of(found, "R028") == {"same": 1.0, "group": 1.0}
    assert codes_of(found, "R028", "Tenderer") == {"V": 1.0, "D": 1.0, "X": 1.0}


def test_late_is_told_by_the_text(equally: Do) -> None:
    """Faithfully: half an hour late in UTC is missed, an hour early in another zone is not."""
    given = [
        release("late", [bid("W", date="2025-04-01T17:00:01+08:00")], award("W")),
        release("utc", [bid("W", date="2025-04-01T09:30:00Z")], award("W")),
        release("early", [bid("W", date="2025-04-01T17:00:00+09:00")], award("W")),
        release("loser", [bid("L", date="2025-05-01T17:00:01+08:00")], award("W")),
        release("invalid", [bid("W", status="pending", date="2025-05-01T17:00:01+08:00")], award("W")),
        release("partner", [bid(None, date="2025-05", tenderers=[{"id": "L"}, {"id": "P"}])], award("W", "P")),
        release("blank", [bid("W", date="2025-04-01 18:00")], award("W")),
    ]  # fmt: skip
    found = equally(given, "R030")
    assert codes_of(found, "R030") == {"late": 1.0, "early": 1.0, "partner": 1.0}
    assert codes_of(found, "R030", "Tenderer") == {"W": 1.0, "P": 1.0}


def test_all_but_the_winner_out_counts_the_others(equally: Do) -> None:
    def out(party: str) -> Any:
        return bid(party, status="disqualified")

    given = [
        release("two", [bid("W"), out("A"), out("B"), out("A"), out("W")], award("W")),
        release("other valid", [bid("W"), bid("V"), out("A")], award("W")),
        release("other winner", [bid("W"), out("A")], award("V")),
        release("none out", [bid("W"), out("W")], award("W")),
        release("pending", [bid("W"), out("A")], award("W"), award("V", status="pending")),
        release("same twice", [bid("W"), out("A")], award("W"), award("W")),
        release("group", [bid("W", tenderers=[{"id": "W"}, {"id": "X"}]), out("A")], award("W")),
    ]  # fmt: skip
    assert codes_of(equally(given, "R035"), "R035") == {"two": 2.0, "same twice": 1.0}
    found = equally(given, R035={"threshold": 2})
    assert codes_of(found, "R035") == {"two": 2.0}
    assert codes_of(found, "R035", "Tenderer") == {"W": 0.0}
    assert codes_of(equally(given, R035={"threshold": -1}), "R035").keys() == {"two", "same twice"}


def test_the_first_of_the_lowest_decides_whether_the_lowest_was_out(equally: Do) -> None:
    out = bid("D", 1, status="disqualified")
    given = [
        release("out", [bid("W", 2), out], award("W")),
        release("tie out", [out, bid("W", 1)], award("W")),
        release("tie in", [bid("W", 1), out], award("W")),
        release("no award", [bid("W", 2), out], award("W", status="pending")),
        release("no valid", [out, bid("P", 2, status="pending")], award("W")),
        release("unnamed", [bid(None, 2), bid(None, 1, status="disqualified")], award()),
    ]  # fmt: skip
    assert codes_of(equally(given, "R036"), "R036").keys() == {"out", "tie out", "unnamed"}


def test_disqualified_shares_are_counted_in_bids(equally: Do) -> None:
    """Faithfully: one process with two bids passes a minimum of two processes."""
    given = [release("0", [bid("W1"), bid("D", status="disqualified")], procuringEntity=None)]
    given[0]["buyer"] = {"id": "B"}
    for n in range(1, 5):
        given.append(
            release(str(n), [bid(f"W{n + 1}")], procuringEntity=None) | {"buyer": {"id": str(n)}}
        )
    found = equally(given, "R038")
    assert codes_of(found, "R038", "Buyer") == {"B": 0.5}
    assert found["Meta"]["R038"] == {"Buyer_q1": 0.5, "Buyer_q3": 0.5, "Buyer_upper_fence": 0.5}
    found = equally(
        given,
        R038={"threshold": 0.9, "minimum_submitted_bids": 1, "minimum_contracting_processes": 1},
    )
    assert codes_of(found, "R038", "Tenderer") == {"D": 1.0}
    assert found["Meta"]["R038"] == {"Buyer_upper_fence": 0.9, "Tenderer_upper_fence": 0.9}


def test_classes_are_counted_by_their_first_signs(equally: Do) -> None:
    def of(ocid: str, party: str, *classes: object, **more: Any) -> Any:
        items = [{"classification": {"id": one}} for one in classes]
        return release(ocid, [], award(party, items=items, **more))

    given = [of("F", "F", "1000", "1100", "1001", 12), of("no", "F", "9900", status="cancelled")]
    given += [of(str(n), str(n), "10") for n in range(4)]
    found = equally(given, R048={"minimum_contracting_processes": 1})
    assert codes_of(found, "R048", "Tenderer") == {"F": 2.0}
    assert found["Meta"]["R048"] == {"q1": 1.0, "q3": 1.3333, "upper_fence": 1.8333}
    found = equally(given, R048={"minimum_contracting_processes": 1, "digits": 4, "threshold": 3})
    assert codes_of(found, "R048", "Tenderer") == {"F": 3.0}
    assert equally(given, "R048")["Meta"]["R048"] == {"q1": None, "q3": None, "upper_fence": None}


def test_every_line_counts_and_what_is_no_release_is_passed_over(equally: Do) -> None:
    short = {"startDate": "2025-03-01T10:00:00Z", "endDate": "2025-03-02T10:00:00Z"}
    given = [release("a", [], tenderPeriod=short), "", "{broken", "[1]", release(7, [], tenderPeriod=short),
             release("京\"b", [], tenderPeriod=short)]  # fmt: skip
    assert codes_of(equally(given, "R003"), "R003") == {"a": 1.0, '京"b': 1.0}


@pytest.mark.parametrize("code", list(Settings().indicators))
def test_nothing_given_gives_nothing(equally: Do, code: str) -> None:
    found = equally([release("a", [])], code)
    assert set(found) == {"Meta"}
    assert all(v is None or math.isfinite(v) for m in found["Meta"].values() for v in m.values())
