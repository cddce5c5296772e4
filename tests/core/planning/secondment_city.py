"""The demo city's pool of headquarters and its 26 groups at ten stations."""

from datetime import date, timedelta

from xunfang.core.planning.secondment.numbering import number_groups
from xunfang.core.planning.secondment.people import (
    Duty,
    Group,
    Kind,
    Night,
    Person,
)

STATIONS = tuple(f"S{number:02}" for number in range(1, 11))
N_GROUPS = dict(zip(STATIONS, (5, 4, 4, 3, 3, 2, 1, 2, 1, 1), strict=True))
CAMPAIGN = "夏夜平安百日巡访"
FIRST_NIGHT = date(2026, 8, 1)
DAY = 24 * 60
WITH_TWO_AUXILIARIES = frozenset({3, 6, 9, 12, 15, 18, 21, 24})
"""8 groups of 2 + 2; the other 18 are 3 + 1."""


def pool(*, knows_every: int) -> tuple[Person, ...]:
    """Return 300 sworn officers and 140 auxiliaries; every so many have served at one
    of the stations, in turn.
    """
    return tuple(
        Person(
            id=f"{'s' if is_sworn else 'a'}{number:03}",
            kind=Kind.SWORN if is_sworn else Kind.AUXILIARY,
            home_unit=f"H{number % 12:02}",
            skills=frozenset({"first_aid"} if number % 7 == 0 else ()),
            knows=frozenset(
                {STATIONS[number // knows_every % 10]}
                if number % knows_every == 0
                else ()
            ),
        )
        for is_sworn, n_people in ((True, 300), (False, 140))
        for number in range(n_people)
    )


POOL = pool(knows_every=2)
LOCAL = tuple(
    Person(f"l-{station}", Kind.SWORN, station, knows=frozenset({station}))
    for station in STATIONS
)


def groups_of(day: int, numbers: dict[int, str]) -> tuple[Group, ...]:
    """From 19:00 to 22:20; the groups of S01 stay until 02:00."""
    return tuple(
        Group(
            number=number,
            campaign=CAMPAIGN,
            station=station,
            begins=day * DAY + 19 * 60,
            ends=day * DAY + (26 * 60 if station == "S01" else 22 * 60 + 20),
            sworn=2 if number in WITH_TWO_AUXILIARIES else 3,
            auxiliary=2 if number in WITH_TWO_AUXILIARIES else 1,
            skills=frozenset({"first_aid"} if number == 10 else ()),
        )
        for number, station in numbers.items()
    )


def night_of(
    day: int,
    *,
    history: tuple[Duty, ...] = (),
    people: tuple[Person, ...] = POOL,
    local: tuple[Person, ...] = LOCAL,
) -> Night:
    """The night that begins so many days after the first one."""
    return Night(
        on=FIRST_NIGHT + timedelta(days=day),
        people=people,
        groups=groups_of(day, number_groups(N_GROUPS, before={})),
        local=local,
        history=history,
    )
