"""198 times that the demo's residents were helped: on their cases, and on last night's
visits. Three of them were entered twice, and count once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from xunfang.accounts.models import User
from xunfang.cases.help.services import SAME_WITHIN, ensure_types, place_key
from xunfang.cases.models import Case, Help, HelpType
from xunfang.units.models import DutyStay

N_TIMES = 198
N_TWICE = 3
_FIRST_AFTER = timedelta(minutes=15)
_NEXT_AFTER = timedelta(hours=9)
_LATE_ROUNDS = range(2, 60)

DONE = {
    "escort": "把走累的老人送到家门口,和家里人通了电话",
    "find": "帮忙调取沿路信息,半小时后找到",
    "lift": "雨大打不到车,送到卫生院门口",
    "papers": "代为取回办好的证件,顺路送到",
    "repair": "联系供电所和社区,当天修好",
    "care": "上门看望,换了灯泡,查了煤气阀",
    "sell": "帮忙联系摊位,当天卖完",
    "road": "清开倒在路上的树枝,帮抛锚的车移到路边",
    "advice": "当场讲清办理地点和要带的材料",
    "shelter": "水涨之前接到安置点,安排好住处",
}
"""By type: what was done, without names."""
PLACES = (
    *("东门桥头", "粮站巷口", "老车站广场", "柳荫公园北门", "四方井", "仓坝里"),
    *("卫生院门口", "码头石阶", "茶山路口", "老粮仓", "文昌街中段", "梨园坝"),
    *("小学后门", "集贸市场北口", "青石板巷", "供销社旧址", "河堤步道", "枫林垭口"),
    *("桥南公交站", "敬老院门口", "苗圃路", "水厂路口", "古樟树下", "南门外"),
)


def load_help(*, by: User, at: datetime) -> int:
    """Note 198 times of help, once; return how many entries that are, the mentions too."""
    ensure_types()
    if Help.objects.exists():
        return 0
    kinds = list(HelpType.objects.filter(code__in=DONE))
    counted: list[Help] = []
    taken: dict[tuple[int | None, str], list[datetime]] = {}
    for entry in _possible(at):
        near = taken.setdefault((entry.station_id, entry.place_key), [])
        if any(abs(entry.given_at - each) < SAME_WITHIN for each in near):
            continue
        near.append(entry.given_at)
        entry.kind = kinds[len(counted) % len(kinds)]
        entry.what = DONE[entry.kind.code]
        entry.entered_by, entry.entered_at = by, at
        counted.append(entry)
        if len(counted) == N_TIMES:
            break
    Help.objects.bulk_create(counted)
    twice = [_again(entry, by, at) for entry in counted[:N_TWICE]]
    Help.objects.bulk_create(twice)
    return len(counted) + len(twice)


def _possible(at: datetime) -> Iterator[Help]:
    """Yield help as it may have been: twice a case, then on visits, then on cases again."""
    cases = list(
        Case.objects.filter(is_sealed=False, opened_at__lt=at)
        .select_related("station")
        .order_by("opened_at", "pk")
    )
    return chain(
        (each for n in range(2) for each in _on_cases(cases, n, at)),
        _on_visits(at),
        (each for n in _LATE_ROUNDS for each in _on_cases(cases, n, at)),
    )


def _on_cases(cases: list[Case], n_before: int, at: datetime) -> Iterator[Help]:
    for number, case in enumerate(cases):
        given_at = case.opened_at + _FIRST_AFTER + n_before * _NEXT_AFTER
        place = PLACES[(7 * number + 5 * n_before) % len(PLACES)]
        if given_at <= at:
            yield Help(
                case=case,
                station=case.station,
                place_name=place,
                place_key=place_key(place),
                given_at=given_at,
            )


def _on_visits(at: datetime) -> Iterator[Help]:
    stays = DutyStay.objects.filter(begins_at__lte=at).select_related("shift__station")
    for stay in stays.order_by("begins_at", "shift__code", "number"):
        yield Help(
            shift=stay.shift,
            visit_begins_at=stay.begins_at,
            station=stay.shift.station,
            place_name=stay.name[:80],
            place_key=place_key(stay.name),
            given_at=stay.begins_at,
        )


def _again(entry: Help, by: User, at: datetime) -> Help:
    """Enter the same help once more, as a second officer of a crew does."""
    return Help(
        kind=entry.kind,
        case=entry.case,
        shift=entry.shift,
        visit_begins_at=entry.visit_begins_at,
        station=entry.station,
        place_name=entry.place_name,
        place_key=entry.place_key,
        what=entry.what,
        given_at=entry.given_at,
        entered_at=at,
        entered_by=by,
        part_of=entry,
    )
