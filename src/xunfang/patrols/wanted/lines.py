"""What the calendar and this room's own orders want of a night, line by line.

Schools, markets and night markets come from the calendar; more presence at a place, and
what a campaign adds to cells, from orders that hold on the night. ``statement.py`` adds
the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from xunfang.core.calendars.agenda import agenda
from xunfang.core.calendars.duties import Duty, DutyKind
from xunfang.core.planning.night import (
    LOOK_IN_WORTH,
    LOOP_MOST_ALONE_MIN,
    PAIR,
    NightDraft,
    worth_of_minutes,
)
from xunfang.core.planning.problem import CrewNeed, Reason, Window
from xunfang.patrols.models import LayerSlot, Overlay, Reinforcement
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace, MarketGround, PatrolArea
from xunfang.units.models import Shift, Station, TeamTemplate

NIGHT_MARKET_WINDOW: Window = (20 * 60, 24 * 60)
"""Every open night market is looked in on at least once in these hours."""
MARKET_DAYS = frozenset({DutyKind.MARKET, DutyKind.DAILY_MARKET})
MARKET_TEAM = "market"
"""Code of the team template that says who goes round a market."""
WHERE_NOBODY_RIDES = frozenset({"foot", "car"})
"""Ways of moving in an area that is not marked rideable."""
ORDERED = 3
"""Priority of what was ordered: school gates and markets go first."""
MINUTES_A_DAY = 24 * 60


def duties_of(station: Station, night: date) -> list[Duty]:
    """Return what falls on a station by the calendar."""
    day = agenda(night, town=places.get_town_calendar(), holidays=places.get_holidays())
    return [duty for duty in day.duties if duty.station == station.code]


def add_duties(
    draft: NightDraft,
    duties: Iterable[Duty],
    key_places: Mapping[str, KeyPlace],
    grounds: Mapping[str, MarketGround],
    areas: places.AreasAround,
    market_crew: CrewNeed,
) -> None:
    """Ask for school gates, night markets and the rounds of markets held at night."""
    for duty in duties:
        if duty.from_min is None or duty.until_min is None:
            continue
        window = (duty.from_min, duty.until_min)
        if duty.kind is DutyKind.SCHOOL_GATE and duty.code in key_places:
            school = key_places[duty.code]
            draft.stand(
                f"gate:{school.code}:{duty.from_min}",
                at=draft.point(school.lon, school.lat),
                window=window,
                modes=modes_in(school.cell.area),
                reason=Reason(
                    duty.reason,
                    named(school) | _numbers(duty, "bell_min", "lead_min"),
                ),
            )
        elif duty.kind is DutyKind.NIGHT_MARKET and duty.code in grounds:
            ground = grounds[duty.code]
            draft.must_look_in(
                f"market:{ground.code}",
                at=draft.point(ground.lon, ground.lat),
                window=(
                    max(duty.from_min, NIGHT_MARKET_WINDOW[0]),
                    min(duty.until_min, NIGHT_MARKET_WINDOW[1]),
                ),
                worth=LOOK_IN_WORTH,
                modes=modes_in(areas.find(ground.lon, ground.lat)),
                reason=Reason(
                    duty.reason,
                    named(ground) | {"from_min": window[0], "until_min": window[1]},
                ),
            )

        elif duty.kind in MARKET_DAYS and duty.code in grounds:
            _add_loop(draft, duty, grounds[duty.code], window, market_crew)


def _add_loop(
    draft: NightDraft,
    duty: Duty,
    ground: MarketGround,
    window: Window,
    crew: CrewNeed,
) -> None:
    """Have a team go round a market that is held into the night."""
    if window[1] <= draft.horizon[0]:
        return
    # Two stops may stand at one corner: to whoever walks they are one.
    stops = {draft.point(s["lon"], s["lat"]): s for s in reversed(ground.round_stops)}
    if not stops:
        return
    at = tuple(reversed(stops))
    draft.walk_loop(
        f"loop:{ground.code}",
        at=at,
        window=window,
        crew=crew,
        reason=Reason(
            duty.reason,
            named(ground)
            | _plain(duty)
            | {
                "stops": "、".join(stops[point]["name"] for point in at),
                "stops_en": ", ".join(stops[point]["name_en"] for point in at),
                "n_stops": len(at),
                "most_alone": LOOP_MOST_ALONE_MIN,
            },
        ),
    )


def market_crew() -> CrewNeed:
    """Who goes round a market: what its team consists of, else a pair."""
    team = TeamTemplate.objects.filter(code=MARKET_TEAM).first()
    return PAIR if team is None else CrewNeed(team.min_sworn, team.min_total)


def modes_in(area: PatrolArea | None) -> frozenset[str] | None:
    """Which ways of moving may be sent into an area; None means any."""
    return None if area is None or area.is_rideable else WHERE_NOBODY_RIDES


def named(place: KeyPlace | MarketGround) -> dict[str, str | int | float]:
    """Return a place's names as facts of a reason."""
    return named_of(place.name, place.name_en)


