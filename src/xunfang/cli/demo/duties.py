"""Markets and their rounds, circle places, police rooms, and who is out tonight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xunfang.cli.demo.city_model import (
    BusyWindow,
    CirclePlace,
    Crew,
    KeyPlace,
    LoopStop,
    Market,
    PoliceRoom,
)
from xunfang.cli.demo.names import Name
from xunfang.cli.demo.place_sites import (
    NIGHT_MARKETS,
    night_market_sites,
    station_point,
)
from xunfang.cli.demo.premises import ALL_WEEK, ALL_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from xunfang.cli.demo.city_model import PatrolArea, Station
    from xunfang.cli.demo.ground import StreetGround
    from xunfang.cli.demo.territory import Territory

MARKET_REACH_M = 170.0
"""How far a market's stalls reach: one team on foot is round them in 40 minutes."""
_LOOP = (
    Name("市场大门", "Market Gate"),
    Name("食品大厅", "Food Hall"),
    Name("公交站", "Bus Stop"),
    Name("三轮车停放点", "Tricycle Stand"),
    Name("农资摊区", "Farm Goods Stalls"),
    Name("小区门口", "Estate Gate"),
    Name("背街巷口", "Back Lane"),
)
_NIGHT_LOOP = (
    Name("夜市入口", "Night Market Entrance"),
    Name("排档区", "Food Stalls"),
    Name("停车场", "Car Park"),
    Name("公厕", "Public Toilets"),
    Name("小区门口", "Estate Gate"),
    Name("公交站", "Bus Stop"),
)
_NIGHT_NAMES = {
    "S01": "Tingdong Riverside Night Market",
    "S02": "Tingxi Walking Street",
    "S03": "Hewan Barbecue Square",
    "S08": "Bailu Lake Night Market",
}
_MARKET_NAMES = {
    "MK01": "Qingshi", "MK02": "Liuping", "MK03": "Shuangqiao", "MK04": "Gaoling",
    "MK05": "Bailu", "MK06": "Xingang", "MK07": "Hewan", "MK08": "Shimen'ao",
    "MK09": "Beiguan Flower and Bird",
}  # fmt: skip
_MARKET_STREET = "集市街"


