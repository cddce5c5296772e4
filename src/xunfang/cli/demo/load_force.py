"""The people of the demo city: invented names, no real person behind any of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction

from xunfang.accounts.models import Standing, User
from xunfang.cli.demo.city_model import City
from xunfang.units import models as units

CITY_UNIT = "YT"
OFFICES = (
    ("YT01", "巡特警支队", "Patrol and special police", 66, 42),
    ("YT02", "交警支队", "Traffic police", 52, 38),
    ("YT03", "治安支队", "Public order", 36, 16),
    ("YT04", "刑侦支队", "Criminal investigation", 40, 12),
    ("YT05", "指挥中心", "Command centre", 20, 10),
    ("YT06", "法制支队", "Legal affairs", 16, 2),
    ("YT07", "出入境支队", "Exit and entry", 18, 8),
    ("YT08", "网安支队", "Network security", 16, 4),
    ("YT09", "科信支队", "Science and information", 14, 4),
    ("YT10", "政治部", "Personnel", 14, 2),
    ("YT11", "办公室", "General office", 8, 2),
)
"""Code, name, English name, sworn, auxiliaries: 300 and 140 in all."""

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费岑薛雷贺倪汤罗毕郝安常乐于傅卞齐康伍余顾孟黄萧尹姚邵汪祁毛狄米贝"
GIVEN = "安邦博超诚达德东栋帆飞峰刚广国海浩和恒宏华辉慧佳嘉建健杰洁静军俊凯康岚磊丽良林玲龙鸣宁鹏平琪强清庆荣瑞森珊胜诗松涛婷伟文武晓欣星轩雪雅岩阳洋怡毅莹勇宇玉远云泽振志竹子"

SKILLS = ("first_aid", "traffic", "fire", "water", "mediation", "language", "drone")
ACCOUNT_UNITS = {"zhiban": "YT05", "lingdao": "YT01", "xunluo": "S01", "shequ": "S01"}
"""Home units of the demo's accounts, each of which is one officer."""


@transaction.atomic
def load_force(city: City, *, at: datetime) -> None:
    """Write the organisation: 1 bureau, 11 offices, 10 stations, 892 people."""
    bureau = units.Unit.objects.create(
        code=CITY_UNIT,
        name=f"{city.zh}公安局",
        name_en=f"{city.en} Public Security Bureau",
        level="city",
        phone="12000000110",
    )
    offices = units.Unit.objects.bulk_create(
        units.Unit(
            code=code,
            name=name,
            name_en=name_en,
            level="city",
            parent=bureau,
            is_seconding=True,
            phone=f"120000020{number:02}",
        )
        for number, (code, name, name_en, _, _) in enumerate(OFFICES, 1)
    )
    stations = {row.code: row for row in units.Station.objects.all()}
    station_units = units.Unit.objects.bulk_create(
        units.Unit(
            code=station.code,
            name=station.zh,
            name_en=station.en,
            level="station",
            parent=bureau,
            station=stations[station.code],
            phone=f"120000010{number:02}",
        )
        for number, station in enumerate(city.stations, 1)
    )
    strength = [
        *((unit, row[3], row[4]) for unit, row in zip(offices, OFFICES, strict=True)),
        *(
            (unit, station.n_sworn, station.n_auxiliaries)
            for unit, station in zip(station_units, city.stations, strict=True)
        ),
    ]
    rng = np.random.default_rng(892)
    people = units.Person.objects.bulk_create(_people(strength, rng))
    _say_who_knows_what(people, list(stations.values()), rng, at)
    _link_accounts(people)


def _people(
    strength: list[tuple[units.Unit, int, int]], rng: np.random.Generator
) -> Iterator[units.Person]:
    names = _names(rng)
    n_sworn = n_auxiliary = 0
    for unit, sworn, auxiliary in strength:
        for _ in range(sworn):
            n_sworn += 1
            yield units.Person(
                code=f"{n_sworn:06}",
                name=next(names),
                standing=Standing.SWORN,
                home_unit=unit,
                phone=f"1200001{n_sworn:04}",
            )
        for _ in range(auxiliary):
            n_auxiliary += 1
            yield units.Person(
                code=f"F{n_auxiliary:05}",
                name=next(names),
                standing=Standing.AUXILIARY,
                home_unit=unit,
                phone=f"1200002{n_auxiliary:04}",
            )


def _names(rng: np.random.Generator) -> Iterator[str]:
    """Yield names that differ from one another: a surname and one or two characters."""
    seen = set()
    while True:
        surname, first, second = (
            letters[int(rng.integers(len(letters)))]
            for letters in (SURNAMES, GIVEN, GIVEN)
        )
        name = surname + (first if first == second else first + second)
        if name not in seen:
            seen.add(name)
            yield name


def _say_who_knows_what(
    people: list[units.Person],
    stations: list[units.Station],
    rng: np.random.Generator,
    at: datetime,
) -> None:
    """Stations know their own ground, two in five of headquarters one they served at."""
    declared_at = at - timedelta(days=60)
    grounds, skills = [], []
    for person in people:
        own = person.home_unit.station
        if own is not None:
            grounds.append(units.KnownGround(person=person, station=own))
        elif rng.random() < 0.4:
            served_at = stations[int(rng.integers(len(stations)))]
            grounds.append(units.KnownGround(person=person, station=served_at))
        if rng.random() < 0.3:
            skills.append(
                units.Skill(
                    person=person,
                    kind="traffic"
                    if person.home_unit.code == "YT02"
                    else SKILLS[int(rng.integers(len(SKILLS)))],
                    declared_at=declared_at,
                )
            )
    units.KnownGround.objects.bulk_create(grounds)
    units.Skill.objects.bulk_create(skills)


def _link_accounts(people: list[units.Person]) -> None:
    accounts = {user.username: user for user in User.objects.filter(is_active=True)}
    for username, unit_code in ACCOUNT_UNITS.items():
        if username not in accounts:
            continue
        officer = next(
            person
            for person in people
            if person.home_unit.code == unit_code
            and person.standing == Standing.SWORN
            and person.account_id is None
        )
        officer.account = accounts[username]
        officer.save(update_fields=["account"])