def named_of(name: str, name_en: str) -> dict[str, str | int | float]:
    """Return names as facts of a reason."""
    return {"place": name, "place_en": name_en}


def _numbers(duty: Duty, *names: str) -> dict[str, str | int | float]:
    values = {name: duty.params[name] for name in names}
    return {name: value for name, value in values.items() if isinstance(value, int)}


def _plain(duty: Duty) -> dict[str, str | int | float]:
    """Return what a duty's reason says, in words and numbers that a file can hold."""
    return {
        name: value if isinstance(value, str) else _plain_value(value)
        for name, value in duty.params.items()
        if not isinstance(value, tuple)
    }


def _plain_value(value: int | date) -> str | int:
    return value.isoformat() if isinstance(value, date) else int(value)


def add_reinforcements(draft: NightDraft, station: Station, night: date) -> None:
    """Ask for more minutes at the places where they were ordered."""
    orders = (
        Reinforcement.objects.on(night)
        .filter(place__cell__area__station_code=station.code)
        .select_related("place__cell__area", "case")
    )
    for order in orders:
        # By it somebody finds from the stop to the words that caused it.
        of_case: dict[str, str | int | float] = (
            {"case": order.case.number} if order.case is not None else {}
        )
        draft.must_look_in(
            f"extra:{order.pk}",
            at=draft.point(order.place.lon, order.place.lat),
            window=draft.horizon,
            minutes=order.minutes,
            worth=worth_of_minutes(order.minutes),
            priority=ORDERED,
            modes=modes_in(order.place.cell.area),
            reason=Reason(
                "reinforcement",
                named(order.place)
                | {"why": order.reason, "until": order.until.isoformat()}
                | of_case,
            ),
        )


def add_overlays(
    draft: NightDraft,
    station: Station,
    night: date,
    *,
    street_of_cell: Mapping[str, str],
    shifts: Sequence[Shift],
) -> None:
    """Ask for the officers that campaigns add: so many in a cell for a whole hour.

    Where no crew is so large, as few equal ones as there must be stand there together.
    """
    overlays = {overlay.name: overlay for overlay in Overlay.objects.on(night)}
    slots = LayerSlot.objects.filter(
        layer__in=overlays, cell__area__station_code=station.code
    ).select_related("cell__area")
    largest = max((s.n_sworn + s.n_auxiliary for s in shifts), default=PAIR.total)
    for slot in slots:
        first = minute_of_hour(slot.hour, draft.horizon)
        n_units = -(-slot.n_officers // largest)
        each = max(PAIR.total, -(-slot.n_officers // n_units))
        draft.stand(
            f"overlay:{slot.cell.code}:{first}:{slot.pk}",
            at=draft.point(slot.cell.lon, slot.cell.lat),
            window=(first, first + 60),
            crew=CrewNeed(sworn=PAIR.sworn, total=each),
            n_units=n_units,
            priority=ORDERED,
            modes=modes_in(slot.cell.area),
            layer=slot.layer,
            reason=Reason(
                "overlay",
                {
                    "place": slot.cell.code,
                    "street": street_of_cell.get(slot.cell.code, ""),
                    "layer": slot.layer,
                    "n_officers": slot.n_officers,
                    "until": overlays[slot.layer].until.isoformat(),
                },
            ),
        )


def minute_of_hour(hour: int, horizon: Window) -> int:
    """Return when an hour of the day begins in the night: one o'clock is 1500.

    >>> minute_of_hour(21, (1080, 1620)), minute_of_hour(1, (1080, 1620))
    (1260, 1500)
    """
    minute = 60 * hour
    return minute if minute >= horizon[0] else minute + MINUTES_A_DAY


def place_code_of(post_id: str) -> str:
    """Return whose post it is: the code of its school or cell.

    >>> place_code_of("gate:K3:1260")
    'K3'
    """
    return post_id.split(":")[1]
