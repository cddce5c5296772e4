"""Suggestions come from residents' reports and show their counts."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xunfang.core.planning.suggest import (
    NotResidentReported,
    PatrolFinding,
    ResidentReport,
    shrunken_rates,
    suggest_stops,
)

PLACES = ("market", "park", "school", "square")


def _reports(place: str, n: int, hour: int = 22) -> list[ResidentReport]:
    return [ResidentReport(place, hour, "summer")] * n


def _suggest(reports, n_suggestions=3):
    return suggest_stops(
        reports,
        places=PLACES,
        season="summer",
        n_nights=10,
        hours=(21, 22),
        n_suggestions=n_suggestions,
    )


@pytest.mark.row("A18")
def test_a_suggestion_lists_the_counts_behind_it():
    """Counts 12, 4, 0, 0 over 10 nights: rates 1.2, 0.4, 0, 0, mean m = 0.4.

    s2 = (0.64 + 0 + 0.16 + 0.16) / 4 = 0.24; m / nights = 0.04; b = 0.4 / 0.2 = 2;
    a = 0.8; market (0.8 + 12) / 12 = 1.0667, park (0.8 + 4) / 12 = 0.4.
    """
    reports = _reports("market", 12) + _reports("park", 4)
    reports += [ResidentReport("school", 22, "winter")] * 9

    suggestions = _suggest(reports)

    assert [(s.place, s.hour) for s in suggestions] == [("market", 22), ("park", 22)]
    assert suggestions[0].expected_per_night == pytest.approx(12.8 / 12)
    assert suggestions[1].expected_per_night == pytest.approx(0.4)
    assert suggestions[1].reason.code == "resident_reports"
    assert suggestions[1].reason.facts == {
        "n_reports": 4,
        "n_nights": 10,
        "season": "summer",
        "hour": 22,
        "n_reports_all_places": 16,
        "n_places": 4,
        "mean_per_night": pytest.approx(0.4),
        "expected_per_night": pytest.approx(0.4),
    }


@pytest.mark.row("A18")
def test_no_field_can_hold_a_person():
    assert [field.name for field in fields(ResidentReport)] == [
        "place",
        "hour",
        "season",
    ]


@pytest.mark.rule("CL-23")
def test_what_patrols_found_by_themselves_never_drives_a_suggestion():
    rows = [*_reports("market", 3), PatrolFinding("park", 22, "summer")]

    with pytest.raises(NotResidentReported):
        _suggest(rows)


def test_chance_alone_makes_no_place_stand_out():
    """Counts 1, 0, 1, 0: variance 0.0025 < mean / nights = 0.005."""
    rates = shrunken_rates(np.array([1.0, 0.0, 1.0, 0.0]), n_nights=10)

    assert rates == pytest.approx([0.05] * 4)


def test_without_nights_there_are_no_rates():
    with pytest.raises(ValueError, match="n_nights"):
        suggest_stops(
            [], places=PLACES, season="summer", n_nights=0, hours=(1,), n_suggestions=1
        )


@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.integers(1, 100))
def test_shrinking_keeps_the_mean_and_the_order(counts, n_nights):
    n = np.array(counts, dtype=np.float64)

    rates = shrunken_rates(n, n_nights=n_nights)

    assert rates.mean() == pytest.approx((n / n_nights).mean())
    order = np.argsort(n, kind="stable")
    assert (np.diff(rates[order]) >= -1e-12).all()
    assert (abs(rates - rates.mean()) <= abs(n / n_nights - rates.mean()) + 1e-9).all()
