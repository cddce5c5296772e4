"""An evening's calls as 110 brings them, and two that were entered at the desk."""

from datetime import date, datetime, time, timedelta, tzinfo
from uuid import NAMESPACE_URL, uuid5

from xunfang.accounts.models import User
from xunfang.calls.classes import services as classes
from xunfang.calls.entry import services as entry
from xunfang.calls.mirror import services as mirror
from xunfang.calls.mirror.presets import SHEETS_110
from xunfang.calls.models import Call, CallClass, CallSource
from xunfang.calls.referrals import services as referrals
from xunfang.places.models import KeyPlace
from xunfang.units.models import Station
from xunfang.web.tables import write_csv

HEADER = (
    *("接警单编号", "报警时间", "接警时间", "接警完成时间", "处警单位", "派警时间"),
    *("签收时间", "到达现场时间", "现场处理完毕时间", "反馈时间", "结案时间"),
    *("报警内容", "警情地址", "经度", "纬度", "管辖单位", "警情类别", "处理结果"),
    *("警情来源方式",),
)
TOLD = (
    (-95, "两桌客人酒后争吵,互相推搡", "restaurant", "D1", "当场调解", ""),
    (-80, "电动车停在门口不见了", "mall_market", "C2.4.1", "受理案件", ""),
    (-72, "两车相撞,人没有受伤", "bank", "E1.2", "当场处置", ""),
    (-55, "楼上施工太吵,睡不着", "estate", "J1", "当场调解", ""),
    (-40, "老人出门三小时没回家", "park_square", "A4.2", "", ""),
    (-30, "巡逻时发现商铺卷帘门被撬", "mall_market", "C2.2", "", "巡逻发现"),
    (-12, "有人在店里吵架,不肯走", "restaurant", "F3", "", ""),
    (-5, "地下车库进水", "estate", "G1", "", ""),
)
"""Minutes to the hour, words, kind of place, class, outcome, how it came in."""
QUARREL = 6
"""Which of them a second caller reports."""
SPANS_S = (6, 58, 88, 22, 290, 1_380, 1_500, 1_620)
"""From each clock to the next, in the order of the header."""


def load_classes(*, by: User, at: datetime) -> None:
    """Load the starter tree of classes once."""
    if not CallClass.objects.exists():
        classes.load_starter_tree(by=by, at=at)


def load_calls(*, night: date, by: User, at: datetime, zone: tzinfo) -> None:
    """Load classes and a source once, and a night's first calls once a night."""
    if Call.objects.filter(number=_number(night, 0)).exists():
        return
    load_classes(by=by, at=at)
    source = CallSource.objects.filter(name="110").first() or mirror.save_source(
        source=None,
        revision=0,
        name="110",
        columns=SHEETS_110.columns,
        datum="wgs84",
        zone=SHEETS_110.zone,
        time_format="",
        station=None,
        is_active=True,
        by=by,
        at=at,
    )
    # What has not happened yet is not told.
    hour = min(at, datetime.combine(night, time(20), zone)).astimezone(zone)
    rows = [_row(n, told, night, hour) for n, told in enumerate(TOLD)]
    mirror.bring_file(
        source=source,
        content=write_csv(HEADER, rows),
        file_name=f"110-{night:%Y%m%d}.csv",
        by=by,
        clock=lambda: at,
    )
    _enter(night, hour, by)


def _place(kind: str, number: int) -> KeyPlace:
    places = KeyPlace.objects.select_related("cell__area").order_by("code")
    some = list(places.filter(kind=kind)) or list(places)
    return some[number % len(some)]


def _number(night: date, number: int) -> str:
    return f"{night:%Y%m%d}{number + 1:04}"


def _row(
    number: int,
    told: tuple[int, str, str, str, str, str],
    night: date,
    hour: datetime,
) -> list[object]:
    minutes, words, kind, code, outcome, channel = told
    place = _place(kind, number)
    clocks = [hour + timedelta(minutes=minutes)]
    for span_s in SPANS_S:
        clocks.append(clocks[-1] + timedelta(seconds=span_s + 7 * number))
    is_over = bool(outcome)
    written = [
        f"{moment:%Y-%m-%d %H:%M:%S}"
        if moment <= hour and (is_over or step < 3)
        else ""
        for step, moment in enumerate(clocks)
    ]
    station = Station.objects.get(code=place.cell.area.station_code)
    reported, taken, entered, *of_unit = written
    return [
        *(_number(night, number), reported, taken, entered),
        *(f"{station.name}值班组" if is_over else "", *of_unit),
        *(words, place.name, place.lon, place.lat, station.name),
        *(CallClass.objects.get(code=code).name, outcome, channel),
    ]


def _enter(night: date, hour: datetime, by: User) -> None:
    """Enter what did not come through 110: a quarrel that is known, and a street lamp."""
    quarrel = Call.objects.get(number=_number(night, QUARREL))
    estate = _place("estate", 2)
    entry.take_call(
        taken=entry.Taken(
            words="隔壁饭店有人吵架,声音很大",
            call_class=quarrel.call_class,
            place_text=quarrel.place_text,
            station=quarrel.station,
        ),
        key=uuid5(NAMESPACE_URL, f"xunfang:demo:{night}:quarrel"),
        joins=quarrel,
        by=by,
        at=hour,
    )
    lamp = entry.take_call(
        taken=entry.Taken(
            words="小区门口路灯不亮,晚上看不见",
            call_class=CallClass.objects.get(code="N1"),
            place_text=estate.name,
            point=(estate.lon, estate.lat),
            station=Station.objects.get(code=estate.cell.area.station_code),
        ),
        key=uuid5(NAMESPACE_URL, f"xunfang:demo:{night}:lamp"),
        by=by,
        at=hour,
    )
    referrals.refer(
        call=lamp,
        office="12345",
        matter=f"{estate.name}门口路灯不亮",
        by=by,
        at=hour,
    )