def make_markets(
    ground: StreetGround,
    territory: Territory,
    stations: Sequence[Station],
    figures: dict[str, Any],
    rng: np.random.Generator,
) -> list[Market]:
    """The nine markets by calendar rule and the four night markets."""
    owner = np.array(territory.station_of_cell)[territory.cell_of_point]
    by_code = {s.code: s for s in stations}
    hinted = {h.kind: np.array(h.at_m) for h in ground.hints if h.kind.startswith("MK")}
    streets = [
        i
        for i, (zh, _) in enumerate(ground.street_names)
        if zh.endswith(_MARKET_STREET)
    ]
    markets = []
    for row in figures["markets"]:
        station = row["station"]
        mine = np.flatnonzero(owner == station)
        if row["code"] in hinted:
            gap = np.hypot(*(ground.points_m[mine] - hinted[row["code"]]).T)
            k = int(mine[gap.argmin()])
        else:
            there = mine[np.isin(ground.street[mine], streets)]
            if len(there):
                k = int(there[len(there) // 2])
            else:
                k = _near_station(ground, mine, by_code[station], rng)
        n_stops = 5 + int(rng.integers(3))
        en = f"{_MARKET_NAMES[row['code']]} Market"
        name = row["name"] if row["name"].endswith("市场") else f"{row['name']}集市"
        # A market by day: set up before six, cleared after two.
        busy = (BusyWindow(ALL_YEAR, ALL_WEEK, 6 * 60, 14 * 60),)
        markets.append(
            Market(
                code=row["code"],
                zh=name,
                en=en,
                station=station,
                at=_degrees(ground, k),
                street=ground.street_name(k),
                loop=_loop(ground, mine, k, _LOOP[:n_stops]),
                busy=busy,
                is_night_market=False,
                rule=row["rule"],
                rule_text=row["text"],
            )
        )
    sites = night_market_sites(ground, territory, stations)
    rows = {row["station"]: row for row in figures["night_markets"]}
    for i, (code, _, months, weekdays, (start, end)) in enumerate(NIGHT_MARKETS, 1):
        k = sites[code]
        mine = np.flatnonzero(owner == code)
        markets.append(
            Market(
                code=f"NM{i:02d}",
                zh=rows[code]["name"],
                en=_NIGHT_NAMES[code],
                station=code,
                at=_degrees(ground, k),
                street=ground.street_name(k),
                loop=_loop(ground, mine, k, _NIGHT_LOOP),
                busy=(BusyWindow(months, weekdays, start, end),),
                is_night_market=True,
                rule_text=f"{rows[code]['season']} {rows[code]['hours']}",
            )
        )
    return markets


def _near_station(
    ground: StreetGround,
    mine: NDArray[np.int64],
    station: Station,
    rng: np.random.Generator,
) -> int:
    """A back street four to eight hundred metres from a station."""
    gap = np.hypot(*(ground.points_m[mine] - station_point(ground, station)).T)
    back = np.isin(ground.highway[mine], ["residential", "tertiary", "living_street"])
    fits = mine[back & (gap > 400.0) & (gap < 800.0)]
    return int(rng.choice(fits)) if len(fits) else int(mine[gap.argmin()])


def _loop(
    ground: StreetGround,
    mine: NDArray[np.int64],
    k: int,
    names: tuple[Name, ...],
) -> tuple[LoopStop, ...]:
    """Stops round a market, in the order of walking: each far from the others."""
    gap = np.hypot(*(ground.points_m[mine] - ground.points_m[k]).T)
    near = mine[gap < MARKET_REACH_M]
    if len(near) < len(names):
        near = mine[np.argsort(gap, kind="stable")[: 3 * len(names)]]
    chosen = [k]
    while len(chosen) < len(names):
        apart = np.min(
            [np.hypot(*(ground.points_m[near] - ground.points_m[c]).T) for c in chosen],
            axis=0,
        )
        chosen.append(int(near[apart.argmax()]))
    middle = ground.points_m[chosen].mean(axis=0)
    off = ground.points_m[chosen] - middle
    angle = np.arctan2(off[:, 1], off[:, 0])
    turn = np.argsort((angle - angle[0]) % (2.0 * np.pi), kind="stable")
    return tuple(
        LoopStop(name.zh, name.en, _degrees(ground, chosen[i]))
        for name, i in zip(names, turn, strict=True)
    )


def _degrees(ground: StreetGround, k: int) -> tuple[float, float]:
    lon, lat = ground.lonlat(ground.points_m[k])
    return float(lon), float(lat)


def make_circles(places: Sequence[KeyPlace]) -> list[CirclePlace]:
    """Six one-minute, fourteen three-minute and twenty-two five-minute places.

    Stations, big shops and hospitals of the core come first; then banks and schools
    of the core; then one bank, school or clinic after another in the towns.
    """
    core = {"S01", "S02", "S03", "S04", "S05"}

    def of(kinds: set[str], *, in_core: bool) -> list[KeyPlace]:
        found = [
            p for p in places if p.kind in kinds and (p.station in core) == in_core
        ]
        # One from each station in turn, so that none is left out.
        turn: dict[str, int] = {}
        order = []
        for place in found:
            turn[place.station] = turn.get(place.station, 0) + 1
            order.append((turn[place.station], place.code, place))
        return [place for _, _, place in sorted(order)]

    one = of({"station"}, in_core=True)[:4] + of({"clinic"}, in_core=True)[:2]
    three = of({"bank"}, in_core=True)[:8] + of({"mall_market"}, in_core=True)[:6]
    five = of({"clinic", "bank"}, in_core=False)[:12] + [
        p for p in of({"school"}, in_core=False) if p.school_level == "middle"
    ][:5] + of({"school"}, in_core=True)[:5]  # fmt: skip
    circles: list[CirclePlace] = []
    for target, chosen in ((1, one), (3, three), (5, five)):
        for place in chosen:
            circles.append(
                CirclePlace(
                    code=f"C{len(circles) + 1:02d}",
                    zh=place.zh,
                    en=place.en,
                    station=place.station,
                    at=place.at,
                    target_min=target,
                    key_place=place.code,
                )
            )
    return circles


def make_rooms(
    ground: StreetGround,
    territory: Territory,
    stations: Sequence[Station],
    figures: dict[str, Any],
    areas: Sequence[PatrolArea],
    rng: np.random.Generator,
) -> list[PoliceRoom]:
    """One police room for every community, and one where a station has none."""
    owner = np.array(territory.area_of_cell)[territory.cell_of_point]
    n_by_station = {row["code"]: row["communities"] for row in figures["stations"]}
    for code in ("S07", "S09", "S10"):
        n_by_station[code] += 1
    rooms: list[PoliceRoom] = []
    for station in stations:
        mine = [area for area in areas if area.station == station.code]
        for i in range(n_by_station[station.code]):
            area = mine[i % len(mine)]
            inside = np.flatnonzero(owner == area.code)
            k = int(rng.choice(inside))
            rooms.append(
                PoliceRoom(
                    code=f"R{len(rooms) + 1:02d}",
                    zh=f"{area.zh.removesuffix('片区')}警务室",
                    en=f"{area.en.removesuffix(' Area')} Police Room",
                    station=station.code,
                    at=_degrees(ground, k),
                )
            )
    return rooms


_MODES = {
    "S01": ("foot", "foot", "bicycle", "foot", "car"),
    "S02": ("foot", "foot", "bicycle", "car"),
    "S03": ("foot", "foot", "bicycle", "car"),
    "S04": ("foot", "bicycle", "car"),
    "S05": ("car", "foot", "bicycle"),
    "S06": ("car", "foot"),
    "S07": ("car",),
    "S08": ("bicycle", "foot"),
    "S09": ("car",),
    "S10": ("car",),
}
_MODE_NAMES = {
    "foot": Name("步巡组", "Foot Group"),
    "bicycle": Name("骑巡组", "Bicycle Group"),
    "car": Name("车巡组", "Car Group"),
}


def make_night_groups(
    stations: Sequence[Station], figures: dict[str, Any]
) -> list[Crew]:
    """The 26 seconded groups of four: 18 of 3 + 1, 8 of 2 + 2 (sworn + auxiliary)."""
    n_two_and_two = 8
    groups: list[Crew] = []
    n_groups = {row["code"]: row["night_groups"] for row in figures["stations"]}
    for station in stations:
        place = station.zh.removesuffix("所")
        for i, mode in enumerate(_MODES[station.code][: n_groups[station.code]]):
            number = len(groups)
            two_and_two = number % 3 == 2 and number // 3 < n_two_and_two
            # Starts are half an hour apart, so that the streets are never all empty.
            start = 19 * 60 + 30 * (i % 2)
            break_from = 21 * 60 + 30 + 30 * (number % 3)
            tags = ["seconded"]
            if station.code == "S08" and mode == "bicycle":
                tags.append("tourist_bicycle_team")
            name = _MODE_NAMES[mode]
            groups.append(
                Crew(
                    code=f"{station.code}-N{i + 1}",
                    zh=f"{place}{name.zh}{i + 1}",
                    en=f"{station.en} {name.en} {i + 1}",
                    station=station.code,
                    seconded=True,
                    mode=mode,
                    n_sworn=2 if two_and_two else 3,
                    n_auxiliaries=2 if two_and_two else 1,
                    start=station.at,
                    end=station.at,
                    shift_min=(start, start + 7 * 60),
                    break_window_min=(break_from, break_from + 120),
                    break_length_min=30,
                    tags=tuple(tags),
                )
            )
    return groups


def make_local_crews(stations: Sequence[Station]) -> list[Crew]:
    """Each station's own night crews, who answer calls: one car, two in the core."""
    crews: list[Crew] = []
    for station in stations:
        n_cars = 2 if station.kind in {"urban", "industrial"} else 1
        crews += [_duty_car(station, i) for i in range(n_cars)]
    return crews


def _duty_car(station: Station, i: int) -> Crew:
    return Crew(
        code=f"{station.code}-L{i + 1}",
        zh=f"{station.zh.removesuffix('所')}值班车{i + 1}",
        en=f"{station.en} Duty Car {i + 1}",
        station=station.code,
        seconded=False,
        mode="car",
        n_sworn=1,
        n_auxiliaries=2,
        start=station.at,
        end=station.at,
        shift_min=(18 * 60, 32 * 60),
        # The two cars of a station never rest at the same time.
        break_window_min=(25 * 60 + 120 * i, 27 * 60 + 120 * i),
        break_length_min=60,
        tags=("response_24h",),
    )
