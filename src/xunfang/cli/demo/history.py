"""Ninety days of incidents, as counts by place or cell, month, hour and class.

The totals are exact (88 a day reported by residents); where and when they fall is
drawn: hours, months and weekdays from the profiles of ``demo_city.json``, places from
a long-tailed weight, because in every city a few places hold a large share of the
calls (Sherman, Gartin & Buerger 1989: 3.3 % of places, 50.4 % of calls).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from xunfang.cli.demo.city_model import IncidentCounts, KeyPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunfang.cli.demo.territory import Territory

N_DAYS = 90
N_PATROL_FOUND_A_DAY = 9
_AT_KEY_PLACES_SHARE = 0.42

# Share of each class in the valid incidents. From demo_city.json's mix: thefts and
# scams are the criminal and public-order ones; of the calls for help, those about
# noise are counted by themselves.
CLASS_SHARES = {
    "theft": 0.045,
    "noise": 0.100,
    "disputes": 0.135,
    "traffic": 0.205,
    "scam": 0.045,
    "lost_help": 0.365,
    "other": 0.105,
}
_PATROL_FOUND_SHARES = {
    "theft": 0.02,
    "noise": 0.14,
    "disputes": 0.12,
    "traffic": 0.30,
    "scam": 0.01,
    "lost_help": 0.26,
    "other": 0.15,
}
# How much a kind of place draws a class; 0.15 where none is given.
_PULL: dict[str, dict[str, float]] = {
    "theft": {"mall_market": 3.0, "estate": 2.5, "station": 2.5, "logistics": 1.0},
    "noise": {
        "restaurant": 2.5,
        "entertainment": 2.5,
        "park_square": 2.0,
        "estate": 1.0,
    },
    "disputes": {"restaurant": 1.5, "clinic": 2.0, "mall_market": 1.5, "estate": 1.5},
    "traffic": {"school": 1.5, "mall_market": 1.2, "station": 2.0, "clinic": 1.0},
    "scam": {"estate": 2.0, "bank": 1.5, "logistics": 1.0},
    "lost_help": {"station": 3.0, "park_square": 2.0, "mall_market": 2.0, "hotel": 1.0},
    "other": {"entertainment": 1.0, "hotel": 1.0, "water_bridge": 1.0},
}


def count_incidents(
    figures: dict[str, Any],
    territory: Territory,
    places: Sequence[KeyPlace],
    as_of: date,
    rng: np.random.Generator,
) -> tuple[IncidentCounts, IncidentCounts]:
    """Return the counts that residents reported and those that patrols found."""
    weights = _cell_weights(figures, territory, rng)
    # A heavy tail (Pareto, index 1.3): a few places are asked for again and again. The
    # cap keeps the worst at about one incident a day.
    heat = np.minimum(1.0 + rng.pareto(1.3, size=len(places)), 10.0)
    residents = {row["code"]: row["population"] for row in figures["stations"]}
    heat *= np.array([residents[place.station] for place in places]) / 50_000.0
    n_reported = figures["daily"]["valid_incidents"] * N_DAYS
    reported = _draw(
        "resident_reported", figures, CLASS_SHARES, n_reported, territory,
        places, weights, heat, as_of, rng,
    )  # fmt: skip
    found = _draw(
        "patrol_found", figures, _PATROL_FOUND_SHARES, N_PATROL_FOUND_A_DAY * N_DAYS,
        territory, places, weights, heat**0.5, as_of, rng,
    )  # fmt: skip
    return reported, found


def _cell_weights(
    figures: dict[str, Any], territory: Territory, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Residents' share of each cell, with streets more and less lively."""
    population = {row["code"]: row["population"] for row in figures["stations"]}
    owner = np.array(territory.station_of_cell)
    n_points = np.bincount(
        territory.cell_of_point[territory.cell_of_point >= 0], minlength=len(owner)
    )
    weights = np.sqrt(n_points + 1.0) * rng.lognormal(0.0, 0.7, size=len(owner))
    for code, people in population.items():
        mine = owner == code
        weights[mine] *= people / weights[mine].sum()
    return weights / weights.sum()


def _draw(
    source: str,
    figures: dict[str, Any],
    shares: dict[str, float],
    n_total: int,
    territory: Territory,
    places: Sequence[KeyPlace],
    cell_weights: NDArray[np.float64],
    heat: NDArray[np.float64],
    as_of: date,
    rng: np.random.Generator,
) -> IncidentCounts:
    days = [as_of - timedelta(days=N_DAYS - 1 - i) for i in range(N_DAYS)]
    months = tuple(dict.fromkeys((d.year, d.month) for d in days))
    month_of_day = np.array([months.index((d.year, d.month)) for d in days])
    weekday = list(figures["weekday_factor"].values())
    number = {code: i for i, code in enumerate(territory.cell_codes)}
    cell_of_place = np.array([number[p.cell] for p in places])
    classes = tuple(shares)
    by_cell = np.zeros((len(months), len(cell_weights), 24, len(classes)), np.int32)
    by_place = np.zeros((len(months), len(places), 24, len(classes)), np.int32)
    n_by_class = rng.multinomial(n_total, list(shares.values()))
    for c, (name, n) in enumerate(zip(classes, n_by_class, strict=True)):
        monthly = figures["month_factor"].get(
            name, figures["month_factor"]["all_valid"]
        )
        daily = np.array([monthly[d.month - 1] * weekday[d.weekday()] for d in days])
        hourly = np.array(
            figures["hour_profile_permille"].get(
                name, figures["hour_profile_permille"]["all_valid"]
            )
        )
        month = month_of_day[rng.choice(N_DAYS, size=n, p=daily / daily.sum())]
        hour = rng.choice(24, size=n, p=hourly / hourly.sum())
        pull = heat * np.array([_PULL[name].get(p.kind, 0.15) for p in places])
        n_places = int(rng.binomial(n, _AT_KEY_PLACES_SHARE))
        place = rng.choice(len(places), size=n_places, p=pull / pull.sum())
        cell = rng.choice(len(cell_weights), size=n - n_places, p=cell_weights)
        everywhere = np.concatenate([cell_of_place[place], cell])
        np.add.at(by_place[..., c], (month[:n_places], place, hour[:n_places]), 1)
        np.add.at(by_cell[..., c], (month, everywhere, hour), 1)
    return IncidentCounts(
        source=source,
        first_day=days[0],
        last_day=days[-1],
        months=months,
        classes=classes,
        by_cell=by_cell,
        by_place=by_place,
    )
